// What scripts of the page find in a browser, or leave there for each other. Only the checks read it (`tsc`).

interface Window {
  /** BokehJS, once it is loaded. */
  Bokeh: any
  /** The place of the page in the browser's history: address_bar.js. */
  vanas_history: {step: number, visit: number, waits: boolean}
  /** Puts the words of waiting into the language of the page: waiting.js. */
  vanas_speak_waiting: () => void
  /** Components that wait for the next layout: script_component.js. */
  vanas_waiting_views: Set<[any, () => void]>
}

interface WebSocket {
  /** Messages that came before BokehJS asked for them: early_socket.js. */
  unused?: boolean
}

// A selector says more about what it finds than its type can.
interface ParentNode {
  querySelector(selectors: string): any
  querySelectorAll(selectors: string): NodeListOf<any>
}

interface Element extends HTMLOrSVGElement {
  closest(selector: string): any
}

// The root of what a component shows is a document or a shadow root; both know which element has the focus.
interface Node {
  getRootNode(options?: GetRootNodeOptions): any
}

// What an event happened to is an element nearly always; scripts ask before they use it.
interface EventTarget {
  closest?(selector: string): any
  matches?: any
  click?(): void
  localName?: string
}

/** Stands in front of the script of every component: script_component.js. */
declare function lay_out_together(view: any): void

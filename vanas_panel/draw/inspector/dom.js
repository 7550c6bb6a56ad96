// Elements of the page, made without HTML texts.

/** @import { GestureActs } from "./types.d.ts" */

/** @type {(tag: string, properties?: Record<string, any>, ...children: (Node | string)[]) => any} */
export function make(tag, properties = {}, ...children) {
  const node = /** @type {Record<string, any> & HTMLElement} */ (document.createElement(tag))
  for (const [name, value] of Object.entries(properties)) {
    if (name in node && !name.includes("-")) node[name] = value
    else node.setAttribute(name, value)
  }
  node.append(...children)
  return node
}

/** @type {(tag: string, attributes: Record<string, any>, ...children: (Node | string)[]) => any} */
export function drawn(tag, attributes, ...children) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag)
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, String(value))
  node.append(...children)
  return node
}

// A button with a tooltip that is its name, too.
/** @type {(words: string, name: string, act: () => void) => HTMLButtonElement} */
export function button(words, name, act) {
  return make("button", {type: "button", textContent: words, title: name, "aria-label": name, onclick: act})
}

// A choice with a label; `options` are pairs of value and words.
/** @type {(label: string, options: [string, string][], choose: (value: string) => void) => HTMLSelectElement} */
export function choice(label, options, choose) {
  const select = make("select", {title: label, "aria-label": label})
  select.append(...options.map(([value, textContent]) => make("option", {value, textContent})))
  select.onchange = () => choose(select.value)
  return select
}

// A text with its placeholders filled.
/** @type {(text: string, values: Record<string, any>) => string} */
export function filled(text, values) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole))
}

// Calls a function with the next picture of the browser, once, however often it is asked.
/** @type {(draw: () => void) => () => void} */
export function onceAFrame(draw) {
  let isWaiting = false
  return () => {
    if (isWaiting) return
    isWaiting = true
    requestAnimationFrame(() => {
      isWaiting = false
      draw()
    })
  }
}

// A canvas with one pixel for every pixel of the screen times `ratio`; its size in CSS comes from style sheets.
/** @type {(canvas: HTMLCanvasElement, ratio: number) => [number, number]} */
export function sized(canvas, ratio) {
  const [width, height] = [
    Math.max(1, Math.round(canvas.clientWidth * ratio)),
    Math.max(1, Math.round(canvas.clientHeight * ratio))
  ]
  if (canvas.width !== width) canvas.width = width
  if (canvas.height !== height) canvas.height = height
  return [width, height]
}

// Tells pointers on an element: drags of one finger or of two, clicks, and the wheel.
/** @type {(element: HTMLElement, acts: GestureActs) => void} */
export function gestures(element, {drag, pinch, zoom, click}) {
  /** @type {Map<number, PointerEvent>} */
  const down = new Map()
  let travelled = 0
  const middle = () => {
    const [a, b] = Array.from(down.values())
    return [
      (a.clientX + b.clientX) / 2,
      (a.clientY + b.clientY) / 2,
      Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY)
    ]
  }
  element.addEventListener("pointerdown", (event) => {
    if (!down.size) travelled = 0
    down.set(event.pointerId, event)
    element.setPointerCapture(event.pointerId)
  })
  element.addEventListener("pointermove", (event) => {
    const before = down.get(event.pointerId)
    if (!before) return
    const [x, y] = [event.clientX - before.clientX, event.clientY - before.clientY]
    const old = down.size === 2 ? middle() : null
    down.set(event.pointerId, event)
    travelled += Math.abs(x) + Math.abs(y)
    if (old) {
      const now = middle()
      pinch(now[0] - old[0], now[1] - old[1], old[2] / Math.max(1, now[2]))
    } else if (down.size === 1 && travelled > 4) drag(x, y, event)
  })
  const end = (/** @type {PointerEvent} */ event) => {
    if (down.delete(event.pointerId) && event.type === "pointerup" && travelled <= 4 && !down.size) click(event)
  }
  for (const name of ["pointerup", "pointercancel"]) element.addEventListener(name, /** @type {any} */ (end))
  element.addEventListener(
    "wheel",
    (event) => {
      event.preventDefault()
      zoom(Math.exp(Math.min(Math.max(event.deltaY * (event.deltaMode ? 16 : 1), -240), 240) * 0.0016), event)
    },
    {passive: false}
  )
}

// The name of a layer in parts that end with its dots and underscores.
/** @type {(name: string) => string[]} */
export const partsOf = (name) => name.match(/[^._]*[._]+|[^._]+$/g) ?? [name]

// A name that may be broken between its parts, and is copied without the breaks.
/** @type {(name: string) => (string | HTMLElement)[]} */
export const breakable = (name) => partsOf(name).flatMap((part, index) => (index ? [make("wbr"), part] : [part]))

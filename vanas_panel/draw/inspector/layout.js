// The parts of the view and where they stand: figures, layers in space with the timeline, windows and curves.

import { Curves } from "./curves.js"
import { choice, make } from "./dom.js"
import { FigureTable } from "./figures.js"
import { Picture } from "./picture.js"
import { Timeline } from "./timeline.js"
import { hasMore } from "./view.js"
import { Window2d } from "./window2d.js"
/** @import { Acts, Parts, Scene } from "./types.d.ts" */

/** @type {(scenes: Scene[], acts: Acts) => Parts} */
export function laidOut(scenes, acts) {
  const {words, epochs, measures} = scenes[0].head
  const isPair = scenes.length > 1
  const pictures = scenes.map((_, training) =>
    new Picture(words, {...acts, pick: (index) => acts.pick(training, index)}))
  const timeline = new Timeline(words, epochs, acts.go)
  const figures = new FigureTable(words, isPair, acts.focus)
  const windows = [0, 1].map((place) => new Window2d(words, place + 1, (value) => acts.window(place, value)))
  const curves = new Curves(words, measures, {...acts, jump: (index) => timeline.jump(index)})
  const spoken = make("p", {className: "vi-sr", "aria-live": "polite"})
  const {element: settings, fields} = settingsOf(scenes, acts)
  const panes = pictures.map((picture, index) =>
    make("figure", {className: "vi-pane"}, ...caption(scenes, index), picture.element))
  const helps = [["vi-help", words.keys], ["vi-help vi-touch", words.touch]].map(([name, textContent]) =>
    make("p", {className: `${name} quiet`, textContent}))
  const left = make("div", {className: "vi-left"}, figures.element, ...aboutsOf(scenes))
  const middle = make("section", {className: "vi-middle"}, settings, make("div", {className: "vi-panes"}, ...panes),
    timeline.element, ...helps, spoken)
  const right = make("div", {className: "vi-side"}, ...windows.map((each) => each.element), curves.element)
  const element = make("div", {className: `vi-root${isPair ? " vi-two" : ""}`}, left, middle, right)
  return {element, pictures, timeline, figures, windows, curves, spoken, fields}
}

/** @type {(scenes: Scene[], index: number) => HTMLElement[]} */
function caption(scenes, index) {
  return scenes.length > 1 ? [make("figcaption", {textContent: `${"AB"[index]} · ${scenes[index].head.title}`})] : []
}

// What a reader has to know of each training; what the figures follow is said once.
/** @type {(scenes: Scene[]) => HTMLElement[]} */
function aboutsOf(scenes) {
  return scenes.map(({head: {about, notes, settings, title, words}}, index) => {
    const paragraphs = about.slice(0, index ? -1 : about.length)
    const items = notes.map((/** @type {string} */ textContent) => make("li", {textContent}))
    return make("section", {className: "vi-about"},
      make("h2", {title: scenes.length > 1 ? title : "", textContent: scenes.length > 1 ? `${"AB"[index]} · ${title}` : words.about}),
      ...paragraphs.map((/** @type {string} */ textContent) => make("p", {textContent})),
      ...(items.length ? [make("ul", {}, ...items)] : []),
      ...(settings ? [make("details", {}, make("summary", {textContent: words.settings}),
                           make("p", {textContent: settings}))] : []))
  })
}

/** @type {(scenes: Scene[], acts: Acts) => {element: HTMLElement, fields: Record<string, any>}} */
function settingsOf(scenes, acts) {
  const {words} = scenes[0].head
  /** @type {Record<string, any>} */
  const fields = {}
  const choose = (/** @type {string} */ label, /** @type {string} */ name, /** @type {[string, string][]} */ options) => {
    fields[name] = choice(label, options, (value) => acts.change({[name]: value}))
    return make("label", {}, label, fields[name])
  }
  fields.biases = make("input", {type: "checkbox", onchange: () => acts.change({biases: fields.biases.checked})})
  const boxes = scenes.some(hasMore) ? [make("label", {className: "vi-check"}, fields.biases, words.biases)] : []
  const element = make("div", {className: "vi-settings"},
    choose(words.scale, "scale", [["all", words.scaleAll], ["layer", words.scaleLayer], ["none", words.scaleNone]]),
    choose(words.shade, "shade", [["sqrt", words.shadeSqrt], ["linear", words.shadeLinear]]),
    choose(words.kind, "kind", [["max", words.kindMax], ["mean", words.kindMean]]), ...boxes)
  return {element, fields}
}

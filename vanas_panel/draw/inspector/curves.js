// One measure of every layer over the epochs, as lines. Where a measure is undefined, a line has a gap.

import {breakable, choice, drawn, filled, make} from "./dom.js"
import {short} from "./shades.js"

const [WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM] = [360, 190, 44, 8, 10, 22]
// So many lines have a colour and a name of their own.
const NAMED = 5
const DASHES = ["", "6 3", "2 3", "8 3 2 3", "4 4"]

/** @import { Acts } from "./types.d.ts" */
/** @typedef {{name: string, values: number[], isSecond: boolean}} Line */
/** @typedef {Pick<Acts, "change" | "focus"> & {jump: (index: number) => void}} CurveActs */

// How far along the axis the epoch at a position is: by its number, so that epochs that were not recorded leave room.
/** @type {(epochs: number[], position: number) => number} */
export function shareOf(epochs, position) {
  const all = epochs[epochs.length - 1] - epochs[0]
  const before = Math.floor(position)
  const after = Math.ceil(position)
  const epoch = epochs[before] + (position - before) * (epochs[after] - epochs[before])
  return all > 0 ? (epoch - epochs[0]) / all : 0
}

// The position of the epoch nearest to a place on the axis.
/** @type {(epochs: number[], share: number) => number} */
export function nearest(epochs, share) {
  const away = epochs.map((_, position) => Math.abs(shareOf(epochs, position) - share))
  return away.indexOf(Math.min(...away))
}

export class Curves {
  /** @param {Record<string, string>} words @param {string[]} measures @param {CurveActs} acts */
  constructor(words, measures, {change, jump, focus}) {
    this.words = words
    this.focus = focus
    /** @type {number[]} */
    this.epochs = [0]
    this.cursor = drawn("line", {})
    this.select = choice(
      words.measure,
      measures.map((name) => [name, words[`measure_${name}`]]),
      (measure) => change({measure})
    )
    this.svg = drawn("svg", {viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", class: "vi-chart"})
    this.svg.addEventListener("click", (/** @type {MouseEvent} */ event) => {
      const box = this.svg.getBoundingClientRect()
      const x = ((event.clientX - box.left) / box.width) * WIDTH
      jump(nearest(this.epochs, (x - LEFT) / (WIDTH - LEFT - RIGHT)))
    })
    this.legend = make("div", {className: "vi-legend"})
    this.element = make(
      "section",
      {className: "vi-curves"},
      make("div", {className: "vi-head"}, make("h2", {textContent: words.curves}), this.select),
      this.svg,
      this.legend
    )
  }

  // Draws all lines anew.
  /** @type {(lines: Line[], measure: string, epochs: number[], focus: string) => void} */
  show(lines, measure, epochs, focus) {
    this.epochs = epochs
    this.select.value = measure
    this.draw(lines, measure, epochs, focus)
  }

  // Marks a position of the timeline.
  /** @type {(position: number) => void} */
  mark(position) {
    const x = this.x(position)
    this.cursor.setAttribute("x1", x)
    this.cursor.setAttribute("x2", x)
  }

  /** @type {(position: number) => number} */
  x(position) {
    return LEFT + (WIDTH - LEFT - RIGHT) * shareOf(this.epochs, position)
  }

  /** @type {(lines: Line[], measure: string, epochs: number[], focus: string) => void} */
  draw(lines, measure, epochs, focus) {
    const {words} = this
    const largest = lines.flatMap(({values}) => values).filter(Number.isFinite).reduce((most, each) => Math.max(most, each), 0)
    const y = (/** @type {number} */ value) =>
      HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * (largest > 0 ? value / largest : 0)
    const [first, last] = [epochs[0], epochs[epochs.length - 1]]
    const name = filled(words.curvesOf, {measure: words[`measure_${measure}`], first, last})
    const word = (
      /** @type {number} */ x,
      /** @type {number} */ at,
      /** @type {string} */ anchor,
      /** @type {string} */ text
    ) => drawn("text", {x, y: at, "text-anchor": anchor}, text)
    const grid = [0, 0.5, 1].map((part) =>
      drawn("line", {x1: LEFT, x2: WIDTH - RIGHT, y1: y(part * largest), y2: y(part * largest), class: "vi-grid"})
    )
    const scale = (largest > 0 ? [0, 0.5, 1] : [0]).map((part) =>
      word(LEFT - 6, y(part * largest) + 3.5, "end", short(Number((part * largest).toPrecision(3))))
    )
    this.cursor = drawn("line", {y1: TOP, y2: HEIGHT - BOTTOM, class: "vi-cursor"})
    const names = Array.from(new Set(lines.map((line) => line.name)))
    const places = new Map(names.map((each, index) => [each, index]))
    const lookOf = (/** @type {Line} */ line) => {
      const index = places.get(line.name) ?? 0
      const isQuiet = focus ? line.name !== focus : index >= NAMED
      return {
        stroke: isQuiet ? "var(--vi-faint)" : `var(--vi-series-${(index % NAMED) + 1})`,
        "stroke-dasharray": line.isSecond ? "1.5 3" : DASHES[index % NAMED],
        "stroke-width": focus === line.name ? 2.4 : 1.6,
        class: "vi-line"
      }
    }
    const paths = lines
      .toSorted((a, b) => Number(a.name === focus) - Number(b.name === focus))
      .map((line) =>
        drawn("path", {...lookOf(line), d: this.path(line.values, y)}, drawn("title", {}, this.title(line)))
      )
    this.svg.replaceChildren(
      drawn("title", {}, `${name}. ${words.jump}`),
      ...grid,
      this.cursor,
      ...paths,
      ...scale,
      word(LEFT, HEIGHT - 6, "start", first.toLocaleString()),
      word(WIDTH - RIGHT, HEIGHT - 6, "end", `${words.unit} ${last.toLocaleString()}`)
    )
    this.svg.setAttribute("aria-label", name)
    const shown = names.filter((each, index) => index < NAMED || each === focus)
    this.legend.replaceChildren(
      ...shown.map((each) =>
        this.entry(each, lookOf(/** @type {Line} */ (lines.find((line) => line.name === each))), focus)
      )
    )
    if (names.length > shown.length)
      this.legend.append(
        make("span", {className: "quiet", textContent: filled(words.more, {count: names.length - shown.length})})
      )
    if (lines.some((line) => line.isSecond))
      this.legend.append(make("span", {className: "quiet", textContent: words.dotted}))
  }

  /** @type {(line: Line) => string} */
  title({name, isSecond, values}) {
    const last = short(values[values.length - 1], this.words.undefined)
    return `${name}${isSecond ? ` (${this.words.second})` : ""}: ${last}`
  }

  /** @type {(name: string, look: Record<string, any>, focus: string) => HTMLElement} */
  entry(name, look, focus) {
    const sample = drawn(
      "svg",
      {viewBox: "0 0 22 8", width: 22, height: 8, "aria-hidden": "true"},
      drawn("line", {...look, x1: 0, x2: 22, y1: 4, y2: 4})
    )
    return make(
      "button",
      {
        type: "button",
        title: filled(this.words.focus, {layer: name}),
        "aria-pressed": String(name === focus),
        onclick: () => this.focus(name)
      },
      sample,
      make("span", {}, ...breakable(name))
    )
  }

  /** @type {(values: number[], y: (value: number) => number) => string} */
  path(values, y) {
    let isDrawing = false
    return values
      .map((value, index) => {
        if (!Number.isFinite(value)) {
          isDrawing = false
          return ""
        }
        const step = isDrawing ? "L" : "M"
        isDrawing = true
        // A point between two gaps is seen as one.
        return `${step}${this.x(index).toFixed(1)} ${y(value).toFixed(1)}${step === "M" ? "h.01" : ""}`
      })
      .join("")
  }
}

// One layer in a plane, with zoom and pan. What the pointer is at is told in words.

import {choice, filled, gestures, make, onceAFrame, sized} from "./dom.js"
/** @import { Kind, LayerCells, Shades, WindowLook } from "./types.d.ts" */

export class Window2d {
  /** @param {Record<string, string>} words @param {number} number @param {(value: string) => void} choose */
  constructor(words, number, choose) {
    this.words = words
    this.title = filled(words.window, {number})
    this.choose = choose
    /** @type {LayerCells | null} */
    this.layer = null
    // Pixels of a cell, and the cell at the top left.
    this.zoom = 1
    this.left = 0
    this.top = 0
    // How much higher than wide a cell is drawn.
    this.stretch = 1
    /** @type {Kind} */
    this.kind = "max"
    this.epoch = 0
    this.next = 0
    this.mix = 0
    /** @type {Shades} */
    this.shades = {colors: new Uint32Array(1), shift: 0}
    /** @type {[number, number] | null} */
    this.cursor = null
    /** @type {(value: number) => string} */
    this.format = String
    this.canvas = make("canvas", {
      className: "vi-plane",
      tabIndex: 0,
      role: "application",
      title: words.windowKeys,
      "aria-label": `${this.title}. ${words.windowKeys}`
    })
    this.select = choice(`${this.title}: ${words.layer}`, [], choose)
    this.said = make("output", {className: "vi-said num", "aria-live": "polite"})
    this.element = make(
      "section",
      {className: "vi-window"},
      make("div", {className: "vi-head"}, make("h2", {textContent: this.title}), this.select),
      this.canvas,
      this.said
    )
    this.redraw = onceAFrame(() => this.draw())
    this.watch = new ResizeObserver(() => {
      this.fit()
      this.redraw()
    })
    this.watch.observe(this.canvas)
    this.listen()
  }

  /** @type {(options: [string, string][], chosen: string) => void} */
  offer(options, chosen) {
    if (this.select.dataset.options !== JSON.stringify(options)) {
      this.select.dataset.options = JSON.stringify(options)
      this.select.replaceChildren(...options.map(([value, textContent]) => make("option", {value, textContent})))
    }
    this.select.value = chosen
  }

  /** @type {(layer: LayerCells, look: WindowLook) => void} */
  show(layer, look) {
    const isOther = this.layer !== layer
    Object.assign(this, look, {layer})
    if (isOther) {
      this.cursor = null
      this.fit()
    }
    this.say()
    this.redraw()
  }

  fit() {
    if (!this.layer || !this.canvas.clientWidth) return
    const {rows, columns} = this.layer
    // Thin stripes are drawn at least as high as can be seen.
    this.stretch = Math.max(1, Math.min(24, this.canvas.clientHeight) / ((rows * this.canvas.clientWidth) / columns))
    this.zoom = Math.min(this.canvas.clientWidth / columns, this.canvas.clientHeight / (rows * this.stretch))
    this.left = (columns - this.canvas.clientWidth / this.zoom) / 2
    this.top = (rows - this.canvas.clientHeight / this.zoom / this.stretch) / 2
  }

  level() {
    return Math.max(0, Math.ceil(Math.log2(1 / this.zoom) - 1e-9))
  }

  listen() {
    const {canvas} = this
    const at = (/** @type {MouseEvent} */ event) => {
      const box = canvas.getBoundingClientRect()
      return [event.clientX - box.left, event.clientY - box.top]
    }
    gestures(canvas, {
      drag: (x, y) => this.move(x, y),
      pinch: (x, y, factor) => {
        this.scaleAt(1 / factor, canvas.clientWidth / 2, canvas.clientHeight / 2)
        this.move(x, y)
      },
      zoom: (factor, event) => this.scaleAt(1 / factor, at(event)[0], at(event)[1]),
      click: (event) => this.point(at(event))
    })
    canvas.addEventListener("pointermove", (/** @type {PointerEvent} */ event) => {
      if (!event.buttons) this.point(at(event))
    })
    canvas.addEventListener("pointerleave", (/** @type {PointerEvent} */ event) => {
      if (event.pointerType === "mouse" && document.activeElement !== canvas) this.place(null)
    })
    canvas.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => this.press(event))
  }

  /** @type {(x: number, y: number) => void} */
  move(x, y) {
    this.left -= x / this.zoom
    this.top -= y / this.zoom / this.stretch
    this.redraw()
  }

  /** @type {(factor: number, x: number, y: number) => void} */
  scaleAt(factor, x, y) {
    const zoom = Math.min(Math.max(this.zoom * factor, 0.02), 80)
    this.left += x / this.zoom - x / zoom
    this.top += (y / this.zoom - y / zoom) / this.stretch
    this.zoom = zoom
    this.say()
    this.redraw()
  }

  // The cell of the picture below a pixel.
  /** @type {(at: number[]) => void} */
  point([x, y]) {
    this.place([Math.floor(this.top + y / this.zoom / this.stretch), Math.floor(this.left + x / this.zoom)])
  }

  /** @type {(cursor: [number, number] | null) => void} */
  place(cursor) {
    const {layer} = this
    const isWithin =
      layer && cursor && cursor[0] >= 0 && cursor[1] >= 0 && cursor[0] < layer.rows && cursor[1] < layer.columns
    this.cursor = isWithin ? cursor : null
    this.say()
    this.redraw()
  }

  /** @type {(event: KeyboardEvent) => void} */
  press(event) {
    if (!this.layer || event.ctrlKey || event.altKey || event.metaKey) return
    const arrow = {ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0]}[event.key]
    const factor = {"+": 1.3, "=": 1.3, "-": 1 / 1.3}[event.key]
    const middle = [this.canvas.clientWidth / 2, this.canvas.clientHeight / 2]
    if (arrow && event.shiftKey) this.move(-arrow[1] * 24, -arrow[0] * 24)
    else if (arrow) {
      const step = 1 << this.level()
      const {rows, columns} = this.layer
      const [row, column] = this.cursor ?? [0, 0]
      const next = (/** @type {number} */ now, /** @type {number} */ by, /** @type {number} */ size) =>
        Math.min(Math.max(now - (now % step) + by * step, 0), size - 1)
      this.place(this.cursor ? [next(row, arrow[0], rows), next(column, arrow[1], columns)] : [0, 0])
    } else if (factor) this.scaleAt(factor, middle[0], middle[1])
    else if (event.key === "Home") {
      this.fit()
      this.say()
      this.redraw()
    } else return
    event.preventDefault()
  }

  // What is drawn at the cursor: one weight, or all those of a cell of the pyramid.
  found() {
    const {layer} = this
    if (!layer || !this.cursor) return null
    const level = Math.min(this.level(), 16)
    const {rows, columns} = layer.texture("max", this.epoch, level)
    const [row, column] = [Math.min(this.cursor[0] >> level, rows - 1), Math.min(this.cursor[1] >> level, columns - 1)]
    const box = layer.below(level, row, column)
    const value = (/** @type {Kind} */ kind) =>
      layer.value(layer.texture(kind, this.epoch, level).codes[row * columns + column])
    return {box, head: layer.head, weights: layer.weights(box), max: value("max"), mean: value("mean")}
  }

  say() {
    const found = this.found()
    if (!found) {
      this.said.textContent = this.words.windowKeys
      this.said.classList.add("quiet")
      return
    }
    this.said.classList.remove("quiet")
    const {head, weights, max, mean} = found
    const at = (/** @type {[number, number]} */ [from, to]) => (from === to ? String(from) : `${from}–${to}`)
    const parts = [
      filled(this.words.output, {at: at(weights.output)}),
      filled(this.words.input, {at: at(weights.input)})
    ]
    if (head.height * head.width > 1) parts.push(filled(this.words.place, {y: at(weights.y), x: at(weights.x)}))
    parts.push(
      weights.count === 0
        ? this.words.nothing
        : weights.count === 1
          ? filled(this.words.value, {value: this.format(max)})
          : filled(this.words.cell, {
              max: this.format(max),
              mean: this.format(mean),
              count: weights.count.toLocaleString()
            })
    )
    this.said.textContent = parts.join(" · ")
  }

  draw() {
    const {canvas, layer} = this
    if (!layer || !canvas.clientWidth) return
    const [width, height] = sized(canvas, 1)
    const pen = canvas.getContext("2d")
    const image = pen.createImageData(width, height)
    const pixels = new Uint32Array(image.data.buffer)
    const level = Math.min(this.level(), 16)
    const now = layer.texture(this.kind, this.epoch, level)
    const later = this.mix > 0 ? layer.texture(this.kind, this.next, level).codes : now.codes
    const {colors, shift} = this.shades
    const round = (1 << shift) - 1
    const columnOf = Int32Array.from({length: width}, (_, x) => {
      const column = this.left + (x + 0.5) / this.zoom
      return column < 0 || column >= layer.columns ? -1 : Math.min(Math.floor(column) >> level, now.columns - 1)
    })
    for (let y = 0; y < height; y++) {
      const line = this.top + (y + 0.5) / this.zoom / this.stretch
      if (line < 0 || line >= layer.rows) continue
      const start = Math.min(Math.floor(line) >> level, now.rows - 1) * now.columns
      for (let x = 0, at = y * width; x < width; x++, at++) {
        if (columnOf[x] < 0) continue
        const cell = start + columnOf[x]
        const code = now.codes[cell] + (this.mix > 0 ? (later[cell] - now.codes[cell]) * this.mix : 0)
        pixels[at] = colors[(code + round) >> shift]
      }
    }
    pen.putImageData(image, 0, 0)
    const found = this.found()
    if (!found) return
    const [top, bottom, left, right] = found.box
    pen.strokeStyle = getComputedStyle(canvas).getPropertyValue("--vi-accent")
    pen.lineWidth = 2
    pen.strokeRect(
      (left - this.left) * this.zoom - 1,
      (top - this.top) * this.zoom * this.stretch - 1,
      (right - left) * this.zoom + 2,
      (bottom - top) * this.zoom * this.stretch + 2
    )
  }

  remove() {
    this.watch.disconnect()
  }
}

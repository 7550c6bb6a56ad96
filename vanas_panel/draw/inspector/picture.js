// The layers of a training in space, one behind the other, under a free camera.

import {fitted, moved, onScreen, outlineOf, planeAt, seen, sightOf, START, turned, zoomed} from "./camera.js"
import {drawPlanes} from "./raster.js"
import {button, gestures, make, onceAFrame, sized} from "./dom.js"
/** @import { Acts, Camera, Plane, PlaneLook, Scene, Shades, Sight } from "./types.d.ts" */
/** @typedef {Pick<Acts, "camera" | "step" | "reset"> & {pick: (index: number) => void}} PictureActs */
/** @typedef {[number, number, number, number]} Box */

const TURN = 0.008
const KEY_TURN = 0.09
const KEY_MOVE = 24
// Once nothing moves for so long, the picture is drawn again in every pixel of a fine screen.
const REST_MS = 160
const FINEST = 2

// Where the planes of layers stand. A layer of more weights is larger, but less than its number says: all can be seen.
/** @type {(layers: Scene["layers"]) => Plane[]} */
export function planesOf(layers) {
  const largest = Math.sqrt(Math.max(...layers.map(({head}) => head.rows * head.columns)))
  const gap = Math.min(0.5, 3 / Math.max(1, layers.length - 1))
  return layers.map((layer, index) => {
    const {rows, columns} = layer.head
    const long = 0.55 + 0.65 * Math.sqrt(Math.sqrt(rows * columns) / largest)
    const longest = Math.max(rows, columns)
    const [width, height] = [rows, columns].map((_, axis) => Math.max((long * [columns, rows][axis]) / longest, 0.045))
    return {layer, left: -width / 2, top: height / 2, width, height, z: ((layers.length - 1) / 2) * gap - index * gap}
  })
}

export class Picture {
  /** @param {Record<string, string>} words @param {PictureActs} acts */
  constructor(words, acts) {
    this.acts = acts
    /** @type {Plane[]} */
    this.planes = []
    /** @type {PlaneLook[]} */
    this.looks = []
    /** @type {Camera} */
    this.camera = START
    this.focus = -1
    this.milliseconds = 0
    /** @type {Shades[]} */
    this.shades = []
    this.image = new ImageData(1, 1)
    /** @type {number | undefined} */
    this.rest = undefined
    this.base = make("canvas", {className: "vi-pixels", "aria-hidden": "true"})
    this.over = make("canvas", {
      className: "vi-over",
      tabIndex: 0,
      role: "application",
      title: words.keys,
      "aria-label": `${words.picture}. ${words.keys}`
    })
    this.release = button(words.release, words.release, () => this.hold(false))
    this.release.className = "vi-release"
    this.legend = make("span", {className: "num"})
    const home = button("⌂", words.reset, acts.reset)
    home.className = "vi-reset"
    this.element = make(
      "div",
      {className: "vi-stage"},
      this.base,
      this.over,
      make(
        "div",
        {className: "vi-legend-of-greys"},
        make("span", {className: "vi-ramp", "aria-hidden": "true"}),
        this.legend
      ),
      home,
      this.release
    )
    this.redraw = onceAFrame(() => this.draw())
    this.listen()
    this.watch = new ResizeObserver(() => this.redraw())
    this.watch.observe(this.element)
  }

  // Whether one finger turns the picture, rather than scrolling the page.
  /** @type {(isHeld: boolean) => void} */
  hold(isHeld) {
    this.element.classList.toggle("vi-held", isHeld)
  }

  sight() {
    return sightOf(this.camera, this.over.clientWidth, this.over.clientHeight)
  }

  /** @type {(camera: Camera) => void} */
  look(camera) {
    this.camera = camera
    this.acts.camera(camera)
    this.redraw()
  }

  // The camera that shows everything.
  fit() {
    return fitted(START, this.planes, Math.max(80, this.over.clientWidth), Math.max(80, this.over.clientHeight))
  }

  listen() {
    const move = (/** @type {number} */ x, /** @type {number} */ y) => this.look(moved(this.camera, this.sight(), x, y))
    let touched = false
    this.over.addEventListener("pointerdown", (/** @type {PointerEvent} */ event) => {
      touched = event.pointerType === "touch"
    })
    gestures(this.over, {
      drag: (x, y, event) => {
        if (touched && !this.element.classList.contains("vi-held")) return
        if (event.shiftKey || event.buttons & 6) move(x, y)
        else this.look(turned(this.camera, x * TURN, y * TURN))
      },
      pinch: (x, y, factor) => {
        this.camera = zoomed(this.camera, factor)
        move(x, y)
      },
      zoom: (factor) => this.look(zoomed(this.camera, factor)),
      click: (event) => {
        if (touched && !this.element.classList.contains("vi-held")) return this.hold(true)
        const box = this.over.getBoundingClientRect()
        this.acts.pick(planeAt(this.sight(), this.planes, event.clientX - box.left, event.clientY - box.top))
      }
    })
    this.over.addEventListener("contextmenu", (/** @type {Event} */ event) => event.preventDefault())
    this.over.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => this.press(event))
    this.over.addEventListener("blur", () => this.hold(false))
  }

  /** @type {(event: KeyboardEvent) => void} */
  press(event) {
    if (event.ctrlKey || event.altKey || event.metaKey) return
    const arrow = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1]}[event.key]
    const step = {"]": 1, "[": -1}[event.key]
    const factor = {"+": 0.87, "=": 0.87, "-": 1.15, _: 1.15}[event.key]
    if (arrow && event.shiftKey) this.look(moved(this.camera, this.sight(), arrow[0] * KEY_MOVE, arrow[1] * KEY_MOVE))
    else if (arrow) this.look(turned(this.camera, arrow[0] * KEY_TURN, arrow[1] * KEY_TURN))
    else if (factor) this.look(zoomed(this.camera, factor))
    else if (step) this.acts.step(step)
    else if (event.key === "Home") this.acts.reset()
    else if (event.key === "Escape") {
      this.hold(false)
      this.acts.pick(-1)
    } else return
    event.preventDefault()
  }

  /** @type {(looks: PlaneLook[], focus: number) => void} */
  show(looks, focus) {
    this.looks = looks
    this.focus = focus
    this.redraw()
  }

  draw() {
    if (!this.over.clientWidth) return
    this.paint(1)
    clearTimeout(this.rest)
    const ratio = Math.min(devicePixelRatio || 1, FINEST)
    if (ratio > 1) this.rest = setTimeout(() => this.paint(ratio), REST_MS)
    this.outline()
  }

  /** @type {(ratio: number) => void} */
  paint(ratio) {
    const [width, height] = sized(this.base, ratio)
    const pen = this.base.getContext("2d")
    if (this.image.width !== width || this.image.height !== height) this.image = pen.createImageData(width, height)
    const start = performance.now()
    const {image} = this
    drawPlanes(new Uint32Array(image.data.buffer), width, height, sightOf(this.camera, width, height), this.looks)
    pen.putImageData(image, 0, 0)
    this.milliseconds = performance.now() - start
  }

  // Frames and names, which stay sharp while the pixels move.
  outline() {
    const ratio = devicePixelRatio || 1
    const [width, height] = sized(this.over, ratio)
    const pen = this.over.getContext("2d")
    const look = getComputedStyle(this.over)
    pen.setTransform(ratio, 0, 0, ratio, 0, 0)
    pen.clearRect(0, 0, width, height)
    pen.font = `500 11.5px ${look.fontFamily}`
    const sight = this.sight()
    const far = (/** @type {number} */ index) => Math.abs(this.planes[index].z - sight.eye[2])
    const order = this.planes.map((_, index) => index).sort((a, b) => far(b) - far(a))
    for (const index of order) this.frame(pen, outlineOf(sight, this.planes[index]), look, index)
    /** @type {Box[]} */
    const taken = []
    // Of names that would cover each other, that of the nearest layer stays.
    order.sort((a, b) => Number(a === this.focus) - Number(b === this.focus))
    for (const index of order.reverse()) {
      pen.globalAlpha = this.focus < 0 || index === this.focus ? 1 : 0.5
      this.label(pen, sight, this.planes[index], look, taken, index === this.focus, width / ratio)
    }
    pen.globalAlpha = 1
  }

  /** @type {(pen: CanvasRenderingContext2D, outline: [number, number][], look: CSSStyleDeclaration, index: number) => void} */
  frame(pen, outline, look, index) {
    if (outline.length < 3) return
    const isFocus = index === this.focus
    const isGhost = this.focus >= 0 && !isFocus
    pen.beginPath()
    outline.forEach(([x, y]) => pen.lineTo(x, y))
    pen.closePath()
    pen.globalAlpha = 1
    if (!isGhost) {
      // Frames that this plane hides.
      pen.globalCompositeOperation = "destination-out"
      pen.fill()
      pen.globalCompositeOperation = "source-over"
    }
    pen.globalAlpha = isGhost ? 0.4 : 1
    pen.strokeStyle = look.getPropertyValue(isFocus ? "--vi-accent" : "--vi-frame")
    pen.lineWidth = isFocus ? 2 : 1
    pen.stroke()
  }

  /** @type {(pen: CanvasRenderingContext2D, sight: Sight, plane: Plane, look: CSSStyleDeclaration, taken: Box[], isFocus: boolean, room: number) => void} */
  label(pen, sight, {left, top, z, layer}, look, taken, isFocus, room) {
    const corner = seen(sight, [left, top, z])
    if (corner[2] < 0.05) return
    const [at, y] = onScreen(sight, corner)
    const name = shortened(layer.head.name, (text) => pen.measureText(text).width, room - 18)
    const width = pen.measureText(name).width + 10
    // Within the picture, as long as its layer is.
    const x = at < room ? Math.min(at, room - width - 4) : at
    const box = /** @type {Box} */ ([x, y - 20, x + width, y - 2])
    if (!isFocus && taken.some((each) => box[0] < each[2] && each[0] < box[2] && box[1] < each[3] && each[1] < box[3]))
      return
    taken.push(box)
    pen.fillStyle = look.getPropertyValue("--vi-label")
    pen.beginPath()
    pen.roundRect(box[0], box[1], width, 18, 4)
    pen.fill()
    pen.fillStyle = isFocus ? look.getPropertyValue("--vi-accent") : look.color
    pen.fillText(name, x + 5, y - 7)
  }

  remove() {
    this.watch.disconnect()
    clearTimeout(this.rest)
  }
}

// A name without so much of its start that the rest is no wider than the room.
/** @type {(name: string, widthOf: (text: string) => number, room: number) => string} */
export function shortened(name, widthOf, room) {
  let start = 0
  while (start < name.length - 4 && widthOf(start ? `…${name.slice(start)}` : name) > room) start += 1
  return start ? `…${name.slice(start)}` : name
}

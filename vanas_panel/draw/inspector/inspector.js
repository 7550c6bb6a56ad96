// The whole view of a training, or of two side by side.

import { filled } from "./dom.js"
import { laidOut } from "./layout.js"
import { Numbers, placeOf } from "./numbers.js"
import { planesOf } from "./picture.js"
import { openScene } from "./scene.js"
import { short } from "./shades.js"
import { checkedView, isCamera, windowOptions } from "./view.js"
/** @import { Acts, Camera, Scene, View } from "./types.d.ts" */

/** @typedef {{first: ArrayBuffer, second?: ArrayBuffer | null, view?: Partial<View>, onChange?: (view: View) => void}} Given */

// Shows packed trainings in an element. `onChange` is told what a person changed, as a whole `View`.
/** @type {(element: HTMLElement, given: Given) => Promise<Inspector>} */
export async function mount(element, {first, second = null, view = {}, onChange = () => {}}) {
  const scenes = await Promise.all([first, ...(second ? [second] : [])].map(openScene))
  return new Inspector(element, scenes, view, onChange)
}

class Inspector {
  /** @param {HTMLElement} element @param {Scene[]} scenes @param {Partial<View>} view @param {(view: View) => void} onChange */
  constructor(element, scenes, view, onChange) {
    const {head} = scenes[0]
    this.scenes = scenes
    this.onChange = onChange
    /** @type {Record<string, string>} */
    this.words = head.words
    /** @type {number[]} */
    this.epochs = head.epochs
    // Whether the camera is the one that shows everything, whatever the size.
    this.isFitted = !isCamera(view.camera)
    // What the planes were made for.
    this.asked = ""
    // What the curves were drawn for.
    this.curved = ""
    this.position = 0
    /** @type {View} */
    this.view = {epoch: head.epochs[head.epochs.length - 1], focus: "", scale: head.scale, shade: "sqrt", kind: "max",
                 biases: head.biases, camera: null, windows: [], measure: "mean"}
    this.numbers = new Numbers(scenes, this.view)
    this.parts = laidOut(scenes, this.acts())
    element.replaceChildren(this.parts.element)
    this.sizes = new ResizeObserver(() => { if (this.isFitted) this.fit() })
    this.sizes.observe(this.parts.pictures[0].element)
    this.set({...this.view, ...view})
  }

  /** @type {() => Acts} */
  acts() {
    const focus = (/** @type {string} */ name) => this.change({focus: name === this.view.focus ? "" : name})
    return {
      focus, camera: (camera) => this.look(camera), step: (by) => this.step(by), reset: () => this.reset(),
      go: (position) => this.go(position), change: (changes) => this.change(changes),
      pick: (training, index) => focus(this.numbers.layers(training)[index]?.head.name ?? this.view.focus),
      window: (place, value) => this.change({windows: this.view.windows.map((old, at) => (at === place ? value : old))}),
    }
  }

  // What can be changed from outside; what makes no sense is passed over.
  /** @type {(changes: Partial<View>) => void} */
  set(changes) {
    this.view = checkedView(this.scenes, this.view, changes)
    this.numbers = new Numbers(this.scenes, this.view)
    if ("epoch" in changes) {
      this.parts.timeline.stop()
      this.position = this.numbers.indexOf(this.view.epoch)
    }
    if (isCamera(changes.camera)) this.isFitted = false
    else if ("camera" in changes && !this.isFitted) this.fit()
    this.draw()
  }

  /** @type {(epoch: number) => void} */
  setEpoch(epoch) {
    this.set({epoch})
  }

  /** @type {(focus: string) => void} */
  setFocus(focus) {
    this.set({focus})
  }

  // A change by a person.
  /** @type {(changes: Partial<View>) => void} */
  change(changes) {
    this.set(changes)
    this.tell()
  }

  tell() {
    const {camera, ...rest} = this.view
    this.onChange({...rest, camera: this.isFitted ? null : camera})
  }

  // A camera that a person has chosen, for both trainings.
  /** @type {(camera: Camera) => void} */
  look(camera) {
    this.isFitted = false
    this.point(camera)
    this.tell()
  }

  /** @type {(camera: Camera) => void} */
  point(camera) {
    this.view.camera = camera
    for (const picture of this.parts.pictures) {
      picture.camera = camera
      picture.redraw()
    }
  }

  fit() {
    this.isFitted = true
    this.point(this.parts.pictures[0].fit())
  }

  reset() {
    this.fit()
    this.tell()
  }

  /** @type {(position: number) => void} */
  go(position) {
    this.position = position
    const epoch = this.epochs[Math.floor(position)]
    const isOther = epoch !== this.view.epoch
    this.view.epoch = epoch
    this.draw()
    if (isOther) this.tell()
  }

  // The next layer, or the one before, alone; its figures are spoken.
  /** @type {(by: number) => void} */
  step(by) {
    const names = this.numbers.names()
    const at = names.indexOf(this.view.focus)
    const next = at < 0 ? (by > 0 ? 0 : names.length - 1) : (at + by + names.length) % names.length
    this.change({focus: names[next]})
    const {numbers, view: {epoch, focus}} = this
    const [max, mean] = ["max", "mean"].map((measure) => numbers.written(numbers.figure(0, measure, focus)))
    this.parts.spoken.textContent = filled(this.words.spoken, {unit: this.words.unit, epoch, layer: focus, max, mean})
  }

  draw() {
    const {view, words, numbers, parts} = this
    for (const name of /** @type {const} */ (["scale", "shade", "kind"])) parts.fields[name].value = view[name]
    parts.fields.biases.checked = view.biases
    parts.timeline.show(this.position)
    const white = filled(words.most, {value: view.scale === "none" ? short(numbers.whole) : "1"})
    const greys = `${words.least} · ${view.scale === "layer" ? words.mostLayer : white}`
    for (const {legend} of parts.pictures) legend.textContent = greys
    this.drawPictures()
    this.drawWindows()
    this.drawFigures()
    this.drawCurves()
  }

  drawPictures() {
    const {view, numbers} = this
    const asked = JSON.stringify([view.scale, view.shade, view.biases])
    const isOther = asked !== this.asked
    this.parts.pictures.forEach((picture, training) => {
      if (isOther) {
        picture.planes = planesOf(numbers.layers(training))
        picture.shades = picture.planes.map(({layer}) => numbers.shades(layer.head))
      }
      const focus = picture.planes.findIndex(({layer}) => layer.head.name === view.focus)
      const moment = numbers.moment(training, this.position)
      this.nameMoment(picture.element, training, moment.epoch)
      const looks = picture.planes.map((plane, index) => ({plane, kind: view.kind, ...moment, shades: picture.shades[index],
                                                           isGhost: view.focus !== "" && index !== focus}))
      picture.show(looks, focus)
      if (view.camera) picture.camera = view.camera
    })
    this.asked = asked
    if (isOther && this.isFitted) this.fit()
  }

  // A second training that was not recorded at this moment shows the last one before, and says so.
  /** @type {(picture: HTMLElement, training: number, at: number) => void} */
  nameMoment(picture, training, at) {
    const named = picture.parentElement?.querySelector("figcaption")
    const {title, epochs, words} = this.scenes[training].head
    if (!named) return
    const moment = epochs[at] === this.view.epoch ? "" : ` (${words.unit} ${epochs[at]})`
    const text = `${"AB"[training]} · ${title}${moment}`
    if (named.textContent !== text) named.textContent = text
  }

  drawWindows() {
    const {numbers, view} = this
    const options = windowOptions(this.scenes, view.biases)
    this.parts.windows.forEach((window, at) => {
      const chosen = view.windows[at]
      const training = this.scenes.length > 1 && chosen.startsWith("B:") ? 1 : 0
      const name = training ? chosen.slice(2) : chosen
      const layer = this.scenes[training].layers[placeOf(this.scenes[training], name)]
      window.offer(options, chosen)
      if (layer) {
        const moment = numbers.moment(training, this.position)
        window.show(layer, {kind: view.kind, ...moment, shades: numbers.shades(layer.head),
                            format: (value) => numbers.written(numbers.scaled(value, name, training))})
      }
    })
  }

  drawFigures() {
    const {view, words, numbers} = this
    const moments = this.scenes.map((_, training) => numbers.indexOf(view.epoch, training))
    const rows = numbers.names().map((name) => {
      const [found] = this.scenes.flatMap((scene) => scene.layers[placeOf(scene, name)] ?? [])
      const values = moments.flatMap((index, training) =>
        ["max", "mean"].map((measure) => numbers.figure(training, measure, name, index)))
      return {name, shape: found.head.shape.join(" × "), values}
    })
    this.parts.figures.show(rows, view.focus, (value) => numbers.written(value),
      `${words.figures} · ${words.unit} ${view.epoch.toLocaleString()}`, view.scale === "none" ? numbers.whole : 1)
  }

  drawCurves() {
    const {numbers, parts: {curves}, view: {measure, focus, scale, biases}} = this
    const asked = JSON.stringify([measure, focus, scale, biases])
    if (asked !== this.curved) {
      this.curved = asked
      // Beside each other at the same numbers, as far as each training goes.
      const lines = this.scenes.flatMap(({head: {epochs}}, training) => {
        const places = this.epochs.map((epoch) =>
          (epoch > epochs[epochs.length - 1] ? -1 : numbers.indexOf(epoch, training)))
        return numbers.layers(training).map(({head: {name}}) => ({
          name, isSecond: training > 0,
          values: places.map((at) => (at < 0 ? Number.NaN : numbers.figure(training, measure, name, at))),
        }))
      })
      curves.show(lines, measure, this.epochs, focus)
    }
    curves.mark(this.position)
  }

  remove() {
    this.parts.timeline.stop()
    this.sizes.disconnect()
    for (const part of [...this.parts.pictures, ...this.parts.windows]) part.remove()
  }
}

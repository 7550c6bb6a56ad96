// Which epoch, which value and which white hold for a layer, as the view says.

import {shadesOf, share, short} from "./shades.js"
import {indexOfEpoch, layerNames, shownLayers} from "./view.js"
/** @import { LayerHead, Scene, Shades, View } from "./types.d.ts" */

/** @type {WeakMap<Scene, Map<string, number>>} */
const KNOWN = new WeakMap()

// Where a layer stands in its scene, the first of that name; -1 for none.
/** @type {(scene: Scene, name: string) => number} */
export function placeOf(scene, name) {
  let places = KNOWN.get(scene)
  if (!places) {
    // The first of equal names is the last one set.
    const pairs = scene.layers.map(({head}, index) => /** @type {[string, number]} */ ([head.name, index]))
    places = new Map(pairs.toReversed())
    KNOWN.set(scene, places)
  }
  return places.get(name) ?? -1
}

export class Numbers {
  /** @param {Scene[]} scenes @param {View} view */
  constructor(scenes, view) {
    this.scenes = scenes
    this.view = view
    const tops = scenes.flatMap((scene) => shownLayers(scene, view.biases).map(({head}) => head.top))
    // White of all layers, of both trainings where there are two.
    this.whole = Math.max(...tops)
  }

  /** @type {(epoch: number, training?: number) => number} */
  indexOf(epoch, training = 0) {
    return indexOfEpoch(this.scenes[training].head.epochs, epoch)
  }

  /** @type {(training?: number) => Scene["layers"]} */
  layers(training = 0) {
    return shownLayers(this.scenes[training], this.view.biases)
  }

  names() {
    return layerNames(this.scenes, this.view.biases)
  }

  // The value of white of a layer, in the unit of the weights.
  /** @type {(top: number) => number} */
  most(top) {
    return this.view.scale === "layer" ? top : this.whole
  }

  /** @type {(head: LayerHead) => Shades} */
  shades(head) {
    return shadesOf(head, this.most(head.top), this.view.shade === "linear")
  }

  /** @type {(value: number, name: string, training: number) => number} */
  scaled(value, name, training) {
    if (this.view.scale === "none") return value
    const scene = this.scenes[training]
    const most = this.most(scene.layers[placeOf(scene, name)]?.head.top ?? 0)
    return most > 0 ? value / most : value
  }

  // A scaled value as text.
  /** @type {(value: number) => string} */
  written(value) {
    return this.view.scale === "none" ? short(value) : share(value)
  }

  /** @type {(training: number, measure: string, name: string, index?: number) => number} */
  figure(training, measure, name, index = this.indexOf(this.view.epoch, training)) {
    const scene = this.scenes[training]
    const layer = placeOf(scene, name)
    const value = layer < 0 ? Number.NaN : scene.figure(measure, index, layer)
    return measure === "mean" || measure === "max" ? this.scaled(value, name, training) : value
  }

  // Epochs of a training at a position of the timeline, and how far it is between them.
  /** @type {(training: number, position: number) => {epoch: number, next: number, mix: number}} */
  moment(training, position) {
    const {epochs} = this.scenes[0].head
    const index = Math.floor(position)
    const epoch = this.indexOf(epochs[index], training)
    const next = this.indexOf(epochs[Math.min(index + 1, epochs.length - 1)], training)
    return {epoch, next, mix: next > epoch ? position - index : 0}
  }
}

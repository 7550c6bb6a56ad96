// What a person can change of the view of a training, and which layers that leaves.

/** @import { Scene, View } from "./types.d.ts" */

const ROLE = "weight"

// A view that makes sense, of one that anybody has written; what makes none is as it was.
/** @type {(scenes: Scene[], old: View, changes: Partial<View>) => View} */
export function checkedView(scenes, old, changes) {
  const one = (/** @type {any} */ value, /** @type {any[]} */ known, /** @type {any} */ other) =>
    known.includes(value) ? value : other
  const next = {...old, ...changes}
  const {head} = scenes[0]
  const options = windowOptions(scenes, Boolean(next.biases)).map(([value]) => value)
  const windows = Array.isArray(next.windows) ? next.windows : []
  // The windows show the first and the last layer, or the last one of both trainings.
  const standard = [scenes.length < 2 ? 0 : shownLayers(scenes[0], next.biases).length - 1, options.length - 1]
  return {
    epoch: head.epochs[indexOfEpoch(head.epochs, Number(next.epoch))],
    biases: Boolean(next.biases),
    focus: one(next.focus, layerNames(scenes, next.biases), ""),
    measure: one(next.measure, head.measures, old.measure),
    scale: one(next.scale, ["all", "layer", "none"], old.scale),
    shade: one(next.shade, ["sqrt", "linear"], old.shade),
    kind: one(next.kind, ["max", "mean"], old.kind),
    camera: isCamera(next.camera) ? next.camera : old.camera,
    windows: standard.map((place, at) => one(windows[at], options, options[place]))
  }
}

/** @type {(value: any) => boolean} */
export function isCamera(value) {
  return (
    Boolean(value) &&
    value.distance > 0 &&
    ["yaw", "pitch", "distance", "x", "y", "z"].every((name) => Number.isFinite(value[name]))
  )
}

// The index of the last epoch up to a number.
/** @type {(epochs: number[], epoch: number) => number} */
export function indexOfEpoch(epochs, epoch) {
  if (Number.isNaN(epoch)) return epochs.length - 1
  const after = epochs.findIndex((each) => each > epoch)
  return Math.max(0, (after < 0 ? epochs.length : after) - 1)
}

/** @type {(scene: Scene) => boolean} */
export const hasMore = ({layers}) => layers.some(({head}) => head.role !== ROLE)

/** @type {(scene: Scene, biases: boolean) => Scene["layers"]} */
export function shownLayers({layers}, biases) {
  const shown = layers.filter(({head}) => biases || head.role === ROLE)
  return shown.length ? shown : layers
}

/** @type {(scenes: Scene[], biases: boolean) => string[]} */
export function layerNames(scenes, biases) {
  return Array.from(new Set(scenes.flatMap((scene) => shownLayers(scene, biases).map(({head}) => head.name))))
}

// What a window can show, as pairs of value and words; a layer of the second training has "B:" in front.
/** @type {(scenes: Scene[], biases: boolean) => [string, string][]} */
export function windowOptions(scenes, biases) {
  return scenes.flatMap((scene, training) =>
    shownLayers(scene, biases).map(
      ({head: {name}}) =>
        /** @type {[string, string]} */ ([
          training ? `B:${name}` : name,
          scenes.length < 2 ? name : `${"AB"[training]} · ${name}`
        ])
    )
  )
}

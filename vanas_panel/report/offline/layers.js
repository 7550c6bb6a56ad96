// Layered layout of a graph: which layer each vertex is in, its order there, and its x. The same algorithm as
// draw/cell/layers.py, on the same numbers in the same order; tests hold the two equal.

import { CANVAS } from "./constants.js"
import { inOrder } from "./order.js"
/** @import { Edge, LayoutNode } from "./types.d.ts" */

const LANE = 26
const SPACE = 30

// Layers from the first to the last, each from left to right, of nodes {vertex or null, above, below, x}.
/** @type {(count: number, edges: Edge[], box?: number) => LayoutNode[][]} */
export function layered(count, edges, box = CANVAS.boxWidth) {
  return aligned(inOrder(withPassingEdges(count, edges)), box)
}

/** @type {(node: Pick<LayoutNode, "vertex">, box: number) => number} */
export function halfWidth({vertex}, box) {
  return (vertex === null ? LANE : box) / 2
}

// Edges of a graph without cycles whose one source is the input and whose one sink is the output, close to the draft.
/** @type {(count: number, edges: Edge[]) => Edge[]} */
export function acyclic(count, edges) {
  const last = count - 1
  const sorted = [...edges].sort(byEnds)
  const kept = new Map()
  /** @type {(source: number, target: number) => void} */
  const keep = (source, target) => kept.set(source * count + target, [source, target])
  const finished = new Set()
  /** @type {(vertex: number, above: number[]) => void} */
  const visit = (vertex, above) => {
    for (const [source, target] of sorted) {
      if (source !== vertex || target === vertex || target === 0 || source === last) continue
      if (above.includes(target)) keep(target, source)
      else keep(source, target)
      if (!above.includes(target) && !finished.has(target)) visit(target, [...above, target])
    }
    finished.add(vertex)
  }
  for (let vertex = 0; vertex < count; vertex++) if (!finished.has(vertex)) visit(vertex, [vertex])
  for (let vertex = 1; vertex < last; vertex++) {
    if (![...kept.values()].some(([, target]) => target === vertex)) keep(0, vertex)
    if (![...kept.values()].some(([source]) => source === vertex)) keep(vertex, last)
  }
  if (!kept.size) keep(0, last)
  return [...kept.values()].sort(byEnds)
}

/** @type {(one: Edge, other: Edge) => number} */
function byEnds(one, other) {
  return one[0] - other[0] || one[1] - other[1]
}

// Vertices in the layers of their longest paths, with a node wherever an edge passes a layer.
/** @type {(count: number, edges: Edge[]) => LayoutNode[][]} */
function withPassingEdges(count, edges) {
  /** @type {number[]} */
  const depth = new Array(count).fill(0)
  for (let round = 0; round < count; round++) {
    for (const [source, target] of edges) depth[target] = Math.max(depth[target], depth[source] + 1)
  }
  /** @type {LayoutNode[]} */
  const nodes = depth.map((layer, vertex) => ({vertex, layer, above: [], below: [], x: 0}))
  /** @type {LayoutNode[][]} */
  const layers = Array.from({length: Math.max(...depth) + 1}, () => [])
  nodes.forEach((node) => layers[node.layer].push(node))
  for (const [source, target] of edges) {
    let previous = nodes[source]
    for (let layer = depth[source] + 1; layer <= depth[target]; layer++) {
      /** @type {LayoutNode} */
      const node = layer === depth[target] ? nodes[target] : {vertex: null, layer, above: [], below: [], x: 0}
      if (node.vertex === null) layers[layer].push(node)
      previous.below.push(node)
      node.above.push(previous)
      previous = node
    }
  }
  return layers
}

// Positions along each layer: neighbours pull, the order stays, and everything keeps its width.
/** @type {(layers: LayoutNode[][], box: number) => LayoutNode[][]} */
function aligned(layers, box) {
  /** @type {(layer: LayoutNode[]) => void} */
  const spread = (layer) => {
    const least = layer.slice(1).map((node, index) => halfWidth(layer[index], box) + SPACE / 2 + halfWidth(node, box))
    const [rightwards, leftwards] = [layer.map((node) => node.x), layer.map((node) => node.x)]
    least.forEach((gap, index) => { rightwards[index + 1] = Math.max(rightwards[index + 1], rightwards[index] + gap) })
    for (let index = least.length - 1; index >= 0; index--) {
      leftwards[index] = Math.min(leftwards[index], leftwards[index + 1] - least[index])
    }
    layer.forEach((node, index) => { node.x = (rightwards[index] + leftwards[index]) / 2 })
  }
  layers.forEach((layer) => layer.forEach((node, index) => { node.x = (index - (layer.length - 1) / 2) * box }))
  for (let sweep = 0; sweep < 24; sweep++) {
    for (const layer of sweep % 2 ? layers : [...layers].reverse()) {
      for (const node of layer) {
        const near = [...node.above, ...node.below]
        if (near.length) node.x = 0.4 * node.x + (0.6 * near.reduce((sum, other) => sum + other.x, 0)) / near.length
      }
      spread(layer)
    }
  }
  return layers
}

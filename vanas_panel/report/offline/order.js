// Order of the nodes in each layer: the fewest crossings, and of those orders the straightest. The same algorithm as
// draw/cell/order.py, which says why it is as it is; tests hold the two equal.
//
// A node is {vertex, above, below, x}; the vertex is null where an edge passes a layer.

/** @import { Known, LayoutNode } from "./types.d.ts" */

const MOST_STEPS = 200_000
const CROSSING = 1_000_000
const SWEEPS = 12

// The layers, each in an order with as few crossings as were found.
/** @type {(layers: LayoutNode[][]) => LayoutNode[][]} */
export function inOrder(layers) {
  let steps = 0
  for (let number = 1; number < layers.length; number++) {
    const [upper, lower] = [layers[number - 1].length, layers[number].length]
    steps += factorial(upper) * factorial(lower) * Math.max(1, Math.floor(lower ** 2 / 2))
  }
  return steps <= MOST_STEPS ? exact(layers) : swept(layers)
}

/** @type {(count: number) => number} */
function factorial(count) {
  return count < 2 ? 1 : count * factorial(count - 1)
}

// All orders of some things, by their indices: 0 1 2, 0 2 1, 1 0 2 and so on.
/** @type {<T>(things: T[]) => T[][]} */
function permutations(things) {
  if (!things.length) return [[]]
  return things.flatMap((thing, first) =>
    permutations([...things.slice(0, first), ...things.slice(first + 1)]).map((rest) => [thing, ...rest]))
}

/** @type {(layers: LayoutNode[][]) => LayoutNode[][]} */
function exact(layers) {
  let ways = permutations(layers[0]).map((order) => ({cost: 0, orders: [order]}))
  for (const lower of layers.slice(1)) {
    const orders = permutations(lower.map((_node, position) => position))
    const best = new Array(orders.length).fill(null)
    for (const way of ways) {
      const [bends, crossed] = costs(way.orders[way.orders.length - 1], lower)
      orders.forEach((order, number) => {
        let cost = way.cost
        for (let position = 0; position < order.length; position++) {
          cost += bends[order[position]][position]
          for (let other = position + 1; other < order.length; other++) cost += CROSSING * crossed[order[position]][order[other]]
        }
        if (best[number] === null || cost < best[number].cost) {
          best[number] = {cost, orders: [...way.orders, order.map((node) => lower[node])]}
        }
      })
    }
    ways = best
  }
  return ways.reduce((least, way) => (way.cost < least.cost ? way : least)).orders
}

// Costs of the orders of a layer below a given order of the layer above: squares of bends, and crossings of pairs.
/** @type {(upper: LayoutNode[], lower: LayoutNode[]) => number[][][]} */
function costs(upper, lower) {
  const index = /** @type {Known<LayoutNode, number>} */ (new Map(upper.map((node, position) => [node, position])))
  const ends = lower.map((node) => node.above.map((other) => index.get(other)))
  const shift = upper.length - lower.length
  const bends = ends.map((each) => lower.map((_node, position) =>
    each.reduce((sum, end) => sum + (2 * position + shift - 2 * end) ** 2, 0)))
  const crossed = ends.map((one) => ends.map((other) =>
    one.reduce((sum, left) => sum + other.filter((right) => left > right).length, 0)))
  return [bends, crossed]
}

/** @type {(layers: LayoutNode[][]) => LayoutNode[][]} */
function swept(layers) {
  const starts = [layers, layers.map((layer) => [...layer].sort((one, other) =>
    Number(one.vertex !== null) - Number(other.vertex !== null)))]
  let [best, fewest] = [layers, crossings(layers)]
  for (const start of starts) {
    const current = start.map((layer) => [...layer])
    for (let sweep = 0; sweep < SWEEPS && fewest; sweep++) {
      const downwards = sweep % 2 === 0
      for (const layer of downwards ? current : [...current].reverse()) sortByNeighbours(current, layer, downwards)
      swapNeighbours(current)
      const now = crossings(current)
      if (now < fewest) [best, fewest] = [current.map((layer) => [...layer]), now]
    }
  }
  return best
}

/** @type {(layers: LayoutNode[][], layer: LayoutNode[], downwards: boolean) => void} */
function sortByNeighbours(layers, layer, downwards) {
  const position = /** @type {Known<LayoutNode, number>} */ (new Map(layers.flatMap((other) =>
    other.map((node, index) => [node, index - (other.length - 1) / 2]))))
  const wish = /** @type {Known<LayoutNode, number>} */ (new Map(layer.map((node) => {
    const near = (downwards ? node.above : node.below).map((other) => position.get(other))
    return [node, near.length ? near.reduce((sum, x) => sum + x, 0) / near.length : position.get(node)]
  })))
  layer.sort((one, other) => wish.get(one) - wish.get(other) || position.get(one) - position.get(other))
}

/** @type {(layers: LayoutNode[][]) => void} */
function swapNeighbours(layers) {
  const position = /** @type {Known<LayoutNode, number>} */ (
    new Map(layers.flatMap((layer) => layer.map((node, index) => [node, index]))))
  // How often the edges of two neighbours cross where the first one is on the left.
  /** @type {(left: LayoutNode, right: LayoutNode) => number} */
  const crossed = (left, right) => {
    let count = 0
    for (const [ends, others] of [[left.above, right.above], [left.below, right.below]]) {
      for (const one of ends) for (const other of others) if (position.get(one) > position.get(other)) count++
    }
    return count
  }
  let improved = true
  while (improved) {
    improved = false
    for (const layer of layers) {
      for (let index = 0; index + 1 < layer.length; index++) {
        const [left, right] = [layer[index], layer[index + 1]]
        if (crossed(right, left) >= crossed(left, right)) continue
        layer[index] = right
        layer[index + 1] = left
        position.set(left, index + 1).set(right, index)
        improved = true
      }
    }
  }
}

/** @type {(layers: LayoutNode[][]) => number} */
export function crossings(layers) {
  let count = 0
  for (let number = 0; number + 1 < layers.length; number++) {
    const index = /** @type {Known<LayoutNode, number>} */ (
      new Map(layers[number + 1].map((node, position) => [node, position])))
    const ends = layers[number].flatMap((node, position) => node.below.map((other) => [position, index.get(other)]))
    for (const one of ends) for (const other of ends) if (one[0] < other[0] && one[1] > other[1]) count++
  }
  return count
}

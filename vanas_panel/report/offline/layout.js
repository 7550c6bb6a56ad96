// Where the vertices of a draft stand: layers from input to output with few crossings.
//
// The page with a server leaves this to a library in Python. This is our own because a file on a disk can bring nothing
// along but what is small, and cells have eight vertices at most: longest paths give the layers, a few sweeps their
// order by the mean of neighbours, which then pull each other into line. That edges keep clear of boxes is for routing.

import { CANVAS } from "./constants.js"

const {boxWidth, boxHeight, gapX, gapY, left, right, top, bottom, width} = CANVAS
const LANE = 26
const SPACE = 30
const FILLED = 0.72
const MOST_STRETCH = 1.6
const PER_ROW = Math.floor((right - left) / (boxWidth + gapX)) + 1

// Places for the vertices of any draft, [[x, y], ...]: input at the top, output at the bottom; y grows upwards.
export function placeVertices(draft) {
  const count = draft.operations.length
  const layers = layersOf(count, acyclic(count, draft.edges))
  const rows = fitted(layers)
  const step = (top - bottom) / Math.max(rows.length - 1, 1)
  const places = []
  rows.forEach((row, number) => {
    for (const {vertex, x} of row) places[vertex] = [round(x), round(top - number * step)]
  })
  return places
}

// Places where some are known, as after a vertex was added.
export function arrange(draft, known) {
  if (!known.some((place) => place)) return placeVertices(draft)
  const places = draft.operations.map((_, vertex) => (known[vertex] ? inside(known[vertex]) : null))
  return places.map((place) => place ?? remember(places, freePlace(places.filter((other) => other))))
}

function remember(places, place) {
  places[places.indexOf(null)] = place
  return place
}

// The place nearest to a wish at which the box of a vertex keeps a little distance from every other one.
export function settle(vertex, wish, places) {
  const others = places.filter((_, other) => other !== vertex)
  const [x, y] = inside(wish)
  const columns = [x, ...others.flatMap((other) => [other[0] - boxWidth - gapX / 2, other[0] + boxWidth + gapX / 2])]
  const rows = [y, ...others.flatMap((other) => [other[1] - boxHeight - gapY, other[1] + boxHeight + gapY])]
  let [best, least] = [[x, y], Infinity]
  for (const column of columns) {
    for (const row of rows) {
      const spot = inside([column, row])
      const distance = (spot[0] - x) ** 2 + (spot[1] - y) ** 2
      if (distance < least && !others.some((other) => overlap(spot, other, gapY))) [best, least] = [spot, distance]
    }
  }
  return best.map(round)
}

export function inside([x, y]) {
  return [Math.min(Math.max(x, left), right), Math.min(Math.max(y, bottom), top)]
}

function overlap(one, other, gap) {
  return Math.abs(one[0] - other[0]) < boxWidth + gap && Math.abs(one[1] - other[1]) < boxHeight + gap
}

// A place for a new vertex: down a zigzag, so that straight edges between neighbours hit nothing, then anywhere.
function freePlace(taken) {
  for (let row = 0; row < 5; row++) {
    const spot = [width * (row % 2 ? 0.64 : 0.36), top + ((bottom - top) * (row + 1)) / 6]
    if (!taken.some((other) => overlap(spot, other, gapX))) return spot
  }
  let [best, widest] = [[left, top], -1]
  for (let cell = 0; cell < 25 * 13; cell++) {
    const spot = [left + ((cell % 13) * (right - left)) / 12, top - (Math.floor(cell / 13) * (top - bottom)) / 24]
    const room = Math.min(2, ...taken.map((other) =>
      Math.max(Math.abs(spot[0] - other[0]) / boxWidth, Math.abs(spot[1] - other[1]) / boxHeight)))
    if (room > widest) [best, widest] = [spot, room]
  }
  return best
}

// Edges of a graph without cycles whose one source is the input and whose one sink is the output, close to the draft.
function acyclic(count, edges) {
  const last = count - 1
  const kept = new Map()
  const keep = (source, target) => kept.set(source * count + target, [source, target])
  const finished = new Set()
  const visit = (vertex, above) => {
    for (const [source, target] of edges) {
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
  return [...kept.values()]
}

// Layers of nodes {vertex or null for an edge that passes, up, down, x}, in the order of the least crossings found.
function layersOf(count, edges) {
  const depth = new Array(count).fill(0)
  for (let round = 0; round < count; round++) {
    for (const [source, target] of edges) depth[target] = Math.max(depth[target], depth[source] + 1)
  }
  const nodes = depth.map((layer, vertex) => ({vertex, layer, up: [], down: [], x: 0}))
  const layers = Array.from({length: Math.max(...depth) + 1}, () => [])
  nodes.forEach((node) => layers[node.layer].push(node))
  for (const [source, target] of edges) {
    let above = nodes[source]
    for (let layer = depth[source] + 1; layer <= depth[target]; layer++) {
      const node = layer === depth[target] ? nodes[target] : {vertex: null, layer, up: [], down: [], x: 0}
      if (node.vertex === null) layers[layer].push(node)
      above.down.push(node)
      node.up.push(above)
      above = node
    }
  }
  let [best, fewest] = [layers.map((layer) => [...layer]), crossings(layers)]
  for (let sweep = 0; sweep < 12 && fewest; sweep++) {
    const downwards = sweep % 2 === 0
    for (const layer of downwards ? layers : [...layers].reverse()) sortByNeighbours(layers, layer, downwards)
    const now = crossings(layers)
    if (now < fewest) [best, fewest] = [layers.map((layer) => [...layer]), now]
  }
  return aligned(best)
}

function sortByNeighbours(layers, layer, downwards) {
  const place = new Map(layers.flatMap((other) => other.map((node, index) => [node, index - (other.length - 1) / 2])))
  const wish = new Map(layer.map((node) => {
    const near = (downwards ? node.up : node.down).map((other) => place.get(other))
    return [node, near.length ? near.reduce((sum, x) => sum + x, 0) / near.length : place.get(node)]
  }))
  layer.sort((one, other) => wish.get(one) - wish.get(other) || place.get(one) - place.get(other))
}

function crossings(layers) {
  let count = 0
  for (let number = 0; number + 1 < layers.length; number++) {
    const below = new Map(layers[number + 1].map((node, place) => [node, place]))
    const pairs = layers[number].flatMap((node, place) => node.down.map((other) => [place, below.get(other)]))
    for (const one of pairs) for (const other of pairs) if (one[0] < other[0] && one[1] > other[1]) count++
  }
  return count
}

// Places along each layer: neighbours pull, the order stays, and everything keeps its width.
function aligned(layers) {
  const half = (node) => (node.vertex === null ? LANE : boxWidth) / 2
  const spread = (layer) => {
    const least = layer.slice(1).map((node, place) => half(layer[place]) + SPACE / 2 + half(node))
    const [rightwards, leftwards] = [layer.map((node) => node.x), layer.map((node) => node.x)]
    least.forEach((gap, place) => { rightwards[place + 1] = Math.max(rightwards[place + 1], rightwards[place] + gap) })
    for (let place = least.length - 1; place >= 0; place--) {
      leftwards[place] = Math.min(leftwards[place], leftwards[place + 1] - least[place])
    }
    layer.forEach((node, place) => { node.x = (rightwards[place] + leftwards[place]) / 2 })
  }
  layers.forEach((layer) => layer.forEach((node, place) => { node.x = (place - (layer.length - 1) / 2) * boxWidth }))
  for (let sweep = 0; sweep < 24; sweep++) {
    for (const layer of sweep % 2 ? layers : [...layers].reverse()) {
      for (const node of layer) {
        const near = [...node.up, ...node.down]
        if (near.length) node.x = 0.4 * node.x + (0.6 * near.reduce((sum, other) => sum + other.x, 0)) / near.length
      }
      spread(layer)
    }
  }
  return layers
}

// Layers as rows of boxes on the canvas: centred, stretched or narrowed, and split where even that is not enough.
function fitted(layers) {
  const half = ({vertex}) => (vertex === null ? LANE : boxWidth) / 2
  const ends = layers.flat().flatMap((node) => [node.x - half(node), node.x + half(node)])
  const [from, to] = [Math.min(...ends), Math.max(...ends)]
  let scale = Math.min(MOST_STRETCH, (FILLED * width - boxWidth) / Math.max(to - from - boxWidth, 1))
  if (scale < 1) scale = Math.min(1, (right - left) / (to - from - boxWidth))
  return layers.flatMap((layer) => {
    const boxes = layer.filter(({vertex}) => vertex !== null)
    const row = boxes.map(({vertex, x}) => ({vertex, x: width / 2 + (x - (from + to) / 2) * scale}))
    if (row.length <= PER_ROW) return [apart(row)]
    const parts = Math.ceil(row.length / PER_ROW)
    row.forEach((box, place) => { box.x = left + (place * (right - left)) / (row.length - 1) })
    return Array.from({length: parts}, (_, part) => apart(row.filter((_box, place) => place % parts === part)))
  })
}

function apart(row) {
  const step = boxWidth + gapX
  for (const box of row) box.x = Math.min(Math.max(box.x, left), right)
  for (let place = 1; place < row.length; place++) row[place].x = Math.max(row[place].x, row[place - 1].x + step)
  if (row.length) row[row.length - 1].x = Math.min(row[row.length - 1].x, right)
  for (let place = row.length - 2; place >= 0; place--) row[place].x = Math.min(row[place].x, row[place + 1].x - step)
  return row
}

function round(value) {
  return Math.round(value * 10) / 10
}

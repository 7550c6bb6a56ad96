// Where the vertices of a draft stand on the canvas. The same algorithm as draw/cell/layout.py; tests hold the two equal.

import { CANVAS } from "./constants.js"
import { boxSize } from "./clearance.js"
import { acyclic, halfWidth, layered } from "./layers.js"
/** @import { Box, Draft, LayoutNode, Point } from "./types.d.ts" */

const {gapX, gapY, left, right, top, bottom, width} = CANVAS
const FILLED = 0.72
const MOST_STRETCH = 1.6

// Centres for the vertices of any draft, [[x, y], ...]: input at the top, output at the bottom; y grows upwards.
/** @type {(draft: Draft) => Point[]} */
export function placeVertices(draft) {
  const count = draft.operations.length
  const [box, high] = boxSize(count)
  const layers = fitted(layered(count, acyclic(count, draft.edges), box), box)
  const most = Math.floor((top - bottom) / (high + gapY)) + 1
  const rows = layers.length > most ? grid(count, box, most) : layers
  const step = (top - bottom) / Math.max(rows.length - 1, 1)
  /** @type {Point[]} */
  const centres = []
  rows.forEach((row, number) => {
    for (const {vertex, x} of row) centres[Number(vertex)] = [round(x), round(top - number * step)]
  })
  return centres
}

// Centres where some are known, as after a vertex was added.
/** @type {(draft: Draft, known: (Point | null)[]) => Point[]} */
export function arrange(draft, known) {
  if (!known.some((centre) => centre)) return placeVertices(draft)
  const centres = draft.operations.map((_, vertex) => (known[vertex] ? inside(known[vertex]) : null))
  return centres.map((centre) => centre ?? remember(centres, freeCentre(centres.filter((other) => other !== null),
    boxSize(centres.length))))
}

/** @type {(centres: (Point | null)[], centre: Point) => Point} */
function remember(centres, centre) {
  centres[centres.indexOf(null)] = centre
  return centre
}

// The centre nearest to a wish at which the box of a vertex keeps a little distance from every other one.
/** @type {(vertex: number, wish: Point, centres: Point[]) => Point} */
export function settle(vertex, wish, centres) {
  const others = centres.filter((_, other) => other !== vertex)
  const [x, y] = inside(wish)
  const size = boxSize(centres.length)
  const columns = [x, ...others.flatMap((other) => [other[0] - size[0] - gapX / 2, other[0] + size[0] + gapX / 2])]
  const rows = [y, ...others.flatMap((other) => [other[1] - size[1] - gapY, other[1] + size[1] + gapY])]
  const free = columns.flatMap((column) => rows.map((row) => inside([column, row])))
    .filter((spot) => !others.some((other) => overlap(spot, other, gapY, size)))
  /** @type {(spot: Point) => number} */
  const distance = (spot) => (spot[0] - x) ** 2 + (spot[1] - y) ** 2
  free.sort((one, other) => distance(one) - distance(other) || one[0] - other[0] || one[1] - other[1])
  return (free[0] ?? [x, y]).map(round)
}

/** @type {(centre: Point) => Point} */
export function inside([x, y]) {
  return [Math.min(Math.max(x, left), right), Math.min(Math.max(y, bottom), top)]
}

/** @type {(one: Point, other: Point, gap: number, size: Point) => boolean} */
function overlap(one, other, gap, size) {
  return Math.abs(one[0] - other[0]) < size[0] + gap && Math.abs(one[1] - other[1]) < size[1] + gap
}

// A centre for a new vertex: down a zigzag, so that straight edges between neighbours hit nothing, then anywhere.
/** @type {(taken: Point[], size: Point) => Point} */
function freeCentre(taken, size) {
  for (let row = 0; row < 5; row++) {
    const spot = [width * (row % 2 ? 0.64 : 0.36), top + ((bottom - top) * (row + 1)) / 6]
    if (!taken.some((other) => overlap(spot, other, gapX, size))) return spot
  }
  let [best, widest] = [[left, top], -1]
  for (let cell = 0; cell < 25 * 13; cell++) {
    const spot = [left + ((cell % 13) * (right - left)) / 12, top - (Math.floor(cell / 13) * (top - bottom)) / 24]
    const room = Math.min(2, ...taken.map((other) =>
      Math.max(Math.abs(spot[0] - other[0]) / size[0], Math.abs(spot[1] - other[1]) / size[1])))
    if (room > widest) [best, widest] = [spot, room]
  }
  return best
}

// Layers as rows of boxes on the canvas: centred, stretched or narrowed, and split where even that is not enough.
/** @type {(layers: LayoutNode[][], box: number) => Box[][]} */
function fitted(layers, box) {
  const ends = layers.flat().flatMap((node) => [node.x - halfWidth(node, box), node.x + halfWidth(node, box)])
  const perRow = Math.floor((right - left) / (box + gapX)) + 1
  const [from, to] = [Math.min(...ends), Math.max(...ends)]
  let scale = Math.min(MOST_STRETCH, (FILLED * width - box) / Math.max(to - from - box, 1))
  if (scale < 1) scale = Math.min(1, (right - left) / (to - from - box))
  return layers.flatMap((layer) => {
    const boxes = layer.filter(({vertex}) => vertex !== null)
    const row = boxes.map(({vertex, x}) => ({vertex, x: width / 2 + (x - (from + to) / 2) * scale}))
    if (row.length <= perRow) return [apart(row, box)]
    const parts = Math.ceil(row.length / perRow)
    row.forEach((each, index) => { each.x = left + (index * (right - left)) / (row.length - 1) })
    return Array.from({length: parts}, (_, part) => apart(row.filter((_box, index) => index % parts === part),
      box))
  })
}

/** @type {(row: Box[], box: number) => Box[]} */
function apart(row, box) {
  const step = box + gapX
  for (const each of row) each.x = Math.min(Math.max(each.x, left), right)
  for (let index = 1; index < row.length; index++) row[index].x = Math.max(row[index].x, row[index - 1].x + step)
  if (row.length) row[row.length - 1].x = Math.min(row[row.length - 1].x, right)
  for (let index = row.length - 2; index >= 0; index--) row[index].x = Math.min(row[index].x, row[index + 1].x - step)
  return row
}

// Rows of vertices in order of their indices, for drafts too deep to be layered.
/** @type {(count: number, box: number, most: number) => Box[][]} */
function grid(count, box, most) {
  const perRow = Math.max(Math.floor((right - left) / (box + gapX)) + 1, Math.ceil(count / most))
  return Array.from({length: Math.ceil(count / perRow)}, (_row, number) => Array.from(
    {length: Math.min(perRow, count - number * perRow)},
    (_box, index) => ({vertex: number * perRow + index, x: left + (index * (right - left)) / (perRow - 1)})))
}

/** @type {(value: number) => number} */
function round(value) {
  return Math.floor(value * 10 + 0.5) / 10
}

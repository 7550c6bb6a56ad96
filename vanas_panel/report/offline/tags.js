// Where the small labels of edges stand: on or beside their own line, clear of boxes, of each other and of other lines;
// the rule of draw/cell/tags.py.

import { CANVAS } from "./constants.js"
import { boxSize, segmentHits } from "./clearance.js"
/** @import { Point, Tag } from "./types.d.ts" */

export const TAG_HEIGHT = 15
const SHARES = [0.5, 0.44, 0.56, 0.38, 0.62, 0.32, 0.68, 0.26, 0.74, 0.2, 0.8, 0.14, 0.86]
const COVERED = 1000
const CROSSED = 40
const HIDDEN = 100
const BESIDE = 30

/** @type {(text: string) => number} */
export function tagWidth(text) {
  return 7.4 * text.length + 9
}

// The centre of the label of every line, [[x, y], ...]; an empty text needs no room.
/** @type {(lines: Point[][], texts: string[], centres: Point[]) => Point[]} */
export function placeTags(lines, texts, centres) {
  /** @type {Tag[]} */
  const taken = []
  return lines.map((line, index) => {
    const text = texts[index]
    const spots = candidates(line, tagWidth(text))
    if (!text) return spots[0].at
    const half = tagWidth(text) / 2
    let [best, least] = [spots[0].at, Infinity]
    for (const {at, price} of spots) {
      const cost = price + (price < least ? clutter(at, half, centres, taken, lines, index) : 0)
      if (cost < least) [best, least] = [at, cost]
    }
    taken.push({at: best, half})
    return best
  })
}

/** @type {(line: Point[], width: number) => {at: Point, price: number}[]} */
function candidates(line, width) {
  const along = [0]
  for (let i = 1; i < line.length; i++) {
    along.push(along[i - 1] + Math.hypot(line[i][0] - line[i - 1][0], line[i][1] - line[i - 1][1]))
  }
  const length = along[along.length - 1]
  const spots = [0, 1, -1].flatMap((side) => SHARES.map((share) => {
    const wanted = share * length
    const next = Math.max(1, along.findIndex((part) => part >= wanted))
    const step = Math.max(along[next] - along[next - 1], 1e-9)
    const part = (wanted - along[next - 1]) / step
    const [dx, dy] = [0, 1].map((axis) => (line[next][axis] - line[next - 1][axis]) / step)
    const [x, y] = [line[next - 1][0] + part * dx * step, line[next - 1][1] + part * dy * step]
    // As far as it takes for the label to stand beside the line rather than on it.
    const reach = Math.abs(dy) * (width / 2 + 3) + Math.abs(dx) * (TAG_HEIGHT / 2 + 3)
    const hidden = Math.min(width / Math.max(Math.abs(dx), 1e-9), TAG_HEIGHT / Math.max(Math.abs(dy), 1e-9))
    return {
      at: [x - side * dy * reach, y + side * dx * reach],
      price: 30 * Math.abs(share - 0.5) + (side ? BESIDE : (HIDDEN * hidden) / Math.max(length, 1e-9)),
    }
  }))
  return spots
}

/** @type {(at: Point, half: number, centres: Point[], taken: Tag[], lines: Point[][], own: number) => number} */
function clutter([x, y], half, centres, taken, lines, own) {
  const {width, height, stripHeight} = CANVAS
  const [boxWidth, boxHeight] = boxSize(centres.length)
  const high = TAG_HEIGHT / 2
  let cost = Math.abs(x - width / 2) > width / 2 - half || y + high > height || y - high < stripHeight ? COVERED : 0
  for (const [boxX, boxY] of centres) {
    if (Math.abs(x - boxX) < boxWidth / 2 + half + 2 && Math.abs(y - boxY) < boxHeight / 2 + high + 2) cost += COVERED
  }
  for (const {at, half: other} of taken) {
    if (Math.abs(x - at[0]) < other + half + 1 && Math.abs(y - at[1]) < TAG_HEIGHT + 1) cost += COVERED
  }
  for (const [index, line] of lines.entries()) {
    if (index === own) continue
    for (let i = 0; i + 1 < line.length; i++) {
      if (segmentHits(line[i], line[i + 1], [x, y], half + 1, high + 1)) {
        cost += CROSSED
        break
      }
    }
  }
  return cost
}

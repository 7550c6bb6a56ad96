// Cost of a candidate line of an edge, and the places where it may not run: the inner loops of routing.js.

import { CANVAS } from "./constants.js"
/** @import { Point } from "./types.d.ts" */

const {boxWidth, boxHeight, width, height, stripHeight} = CANVAS
const [HALF_X, HALF_Y] = [boxWidth / 2, boxHeight / 2]
// The least distance between an edge and a box that it passes, and between an edge and the border of the canvas.
export const CLEAR = 6
const MARGIN = 3
const CROSSING = 32
const COMPANY = 2.5
const NEAR = 11

/** @type {(curve: Point[]) => number} */
export function lengthOf(curve) {
  let length = 0
  for (let i = 1; i < curve.length; i++) {
    length += Math.hypot(curve[i][0] - curve[i - 1][0], curve[i][1] - curve[i - 1][1])
  }
  return length
}

/** @type {(curve: Point[]) => boolean} */
export function leavesCanvas(curve) {
  return curve.some(([x, y]) => x < MARGIN || x > width - MARGIN || y < stripHeight || y > height - MARGIN)
}

// Whether a segment meets the inside of a box (the slab method).
/** @type {(from: Point, to: Point, box: Point, halfX: number, halfY: number) => boolean} */
export function segmentHits([x0, y0], [x1, y1], [boxX, boxY], halfX, halfY) {
  let [enter, leave] = [0, 1]
  for (const [start, step, centre, half] of [[x0, x1 - x0, boxX, halfX], [y0, y1 - y0, boxY, halfY]]) {
    if (Math.abs(step) < 1e-12) {
      if (Math.abs(start - centre) >= half) return false
      continue
    }
    const [near, far] = [(centre - half - start) / step, (centre + half - start) / step]
    enter = Math.max(enter, Math.min(near, far))
    leave = Math.min(leave, Math.max(near, far))
  }
  return enter < leave
}

// Whether a line comes too close to another box or runs back into its own ones.
/** @type {(curve: Point[], boxes: Point[], source: number, target: number) => boolean} */
export function isBlocked(curve, boxes, source, target) {
  return boxes.some((at, box) => {
    const room = box === source || box === target ? -0.01 : CLEAR
    for (let i = 0; i + 1 < curve.length; i++) {
      if (segmentHits(curve[i], curve[i + 1], at, HALF_X + room, HALF_Y + room)) return true
    }
    return false
  })
}

// Crossings with another line, and points that keep it company apart from the ends that may.
/** @type {(curve: Point[], line: Point[], skipHead: number, skipTail: number) => number} */
export function sharedCost(curve, line, skipHead, skipTail) {
  let cost = 0
  for (let i = 0; i < curve.length; i++) {
    let near = Infinity
    for (let j = 0; j + 1 < line.length; j++) {
      if (i && cross(curve[i - 1], curve[i], line[j], line[j + 1])) cost += CROSSING
      near = Math.min(near, Math.max(Math.abs(curve[i][0] - line[j][0]), Math.abs(curve[i][1] - line[j][1])))
    }
    if (near < NEAR && i >= skipHead && i < curve.length - skipTail) cost += COMPANY
  }
  return cost
}

/** @type {(p: Point, q: Point, r: Point, s: Point) => boolean} */
function cross(p, q, r, s) {
  const [d1x, d1y, d2x, d2y] = [q[0] - p[0], q[1] - p[1], s[0] - r[0], s[1] - r[1]]
  const area = d1x * d2y - d1y * d2x
  if (Math.abs(area) < 1e-9) return false
  const [gapX, gapY] = [r[0] - p[0], r[1] - p[1]]
  const [along, across] = [(gapX * d2y - gapY * d2x) / area, (gapX * d1y - gapY * d1x) / area]
  return along > 0 && along < 1 && across > 0 && across < 1
}

// How often a line crosses others, all of them by default.
/** @type {(lines: Point[][], index: number, others?: Iterable<number>) => number} */
export function crossingsOf(lines, index, others = lines.keys()) {
  let count = 0
  for (const other of others) {
    for (let i = 1; other !== index && i < lines[index].length; i++) {
      for (let j = 1; j < lines[other].length; j++) {
        if (cross(lines[index][i - 1], lines[index][i], lines[other][j - 1], lines[other][j])) count++
      }
    }
  }
  return count
}

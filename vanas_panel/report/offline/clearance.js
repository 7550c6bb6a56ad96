// Cost of a candidate line of an edge, and the places where it may not run: the inner loops of routing.js.

import { CANVAS } from "./constants.js"
/** @import { Point } from "./types.d.ts" */

const {width, height, stripHeight} = CANVAS
// The least distance between an edge and a box that it passes, and between an edge and the border of the canvas.
const CLEAR = 6
const SMALL_CLEAR = 3
const MARGIN = 3
const CROSSING = 32
const COMPANY = 2.5
const NEAR = 11

// Width and height of every box of a draft with so many vertices.
/** @type {(vertices: number) => [number, number]} */
export function boxSize(vertices) {
  return vertices > CANVAS.many ? [CANVAS.smallWidth, CANVAS.smallHeight] : [CANVAS.boxWidth, CANVAS.boxHeight]
}

// The least distance between an edge and a box that it passes, where there are so many boxes.
/** @type {(vertices: number) => number} */
export function clearance(vertices) {
  return vertices > CANVAS.many ? SMALL_CLEAR : CLEAR
}

// Left, right, bottom and top of a line.
/** @type {(line: Point[]) => number[]} */
export function extentOf(line) {
  const extent = [Infinity, -Infinity, Infinity, -Infinity]
  for (const [x, y] of line) {
    extent[0] = Math.min(extent[0], x)
    extent[1] = Math.max(extent[1], x)
    extent[2] = Math.min(extent[2], y)
    extent[3] = Math.max(extent[3], y)
  }
  return extent
}

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
  const [wide, high] = boxSize(boxes.length).map((side) => side / 2)
  const clear = clearance(boxes.length)
  const [left, right, bottom, top] = extentOf(curve)
  return boxes.some((at, box) => {
    const room = box === source || box === target ? -0.01 : clear
    if (left > at[0] + wide + room || right < at[0] - wide - room) return false
    if (bottom > at[1] + high + room || top < at[1] - high - room) return false
    for (let i = 0; i + 1 < curve.length; i++) {
      if (segmentHits(curve[i], curve[i + 1], at, wide + room, high + room)) return true
    }
    return false
  })
}

// Crossings with another line, and points that keep it company apart from the ends that may.
/** @type {(curve: Point[], line: Point[], skipHead: number, skipTail: number) => number} */
export function sharedCost(curve, line, skipHead, skipTail) {
  // Most points are far from most lines.
  const [left, right, bottom, top] = extentOf(line).map((side, index) => side + (index % 2 ? NEAR : -NEAR))
  let cost = 0
  for (let i = 0; i < curve.length; i++) {
    const [x, y] = curve[i]
    const [lastX, lastY] = curve[Math.max(i - 1, 0)]
    if (Math.max(x, lastX) < left || Math.min(x, lastX) > right) continue
    if (Math.max(y, lastY) < bottom || Math.min(y, lastY) > top) continue
    let near = Infinity
    for (let j = 0; j + 1 < line.length; j++) {
      if (i && cross(curve[i - 1], curve[i], line[j], line[j + 1])) cost += CROSSING
      near = Math.min(near, Math.max(Math.abs(x - line[j][0]), Math.abs(y - line[j][1])))
    }
    if (near < NEAR && i >= skipHead && i < curve.length - skipTail) cost += COMPANY
  }
  return cost
}

// Whether two extents are so far apart that nothing in them crosses or keeps company.
/** @type {(one: number[], other: number[]) => boolean} */
export function areApart(one, other) {
  return one[0] > other[1] + NEAR || one[1] < other[0] - NEAR || one[2] > other[3] + NEAR || one[3] < other[2] - NEAR
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

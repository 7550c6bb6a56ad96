// How edges run: smooth curves from border to border that never pass behind a vertex, with few crossings; the rule of
// draw/cell/routing.py. Every edge chooses among a fan of Bezier curves the one that is clear of every other box and costs
// least (crossings, company of other edges, detours). Short edges choose first, and all of them three times.

import { areApart, boxSize, clearance, crossingsOf, extentOf, isBlocked, leavesCanvas, lengthOf, sharedCost } from "./clearance.js"
/** @import { Candidate, Edge, Point } from "./types.d.ts" */

const POINTS = 22
const LENGTH = 0.12
const LEVEL = 14
const OFFSETS = [0, 24, 55, 95, 145, 205, 275]
const BOWS = OFFSETS.flatMap((one) => OFFSETS.flatMap((other) => [[one, other], [-one, -other]]))
const BASIS = Array.from({length: POINTS}, (_, point) => {
  const t = point / (POINTS - 1)
  return [(1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t ** 3]
})

// A line, [[x, y], ...], for every edge. With `former` lines and the edges that `moved`, only those choose again.
/** @type {(edges: Edge[], centres: Point[], former?: Point[][] | null, moved?: number[] | null) => Point[][]} */
export function routeEdges(edges, centres, former = null, moved = null) {
  /** @type {(Point[] | null)[]} */
  const found = former === null ? edges.map(() => null) : [...former]
  // None is left out below: a first choice is made for every edge.
  const lines = /** @type {Point[][]} */ (found)
  /** @type {(edge: Edge) => number} */
  const distance = ([s, t]) => Math.abs(centres[s][0] - centres[t][0]) + Math.abs(centres[s][1] - centres[t][1])
  const far = edges.map(distance)
  const order = edges.map((_, index) => index).sort((one, other) => far[one] - far[other] || one - other)
  const centred = edges.map(() => [0, 0])
  if (moved !== null) {
    choose(edges, centres, order.filter((index) => moved.includes(index)), centred, lines)
    return lines
  }
  choose(edges, centres, order, centred, lines)
  choose(edges, centres, order, centred, lines)
  const ports = portsOf(edges, lines, boxSize(centres.length)[0])
  choose(edges, centres, order, ports, lines)
  untangle(edges, centres, ports, lines)
  return lines
}

/** @type {(edges: Edge[], centres: Point[], order: number[], ports: number[][], lines: (Point[] | null)[]) => void} */
function choose(edges, centres, order, ports, lines) {
  const extents = lines.map((line) => (line === null ? [] : extentOf(line)))
  for (const index of order) {
    const [source, target] = edges[index]
    /** @type {Point[] | null} */
    let best = null
    /** @type {Point[] | null} */
    let first = null
    for (const fan of fansOf(centres, edges[index], ports[index])) {
      let least = Infinity
      for (const {points, price} of fan) {
        const curve = curveOf(points)
        first ??= curve
        let cost = price + LENGTH * lengthOf(curve)
        if (cost >= least || leavesCanvas(curve) || isBlocked(curve, centres, source, target)) continue
        const extent = extentOf(curve)
        for (let other = 0; other < edges.length && cost < least; other++) {
          const line = lines[other]
          if (other === index || line === null || areApart(extent, extents[other])) continue
          const head = edges[other].includes(source) ? 4 : 1
          const tail = edges[other].includes(target) ? 4 : 1
          cost += sharedCost(curve, line, head, tail)
        }
        if (cost < least) [best, least] = [curve, cost]
      }
      if (best !== null) break
    }
    const line = best ?? aroundCorners(centres, edges[index], 2) ?? aroundCorners(centres, edges[index], 0.5) ??
      first
    lines[index] = line
    extents[index] = line === null ? [] : extentOf(line)
  }
}

// Let two edges that meet at a vertex and cross all the same change their ports there, where that helps.
/** @type {(edges: Edge[], centres: Point[], ports: number[][], lines: Point[][]) => void} */
function untangle(edges, centres, ports, lines) {
  for (const end of [0, 1]) {
    for (let one = 0; one < edges.length; one++) {
      for (let other = 0; other < one; other++) {
        if (edges[one][end] !== edges[other][end] || !crossingsOf(lines, one, [other])) continue
        const before = crossingsOf(lines, one) + crossingsOf(lines, other)
        const kept = [lines[one], lines[other]]
        const swap = () => { [ports[one][end], ports[other][end]] = [ports[other][end], ports[one][end]] }
        swap()
        choose(edges, centres, [one, other], ports, lines)
        if (crossingsOf(lines, one) + crossingsOf(lines, other) < before) continue
        swap()
        lines[one] = kept[0]
        lines[other] = kept[1]
      }
    }
  }
}

/** @type {(centres: Point[], edge: Edge, ports: number[]) => Generator<Candidate[]>} */
function* fansOf(centres, [source, target], [leave, arrive]) {
  const [from, to] = [centres[source], centres[target]]
  const half = boxSize(centres.length).map((side) => side / 2)
  if (source === target) {
    yield loops(from, half)
    return
  }
  if (from[1] - to[1] >= 2 * half[1] + LEVEL) yield downwards(from, to, leave, arrive, half)
  yield sideways(from, to, half)
}

/** @type {(from: Point, to: Point, leave: number, arrive: number, half: Point) => Candidate[]} */
function downwards(from, to, leave, arrive, half) {
  const [start, end] = [[from[0] + leave, from[1] - half[1]], [to[0] + arrive, to[1] + half[1]]]
  const drop = start[1] - end[1]
  const reaches = drop < 90 ? [0.36 * drop] : [0.36 * drop, 40]
  return reaches.flatMap((reach) => BOWS.map(([one, other]) => ({
    points: [start, [start[0] + one, start[1] - reach], [end[0] + other, end[1] + reach], end],
    price: (Math.abs(one) + Math.abs(other)) * (0.05 + 6 / drop),
  })))
}

// Curves that leave and arrive at the left or right borders, for edges that do not go down.
/** @type {(from: Point, to: Point, half: Point) => Candidate[]} */
function sideways(from, to, half) {
  const fan = []
  for (const leave of [-1, 1]) {
    for (const arrive of [-1, 1]) {
      const [start, end] = [[from[0] + leave * half[0], from[1] - 5], [to[0] + arrive * half[0], to[1] + 5]]
      for (const reach of [20, 36, 56, 84, 120, 165, 220]) {
        for (const rise of leave === arrive ? [0] : [-90, -45, 0, 45, 90]) {
          fan.push({
            points: [start, [start[0] + leave * reach, start[1] + rise], [end[0] + arrive * reach, end[1] + rise], end],
            price: Math.abs(reach - 56) * 0.15 + Math.abs(rise) * 0.05,
          })
        }
      }
    }
  }
  return fan
}

/** @type {(centre: Point, half: Point) => Candidate[]} */
function loops([x, y], half) {
  return [46, 34, 24, 14, 9].flatMap((reach) => [1, -1].map((side) => {
    const edge = x + side * half[0]
    return {points: [[edge, y - 8], [edge + side * reach, y - 22], [edge + side * reach, y + 22], [edge, y + 8]],
            price: 46 - reach + (side < 0 ? 1 : 0)}
  }))
}

/** @type {(points: Point[]) => Point[]} */
function curveOf(points) {
  return BASIS.map((weights) => [0, 1].map((axis) =>
    weights[0] * points[0][axis] + weights[1] * points[1][axis] + weights[2] * points[2][axis] +
    weights[3] * points[3][axis]))
}

// Where along the borders edges start and end, so that neighbours neither merge nor cross there.
/** @type {(edges: Edge[], lines: Point[][], box: number) => number[][]} */
function portsOf(edges, lines, box) {
  const ports = edges.map(() => [0, 0])
  for (const end of [0, 1]) {
    /** @type {Map<number, number[]>} */
    const groups = new Map()
    edges.forEach((edge, index) => groups.set(edge[end], [...(groups.get(edge[end]) ?? []), index]))
    /** @type {(index: number) => number} */
    const lean = (index) => {
      const line = end ? [...lines[index]].reverse() : lines[index]
      const far = line[Math.min(4, line.length - 1)]
      return Math.round((1e6 * (far[0] - line[0][0])) / (Math.hypot(far[0] - line[0][0], far[1] - line[0][1]) + 1e-9))
    }
    for (const group of groups.values()) {
      const step = Math.min(20, (box - 28) / Math.max(group.length - 1, 1))
      group.sort((one, other) => lean(one) - lean(other) || one - other)
      group.forEach((index, rank) => { ports[index][end] = (rank - (group.length - 1) / 2) * step })
    }
  }
  return ports
}

// The shortest clear line around the corners of boxes, where no curve is clear; null where there is none.
/** @type {(centres: Point[], edge: Edge, margin: number) => Point[] | null} */
function aroundCorners(centres, [source, target], margin) {
  const room = clearance(centres.length) + margin
  const [halfX, halfY] = boxSize(centres.length).map((side) => side / 2)
  /** @type {(centre: Point) => Point[]} */
  const sides = ([x, y]) => [[x, y - halfY], [x + halfX, y], [x - halfX, y], [x, y + halfY]]
  /** @type {(centre: Point) => Point[]} */
  const corners = ([x, y]) => [[1, 1], [1, -1], [-1, 1], [-1, -1]].map(([sx, sy]) =>
    [x + sx * (halfX + room), y + sy * (halfY + room)])
  const points = [...sides(centres[source]), ...sides(centres[target]), ...centres.flatMap(corners)]
  const cost = points.map((_, index) => (index < 4 ? 0 : Infinity))
  const before = points.map(() => -1)
  const open = new Set(points.keys())
  while (open.size) {
    const nearest = [...open].reduce((one, other) => (cost[other] < cost[one] ? other : one))
    if (cost[nearest] === Infinity) return null
    open.delete(nearest)
    if (nearest >= 4 && nearest < 8) {
      const line = []
      for (let index = nearest; index >= 0; index = before[index]) line.unshift(points[index])
      return line
    }
    for (const next of open) {
      const way = [points[nearest], points[next]]
      const longer = cost[nearest] + Math.hypot(way[1][0] - way[0][0], way[1][1] - way[0][1])
      if (longer < cost[next] && !leavesCanvas(way) && !isBlocked(way, centres, source, target)) {
        cost[next] = longer
        before[next] = nearest
      }
    }
  }
  return null
}

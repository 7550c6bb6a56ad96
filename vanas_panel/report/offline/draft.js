// Drafts: labelled digraphs as they are drawn, and what keeps one from being a cell; the same as core/draft.py.
//
// A draft is {operations, edges}: labels from "input" to "output", and pairs of vertex indices, ascending, each once.

import { MAX_EDGES, MAX_VERTICES } from "./key.js"
import { gettext, ngettext } from "./language.js"
/** @import { Draft, Edge, Problem, Space } from "./types.d.ts" */

export const INPUT = "input"
export const OUTPUT = "output"

// A draft of these parts, or an error that says what is wrong with them.
/** @type {(operations: string[], edges?: Edge[]) => Draft} */
export function makeDraft(operations, edges = []) {
  const last = operations.length - 1
  const inner = operations.slice(1, -1)
  if (last < 1 || operations[0] !== INPUT || operations[last] !== OUTPUT) {
    throw new Error(`Found operations ${operations.join(", ")}; expected "input" first and "output" last.`)
  }
  if (inner.some((name) => typeof name !== "string" || !name.trim() || name === INPUT || name === OUTPUT)) {
    throw new Error(`Found inner operations ${inner.join(", ")}; expected texts other than "input" and "output".`)
  }
  for (const edge of edges) {
    if (edge.length !== 2 || edge.some((end) => !Number.isInteger(end) || end < 0 || end > last)) {
      throw new Error(`Found edge ${edge.join(", ")}; expected two vertex indices from 0 to ${last}.`)
    }
  }
  const sorted = edges.map((edge) => [...edge]).sort((one, other) => one[0] - other[0] || one[1] - other[1])
  const distinct = sorted.filter((edge, index) => index === 0 || !sameEdge(edge, sorted[index - 1]))
  return {operations: [...operations], edges: distinct}
}

const MOST_NAMES_LETTERS = 200

// The operations of a space for the end of a sentence about another one; nothing where they are long.
/** @type {(space: Space) => string} */
export function operationsWords(space) {
  const names = space.operations.join(", ")
  return [...names].length <= MOST_NAMES_LETTERS ? gettext("; it has {names}", {names}) : ""
}

/** @type {(one: Edge, other: Edge) => boolean} */
export function sameEdge(one, other) {
  return one[0] === other[0] && one[1] === other[1]
}

/** @type {(draft: Draft, edge: Edge) => boolean} */
export function hasEdge(draft, edge) {
  return draft.edges.some((other) => sameEdge(other, edge))
}

/** @type {(one: Draft, other: Draft) => boolean} */
export function sameDraft(one, other) {
  return one.operations.join("\n") === other.operations.join("\n") && one.edges.join(";") === other.edges.join(";")
}

// Vertices sorted so that edges point forward, the lowest index first where free and the output as late as it can be;
// null where there is a cycle.
/** @type {(draft: Draft) => number[] | null} */
export function topologicalOrder(draft) {
  const blockers = draft.operations.map(() => new Set())
  for (const [source, target] of draft.edges) blockers[target].add(source)
  const order = []
  const waiting = draft.operations.map((_, vertex) => vertex)
  while (waiting.length) {
    const index = waiting.findIndex((vertex) => blockers[vertex].size === 0)
    if (index < 0) return null
    const [vertex] = waiting.splice(index, 1)
    order.push(vertex)
    for (const rest of waiting) blockers[rest].delete(vertex)
  }
  return order
}

// The same of a draft that has no cycle.
/** @type {(draft: Draft) => number[]} */
export function inOrder(draft) {
  const order = topologicalOrder(draft)
  if (order === null) throw new Error("Found a draft with a directed cycle; expected one without.")
  return order
}

// Vertices on a walk from input to output, and for each edge whether it is on one.
/** @type {(draft: Draft) => {vertices: Set<number>, edges: boolean[]}} */
export function onPath(draft) {
  const last = draft.operations.length - 1
  const forward = reachable(0, draft.edges)
  const backward = reachable(last, draft.edges.map(([source, target]) => [target, source]))
  if (!forward.has(last)) return {vertices: new Set(), edges: draft.edges.map(() => false)}
  return {
    vertices: new Set([...forward].filter((vertex) => backward.has(vertex))),
    edges: draft.edges.map(([source, target]) => forward.has(source) && backward.has(target)),
  }
}

// Without what lies on no walk from input to output; null where there is no such walk.
/** @type {(draft: Draft) => Draft | null} */
export function pruned(draft) {
  const {vertices, edges} = onPath(draft)
  if (!vertices.size) return null
  const kept = draft.operations.map((_, vertex) => vertex).filter((vertex) => vertices.has(vertex))
  return makeDraft(kept.map((vertex) => draft.operations[vertex]),
    draft.edges.filter((_, index) => edges[index]).map((edge) => edge.map((end) => kept.indexOf(end))))
}

/** @type {(start: number, edges: Edge[]) => Set<number>} */
function reachable(start, edges) {
  const seen = new Set([start])
  const stack = [start]
  while (stack.length) {
    const vertex = stack.pop()
    for (const [source, target] of edges) {
      if (source === vertex && !seen.has(target)) {
        seen.add(target)
        stack.push(target)
      }
    }
  }
  return seen
}

// Problems that keep a draft from being a cell of a space, at most one of each kind: {kind, message, vertices, edges}.
/** @type {(draft: Draft, space?: Space) => Problem[]} */
export function problemsOf(draft, space) {
  return [...shapeProblems(draft), ...limitProblems(draft, space)]
}

/** @type {(draft: Draft) => Problem[]} */
function shapeProblems(draft) {
  const found = []
  const path = onPath(draft)
  const last = draft.operations.length - 1
  if (!path.vertices.size) found.push(problem("no path", gettext("There is no path from input to output.")))
  if (topologicalOrder(draft) === null) found.push(cycleProblem(draft))
  const elsewhere = draft.operations.map((_, vertex) => vertex).slice(1, last).filter((v) => !path.vertices.has(v))
  const stray = draft.edges.filter((_, index) => !path.edges[index])
  if (elsewhere.length || stray.length) {
    found.push(problem("off path", offPath(elsewhere.length, stray.length), elsewhere, stray))
  }
  return found
}

// How many vertices and edges are on no path; at least one is.
/** @type {(vertices: number, edges: number) => string} */
function offPath(vertices, edges) {
  if (!edges) {
    return ngettext("{count} vertex lies on no path from input to output.",
      "{count} vertices lie on no path from input to output.", vertices)
  }
  if (!vertices) {
    return ngettext("{count} edge lies on no path from input to output.",
      "{count} edges lie on no path from input to output.", edges)
  }
  return gettext("{vertices} and {edges} lie on no path from input to output.", {
    vertices: ngettext("{count} vertex", "{count} vertices", vertices),
    edges: ngettext("{count} edge", "{count} edges", edges),
  })
}

/** @type {(draft: Draft, space?: Space) => Problem[]} */
function limitProblems(draft, space) {
  const found = []
  const {operations, edges} = draft
  const mostVertices = space ? space.maxVertices : MAX_VERTICES
  const mostEdges = space ? space.maxEdges : MAX_EDGES
  if (operations.length > mostVertices) {
    found.push(problem("too many vertices", gettext("{found} vertices are more than the {most} of this search space.",
      {found: operations.length, most: mostVertices})))
  }
  if (edges.length > mostEdges) {
    found.push(problem("too many edges", gettext("{found} edges are more than the {most} of this search space.",
      {found: edges.length, most: mostEdges})))
  }
  const inner = operations.map((_, vertex) => vertex).slice(1, -1)
  const strangers = space ? inner.filter((vertex) => !space.operations.includes(operations[vertex])) : []
  if (space && strangers.length) {
    const names = [...new Set(strangers.map((vertex) => operations[vertex]))].sort(byCodePoint).join(", ")
    const words = gettext("This search space has no operation {names}{known}.", {names, known: operationsWords(space)})
    found.push(problem("unknown operation", words, strangers))
  }
  return found
}

// Names one directed cycle of a draft that has some: the first that a search in depth from the lowest vertices meets.
/** @type {(draft: Draft) => Problem} */
function cycleProblem(draft) {
  const finished = new Set()
  /** @type {Edge[]} */
  const path = []
  /** @type {(vertex: number, above: number[]) => Edge[] | null} */
  const visit = (vertex, above) => {
    for (const edge of draft.edges) {
      if (edge[0] !== vertex || finished.has(edge[1])) continue
      path.push(edge)
      if (above.includes(edge[1])) return path.slice(path.findIndex((step) => step[0] === edge[1]))
      const cycle = visit(edge[1], [...above, edge[1]])
      if (cycle) return cycle
      path.pop()
    }
    finished.add(vertex)
    return null
  }
  for (let vertex = 0; vertex < draft.operations.length; vertex++) {
    const cycle = finished.has(vertex) ? null : visit(vertex, [vertex])
    if (cycle) {
      const vertices = cycle.map(([source]) => source)
      const names = [...vertices, cycle[cycle.length - 1][1]].map((v) => draft.operations[v]).join(" → ")
      return problem("cycle", gettext("There is a directed cycle: {names}.", {names}), vertices, cycle)
    }
  }
  throw new Error("a draft without a cycle has none to name")
}

/** @type {(kind: string, message: string, vertices?: number[], edges?: Edge[]) => Problem} */
function problem(kind, message, vertices = [], edges = []) {
  return {kind, message, vertices, edges}
}

// The order in which Python sorts texts; JavaScript's own looks at halves of characters outside the basic plane.
/** @type {(one: string, other: string) => number} */
export function byCodePoint(one, other) {
  const [left, right] = [Array.from(one), Array.from(other)]
  for (let index = 0; index < Math.min(left.length, right.length); index++) {
    const difference = Number(left[index].codePointAt(0)) - Number(right[index].codePointAt(0))
    if (difference) return difference
  }
  return left.length - right.length
}

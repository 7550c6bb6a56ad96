// Drafts: labelled digraphs as they are drawn, and what keeps one from being a cell; the same as core/draft.py.
//
// A draft is {operations, edges}: labels from "input" to "output", and pairs of vertex indices, ascending, each once.

import { MAX_EDGES, MAX_VERTICES } from "./key.js"

export const INPUT = "input"
export const OUTPUT = "output"

// A draft of these parts, or an error that says what is wrong with them.
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
  const distinct = sorted.filter((edge, place) => place === 0 || !sameEdge(edge, sorted[place - 1]))
  return {operations: [...operations], edges: distinct}
}

export function sameEdge(one, other) {
  return one[0] === other[0] && one[1] === other[1]
}

export function hasEdge(draft, edge) {
  return draft.edges.some((other) => sameEdge(other, edge))
}

export function sameDraft(one, other) {
  return one.operations.join("\n") === other.operations.join("\n") && one.edges.join(";") === other.edges.join(";")
}

// Vertices sorted so that edges point forward, the lowest index first where free and the output as late as it can be;
// null where there is a cycle.
export function topologicalOrder(draft) {
  const blockers = draft.operations.map(() => new Set())
  for (const [source, target] of draft.edges) blockers[target].add(source)
  const order = []
  const waiting = draft.operations.map((_, vertex) => vertex)
  while (waiting.length) {
    const place = waiting.findIndex((vertex) => blockers[vertex].size === 0)
    if (place < 0) return null
    const [vertex] = waiting.splice(place, 1)
    order.push(vertex)
    for (const rest of waiting) blockers[rest].delete(vertex)
  }
  return order
}

// Vertices on a walk from input to output, and for each edge whether it is on one.
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
export function pruned(draft) {
  const {vertices, edges} = onPath(draft)
  if (!vertices.size) return null
  const kept = draft.operations.map((_, vertex) => vertex).filter((vertex) => vertices.has(vertex))
  return makeDraft(kept.map((vertex) => draft.operations[vertex]),
    draft.edges.filter((_, place) => edges[place]).map((edge) => edge.map((end) => kept.indexOf(end))))
}

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

// What keeps a draft from being a cell of a space, at most one of each kind: {kind, message, vertices, edges}.
export function problemsOf(draft, space) {
  return [...shapeProblems(draft), ...limitProblems(draft, space)]
}

function shapeProblems(draft) {
  const found = []
  const path = onPath(draft)
  const last = draft.operations.length - 1
  if (!path.vertices.size) found.push(problem("no path", "There is no path from input to output."))
  if (topologicalOrder(draft) === null) found.push(cycleProblem(draft))
  const elsewhere = draft.operations.map((_, vertex) => vertex).slice(1, last).filter((v) => !path.vertices.has(v))
  const stray = draft.edges.filter((_, place) => !path.edges[place])
  if (elsewhere.length || stray.length) {
    const names = [counted(elsewhere.length, "vertex", "vertices"), counted(stray.length, "edge", "edges")]
    const verb = elsewhere.length + stray.length === 1 ? "lies" : "lie"
    const subject = names.filter((name) => name).join(" and ")
    found.push(problem("off path", `${subject} ${verb} on no path from input to output.`, elsewhere, stray))
  }
  return found
}

function limitProblems(draft, space) {
  const found = []
  const {operations, edges} = draft
  const mostVertices = space ? space.maxVertices : MAX_VERTICES
  const mostEdges = space ? space.maxEdges : MAX_EDGES
  if (operations.length > mostVertices) {
    const words = `${operations.length} vertices are more than the ${mostVertices} of this search space.`
    found.push(problem("too many vertices", words))
  }
  if (edges.length > mostEdges) {
    found.push(problem("too many edges", `${edges.length} edges are more than the ${mostEdges} of this search space.`))
  }
  const inner = operations.map((_, vertex) => vertex).slice(1, -1)
  const strangers = space ? inner.filter((vertex) => !space.operations.includes(operations[vertex])) : []
  if (strangers.length) {
    const names = [...new Set(strangers.map((vertex) => operations[vertex]))].sort(byCodePoint).join(", ")
    found.push(problem("unknown operation", `This search space has no operation ${names}.`, strangers))
  }
  return found
}

// Names one directed cycle of a draft that has some: the first that a search in depth from the lowest vertices meets.
function cycleProblem(draft) {
  const finished = new Set()
  const path = []
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
      return problem("cycle", `There is a directed cycle: ${names}.`, vertices, cycle)
    }
  }
  throw new Error("a draft without a cycle has none to name")
}

function problem(kind, message, vertices = [], edges = []) {
  return {kind, message, vertices, edges}
}

function counted(count, one, many) {
  return count ? `${count} ${count === 1 ? one : many}` : ""
}

// The order in which Python sorts texts; JavaScript's own looks at halves of characters outside the basic plane.
export function byCodePoint(one, other) {
  const [left, right] = [Array.from(one), Array.from(other)]
  for (let place = 0; place < Math.min(left.length, right.length); place++) {
    const difference = left[place].codePointAt(0) - right[place].codePointAt(0)
    if (difference) return difference
  }
  return left.length - right.length
}

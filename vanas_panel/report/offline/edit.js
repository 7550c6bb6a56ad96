// Edits of a draft, each a new draft, as core/edit.py defines them; an added inner vertex stands before the output.

import { OUTPUT, hasEdge, makeDraft, sameEdge, topologicalOrder } from "./draft.js"
/** @import { Draft, Edge } from "./types.d.ts" */

/** @type {(draft: Draft, operation: string) => Draft} */
export function withVertex(draft, operation) {
  const fresh = draft.operations.length - 1
  const moved = draft.edges.map((edge) => edge.map((end) => end + (end === fresh ? 1 : 0)))
  return makeDraft([...draft.operations.slice(0, -1), operation, OUTPUT], moved)
}

/** @type {(draft: Draft, vertex: number) => Draft} */
export function withoutVertex(draft, vertex) {
  const kept = draft.edges.filter((edge) => !edge.includes(vertex))
  return makeDraft(draft.operations.filter((_, index) => index !== vertex),
    kept.map((edge) => edge.map((end) => end - (end > vertex ? 1 : 0))))
}

/** @type {(draft: Draft, edge: Edge) => Draft} */
export function withEdge(draft, edge) {
  return makeDraft(draft.operations, [...draft.edges, edge])
}

/** @type {(draft: Draft, edge: Edge) => Draft} */
export function withoutEdge(draft, edge) {
  return makeDraft(draft.operations, draft.edges.filter((other) => !sameEdge(other, edge)))
}

// The first pair of vertices of an edge type that can be joined without a cycle or a second edge; null for none.
/** @type {(draft: Draft, sourceOperation: string, targetOperation: string) => Edge | null} */
function freeEdge(draft, sourceOperation, targetOperation) {
  for (const [source, operation] of draft.operations.entries()) {
    for (const [target, other] of draft.operations.entries()) {
      const edge = [source, target]
      if (operation !== sourceOperation || other !== targetOperation || source === target) continue
      if (hasEdge(draft, edge)) continue
      if (topologicalOrder(withEdge(draft, edge)) !== null) return edge
    }
  }
  return null
}

// Add an edge of a type, and as few vertices as that takes; the same draft where that is not possible.
/** @type {(draft: Draft, source: string, target: string) => Draft} */
export function withEdgeType(draft, source, target) {
  const inner = [target, source].filter((operation) => operation !== "input" && operation !== "output")
  for (const added of [[], ...inner.map((operation) => [operation]), inner]) {
    const grown = added.reduce(withVertex, draft)
    const edge = freeEdge(grown, source, target)
    if (edge !== null) return withEdge(grown, edge)
  }
  return draft
}

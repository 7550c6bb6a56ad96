// The exact canonical key of a cell, as core/canonical.py and core/encoding.py define it.
//
// A packed cell has 56 bits there; here it is two whole numbers that a 32-bit operation holds. `head` is what stands
// above the edges: the number of vertices, then six fields of four bits with the operations of the inner vertices,
// vertex 1 in the highest one. `edges` is the edge field: bit j * (j - 1) / 2 + i is the edge from vertex i to vertex
// j, i < j. Two cells compare by head, then by edges.

/** @import { Edge, Packed } from "./types.d.ts" */

export const MAX_VERTICES = 8
export const MAX_INNER = MAX_VERTICES - 2
export const MAX_EDGES = (MAX_VERTICES * (MAX_VERTICES - 1)) / 2
export const MAX_OPERATIONS = 15

/** @type {(source: number, target: number) => number} */
export function edgeBit(source, target) {
  return (target * (target - 1)) / 2 + source
}

/** @type {(head: number) => number} */
export function vertexCount(head) {
  return head >> 24
}

// Operation index of an inner vertex, counted from 1.
/** @type {(head: number, vertex: number) => number} */
export function operationAt(head, vertex) {
  return (head >> (4 * (MAX_INNER - vertex))) & 15
}

// The head of a cell whose inner vertices, in topological order, have these operation indices.
/** @type {(operations: number[]) => number} */
export function packHead(operations) {
  let head = (operations.length + 2) << 24
  operations.forEach((operation, index) => { head |= operation << (4 * (MAX_INNER - 1 - index)) })
  return head
}

// The edge field of edges between vertices in topological order.
/** @type {(edges: Edge[]) => number} */
export function packEdges(edges) {
  return edges.reduce((field, [source, target]) => field | (1 << edgeBit(source, target)), 0)
}

// Operation indices and edges of a packed cell, its vertices in the packed order.
/** @type {(head: number, edges: number) => {operations: number[], edges: Edge[]}} */
export function unpackCell(head, edges) {
  const last = vertexCount(head) - 1
  /** @type {ReturnType<typeof unpackCell>} */
  const found = {operations: [], edges: []}
  for (let vertex = 1; vertex < last; vertex++) found.operations.push(operationAt(head, vertex))
  for (let source = 0; source < last; source++) {
    for (let target = source + 1; target <= last; target++) {
      if ((edges >> edgeBit(source, target)) & 1) found.edges.push([source, target])
    }
  }
  return found
}

const predecessors = new Int32Array(MAX_VERTICES)
const ranks = new Int32Array(MAX_VERTICES)
const order = new Int32Array(MAX_VERTICES)
const prefix = new Int32Array(MAX_VERTICES)

// The smallest packed form over all orders of the inner vertices in which every edge points forward: [head, edges].
//
// A depth-first search places one vertex after another. The head fills from its highest bits, so a branch whose
// operations already exceed the best is cut; ties are decided by the edges at the leaves.
/** @type {(head: number, edges: number) => Packed} */
export function canonicalKey(head, edges) {
  const last = vertexCount(head) - 1
  predecessors.fill(0)
  for (let target = 1; target <= last; target++) {
    for (let source = 0; source < target; source++) {
      if ((edges >> edgeBit(source, target)) & 1) predecessors[target] |= 1 << source
    }
  }
  ranks.fill(0)
  ranks[last] = last
  prefix[0] = (last + 1) << 24
  let [bestHead, bestEdges] = [head, edges]
  let [placed, depth, candidate] = [1, 1, 1]
  while (depth >= 1) {
    if (depth === last) {
      const grown = prefix[depth - 1]
      const field = relabelledEdges(last)
      if (grown < bestHead || (grown === bestHead && field < bestEdges)) [bestHead, bestEdges] = [grown, field]
      candidate = last
    }
    let grown = 0
    while (candidate < last) {
      if (((placed >> candidate) & 1) === 0 && (predecessors[candidate] & ~placed) === 0) {
        const shift = 4 * (MAX_INNER - depth)
        grown = prefix[depth - 1] | (operationAt(head, candidate) << shift)
        if (grown >> shift <= bestHead >> shift) break
      }
      candidate++
    }
    if (candidate < last) {
      order[depth] = candidate
      ranks[candidate] = depth
      placed |= 1 << candidate
      prefix[depth] = grown
      depth++
      candidate = 1
    } else {
      depth--
      if (depth >= 1) {
        candidate = order[depth]
        placed &= ~(1 << candidate)
        candidate++
      }
    }
  }
  return [bestHead, bestEdges]
}

// The edge field after every vertex has got its new index.
/** @type {(last: number) => number} */
function relabelledEdges(last) {
  let field = 0
  for (let target = 1; target <= last; target++) {
    for (let source = 0; source < target; source++) {
      if ((predecessors[target] >> source) & 1) field |= 1 << edgeBit(ranks[source], ranks[target])
    }
  }
  return field
}

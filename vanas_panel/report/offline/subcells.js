// Contribution of every edge of a cell: what the measured sub-cells with it score above those without it, as
// core/contribution.py defines it.

import { canonicalKey, edgeBit, operationAt, vertexCount } from "./key.js"
import { inOrder } from "./draft.js"
import { packDraft } from "./table.js"
/** @import { Contribution, Draft, Edge, Packed } from "./types.d.ts" */
/** @import { Table } from "./table.js" */

export const MOST_EDGES = 20

// One {source, target, contribution, nWith, nWithout} for every edge of a cell, in their order; the contribution is NaN
// where one side is empty. Sums run over the subsets in the same order as in Python: both agree to the last bit.
/** @type {(table: Table, cell: Draft, metric: string) => Contribution[]} */
export function edgeContributions(table, cell, metric) {
  const {edges} = cell
  if (edges.length > MOST_EDGES) {
    throw new Error(`Found a cell of ${edges.length} edges; expected at most ${MOST_EDGES}.`)
  }
  const [values, factor] = table.summable(metric)
  /** @type {number[]} */
  const rank = []
  inOrder(cell).forEach((vertex, index) => { rank[vertex] = index })
  const ends = edges.map(([source, target]) => [rank[source], rank[target]])
  const [head] = packDraft(cell, table.space)
  const sums = [new Float64Array(edges.length), new Float64Array(edges.length)]
  const counts = [new Int32Array(edges.length), new Int32Array(edges.length)]
  for (let chosen = 1; chosen < 1 << edges.length; chosen++) {
    const part = subCell(head, ends, chosen)
    if (part === null) continue
    const row = table.findKey(...canonicalKey(...part))
    if (row < 0 || Number.isNaN(values[row])) continue
    for (let index = 0; index < edges.length; index++) {
      const side = (chosen >> index) & 1
      sums[side][index] += values[row]
      counts[side][index] += 1
    }
  }
  return edges.map(([source, target], index) => ({
    source,
    target,
    contribution: (sums[1][index] / counts[1][index] - sums[0][index] / counts[0][index]) * factor,
    nWith: counts[1][index],
    nWithout: counts[0][index],
  }))
}

const relabel = new Int32Array(8)

// The sub-cell of the edges whose bits are in `chosen`, packed; null where an edge is then on no input-output path.
//
// In a cell all edges lie on such paths exactly where each vertex that has an edge has both a predecessor (but the
// input) and a successor (but the output).
/** @type {(head: number, ends: Edge[], chosen: number) => Packed | null} */
function subCell(head, ends, chosen) {
  const last = vertexCount(head) - 1
  let [hasSource, hasTarget] = [1, 1 << last]
  for (let index = 0; index < ends.length; index++) {
    if ((chosen >> index) & 1) {
      hasTarget |= 1 << ends[index][0]
      hasSource |= 1 << ends[index][1]
    }
  }
  if (hasSource !== hasTarget) return null
  let vertices = 0
  for (let vertex = 0; vertex <= last; vertex++) {
    if ((hasSource >> vertex) & 1) relabel[vertex] = vertices++
  }
  let partHead = vertices << 24
  for (let vertex = 1; vertex < last; vertex++) {
    if ((hasSource >> vertex) & 1) partHead |= operationAt(head, vertex) << (4 * (6 - relabel[vertex]))
  }
  let partEdges = 0
  for (let index = 0; index < ends.length; index++) {
    if ((chosen >> index) & 1) partEdges |= 1 << edgeBit(relabel[ends[index][0]], relabel[ends[index][1]])
  }
  return [partHead, partEdges]
}

// Contribution of every edge of a cell: what the measured sub-cells with it score above those without it, as
// core/contribution.py defines it.

import { canonicalKey, edgeBit, operationAt, vertexCount } from "./key.js"
import { topologicalOrder } from "./draft.js"
import { packDraft } from "./table.js"

export const MOST_EDGES = 20

// One {source, target, contribution, nWith, nWithout} for every edge of a cell, in their order; the contribution is NaN
// where one side is empty. Sums run over the subsets in the same order as in Python: both agree to the last bit.
export function edgeContributions(table, cell, metric) {
  const {edges} = cell
  if (edges.length > MOST_EDGES) {
    throw new Error(`Found a cell of ${edges.length} edges; expected at most ${MOST_EDGES}.`)
  }
  const [values, factor] = table.summable(metric)
  const rank = []
  topologicalOrder(cell).forEach((vertex, place) => { rank[vertex] = place })
  const ends = edges.map(([source, target]) => [rank[source], rank[target]])
  const [head] = packDraft(cell, table.space)
  const sums = [new Float64Array(edges.length), new Float64Array(edges.length)]
  const counts = [new Int32Array(edges.length), new Int32Array(edges.length)]
  for (let chosen = 1; chosen < 1 << edges.length; chosen++) {
    const part = subCell(head, ends, chosen)
    if (part === null) continue
    const row = table.findKey(...canonicalKey(...part))
    if (row < 0 || Number.isNaN(values[row])) continue
    for (let place = 0; place < edges.length; place++) {
      const side = (chosen >> place) & 1
      sums[side][place] += values[row]
      counts[side][place] += 1
    }
  }
  return edges.map(([source, target], place) => ({
    source,
    target,
    contribution: (sums[1][place] / counts[1][place] - sums[0][place] / counts[0][place]) * factor,
    nWith: counts[1][place],
    nWithout: counts[0][place],
  }))
}

const relabel = new Int32Array(8)

// The sub-cell of the edges whose bits are in `chosen`, packed; null where an edge is then on no input-output path.
//
// In a cell all edges lie on such paths exactly where each vertex that has an edge has both a predecessor (but the
// input) and a successor (but the output).
function subCell(head, ends, chosen) {
  const last = vertexCount(head) - 1
  let [hasSource, hasTarget] = [1, 1 << last]
  for (let place = 0; place < ends.length; place++) {
    if ((chosen >> place) & 1) {
      hasTarget |= 1 << ends[place][0]
      hasSource |= 1 << ends[place][1]
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
  for (let place = 0; place < ends.length; place++) {
    if ((chosen >> place) & 1) partEdges |= 1 << edgeBit(relabel[ends[place][0]], relabel[ends[place][1]])
  }
  return [partHead, partEdges]
}

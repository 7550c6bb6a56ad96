// Every cell of the table that contains a draft, best first, as core/completion.py defines it: exact, with input on
// input, output on output, each operation on the same one and every drawn edge on an edge.
//
// The cells of one multiset of operations are put into a common form when they are first asked for: inner vertices
// sorted by operation, edges as bits, source * 7 + target - 1, in two words of 25 and 24 bits. A draft is in a cell
// where one of its images, one for every way of mapping its vertices to sorted ones, has no bit that the cell lacks.

import { gettext } from "./language.js"
import { MAX_INNER, edgeBit, operationAt, vertexCount } from "./key.js"
import { OUTPUT, byCodePoint, operationsWords, topologicalOrder } from "./draft.js"
/** @import { Bits, Completions, Draft, Forms, Group, Image, Known, Part, Space } from "./types.d.ts" */
/** @import { Table } from "./table.js" */

const SIDE = 7
const LOW = 25

// {matches, reason, rows: [{row, value, operations, edges}]}: how many cells contain the draft, why none does, and the
// best `top`, in the draft's own vertex indices, with vertices that were added before the output.
/** @type {(table: Table, draft: Draft, metric: string, top?: number, extraVertices?: number) => Completions} */
export function complete(table, draft, metric, top = 5, extraVertices = 0) {
  const values = table.column(metric)
  const reason = impossible(table.space, draft)
  const found = reason ? [] : search(table, draft, extraVertices)
  const matches = found.reduce((sum, part) => sum + part.rows.length, 0)
  if (!matches) return {matches, reason: reason || noMatch(table, draft, extraVertices), rows: []}
  const best = bestRows(table, found, metric, top)
  return {
    matches,
    reason: "",
    rows: best.map(({row, part}) => ({row, value: values[row], ...completed(table, draft, row, part)})),
  }
}

// Runs of the table by the multiset of their operations, ascending: [{group, runs}].
/** @type {(table: Table) => Group[]} */
function groupsOf(table) {
  if (table.groups === undefined) {
    const groups = /** @type {Known<string, Group>} */ (new Map())
    table.runs.heads.forEach((head, run) => {
      const group = []
      for (let vertex = 1; vertex < vertexCount(head) - 1; vertex++) group.push(operationAt(head, vertex))
      group.sort((one, other) => one - other)
      const name = group.join(",")
      if (!groups.has(name)) groups.set(name, {group, runs: []})
      groups.get(name).runs.push(run)
    })
    table.groups = [...groups.values()]
  }
  return table.groups
}

// The groups whose cells may contain the draft.
/** @type {(table: Table, draft: Draft, extraVertices: number) => Group[]} */
function fitting(table, draft, extraVertices) {
  const wanted = draft.operations.slice(1, -1).map((name) => table.space.operations.indexOf(name))
  /** @type {(list: number[], operation: number) => number} */
  const count = (list, operation) => list.filter((other) => other === operation).length
  return groupsOf(table).filter(({group}) => {
    const more = group.length - wanted.length
    return more >= 0 && more <= extraVertices && wanted.every((o) => count(wanted, o) <= count(group, o))
  })
}

/** @type {(table: Table, draft: Draft, extraVertices: number) => Part[]} */
function search(table, draft, extraVertices) {
  const parts = []
  for (const group of fitting(table, draft, extraVertices)) {
    const images = imagesOf(table.space, draft, group.group)
    const {rows, low, high} = formsOf(table, group)
    const matching = []
    for (let index = 0; index < rows.length; index++) {
      for (const image of images) {
        if ((image.low & ~low[index]) === 0 && (image.high & ~high[index]) === 0) {
          matching.push(rows[index])
          break
        }
      }
    }
    parts.push({group: group.group, images, rows: matching})
  }
  return parts
}

// Rows of a group, and their edges in the common form.
/** @type {(table: Table, group: Group) => Forms} */
function formsOf(table, group) {
  if (group.forms === undefined) {
    const {heads, starts} = table.runs
    const count = group.runs.reduce((sum, run) => sum + starts[run + 1] - starts[run], 0)
    const forms = {rows: new Int32Array(count), low: new Int32Array(count), high: new Int32Array(count)}
    let index = 0
    for (const run of group.runs) {
      const pairs = pairsOf(heads[run])
      for (let row = starts[run]; row < starts[run + 1]; row++, index++) {
        forms.rows[index] = row
        for (const {bit, low, high} of pairs) {
          if ((table.edges[row] >> bit) & 1) {
            forms.low[index] |= low
            forms.high[index] |= high
          }
        }
      }
    }
    group.forms = forms
  }
  return group.forms
}

// For every possible edge of a cell with this head, its bit there and its bits in the common form.
/** @type {(head: number) => (Bits & {bit: number})[]} */
function pairsOf(head) {
  const last = vertexCount(head) - 1
  const slot = slotsOf(head)
  const pairs = []
  for (let target = 1; target <= last; target++) {
    for (let source = 0; source < target; source++) {
      pairs.push({bit: edgeBit(source, target), ...bitsOf(slot[source], slot[target])})
    }
  }
  return pairs
}

// Where each vertex stands once the inner ones are sorted by operation; equal ones keep their order.
/** @type {(head: number) => number[]} */
function slotsOf(head) {
  const last = vertexCount(head) - 1
  const inner = Array.from({length: last - 1}, (_, index) => index + 1)
  inner.sort((one, other) => operationAt(head, one) - operationAt(head, other) || one - other)
  const slot = [0]
  inner.forEach((vertex, index) => { slot[vertex] = index + 1 })
  slot[last] = last
  return slot
}

/** @type {(source: number, target: number) => Bits} */
function bitsOf(source, target) {
  const bit = source * SIDE + target - 1
  return {low: bit < LOW ? 1 << bit : 0, high: bit < LOW ? 0 : 1 << (bit - LOW)}
}

// One mapping of the draft's vertices for each distinct image of its edges: [{low, high, image}].
/** @type {(space: Space, draft: Draft, group: number[]) => Image[]} */
function imagesOf(space, draft, group) {
  const last = draft.operations.length - 1
  const byOperation = new Map()
  for (let vertex = 1; vertex < last; vertex++) {
    const operation = space.operations.indexOf(draft.operations[vertex])
    byOperation.set(operation, [...(byOperation.get(operation) ?? []), vertex])
  }
  const image = new Array(last + 1).fill(0)
  image[last] = group.length + 1
  const images = new Map()
  const kinds = [...byOperation].map(([operation, vertices]) => ({
    vertices,
    slots: group.map((_, index) => index + 1).filter((slot) => group[slot - 1] === operation),
  }))
  /** @type {(kind: number, index: number, taken: number) => void} */
  const choose = (kind, index, taken) => {
    if (kind === kinds.length) {
      const words = {low: 0, high: 0}
      for (const [source, target] of draft.edges) {
        const {low, high} = bitsOf(image[source], image[target])
        words.low |= low
        words.high |= high
      }
      const name = words.high * 2 ** LOW + words.low
      if (!images.has(name)) images.set(name, {...words, image: [...image]})
    } else if (index === kinds[kind].vertices.length) {
      choose(kind + 1, 0, 0)
    } else {
      for (const slot of kinds[kind].slots) {
        if ((taken >> slot) & 1) continue
        image[kinds[kind].vertices[index]] = slot
        choose(kind, index + 1, taken | (1 << slot))
      }
    }
  }
  choose(0, 0, 0)
  return [...images.values()]
}

// The best rows of all parts, unknown values last, ties as the rows stand in the source.
/** @type {(table: Table, found: Part[], metric: string, top: number) => {row: number, part: Part}[]} */
function bestRows(table, found, metric, top) {
  const values = table.column(metric)
  const lowerFirst = table.metric(metric).higher === false
  /** @type {(row: number) => number} */
  const score = (row) => {
    const value = lowerFirst ? values[row] : -values[row]
    return Number.isNaN(value) ? Infinity : value
  }
  /** @type {{row: number, part: Part, score: number}[]} */
  const best = []
  for (const part of found) {
    for (const row of part.rows) {
      const entry = {row, part, score: score(row)}
      /** @type {(other: {row: number, score: number}) => boolean} */
      const before = (other) => other.score < entry.score ||
        (other.score === entry.score && table.isBefore(other.row, row))
      if (best.length === top && (top === 0 || before(best[top - 1]))) continue
      let index = best.length
      while (index > 0 && !before(best[index - 1])) index--
      best.splice(index, 0, entry)
      if (best.length > top) best.pop()
    }
  }
  return best
}

// Operations and edges of a matching cell in the vertex indices of the draft.
/** @type {(table: Table, draft: Draft, row: number, part: Part) => Draft} */
function completed(table, draft, row, {group, images}) {
  const last = draft.operations.length - 1
  const [head, edges] = table.key(row)
  const drawn = pairsOf(head).filter(({bit}) => (edges >> bit) & 1)
  const low = drawn.reduce((bits, pair) => bits | pair.low, 0)
  const high = drawn.reduce((bits, pair) => bits | pair.high, 0)
  const {image} = /** @type {Image} */ (images.find((one) => (one.low & ~low) === 0 && (one.high & ~high) === 0))
  const own = /** @type {Known<number, number>} */ (new Map(image.slice(0, -1).map((slot, vertex) => [slot, vertex])))
  const added = group.map((_, index) => index + 1).filter((slot) => !own.has(slot))
  for (const [index, slot] of [...added, group.length + 1].entries()) own.set(slot, last + index)
  const slot = slotsOf(head)
  const pairs = []
  for (let target = 1; target < slot.length; target++) {
    for (let source = 0; source < target; source++) {
      if ((edges >> edgeBit(source, target)) & 1) pairs.push([own.get(slot[source]), own.get(slot[target])])
    }
  }
  const names = added.map((index) => table.space.operations[group[index - 1]])
  return {
    operations: [...draft.operations.slice(0, -1), ...names, OUTPUT],
    edges: pairs.sort((one, other) => one[0] - other[0] || one[1] - other[1]),
  }
}

// Why no cell of any table of this space can contain the draft, or nothing.
/** @type {(space: Space, draft: Draft) => string} */
function impossible(space, draft) {
  const last = draft.operations.length - 1
  const strangers = [...new Set(draft.operations.slice(1, -1))].filter((name) => !space.operations.includes(name))
  if (strangers.length) {
    const names = strangers.sort(byCodePoint).join(", ")
    return gettext("This table has no operation {names}{known}.", {names, known: operationsWords(space)})
  }
  if (last - 1 > MAX_INNER) {
    return gettext("The draft has {found} vertices; no cell has more than {most}.",
      {found: last + 1, most: space.maxVertices})
  }
  if (draft.edges.some(([, target]) => target === 0)) {
    return gettext("The draft has an edge into the input; no cell has one.")
  }
  if (draft.edges.some(([source]) => source === last)) {
    return gettext("The draft has an edge out of the output; no cell has one.")
  }
  return topologicalOrder(draft) === null ? gettext("The draft has a directed cycle; no cell has one.") : ""
}

// Why a draft that could be part of a cell is part of none of the table's.
/** @type {(table: Table, draft: Draft, extraVertices: number) => string} */
function noMatch(table, draft, extraVertices) {
  const {starts} = table.runs
  const runs = fitting(table, draft, extraVertices).flatMap((group) => group.runs)
  if (!runs.length && draft.operations.length === 2) {
    return gettext("No cell of this table is without operations. Place one, or allow more vertices.")
  }
  if (!runs.length) return gettext("No cell of this table has these operations.")
  const count = runs.reduce((sum, run) => sum + starts[run + 1] - starts[run], 0)
  return gettext("None of the {total} cells with these operations contains all of the drawn edges.",
    {total: count.toLocaleString("en-GB")})
}

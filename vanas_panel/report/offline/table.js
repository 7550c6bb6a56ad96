// The table of a report: unpacked once, then looked up in microseconds. See packed.py and columns.py for the format.

import { gettext } from "./language.js"
import { canonicalKey, packEdges, packHead, unpackCell } from "./key.js"
import { INPUT, OUTPUT, makeDraft, inOrder, problemsOf } from "./draft.js"
/** @import { Coding, Draft, Edge, Group, Header, Metric, Packed, Runs, Space, Types } from "./types.d.ts" */

const LARGE = 1e290
const SHRUNK = 2 ** 70

// The table in the data block with this id.
/** @type {(elementId: string) => Promise<Table>} */
export async function openTable(elementId) {
  const block = document.getElementById(elementId)
  if (block === null) throw new Error(gettext("Found no data block {name} in this page.", {name: elementId}))
  const header = JSON.parse(block.textContent)
  if (header.format !== 2) {
    throw new Error(gettext("Found a table of format {found}; this page reads format 2.", {found: header.format}))
  }
  const packed = bytesOf(header.data)
  delete header.data
  const inflated = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate-raw"))
  return new Table(header, new Uint8Array(await new Response(inflated).arrayBuffer()))
}

/** @type {(base64: string) => Uint8Array<ArrayBuffer>} */
function bytesOf(base64) {
  const text = atob(base64)
  const bytes = new Uint8Array(text.length)
  for (let index = 0; index < text.length; index++) bytes[index] = text.charCodeAt(index)
  return bytes
}

export class Table {
  /** @param {Header} header @param {Uint8Array} bytes */
  constructor(header, bytes) {
    this.name = header.name
    this.title = header.title
    this.count = header.count
    this.space = header.space
    this.metrics = header.metrics
    const sections = cut(bytes, header.sections)
    this.runs = readRuns(sections)
    this.edges = readEdges(sections.next().value, this.runs, this.count)
    this.columns = new Map(header.metrics.map((metric) => [metric.name, readColumn(metric, sections, this.count)]))
    this.order = header.order === null ? null : readColumn(header.order, sections, this.count)
    /** @type {Map<string, Float64Array>} */
    this.sorted = new Map()
    /** @type {Group[] | undefined} */
    this.groups = undefined
    /** @type {Types | undefined} */
    this.types = undefined
  }

  /** @type {(name: string) => Metric} */
  metric(name) {
    const found = this.metrics.find((metric) => metric.name === name)
    if (found === undefined) {
      throw new Error(gettext("Found metric {name}; expected one that the report took along.", {name}))
    }
    return found
  }

  // Values of a metric, NaN where unknown.
  /** @type {(name: string) => Float64Array} */
  column(name) {
    this.metric(name)
    return /** @type {Float64Array} */ (this.columns.get(name))
  }

  // Values whose sum is no larger than a number can be, and what to multiply their mean by: core/mean.py.
  /** @type {(name: string) => [Float64Array, number]} */
  summable(name) {
    const values = this.column(name)
    const isLarge = values.some((value) => Math.abs(value) > LARGE)
    return isLarge ? [values.map((value) => value / SHRUNK), SHRUNK] : [values, 1]
  }

  /** @type {(name: string, row: number) => number} */
  value(name, row) {
    return this.column(name)[row]
  }

  // Whether a row stands before another one in the source of the table, for rows that share a value.
  /** @type {(row: number, other: number) => boolean} */
  isBefore(row, other) {
    const {order} = this
    const isKept = order !== null && !Number.isNaN(order[row]) && !Number.isNaN(order[other])
    return isKept ? order[row] < order[other] : row < other
  }

  // The known values of a metric, ascending: what ranks and shares are read from.
  /** @type {(name: string) => Float64Array} */
  sortedColumn(name) {
    if (!this.sorted.has(name)) this.sorted.set(name, this.column(name).filter((value) => !Number.isNaN(value)).sort())
    return /** @type {Float64Array} */ (this.sorted.get(name))
  }

  // Rank of a value among the known ones, best first, and how many there are.
  /** @type {(name: string, value: number) => {rank: number, known: number}} */
  rank(name, value) {
    const values = this.sortedColumn(name)
    const isLower = this.metric(name).higher === false
    const better = isLower ? countBelow(values, value) : values.length - countUpTo(values, value)
    return {rank: better + 1, known: values.length}
  }

  // Row of a canonical key, -1 where the table lacks it.
  /** @type {(head: number, edges: number) => number} */
  findKey(head, edges) {
    const {heads, starts} = this.runs
    const run = firstAtLeast(heads, 0, heads.length, head)
    if (run === heads.length || heads[run] !== head) return -1
    const row = firstAtLeast(this.edges, starts[run], starts[run + 1], edges)
    return row < starts[run + 1] && this.edges[row] === edges ? row : -1
  }

  // Row of a draft, -1 where it is no cell of the table.
  /** @type {(operations: string[], edges: Edge[]) => number} */
  find(operations, edges) {
    const draft = makeDraft(operations, edges)
    if (problemsOf(draft, this.space).length) return -1
    return this.findKey(...canonicalKey(...packDraft(draft, this.space)))
  }

  // Head and edge field of a row.
  /** @type {(row: number) => Packed} */
  key(row) {
    const {heads, starts} = this.runs
    return [heads[firstAtLeast(starts, 0, starts.length, row + 1) - 1], this.edges[row]]
  }

  // The cell of a row, its vertices in canonical order.
  /** @type {(row: number) => Draft} */
  cell(row) {
    const {operations, edges} = unpackCell(...this.key(row))
    return makeDraft([INPUT, ...operations.map((index) => this.space.operations[index]), OUTPUT], edges)
  }
}

// A draft without a cycle as [head, edges], its vertices in topological order. An operation that the space lacks
// becomes `stranger`, an index that no table has.
/** @type {(draft: Draft, space: Space, stranger?: number) => Packed} */
export function packDraft(draft, space, stranger = 15) {
  const order = inOrder(draft)
  /** @type {number[]} */
  const rank = []
  order.forEach((vertex, position) => { rank[vertex] = position })
  const operations = order.slice(1, -1).map((vertex) => {
    const index = space.operations.indexOf(draft.operations[vertex])
    return index < 0 ? stranger : index
  })
  return [packHead(operations), packEdges(draft.edges.map(([source, target]) => [rank[source], rank[target]]))]
}

// First index in [from, to) of ascending values that is not below `wanted`; `to` where all are.
/** @type {(values: ArrayLike<number>, from: number, to: number, wanted: number) => number} */
export function firstAtLeast(values, from, to, wanted) {
  while (from < to) {
    const middle = (from + to) >> 1
    if (values[middle] < wanted) from = middle + 1
    else to = middle
  }
  return from
}

// How many of ascending values are below one, and how many are not above it.
/** @type {(values: ArrayLike<number>, value: number) => number} */
export function countBelow(values, value) {
  return firstAtLeast(values, 0, values.length, value)
}

/** @type {(values: ArrayLike<number>, value: number) => number} */
export function countUpTo(values, value) {
  let [from, to] = [0, values.length]
  while (from < to) {
    const middle = (from + to) >> 1
    if (values[middle] <= value) from = middle + 1
    else to = middle
  }
  return from
}

/** @type {(bytes: Uint8Array, lengths: number[]) => Generator<Uint8Array>} */
function* cut(bytes, lengths) {
  let start = 0
  for (const length of lengths) {
    yield bytes.subarray(start, start + length)
    start += length
  }
}

// Whole numbers of seven bits to a byte, the lowest first, added up as they come.
/** @type {(bytes: Uint8Array) => number[]} */
function readSums(bytes) {
  const sums = []
  let [sum, number, shift] = [0, 0, 0]
  for (const byte of bytes) {
    number |= (byte & 127) << shift
    shift += 7
    if (byte < 128) {
      sum += number
      sums.push(sum)
      number = shift = 0
    }
  }
  return sums
}

// The heads of the table, ascending, and in which row the cells of each start; one more start for the end.
/** @type {(sections: Iterator<Uint8Array>) => Runs} */
function readRuns(sections) {
  const heads = Int32Array.from(readSums(sections.next().value))
  const starts = Int32Array.from([0, ...readSums(sections.next().value)])
  return {heads, starts}
}

// The edge field of every row: differences that start again at zero with every run.
/** @type {(bytes: Uint8Array, runs: Runs, count: number) => Int32Array} */
function readEdges(bytes, {starts}, count) {
  const edges = new Int32Array(count)
  let index = 0
  for (let run = 0; run + 1 < starts.length; run++) {
    let field = 0
    for (let row = starts[run]; row < starts[run + 1]; row++) {
      let shift = 0
      let byte
      do {
        byte = bytes[index++]
        field += (byte & 127) << shift
        shift += 7
      } while (byte >= 128)
      edges[row] = field
    }
  }
  return edges
}

/** @type {(coding: Coding, sections: Iterator<Uint8Array>, count: number) => Float64Array} */
function readColumn(metric, sections, count) {
  const present = metric.missing ? sections.next().value : null
  const levels = metric.coding === "levels" ? readLevels(sections.next().value) : null
  const planes = sections.next().value
  const restore = restorer(metric, levels)
  const values = new Float64Array(count).fill(NaN)
  const known = metric.known
  let next = 0
  for (let row = 0; row < count; row++) {
    if (present !== null && ((present[row >> 3] >> (row & 7)) & 1) === 0) continue
    let code = 0
    for (let plane = metric.planes - 1; plane >= 0; plane--) code = code * 256 + planes[plane * known + next]
    values[row] = restore(code)
    next++
  }
  return values
}

// From code to value, for the codings of columns.py.
/** @type {(coding: Coding, levels: Float64Array | null) => (code: number) => number} */
function restorer(metric, levels) {
  if (levels !== null) return (code) => levels[code]
  if (metric.coding === "steps") {
    /** @type {(code: number) => number} */
    const exact = (code) => (metric.first + code) / metric.per_unit
    return metric.single ? (code) => Math.fround(exact(code)) : exact
  }
  if (metric.coding !== "float24") {
    throw new Error(gettext("Found a column in the coding {coding}.", {coding: metric.coding}))
  }
  const view = new DataView(new ArrayBuffer(4))
  return (code) => {
    view.setUint32(0, code * 256)
    return view.getFloat32(0)
  }
}

// Double numbers from eight planes of bytes.
/** @type {(bytes: Uint8Array) => Float64Array} */
function readLevels(bytes) {
  const count = bytes.length / 8
  const turned = new Uint8Array(bytes.length)
  for (let index = 0; index < bytes.length; index++) {
    turned[(index % count) * 8 + Math.floor(index / count)] = bytes[index]
  }
  return new Float64Array(turned.buffer)
}

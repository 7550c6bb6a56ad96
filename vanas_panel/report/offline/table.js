// The table of a report: unpacked once, then looked up in microseconds. See packed.py and columns.py for the format.

import { canonicalKey, packEdges, packHead, unpackCell } from "./key.js"
import { INPUT, OUTPUT, makeDraft, problemsOf, topologicalOrder } from "./draft.js"

const LARGE = 1e290
const SHRUNK = 2 ** 70

// The table in the data block with this id.
export async function openTable(elementId) {
  const block = document.getElementById(elementId)
  if (block === null) throw new Error(`Found no data block ${elementId} in this page.`)
  const header = JSON.parse(block.textContent)
  if (header.format !== 2) throw new Error(`Found a table of format ${header.format}; this page reads format 2.`)
  const packed = bytesOf(header.data)
  delete header.data
  const inflated = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate-raw"))
  return new Table(header, new Uint8Array(await new Response(inflated).arrayBuffer()))
}

function bytesOf(base64) {
  const text = atob(base64)
  const bytes = new Uint8Array(text.length)
  for (let place = 0; place < text.length; place++) bytes[place] = text.charCodeAt(place)
  return bytes
}

export class Table {
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
    this.sorted = new Map()
  }

  metric(name) {
    const found = this.metrics.find((metric) => metric.name === name)
    if (found === undefined) throw new Error(`Found metric ${name}; expected one that the report took along.`)
    return found
  }

  // Values of a metric, NaN where unknown.
  column(name) {
    this.metric(name)
    return this.columns.get(name)
  }

  // Values whose sum is no larger than a number can be, and what to multiply their mean by: core/mean.py.
  summable(name) {
    const values = this.column(name)
    const isLarge = values.some((value) => Math.abs(value) > LARGE)
    return isLarge ? [values.map((value) => value / SHRUNK), SHRUNK] : [values, 1]
  }

  value(name, row) {
    return this.column(name)[row]
  }

  // Whether a row stands before another one in the source of the table, for rows that share a value.
  isBefore(row, other) {
    const {order} = this
    const isKept = order !== null && !Number.isNaN(order[row]) && !Number.isNaN(order[other])
    return isKept ? order[row] < order[other] : row < other
  }

  // The known values of a metric, ascending: what ranks and shares are read from.
  sortedColumn(name) {
    if (!this.sorted.has(name)) this.sorted.set(name, this.column(name).filter((value) => !Number.isNaN(value)).sort())
    return this.sorted.get(name)
  }

  // Place of a value among the known ones, best first, and how many there are.
  rank(name, value) {
    const values = this.sortedColumn(name)
    const isLower = this.metric(name).higher === false
    const better = isLower ? countBelow(values, value) : values.length - countUpTo(values, value)
    return {rank: better + 1, known: values.length}
  }

  // Row of a canonical key, -1 where the table lacks it.
  findKey(head, edges) {
    const {heads, starts} = this.runs
    const run = firstAtLeast(heads, 0, heads.length, head)
    if (run === heads.length || heads[run] !== head) return -1
    const row = firstAtLeast(this.edges, starts[run], starts[run + 1], edges)
    return row < starts[run + 1] && this.edges[row] === edges ? row : -1
  }

  // Row of a draft, -1 where it is no cell of the table.
  find(operations, edges) {
    const draft = makeDraft(operations, edges)
    if (problemsOf(draft, this.space).length) return -1
    return this.findKey(...canonicalKey(...packDraft(draft, this.space)))
  }

  // Head and edge field of a row.
  key(row) {
    const {heads, starts} = this.runs
    return [heads[firstAtLeast(starts, 0, starts.length, row + 1) - 1], this.edges[row]]
  }

  // The cell of a row, its vertices in canonical order.
  cell(row) {
    const {operations, edges} = unpackCell(...this.key(row))
    return makeDraft([INPUT, ...operations.map((index) => this.space.operations[index]), OUTPUT], edges)
  }
}

// A draft without a cycle as [head, edges], its vertices in topological order. An operation that the space lacks
// becomes `stranger`, an index that no table has.
export function packDraft(draft, space, stranger = 15) {
  const order = topologicalOrder(draft)
  const rank = []
  order.forEach((vertex, place) => { rank[vertex] = place })
  const operations = order.slice(1, -1).map((vertex) => {
    const index = space.operations.indexOf(draft.operations[vertex])
    return index < 0 ? stranger : index
  })
  return [packHead(operations), packEdges(draft.edges.map(([source, target]) => [rank[source], rank[target]]))]
}

// First place in [from, to) of ascending values that is not below `wanted`; `to` where all are.
export function firstAtLeast(values, from, to, wanted) {
  while (from < to) {
    const middle = (from + to) >> 1
    if (values[middle] < wanted) from = middle + 1
    else to = middle
  }
  return from
}

// How many of ascending values are below one, and how many are not above it.
export function countBelow(values, value) {
  return firstAtLeast(values, 0, values.length, value)
}

export function countUpTo(values, value) {
  let [from, to] = [0, values.length]
  while (from < to) {
    const middle = (from + to) >> 1
    if (values[middle] <= value) from = middle + 1
    else to = middle
  }
  return from
}

function* cut(bytes, lengths) {
  let start = 0
  for (const length of lengths) {
    yield bytes.subarray(start, start + length)
    start += length
  }
}

// Whole numbers of seven bits to a byte, the lowest first, added up as they come.
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
function readRuns(sections) {
  const heads = Int32Array.from(readSums(sections.next().value))
  const starts = Int32Array.from([0, ...readSums(sections.next().value)])
  return {heads, starts}
}

// The edge field of every row: differences that start anew with every run.
function readEdges(bytes, {starts}, count) {
  const edges = new Int32Array(count)
  let place = 0
  for (let run = 0; run + 1 < starts.length; run++) {
    let field = 0
    for (let row = starts[run]; row < starts[run + 1]; row++) {
      let shift = 0
      let byte
      do {
        byte = bytes[place++]
        field += (byte & 127) << shift
        shift += 7
      } while (byte >= 128)
      edges[row] = field
    }
  }
  return edges
}

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
function restorer(metric, levels) {
  if (metric.coding === "levels") return (code) => levels[code]
  if (metric.coding === "steps") {
    const exact = (code) => (metric.first + code) / metric.per_unit
    return metric.single ? (code) => Math.fround(exact(code)) : exact
  }
  if (metric.coding !== "float24") throw new Error(`Found a column in the coding ${metric.coding}.`)
  const view = new DataView(new ArrayBuffer(4))
  return (code) => {
    view.setUint32(0, code * 256)
    return view.getFloat32(0)
  }
}

// Double numbers from eight planes of bytes.
function readLevels(bytes) {
  const count = bytes.length / 8
  const turned = new Uint8Array(bytes.length)
  for (let place = 0; place < bytes.length; place++) {
    turned[(place % count) * 8 + Math.floor(place / count)] = bytes[place]
  }
  return new Float64Array(turned.buffer)
}

// A training as draw/inspector/scene.py packs it: cells of every layer at every epoch, measures, and pyramids of cells.
//
// A pyramid's level joins 2 x 2 cells of the one below into the largest of their maxima, or the mean of their weights.
// A code is 0 where there is no weight; else the value is top * ((code - 1) / steps) ** 2.

/** @import { LayerHead, Scene, Texture, WeightRange } from "./types.d.ts" */

/** @type {(packed: ArrayBuffer) => Promise<Scene>} */
export async function openScene(packed) {
  const size = new DataView(packed).getUint32(0, true)
  const head = JSON.parse(new TextDecoder().decode(new Uint8Array(packed, 4, size)))
  const part = (/** @type {[number, number]} */ [at, bytes]) => inflated(new Uint8Array(packed, 4 + size + at, bytes))
  const values = new Float32Array((await part(head.figures)).buffer)
  const epochs = head.epochs.length
  const layers = await Promise.all(
    head.layers.map(
      async (/** @type {LayerHead} */ layer) => new LayerCells(layer, decoded(await part(layer.at)), epochs)
    )
  )
  const figure = (/** @type {string} */ name, /** @type {number} */ epoch, /** @type {number} */ layer) =>
    values[(head.measures.indexOf(name) * epochs + epoch) * layers.length + layer]
  return {head, layers, figure}
}

/** @type {(bytes: Uint8Array<ArrayBuffer>) => Promise<Uint8Array<ArrayBuffer>>} */
async function inflated(bytes) {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"))
  return new Uint8Array(await new Response(stream).arrayBuffer())
}

// Low bytes, then high bytes, as numbers.
/** @type {(bytes: Uint8Array) => Uint16Array} */
function decoded(bytes) {
  const half = bytes.length / 2
  const codes = new Uint16Array(half)
  for (let at = 0; at < half; at++) codes[at] = bytes[at] | (bytes[half + at] << 8)
  return codes
}

export class LayerCells {
  /** @param {LayerHead} head @param {Uint16Array} differences @param {number} epochs */
  constructor(head, differences, epochs) {
    this.head = head
    this.rows = Math.ceil(head.rows / head.side)
    this.columns = Math.ceil(head.columns / head.side)
    const cells = this.rows * this.columns
    const all = epochs * cells
    for (let start = 0; start < differences.length; start += all) {
      for (let at = start + cells; at < start + all; at++) differences[at] += differences[at - cells]
    }
    const at = (/** @type {number} */ start, /** @type {number} */ epoch) =>
      differences.subarray(start + epoch * cells, start + (epoch + 1) * cells)
    this.bottom = {
      max: (/** @type {number} */ epoch) => at(0, epoch),
      mean: (/** @type {number} */ epoch) => at(head.means ? all : 0, epoch)
    }
    this.counts = countsOf(head, this.rows, this.columns)
    /** @type {Map<string, Texture[]>} */
    this.pyramids = new Map()
    // Pyramids that are kept: those of all epochs where these are small.
    this.kept = Math.max(4, Math.floor(4e6 / cells))
  }

  // The cells at an epoch, 2 ** level of the picture's in each direction; the last ones take what is left over.
  /** @type {(kind: "max" | "mean", epoch: number, level: number) => Texture} */
  texture(kind, epoch, level) {
    const name = kind + epoch
    let pyramid = this.pyramids.get(name)
    if (!pyramid) {
      if (this.pyramids.size >= this.kept) this.pyramids.delete(this.pyramids.keys().next().value ?? "")
      pyramid = [{codes: this.bottom[kind](epoch), rows: this.rows, columns: this.columns}]
      this.pyramids.set(name, pyramid)
    }
    if (kind === "mean" && level >= pyramid.length) this.addMeans(pyramid, level)
    while (pyramid.length <= level) pyramid.push(halfMax(pyramid[pyramid.length - 1]))
    return pyramid[level]
  }

  /** @type {(pyramid: Texture[], level: number) => void} */
  addMeans(pyramid, level) {
    const {steps} = this.head
    let {rows, columns} = this
    let counts = this.counts
    let sums = Float64Array.from(pyramid[0].codes, (code, at) => (code ? counts[at] * ((code - 1) / steps) ** 2 : 0))
    for (let each = 1; each <= level; each++) {
      ;[sums, counts] = [halfSum(sums, rows, columns), halfSum(counts, rows, columns)]
      ;[rows, columns] = [half(rows), half(columns)]
      if (each < pyramid.length) continue
      const codes = Uint16Array.from(sums, (sum, at) =>
        counts[at] ? 1 + Math.round(steps * Math.sqrt(sum / counts[at])) : 0
      )
      pyramid.push({codes, rows, columns})
    }
  }

  // The value of a code in the unit of the weights; NaN where there is no weight.
  /** @type {(code: number) => number} */
  value(code) {
    return code ? this.head.top * ((code - 1) / this.head.steps) ** 2 : Number.NaN
  }

  // The cells of the picture below a cell of a level: first and last row, first and last column, ends left out.
  /** @type {(level: number, row: number, column: number) => [number, number, number, number]} */
  below(level, row, column) {
    const end = (/** @type {number} */ at, /** @type {number} */ size) =>
      at + 1 >= Math.max(1, size >> level) ? size : (at + 1) << level
    return [row << level, end(row, this.rows), column << level, end(column, this.columns)]
  }

  // Which weights stand in a rectangle of the picture's cells: from and to of each axis, and how many there are.
  /** @type {(box: [number, number, number, number]) => WeightRange} */
  weights([firstRow, endRow, firstColumn, endColumn]) {
    const {side, rows, columns, inputs, height, width, fold, length, outputs} = this.head
    const [top, left] = [firstRow * side, firstColumn * side]
    const [bottom, right] = [Math.min(endRow * side, rows) - 1, Math.min(endColumn * side, columns) - 1]
    let count = 0
    for (let row = firstRow; row < endRow; row++) {
      for (let column = firstColumn; column < endColumn; column++) count += this.counts[row * this.columns + column]
    }
    // A rectangle over several bands holds whole stretches of the folded axis.
    const [tall, broad] = [inputs * height, outputs * width]
    const down = span(
      top,
      bottom,
      fold === "across" ? tall : Infinity,
      fold === "down" ? length : 0,
      left,
      right,
      broad,
      tall
    )
    const across = span(
      left,
      right,
      fold === "down" ? broad : Infinity,
      fold === "across" ? length : 0,
      top,
      bottom,
      tall,
      broad
    )
    const divided = (/** @type {[number, number]} */ [from, to], /** @type {number} */ by) =>
      /** @type {[number, number]} */ ([Math.floor(from / by), Math.floor(to / by)])
    const within = (/** @type {[number, number]} */ [from, to], /** @type {number} */ by) =>
      /** @type {[number, number]} */ (
        Math.floor(from / by) === Math.floor(to / by) ? [from % by, to % by] : [0, by - 1]
      )
    return {
      output: divided(across, width),
      input: divided(down, height),
      y: within(down, height),
      x: within(across, width),
      count
    }
  }
}

// First and last place along an axis that is repeated in every band, or is folded into bands of a length.
/** @type {(from: number, to: number, period: number, length: number, start: number, end: number, other: number, whole: number) => [number, number]} */
function span(from, to, period, length, start, end, other, whole) {
  if (Number.isFinite(period)) {
    return Math.floor(from / period) === Math.floor(to / period) ? [from % period, to % period] : [0, period - 1]
  }
  if (!length) return [from, to]
  const [first, last] = [Math.floor(start / other), Math.floor(end / other)]
  return first === last
    ? [first * length + from, Math.min(first * length + to, whole - 1)]
    : [first * length, Math.min((last + 1) * length, whole) - 1]
}

/** @type {(head: LayerHead, rows: number, columns: number) => Float64Array<ArrayBuffer>} */
function countsOf(
  {side, rows: high, columns: wide, fold, bands, inputs, height, outputs, width, length},
  rows,
  columns
) {
  // The last band may be shorter than the others: what is missing there is a rectangle in the corner.
  const [tall, broad] = [inputs * height, outputs * width]
  const top = fold === "across" ? (bands - 1) * tall : fold === "down" ? tall - (bands - 1) * length : high
  const left = fold === "across" ? broad - (bands - 1) * length : fold === "down" ? (bands - 1) * broad : wide
  const counts = new Float64Array(rows * columns)
  const sizes = (/** @type {number} */ at, /** @type {number} */ whole, /** @type {number} */ hole) => {
    const [from, to] = [at * side, Math.min((at + 1) * side, whole)]
    return [to - from, Math.max(to, hole) - Math.max(from, hole)]
  }
  for (let row = 0, at = 0; row < rows; row++) {
    const [tallHere, missingDown] = sizes(row, high, top)
    for (let column = 0; column < columns; column++, at++) {
      const [broadHere, missingAcross] = sizes(column, wide, left)
      counts[at] = tallHere * broadHere - missingDown * missingAcross
    }
  }
  return counts
}

/** @type {(size: number) => number} */
const half = (size) => Math.max(1, size >> 1)

/** @type {(texture: Texture) => Texture} */
function halfMax({codes, rows, columns}) {
  const [fewer, narrower] = [half(rows), half(columns)]
  const found = new Uint16Array(fewer * narrower)
  for (let row = 0; row < rows; row++) {
    const to = Math.min(row >> 1, fewer - 1) * narrower
    const from = row * columns
    for (let column = 0; column < columns; column++) {
      const at = to + Math.min(column >> 1, narrower - 1)
      if (codes[from + column] > found[at]) found[at] = codes[from + column]
    }
  }
  return {codes: found, rows: fewer, columns: narrower}
}

/** @type {(values: Float64Array<ArrayBuffer>, rows: number, columns: number) => Float64Array<ArrayBuffer>} */
function halfSum(values, rows, columns) {
  const [fewer, narrower] = [half(rows), half(columns)]
  const found = new Float64Array(fewer * narrower)
  for (let row = 0, from = 0; row < rows; row++) {
    const to = Math.min(row >> 1, fewer - 1) * narrower
    for (let column = 0; column < columns; column++, from++)
      found[to + Math.min(column >> 1, narrower - 1)] += values[from]
  }
  return found
}

// Importance of every edge type over a set of rows: what cells with it score above those without it, as
// core/importance.py defines it.

import { edgeBit, operationAt, vertexCount } from "./key.js"
import { INPUT, OUTPUT } from "./draft.js"
/** @import { Importance, Space, Types } from "./types.d.ts" */
/** @import { Table } from "./table.js" */

const WORD = 62

// One {source, target, importance, meanWith, meanWithout, nWith, nWithout} for every edge type, the most important
// first and those without a value last; `rows` is an ascending array of rows, all of them by default.
/** @type {(table: Table, metric: string, rows?: ArrayLike<number> | null) => Importance[]} */
export function edgeImportance(table, metric, rows = null) {
  const [values, factor] = table.summable(metric)
  const {codes, sets} = typesOf(table)
  const sums = new Float64Array(sets.length)
  const counts = new Int32Array(sets.length)
  const size = rows === null ? table.count : rows.length
  for (let index = 0; index < size; index++) {
    const row = rows === null ? index : rows[index]
    if (!Number.isNaN(values[row])) {
      sums[codes[row]] += values[row]
      counts[codes[row]] += 1
    }
  }
  const found = edgeTypes(table.space).map(([source, target], type) => {
    const [sum, count] = [[0, 0], [0, 0]]
    sets.forEach((set, code) => {
      if (counts[code]) {
        const side = set[type] ? 1 : 0
        sum[side] += sums[code]
        count[side] += counts[code]
      }
    })
    const [without, with_] = [sum[0] / count[0], sum[1] / count[1]]
    return {source, target, importance: (with_ - without) * factor, meanWith: with_ * factor,
            meanWithout: without * factor, nWith: count[1], nWithout: count[0]}
  })
  return found.sort((one, other) => descending(one.importance, other.importance))
}

// Every pair of operations, sources and targets in the order of the space.
/** @type {(space: Space) => string[][]} */
export function edgeTypes(space) {
  const targets = [OUTPUT, ...space.operations]
  return [INPUT, ...space.operations].flatMap((source) => targets.map((target) => [source, target]))
}

/** @type {(one: number, other: number) => number} */
function descending(one, other) {
  if (Number.isNaN(one) || Number.isNaN(other)) return Number(Number.isNaN(one)) - Number(Number.isNaN(other))
  return other - one
}

// For every row the number of its set of edge types, and the sets. They stand in the order in which Python sorts them,
// as words of 62 bits, so that sums come out the same to the last bit.
/** @type {(table: Table) => Types} */
function typesOf(table) {
  if (table.types === undefined) {
    const sources = table.space.operations.length + 1
    const {heads, starts} = table.runs
    const numbers = new Map()
    const sets = []
    const codes = new Int32Array(table.count)
    for (let run = 0; run < heads.length; run++) {
      const kinds = kindsOf(heads[run], sources)
      // Cells of one run that have the same types differ in vertices of equal operations; bits of types are renumbered
      // to the few that the run can have, so that a number holds them.
      const present = [...new Set(kinds.map(({type}) => type))]
      const known = new Map()
      const bits = kinds.map(({bit, type}) => ({bit, index: present.indexOf(type)}))
      for (let row = starts[run]; row < starts[run + 1]; row++) {
        let mask = 0
        for (const {bit, index} of bits) mask |= ((table.edges[row] >> bit) & 1) << index
        if (!known.has(mask)) {
          const types = present.filter((_, index) => (mask >> index) & 1).sort((one, other) => one - other)
          const name = types.join(",")
          if (!numbers.has(name)) {
            numbers.set(name, sets.length)
            sets.push(types)
          }
          known.set(mask, numbers.get(name))
        }
        codes[row] = known.get(mask)
      }
    }
    table.types = inOrder(codes, sets, sources * sources)
  }
  return table.types
}

// The edges that a cell with this head may have: their bits and their types.
/** @type {(head: number, sources: number) => {bit: number, type: number}[]} */
function kindsOf(head, sources) {
  const last = vertexCount(head) - 1
  const kinds = []
  for (let target = 1; target <= last; target++) {
    const to = target === last ? 0 : operationAt(head, target) + 1
    for (let source = 0; source < target; source++) {
      const from = source === 0 ? 0 : operationAt(head, source) + 1
      kinds.push({bit: edgeBit(source, target), type: from * sources + to})
    }
  }
  return kinds
}

/** @type {(codes: Int32Array, sets: number[][], types: number) => Types} */
function inOrder(codes, sets, types) {
  const words = sets.map((set) => {
    const word = new Array(Math.ceil(types / WORD)).fill(0n)
    for (const type of set) word[Math.floor(type / WORD)] |= 1n << BigInt(type % WORD)
    return word
  })
  const order = sets.map((_, code) => code).sort((one, other) => {
    const index = words[one].findIndex((word, at) => word !== words[other][at])
    return words[one][index] < words[other][index] ? -1 : 1
  })
  const renumbered = new Int32Array(sets.length)
  order.forEach((code, index) => { renumbered[code] = index })
  return {
    codes: codes.map((code) => renumbered[code]),
    sets: order.map((code) => Array.from({length: types}, (_, type) => sets[code].includes(type))),
  }
}

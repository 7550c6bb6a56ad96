// How values are written, as draw/format.py and draw/percentile.py write them.

import { filled, gettext } from "./language.js"
import { countBelow, countUpTo } from "./table.js"
/** @import { Bars, Metric, Unit } from "./types.d.ts" */
/** @import { Table } from "./table.js" */

const PREFIXES = ["", "k", "M", "G", "T", "P"]
const USUAL = [1e-6, 1e18]
const MOST_PERCENT = 1e9
const MOST_SHORT = 1e4
const FAR = 1e300
const NARROW = 1e-11
const NOTHING = 1e-290
/** @type {Record<string, string[]>} */
const WORDS = {
  s: [gettext("slower than {share}"), gettext("faster than {share}"), gettext("slowest of {count}"),
    gettext("fastest of {count}"), gettext("slowest"), gettext("fastest")],
  parameters: [gettext("larger than {share}"), gettext("smaller than {share}"), gettext("largest of {count}"),
    gettext("smallest of {count}"), gettext("largest"), gettext("smallest")],
  MAC: [gettext("more than {share}"), gettext("fewer than {share}"), gettext("most of {count}"),
    gettext("fewest of {count}"), gettext("most"), gettext("fewest")],
}
const ANY = [gettext("higher than {share}"), gettext("lower than {share}"), gettext("highest of {count}"),
  gettext("lowest of {count}"), gettext("highest"), gettext("lowest")]

/** @type {(count: number) => string} */
export function formatCount(count) {
  return count.toLocaleString("en-GB", {maximumFractionDigits: 0, useGrouping: true})
}

// [number, unit] of a value as tables hold it.
/** @type {(metric: Unit, value: number | null) => [string, string]} */
export function splitValue(metric, value) {
  if (value === null || Number.isNaN(value)) return [gettext("not measured"), ""]
  const own = ["fraction", "parameters", "MAC"].includes(metric.unit) ? "" : metric.unit
  if (!Number.isFinite(value)) return [value < 0 ? "−∞" : "∞", metric.unit === "fraction" ? "%" : own]
  const size = Math.abs(value)
  const isUsual = value === 0 || (size >= USUAL[0] && size < USUAL[1])
  if (metric.unit === "fraction" && size < MOST_PERCENT / 100) return [rounded(100 * value, 2).replace("-", "−"), "%"]
  if (metric.unit === "s" && isUsual) return splitTime(value)
  if ((metric.unit === "parameters" || metric.unit === "MAC") && isUsual) return splitCount(value)
  return [plain(value), own]
}

/** @type {(metric: Unit, value: number | null) => string} */
export function formatValue(metric, value) {
  return splitValue(metric, value).filter((part) => part).join(" ")
}

// A difference with its sign and unit; fractions differ by points.
/** @type {(metric: Unit, difference: number | null) => string} */
export function formatDifference(metric, difference) {
  if (difference === null || Number.isNaN(difference)) return gettext("undefined")
  const [number, unit] = splitValue(metric, Math.abs(difference))
  const sign = /[1-9∞]/.test(number) ? (difference < 0 ? "−" : "+") : "±"
  if (unit === "%") return gettext("{number} points", {number: sign + number})
  return `${sign}${number} ${unit}`.trimEnd()
}

// A contribution for a narrow label: accuracies in points without their unit, empty where it is not known.
/** @type {(metric: Unit, difference: number) => string} */
export function shortDifference(metric, difference) {
  if (Number.isNaN(difference)) return ""
  if (metric.unit !== "fraction" || Math.abs(difference) >= MOST_SHORT) return formatDifference(metric, difference)
  const points = 100 * difference
  const text = rounded(Math.abs(points), Math.abs(points) >= 0.095 ? 1 : 2)
  return (Number(text) === 0 ? "±" : points < 0 ? "−" : "+") + text
}

// The standing of a value among all known ones: a rank where higher is better, else the larger share of cells beyond it.
// With `brief`, without among how many cells that is.
/** @type {(table: Table, metric: Metric, value: number, brief?: boolean) => string} */
export function standing(table, metric, value, brief = false) {
  const values = table.sortedColumn(metric.name)
  const count = values.length
  if (!count) return ""
  const all = {count: formatCount(count)}
  if (metric.higher) {
    const rank = formatCount(table.rank(metric.name, value).rank)
    return brief ? gettext("rank {rank}", {rank}) : gettext("rank {rank} of {count}", {rank, ...all})
  }
  const [more, less, most, least, briefMost, briefLeast] = WORDS[metric.unit] ?? ANY
  const [below, above] = [countBelow(values, value), count - countUpTo(values, value)]
  if (!below && !above) return gettext("the same for every cell")
  if (!above) return brief ? briefMost : filled(most, all)
  if (!below) return brief ? briefLeast : filled(least, all)
  const [pattern, part] = below >= above ? [more, below] : [less, above]
  return filled(pattern, {share: percent(part, count)})
}

// Share of the cells with a value that one exceeds, rounded down to a tenth of a per cent.
/** @type {(part: number, whole: number) => string} */
export function percent(part, whole) {
  return `${(Math.floor((1000 * part) / whole) / 10).toFixed(1)} %`
}

// Heights of the bars of a column, and where a value is; the outermost hundredth is left out where that helps.
/** @type {(table: Table, metric: Metric, value?: number | null, bins?: number) => Bars} */
export function histogram(table, metric, value = null, bins = 30) {
  const values = table.sortedColumn(metric.name)
  const tail = Math.floor(0.01 * (values.length - 1))
  const ends = [values[0], values[tail], values[values.length - 1 - tail], values[values.length - 1]].map(drawnValue)
  let low = ends[3] - ends[1] < 0.65 * (ends[3] - ends[0]) ? ends[1] : ends[0]
  let high = ends[2] - low < 0.65 * (ends[3] - low) ? ends[2] : ends[3]
  ;[low, high] = widened(low, high)
  const edges = Array.from({length: bins - 1}, (_, bin) => countBelow(values, low + ((bin + 1) * (high - low)) / bins))
  const counts = [...edges, values.length].map((edge, bin) => edge - (bin ? edges[bin - 1] : 0))
  const most = Math.max(...counts)
  return {
    heights: counts.map((count) => count / most),
    position: value === null ? null : Math.min(1, Math.max(0, (drawnValue(value) - low) / (high - low))),
  }
}

// A value as it is drawn, and the ends of a stretch that is never nothing: the rules of draw/spans.py.
/** @type {(value: number) => number} */
function drawnValue(value) {
  return Math.min(FAR, Math.max(-FAR, value))
}

/** @type {(low: number, high: number) => [number, number]} */
function widened(low, high) {
  const size = Math.max(Math.abs(low), Math.abs(high))
  if (high - low > Math.max(NOTHING, NARROW * size)) return [low, high]
  const reach = size > NOTHING ? 0.05 * size : 0.5
  return [low - reach, high + reach]
}

// The median of ascending values.
/** @type {(values: ArrayLike<number>) => number} */
export function middleOf(values) {
  const middle = values.length >> 1
  if (values.length % 2) return values[middle]
  const total = values[middle - 1] + values[middle]
  return Number.isFinite(total) ? total / 2 : values[middle - 1] / 2 + values[middle] / 2
}

/** @type {(seconds: number) => [string, string]} */
function splitTime(seconds) {
  const sign = seconds < 0 ? "−" : ""
  const size = Math.abs(seconds)
  if (size < 59.95) return [sign + significant(size), "s"]
  const whole = Number(rounded(size, 0))
  if (whole < 3600) return [`${sign}${Math.floor(whole / 60)} min ${whole % 60}`, "s"]
  const minutes = Number(rounded(size / 60, 0))
  return [`${sign}${formatCount(Math.floor(minutes / 60))} h ${minutes % 60}`, "min"]
}

/** @type {(value: number) => [string, string]} */
function splitCount(value) {
  if (Math.abs(value) < 1000) return [plain(value), ""]
  let step = 0
  while (step < PREFIXES.length - 1 && Math.abs(value) >= 999.5 * 1000 ** step) step++
  return [significant(value / 1000 ** step), PREFIXES[step]]
}

// Three significant digits, never in powers of ten.
/** @type {(value: number) => string} */
function significant(value) {
  if (value === 0) return "0"
  let decimals = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))))
  if (decimals && Number(rounded(Math.abs(value), decimals)) >= 10 ** (3 - decimals)) decimals--
  return fixed(value, decimals)
}

// Whole numbers in full, others with four significant digits.
/** @type {(value: number) => string} */
function plain(value) {
  if (value === Math.round(value) && Math.abs(value) < 1e15) return fixed(value, 0)
  const size = Math.abs(value)
  if (size >= 1e-4 && size < 1e6) return fixed(value, Math.max(0, 3 - Math.floor(Math.log10(size))))
  return value.toExponential(3).replace(/e([+-])(\d)$/, "e$10$2").replaceAll("-", "−")
}

/** @type {(value: number, decimals: number) => string} */
function fixed(value, decimals) {
  const [whole, part] = rounded(value, decimals).split(".")
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ",")
  return (part === undefined ? grouped : `${grouped}.${part}`).replace("-", "−")
}

// A number with so many decimals. JavaScript rounds what lies exactly in the middle away from zero, Python to the even
// digit; all digits of the number tell where that is.
/** @type {(value: number, decimals: number) => string} */
function rounded(value, decimals) {
  const text = value.toFixed(decimals)
  const isMiddle = /50*$/.exec(value.toFixed(decimals + 60).slice(-60))?.index === 0
  if (!isMiddle || Number(text.at(-1)) % 2 === 0) return text
  return (value - Math.sign(value) * 10 ** -(decimals + 2)).toFixed(decimals)
}

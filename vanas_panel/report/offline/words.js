// The words under the canvas and at the pointer, as panels/designer/voice.py and draw/cell/scene.py say them.

import { filled, gettext, isEnglish, ngettext } from "./language.js"
import { formatCount, formatDifference } from "./format.js"
import { lookOf } from "./draw.js"

const NUMBERS = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]

// More edges have too many sub-cells to count while a reader waits; no published search space allows as many.
export const MOST_LIVE_EDGES = 15

// An unfinished drawing is not wrong.
const UNFINISHED = ["no path", "off path"]

export const KEYS = gettext("Designer canvas. Arrow keys choose a vertex, with Shift they move it; Enter starts an " +
  "edge, ends or removes it; digits add a vertex, Delete removes it; Escape gives up; Control Z and Control Y undo " +
  "and redo.")

// Messages about the draft, the most pressing first: [[kind, text], ...].
export function statusOf(state, table, {message = "", selected = null} = {}) {
  const {operations, edges} = state
  const parts = message ? [["message", message]] : []
  if (selected === null) {
    parts.push(...state.problems.map(({kind, message}) => problemPart(kind, short(message, table))))
    const kinds = state.problems.map(({kind}) => kind)
    if (kinds.includes("off path") && !kinds.includes("no path")) {
      parts.push(["do:prune", gettext("Remove parts on no path")])
    }
  } else {
    const {label} = lookOf(table.space, operations[selected])
    parts.push(["now", gettext("From {source} to …: click the target of the edge, or press Escape", {source: label})])
  }
  if (state.isCell) parts.push([state.row < 0 ? "now" : "good", `✓ ${standingOf(state, table)}`])
  const {maxVertices, maxEdges} = table.space
  parts.push(["quiet", gettext("{vertices} of {most_vertices} vertices, {edges} of {most_edges} edges", {
    vertices: operations.length, most_vertices: maxVertices, edges: edges.length, most_edges: maxEdges,
  })])
  if (state.contributions) {
    const [kind, words] = contributionWords(state.contributions.map(({contribution}) => contribution))
    const {higher} = table.metric(state.metric)
    const turned = {good: "bad", bad: "good"}[kind] ?? kind
    parts.push([higher === true ? kind : higher === false ? turned : "quiet", words])
  } else if (state.row >= 0 && edges.length > MOST_LIVE_EDGES) {
    parts.push(["quiet", gettext("Too many edges for contributions ({count}, at most {most} in a report)", {
      count: edges.length, most: MOST_LIVE_EDGES,
    })])
  }
  return parts
}

// A warning only where drawing on would not mend it.
function problemPart(kind, words) {
  return UNFINISHED.includes(kind)
    ? ["now", gettext("Unfinished: {problem}", {problem: words[0].toLowerCase() + words.slice(1)})]
    : ["warning", `⚠ ${words}`]
}

function standingOf({row, metric: name}, table) {
  if (row < 0) return gettext("Valid cell, not in this table")
  const metric = table.metric(name)
  if (["parameters", "MAC"].includes(metric.unit) || metric.higher === null) return gettext("Valid cell, in this table")
  return Number.isNaN(table.value(name, row)) ? gettext("Valid cell, not measured") : gettext("Valid cell, measured")
}

// A message that calls operations what the boxes call them.
export function short(message, table) {
  return table.space.operations.reduce((text, name) => text.replaceAll(name, lookOf(table.space, name).label), message)
}

// Signs of the contributions of all edges of a cell.
export function contributionWords(values) {
  const count = values.length
  const positive = values.filter((value) => value > 0).length
  const negative = values.filter((value) => value < 0).length
  const unknown = values.filter((value) => Number.isNaN(value)).length
  const row = Math.min(count, 3)
  if (positive === count) return ["good", filled(ALL_POSITIVE[row], {count: numberWord(count)})]
  if (negative === count) return ["bad", filled(ALL_NEGATIVE[row], {count: numberWord(count)})]
  if (unknown === count) return ["quiet", gettext("contributions are undefined here")]
  const parts = [ngettext("{count} of {total} edges contributes positively",
    "{count} of {total} edges contribute positively", positive, {total: count})]
  if (negative) parts.push(gettext("{count} negatively", {count: negative}))
  if (unknown) parts.push(ngettext("{count} is undefined", "{count} are undefined", unknown))
  return ["quiet", parts.join(", ")]
}

const ALL_POSITIVE = ["", gettext("its one edge contributes positively"), gettext("both edges contribute positively"),
  gettext("all {count} edges contribute positively")]
const ALL_NEGATIVE = ["", gettext("its one edge contributes negatively"), gettext("both edges contribute negatively"),
  gettext("all {count} edges contribute negatively")]

// A small number as a word where the language writes it so, else in digits.
function numberWord(count) {
  return isEnglish && count < NUMBERS.length ? NUMBERS[count] : formatCount(count)
}

// The tooltip of an edge.
export function edgeWords(state, table, index) {
  const [source, target] = state.edges[index].map((end) => lookOf(table.space, state.operations[end]).label)
  const part = state.contributions?.[index]
  const named = (value) => `${source} → ${target}\n` + gettext("contribution {value}", {value})
  if (!part) return named(gettext("unknown: not a measured cell"))
  const without = {without: part.nWithout}
  const detail = part.nWith && part.nWithout
    ? ngettext("mean of {count} measured sub-cell with it minus mean of {without} without",
      "mean of {count} measured sub-cells with it minus mean of {without} without", part.nWith, without)
    : ngettext("{count} measured sub-cell with it, {without} without",
      "{count} measured sub-cells with it, {without} without", part.nWith, without)
  return `${named(formatDifference(table.metric(state.metric), part.contribution))}\n${detail}`
}

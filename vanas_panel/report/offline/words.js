// The words under the canvas and at the pointer, as views/designer_voice.py and views/designer_scene.py say them.

import { formatDifference } from "./format.js"
import { lookOf } from "./draw.js"

const NUMBERS = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]

// More edges have too many sub-cells to count while somebody waits; no published search space allows as many.
export const MOST_LIVE_EDGES = 15

// Nothing is wrong with what somebody is still drawing.
const UNFINISHED = ["no path", "off path"]

export const KEYS = "Designer canvas. Arrow keys choose a vertex, with Shift they move it; Enter starts an edge, " +
  "ends or removes it; digits add a vertex, Delete removes it; Escape gives up; Control Z and Control Y undo and redo."

// What there is to say about the draft, the most pressing first: [[kind, text], ...].
export function statusOf(state, table, {message = "", selected = null} = {}) {
  const {operations, edges} = state
  const parts = message ? [["message", message]] : []
  if (selected === null) {
    parts.push(...state.problems.map(({kind, message}) => problemPart(kind, short(message, table))))
    const kinds = state.problems.map(({kind}) => kind)
    if (kinds.includes("off path") && !kinds.includes("no path")) parts.push(["do:prune", "Remove what is on no path"])
  } else {
    const {label} = lookOf(table.space, operations[selected])
    parts.push(["now", `From ${label} to …: click the target of the edge, or press Escape`])
  }
  if (state.isCell) parts.push([state.row < 0 ? "now" : "good", `✓ Valid cell, ${standingOf(state, table)}`])
  const {maxVertices, maxEdges} = table.space
  parts.push(["quiet", `${operations.length} of ${maxVertices} vertices, ${edges.length} of ${maxEdges} edges`])
  if (state.contributions) {
    const [kind, words] = contributionWords(state.contributions.map(({contribution}) => contribution))
    const {higher} = table.metric(state.metric)
    const turned = {good: "bad", bad: "good"}[kind] ?? kind
    parts.push([higher === true ? kind : higher === false ? turned : "quiet", words])
  } else if (state.row >= 0 && edges.length > MOST_LIVE_EDGES) {
    parts.push(["quiet", `Too many edges for contributions (${edges.length}, at most ${MOST_LIVE_EDGES} in a report)`])
  }
  return parts
}

// A warning only where drawing on would not mend it.
function problemPart(kind, words) {
  return UNFINISHED.includes(kind) ? ["now", `Unfinished: ${words[0].toLowerCase()}${words.slice(1)}`]
    : ["warning", `⚠ ${words}`]
}

function standingOf({row, metric: name}, table) {
  if (row < 0) return "not in this table"
  const metric = table.metric(name)
  if (["parameters", "MAC"].includes(metric.unit) || metric.higher === null) return "in this table"
  return Number.isNaN(table.value(name, row)) ? "not measured" : "measured"
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
  for (const [number, kind, word] of [[positive, "good", "positively"], [negative, "bad", "negatively"]]) {
    if (number === count) return [kind, `${allEdges(count)} ${word}`]
  }
  if (unknown === count) return ["quiet", "contributions are undefined here"]
  const parts = [`${positive} of ${count} edges ${positive === 1 ? "contributes" : "contribute"} positively`]
  if (negative) parts.push(`${negative} negatively`)
  if (unknown) parts.push(`${unknown} ${unknown === 1 ? "is" : "are"} undefined`)
  return ["quiet", parts.join(", ")]
}

function allEdges(count) {
  if (count === 1) return "its one edge contributes"
  return `${count === 2 ? "both" : `all ${NUMBERS[count] ?? count}`} edges contribute`
}

// What the pointer reads at an edge.
export function edgeWords(state, table, index) {
  const [source, target] = state.edges[index].map((end) => lookOf(table.space, state.operations[end]).label)
  const part = state.contributions?.[index]
  if (!part) return `${source} → ${target}\ncontribution unknown: not a measured cell`
  const cells = `${part.nWith} measured sub-${part.nWith === 1 ? "cell" : "cells"} with it`
  const both = part.nWith && part.nWithout
  const detail = both ? `mean of ${cells} minus mean of ${part.nWithout} without` : `${cells}, ${part.nWithout} without`
  const value = formatDifference(table.metric(state.metric), part.contribution)
  return `${source} → ${target}\ncontribution ${value}\n${detail}`
}

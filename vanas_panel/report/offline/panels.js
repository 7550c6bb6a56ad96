// What stands beside the canvas: a card for every metric of the cell, and the completions of the draft.

import { lookOf, svgElement, thumbnail } from "./draw.js"
import { formatCount, formatValue, histogram, middleOf, splitValue, standing } from "./format.js"
import { short } from "./words.js"

const STRUCTURE = ["vertices", "edges", "depth"]
const ORDER = ["fraction", "parameters", "MAC", "s"]
const EXTRA = [
  ["exact", "Only cells with exactly the vertices that are drawn"],
  ["+1", "Also cells with one more vertex of any operation"],
  ["+2", "Also cells with one or two more vertices of any operation"],
]

export function html(name, attributes = {}, ...children) {
  const element = document.createElement(name)
  for (const [key, value] of Object.entries(attributes)) {
    if (value === true) element.setAttribute(key, "")
    else if (value !== false && value !== null) element.setAttribute(key, value)
  }
  element.append(...children.filter((child) => child !== null && child !== ""))
  return element
}

// Cards of the cell, or of the whole table while there is none.
export function performancePanel(state, table) {
  const metrics = table.metrics.filter(({name, known}) => known && !STRUCTURE.includes(name))
  const place = ({unit}) => (ORDER.includes(unit) ? ORDER.indexOf(unit) : ORDER.length)
  metrics.sort((one, other) => place(one) - place(other))
  const isVariant = ({name}) => table.metrics.some((other) => name.startsWith(`${other.name}_`))
  const whole = state.row < 0
  const card = (metric) => {
    const value = whole ? middleOf(table.sortedColumn(metric.name)) : table.value(metric.name, state.row)
    return whole ? tableCard(table, metric, value) : cellCard(table, metric, value)
  }
  const major = metrics.filter((metric) => !isVariant(metric)).map((metric) => drawCard(card(metric)))
  const minor = metrics.filter(isVariant).map((metric) => drawLine(card(metric)))
  return [
    html("h3", {}, "Performance"), noteOf(state, table),
    html("div", {class: `vo-cards${whole ? " vo-whole" : ""}`}, ...major),
    minor.length ? html("table", {class: "vo-variants"}, html("tbody", {}, ...minor)) : null,
  ]
}

// Why there are no numbers of a cell.
function noteOf(state, table) {
  if (state.row >= 0) return null
  const isEmpty = state.operations.length === 2 && !state.edges.length
  const words = state.isCell ? "A valid cell, but not in this table: nothing was measured for it."
    : isEmpty ? "No cell yet." : `Not a cell yet. ${short(state.problems[0].message, table)}`
  return html("p", {class: "vo-note"}, `${words} Meanwhile, the whole table:`)
}

function cellCard(table, metric, value) {
  if (Number.isNaN(value)) {
    const known = `The table knows it for ${formatCount(metric.known)} of ${formatCount(table.count)} cells.`
    return {metric, number: "—", unit: "", place: "not measured", spread: null, tooltip: `${metric.label}: ${known}`}
  }
  const place = standing(table, metric, value)
  return {metric, ...numberOf(metric, value), place, spread: histogram(table, metric, value),
    tooltip: `${metric.label}: ${exact(metric, value)}, ${place}${errorWords(metric)}`}
}

function tableCard(table, metric, value) {
  const values = table.sortedColumn(metric.name)
  const [low, high] = [values[0], values[values.length - 1]].map((end) => formatValue(metric, end))
  const best = metric.higher === true ? `best ${high}` : metric.higher === false ? `least ${low}` : `${low} to ${high}`
  return {metric, ...numberOf(metric, value), place: `median · ${best}`, spread: histogram(table, metric),
    tooltip: `${metric.label} of all ${formatCount(values.length)} cells with a value: ${low} to ${high}`}
}

// A value as a large number and a small unit; "20 min 5 s" has its units inside.
function numberOf(metric, value) {
  const [number, unit] = splitValue(metric, value)
  if (metric.unit === "MAC") return {number, unit: `${unit} MAC`.trimStart()}
  return number.includes(" ") ? {number: `${number} ${unit}`, unit: ""} : {number, unit}
}

function exact(metric, value) {
  return ["parameters", "MAC"].includes(metric.unit) && Math.abs(value) < 1e18 ? formatCount(value) : formatValue(metric, value)
}

// What packing may have changed, where it may have changed anything.
function errorWords(metric) {
  return metric.error ? ` (kept to within ${metric.error.toPrecision(2)} in this file)` : ""
}

function drawCard({metric, number, unit, place, spread, tooltip}) {
  const long = number.length + unit.length > 9 ? " vo-long" : ""
  return html("div", {class: "vo-card", "data-card": metric.name, title: tooltip},
    html("div", {class: "vo-label"}, metric.label),
    html("div", {class: `vo-value${long}`}, number, unit ? " " : "", unit ? html("small", {}, unit) : ""),
    spread ? drawSpread(spread) : null, html("div", {class: "vo-place"}, place))
}

function drawLine({metric, number, unit, place, tooltip}) {
  const value = `${number} ${unit}`.trimEnd()
  return html("tr", {"data-card": metric.name, title: tooltip}, html("td", {}, metric.label), html("td", {}, value),
    html("td", {}, place.split(" of ")[0]))
}

function drawSpread({heights, place}) {
  const bar = (height, bin) => (height ? `M${bin} 20v-${Math.max(0.7, 20 * height).toFixed(1)}h.82V20z` : "")
  const chart = svgElement("svg", {viewBox: `0 0 ${heights.length} 20`, preserveAspectRatio: "none"},
    svgElement("path", {d: heights.map(bar).join("")}))
  const box = html("div", {class: "vo-spread", "aria-hidden": "true"}, chart)
  if (place !== null) box.append(html("i", {style: `left: ${(100 * place).toFixed(1)}%`}))
  return box
}

// The best completions as buttons, with the choice of extra vertices and of the metric that ranks.
export function completionsPanel(state, table) {
  const {matches, reason, rows} = state.completions
  const extra = EXTRA.map(([label, title], count) => html("button", {role: "radio", type: "button", title,
    "aria-checked": String(count === state.extraVertices), "data-action": `extra:${count}`}, label))
  const ranked = html("label", {class: "vo-ranked"}, "ranked by ", html("select", {"data-action": "metric"},
    ...table.metrics.filter(({known}) => known).map(({name, label}) =>
      html("option", {value: name, selected: name === state.metric}, label))))
  return [
    html("div", {class: "vo-line-of-head"}, html("h3", {}, "Recommended completions"),
      html("div", {class: "vo-extra", role: "radiogroup", "aria-label": "Extra vertices"}, ...extra)),
    html("p", {class: "vo-quiet"}, matches ? summary(state, table) : "No completion", " · ", ranked),
    matches ? html("div", {class: "vo-list"}, ...rows.map((found, place) => drawCompletion(state, table, found, place)))
      : html("p", {class: "vo-note"}, short(reason, table)),
  ]
}

// How many cells complete the draft, in words.
export function summary({operations, edges, completions, extraVertices}, table) {
  const {matches} = completions
  const more = ["", ", with up to one more vertex", ", with up to two more vertices"][extraVertices]
  if (edges.length) {
    return `${formatCount(matches)} ${matches === 1 ? "cell contains" : "cells contain"} this draft${more}`
  }
  const counts = new Map()
  for (const operation of operations.slice(1, -1)) {
    const {label} = lookOf(table.space, operation)
    counts.set(label, (counts.get(label) ?? 0) + 1)
  }
  const names = [...counts].map(([label, count]) => (count > 1 ? `${count} × ${label}` : label)).join(", ")
  const noun = matches === 1 ? "cell" : "cells"
  if (!names) return `${formatCount(matches)} ${noun} without operations${more}`
  return `Best arrangements of ${names}: ${formatCount(matches)} ${noun}${more}`
}

function drawCompletion(state, table, {row, value, operations, edges}, place) {
  const metric = table.metric(state.metric)
  const isShown = row === state.row
  const size = table.metrics.find(({name}) => name === "trainable_parameters")
  const details = [`${edges.length} ${edges.length === 1 ? "edge" : "edges"}`]
  if (size && metric.unit !== "parameters") {
    details.unshift(`${formatValue(size, table.value(size.name, row))} parameters`)
  }
  const words = `${metric.label} ${formatValue(metric, value)}, ${details.join(", ")}.`
  const title = `${words} ${isShown ? "It is in the designer." : "Click to load it into the designer."}`
  return html("button", {type: "button", "data-action": `completion:${place}`, "aria-pressed": String(isShown), title},
    thumbnail(table.space, {operations, edges}, words),
    html("span", {}, html("b", {}, formatValue(metric, value)), html("br"),
      html("span", {class: "vo-details"}, details.join(" · "))),
    html("span", {class: "vo-go"}, isShown ? "shown" : "load"))
}

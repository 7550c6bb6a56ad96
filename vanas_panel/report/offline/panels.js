// The panels beside the canvas: a card for every metric of the cell, and the completions of the draft.

import { filled, gettext, ngettext } from "./language.js"
import { lookOf, svgElement, thumbnail } from "./draw.js"
import { formatCount, formatValue, histogram, middleOf, splitValue, standing } from "./format.js"
import { short } from "./words.js"

const STRUCTURE = ["vertices", "edges", "depth"]
const ORDER = ["fraction", "parameters", "MAC", "s"]
const EXTRA = [
  [gettext("exact"), gettext("Only cells with exactly the vertices that are drawn")],
  ["+1", gettext("Also cells with one more vertex of any operation")],
  ["+2", gettext("Also cells with one or two more vertices of any operation")],
]

const MEDIANS = [gettext("median · best {high}"), gettext("median · least {low}"), gettext("median · {low} to {high}")]

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
  const rank = ({unit}) => (ORDER.includes(unit) ? ORDER.indexOf(unit) : ORDER.length)
  metrics.sort((one, other) => rank(one) - rank(other))
  const isVariant = ({name}) => table.metrics.some((other) => name.startsWith(`${other.name}_`))
  const whole = state.row < 0
  const card = (metric) => {
    const value = whole ? middleOf(table.sortedColumn(metric.name)) : table.value(metric.name, state.row)
    return whole ? tableCard(table, metric, value) : cellCard(table, metric, value)
  }
  const major = metrics.filter((metric) => !isVariant(metric)).map((metric) => drawCard(card(metric)))
  const minor = metrics.filter(isVariant).map((metric) => drawLine(card(metric)))
  return [
    html("h3", {}, gettext("Performance")), noteOf(state, table),
    html("div", {class: `vo-cards${whole ? " vo-whole" : ""}`}, ...major),
    minor.length ? html("table", {class: "vo-variants"}, html("tbody", {}, ...minor)) : null,
  ]
}

// Why there are no numbers of a cell.
function noteOf(state, table) {
  if (state.row >= 0) return null
  const isEmpty = state.operations.length === 2 && !state.edges.length
  const words = state.isCell
    ? gettext("A valid cell, but not in this table: nothing was measured for it. Meanwhile, the whole table:")
    : isEmpty ? gettext("No cell yet. Meanwhile, the whole table:")
      : gettext("Not a cell yet. {problem} Meanwhile, the whole table:",
        {problem: short(state.problems[0].message, table)})
  return html("p", {class: "vo-note"}, words)
}

function cellCard(table, metric, value) {
  if (Number.isNaN(value)) {
    const tooltip = gettext("{metric} of this cell: not measured. The table knows it for {known} of {total} cells.",
      {metric: metric.label, known: formatCount(metric.known), total: formatCount(table.count)})
    const percentile = gettext("not measured")
    return {metric, number: "—", unit: "", percentile, brief: percentile, spread: null, tooltip}
  }
  const percentile = standing(table, metric, value)
  return {metric, ...numberOf(metric, value), percentile, brief: standing(table, metric, value, true),
    spread: histogram(table, metric, value),
    tooltip: `${metric.label}: ${exact(metric, value)}, ${percentile}${errorWords(metric)}`}
}

function tableCard(table, metric, value) {
  const values = table.sortedColumn(metric.name)
  const [low, high] = [values[0], values[values.length - 1]].map((end) => formatValue(metric, end))
  const pattern = metric.higher === true ? MEDIANS[0] : metric.higher === false ? MEDIANS[1] : MEDIANS[2]
  const percentile = filled(pattern, {low, high})
  const tooltip = gettext("{metric} of all {count} cells with a value: {low} to {high}, median {median}.", {
    metric: metric.label, count: formatCount(values.length), low, high, median: formatValue(metric, value),
  })
  return {metric, ...numberOf(metric, value), percentile, brief: percentile, spread: histogram(table, metric), tooltip}
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

// The error that packing may have caused, where there may be one.
function errorWords(metric) {
  if (!metric.error) return ""
  return " " + gettext("(kept to within {error} in this file)", {error: metric.error.toPrecision(2)})
}

function drawCard({metric, number, unit, percentile, spread, tooltip}) {
  const long = number.length + unit.length > 9 ? " vo-long" : ""
  return html("div", {class: "vo-card", "data-card": metric.name, title: tooltip},
    html("div", {class: "vo-label"}, metric.label),
    html("div", {class: `vo-value${long}`}, number, unit ? " " : "", unit ? html("small", {}, unit) : ""),
    spread ? drawSpread(spread) : null, html("div", {class: "vo-percentile"}, percentile))
}

function drawLine({metric, number, unit, brief, tooltip}) {
  const value = `${number} ${unit}`.trimEnd()
  return html("tr", {"data-card": metric.name, title: tooltip}, html("td", {}, metric.label), html("td", {}, value),
    html("td", {}, brief))
}

function drawSpread({heights, position}) {
  const bar = (height, bin) => (height ? `M${bin} 20v-${Math.max(0.7, 20 * height).toFixed(1)}h.82V20z` : "")
  const chart = svgElement("svg", {viewBox: `0 0 ${heights.length} 20`, preserveAspectRatio: "none"},
    svgElement("path", {d: heights.map(bar).join("")}))
  const box = html("div", {class: "vo-spread", "aria-hidden": "true"}, chart)
  if (position !== null) box.append(html("i", {style: `left: ${(100 * position).toFixed(1)}%`}))
  return box
}

// The best completions as buttons, with the choice of extra vertices and of the metric that ranks.
export function completionsPanel(state, table) {
  const {matches, reason, rows} = state.completions
  const extra = EXTRA.map(([label, title], count) => html("button", {role: "radio", type: "button", title,
    "aria-checked": String(count === state.extraVertices), "data-action": `extra:${count}`}, label))
  const ranked = html("label", {class: "vo-ranked"}, gettext("ranked by"), " ", html("select",
    {"data-action": "metric"},
    ...table.metrics.filter(({known}) => known).map(({name, label}) =>
      html("option", {value: name, selected: name === state.metric}, label))))
  return [
    html("div", {class: "vo-line-of-head"}, html("h3", {}, gettext("Recommended completions")),
      html("div", {class: "vo-extra", role: "radiogroup", "aria-label": gettext("Extra vertices")}, ...extra)),
    html("p", {class: "vo-quiet"}, matches ? summary(state, table) : gettext("No completion"), " · ", ranked),
    matches ? html("div", {class: "vo-list"}, ...rows.map((found, index) => drawCompletion(state, table, found, index)))
      : html("p", {class: "vo-note"}, short(reason, table)),
  ]
}

// How many cells complete the draft, in words.
export function summary({operations, edges, completions, extraVertices}, table) {
  const found = foundWords(operations, edges, completions.matches, table)
  return extraVertices ? filled(MORE[extraVertices - 1], {found}) : found
}

const MORE = [gettext("{found}, with up to one more vertex"), gettext("{found}, with up to two more vertices")]

// How many cells complete the draft, whatever more vertices they may have.
function foundWords(operations, edges, matches, table) {
  const count = {count: formatCount(matches)}
  if (edges.length) {
    return ngettext("{count} cell contains this draft", "{count} cells contain this draft", matches, count)
  }
  const counts = new Map()
  for (const operation of operations.slice(1, -1)) {
    const {label} = lookOf(table.space, operation)
    counts.set(label, (counts.get(label) ?? 0) + 1)
  }
  const names = [...counts].map(([label, count]) => (count > 1 ? `${count} × ${label}` : label)).join(", ")
  if (!names) return ngettext("{count} cell without operations", "{count} cells without operations", matches, count)
  return ngettext("Best arrangements of {names}: {count} cell", "Best arrangements of {names}: {count} cells", matches,
    {names, ...count})
}

function drawCompletion(state, table, {row, value, operations, edges}, index) {
  const metric = table.metric(state.metric)
  const isShown = row === state.row
  const size = table.metrics.find(({name}) => name === "trainable_parameters")
  const details = [ngettext("{count} edge", "{count} edges", edges.length)]
  if (size && metric.unit !== "parameters") {
    details.unshift(gettext("{count} parameters", {count: formatValue(size, table.value(size.name, row))}))
  }
  const words = `${metric.label} ${formatValue(metric, value)}, ${details.join(", ")}.`
  const hint = isShown ? gettext("It is in the designer.") : gettext("Click to load it into the designer.")
  const title = `${words} ${hint}`
  return html("button", {type: "button", "data-action": `completion:${index}`, "aria-pressed": String(isShown), title},
    thumbnail(table.space, {operations, edges}, words),
    html("span", {}, html("b", {}, formatValue(metric, value)), html("br"),
      html("span", {class: "vo-details"}, details.join(" · "))),
    html("span", {class: "vo-go"}, isShown ? gettext("shown") : gettext("load")))
}

// A report without a server: its charts, what a click does, light and dark, and saving.

import { gettext } from "./offline/language.js"

const all = (selector, root = document) => Array.from(root.querySelectorAll(selector))
const one = (selector, root = document) => root.querySelector(selector)
const data = JSON.parse(one("#report-data").textContent)
const page = document.documentElement
page.classList.remove("no-script")

// Light and dark -----------------------------------------------------------------------------------------------------

const system = window.matchMedia("(prefers-color-scheme: dark)")
const isDark = () => (page.dataset.theme ? page.dataset.theme === "dark" : system.matches)
const charts = []
const flip = (dark) => {
  const pairs = new Map(data.colors.map(([light, night]) => (dark ? [light, night] : [night, light])))
  const pattern = new RegExp(Array.from(pairs.keys()).join("|"), "g")
  const changed = (value) => {
    if (typeof value === "string") return value.replace(pattern, (found) => pairs.get(found))
    if (Array.isArray(value)) {
      const next = value.map(changed)
      return next.some((each, index) => each !== value[index]) ? next : value
    }
    if (value instanceof Map) {
      const next = new Map(Array.from(value, ([key, each]) => [key, changed(each)]))
      return Array.from(value).some(([key, each]) => next.get(key) !== each) ? next : value
    }
    if (value && Object.getPrototypeOf(value) === Object.prototype) {
      const next = Object.fromEntries(Object.entries(value).map(([key, each]) => [key, changed(each)]))
      return Object.keys(value).some((key) => next[key] !== value[key]) ? next : value
    }
    return value
  }
  return changed
}

// Bokeh paints on a canvas, where CSS variables do not reach: every colour of the page is exchanged in the models.
function paint(chart) {
  const dark = isDark()
  if (chart.dark === dark) return
  chart.dark = dark
  const changed = flip(dark)
  for (const model of chart.model.references()) {
    const next = {}
    for (const [name, value] of Object.entries(model.attributes)) {
      const other = changed(value)
      if (other !== value) next[name] = other
    }
    if (Object.keys(next).length) model.setv(next)
  }
}

const repaint = () => charts.forEach(paint)
system.addEventListener("change", repaint)

// Charts -------------------------------------------------------------------------------------------------------------

const CLICKS = ["tap", "pressup", "doubletap"]
const REACH = 26

async function draw(item, target) {
  const chart = {dark: false}
  await globalThis.Bokeh.embed.embed_item(item, target)
  chart.view = globalThis.Bokeh.index.get_by_id(item.root_id)
  chart.model = chart.view.model
  chart.source = (name) => chart.model.renderers.find((each) => each.name === name).data_source
  charts.push(chart)
  paint(chart)
  return chart
}

const maps = []
let shownMap = 0

async function showMap(index) {
  shownMap = index
  all("[data-tab]").forEach((tab, each) => {
    tab.setAttribute("aria-selected", String(each === index))
    tab.tabIndex = each === index ? 0 : -1
  })
  all("#overview .panel").forEach((panel, each) => { panel.hidden = each !== index })
  maps[index] ??= draw(data.maps[index], one(`#map-${index} .live`)).then((chart) => {
    CLICKS.forEach((kind) => chart.model.on_event(kind, (event) => openBin(chart, event)))
    markCell(chart, index)
    return chart
  })
  return maps[index]
}

function openBin(chart, {sx, sy}) {
  if (!designer) return
  const {x_scale: across, y_scale: down} = chart.view.frame
  const {left, right, bottom, top, packed_row: packedRow} = columnsOf(chart.source("bins"))
  let [nearest, least] = [-1, REACH]
  for (let each = 0; each < packedRow.length; each++) {
    const x = Math.max(0, across.compute(left[each]) - sx, sx - across.compute(right[each]))
    const y = Math.max(0, down.compute(top[each]) - sy, sy - down.compute(bottom[each]))
    const distance = Math.hypot(x, y)
    if (distance < least) [nearest, least] = [each, distance]
  }
  if (nearest >= 0) designer.loadRow(packedRow[nearest])
}

const columnsOf = (source) => (source.data instanceof Map ? Object.fromEntries(source.data) : source.data)

function markCell(chart, index) {
  if (!designer) return
  const {row} = designer.state
  const at = row < 0 ? [] : data.axes[index].map((name) => table.value(name, row))
  const known = at.length === 2 && at.every(Number.isFinite)
  chart.source("mark").data = known ? {x: [at[0]], y: [at[1]]} : {x: [], y: []}
}

async function showImportance() {
  const chart = await draw(data.importance, one("#importance .live"))
  CLICKS.forEach((kind) => chart.model.on_event(kind, ({y}) => explain(chart, y)))
}

// A bar explains itself, also to a screen reader.
function explain(chart, y) {
  const columns = columnsOf(chart.source("bars"))
  const row = columns.name.length - 1 - Math.floor(y)
  if (!(row in columns.name)) return
  const name = document.createElement("b")
  name.textContent = `${columns.name[row]}: ${columns.full_text[row]}`
  const parts = [columns.with_text[row], columns.without_text[row], columns.reason[row]].filter(Boolean)
  const words = `. ${parts.join("; ").replace(/\.$/, "")}. `
  one("#explain").replaceChildren(name, words,
    gettext("It is an average over many cells; contributions tell it of one."))
}

// The designer -------------------------------------------------------------------------------------------------------

/** @type {any} */
let designer = null
/** @type {any} */
let table = null

async function startDesigner() {
  const {openTable, mountDesigner} = globalThis.vanasOffline
  table = await openTable("vanas-table")
  one("#designer-live").hidden = false
  page.classList.add("has-designer")
  designer = mountDesigner(one("#designer"), table, {
    ...data.designer, performance: one("#performance"), completions: one("#completions"),
  })
  designer.onChange(follow)
  follow(designer.state)
}

const isSame = (draft, state) => ["operations", "edges"].every((part) =>
  JSON.stringify(draft[part]) === JSON.stringify(state[part]))

function follow(state) {
  for (const node of all("[data-vanas-load]")) {
    const draft = JSON.parse(node.dataset.vanasLoad)
    const row = rowOf(node, draft)
    const same = row >= 0 ? row === state.row : isSame(draft, state)
    if (node.tagName === "TR") node.setAttribute("aria-current", String(same))
    else node.setAttribute("aria-pressed", String(same))
  }
  maps.forEach((chart, index) => chart.then((drawn) => markCell(drawn, index)))
  const {value, label} = said(state)
  one("#peek b").textContent = value
  one("#peek small").textContent = label
  page.classList.toggle("changed", !isSame(data.designer.draft, state))
}

const rows = new WeakMap()
function rowOf(node, draft) {
  if (!rows.has(node)) {
    let row = -1
    try { row = table.find(draft.operations, draft.edges) } catch { /* a draft that is no cell has no row */ }
    rows.set(node, row)
  }
  return rows.get(node)
}

function said({row, metric, isCell}) {
  const {label, unit} = table.metrics.find(({name}) => name === metric) ?? {label: "", unit: ""}
  if (!isCell) return {value: gettext("Not a cell yet"), label: gettext("in the designer")}
  const value = row < 0 ? NaN : table.value(metric, row)
  if (!Number.isFinite(value)) return {value: gettext("Not measured"), label: gettext("in the designer")}
  const words = unit === "fraction" ? `${(100 * value).toFixed(2)} %` : value.toLocaleString("en-US")
  return {value: words, label: gettext("{metric}, in the designer", {metric: label})}
}

// A click far from the designer says what it has done there.
function watchDesigner() {
  const peek = one("#peek")
  let away = false
  let touched = false
  const show = () => { peek.hidden = !(away && touched) }
  new IntersectionObserver(([entry]) => { away = !entry.isIntersecting; show() }, {threshold: 0.15}).observe(one("#cell"))
  designer.onChange(() => { touched = true; show() })
}

// Saving -------------------------------------------------------------------------------------------------------------

const LOOK = ["fill", "fill-opacity", "stroke", "stroke-width", "stroke-dasharray", "stroke-opacity", "stroke-linejoin",
  "stroke-linecap", "opacity", "font-size", "font-weight", "font-family", "text-anchor", "dominant-baseline"]

const STRIP = 34

// A figure as it would look alone, in light colours: whatever style sheets say is written into it.
function portable(svg) {
  const copy = svg.cloneNode(true)
  const [theme, transition] = [page.dataset.theme, page.style.transition]
  page.dataset.theme = "light"
  const originals = [svg, ...all("*", svg)]
  ;[copy, ...all("*", copy)].forEach((node, index) => {
    const look = getComputedStyle(originals[index])
    for (const name of LOOK) {
      const value = look.getPropertyValue(name)
      if (value && (node.hasAttribute(name) || value !== DEFAULTS[name])) node.setAttribute(name, value)
    }
  })
  all(".vo-strip, .vo-hit, .vo-port, .vo-ring, .vo-sketch", copy).forEach((node) => node.remove())
  all("*", copy).forEach((node) => DROPPED.forEach((name) => node.removeAttribute(name)))
  if (theme === undefined) delete page.dataset.theme
  else page.dataset.theme = theme
  page.style.transition = transition
  // The designer's canvas ends in a strip for deleting, which is no part of the figure.
  const {width, height: whole} = svg.viewBox.baseVal
  const height = whole - (svg.classList.contains("vo-canvas") ? STRIP : 0)
  for (const name of ["class", "style", "tabindex", "role"]) copy.removeAttribute(name)
  copy.setAttribute("viewBox", `0 0 ${width} ${height}`)
  copy.setAttribute("width", width)
  copy.setAttribute("height", height)
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg")
  const paper = document.createElementNS("http://www.w3.org/2000/svg", "rect")
  Object.entries({width: "100%", height: "100%", fill: "#ffffff"}).forEach(([name, value]) => paper.setAttribute(name, value))
  copy.prepend(paper)
  return {text: new XMLSerializer().serializeToString(copy), width, height}
}
const DROPPED = ["class", "style", "tabindex", "role", "data-edge", "data-vertex"]
const DEFAULTS = {fill: "rgb(0, 0, 0)", "fill-opacity": "1", stroke: "none", "stroke-width": "1px",
  "stroke-dasharray": "none", "stroke-opacity": "1", "stroke-linejoin": "miter", "stroke-linecap": "butt", opacity: "1",
  "text-anchor": "start", "dominant-baseline": "auto", "font-weight": "400"}

function save(content, type, name) {
  const link = document.createElement("a")
  link.href = URL.createObjectURL(content instanceof Blob ? content : new Blob([content], {type}))
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 10000)
}

async function toPng({text, width, height}) {
  const image = new Image()
  image.src = URL.createObjectURL(new Blob([text], {type: "image/svg+xml"}))
  try {
    await image.decode()
    for (const scale of [3, 2, 1]) {
      const file = await painted(image, scale * width, scale * height)
      if (file !== null) return file
    }
  } finally {
    URL.revokeObjectURL(image.src)
  }
  throw new Error(gettext("This browser has no room for a picture of that size."))
}

// A picture as PNG; null where it is larger than the canvases of the browser.
/** @type {(image: HTMLImageElement, width: number, height: number) => Promise<Blob | null>} */
async function painted(image, width, height) {
  const canvas = Object.assign(document.createElement("canvas"), {width, height})
  const pen = canvas.getContext("2d")
  if (pen === null) return null
  pen.drawImage(image, 0, 0, canvas.width, canvas.height)
  return new Promise((resolve) => { canvas.toBlob(resolve, "image/png") })
}

function figureOf(name) {
  if (name === "overview") return one(`[data-figure="overview-${shownMap}"] svg`)
  if (name === "cell" && designer) return one("#designer .vo-canvas")
  return one(`[data-figure="${name}"] svg`)
}

const toCsv = (heads, lines) => [heads, ...lines].map((line) => line.map(quoted).join(",")).join("\n") + "\n"
const quoted = (value) => {
  const words = value === null || Number.isNaN(value) ? "" : typeof value === "string" ? defused(value) : String(value)
  return /[",\r\n]/.test(words) ? `"${words.replaceAll('"', '""')}"` : words
}

// A value that a spreadsheet would take for a formula becomes text, as vanas_panel/text/spreadsheet_formulas.py does it.
const formula = /^'*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/
const defused = (text) => text.replace(/[^;\t\r\n]*[;\t\r\n]|[^;\t\r\n]+/g,
  (part) => (formula.test(part) ? `'${part}` : part))

// Numbers as Python writes them; no texts, so that a minus stays one.
const real = (value) => ({toString: () => Number.isInteger(value) ? value.toFixed(1)
  : String(value).replace(/e(-?)(\d)$/, "e$10$2")})

const pairs = (edges) => edges.map((edge) => edge.join("-")).join(" ")

function contributionsCsv({operations, contributions}) {
  const heads = ["source", "target", "source_operation", "target_operation", "contribution", "n_with", "n_without"]
  return toCsv(heads, (contributions ?? []).map(({source, target, contribution, nWith, nWithout}) => [source, target,
    operations[source], operations[target], Number.isNaN(contribution) ? NaN : real(contribution), nWith, nWithout]))
}

function completionsCsv({completions, metric}) {
  return toCsv(["rank", metric, "operations", "edges"], completions.rows.map(({value, operations, edges}, index) =>
    [index + 1, real(value), operations.slice(1, -1).join(" "), pairs(edges)]))
}

async function csvOf(name) {
  if (designer && name === "contributions") return contributionsCsv(designer.state)
  if (designer && name === "completions") return completionsCsv(designer.state)
  if (name in data.csv) return data.csv[name]
  if (name === "overview") {
    const columns = columnsOf((await maps[shownMap]).source("bins"))
    const names = ["left", "right", "bottom", "top", "best", "cells", "chosen", "row"]
    return toCsv(names, Array.from(columns.row, (_, each) => names.map((key) => columns[key][each])))
  }
  return ""
}

async function saveAs(kind, name) {
  const file = `${data.file}-${name}.${kind}`
  if (kind === "csv") return save(await csvOf(name), "text/csv", file)
  const figure = portable(figureOf(name))
  if (kind === "svg") return save(figure.text, "image/svg+xml", file)
  return save(await toPng(figure), "image/png", file)
}

async function copyCode(button) {
  const code = one(`#${button.dataset.copy}`)
  getSelection()?.selectAllChildren(code)
  const done = await navigator.clipboard?.writeText(code.textContent).then(() => true, () => false)
    ?? document.execCommand("copy")
  button.textContent = done ? gettext("Copied") : gettext("Selected: copy it")
}

// All together -------------------------------------------------------------------------------------------------------

document.addEventListener("click", ({target}) => {
  const hit = (selector) => target?.closest?.(selector)
  const tab = hit("[data-tab]")
  const saving = hit("[data-save]")
  const copying = hit("[data-copy]")
  const doing = hit("[data-do]")?.dataset.do
  if (tab) showMap(Number(tab.dataset.tab))
  else if (saving) saveAs(saving.dataset.save, saving.dataset.name)
  else if (copying) copyCode(copying)
  else if (doing === "print") window.print()
  else if (doing === "theme") {
    page.dataset.theme = isDark() ? "light" : "dark"
    repaint()
  }
})

document.addEventListener("keydown", (event) => {
  const {target} = event
  const tab = target?.closest?.("[data-tab]")
  const step = {ArrowRight: 1, ArrowLeft: -1}[event.key]
  if (tab && step) {
    const tabs = all("[data-tab]")
    const next = tabs[(tabs.indexOf(tab) + step + tabs.length) % tabs.length]
    next.focus()
    next.click()
  } else if (event.key === "Enter" && target?.matches?.("tr[data-vanas-load]")) target.click?.()
})

const work = []
if (data.maps.length) work.push(showMap(0))
if (data.importance) work.push(showImportance())
if (data.designer) work.push(startDesigner().then(watchDesigner))
await Promise.all(work)
page.dataset.ready = "yes"

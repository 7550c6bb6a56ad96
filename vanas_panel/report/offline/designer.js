// The designer: what is drawn, what follows from it, and the interface that the page around it uses; see __init__.py.

import { complete } from "./completion.js"
import { makeDraft, problemsOf } from "./draft.js"
import { CANVAS } from "./constants.js"
import { drawScene, drawStrip, lookOf, onScreen, pathOf, svgElement } from "./draw.js"
import { distanceTo, listenToKeys, listenToPointer } from "./gestures.js"
import { DraftModel } from "./model.js"
import { completionsPanel, html, performancePanel } from "./panels.js"
import { routeEdges } from "./routing.js"
import { edgeContributions } from "./subcells.js"
import { KEYS, edgeWords, statusOf } from "./words.js"

// More edges have too many sub-cells to count while somebody waits; no published search space allows as many.
const MOST_LIVE_EDGES = 15
const STEP = 12
const DIRECTIONS = {left: [-1, 0], right: [1, 0], up: [0, 1], down: [0, -1]}
const LAYERS = '<svg width="14" height="14" viewBox="0 0 14 14" aria-hidden="true"><rect x="4" y="0.5" width="6" ' +
  'height="3" rx="1"/><rect x="0" y="5.5" width="6" height="3" rx="1"/><rect x="8" y="5.5" width="6" height="3" ' +
  'rx="1"/><rect x="4" y="10.5" width="6" height="3" rx="1"/></svg>'

export class Designer {
  constructor(element, table, options = {}) {
    this.element = element
    this.table = table
    this.metric = options.metric ?? (table.metrics.find(({name}) => name === "test_accuracy") ?? table.metrics[0]).name
    table.metric(this.metric)
    this.extraVertices = 0
    this.selected = null
    this.focused = null
    this.listeners = new Set(options.onChange ? [options.onChange] : [])
    this.build(options)
    const draft = options.draft ? makeDraft(options.draft.operations, options.draft.edges) : undefined
    this.model = new DraftModel(table.space, () => this.follow(), draft, options.positions ?? null)
    listenToPointer(this.canvas, this)
    listenToKeys(this.canvas.parentElement, this)
    this.follow()
  }

  // For the page around it ------------------------------------------------------------------------------------------

  load(operations, edges, positions = null) {
    this.model.load(makeDraft(operations, edges), positions)
  }

  loadRow(row) {
    if (!(row >= 0 && row < this.table.count)) throw new Error(`Found row ${row}; expected 0 to ${this.table.count - 1}.`)
    const {operations, edges} = this.table.cell(row)
    this.load(operations, edges)
  }

  addEdgeType(source, target) {
    this.model.addEdgeType(source, target)
  }

  setMetric(name) {
    this.metric = this.table.metric(name).name
    this.follow()
  }

  onChange(listener) {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  // What follows from the draft -------------------------------------------------------------------------------------

  findState() {
    const {draft, places} = this.model
    const problems = problemsOf(draft, this.table.space)
    const isCell = !problems.length
    const row = isCell ? this.table.find(draft.operations, draft.edges) : -1
    const isLive = row >= 0 && draft.edges.length <= MOST_LIVE_EDGES
    return {
      ...draft, positions: places, problems, isCell, row, metric: this.metric, extraVertices: this.extraVertices,
      contributions: isLive ? edgeContributions(this.table, draft, this.metric) : null,
      completions: complete(this.table, draft, this.metric, 5, this.extraVertices),
    }
  }

  follow() {
    const {draft, places} = this.model
    if (this.state && this.state.operations.join() !== draft.operations.join()) this.focused = null
    this.selected = null
    this.state = this.findState()
    this.lines = routeEdges(draft.edges, places)
    this.draw()
    this.show(this.performance, performancePanel(this.state, this.table))
    this.show(this.completions, completionsPanel(this.state, this.table))
    this.element.dispatchEvent(new CustomEvent("vanas:change", {detail: this.state, bubbles: true}))
    for (const listener of this.listeners) listener(this.state)
  }

  // Drawing ---------------------------------------------------------------------------------------------------------

  build({performance = null, completions = null}) {
    const {width, height} = CANVAS
    this.toolbar = html("div", {class: "vo-tools", role: "toolbar", "aria-label": "Designer"})
    this.canvas = svgElement("svg", {class: "vo-canvas", viewBox: `0 0 ${width} ${height}`, tabindex: 0,
      role: "application", "aria-label": KEYS})
    this.scene = svgElement("g")
    this.sketch = svgElement("path", {class: "vo-sketch"})
    this.canvas.append(drawStrip(), this.scene, this.sketch)
    this.status = html("div", {class: "vo-status", role: "status"})
    this.performance = performance ?? html("section", {class: "vo-panel vo-performance"})
    this.completions = completions ?? html("section", {class: "vo-panel vo-completions"})
    this.element.classList.add("vo-root")
    for (const other of [performance, completions]) other?.classList.add("vo-root", "vo-apart")
    const own = [this.performance, this.completions].filter((panel) => panel !== performance && panel !== completions)
    const drawing = html("section", {class: "vo-panel vo-designer"}, html("h3", {}, "Designer"),
      html("p", {class: "vo-hint"}, "click two vertices to connect, an edge to remove it"), this.toolbar, this.canvas,
      this.status)
    this.element.replaceChildren(html("div", {class: "vo-grid"}, drawing,
      own.length ? html("div", {class: "vo-side"}, ...own) : null))
    for (const panel of [drawing, this.performance, this.completions]) {
      panel.addEventListener("click", (event) => this.act(event.target.closest("button[data-action]")?.dataset.action))
      panel.addEventListener("change", (event) => event.target.dataset.action === "metric" && this.setMetric(event.target.value))
    }
  }

  draw() {
    const {table, state, model, lines, selected, focused} = this
    this.scene.replaceChildren(...drawScene({draft: model.draft, places: model.places, lines, space: table.space,
      metric: table.metric(this.metric), contributions: state.contributions, problems: state.problems, selected, focused,
      words: (index) => edgeWords(state, table, index)}))
    this.show(this.toolbar, this.buttons())
    const parts = statusOf(state, table, {message: model.message, selected})
    this.status.replaceChildren(...parts.map(([kind, text]) => html("span", {class: `vo-${kind}`}, text)))
  }

  // Put other children into a panel; the keyboard keeps its place.
  show(panel, children) {
    const action = panel.contains(document.activeElement) ? document.activeElement.dataset.action : undefined
    panel.replaceChildren(...children.filter((child) => child !== null))
    if (action === undefined) return
    const again = panel.querySelector(`[data-action="${CSS.escape(action)}"]:not(:disabled)`)
    ;(again ?? (panel === this.toolbar ? this.canvas : null))?.focus({preventScroll: true})
  }

  buttons() {
    const {model, table} = this
    const button = (action, title, face, disabled = false) => html("button", {type: "button", "data-action": action, title,
      "aria-label": title, disabled}, ...face)
    const operations = table.space.operations.map((operation, place) => {
      const {label, fill} = lookOf(table.space, operation)
      const key = place < 9 ? ` (key ${place + 1})` : ""
      const swatch = html("span", {class: "vo-swatch", style: `background: ${fill}`})
      return button(`add:${place + 1}`, `Add a ${operation} vertex${key}`, [swatch, label])
    })
    const tidy = button("tidy", "Arrange the vertices in layers", [], model.positions === null)
    tidy.innerHTML = LAYERS
    return [...operations, html("span", {class: "vo-space"}),
      button("undo", "Undo (Ctrl+Z)", ["↶"], !model.past.length),
      button("redo", "Redo (Ctrl+Shift+Z or Ctrl+Y)", ["↷"], !model.future.length), tidy,
      button("clear", "Leave input and output only", ["Clear"], !model.canClear)]
  }

  // Hands, see gestures.js ------------------------------------------------------------------------------------------

  about(vertex) {
    return {at: this.model.places[vertex], inner: vertex > 0 && vertex < this.model.places.length - 1}
  }

  vertexAt([x, y]) {
    const {boxWidth, boxHeight} = CANVAS
    // The port, half of which hangs out of its box, belongs to it.
    return this.model.places.findLastIndex(([boxX, boxY]) => (Math.abs(x - boxX) <= boxWidth / 2 &&
      Math.abs(y - boxY) <= boxHeight / 2) || Math.hypot(x - boxX, y - boxY + boxHeight / 2) <= 6) ?? null
  }

  edgeAt(point, reach) {
    const distances = this.lines.map((line) => distanceTo(line, point))
    const nearest = distances.indexOf(Math.min(...distances))
    return nearest >= 0 && distances[nearest] <= reach ? this.model.draft.edges[nearest] : null
  }

  pick(vertex) {
    const source = this.selected
    if (vertex === null || source === null || source === vertex) {
      this.selected = source === vertex ? null : vertex
      this.draw()
    } else this.model.addEdge(source, vertex)
  }

  removeEdge(source, target) {
    this.model.removeEdge(source, target)
  }

  join(source, target) {
    this.sketch.removeAttribute("d")
    if (target !== null && target !== source) this.model.addEdge(source, target)
    else this.draw()
  }

  hint(source, point) {
    const [x, y] = this.model.places[source]
    this.sketch.setAttribute("d", pathOf([[x, y - CANVAS.boxHeight / 2], point]))
  }

  // While a vertex is dragged its edges follow; the others may be crossed until it is dropped.
  preview(vertex, point) {
    const {draft, places} = this.model
    const now = places.map((place, index) => (index === vertex ? point : place))
    const moved = draft.edges.flatMap((edge, index) => (edge.includes(vertex) ? [index] : []))
    const lines = routeEdges(draft.edges, now, this.lines, moved)
    this.scene.replaceChildren(...drawScene({draft, places: now, lines, space: this.table.space, problems: this.state.problems,
      metric: this.table.metric(this.metric), contributions: this.state.contributions, selected: vertex, focused: null}))
    this.scene.querySelector(`[data-vertex="${vertex}"]`).setAttribute("transform", `translate(${onScreen(point).join(" ")})`)
  }

  drop(vertex, point, deleted) {
    if (deleted) this.model.removeVertex(vertex)
    else this.model.moveVertex(vertex, point)
  }

  cancelDrag() {
    this.sketch.removeAttribute("d")
    this.draw()
  }

  // Buttons and keys ------------------------------------------------------------------------------------------------

  act(action) {
    if (action === undefined) return
    const [name, detail] = action.split(":")
    if (name === "extra") {
      this.extraVertices = Number(detail)
      this.follow()
    } else if (name === "completion") {
      const {operations, edges} = this.state.completions.rows[Number(detail)]
      this.load(operations, edges)
    } else this.command(action)
  }

  command(command) {
    const {model} = this
    const [name, detail] = command.split(":")
    const operation = this.table.space.operations[Number(detail) - 1]
    if (name in DIRECTIONS) this.focusTowards(DIRECTIONS[name])
    else if (name === "add" && operation !== undefined) model.addVertex(operation)
    else if (name === "move") this.nudge(DIRECTIONS[detail])
    else if (name === "first" || name === "last") this.focus(name === "first" ? 0 : model.places.length - 1)
    else if (name === "pick") this.pickFocused()
    else if (name === "delete" && this.focused !== null) model.removeVertex(this.focused)
    else if (name === "cancel") this.cancel()
    else if (["undo", "redo", "tidy", "clear"].includes(name)) model[name]()
  }

  pickFocused() {
    const edge = [this.selected, this.focused]
    if (this.focused === null) return
    const isDrawn = this.model.draft.edges.some((other) => String(other) === String(edge))
    if (isDrawn) this.model.removeEdge(...edge)
    else this.pick(this.focused)
  }

  cancel() {
    if (this.selected !== null) this.selected = null
    else this.focused = null
    this.draw()
  }

  focus(vertex) {
    this.focused = vertex
    this.draw()
  }

  // The next vertex to one side; from nothing, the uppermost one.
  focusTowards([ahead, across]) {
    const {places} = this.model
    if (this.focused === null) {
      this.focus(places.reduce((best, [, y], vertex) => (y > places[best][1] ? vertex : best), 0))
      return
    }
    const [x, y] = places[this.focused]
    let [best, least] = [this.focused, Infinity]
    places.forEach(([otherX, otherY], vertex) => {
      const forward = (otherX - x) * ahead + (otherY - y) * across
      const cost = forward + 0.6 * (Math.abs((otherX - x) * across) + Math.abs((otherY - y) * ahead))
      if (vertex !== this.focused && forward > 1 && cost < least) [best, least] = [vertex, cost]
    })
    this.focus(best)
  }

  nudge([ahead, across]) {
    if (this.focused === null) return
    const [x, y] = this.model.places[this.focused]
    this.model.moveVertex(this.focused, [x + ahead * STEP, y + across * STEP])
  }
}

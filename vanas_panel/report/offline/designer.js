// The designer: what follows from a draft, shown around its canvas, and what the page may ask of it; see __init__.py.

import { Canvas } from "./canvas.js"
import { complete } from "./completion.js"
import { gettext } from "./language.js"
import { makeDraft, problemsOf } from "./draft.js"
import { lookOf } from "./draw.js"
import { DraftModel } from "./model.js"
import { completionsPanel, html, performancePanel } from "./panels.js"
import { edgeContributions } from "./subcells.js"
import { MOST_LIVE_EDGES, statusOf } from "./words.js"

const SHOWN = 5
const LAYERS = '<svg width="14" height="14" viewBox="0 0 14 14" aria-hidden="true"><rect x="4" y="0.5" width="6" ' +
  'height="3" rx="1"/><rect x="0" y="5.5" width="6" height="3" rx="1"/><rect x="8" y="5.5" width="6" height="3" ' +
  'rx="1"/><rect x="4" y="10.5" width="6" height="3" rx="1"/></svg>'

export class Designer {
  constructor(element, table, options = {}) {
    this.element = element
    this.table = table
    /** @type {any} */
    this.state = null
    this.metric = options.metric ?? (table.metrics.find(({name}) => name === "test_accuracy") ?? table.metrics[0]).name
    table.metric(this.metric)
    this.extraVertices = [0, 1, 2].includes(options.extraVertices) ? options.extraVertices : 0
    this.listeners = new Set(options.onChange ? [options.onChange] : [])
    const draft = options.draft ? makeDraft(options.draft.operations, options.draft.edges) : undefined
    this.model = new DraftModel(table.space, () => this.follow(), draft, options.positions ?? null)
    this.canvas = new Canvas(this.model, table, () => this.showAround())
    this.build(options)
    this.follow()
  }

  // For the page around it ------------------------------------------------------------------------------------------

  load(operations, edges, positions = null) {
    this.model.load(makeDraft(operations, edges), positions)
  }

  loadRow(row) {
    const {count} = this.table
    if (!(row >= 0 && row < count)) {
      throw new Error(gettext("Found row {row}; expected 0 to {last}.", {row, last: count - 1}))
    }
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

  // Numbers of the draft ---------------------------------------------------------------------------------------------

  findState() {
    const {draft, centres} = this.model
    const problems = problemsOf(draft, this.table.space)
    const isCell = !problems.length
    const row = isCell ? this.table.find(draft.operations, draft.edges) : -1
    const isLive = row >= 0 && draft.edges.length <= MOST_LIVE_EDGES
    return {
      ...draft, positions: centres, problems, isCell, row, metric: this.metric, extraVertices: this.extraVertices,
      contributions: isLive ? edgeContributions(this.table, draft, this.metric) : null,
      completions: complete(this.table, draft, this.metric, SHOWN, this.extraVertices),
    }
  }

  follow() {
    this.state = this.findState()
    this.canvas.show(this.state)
    this.showAround()
    this.fill(this.performance, performancePanel(this.state, this.table))
    this.fill(this.completions, completionsPanel(this.state, this.table))
    this.element.dispatchEvent(new CustomEvent("vanas:change", {detail: this.state, bubbles: true}))
    for (const listener of this.listeners) listener(this.state)
  }

  // Display ---------------------------------------------------------------------------------------------------------

  /** @type {(options: {performance?: HTMLElement, completions?: HTMLElement}) => void} */
  build({performance, completions}) {
    this.toolbar = html("div", {class: "vo-tools", role: "toolbar", "aria-label": gettext("Designer")})
    this.status = html("div", {class: "vo-status", role: "status"})
    this.performance = performance ?? html("section", {class: "vo-panel vo-performance"})
    this.completions = completions ?? html("section", {class: "vo-panel vo-completions"})
    this.element.classList.add("vo-root")
    for (const other of [performance, completions]) other?.classList.add("vo-root", "vo-apart")
    const own = [this.performance, this.completions].filter((panel) => panel !== performance && panel !== completions)
    const drawing = html("section", {class: "vo-panel vo-designer"}, html("h3", {}, gettext("Designer")),
      html("p", {class: "vo-hint"}, gettext("click two vertices to connect, an edge to remove it")), this.toolbar,
      this.canvas.element, this.status)
    this.element.replaceChildren(html("div", {class: own.length ? "vo-grid" : "vo-alone"}, drawing,
      own.length ? html("div", {class: "vo-side"}, ...own) : null))
    this.canvas.listenIn(drawing)
    for (const panel of [drawing, this.performance, this.completions]) {
      panel.addEventListener("click", (event) => this.act(event.target.closest("button[data-action]")?.dataset.action))
      panel.addEventListener("change", ({target}) => target.dataset.action === "metric" && this.setMetric(target.value))
    }
  }

  // The buttons over the canvas and the words under it.
  showAround() {
    const {canvas, model, state, table} = this
    this.fill(this.toolbar, this.buttons())
    const parts = statusOf(state, table, {message: model.message, selected: canvas.selected})
    this.fill(this.status, parts.map(([kind, text]) => (kind.startsWith("do:")
      ? html("button", {
        type: "button", "data-action": kind.slice(3),
        title: gettext("Remove all parts that are on no path from input to output; Undo takes it back"),
      }, text) : html("span", {class: `vo-${kind}`}, text))))
  }

  // Put other children into a panel; the keyboard keeps its place, or goes to the canvas where a button has gone.
  fill(panel, children) {
    const held = panel.contains(document.activeElement) ? document.activeElement?.dataset.action : undefined
    panel.replaceChildren(...children.filter((child) => child !== null))
    if (held === undefined) return
    const again = panel.querySelector(`[data-action="${CSS.escape(held)}"]:not(:disabled)`)
    ;(again ?? this.canvas.element).focus({preventScroll: true})
  }

  buttons() {
    const {model, table} = this
    const button = (action, title, face, disabled = false) => html("button", {
      type: "button", "data-action": action, title, "aria-label": title, disabled,
    }, ...face)
    const operations = table.space.operations.map((operation, index) => {
      const {button: label, fill} = lookOf(table.space, operation)
      const title = index < 9 ? gettext("Add a {operation} vertex (key {key})", {operation, key: index + 1})
        : gettext("Add a {operation} vertex", {operation})
      const swatch = html("span", {class: "vo-swatch", style: `background: ${fill}`})
      return button(`add:${index + 1}`, title, [swatch, label])
    })
    const tidy = button("tidy", gettext("Arrange the vertices in layers"), [], model.positions === null)
    tidy.innerHTML = LAYERS
    return [...operations, html("span", {class: "vo-acts"},
      button("undo", gettext("Undo (Ctrl+Z)"), ["↶"], !model.past.length),
      button("redo", gettext("Redo (Ctrl+Shift+Z or Ctrl+Y)"), ["↷"], !model.future.length), tidy,
      button("clear", gettext("Clear: leave input and output only"), [gettext("Clear")], !model.canClear))]
  }

  // A button was pressed.
  act(action) {
    if (action === undefined) return
    const [name, detail] = action.split(":")
    if (name === "extra") {
      this.extraVertices = Number(detail)
      this.follow()
    } else if (name === "completion") {
      const {operations, edges} = this.state.completions.rows[Number(detail)]
      this.load(operations, edges)
    } else this.canvas.command(action)
  }
}

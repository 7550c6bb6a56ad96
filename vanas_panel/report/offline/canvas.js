// The canvas: the drawing of the draft, what is chosen on it, and what pointer and keys do to it.

import { CANVAS } from "./constants.js"
import { boxSize } from "./clearance.js"
import { drawScene, drawStrip, pathOf, svgElement } from "./draw.js"
import { hasEdge } from "./draft.js"
import { distanceTo, listenToKeys, listenToPointer } from "./gestures.js"
import { routeEdges } from "./routing.js"
import { KEYS, edgeWords } from "./words.js"

/** @import { Point } from "./types.d.ts" */

const {width, height} = CANVAS
const STEP = 12
const PORT = 6
const DIRECTIONS = {left: [-1, 0], right: [1, 0], up: [0, 1], down: [0, -1]}

export class Canvas {
  // `marked` is called when another vertex is chosen or focused.
  constructor(model, table, marked) {
    this.model = model
    this.table = table
    this.marked = marked
    this.selected = null
    this.focused = null
    /** @type {Point[][]} */
    this.lines = []
    this.element = svgElement("svg", {class: "vo-canvas", viewBox: `0 0 ${width} ${height}`, tabindex: 0,
      role: "application", "aria-label": KEYS})
    this.drawing = svgElement("g")
    this.sketch = svgElement("path", {class: "vo-sketch"})
    this.element.append(drawStrip(), this.drawing, this.sketch)
    listenToPointer(this.element, this)
  }

  // Keys reach the canvas from anywhere in the designer.
  listenIn(root) {
    listenToKeys(root, this)
  }

  // Show another state of the draft, see designer.js.
  show(state) {
    if (this.state && this.state.operations.join() !== state.operations.join()) this.focused = null
    this.selected = null
    this.state = state
    this.lines = routeEdges(state.edges, this.model.centres)
    this.draw()
  }

  draw() {
    if (this.selected === null) this.sketch.removeAttribute("d")
    this.drawing.replaceChildren(...drawScene(this.sceneOf(this.model.centres, this.lines)))
  }

  sceneOf(centres, lines) {
    const {table, state, selected, focused} = this
    return {
      draft: this.model.draft, centres, lines, space: table.space, metric: table.metric(state.metric), selected, focused,
      contributions: state.contributions, problems: state.problems, words: (index) => edgeWords(state, table, index),
    }
  }

  mark(marks) {
    Object.assign(this, marks)
    this.draw()
    this.marked()
  }

  // Pointer, see gestures.js ----------------------------------------------------------------------------------------

  about(vertex) {
    return {at: this.model.centres[vertex], inner: vertex > 0 && vertex < this.model.centres.length - 1}
  }

  // The vertex at a point, the one drawn last where several overlap; a port, which hangs out of its box, belongs to it.
  vertexAt([x, y]) {
    const [boxWidth, boxHeight] = boxSize(this.model.centres.length)
    const isAt = ([boxX, boxY]) => (Math.abs(x - boxX) <= boxWidth / 2 && Math.abs(y - boxY) <= boxHeight / 2) ||
      Math.hypot(x - boxX, y - boxY + boxHeight / 2) <= PORT
    const found = this.model.centres.findLastIndex(isAt)
    return found < 0 ? null : found
  }

  edgeAt(point, reach) {
    const distances = this.lines.map((line) => distanceTo(line, point))
    const nearest = distances.indexOf(Math.min(...distances))
    return nearest >= 0 && distances[nearest] <= reach ? this.model.draft.edges[nearest] : null
  }

  // A vertex, or the empty canvas, was chosen.
  pick(vertex) {
    const source = this.selected
    if (source === vertex) this.mark({selected: null})
    else if (vertex === null || source === null) this.mark({selected: vertex})
    else this.model.addEdge(source, vertex)
  }

  removeEdge(source, target) {
    this.model.removeEdge(source, target)
  }

  // An edge was dragged from a port to a vertex, or to nothing.
  join(source, target) {
    this.sketch.removeAttribute("d")
    if (target !== null && target !== source) this.model.addEdge(source, target)
  }

  hint(source, point) {
    const [x, y] = this.model.centres[source]
    const high = boxSize(this.model.centres.length)[1]
    this.sketch.setAttribute("d", pathOf([[x, y - high / 2], point]))
  }

  // A line from the picked vertex to the pointer, which says where a click would let the edge end.
  follow(point) {
    if (point === null || this.selected === null || this.vertexAt(point) === this.selected) {
      this.sketch.removeAttribute("d")
    } else this.hint(this.selected, point)
  }

  // While a vertex is dragged its edges follow; the others may be crossed until it is dropped.
  preview(vertex, point) {
    const centres = this.model.centres.map((centre, index) => (index === vertex ? point : centre))
    const {edges} = this.model.draft
    const moved = edges.flatMap((edge, index) => (edge.includes(vertex) ? [index] : []))
    this.drawing.replaceChildren(...drawScene(this.sceneOf(centres, routeEdges(edges, centres, this.lines, moved))))
  }

  drop(vertex, point, deleted) {
    if (deleted) this.model.removeVertex(vertex)
    else this.model.moveVertex(vertex, point)
  }

  cancelDrag() {
    this.sketch.removeAttribute("d")
    this.draw()
  }

  // Keys and buttons ------------------------------------------------------------------------------------------------

  command(command) {
    const {model} = this
    const [name, detail] = command.split(":")
    const operation = this.table.space.operations[Number(detail) - 1]
    if (name in DIRECTIONS) this.focusTowards(DIRECTIONS[name])
    else if (name === "add" && operation !== undefined) model.addVertex(operation)
    else if (name === "move") this.nudge(DIRECTIONS[detail])
    else if (name === "first") this.mark({focused: 0})
    else if (name === "last") this.mark({focused: model.centres.length - 1})
    else if (name === "pick") this.pickFocused()
    else if (name === "delete" && this.focused !== null) model.removeVertex(this.focused)
    else if (name === "cancel") this.mark(this.selected !== null ? {selected: null} : {focused: null})
    else if (["undo", "redo", "tidy", "clear", "prune"].includes(name)) model[name]()
  }

  // The same as a click on the focused vertex, except that a second edge between two vertices removes the first.
  pickFocused() {
    const edge = [this.selected, this.focused]
    if (this.focused === null) return
    if (this.selected !== null && hasEdge(this.model.draft, edge)) this.model.removeEdge(...edge)
    else this.pick(this.focused)
  }

  // The next vertex to one side; from nothing, the uppermost one.
  focusTowards([ahead, across]) {
    const {centres} = this.model
    if (this.focused === null) {
      this.mark({focused: centres.reduce((best, [, y], vertex) => (y > centres[best][1] ? vertex : best), 0)})
      return
    }
    const [x, y] = centres[this.focused]
    let [best, least] = [this.focused, Infinity]
    centres.forEach(([otherX, otherY], vertex) => {
      const forward = (otherX - x) * ahead + (otherY - y) * across
      const cost = forward + 0.6 * (Math.abs((otherX - x) * across) + Math.abs((otherY - y) * ahead))
      if (vertex !== this.focused && forward > 1 && cost < least) [best, least] = [vertex, cost]
    })
    this.mark({focused: best})
  }

  nudge([ahead, across]) {
    if (this.focused === null) return
    const [x, y] = this.model.centres[this.focused]
    this.model.moveVertex(this.focused, [x + ahead * STEP, y + across * STEP])
  }
}

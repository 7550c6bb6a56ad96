// What a person has drawn, its history, and the edits that a pointer or a key may ask for; the rules of session.py.

import { OUTPUT, hasEdge, makeDraft, onPath, pruned, sameDraft } from "./draft.js"
import { withEdge, withEdgeType, withVertex, withoutEdge, withoutVertex } from "./edit.js"
import { arrange, placeVertices, settle } from "./layout.js"

const MOST_STEPS = 200
const EMPTY = makeDraft(["input", OUTPUT])

export class DraftModel {
  // `changed` is called after every change; `draft` and `positions` are where it starts.
  constructor(space, changed, draft = EMPTY, positions = null) {
    this.space = space
    this.changed = changed
    this.past = []
    this.future = []
    this.message = ""
    this.set({draft, positions})
  }

  get canClear() {
    return !sameDraft(this.draft, EMPTY)
  }

  load(draft, positions = null) {
    this.step({draft, positions})
  }

  clear() {
    this.step({draft: EMPTY, positions: null})
  }

  // Leave all places to the layout again.
  tidy() {
    this.step({draft: this.draft, positions: null})
  }

  addVertex(operation) {
    this.grow(withVertex(this.draft, operation))
  }

  removeVertex(vertex) {
    if (vertex <= 0 || vertex >= this.draft.operations.length - 1) {
      this.say("Input and output cannot be removed.")
      return
    }
    this.step({draft: withoutVertex(this.draft, vertex), positions: this.places.filter((_, place) => place !== vertex)})
  }

  // Leave what is on a path from input to output, every vertex at its place.
  prune() {
    const left = pruned(this.draft)
    const {vertices} = onPath(this.draft)
    if (left === null) this.say("There is no path from input to output to keep.")
    else this.step({draft: left, positions: this.places.filter((_, vertex) => vertices.has(vertex))})
  }

  addEdge(source, target) {
    const last = this.draft.operations.length - 1
    if (source === target) this.say("An edge needs two different vertices.")
    else if (target === 0) this.say("No edge can enter the input.")
    else if (source === last) this.say("No edge can leave the output.")
    else if (hasEdge(this.draft, [source, target])) this.say("That edge is drawn already.")
    else this.grow(withEdge(this.draft, [source, target]))
  }

  removeEdge(source, target) {
    this.step({draft: withoutEdge(this.draft, [source, target]), positions: this.places})
  }

  addEdgeType(source, target) {
    const grown = withEdgeType(this.draft, source, target)
    if (sameDraft(grown, this.draft)) this.say("Every edge of that type is drawn already, or would close a cycle.")
    else this.grow(grown)
  }

  // Put a vertex where it was dropped, or next to what is there already.
  moveVertex(vertex, point) {
    const place = settle(vertex, point, this.places)
    const positions = this.places.map((other, index) => (index === vertex ? place : other))
    this.step({draft: this.draft, positions})
  }

  undo() {
    this.go(this.past, this.future)
  }

  redo() {
    this.go(this.future, this.past)
  }

  say(message) {
    this.message = message
    this.changed()
  }

  // Take a step that adds something, or say which limit forbids it. Vertices stay where they are: they must not jump
  // from under the pointer.
  grow(draft) {
    const {maxVertices, maxEdges} = this.space
    const {operations, edges} = this.draft
    if (draft.operations.length > Math.max(maxVertices, operations.length)) {
      this.say(`A cell of this search space has at most ${maxVertices} vertices.`)
    } else if (draft.edges.length > Math.max(maxEdges, edges.length)) {
      this.say(`A cell of this search space has at most ${maxEdges} edges.`)
    } else {
      const [output] = this.places.slice(-1)
      const added = new Array(draft.operations.length - operations.length).fill(null)
      this.step({draft, positions: [...this.places.slice(0, -1), ...added, output]})
    }
  }

  step(sketch) {
    const same = sameDraft(sketch.draft, this.draft) && String(sketch.positions) === String(this.positions)
    if (!same) {
      this.past = [...this.past.slice(1 - MOST_STEPS), {draft: this.draft, positions: this.positions}]
      this.future = []
    }
    this.message = ""
    this.set(sketch)
    this.changed()
  }

  go(from, to) {
    if (!from.length) return
    to.push({draft: this.draft, positions: this.positions})
    this.message = ""
    this.set(from.pop())
    this.changed()
  }

  set({draft, positions}) {
    this.draft = draft
    this.places = positions === null ? placeVertices(draft) : arrange(draft, positions)
    this.positions = positions === null ? null : this.places
  }
}

// The draft, its history, and the edits that a pointer or a key may ask for; the rules of session.py.

import { gettext } from "./language.js"
import { OUTPUT, hasEdge, makeDraft, onPath, pruned, sameDraft } from "./draft.js"
import { withEdge, withEdgeType, withVertex, withoutEdge, withoutVertex } from "./edit.js"
import { arrange, placeVertices, settle } from "./layout.js"

/** @import { Draft, Point } from "./types.d.ts" */

const MOST_STEPS = 200
const EMPTY = makeDraft(["input", OUTPUT])

export class DraftModel {
  // `changed` is called after every change; `draft` and `positions` are where it starts.
  constructor(space, changed, draft = EMPTY, positions = null) {
    this.space = space
    this.changed = changed
    /** @type {Draft} */
    this.draft = draft
    /** @type {Point[]} */
    this.centres = []
    /** @type {Point[] | null} */
    this.positions = null
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

  // Leave all centres to the layout again.
  tidy() {
    this.step({draft: this.draft, positions: null})
  }

  addVertex(operation) {
    this.grow(withVertex(this.draft, operation))
  }

  removeVertex(vertex) {
    if (vertex <= 0 || vertex >= this.draft.operations.length - 1) {
      this.say(gettext("Input and output cannot be removed."))
      return
    }
    this.step({draft: withoutVertex(this.draft, vertex), positions: this.centres.filter((_, index) => index !== vertex)})
  }

  // Leave what is on a path from input to output, every vertex where it is.
  prune() {
    const left = pruned(this.draft)
    const {vertices} = onPath(this.draft)
    if (left === null) this.say(gettext("There is no path from input to output to keep."))
    else this.step({draft: left, positions: this.centres.filter((_, vertex) => vertices.has(vertex))})
  }

  addEdge(source, target) {
    const last = this.draft.operations.length - 1
    if (source === target) this.say(gettext("An edge needs two different vertices."))
    else if (target === 0) this.say(gettext("No edge can enter the input."))
    else if (source === last) this.say(gettext("No edge can leave the output."))
    else if (hasEdge(this.draft, [source, target])) this.say(gettext("That edge is drawn already."))
    else this.grow(withEdge(this.draft, [source, target]))
  }

  removeEdge(source, target) {
    this.step({draft: withoutEdge(this.draft, [source, target]), positions: this.centres})
  }

  addEdgeType(source, target) {
    const grown = withEdgeType(this.draft, source, target)
    if (!sameDraft(grown, this.draft)) this.grow(grown)
    else this.say(gettext("Every edge of that type is drawn already, or would close a cycle."))
  }

  // Put a vertex where it was dropped, or next to what is there already.
  moveVertex(vertex, point) {
    const centre = settle(vertex, point, this.centres)
    const positions = this.centres.map((other, index) => (index === vertex ? centre : other))
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
      this.say(gettext("A cell of this search space has at most {most} vertices.", {most: maxVertices}))
    } else if (draft.edges.length > Math.max(maxEdges, edges.length)) {
      this.say(gettext("A cell of this search space has at most {most} edges.", {most: maxEdges}))
    } else {
      const [output] = this.centres.slice(-1)
      const added = new Array(draft.operations.length - operations.length).fill(null)
      this.step({draft, positions: [...this.centres.slice(0, -1), ...added, output]})
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
    this.centres = positions === null ? placeVertices(draft) : arrange(draft, positions)
    this.positions = positions === null ? null : this.centres
  }
}

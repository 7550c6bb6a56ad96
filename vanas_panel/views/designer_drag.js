// Dragging a vertex: everything moves in the browser, and Python hears of it once, at the end.
//
// Values are changed in place, or without synchronisation, so that no message goes out before that. A press that is held
// before it moves arrives as press, mousemove, pressup instead of as a pan, and drags all the same.

let held = null
let serial = 0

const copy = (lists) => lists.map((list) => Array.from(list))

function vertex_at(vertices, half, x, y) {
  const {data} = vertices
  for (let i = data.x.length - 1; i >= 0; i--) {
    if (Math.abs(x - data.x[i]) <= half[0] && Math.abs(y - data.y[i]) <= half[1]) return i
  }
  return null
}

// How much each point of a line follows its moved end: wholly there, not at all at the other end.
function follow(xs, ys, at_start) {
  const along = [0]
  for (let i = 1; i < xs.length; i++) along.push(along[i - 1] + Math.hypot(xs[i] - xs[i - 1], ys[i] - ys[i - 1]))
  const length = along[along.length - 1] || 1
  return along.map((part) => {
    const t = at_start ? 1 - part / length : part / length
    return t * t * (3 - 2 * t)
  })
}

function grab(args, event) {
  const {vertices, edges, half} = args
  const vertex = vertex_at(vertices, half, event.x, event.y)
  if (vertex === null) return
  const {data} = edges
  const inner = vertex > 0 && vertex < vertices.data.x.length - 1
  held = {
    vertex, inner, by: event.event_name, moved: false, deleted: false, lines: [], from: [event.x, event.y],
    x: vertices.data.x[vertex], y: vertices.data.y[vertex], at: [event.x, event.y],
  }
  for (let i = 0; i < data.start.length; i++) {
    const [starts, ends] = [data.start[i] === vertex, data.end[i] === vertex]
    if (!starts && !ends) continue
    const part = {i, head: ends ? 1 : 0, tag: 0.5, columns: {}}
    for (const [xs, ys] of [["xs", "ys"], ["line_xs", "line_ys"]]) {
      const weights = starts && ends ? data[xs][i].map(() => 1) : follow(data[xs][i], data[ys][i], starts)
      part.columns[xs] = [Array.from(data[xs][i]), weights, 0]
      part.columns[ys] = [Array.from(data[ys][i]), weights, 1]
    }
    if (starts && ends) part.tag = 1
    part.points = ["tail_x", "tip_x", "tag_x", "tail_y", "tip_y", "tag_y"].map((name) => [name, data[name][i]])
    held.lines.push(part)
  }
}

function move(args, event) {
  const {graph, vertices, edges, strip, range, half, strip_height} = args
  const [left, right, bottom, top] = range
  const lowest = held.inner ? strip_height / 2 : bottom
  const x = Math.min(right, Math.max(left, held.x + event.x - held.from[0]))
  const y = Math.min(top, Math.max(lowest, held.y + event.y - held.from[1]))
  const shift = [x - held.x, y - held.y]
  held.moved = true
  held.at = [x, y]
  held.deleted = held.inner && y - half[1] < strip_height - 6
  edges.dragging = true
  vertices.data.x[held.vertex] = x
  vertices.data.y[held.vertex] = y
  for (const {i, head, tag, columns, points} of held.lines) {
    for (const [name, [values, weights, axis]] of Object.entries(columns)) {
      edges.data[name][i] = values.map((value, k) => value + weights[k] * shift[axis])
    }
    for (const [name, value] of points) {
      const weight = name.startsWith("tag") ? tag : head || (tag === 1 ? 1 : 0)
      edges.data[name][i] = value + weight * shift[name.endsWith("x") ? 0 : 1]
    }
  }
  const layout = new Map(graph.layout_provider.graph_layout)
  layout.set(held.vertex, [x, y])
  show_strip(strip, held.inner, held.deleted, held.deleted && Math.abs(x - strip.data.x[0]) < 130)
  graph.layout_provider.setv({graph_layout: layout}, {sync: false})
  edges.change.emit()
  vertices.change.emit()
}

function show_strip(strip, active, over, covered) {
  strip.data.fill_alpha[0] = over ? 0.32 : active ? 0.15 : 0.06
  strip.data.text_alpha[0] = covered ? 0 : active ? 1 : 0.75
  strip.data.text[0] = over ? "let go to delete" : "drop here to delete"
  strip.change.emit()
}

function release(args) {
  const {vertex, moved, at, deleted} = held
  held = null
  args.edges.dragging = false
  show_strip(args.strip, false, false, false)
  serial += 1
  // Held and let go where it was: a slow click.
  const kind = !moved ? "tap" : deleted ? "delete" : "move"
  args.drop.data = {kind: [kind], vertex: [vertex], x: [at[0]], y: [at[1]], serial: [serial]}
}

export default (args, event) => {
  switch (event.event_name) {
    case "panstart":
    case "press":
      held = null
      grab(args, event)
      break
    case "pan":
      if (held !== null) move(args, event)
      break
    case "mousemove":
      if (held !== null && held.by === "press") move(args, event)
      break
    case "panend":
    case "pressup":
      if (held !== null) release(args)
      break
  }
}

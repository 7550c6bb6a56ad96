// Dragging a vertex: everything moves in the browser, and Python hears of it once, at the end.
//
// The body of a Bokeh callback, run for every event with the models it was given as variables; what it remembers from
// one event to the next lies in `edges.drag`. (As a module it could come too late: modules load when first asked for.)
// Values are changed in place, or without synchronisation, so that no message goes out before the end. A press that is
// held before it moves arrives as press, mousemove, pressup instead of as a pan, and drags all the same. A finger drags
// only so: what it moves at once is the page (`sharing.js` says which it is).

const drag = (edges.drag ??= {held: null, serial: 0})

// Half the width and height of the boxes, which all are of one size.
function half_of(data) {
  return [(data.right[0] - data.left[0]) / 2, (data.top[0] - data.bottom[0]) / 2]
}

function vertex_at(x, y) {
  const {data} = vertices
  const half = half_of(data)
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

function grab(event) {
  const vertex = vertex_at(event.x, event.y)
  if (vertex === null) return
  const {data} = edges
  const inner = vertex > 0 && vertex < vertices.data.x.length - 1
  const held = drag.held = {
    vertex, inner, by: event.event_name, moved: false, deleted: false, lines: [], data: vertices.data,
    from: [event.x, event.y], at: [event.x, event.y], x: vertices.data.x[vertex], y: vertices.data.y[vertex],
  }
  drag.release = release
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
  // Nothing else tells a finger that it has hold of something.
  if (drag.finger) show_strip(inner, false, false)
}

function move(event) {
  const {held} = drag
  if (vertices.data !== held.data) {
    // Another draft has come meanwhile.
    drag.held = null
    show_strip(false, false, false)
    return
  }
  const [left, right, bottom, top] = range
  const lowest = held.inner ? strip_height / 2 : bottom
  const x = Math.min(right, Math.max(left, held.x + event.x - held.from[0]))
  const y = Math.min(top, Math.max(lowest, held.y + event.y - held.from[1]))
  const shift = [x - held.x, y - held.y]
  held.moved = true
  held.at = [x, y]
  held.deleted = held.inner && y - half_of(vertices.data)[1] < strip_height - 6
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
  show_strip(held.inner, held.deleted, held.deleted && Math.abs(x - strip.data.x[0]) < 130)
  graph.layout_provider.setv({graph_layout: layout}, {sync: false})
  edges.change.emit()
  vertices.change.emit()
}

// A line from the vertex that was picked, whose ring is solid, to the pointer: a click there is where the edge ends.
function show_band(x, y) {
  const {data} = vertices
  const picked = x === null ? -1 : data.ring_dash.findIndex((dash, i) => dash === "solid" && data.ring_alpha[i] > 0)
  const shown = picked >= 0 && vertex_at(x, y) !== picked
  if (!shown && !band.data.x.length) return
  band.data.x = shown ? [data.x[picked], x] : []
  band.data.y = shown ? [data.y[picked], y] : []
  band.change.emit()
}

function show_strip(active, over, covered) {
  strip.data.fill_alpha[0] = over ? 0.32 : active ? 0.15 : 0
  strip.data.text_alpha[0] = active && !covered ? 1 : 0
  strip.data.text[0] = over ? "let go to delete" : "drop here to delete"
  strip.change.emit()
}

function release() {
  const {vertex, moved, at, deleted} = drag.held
  drag.held = null
  show_strip(false, false, false)
  drag.serial += 1
  // Held and let go where it was: a slow click.
  const kind = !moved ? "tap" : deleted ? "delete" : "move"
  drop.data = {kind: [kind], vertex: [vertex], x: [at[0]], y: [at[1]], serial: [drag.serial]}
}

switch (cb_obj.event_name) {
  // biome-ignore lint/suspicious/noFallthroughSwitchClause: a mouse drags at once
  case "panstart":
    if (drag.finger) break
  case "press":
    drag.held = null
    show_band(null, null)
    grab(cb_obj)
    break
  case "pan":
    if (drag.held !== null) move(cb_obj)
    break
  case "mousemove":
    if (drag.held === null) show_band(cb_obj.x, cb_obj.y)
    else if (drag.held.by === "press") move(cb_obj)
    break
  case "panend":
  case "pressup":
    if (drag.held !== null) release()
    break
  // The pointer has left, or (without a name) another draft or another choice has come.
  case "mouseleave":
  case undefined:
    show_band(null, null)
    break
}

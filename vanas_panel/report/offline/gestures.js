// Pointer, finger and keyboard on the canvas, turned into calls: what they mean is for the designer to say.
//
// `hands` has about(vertex), where its box is and whether it is an inner one; vertexAt(point) and edgeAt(point, reach);
// pick(vertex or null), removeEdge(source, target), join(source, target or null) and drop(vertex, point, deleted);
// preview(vertex, point) and hint(source, point) while something is dragged, cancelDrag(); follow(point or null) while
// nothing is; and command(name) for keys.
// A mouse drags at once. A finger takes hold of a vertex by resting on it: what it moves at once is the page.

import { CANVAS } from "./constants.js"

const SLACK = 4
const REACH = 9
// Milliseconds that a finger rests on a vertex to take hold of it; a phone's own menu would come after 500.
const REST = 300
const COMMANDS = {
  ArrowUp: "up", ArrowDown: "down", ArrowLeft: "left", ArrowRight: "right", Home: "first", End: "last",
  Enter: "pick", " ": "pick", Delete: "delete", Backspace: "delete", Escape: "cancel",
}

export function listenToPointer(canvas, hands) {
  const {width, height, stripHeight, boxHeight} = CANVAS
  /** @type {any} */
  let held = null
  let handled = false
  const pointOf = (event) => {
    const box = canvas.getBoundingClientRect()
    const across = (event.clientX - box.left) / box.width
    return [width * across, height * (1 - (event.clientY - box.top) / box.height)]
  }
  const isDelete = (point) => held.inner && point[1] - boxHeight / 2 < stripHeight - 6
  const strip = (active, over) => {
    canvas.classList.toggle("vo-dragging", active)
    canvas.classList.toggle("vo-over", over)
  }
  const takeHold = () => {
    held.free = true
    // Nothing else tells a finger that it has hold of something.
    if (!held.isPort) strip(held.inner, false)
  }
  listenToFingers(canvas, () => held?.free ?? false)
  canvas.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || held !== null) return
    handled = false
    const point = pointOf(event)
    const vertex = hands.vertexAt(point)
    if (vertex === null) return
    const isPort = event.target.classList.contains("vo-port")
    const free = event.pointerType === "mouse"
    held = {...hands.about(vertex), vertex, isPort, from: point, id: event.pointerId, moved: false, free, timer: null}
    canvas.setPointerCapture(event.pointerId)
    if (!free) held.timer = setTimeout(takeHold, REST)
  })
  canvas.addEventListener("pointermove", (event) => {
    if (held === null && event.pointerType === "mouse") hands.follow(pointOf(event))
    if (held === null || event.pointerId !== held.id) return
    const point = pointOf(event)
    held.moved ||= Math.hypot(point[0] - held.from[0], point[1] - held.from[1]) > SLACK
    if (!held.moved) return
    if (!held.free) clearTimeout(held.timer)
    else if (held.isPort) hands.hint(held.vertex, point)
    else {
      const at = centreOf(held, point)
      strip(held.inner, isDelete(at))
      hands.preview(held.vertex, at)
    }
  })
  const release = (event) => {
    if (held === null || event.pointerId !== held.id) return
    const [was, point] = [held, pointOf(event)]
    const deleted = isDelete(centreOf(was, point))
    clearTimeout(was.timer)
    held = null
    handled = true
    strip(false, false)
    if (event.type === "pointercancel" || (was.moved && !was.free)) hands.cancelDrag()
    else if (!was.moved) hands.pick(was.vertex)
    else if (was.isPort) hands.join(was.vertex, hands.vertexAt(point))
    else hands.drop(was.vertex, centreOf(was, point), deleted)
  }
  canvas.addEventListener("pointerleave", () => { if (held === null) hands.follow(null) })
  canvas.addEventListener("pointerup", release)
  canvas.addEventListener("pointercancel", release)
  // A click elsewhere than on a vertex: an edge, or nothing. One also follows the end of a drag.
  canvas.addEventListener("click", (event) => {
    if (handled) return
    const edge = hands.edgeAt(pointOf(event), REACH)
    if (edge === null) hands.pick(null)
    else hands.removeEdge(...edge)
  })
}

// While a finger has hold of a vertex it neither scrolls the page nor opens a menu.
function listenToFingers(canvas, holds) {
  const keep = (event) => { if (event.cancelable && holds()) event.preventDefault() }
  let isFinger = false
  canvas.addEventListener("pointerdown", ({pointerType}) => { isFinger = pointerType !== "mouse" })
  canvas.addEventListener("contextmenu", (event) => { if (isFinger) event.preventDefault() })
  canvas.addEventListener("touchmove", keep, {passive: false})
  // The drawing is made again during a drag, so the element under the finger is no longer part of the page.
  canvas.addEventListener("touchstart", ({target}) => {
    if (target !== canvas) target.addEventListener("touchmove", keep, {passive: false})
  }, {passive: true})
}

// Where the centre of a box that is held is, while the pointer is at a point; an inner box may go down to the strip.
function centreOf({at, from, inner}, point) {
  const {left, right, top, bottom, stripHeight} = CANVAS
  return [Math.min(right, Math.max(left, at[0] + point[0] - from[0])),
    Math.min(top, Math.max(inner ? stripHeight / 2 : bottom, at[1] + point[1] - from[1]))]
}

// Keys belong to the designer while the focus is in it, and not in something that needs them itself.
export function listenToKeys(root, hands) {
  root.addEventListener("keydown", (event) => {
    const {target} = event
    if (event.defaultPrevented || event.altKey || ["INPUT", "SELECT", "TEXTAREA"].includes(target.tagName)) return
    if (target.closest("button") && ["Enter", " "].includes(event.key)) return
    const command = commandOf(event)
    if (command === null) return
    event.preventDefault()
    hands.command(command)
  })
}

function commandOf(event) {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key
  if (event.ctrlKey || event.metaKey) {
    if (key === "z") return event.shiftKey ? "redo" : "undo"
    return key === "y" ? "redo" : null
  }
  if (/^[1-9]$/.test(key)) return `add:${key}`
  const command = COMMANDS[key] ?? null
  return command && event.shiftKey && key.startsWith("Arrow") ? `move:${command}` : command
}

// Distance of a point from a line, [[x, y], ...].
export function distanceTo(line, [x, y]) {
  let least = Infinity
  for (let i = 0; i + 1 < line.length; i++) {
    const [dx, dy] = [line[i + 1][0] - line[i][0], line[i + 1][1] - line[i][1]]
    const t = Math.min(1, Math.max(0, ((x - line[i][0]) * dx + (y - line[i][1]) * dy) / (dx * dx + dy * dy || 1)))
    least = Math.min(least, Math.hypot(x - line[i][0] - t * dx, y - line[i][1] - t * dy))
  }
  return least
}

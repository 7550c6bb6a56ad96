// How a figure shares fingers and the wheel with the page around it.
//
// The body of a Bokeh callback, run when the figure gets its size, with the models it was given as variables. Whatever
// the figure has no use for is the page's: a swipe scrolls it, and so does a wheel that would not change the window.

// A turn of the wheel that scrolls the page goes on doing so when the figure comes to lie under the pointer.
const STILL = 200
// Part of a range that counts as a change: zooming at a bound leaves what computers make of rounding.
const CHANGE = 1e-6

const ends = () => [figure.x_range, figure.y_range].map(({start, end}) => [start, end])
const changed = (before, after) => before.some(([start, end], i) => {
  const least = CHANGE * Math.abs(end - start)
  return Math.abs(after[i][0] - start) > least || Math.abs(after[i][1] - end) > least
})

function share_wheel(area) {
  let scrolled = -Infinity
  let before = null
  let kept = null
  document.addEventListener("scroll", () => { scrolled = performance.now() }, {capture: true, passive: true})
  area.addEventListener("wheel", (event) => {
    before = null
    if (!event.ctrlKey && performance.now() - scrolled < STILL) return event.stopImmediatePropagation()
    // Bokeh keeps every turn of the wheel for itself; let it say so, and decide when it is seen what it did.
    before = ends()
    kept = event.preventDefault.bind(event)
    event.preventDefault = () => {}
  }, {capture: true, passive: false})
  area.addEventListener("wheel", (event) => {
    // A pinch on a touchpad comes with Control; the page itself is not to be zoomed by one on the map.
    if (before !== null && (event.ctrlKey || changed(before, ends()))) kept()
  }, {passive: false})
}

function share_fingers(area) {
  // Swipes belong to the page, and a finger that stays on a vertex for a moment takes it along.
  const drag = (dragged.drag ??= {held: null, serial: 0})
  area.addEventListener("pointerdown", (event) => { drag.finger = event.pointerType !== "mouse" }, {capture: true})
  area.addEventListener("touchmove", (event) => { if (drag.held !== null) event.preventDefault() }, {passive: false})
  area.addEventListener("contextmenu", (event) => { if (drag.finger) event.preventDefault() })
  area.addEventListener("pointercancel", () => setTimeout(() => { if (drag.held !== null) drag.release() }))
}

for (const view of cb_context.index.find(figure)) {
  const area = view.canvas_view.events_el
  if (area.dataset.shared !== undefined) continue
  area.dataset.shared = ""
  if (dragged !== null) share_fingers(area)
  if (figure.toolbar.tools.some((tool) => tool.type === "WheelZoomTool")) share_wheel(area)
  // Tools that would keep every swipe wait for a tap on their button where fingers do the pointing.
  if (matchMedia("(pointer: coarse)").matches) for (const tool of waiting) tool.active = false
}

// HTML text as in markup.js beside, with a drawing in it on which a person presses a place or draws a box.

// Pixels that a pointer may move within a press.
const STILL = 5

export function render({ model, view }) {
  lay_out_together(view)
  const box = document.createElement("div")
  box.className = "vp-markup"
  const show = () => {
    const held = box.getRootNode().activeElement?.dataset?.action
    box.innerHTML = model.html
    if (held) box.querySelector(`[data-action="${CSS.escape(held)}"]`)?.focus({ preventScroll: true })
  }
  /** Where a pointer is on the plot, as shares from its left and from its bottom. */
  const place = (drawing, event) => {
    const frame = drawing.getBoundingClientRect()
    const [left, top, right, bottom] = drawing.dataset.plot.split(",").map(Number)
    const share = (value, low, high) => Math.min(1, Math.max(0, (value - low) / (high - low)))
    return [
      share((event.clientX - frame.left) / frame.width, left, right),
      1 - share((event.clientY - frame.top) / frame.height, top, bottom),
    ]
  }
  /** @type {{drawing: any, x: number, y: number, at: number[]} | null} */
  let start = null
  /** @type {any} */
  let sketch = null
  const press = (event) => {
    const drawing = event.target.closest?.("svg[data-plot]")
    if (!drawing || event.button !== 0) return
    start = { drawing, x: event.clientX, y: event.clientY, at: place(drawing, event) }
    // A finger scrolls the page; only a press of it counts.
    if (event.pointerType === "touch") return
    event.preventDefault()
    drawing.setPointerCapture(event.pointerId)
    sketch = drawing.appendChild(document.createElementNS("http://www.w3.org/2000/svg", "rect"))
    sketch.setAttribute("class", "drawn-box")
  }
  const move = (event) => {
    if (!start || !sketch) return
    const frame = start.drawing.getBoundingClientRect()
    const unit = start.drawing.viewBox.baseVal.width / frame.width
    const [left, right] = [start.x, event.clientX].sort((one, other) => one - other)
    const [top, bottom] = [start.y, event.clientY].sort((one, other) => one - other)
    for (const [name, value] of Object.entries({
      x: (left - frame.left) * unit, y: (top - frame.top) * unit,
      width: (right - left) * unit, height: (bottom - top) * unit,
    })) sketch.setAttribute(name, String(value))
  }
  const leave = () => {
    sketch?.remove()
    start = null
    sketch = null
  }
  const release = (event) => {
    if (!start) return
    const { drawing, x, y, at } = start
    const is_drawn = sketch !== null
    leave()
    if (Math.hypot(event.clientX - x, event.clientY - y) <= STILL) model.send_msg({ at })
    else if (is_drawn) model.send_msg({ box: [at, place(drawing, event)] })
  }
  box.addEventListener("pointerdown", press)
  box.addEventListener("pointermove", move)
  box.addEventListener("pointerup", release)
  box.addEventListener("pointercancel", leave)
  box.addEventListener("change", (event) => {
    const hit = event.target?.closest?.("select[data-action]")
    if (hit) model.send_msg(`${hit.dataset.action}:${hit.value}`)
  })
  box.addEventListener("click", (event) => {
    const hit = event.target?.closest?.("button[data-action]")
    if (hit) model.send_msg(hit.dataset.action)
  })
  model.on("html", show)
  show()
  return box
}

// Parallel coordinates: brushes that are dragged along an axis, axes that are dragged by their names, and their keys.

const STILL = 4
const STEPS = { ArrowLeft: -1, ArrowRight: 1 }
const MOVES = { ArrowUp: -1, ArrowDown: 1 }

/** How far along an axis a pointer is, from 0 to 1. */
function share_of(axis, x) {
  const { left, width } = axis.getBoundingClientRect()
  return Math.min(1, Math.max(0, (x - left) / width))
}

export function render({ model, view }) {
  lay_out_together(view)
  const box = document.createElement("div")
  box.className = "vp-markup"
  // What is being dragged: an axis from a share on, or a name from a height on.
  /** @type {any} */
  let held = null
  let late = false
  const ask = (asked) => model.send_msg(asked)
  const show = () => {
    late = held !== null
    if (late) return
    const key = box.getRootNode().activeElement?.dataset?.key
    box.innerHTML = model.html
    if (key) box.querySelector(`[data-key="${CSS.escape(key)}"]`)?.focus({ preventScroll: true })
  }
  const brush_at = (axis, from, to) => {
    let brush = axis.querySelector(".brush")
    if (!brush) {
      brush = document.createElement("div")
      brush.className = "brush"
      axis.append(brush)
    }
    brush.style.left = `${100 * Math.min(from, to)}%`
    brush.style.width = `${100 * Math.abs(to - from)}%`
  }
  const name_at = (y) => {
    const names = Array.from(box.querySelectorAll(".name"))
    const far = names.map((name) => {
      const top = name.parentElement.getBoundingClientRect().top + Number.parseFloat(name.style.top)
      return name.classList.contains("moving") ? Math.abs(held.top - y) : Math.abs(top - y)
    })
    return far.indexOf(Math.min(...far))
  }
  const down = (event) => {
    if (event.button !== 0) return
    const axis = event.target.closest(".axis")
    const handle = event.target.closest(".handle[data-handle]")
    if (axis) held = { axis, x: event.clientX, from: share_of(axis, event.clientX) }
    else if (handle) {
      const name = handle.parentElement
      held = { name, y: event.clientY, top: name.parentElement.getBoundingClientRect().top
        + Number.parseFloat(name.style.top) }
    } else return
    box.setPointerCapture(event.pointerId)
    if (axis) event.preventDefault()
  }
  const move = (event) => {
    if (!held) return
    if (held.axis && Math.abs(event.clientX - held.x) >= STILL) {
      held.moved = true
      brush_at(held.axis, held.from, share_of(held.axis, event.clientX))
    }
    if (held.name && Math.abs(event.clientY - held.y) >= STILL) {
      held.moved = true
      held.name.classList.add("moving")
      held.name.style.marginTop = `${event.clientY - held.y}px`
    }
  }
  const up = (event) => {
    if (!held) return
    const was = held
    const to = was.name && was.moved ? name_at(event.clientY) : -1
    held = null
    if (was.axis) {
      const axis = Number(was.axis.dataset.axis)
      if (was.moved) ask({ do: "brush", axis, from: was.from, to: share_of(was.axis, event.clientX) })
      else ask({ do: "unbrush", axis })
    } else if (was.moved) {
      was.name.classList.remove("moving")
      was.name.style.marginTop = ""
      ask({ do: "move", axis: Number(was.name.dataset.name), to })
    } else was.name.querySelector(".handle").focus()
    if (late) show()
  }
  const cancel = () => {
    held = null
    show()
  }
  const click = (event) => {
    const [kind, axis] = event.target.closest("[data-do]")?.dataset.do.split(":") ?? []
    if (kind) ask(axis === undefined ? { do: kind } : { do: kind, axis: Number(axis) })
  }
  const press = (event) => {
    const handle = event.target.closest?.("[data-handle]")
    if (!handle || event.altKey || event.ctrlKey || event.metaKey) return
    const axis = Number(handle.dataset.handle)
    const count = box.querySelectorAll("[data-handle]").length
    if (event.key in STEPS) ask({ do: "step", axis, by: STEPS[event.key], right: event.shiftKey })
    else if (event.key in MOVES) {
      const to = Math.min(count - 1, Math.max(0, axis + MOVES[event.key]))
      // The focus goes with the axis.
      if (to !== axis) box.querySelector(`[data-handle="${to}"]`)?.focus({ preventScroll: true })
      ask({ do: "move", axis, to })
    } else if (event.key.toLowerCase() === "f") ask({ do: "flip", axis })
    else if (event.key === "Delete" || event.key === "Backspace") ask({ do: "unbrush", axis })
    else return
    event.preventDefault()
  }
  box.addEventListener("pointerdown", down)
  box.addEventListener("pointermove", move)
  box.addEventListener("pointerup", up)
  box.addEventListener("pointercancel", cancel)
  box.addEventListener("click", click)
  box.addEventListener("keydown", press)
  model.on("html", show)
  show()
  return box
}

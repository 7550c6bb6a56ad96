// The line of words under the canvas, and the keyboard of the designer.

const COMMANDS = {
  ArrowUp: "up", ArrowDown: "down", ArrowLeft: "left", ArrowRight: "right", Home: "first", End: "last",
  Enter: "pick", " ": "pick", Delete: "delete", Backspace: "delete", Escape: "cancel",
}

// Where nothing has the focus, these scroll a page that is longer than its window.
const SCROLLING = /^(Arrow.*|Home|End| )$/

function can_scroll() {
  const page = document.scrollingElement
  return page !== null && page.scrollHeight > page.clientHeight
}

// Keys that nothing has focus for belong to a designer only while there is one on the page.
const designers = (globalThis.vanasDesigners ??= new Set())

function command_of(event) {
  const modified = event.ctrlKey || event.metaKey
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key
  if (event.altKey) return null
  if (modified) {
    if (key === "z") return event.shiftKey ? "redo" : "undo"
    return key === "y" ? "redo" : null
  }
  // With Shift, the key of a digit writes another character, and which one depends on the keyboard.
  const digit = /^Digit([1-9])$/.exec(event.code)?.[1]
  if (event.shiftKey && digit) return `change:${digit}`
  if (/^[1-9]$/.test(key)) return `add:${key}`
  const command = COMMANDS[key]
  return command && event.shiftKey && key.startsWith("Arrow") ? `move:${command}` : command ?? null
}

function is_ours(event, root) {
  const path = event.composedPath()
  const target = path[0]
  if (target === document.body || target === document.documentElement) {
    return designers.size === 1 && !(SCROLLING.test(event.key) && can_scroll())
  }
  if (!path.includes(root) || target.isContentEditable) return false
  if (["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName)) return false
  return !(target.tagName === "BUTTON" && ["Enter", " "].includes(event.key))
}

export function render({ model, view }) {
  lay_out_together(view)
  const line = document.createElement("div")
  line.className = "status"
  line.setAttribute("role", "status")
  const root = view.parent?.el ?? view.el
  let canvas = null
  const show = () => {
    const held = line.contains(line.getRootNode().activeElement)
    line.replaceChildren(...model.parts.map(([kind, text]) => {
      const does = kind.startsWith("do:")
      const part = document.createElement(does ? "button" : "span")
      part.textContent = text
      if (does) {
        part.setAttribute("type", "button")
        part.dataset.action = kind.slice(3)
        part.title = model.tooltips[kind.slice(3)] ?? ""
        part.addEventListener("click", () => model.send_msg(part.dataset.action))
      } else part.className = kind
      return part
    }))
    // A button that goes with what it has done leaves the keyboard where the drawing is.
    if (held) (line.querySelector("button") ?? canvas)?.focus({preventScroll: true})
  }
  const listen = (event) => {
    if (event.defaultPrevented || !is_ours(event, root)) return
    const command = command_of(event)
    if (command === null) return
    event.preventDefault()
    model.send_msg(command)
  }
  // Bokeh frames its canvas whenever it has the focus; a frame is only of use to those who came by keyboard.
  const frame = (event) => {
    const target = event.composedPath()[0]
    if (!target.classList?.contains("bk-events")) return
    canvas = target
    target.setAttribute("role", "application")
    target.setAttribute("aria-label", model.keys)
    target.style.outline = target.matches(":focus-visible") ? `2px solid ${model.frame}` : "none"
    target.style.borderRadius = "6px"
  }
  const token = {}
  designers.add(token)
  document.addEventListener("keydown", listen)
  // Not on the host itself: focus that moves from one part of the designer to another causes no event outside its shadow.
  const inside = root.shadowRoot ?? root
  inside.addEventListener("focusin", frame)
  model.on("remove", () => {
    designers.delete(token)
    document.removeEventListener("keydown", listen)
    inside.removeEventListener("focusin", frame)
  })
  model.on("parts", show)
  show()
  return line
}

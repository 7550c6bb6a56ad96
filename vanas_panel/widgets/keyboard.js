// The keyboard of a figure: names its canvas and its tools, sends its keys, and shows the words that answer them.

// How often to look for a figure that is not there yet, and how long between; once it is there, ten times more.
const PATIENCE = 600
const PAUSE = 100

/** All elements below a node that a selector finds, seen through every shadow root. */
function all_within(node, selector, found = []) {
  for (const each of node.querySelectorAll("*")) {
    if (each.matches(selector)) found.push(each)
    if (each.shadowRoot) all_within(each.shadowRoot, selector, found)
  }
  return found
}

function name_of(event) {
  if (event.altKey || event.ctrlKey || event.metaKey) return null
  const key = event.key === " " ? "Enter" : event.key
  return key.length > 1 && event.shiftKey ? `Shift+${key}` : key.toLowerCase() === key || key.length > 1 ? key
    : key.toLowerCase()
}

/** The nearest element around a node that scrolls up and down. */
function scroller_of(node) {
  for (node = node.parentNode ?? node.host; node; node = node.parentNode ?? node.host) {
    if (node instanceof Element && node.scrollHeight > node.clientHeight + 1
        && ["auto", "scroll"].includes(getComputedStyle(node).overflowY)) return node
  }
  return null
}

export function render({ model, view }) {
  lay_out_together(view)
  const line = document.createElement("div")
  line.className = "said unseen"
  line.classList.toggle("apart", model.apart)
  line.setAttribute("role", "status")
  const root = (view.parent?.el ?? view.el).shadowRoot ?? view.el
  /** @type {HTMLElement | null} */
  let canvas = null

  const frame = () => {
    if (canvas === null) return
    const seen = canvas.matches(":focus-visible")
    canvas.style.outline = seen ? `2px solid ${model.frame}` : "none"
    canvas.style.outlineOffset = "-2px"
    canvas.style.borderRadius = "6px"
    line.classList.toggle("unseen", !seen)
    put()
  }
  const leave = () => {
    if (canvas === null) return
    canvas.style.outline = "none"
    line.classList.add("unseen")
  }
  const press = (event) => {
    const name = name_of(event)
    if (event.defaultPrevented || name === null || !model.keys.includes(name)) return
    // Where there is nothing to give up, Escape is for whatever else is open.
    if (name === "Escape" && !model.busy) return
    event.preventDefault()
    model.send_msg(name)
    frame()
  }
  const label = () => canvas?.setAttribute("aria-label", model.label)

  // Bokeh gives its tools a title and makes them stops of Tab, but neither role nor state, nor the space bar.
  const tools = () => all_within(root, ".bk-OnOffButton, .bk-ClickButton").forEach((tool) => {
    const say = () => {
      tool.setAttribute("aria-label", tool.title)
      if (tool.matches(".bk-OnOffButton")) tool.setAttribute("aria-pressed", tool.classList.contains("bk-active"))
    }
    if (tool.getAttribute("role") !== "button") {
      tool.setAttribute("role", "button")
      new MutationObserver(say).observe(tool, { attributes: true, attributeFilter: ["class", "title"] })
      tool.addEventListener("keydown", (event) => {
        if (event.key === " ") {
          event.preventDefault()
          tool.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter" }))
        }
      })
    }
    say()
  })
  const find = () => {
    canvas = all_within(root, ".bk-events")[0] ?? null
    if (canvas === null) return false
    canvas.setAttribute("role", "application")
    canvas.addEventListener("keydown", press)
    canvas.addEventListener("focus", frame)
    canvas.addEventListener("blur", leave)
    label()
    tools()
    return true
  }
  // The figure may come later than this, and its tools later than its canvas.
  let looks = 0
  /** @type {number | undefined} */
  let timer
  const look = () => {
    const is_known = canvas !== null
    if (is_known) tools()
    if (is_known || find()) looks += PATIENCE / 10
    if ((looks += 1) < PATIENCE) timer = setTimeout(look, PAUSE)
  }
  look()

  // The words must not cover the figure: they hang below it, as far as what is around has room.
  const put = () => {
    line.style.top = ""
    if (model.apart || line.classList.contains("unseen")) return
    const beyond = line.getBoundingClientRect().bottom - root.host.getBoundingClientRect().bottom - 8
    if (beyond > 0) line.style.top = `${4 - beyond}px`
  }
  const scroll = () => {
    put()
    if (canvas === null || model.at === null) return
    const around = scroller_of(canvas)
    if (around === null) return
    const box = canvas.getBoundingClientRect()
    const seen = around.getBoundingClientRect()
    const bottom = seen.bottom - (model.apart ? line.offsetHeight : 0)
    const focused = box.top + model.at * box.height
    if (focused < seen.top + 24) around.scrollBy(0, focused - seen.top - 24)
    if (focused > bottom - 24) around.scrollBy(0, focused - bottom + 24)
  }
  model.on("said", () => {
    line.textContent = model.said
    // Words that take room of their own may come after the item that they speak of, and now stand where it is.
    if (line.classList.contains("unseen")) put()
    else scroll()
  })
  model.on("label", label)
  model.on("at", scroll)
  model.on("remove", () => {
    clearTimeout(timer)
    canvas?.removeEventListener("keydown", press)
    canvas?.removeEventListener("focus", frame)
    canvas?.removeEventListener("blur", leave)
  })
  line.textContent = model.said
  return line
}

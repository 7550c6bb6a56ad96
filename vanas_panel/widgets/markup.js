// HTML text whose buttons report back, and what a browser can do with it alone: copying, saving, keeping the focus.

const KINDS = ["action", "copy", "download"]
// Events that end a press; a drag that began on the text ends without a pointerup.
const OVER = ["pointerup", "pointercancel", "contextmenu", "dragend", "blur"]

// How long a list of choices takes to open, in milliseconds.
const OPENING = 500

// How long a pointer rests on something before that is said, in milliseconds.
const REST = 100

/** A selector that finds a button again after the text was replaced; null for anything else. */
function selector_of(node) {
  const kinds = KINDS.filter((kind) => node?.dataset?.[kind] !== undefined)
  return kinds.map((kind) => `[data-${kind}="${CSS.escape(node.dataset[kind])}"]`).join("") || null
}

function focused() {
  let node = document.activeElement
  while (node?.shadowRoot?.activeElement) node = node.shadowRoot.activeElement
  return node
}

/** Whether a node lies in an element that a selector finds, seen through every shadow root. */
function is_within(node, selector) {
  for (; node; node = node.parentNode ?? node.host) if (node.matches?.(selector)) return true
  return false
}

async function copied(text, box) {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    // There is no clipboard for a page from another machine without encryption, and none without permission.
    const held = focused()
    const area = document.createElement("textarea")
    area.value = text
    area.style.cssText = "position: fixed; top: 0; opacity: 0"
    box.append(area)
    area.select()
    const done = document.execCommand("copy")
    area.remove()
    held?.focus({ preventScroll: true })
    return done
  }
}

function save(text, name) {
  const link = document.createElement("a")
  link.href = URL.createObjectURL(new Blob([text], { type: "text/plain;charset=utf-8" }))
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
}

/** Show an answer on a button for a moment. */
function say(button, words) {
  button.dataset.face ??= button.textContent
  button.textContent = words
  clearTimeout(button.timer)
  button.timer = setTimeout(() => { button.textContent = button.dataset.face }, 2000)
}

export function render({ model, view }) {
  lay_out_together(view)
  const box = document.createElement("div")
  box.className = "vp-markup"
  const text_of = (name) => box.querySelector(`[data-text="${CSS.escape(name)}"]`)?.textContent ?? ""
  let pressed = false
  let late = false
  // When a list of choices was opened; 0 where none is.
  let listed = 0
  // A field in which a typed text was put back: the browser reports no change of it.
  let restored = null
  const show = () => {
    // A button that is replaced while it is pressed is never clicked, and what is chosen from a list that is replaced
    // while it is open is never said.
    late = pressed || listed > 0
    if (late) return
    restored = null
    // Replacing the text must not cost a keyboard its focus, nor a list its scroll position.
    const active = box.getRootNode().activeElement
    const again = selector_of(active)
    // The value of a box to tick never changes, and is not what the text says.
    const is_field = again && active.matches("input:not([type=checkbox], [type=radio])")
    const typed = is_field && active.value !== active.defaultValue ? active.value : null
    // Null in fields that have no marks in their text, such as a slider.
    const marked = again && active.matches("input") ? [active.selectionStart, active.selectionEnd] : [null, null]
    const opened = selector_of(box.querySelector("[data-opens][aria-expanded=true]"))
    const scrolled = Array.from(box.querySelectorAll(".scroll"), (node) => [node.scrollTop, node.scrollLeft])
    box.innerHTML = model.html
    box.querySelectorAll(".scroll").forEach((node, index) => {
      [node.scrollTop, node.scrollLeft] = scrolled[index] ?? [0, 0]
    })
    const same = again && box.querySelector(again)
    same?.focus({ preventScroll: true })
    // What is half typed stays.
    if (same && typed !== null) {
      same.value = typed
      restored = same
    }
    // What is typed next replaces what was marked.
    if (same && marked[0] !== null) same.setSelectionRange(...marked)
    const opener = opened && !box.querySelector("[data-opens][aria-expanded=true]") ? box.querySelector(opened) : null
    const held = focused()
    if (opener && (held === null || held === document.body || is_within(held, opener.dataset.opens))) opener.focus()
  }
  const click = async (event) => {
    const button = event.target.closest("button")
    const { action, copy, download, of, done, undone } = button?.dataset ?? {}
    if (action !== undefined) model.send_msg(action)
    if (download !== undefined) save(text_of(of), download)
    if (copy !== undefined) say(button, await copied(text_of(copy), box) ? done : undone)
  }
  const press = (event) => {
    pressed ||= event.button === 0 && event.target.closest("button") !== null
    if (event.target.closest("select") !== null) listed = event.timeStamp
  }
  const unlist = (event) => {
    // While a list is open, the browser keeps the moves of the pointer to itself.
    const is_open = event.type === "pointermove" && event.timeStamp - listed < OPENING
    if (!listed || is_open || (event.type === "keyup" && event.key !== "Escape")) return
    listed = 0
    setTimeout(() => { if (late) show() })
  }
  const release = () => {
    if (!pressed) return
    // The click comes first.
    setTimeout(() => {
      pressed = false
      if (late) show()
    })
  }
  const change = (event) => {
    restored = null
    const hit = event.target.closest("select[data-action], input[data-action]")
    if (hit === null) return
    model.send_msg(`${hit.dataset.action}:${hit.value}`)
    // The answer, such as the nearest page there is, takes the place of what was typed.
    if (hit.dataset.settles !== undefined) hit.defaultValue = hit.value
  }
  const finish = (event) => {
    if (event.target === restored && (event.type === "focusout" || event.key === "Enter")) change(event)
  }
  // Enter presses the button of a form, which browsers do by themselves; without an address it leads nowhere.
  const submit = (event) => {
    if (!event.target.hasAttribute("action")) event.preventDefault()
  }
  // What the pointer or the focus is on, where that is asked for; told once.
  let hovered = ""
  const hover = (event) => {
    const now = event.target.closest?.("[data-hover]")?.dataset.hover ?? ""
    if (now === hovered) return
    hovered = now
    model.send_msg(`hover:${now}`)
  }
  const unhover = (event) => {
    if (hovered && !box.contains(event.relatedTarget)) {
      hovered = ""
      model.send_msg("hover:")
    }
  }
  // Arrow keys walk from button to button and press what they come to.
  const walk = (event) => {
    const way = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key]
    const group = event.target.closest?.("[data-walk]")
    if (!way || !group || !event.target.matches("button")) return
    const buttons = [...group.querySelectorAll("button:not(:disabled)")]
    const next = buttons[buttons.indexOf(event.target) + way]
    event.preventDefault()
    next?.focus()
    next?.click()
  }
  const leave = (event) => {
    if (event.key !== "Escape" || event.defaultPrevented) return
    const opened = box.querySelector("details[open]")
    if (opened) {
      // The element that was opened last goes first: a drawer stays until the next time.
      event.preventDefault()
      opened.open = false
      opened.querySelector("summary")?.focus({ preventScroll: true })
    } else box.querySelector("button[data-escape]")?.click()
  }
  // What is pointed at: said once, when it rests there.
  let [pointed, resting] = ["", 0]
  const point = (node) => {
    const data = node?.closest?.("[data-hint], [data-action]")?.dataset
    const at = data?.hint ?? data?.action ?? ""
    clearTimeout(resting)
    if (at !== pointed) resting = setTimeout(() => {
      pointed = at
      model.send_msg({ at })
    }, REST)
  }
  if (model.points) {
    box.addEventListener("pointerover", (event) => point(event.target))
    box.addEventListener("focusin", (event) => point(event.target))
    box.addEventListener("pointerleave", () => point(null))
    box.addEventListener("focusout", (event) => point(event.relatedTarget))
    model.on("remove", () => clearTimeout(resting))
  }
  box.addEventListener("click", click)
  box.addEventListener("pointerdown", press)
  // On the way down, so that nobody below keeps the end of a press from here.
  for (const over of OVER) window.addEventListener(over, release, true)
  box.addEventListener("change", change)
  for (const over of ["change", "focusout", "keyup"]) box.addEventListener(over, unlist)
  window.addEventListener("pointermove", unlist)
  box.addEventListener("submit", submit)
  box.addEventListener("focusout", finish)
  box.addEventListener("keydown", finish)
  box.addEventListener("keydown", walk)
  box.addEventListener("pointerover", hover)
  box.addEventListener("focusin", hover)
  box.addEventListener("pointerout", unhover)
  box.addEventListener("focusout", unhover)
  window.addEventListener("keydown", leave)
  model.on("remove", () => {
    window.removeEventListener("pointermove", unlist)
    window.removeEventListener("keydown", leave)
    for (const over of OVER) window.removeEventListener(over, release, true)
  })
  model.on("html", show)
  show()
  const first = box.querySelector("[data-focus]")
  if (first) {
    // Not at once: only what is on the page, and not hidden, can have the focus.
    new IntersectionObserver((entries, observer) => {
      if (!entries.some((entry) => entry.isIntersecting)) return
      observer.disconnect()
      first.focus({ preventScroll: true })
    }).observe(first)
  }
  return box
}

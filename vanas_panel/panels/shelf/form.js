// The form for the words of an entry. Texts of people are only ever put in as text; the notice is HTML of the server's.

const KEYS = ["name", "tags", "note"]

const FORM = `
  <h3></h3>
  <label><span></span><input class="name-input" autocomplete="off"></label>
  <label><span></span><input class="tags-input" autocomplete="off"></label>
  <label><span></span><textarea class="note-input" rows="3"></textarea></label>
  <div class="notice" role="alert"></div>
  <div class="row"></div>`

export function render({ model, view }) {
  lay_out_together(view)
  const form = document.createElement("form")
  form.noValidate = true
  form.innerHTML = FORM
  const [heading, notice, row] = ["h3", ".notice", ".row"].map((part) => form.querySelector(part))
  const inputs = Object.fromEntries(KEYS.map((key) => [key, form.querySelector(`.${key}-input`)]))
  for (const key of KEYS) inputs[key].previousElementSibling.textContent = model.texts[key]
  inputs.tags.placeholder = model.texts.tags_hint

  // Typed text outlasts the page, which another table reloads; in this tab, and for its writer alone.
  const storageKey = () => `vanas-words:${JSON.stringify([model.owner, model.start.about ?? ""])}`
  const stored = () => {
    try {
      return JSON.parse(sessionStorage.getItem(storageKey()) ?? "{}") ?? {}
    } catch {
      return {}
    }
  }
  const store = (words) => {
    try {
      if (words === null) sessionStorage.removeItem(storageKey())
      else sessionStorage.setItem(storageKey(), JSON.stringify(words))
    } catch {
      // A browser that keeps nothing: the words live as long as the page.
    }
  }
  const written = () => Object.fromEntries(KEYS.map((key) => [key, inputs[key].value]))
  const send = (action) => {
    if (model.answer.busy || model.answer.closed) return
    if (action === "take") store(null)
    model.send_msg({ action, ...written() })
  }
  // The button that opened the form gets the keyboard back. Its text may have been replaced meanwhile.
  /** @type {[any, string] | null} */
  let opener = null
  const remember = () => {
    let node = document.activeElement
    while (node?.shadowRoot?.activeElement) node = node.shadowRoot.activeElement
    const action = /** @type {HTMLElement | null} */ (node)?.dataset?.action
    opener = !node || action === undefined ? null : [node.getRootNode(), `[data-action="${CSS.escape(action)}"]`]
  }
  const open = () => {
    heading.textContent = model.start.heading ?? ""
    const kept = model.start.opening && !model.answer.closed ? stored() : {}
    for (const key of KEYS) {
      inputs[key].maxLength = model.limits[key]
      inputs[key].value = typeof kept[key] === "string" ? kept[key] : model.start[key] ?? ""
    }
    if (!model.start.opening) return
    remember()
    focusSoon(60)
  }
  // The form may become visible a little later than it gets its texts.
  const focusSoon = (frames) => requestAnimationFrame(() => {
    if (form.offsetParent === null) {
      if (frames) focusSoon(frames - 1)
      return
    }
    form.scrollIntoView({ block: "nearest" })
    inputs.name.focus()
  })
  const answer = () => {
    const { notice: html, buttons, busy, closed } = model.answer
    if (closed) {
      if (model.start.opening) store(null)
      if (form.contains(form.getRootNode().activeElement)) {
        form.getRootNode().activeElement.blur()
        opener?.[0].querySelector(opener[1])?.focus({ preventScroll: true })
      }
      return
    }
    notice.innerHTML = html
    const held = row.contains(form.getRootNode().activeElement) ? form.getRootNode().activeElement.value : null
    row.replaceChildren(...buttons.map(([action, face, title], index) => {
      const button = document.createElement("button")
      Object.assign(button, { type: "button", value: action, textContent: face, title, disabled: busy })
      if (!index) button.className = "main"
      button.addEventListener("click", () => send(action))
      return button
    }))
    if (held !== null && !busy) (row.querySelector(`[value="${CSS.escape(held)}"]`) ?? row.firstChild).focus()
    if (html) form.scrollIntoView({ block: "nearest" })
  }
  form.addEventListener("input", () => store(written()))
  form.addEventListener("submit", (event) => event.preventDefault())
  form.addEventListener("keydown", (event) => {
    if (model.answer.closed) return
    if (event.key === "Escape") {
      // The form alone, not the drawer around it.
      event.preventDefault()
      send("cancel")
    } else if (event.key === "Enter" && (event.ctrlKey || event.metaKey || event.target?.localName === "input")) {
      event.preventDefault()
      send(model.answer.buttons[0][0])
    }
  })
  model.on("start", open)
  model.on("answer", answer)
  open()
  answer()
  return form
}

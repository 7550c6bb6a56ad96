// A field for pasted text, the button that takes it, and the answer. Nothing of either is ever put in as HTML.

const HTML = `
  <label for="paste"></label>
  <textarea id="paste" class="code" spellcheck="false" autocapitalize="off" autocomplete="off"></textarea>
  <div class="foot"><button></button></div>
  <div class="said"></div>`

export function render({ model, view }) {
  lay_out_together(view)
  const box = document.createElement("div")
  box.className = "vp-markup"
  box.innerHTML = HTML
  const [label, field, button, said] = ["label", "textarea", "button", ".said"].map((name) => box.querySelector(name))
  label.textContent = model.texts.label
  field.placeholder = model.texts.placeholder
  Object.assign(button, { textContent: model.texts.load, title: model.texts.tooltip })
  const worth = () => field.value.slice(0, model.limit + 1)
  let sent = null
  const load = () => {
    sent = worth()
    model.send_msg(sent)
  }
  const answer = () => {
    said.setAttribute("role", model.refused ? "alert" : "status")
    said.textContent = model.said
  }
  const key = `vanas-paste:${JSON.stringify(model.owner)}`
  const keep = () => {
    model.text = worth()
    try {
      if (field.value) sessionStorage.setItem(key, worth())
      else sessionStorage.removeItem(key)
    } catch {
      // A browser that keeps nothing: the text lives as long as the page.
    }
  }
  const stored = () => {
    try {
      return sessionStorage.getItem(key) ?? ""
    } catch {
      return ""
    }
  }
  const clear = () => {
    // The user may have gone on typing.
    if (sent === worth()) field.value = ""
    keep()
  }
  field.addEventListener("input", keep)
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault()
      load()
    }
  })
  button.addEventListener("click", load)
  model.on("accepted", clear)
  model.on("said", answer)
  model.on("refused", answer)
  // Only now, and never later: no one else may change the typed text.
  field.value = model.text || stored()
  if (field.value !== model.text) keep()
  answer()
  return box
}

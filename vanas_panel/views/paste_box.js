// A field for pasted text, the button that takes it, and the answer. Nothing of either is ever put in as HTML.

const HTML = `
  <label for="paste">Paste a cell here</label>
  <textarea id="paste" class="code" spellcheck="false" autocapitalize="off" autocomplete="off"
    placeholder="PyTorch, NAS-Bench-101 or JSON text, such as the texts above, or a printed matrix and its operations"></textarea>
  <div class="foot"><button title="Draw the pasted cell, as one step that Undo takes back (Ctrl+Enter in the field)">
    Load into the designer</button></div>
  <div class="said"></div>`

export function render({ model, view }) {
  lay_out_together(view)
  const box = document.createElement("div")
  box.className = "vp-markup"
  box.innerHTML = HTML
  const [field, button, said] = ["textarea", "button", ".said"].map((name) => box.querySelector(name))
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
  const place = `vanas-paste:${JSON.stringify(model.owner)}`
  const keep = () => {
    model.text = worth()
    try {
      if (field.value) sessionStorage.setItem(place, worth())
      else sessionStorage.removeItem(place)
    } catch {
      // A browser that keeps nothing: the text lives as long as the page.
    }
  }
  const stored = () => {
    try {
      return sessionStorage.getItem(place) ?? ""
    } catch {
      return ""
    }
  }
  const clear = () => {
    // Somebody may have gone on typing.
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
  // Only now, and never later: what is typed here is nobody else's to change.
  field.value = model.text || stored()
  if (field.value !== model.text) keep()
  answer()
  return box
}

// The bar of the page of a training: buttons that report back, files that the browser saves, and what came of them.

async function save({ name, type, content }) {
  const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0))
  const whole = new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip")))
  const link = document.createElement("a")
  link.href = URL.createObjectURL(new Blob([await whole.blob()], { type: `${type};charset=utf-8` }))
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
}

export function render({ model, view }) {
  lay_out_together(view)
  const box = document.createElement("div")
  box.className = "vp-markup"
  const bar = box.appendChild(document.createElement("div"))
  const said = box.appendChild(document.createElement("div"))
  said.className = "said"
  const answer = () => {
    said.setAttribute("role", model.refused ? "alert" : "status")
    said.textContent = model.said
    for (const button of box.querySelectorAll("button")) button.disabled = model.busy && !("code" in button.dataset)
  }
  const show = () => {
    // The focus of the keyboard stays on the button that was pressed.
    const held = box.getRootNode().activeElement?.dataset?.do
    bar.innerHTML = model.html
    if (held) bar.querySelector(`[data-do="${CSS.escape(held)}"]`)?.focus({ preventScroll: true })
    answer()
  }
  box.addEventListener("click", (event) => {
    const button = event.target?.closest?.("button")
    if (button) model.send_msg(button.dataset.do)
  })
  model.on("msg:custom", (event) => save(event.data ?? event))
  model.on("html", show)
  for (const name of ["said", "refused", "busy"]) model.on(name, answer)
  show()
  return box
}

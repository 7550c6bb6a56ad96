// Buttons that open and save files of searches, and the answer. Nothing of a file is ever put in as HTML.

export function render({ model, view }) {
  lay_out_together(view)
  const box = document.createElement("div")
  box.className = "vp-markup"
  const foot = Object.assign(document.createElement("div"), { className: "foot" })
  const said = Object.assign(document.createElement("p"), { className: "said" })
  const button = (name) => Object.assign(document.createElement("button"), {
    type: "button", className: `small ${name}`, textContent: model.texts[name], title: model.texts[`${name}_hint`] })
  const open = button("open")
  const field = Object.assign(document.createElement("input"), {
    type: "file", hidden: true, accept: model.endings.join(",") })
  const words = Object.assign(document.createElement("span"), { className: "line", textContent: model.texts.save })
  const saves = model.kinds.map((kind) => {
    const made = button(kind)
    made.addEventListener("click", () => model.send_msg({ do: "save", kind }))
    return made
  })
  foot.append(open, field, words, ...saves)
  box.append(foot, said)

  const show = () => {
    for (const node of [words, ...saves]) node.hidden = !model.can_save
    said.setAttribute("role", model.refused ? "alert" : "status")
    said.textContent = model.said
  }
  const send = async (file) => {
    const { name, size } = file
    if (size > model.most_bytes) return model.send_msg({ do: "open", name, size })
    const reader = new FileReader()
    reader.addEventListener("load", () => {
      model.send_msg({ do: "open", name, size, content: String(reader.result).split(",")[1] ?? "" })
    })
    reader.addEventListener("error", () => model.send_msg({ do: "open", name, size, content: "" }))
    reader.readAsDataURL(file)
  }
  open.addEventListener("click", () => field.click())
  field.addEventListener("change", () => {
    for (const file of field.files ?? []) send(file)
    // So that the same file can be opened again.
    field.value = ""
  })
  model.on("msg:custom", (event) => {
    const { name, content } = event.data ?? event
    if (content === undefined) return
    const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0))
    const link = document.createElement("a")
    link.href = URL.createObjectURL(new Blob([bytes], { type: "application/octet-stream" }))
    link.download = name
    link.click()
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
  })
  for (const name of ["can_save", "said", "refused"]) model.on(name, show)
  show()
  return box
}

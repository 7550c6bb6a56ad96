// The report drawer: fields that keep what was typed, choices, buttons, and files that the browser saves.

const FIELDS = `
  <label class="field"><span></span><input type="text" data-field="title" maxlength="200"></label>
  <label class="field"><span></span><textarea data-field="notes" maxlength="20000"></textarea></label>
  <div class="choices-and-buttons" style="display: contents"></div>`
const TYPES = { html: "text/html", svg: "image/svg+xml", csv: "text/csv" }
const SCALE = 3

async function drawn(svg) {
  const image = new Image()
  image.src = URL.createObjectURL(svg)
  await image.decode()
  try {
    for (let scale = SCALE; scale > 0; scale--) {
      const file = await painted(image, scale)
      if (file !== null) return file
    }
  } finally {
    URL.revokeObjectURL(image.src)
  }
  throw new Error("This browser has no room for a picture of that size.")
}

/**
 * A picture as PNG; null where it is larger than the canvases of the browser.
 *
 * @type {(image: HTMLImageElement, scale: number) => Promise<Blob | null>}
 */
async function painted(image, scale) {
  const canvas = document.createElement("canvas")
  canvas.width = scale * image.naturalWidth
  canvas.height = scale * image.naturalHeight
  const pen = canvas.getContext("2d")
  if (pen === null) return null
  pen.fillStyle = "#ffffff"
  pen.fillRect(0, 0, canvas.width, canvas.height)
  pen.drawImage(image, 0, 0, canvas.width, canvas.height)
  return new Promise((resolve) => { canvas.toBlob(resolve, "image/png") })
}

/** Data that arrive compressed. */
async function unpacked(content) {
  const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0))
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).blob()
}

/** Takes one part of a file, and asks for the next one: so neither side holds more on the way than one of them. */
async function take({ name, kind, content, part, parts }, held, ask) {
  if (part === 0) held.length = 0
  // The answer to a drawer that was closed meanwhile.
  if (part !== held.length) return
  held.push(await unpacked(content))
  if (part + 1 < parts) return ask({ do: "more", part: part + 1 })
  await save(name, kind, held.splice(0))
}

async function save(name, kind, parts) {
  const whole = new Blob(parts, { type: `${TYPES[kind] ?? TYPES.svg};charset=utf-8` })
  const file = kind === "png" ? await drawn(whole) : whole
  const link = document.createElement("a")
  link.href = URL.createObjectURL(file)
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
}

export function render({ model, view }) {
  lay_out_together(view)
  const box = document.createElement("div")
  box.className = "vp-markup"
  box.innerHTML = FIELDS
  for (const name of ["title", "notes"]) {
    const input = box.querySelector(`[data-field="${name}"]`)
    input.previousElementSibling.textContent = model.texts[name]
    input.placeholder = model.texts[`${name}_hint`]
  }
  const content = /** @type {HTMLElement} */ (box.lastElementChild)
  const field = (name) => box.querySelector(`[data-field="${name}"]`).value
  const ticked = () => Array.from(box.querySelectorAll("input[type=checkbox]"))
  const chosen = (name) => ticked().filter((each) => each.name === name && each.checked).map((each) => each.value)
  const answer = () => {
    const said = box.querySelector(".said")
    said.setAttribute("role", model.refused ? "alert" : "status")
    said.textContent = model.said
  }
  const rest = () => box.querySelectorAll("button").forEach((each) => {
    if (!("off" in each.dataset)) each.disabled = model.busy
  })
  const show = () => {
    // Ticks and the focus of the keyboard stay after a change of the session.
    const before = new Map(ticked().map((each) => [each.name + each.value, each.checked]))
    const held = box.getRootNode().activeElement
    const again = held?.dataset?.export ? `[data-export="${held.dataset.export}"][data-kind="${held.dataset.kind}"]`
      : held?.dataset?.do ? `[data-do="${held.dataset.do}"]`
      : held?.type === "checkbox" ? `input[name="${held.name}"][value="${CSS.escape(held.value)}"]` : null
    content.innerHTML = model.html
    for (const each of ticked()) each.checked = before.get(each.name + each.value) ?? each.checked
    box.querySelectorAll("button[disabled]").forEach((each) => { each.dataset.off = "" })
    if (again) box.querySelector(again)?.focus({ preventScroll: true })
    answer()
    rest()
  }
  box.addEventListener("click", (event) => {
    const button = event.target?.closest?.("button")
    if (button?.dataset.do === "report") {
      model.send_msg({ do: "report", title: field("title"), notes: field("notes"), axes: chosen("axes"),
        parts: chosen("parts"), entries: chosen("entries") })
    } else if (button?.dataset.export) {
      model.send_msg({ do: "export", name: button.dataset.export, kind: button.dataset.kind })
    }
  })
  const held = []
  model.on("msg:custom", (event) => take(event.data ?? event, held, (asked) => model.send_msg(asked)))
  model.on("html", show)
  model.on("said", answer)
  model.on("refused", answer)
  model.on("busy", rest)
  show()
  return box
}

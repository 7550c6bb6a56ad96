// Takes a file part by part, asks for the next part when it has one, and saves the whole.

/** Data that arrive compressed. */
async function unpacked(content) {
  const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0))
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).blob()
}

export function render({ model, view }) {
  lay_out_together(view)
  const held = []
  model.on("msg:custom", async (event) => {
    const { name, kind, content, part, parts } = event.data ?? event
    if (part === 0) held.length = 0
    // The answer to what was given up meanwhile.
    if (part !== held.length) return
    held.push(await unpacked(content))
    if (part + 1 < parts) {
      model.send_msg({ more: part + 1 })
      return
    }
    const link = document.createElement("a")
    link.href = URL.createObjectURL(new Blob(held.splice(0), { type: kind }))
    link.download = name
    link.click()
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
  })
  return document.createElement("div")
}

// The view of recorded trainings as a component of a page; the modules of draw/inspector stand in front of this text.

import { mount } from "../draw/inspector/inspector.js"
/** @import { View } from "../draw/inspector/types.d.ts" */

// No more messages than a server answers at ease; the last view is always sent.
const PAUSE_MS = 120

export function render({ model, view }) {
  lay_out_together(view)
  const box = document.createElement("div")
  box.className = "vi-page"
  /** @type {Awaited<ReturnType<typeof mount>> | null} */
  let shown = null
  /** @type {View | null} */
  let latest = null
  let openings = 0
  let sent = 0
  /** @type {number | undefined} */
  let waiting
  const send = () => {
    waiting = undefined
    sent = Date.now()
    model.send_msg(latest)
  }
  const onChange = (/** @type {View} */ next) => {
    latest = next
    waiting ??= setTimeout(send, Math.max(0, PAUSE_MS - (Date.now() - sent)))
  }
  const bytes = (/** @type {ArrayBuffer | null} */ data) => (data?.byteLength ? data : null)
  const open = async () => {
    const first = bytes(model.scene)
    if (!first) return
    const opening = ++openings
    const place = document.createElement("div")
    try {
      const next = await mount(place, {first, second: bytes(model.second), view: latest ?? model.start, onChange})
      if (opening !== openings) return next.remove()
      shown?.remove()
      shown = next
      box.replaceChildren(place)
      box.dataset.ready = "yes"
    } catch (error) {
      box.textContent = model.broken.replace("{reason}", error.message)
    }
  }
  const close = () => {
    openings++
    clearTimeout(waiting)
    shown?.remove()
  }
  model.on("scene", open)
  model.on("second", open)
  model.on("dark", () => requestAnimationFrame(() => shown?.draw()))
  model.on("msg:custom", (/** @type {any} */ event) => {
    latest = null
    shown?.set(event.data ?? event)
  })
  model.on("remove", close)
  open()
  return box
}

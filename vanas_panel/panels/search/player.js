// A slider through the queries of a search, which also plays.

// No more messages than a server answers at ease; the last position is always sent.
const PAUSE_MS = 90
// For so long an earlier position that the server confirms does not move the slider back.
const CATCH_UP_MS = 2_000
// A search plays in about this time, however long it is.
const WHOLE_MS = 12_000

export function render({ model, view }) {
  lay_out_together(view)
  const box = document.createElement("div")
  box.className = "vp-markup"
  const made = (tag, name, properties) => {
    const node = Object.assign(document.createElement(tag), { className: name, ...properties })
    box.append(node)
    return node
  }
  const back = made("button", "back", { type: "button", textContent: "‹" })
  const play = made("button", "play", { type: "button" })
  const on = made("button", "on", { type: "button", textContent: "›" })
  const slider = made("input", "slider", { type: "range", min: "1", step: "1" })
  const said = made("output", "num", {})
  /** @type {number | undefined} */
  let playing
  /** @type {number | undefined} */
  let waiting
  /** @type {number | undefined} */
  let awaited
  let sent = 0

  const say = () => {
    const called = (query) => (query - 1 + model.first).toLocaleString()
    const words = model.texts.of.replace("{query}", called(Number(slider.value))).replace("{last}", called(model.last))
    said.textContent = words
    slider.setAttribute("aria-valuetext", words)
    back.disabled = Number(slider.value) <= 1
    on.disabled = Number(slider.value) >= model.last
  }
  const send = () => {
    waiting = undefined
    sent = Date.now()
    awaited = Number(slider.value)
    model.send_msg(awaited)
  }
  const go = (query) => {
    slider.value = String(Math.min(Math.max(query, 1), model.last))
    say()
    waiting ??= setTimeout(send, Math.max(0, PAUSE_MS - (Date.now() - sent)))
  }
  const face = () => {
    play.textContent = playing ? "❚❚" : "▶"
    play.title = playing ? model.texts.pause : model.texts.play
    play.setAttribute("aria-label", play.title)
  }
  const stop = () => {
    clearInterval(playing)
    playing = undefined
    face()
  }
  const start = () => {
    if (Number(slider.value) >= model.last) go(1)
    const step = Math.max(1, Math.round(model.last * PAUSE_MS / WHOLE_MS))
    playing = setInterval(() => {
      go(Number(slider.value) + step)
      if (Number(slider.value) >= model.last) stop()
    }, PAUSE_MS)
    face()
  }
  const show = () => {
    slider.max = String(model.last)
    // What a person moves stays where it is until the server has caught up.
    if (model.query === awaited || Date.now() - sent > CATCH_UP_MS) awaited = undefined
    if ([waiting, playing, awaited].every((each) => each === undefined)) slider.value = String(model.query)
    say()
  }

  const name = () => {
    for (const [button, key] of [[back, "back"], [on, "on"]]) {
      button.title = model.texts[key]
      button.setAttribute("aria-label", model.texts[key])
    }
    slider.setAttribute("aria-label", model.texts.slider)
    face()
    say()
  }
  back.addEventListener("click", () => { stop(); go(Number(slider.value) - 1) })
  on.addEventListener("click", () => { stop(); go(Number(slider.value) + 1) })
  play.addEventListener("click", () => (playing ? stop() : start()))
  slider.addEventListener("input", () => { if (playing) stop(); go(Number(slider.value)) })
  model.on("search", () => {
    // What was moved here was a query of the search before.
    stop()
    clearTimeout(waiting)
    waiting = awaited = undefined
    show()
  })
  model.on("query", show)
  model.on("last", () => { stop(); show() })
  model.on("first", say)
  model.on("texts", name)
  model.on("remove", () => { stop(); clearTimeout(waiting) })
  show()
  name()
  return box
}

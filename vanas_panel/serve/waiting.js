// Shows the page once all of it is there, and says why where it does not come or its server has gone.
(() => {
  const PATIENCE = 20_000
  const root = document.documentElement
  let leaving = false
  window.addEventListener("pagehide", () => { leaving = true })
  window.addEventListener("pageshow", () => { leaving = false })

  // Bokeh reports that a document is idle once every view in it has been drawn; see script_component.js for the rest.
  const look = () => {
    const documents = window.Bokeh?.documents ?? []
    const laid_out = !window.vanas_waiting_views?.size
    if (laid_out && documents.length && documents.every((each) => each.roots().length && each.is_idle))
      requestAnimationFrame(() => root.classList.add("vp-there"))
    else setTimeout(look, 30)
  }
  look()

  const say = (place, words, label) => {
    const box = document.querySelector(place)
    if (!box || leaving) return
    const button = Object.assign(document.createElement("button"), { textContent: label })
    button.addEventListener("click", () => location.reload())
    // As text: the name of the host is whatever somebody typed.
    box.replaceChildren(...words.map((each) => Object.assign(document.createElement("p"), { textContent: each })), button)
    box.classList.add("vp-said")
    // The page ends above it, so that nothing lies behind.
    const make_room = () => root.style.setProperty("--vp-below", `${place === ".vp-lost" ? box.offsetHeight : 0}px`)
    make_room()
    window.addEventListener("resize", make_room)
  }

  const allow = `Whoever runs it can start it with: vanas-panel serve ... --allow-origin ${location.host}`
  const plain = `(with Panel's own command: panel serve ... --allow-websocket-origin=${location.host}).`
  const pass = "A proxy in between has to hand over websockets, with the headers Upgrade and Connection; docs/nginx.conf " +
    "of vanas-panel shows how."
  const refused = async () => {
    const base = location.pathname.replace(/[^/]*$/, "")
    let words = []
    try {
      const answer = await fetch(`${base}reach?origin=${encodeURIComponent(location.origin)}`, { cache: "no-store" })
      if (answer.status === 404)
        words = [`The websocket of this page was refused or not passed on. If the server does not know the address ${location.host}: ${allow} ${plain}`, pass]
      else if (answer.status === 403) words = ["You are no longer signed in."]
      else if (!answer.ok) words = [`The server answers ${answer.status} instead of the page. It may be stopping or starting.`]
      else if ((await answer.json()).known) words = ["The server answers, but the websocket of this page does not open.", pass]
      else words = [`The websocket of this page was refused: its server does not know the address ${location.host}.`, `${allow} ${plain}`]
    } catch {
      words = ["The server does not answer. It was stopped, or the network is interrupted."]
    }
    say(".vp-wait", words, "Try again")
  }
  const lost = (event) => say(".vp-lost", event.code === 4401 ? ["You are no longer signed in."] :
    ["The connection to the server is lost, so this page no longer follows. Its address holds what it shows."],
    event.code === 4401 ? "Sign in" : "Connect again")

  window.WebSocket = class extends window.WebSocket {
    constructor(...given) {
      super(...given)
      let opened = false
      const late = setTimeout(() => { if (!opened) refused() }, PATIENCE)
      this.addEventListener("open", () => {
        opened = true
        clearTimeout(late)
      })
      this.addEventListener("close", (event) => {
        clearTimeout(late)
        if (this.unused) return
        // Some browsers close it before they say that somebody leaves.
        setTimeout(() => { if (!leaving) (opened && root.classList.contains("vp-there") ? lost : refused)(event) }, 300)
      })
    }
  }
})()

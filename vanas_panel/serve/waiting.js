// Shows the page once all of it is there, and says why where it does not come or its server has gone.
(() => {
  const PATIENCE = 20_000
  const root = document.documentElement

  // The page is the same for all visitors: the link says which language to wait in, then the browser, then the server.
  // Once the page is there, it keeps the language of the document itself.
  const { language, texts } = JSON.parse(document.querySelector("#vanas-waiting").textContent)
  const tags = [new URLSearchParams(location.search).get("lang") ?? "", ...navigator.languages]
  root.lang = tags.map((tag) => tag.toLowerCase().split(/[-_]/)[0]).find((tag) => Object.hasOwn(texts, tag)) ?? language
  const gettext = (message, values = {}) => (texts[root.lang]?.[message] || message).replace(/\{(\w+)\}/g,
    (whole, name) => (Object.hasOwn(values, name) ? String(values[name]) : whole))
  window.vanas_speak_waiting = () => {
    document.querySelector(".vp-wait").textContent = gettext("Opening the table …")
  }

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

  const say = (selector, words, label) => {
    const box = document.querySelector(selector)
    if (!box || leaving) return
    const button = Object.assign(document.createElement("button"), { textContent: label })
    button.addEventListener("click", () => location.reload())
    // As text: a visitor may have typed any name of a host.
    box.replaceChildren(...words.map((each) => Object.assign(document.createElement("p"), { textContent: each })), button)
    box.classList.add("vp-said")
    // The page ends above it, so that nothing lies behind.
    const make_room = () => root.style.setProperty("--vp-below", `${selector === ".vp-lost" ? box.offsetHeight : 0}px`)
    make_room()
    window.addEventListener("resize", make_room)
  }

  const host = { host: location.host }
  const allow = () => gettext("Its operator can start it with: vanas-panel serve ... --allow-origin {host} (with " +
    "Panel's own command: panel serve ... --allow-websocket-origin={host}).", host)
  const pass = () => gettext("A proxy in between has to hand over websockets, with the headers Upgrade and Connection; " +
    "docs/nginx.conf of vanas-panel shows how.")
  const out = () => gettext("You are no longer signed in.")
  const refused = async () => {
    const base = location.pathname.replace(/[^/]*$/, "")
    let words = []
    try {
      const answer = await fetch(`${base}reach?origin=${encodeURIComponent(location.origin)}`, { cache: "no-store" })
      if (answer.status === 404)
        words = [gettext("The websocket of this page was refused or not passed on. If the server does not know the " +
          "address {host}: {allow}", { ...host, allow: allow() }), pass()]
      else if (answer.status === 403) words = [out()]
      else if (!answer.ok)
        words = [gettext("The server answers {status} instead of the page. It may be stopping or starting.",
          { status: answer.status })]
      else if ((await answer.json()).known)
        words = [gettext("The server answers, but the websocket of this page does not open."), pass()]
      else
        words = [gettext("The websocket of this page was refused: its server does not know the address {host}.", host),
          allow()]
    } catch {
      words = [gettext("The server does not answer. It was stopped, or the network is interrupted.")]
    }
    say(".vp-wait", words, gettext("Try again"))
  }
  const lost = (event) => (event.code === 4401 ? say(".vp-lost", [out()], gettext("Sign in")) : say(".vp-lost",
    [gettext("The connection to the server is lost, so this page no longer changes. Its address holds its state.")],
    gettext("Connect again")))

  window.WebSocket = class extends window.WebSocket {
    /** @param {ConstructorParameters<typeof WebSocket>} given */
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
        // Some browsers close it before they report that the visitor leaves.
        setTimeout(() => { if (!leaving) (opened && root.classList.contains("vp-there") ? lost : refused)(event) }, 300)
      })
    }
  }
})()

// Opens the websocket of the page before the scripts are loaded, so that the server makes the page in the meantime.
// Bokeh gets this socket when it asks for one, with the messages that have come; whatever else asks gets its own.
(() => {
  const token = document.currentScript?.dataset.token
  if (!token) return
  const Watched = window.WebSocket
  const scheme = location.protocol === "https:" ? "wss:" : "ws:"
  const address = `${scheme}//${location.host}${location.pathname.replace(/\/+$/, "")}/ws${location.search}`
  const KINDS = ["open", "message", "error", "close"]
  const kept = []
  // Messages that come before the hand-over must not reach Bokeh at once and then again, ahead of what came first.
  const keep = (event) => {
    kept.push(event)
    event.stopImmediatePropagation()
  }
  /** @type {WebSocket | null} */
  let early = new Watched(address, ["bokeh", token])
  early.binaryType = "arraybuffer"
  for (const kind of KINDS) early.addEventListener(kind, keep)

  const hand_over = (socket) => {
    for (const kind of KINDS) socket.removeEventListener(kind, keep)
    for (const event of kept) socket[`on${event.type}`]?.(event)
  }

  window.WebSocket = class extends Watched {
    // biome-ignore lint/correctness/noUnreachableSuper: the early socket is an instance already
    constructor(url, protocols) {
      const socket = early
      early = null
      if (socket && String(new URL(url, location.href)) === socket.url && protocols?.[1] === token) {
        // Once the caller has set a handler for the messages.
        setTimeout(() => hand_over(socket))
        // biome-ignore lint/correctness/noConstructorReturn: a caller that asks for this address gets the early socket
        return socket
      }
      super(url, protocols)
      if (socket) {
        socket.unused = true
        socket.close()
      }
    }
  }
})()

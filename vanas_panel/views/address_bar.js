// Keeps the browser's address at the state of the page, copies it, and says what an opened link could not bring back.

// Browsers refuse to write an address more than a few times a second.
const WAIT = 300
const SHOWN = 5000

export function render({ model }) {
  const box = document.createElement("div")
  box.className = "address"
  box.innerHTML = `
    <button class="copy" data-action="copy-link" title="Copy a link that opens this page as it is now">Copy link</button>
    <div class="below"><div class="said" role="status"></div><div class="notice" role="status"></div></div>`
  const [button, said, notice] = [".copy", ".said", ".notice"].map((name) => box.querySelector(name))

  // The address. One entry of the browser's history is enough for a page: undo and redo are its own.
  let timer = null
  const follow = () => {
    clearTimeout(timer)
    timer = null
    const address = `${location.pathname}?${model.query}${location.hash}`
    if (address === location.pathname + location.search + location.hash) return
    try {
      history.replaceState(history.state, "", address)
    } catch {
      timer = setTimeout(follow, 10 * WAIT)
    }
  }
  const soon = () => {
    clearTimeout(timer)
    timer = setTimeout(follow, WAIT)
  }
  const leave = () => { if (timer !== null) follow() }
  model.on("query", soon)
  // Another table has built the page anew, this part of it included.
  if (model.changed) soon()
  window.addEventListener("pagehide", leave)
  // Another page of this one's server, which the browser can go back from.
  model.on("msg:custom", (event) => {
    leave()
    location.assign(`${location.pathname}?${(event.data ?? event).query}`)
  })

  // Copying. Without encryption, or without permission, there is no clipboard: the old way, then by hand.
  const copied = async (text) => {
    try {
      await navigator.clipboard.writeText(text)
      return true
    } catch {
      const field = document.createElement("input")
      field.value = text
      field.style.cssText = "position: fixed; top: 0; opacity: 0"
      box.append(field)
      field.select()
      const done = document.execCommand("copy")
      field.remove()
      button.focus({ preventScroll: true })
      return done
    }
  }
  let fading = null
  const say = (words, field) => {
    clearTimeout(fading)
    said.replaceChildren(words, ...(field ? [field] : []))
    field?.select()
    if (!field) fading = setTimeout(() => said.replaceChildren(), model.left_out ? 3 * SHOWN : SHOWN)
  }
  button.addEventListener("click", async () => {
    follow()
    const link = location.origin + location.pathname + "?" + model.query
    if (await copied(link)) return say(["Link copied.", model.left_out].filter(Boolean).join(" "))
    const field = document.createElement("input")
    field.value = link
    field.readOnly = true
    field.setAttribute("aria-label", "Link to this page")
    say(["This browser keeps the clipboard to itself. Copy the link from here:", model.left_out].filter(Boolean).join(" "),
        field)
  })

  // What the link asked for and the page cannot show.
  const tell = () => {
    if (!model.messages.length) return notice.replaceChildren()
    const [head, list, close] = ["b", "ul", "button"].map((tag) => document.createElement(tag))
    head.textContent = "Not all of the link could be opened:"
    list.append(...model.messages.map((words) => Object.assign(document.createElement("li"), { textContent: words })))
    Object.assign(close, { textContent: "×", title: "Close" })
    close.setAttribute("aria-label", "Close this message")
    close.addEventListener("click", () => notice.replaceChildren())
    notice.replaceChildren(close, head, list)
  }
  model.on("messages", tell)
  // A screen reader says what changes, not what is there from the start.
  setTimeout(tell, 0)

  model.on("remove", () => {
    clearTimeout(timer)
    clearTimeout(fading)
    window.removeEventListener("pagehide", leave)
  })
  return box
}

// Keeps the browser's address at the state of the page, copies it, and says what an opened link could not bring back.

// Browsers refuse to write an address more than a few times a second.
const WAIT = 300
const SHOWN = 5000
// What a page hands to the next one of the same tab.
const CARRIED = "vanas-carried"

/** The page around a node, which is what scrolls. */
function page_of(node) {
  while (node && !node.classList?.contains("vp-page")) node = node.parentNode ?? node.host
  return node
}

export function render({ model, view }) {
  lay_out_together(view)
  const box = document.createElement("div")
  box.className = "address"
  box.innerHTML = `
    <button class="copy" data-action="copy-link" title="Copy a link that opens this page as it is now">Copy link</button>
    <div class="below"><div class="said" role="status"></div><div class="notice" role="status"></div></div>`
  const [button, said, notice] = [".copy", ".said", ".notice"].map((name) => box.querySelector(name))

  // The address. Every step of the page is an entry of the browser's history. Another table in the place of this one
  // builds this part of the page anew: what is known of the history outlives it.
  const place = (window.vanas_place ??= { step: 0, visit: 0, waits: false })
  let timer = null
  let pending = null
  let search = location.search
  const write = (query, anew) => {
    clearTimeout(timer)
    timer = pending = null
    const address = `${location.pathname}?${query}${location.hash}`
    if (address === location.pathname + location.search + location.hash) return
    try {
      history[anew ? "pushState" : "replaceState"](history.state, "", address)
      search = location.search
    } catch {
      pending = query
      timer = setTimeout(() => write(query, anew), 10 * WAIT)
    }
  }
  const leave = () => { if (pending !== null) write(pending, false) }
  const follow = () => {
    const [step, visit, query] = model.entry
    // Written before the server knew that the browser has gone back meanwhile.
    if (visit !== place.visit) return
    const anew = step !== place.step && !place.waits
    Object.assign(place, { step, waits: false })
    if (anew) {
      leave()
      return write(query, true)
    }
    clearTimeout(timer)
    pending = query
    timer = setTimeout(() => write(query, false), WAIT)
  }
  const go_back = () => {
    if (location.search === search && pending === null) return
    clearTimeout(timer)
    timer = pending = null
    search = location.search
    Object.assign(place, { visit: place.visit + 1, waits: true })
    model.send_msg({ back: location.search, visit: place.visit })
  }
  model.on("entry", follow)
  if (model.changed) follow()
  window.addEventListener("pagehide", leave)
  window.addEventListener("popstate", go_back)
  // Another page of this one's server, which the browser can go back from. It hears what a link does not hold.
  model.on("msg:custom", (event) => {
    const { query, carried } = event.data ?? event
    leave()
    try {
      sessionStorage.setItem(CARRIED, JSON.stringify({ query, ...carried }))
    } catch { /* Without storage the link has to do. */ }
    location.assign(`${location.pathname}?${query}`)
  })
  const carried = () => {
    try {
      const found = JSON.parse(sessionStorage.getItem(CARRIED) ?? "{}")
      sessionStorage.removeItem(CARRIED)
      return `?${found.query}` === location.search ? found : {}
    } catch {
      return {}
    }
  }
  const { messages: left = [], past = [], future = [] } = model.changed ? {} : carried()
  if (past.length || future.length) model.send_msg({ past, future })

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
  // Rows below the header: they move the page down, also where it is scrolled and browsers would hold its place.
  const fill = (row, ...parts) => {
    const page = page_of(row)
    page?.style.setProperty("overflow-anchor", "none")
    row.replaceChildren(...parts)
    requestAnimationFrame(() => requestAnimationFrame(() => page?.style.removeProperty("overflow-anchor")))
  }
  const closing = (row) => {
    const close = Object.assign(document.createElement("button"), { textContent: "×", title: "Close (Escape)" })
    close.setAttribute("aria-label", "Close this message")
    close.addEventListener("click", () => shut(row))
    return close
  }
  const shut = (row) => {
    // Where the focus was in it, it goes to the button above.
    const held = row.contains(row.getRootNode().activeElement)
    fill(row)
    if (held) button.focus({ preventScroll: true })
  }
  const say = (words, field) => {
    clearTimeout(fading)
    said.classList.remove("quiet")
    button.classList.remove("done")
    fill(said, closing(said), words, ...(field ? [field] : []))
    field?.select()
  }
  // The button says so itself; the words are for who does not see it.
  const tick = () => {
    clearTimeout(fading)
    said.classList.add("quiet")
    button.classList.add("done")
    fill(said, "Link copied.")
    fading = setTimeout(() => {
      button.classList.remove("done")
      fill(said)
    }, SHOWN)
  }
  button.addEventListener("click", async () => {
    const link = location.origin + location.pathname + "?" + model.entry[2]
    write(model.entry[2], false)
    if (await copied(link)) return model.left_out ? say(`Link copied. ${model.left_out}`) : tick()
    const field = document.createElement("input")
    field.value = link
    field.readOnly = true
    field.setAttribute("aria-label", "Link to this page")
    say(["This browser keeps the clipboard to itself. Copy the link from here:", model.left_out].filter(Boolean).join(" "),
        field)
  })

  // What the link asked for and the page cannot show.
  let told = false
  const tell = () => {
    const [heading, lines] = model.messages.length ? ["Not all of the link could be opened:", model.messages] :
      ["Not everything fits this table:", told ? [] : left]
    told = true
    if (!lines.length) return fill(notice)
    const [head, list] = ["b", "ul"].map((tag) => document.createElement(tag))
    head.textContent = heading
    list.append(...lines.map((words) => Object.assign(document.createElement("li"), { textContent: words })))
    fill(notice, closing(notice), head, list)
  }
  model.on("messages", tell)
  // What was said last goes first: a drawer stays until the next time.
  const hush = (event) => {
    if (event.key !== "Escape" || event.defaultPrevented) return
    const open = [said, notice].find((each) => each.hasChildNodes() && !each.matches(".quiet"))
    if (!open) return
    event.preventDefault()
    shut(open)
  }
  window.addEventListener("keydown", hush, { capture: true })
  // A screen reader says what changes, not what is there from the start.
  setTimeout(tell, 0)

  model.on("remove", () => {
    clearTimeout(timer)
    clearTimeout(fading)
    window.removeEventListener("pagehide", leave)
    window.removeEventListener("popstate", go_back)
    window.removeEventListener("keydown", hush, { capture: true })
  })
  return box
}

// Keeps the browser's address at the state of the page, copies it, and says what an opened link could not bring back.

// Browsers refuse to write an address more than a few times a second.
const WAIT = 300
const SHOWN = 5000
// The data that a page hands to the next one of the same tab.
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
    <button class="copy" data-action="copy-link"></button>
    <div class="below"><div class="said" role="status"></div><div class="notice" role="status"></div></div>`
  const [button, said, notice] = [".copy", ".said", ".notice"].map((name) => box.querySelector(name))
  // Screen readers pronounce the page in its language, which another page in the same document may change.
  const speak = () => {
    document.documentElement.lang = model.language
    button.textContent = model.texts.copy
    button.title = model.texts.tooltip
    Object.assign(button.dataset, { short: model.texts.short, done: model.texts.done })
  }
  model.on("texts", speak)
  speak()

  // The address. Every step of the page is an entry of the browser's history. Another table instead of this one
  // builds this part of the page again: `known`, the state of the history, outlives it.
  const known = (window.vanas_history ??= { step: 0, visit: 0, waits: false })
  /** @type {number | undefined} */
  let timer
  /** @type {string | null} */
  let pending = null
  let search = location.search
  const write = (query, isStep) => {
    clearTimeout(timer)
    pending = null
    const address = `${location.pathname}?${query}${location.hash}`
    if (address === location.pathname + location.search + location.hash) return
    try {
      history[isStep ? "pushState" : "replaceState"](history.state, "", address)
      search = location.search
    } catch {
      pending = query
      timer = setTimeout(() => write(query, isStep), 10 * WAIT)
    }
  }
  const leave = () => { if (pending !== null) write(pending, false) }
  const follow = () => {
    const [step, visit, query] = model.entry
    // Written before the server knew that the browser has gone back meanwhile.
    if (visit !== known.visit) return
    const isStep = step !== known.step && !known.waits
    Object.assign(known, { step, waits: false })
    if (isStep) {
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
    pending = null
    search = location.search
    Object.assign(known, { visit: known.visit + 1, waits: true })
    model.send_msg({ back: location.search, visit: known.visit })
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
  /** @type {number | undefined} */
  let fading
  // Rows below the header: they move the page down, also where it is scrolled and browsers would hold its scroll position.
  const fill = (row, ...parts) => {
    const page = page_of(row)
    page?.style.setProperty("overflow-anchor", "none")
    row.replaceChildren(...parts)
    requestAnimationFrame(() => requestAnimationFrame(() => page?.style.removeProperty("overflow-anchor")))
  }
  const closing = (row) => {
    const close = Object.assign(document.createElement("button"), { textContent: "×", title: model.texts.close })
    close.setAttribute("aria-label", model.texts.close_message)
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
    fill(said, model.texts.copied)
    fading = setTimeout(() => {
      button.classList.remove("done")
      fill(said)
    }, SHOWN)
  }
  button.addEventListener("click", async () => {
    const link = location.origin + location.pathname + "?" + model.entry[2]
    write(model.entry[2], false)
    if (await copied(link)) return model.left_out ? say(`${model.texts.copied} ${model.left_out}`) : tick()
    const field = document.createElement("input")
    field.value = link
    field.readOnly = true
    field.setAttribute("aria-label", model.texts.field)
    say([model.texts.by_hand, model.left_out].filter(Boolean).join(" "),
        field)
  })

  // The parts of the link that the page cannot show.
  let isReported = false
  const tell = () => {
    const [heading, lines] = model.messages.length ? [model.texts.link_in_part, model.messages] :
      [model.texts.table_in_part, isReported ? [] : left]
    isReported = true
    if (!lines.length) return fill(notice)
    const [head, list] = ["b", "ul"].map((tag) => document.createElement(tag))
    head.textContent = heading
    list.append(...lines.map((words) => Object.assign(document.createElement("li"), { textContent: words })))
    fill(notice, closing(notice), head, list)
  }
  model.on("messages", tell)
  // The last message goes first: a drawer stays until the next time.
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

// Shows the preview where asked.js has found it to be the right picture, until the live page is there.
(() => {
  const preview = document.querySelector(".vp-preview")
  const listed = document.querySelector(".vp-sheets")
  const root = document.documentElement
  if (!root.classList.contains("vp-seen")) {
    preview.remove()
    listed.remove()
    return
  }
  const sheets = JSON.parse(listed.textContent).map((text) => {
    const sheet = new CSSStyleSheet()
    sheet.replaceSync(text)
    return sheet
  })
  listed.remove()
  const is_dark = root.classList.contains("vp-late")
  const beside = []
  const dress = (within) => {
    for (const each of within.querySelectorAll("[data-sheets]")) {
      each.shadowRoot.adoptedStyleSheets = each.dataset.sheets.split(" ").map((index) => sheets[index])
      each.shadowRoot.querySelector("button.face")?.setAttribute("aria-pressed", is_dark)
      beside.push(...each.shadowRoot.querySelectorAll(".left, .right"))
      dress(each.shadowRoot)
    }
  }
  dress(preview)
  if (is_dark) preview.firstElementChild.classList.add(preview.dataset.dark)
  preview.hidden = false
  // Bokeh takes whole pixels for the words beside a figure.
  const widths = beside.map((each) => Math.ceil(each.getBoundingClientRect().width))
  beside.forEach((each, index) => { each.style.width = `${widths[index]}px` })
  // A button that is pressed meanwhile is pressed on the live page, whose boxes are at the same positions.
  /** @type {{x: number, y: number, ring: HTMLElement} | null} */
  let pressed = null
  const press = ({ clientX, clientY }) => {
    pressed?.ring.remove()
    const ring = Object.assign(document.createElement("i"), { className: "vp-pressed" })
    ring.style.left = `${clientX}px`
    ring.style.top = `${clientY}px`
    document.body.append(ring)
    pressed = { x: clientX, y: clientY, ring }
  }
  const found_at = (tree, x, y) => {
    const found = tree.elementFromPoint(x, y)
    return found?.shadowRoot && found !== tree.host ? found_at(found.shadowRoot, x, y) : found
  }
  const press_again = () => {
    document.removeEventListener("click", press, true)
    if (pressed === null) return
    pressed.ring.remove()
    found_at(document, pressed.x, pressed.y)?.closest("button")?.click()
  }
  document.addEventListener("click", press, true)
  // The live page replaces it at once; see waiting.js.
  new MutationObserver((_, observer) => {
    if (!root.classList.contains("vp-there")) return
    observer.disconnect()
    root.classList.remove("vp-seen")
    preview.remove()
    requestAnimationFrame(press_again)
  }).observe(root, { attributes: true, attributeFilter: ["class"] })
})()

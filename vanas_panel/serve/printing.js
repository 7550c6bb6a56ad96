// Keeps the figures as large as they are drawn while the browser prints, or makes them as small as the paper is.
(() => {
  // The width that the narrower of A4 and Letter leaves, and the height, in CSS pixels.
  const WIDTH = 660
  const HEIGHT = 880
  let held = []
  const figures = (node, found = []) => {
    for (const each of node.querySelectorAll("*")) {
      if (each.shadowRoot?.querySelector(".bk-Canvas")) found.push(each)
      else if (each.shadowRoot) figures(each.shadowRoot, found)
    }
    return found
  }
  window.addEventListener("beforeprint", () => {
    held = held.length ? held : figures(document).map((figure) => [figure, figure.getAttribute("style")])
    for (const [figure] of held) {
      const { width, height } = figure.getBoundingClientRect()
      figure.style.cssText += `; width: ${width}px !important; height: ${height}px !important; flex: none !important;
        min-width: 0 !important; max-width: none !important; zoom: ${Math.min(1, WIDTH / width, HEIGHT / height)}`
    }
  })
  window.addEventListener("afterprint", () => {
    for (const [figure, style] of held) figure.setAttribute("style", style ?? "")
    held = []
  })
})()

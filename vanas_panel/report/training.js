// The report of a training: the view over the packed trainings that the document holds, in light and dark.

import { mount } from "../draw/inspector/inspector.js"

/** @type {(text: string) => ArrayBuffer} */
const bytesOf = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)).buffer

const place = /** @type {HTMLElement} */ (document.getElementById("inspector"))
const page = document.documentElement
const [first, second] = ["first", "second"].flatMap((name) => document.getElementById(name)?.textContent ?? []).map(bytesOf)
page.classList.remove("no-script")
const opened = mount(place, {first, second})
opened.then(() => { page.dataset.ready = "yes" }, (error) => {
  page.classList.add("no-script")
  place.textContent = (place.dataset.failed ?? "").replace("{reason}", error.message)
})
const system = matchMedia("(prefers-color-scheme: dark)")
const repaint = async () => (await opened).draw()
system.addEventListener("change", repaint)
document.getElementById("theme")?.addEventListener("click", () => {
  const isDark = page.dataset.theme ? page.dataset.theme === "dark" : system.matches
  page.dataset.theme = isDark ? "light" : "dark"
  repaint()
})

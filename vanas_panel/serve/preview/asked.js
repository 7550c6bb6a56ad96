// Notes at once, before anything is drawn, whether the preview is the right picture: of the page that this very address
// opens, in a browser that knows how to show it. Anything but the appearance makes another page of it, or messages.
{
  const asked = [...new URLSearchParams(location.search)]
  const is_first = asked.length <= 1 && asked.every(([name, value]) => name === "dark" && (value === "0" || value === "1"))
  const is_able = "shadowRootMode" in HTMLTemplateElement.prototype && "adoptedStyleSheets" in document
  // Pages are made in the language of the browser; the preview is in that of the server.
  const spoken = document.currentScript?.dataset.language
  const own = navigator.languages.map((tag) => tag.toLowerCase().split(/[-_]/)[0]).find((tag) => ["en", "ko"].includes(tag))
  if (is_first && is_able && (own ?? spoken) === spoken) document.documentElement.classList.add("vp-seen")
}

// Every layer's maximum and mean at an epoch: what the picture shows, as a table.

import {breakable, filled, make} from "./dom.js"

/** @typedef {{name: string, shape: string, values: number[]}} FigureRow */

export class FigureTable {
  /** @param {Record<string, string>} words @param {boolean} hasSecond @param {(name: string) => void} focus */
  constructor(words, hasSecond, focus) {
    this.words = words
    this.focus = focus
    this.chosen = ""
    this.format = String
    this.largest = 1
    this.column = -1
    this.isDescending = false
    /** @type {FigureRow[]} */
    this.rows = []
    const marks = hasSecond ? [" A", " A", " B", " B"] : ["", ""]
    const [most, mean] = hasSecond ? [words.maximumShort, words.meanShort] : [words.maximum, words.mean]
    this.heads = marks.map((mark, index) => this.head((index % 2 ? mean : most) + mark, index))
    this.names = this.head(words.layer, -1)
    this.body = make("tbody")
    this.title = make("h2", {textContent: words.figures})
    const table = make("table", {}, make("thead", {}, make("tr", {}, this.names, ...this.heads)), this.body)
    this.element = make("section", {className: "vi-figures"}, this.title, make("div", {className: "vi-scroll"}, table))
  }

  /** @type {(words: string, column: number) => HTMLElement} */
  head(words, column) {
    const name = filled(this.words.order, {name: words})
    const press = make("button", {
      type: "button",
      textContent: words,
      title: name,
      "aria-label": name,
      onclick: () => {
        this.isDescending = this.column === column ? !this.isDescending : column >= 0
        this.column = column
        this.draw()
      }
    })
    return make("th", {scope: "col", className: column < 0 ? "" : "n"}, press)
  }

  /** @type {(rows: FigureRow[], focus: string, format: (value: number) => string, title: string, largest: number) => void} */
  show(rows, focus, format, title, largest) {
    Object.assign(this, {rows, format, largest, chosen: focus})
    this.title.textContent = title
    this.draw()
  }

  draw() {
    const {rows, column, isDescending} = this
    const sign = isDescending ? -1 : 1
    const known = (/** @type {number} */ value) => (Number.isNaN(value) ? -Infinity : value)
    ;[this.names, ...this.heads].forEach((head, index) => {
      const order = isDescending ? "descending" : "ascending"
      head.setAttribute("aria-sort", index - 1 === column ? order : "none")
    })
    // The first column is the order of the network.
    if (column < 0) this.fill(isDescending ? rows.toReversed() : rows)
    else this.fill(rows.toSorted((a, b) => sign * (known(a.values[column]) - known(b.values[column]))))
  }

  // Rows are kept while a training plays, so that the one with the focus of the keyboard stays.
  /** @type {(rows: FigureRow[]) => void} */
  fill(rows) {
    while (this.body.children.length > rows.length) this.body.lastChild.remove()
    while (this.body.children.length < rows.length) this.body.append(this.line())
    rows.forEach(({name, shape, values}, index) => {
      const [head, ...cells] = this.body.children[index].children
      const press = head.firstChild
      if (press.textContent !== name) press.replaceChildren(...breakable(name))
      press.title = `${filled(this.words.focus, {layer: name})} (${shape})`
      press.setAttribute("aria-pressed", String(name === this.chosen))
      values.forEach((value, place) => {
        cells[place].textContent = this.format(value)
        const share = this.largest > 0 && value > 0 ? Math.sqrt(Math.min(1, value / this.largest)) : 0
        cells[place].style.setProperty("--vi-share", share.toFixed(3))
      })
    })
  }

  line() {
    const press = make("button", {type: "button", onclick: () => this.focus(press.textContent)})
    return make("tr", {}, make("th", {scope: "row"}, press), ...this.heads.map(() => make("td", {className: "n"})))
  }
}

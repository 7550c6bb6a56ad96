// A slider through the recorded epochs, which also plays. It never starts by itself.

import {button, choice, filled, make} from "./dom.js"

// A whole training plays in about this time at speed 1, however many epochs it has.
const SHORTEST_MS = 4_000
const LONGEST_MS = 24_000
const EPOCH_MS = 900
const SPEEDS = [0.25, 0.5, 1, 2, 4]

export class Timeline {
  /** @param {Record<string, string>} words @param {number[]} epochs @param {(position: number) => void} go */
  constructor(words, epochs, go) {
    this.words = words
    this.epochs = epochs
    this.go = go
    this.position = 0
    this.speed = 1
    this.isPlaying = false
    this.last = epochs.length - 1
    this.play = button("▶", words.play, () => (this.isPlaying ? this.stop() : this.start()))
    this.play.className = "vi-play"
    this.back = button("‹", words.back, () => this.jump(Math.ceil(this.position) - 1))
    this.on = button("›", words.on, () => this.jump(Math.floor(this.position) + 1))
    this.slider = make("input", {
      type: "range",
      min: "0",
      max: String(this.last),
      step: "1",
      title: words.timeline,
      "aria-label": words.timeline,
      oninput: () => this.jump(Number(this.slider.value))
    })
    this.said = make("output", {className: "num"})
    this.pace = choice(
      words.speed,
      SPEEDS.map((speed) => [String(speed), `${speed}×`]),
      (value) => {
        this.speed = Number(value)
      }
    )
    this.pace.value = "1"
    this.element = make(
      "div",
      {className: "vi-time", role: "group", "aria-label": words.timeline},
      this.play,
      this.back,
      this.slider,
      this.on,
      this.said,
      this.pace
    )
    this.show(0)
  }

  /** @type {(position: number) => void} */
  jump(position) {
    this.stop()
    this.go(Math.min(Math.max(position, 0), this.last))
  }

  start() {
    if (this.position >= this.last) this.go(0)
    this.isPlaying = true
    this.face()
    const whole = Math.min(Math.max(this.last * EPOCH_MS, SHORTEST_MS), LONGEST_MS)
    let before = performance.now()
    let exact = this.position
    const tick = (/** @type {number} */ now) => {
      if (!this.isPlaying) return
      exact = Math.min(this.last, exact + (Math.max(0, now - before) * this.speed * this.last) / whole)
      before = now
      // Who wants no motion sees one epoch after the other, and nothing between them.
      const next = matchMedia("(prefers-reduced-motion: reduce)").matches ? Math.floor(exact) : exact
      if (next !== this.position) this.go(next)
      if (exact >= this.last) this.stop()
      else requestAnimationFrame(tick)
    }
    requestAnimationFrame(tick)
  }

  stop() {
    if (!this.isPlaying) return
    this.isPlaying = false
    this.face()
    // What is shown while nothing plays was recorded.
    if (!Number.isInteger(this.position)) this.go(Math.round(this.position))
  }

  face() {
    const name = this.isPlaying ? this.words.stop : this.words.play
    Object.assign(this.play, {textContent: this.isPlaying ? "❚❚" : "▶", title: name})
    this.play.setAttribute("aria-label", name)
  }

  /** @type {(position: number) => void} */
  show(position) {
    this.position = position
    const index = Math.floor(position)
    const words = filled(this.words.of, {
      epoch: this.epochs[index].toLocaleString(),
      last: this.epochs[this.last].toLocaleString()
    })
    this.slider.value = String(index)
    this.slider.setAttribute("aria-valuetext", `${this.words.unit} ${words}`)
    this.said.textContent = `${this.words.unit} ${words}`
    this.back.disabled = position <= 0
    this.on.disabled = position >= this.last
  }
}

// From the code of a cell to its grey, black for no change to white for the most; and numbers as texts.

/** @import { LayerHead, Shades } from "./types.d.ts" */

const SIZE = 4097

// The greys of a layer. White is `most`, in the unit of the weights.
/** @type {(head: LayerHead, most: number, isLinear: boolean) => Shades} */
export function shadesOf({steps, top}, most, isLinear) {
  const shift = steps > SIZE ? 4 : 0
  const colors = new Uint32Array(SIZE)
  for (let at = 1; at < SIZE; at++) {
    const root = Math.min(1, ((at << shift) - (1 << shift) / 2 - 0.5) / steps)
    const share = most > 0 ? Math.min(1, (top / most) * root * root) : 0
    const grey = Math.round(255 * (isLinear ? share : Math.sqrt(share)))
    colors[at] = (0xff000000 | (grey << 16) | (grey << 8) | grey) >>> 0
  }
  return {colors, shift}
}

// A number in at most four digits.
/** @type {(value: number, missing?: string) => string} */
export function short(value, missing = "–") {
  if (Number.isNaN(value)) return missing
  if (value === 0) return "0"
  const size = Math.abs(value)
  return size >= 1e-3 && size < 1e5 ? String(Number(value.toPrecision(4))) : value.toExponential(2)
}

// A share of the largest value: four places, as long as these tell it from zero.
/** @type {(value: number) => string} */
export function share(value) {
  return value === 0 || value >= 1e-3 || Number.isNaN(value)
    ? Number.isNaN(value)
      ? "–"
      : value.toFixed(4)
    : short(value)
}

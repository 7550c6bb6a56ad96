// Draws layers as textured planes into the pixels of a 2-D canvas. WebGL is not there on many machines without a GPU.
//
// Planes are parallel, so they are drawn from the farthest to the nearest. A pixel shows the cell at its centre. Where
// cells are smaller than pixels, it shows one of the pyramid that is not: then every cell contains the centre of a pixel,
// so none is passed over, and what is seen is its true maximum or mean.

import {outlineOf} from "./camera.js"
/** @import { PlaneLook, Sight, Texture } from "./types.d.ts" */

// Pixels for which one level of the pyramid is chosen.
const BLOCK = 16

/** @type {(pixels: Uint32Array, width: number, height: number, sight: Sight, looks: PlaneLook[]) => void} */
export function drawPlanes(pixels, width, height, sight, looks) {
  pixels.fill(0)
  const far = (/** @type {PlaneLook} */ {plane}) => Math.abs(plane.z - sight.eye[2])
  for (const look of looks.toSorted((a, b) => far(b) - far(a))) drawPlane(pixels, width, height, sight, look)
}

/** @type {(outline: [number, number][], width: number, height: number) => {first: number, lows: Int32Array, highs: Int32Array}} */
export function spansOf(outline, width, height) {
  const ys = outline.map(([, y]) => y)
  const first = Math.max(0, Math.ceil(Math.min(...ys) - 0.5))
  const end = Math.min(height, Math.ceil(Math.max(...ys) - 0.5))
  const lows = new Int32Array(Math.max(0, end - first)).fill(width)
  const highs = new Int32Array(lows.length)
  outline.forEach(([x0, y0], index) => {
    const [x1, y1] = outline[(index + 1) % outline.length]
    if (y0 === y1) return
    const slope = (x1 - x0) / (y1 - y0)
    const to = Math.min(end, Math.ceil(Math.max(y0, y1) - 0.5))
    for (let y = Math.max(first, Math.ceil(Math.min(y0, y1) - 0.5)); y < to; y++) {
      const x = Math.ceil(x0 + (y + 0.5 - y0) * slope - 0.5)
      if (x < lows[y - first]) lows[y - first] = Math.max(0, x)
      if (x > highs[y - first]) highs[y - first] = Math.min(width, x)
    }
  })
  return {first, lows, highs}
}

/** @type {(pixels: Uint32Array, width: number, height: number, sight: Sight, look: PlaneLook) => void} */
function drawPlane(pixels, width, height, sight, look) {
  const {
    plane,
    kind,
    epoch,
    next,
    mix,
    shades: {colors, shift},
    isGhost
  } = look
  const {eye, right, up, ahead, focal, middleX, middleY} = sight
  const outline = outlineOf(sight, plane)
  if (outline.length < 3) return
  const {layer} = plane
  const levels = Math.ceil(Math.log2(Math.max(layer.rows, layer.columns, 1)))
  /** @type {Texture[]} */
  const textures = []
  /** @type {Texture[]} */
  const others = []
  const [broad, tall] = [plane.width / layer.columns, plane.height / layer.rows]
  const away = plane.z - eye[2]
  const {first, lows, highs} = spansOf(outline, width, height)
  const round = (1 << shift) - 1
  // A place on the plane is a ratio of two numbers that are linear along a line of pixels: (a + b x) / (d + e x).
  const [stepD, stepU, stepV] = [
    right[2],
    ((eye[0] - plane.left) * right[2] + away * right[0]) / broad,
    ((plane.top - eye[1]) * right[2] - away * right[1]) / tall
  ]
  const [downD, downU, downV] = [
    -up[2],
    -((eye[0] - plane.left) * up[2] + away * up[0]) / broad,
    -((plane.top - eye[1]) * up[2] - away * up[1]) / tall
  ]
  for (let line = 0; line < lows.length; line++) {
    const y = first + line
    const [from, to] = [lows[line], highs[line]]
    const ray = (/** @type {number} */ axis) =>
      ahead[axis] * focal + right[axis] * (from + 0.5 - middleX) - up[axis] * (y + 0.5 - middleY)
    const [rayX, rayY, rayZ] = [ray(0), ray(1), ray(2)]
    let d = rayZ
    let u = ((eye[0] - plane.left) * rayZ + away * rayX) / broad
    let v = ((plane.top - eye[1]) * rayZ - away * rayY) / tall
    const [turnU, turnV] = [Math.abs(stepU * d - u * stepD), Math.abs(stepV * d - v * stepD)]
    for (let x = from; x < to; x += BLOCK) {
      const end = Math.min(x + BLOCK, to)
      const size = end - x
      const [d2, u2, v2] = [d + stepD * size, u + stepU * size, v + stepV * size]
      const nearest = Math.min(d * d, d2 * d2)
      // How many cells the next pixel to the right and the next one below are away, at most: together at most one.
      const cellsU = turnU + Math.max(Math.abs(downU * d - u * downD), Math.abs(downU * d2 - u2 * downD))
      const cellsV = turnV + Math.max(Math.abs(downV * d - v * downD), Math.abs(downV * d2 - v2 * downD))
      const cells = Math.max(cellsU, cellsV) / nearest
      const level = cells <= 1 ? 0 : Math.min(levels, Math.ceil(Math.log2(cells)))
      const texture = (textures[level] ??= layer.texture(kind, epoch, level))
      const {codes, columns} = texture
      const [lastColumn, lastRow] = [columns - 1, texture.rows - 1]
      const later = mix > 0 ? (others[level] ??= layer.texture(kind, next, level)).codes : codes
      const scale = 1 / (1 << level)
      for (let at = y * width + x, stop = y * width + end; at < stop; at++) {
        const factor = scale / d
        let column = (u * factor) | 0
        let row = (v * factor) | 0
        if (column > lastColumn) column = lastColumn
        else if (column < 0) column = 0
        if (row > lastRow) row = lastRow
        else if (row < 0) row = 0
        const cell = row * columns + column
        let code = codes[cell]
        if (mix > 0) code += (later[cell] - code) * mix
        const color = colors[(code + round) >> shift]
        if (isGhost) pixels[at] = ghost(pixels[at], color)
        else if (color) pixels[at] = color
        d += stepD
        u += stepU
        v += stepV
      }
    }
  }
}

// A grey laid thinly over a pixel; over nothing it lets the page through.
/** @type {(under: number, color: number) => number} */
function ghost(under, color) {
  if (!color) return under
  const grey = color & 255
  if (!under) return (0x48000000 | (grey << 16) | (grey << 8) | grey) >>> 0
  const mixed = ((under & 255) * 13 + grey * 3) >> 4
  return ((under & 0xff000000) | (mixed << 16) | (mixed << 8) | mixed) >>> 0
}

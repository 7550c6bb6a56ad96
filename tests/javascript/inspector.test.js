// What the view of a training decodes, joins and draws, against loops over single weights and rays.

import assert from "node:assert/strict"
import { test } from "node:test"
import { deflateSync } from "node:zlib"
import { fitted, moved, onScreen, outlineOf, planeAt, seen, sightOf, START, turned } from "../../vanas_panel/draw/inspector/camera.js"
import { Numbers, placeOf } from "../../vanas_panel/draw/inspector/numbers.js"
import { nearest, shareOf } from "../../vanas_panel/draw/inspector/curves.js"
import { partsOf } from "../../vanas_panel/draw/inspector/dom.js"
import { planesOf, shortened } from "../../vanas_panel/draw/inspector/picture.js"
import { drawPlanes } from "../../vanas_panel/draw/inspector/raster.js"
import { LayerCells, openScene } from "../../vanas_panel/draw/inspector/scene.js"
import { shadesOf } from "../../vanas_panel/draw/inspector/shades.js"
import { checkedView, indexOfEpoch } from "../../vanas_panel/draw/inspector/view.js"

const STEPS = 4094

// The same numbers in every run.
function random(seed) {
  return () => {
    seed = (seed * 1664525 + 1013904223) % 2 ** 32
    return seed / 2 ** 32
  }
}

const headOf = (rows, columns, more = {}) => ({name: "a", shape: [columns, rows], role: "weight", outputs: columns,
  inputs: rows, height: 1, width: 1, fold: "none", length: 0, side: 1, rows, columns, bands: 1, steps: STEPS, top: 1,
  means: false, ...more})

test("a scene is decoded to the codes that it was made of", async () => {
  const next = random(1)
  const [epochs, cells] = [4, 6]
  const codes = Array.from({length: 2 * epochs * cells}, () => Math.floor(next() * 65536))
  const bytes = new Uint8Array(2 * codes.length)
  codes.forEach((code, at) => {
    const isFirst = Math.floor(at / cells) % epochs === 0
    const difference = (code - (isFirst ? 0 : codes[at - cells]) + 65536) % 65536
    bytes[at] = difference & 255
    bytes[codes.length + at] = difference >> 8
  })
  const figures = deflateSync(Buffer.from(Float32Array.from([...Array(epochs).keys()]).buffer))
  const packedCells = deflateSync(bytes)
  const head = {epochs: [0, 1, 2, 5], measures: ["mean"], figures: [0, figures.length],
    layers: [headOf(4, 5, {side: 2, means: true, at: [figures.length, packedCells.length]})]}
  const text = Buffer.from(JSON.stringify(head))
  const size = Buffer.alloc(4)
  size.writeUInt32LE(text.length)
  const packed = Buffer.concat([size, text, figures, packedCells])
  const scene = await openScene(packed.buffer.slice(packed.byteOffset, packed.byteOffset + packed.length))
  assert.equal(scene.figure("mean", 2, 0), 2)
  for (const [kind, start] of [["max", 0], ["mean", epochs * cells]]) {
    for (let epoch = 0; epoch < epochs; epoch++) {
      const from = start + epoch * cells
      assert.deepEqual(Array.from(scene.layers[0].texture(kind, epoch, 0).codes), codes.slice(from, from + cells))
    }
  }
})

test("every level of a pyramid is the true maximum and mean of the weights below", () => {
  const next = random(2)
  for (const [rows, columns, side] of [[7, 5, 1], [1, 13, 1], [16, 16, 1], [23, 10, 3], [9, 31, 2]]) {
    const [down, across] = [Math.ceil(rows / side), Math.ceil(columns / side)]
    const codes = Uint16Array.from({length: down * across}, () => 1 + Math.floor(next() * STEPS))
    const layer = new LayerCells(headOf(rows, columns, {side}), codes.slice(), 1)
    const weightsOf = (row, column) => Math.min(side, rows - row * side) * Math.min(side, columns - column * side)
    for (let level = 0; level < 6; level++) {
      const max = layer.texture("max", 0, level)
      const mean = layer.texture("mean", 0, level)
      let covered = 0
      for (let row = 0; row < max.rows; row++) {
        for (let column = 0; column < max.columns; column++) {
          const [top, bottom, left, right] = layer.below(level, row, column)
          let [largest, sum, count] = [0, 0, 0]
          for (let y = top; y < bottom; y++) {
            for (let x = left; x < right; x++) {
              const code = codes[y * across + x]
              largest = Math.max(largest, code)
              sum += weightsOf(y, x) * ((code - 1) / STEPS) ** 2
              count += weightsOf(y, x)
            }
          }
          covered += (bottom - top) * (right - left)
          assert.equal(max.codes[row * max.columns + column], largest)
          const share = (mean.codes[row * max.columns + column] - 1) / STEPS
          assert.ok(Math.abs(share - Math.sqrt(sum / count)) <= 0.5 / STEPS + 1e-9)
          assert.equal(layer.weights([top, bottom, left, right]).count, count)
        }
      }
      assert.equal(covered, down * across)
    }
  }
})

test("weights are named as the layout places them, and corners without weights are none", () => {
  for (const [outputs, inputs, height, width, fold, length] of [[7, 2, 3, 2, "across", 6], [2, 9, 2, 3, "down", 8],
                                                                [3, 4, 2, 2, "none", 0], [12, 5, 1, 1, "across", 3]]) {
    const [tall, broad] = [inputs * height, outputs * width]
    const bands = fold === "across" ? Math.ceil(broad / length) : fold === "down" ? Math.ceil(tall / length) : 1
    const rows = fold === "down" ? length : tall * bands
    const columns = fold === "across" ? length : broad * bands
    const found = new Set()
    const layer = new LayerCells(headOf(rows, columns, {outputs, inputs, height, width, fold, length, bands}),
      new Uint16Array(rows * columns), 1)
    for (let output = 0; output < outputs; output++) {
      for (let input = 0; input < inputs; input++) {
        for (let y = 0; y < height; y++) {
          for (let x = 0; x < width; x++) {
            let [row, column] = [input * height + y, output * width + x]
            if (fold === "across") [row, column] = [row + Math.floor(column / length) * tall, column % length]
            if (fold === "down") [row, column] = [row % length, column + Math.floor(row / length) * broad]
            found.add(row * columns + column)
            assert.deepEqual(layer.weights([row, row + 1, column, column + 1]),
              {output: [output, output], input: [input, input], y: [y, y], x: [x, x], count: 1})
          }
        }
      }
    }
    layer.counts.forEach((count, at) => assert.equal(count, Number(found.has(at))))
  }
})

test("the camera keeps its directions at right angles, and a point lands where its ray says", () => {
  const next = random(3)
  for (let turn = 0; turn < 200; turn++) {
    const camera = {yaw: 7 * next(), pitch: 3 * next() - 1.5, distance: 1 + next(), x: next(), y: next(), z: next()}
    const sight = sightOf(camera, 640, 480)
    const pairs = [["right", "up"], ["right", "ahead"], ["up", "ahead"], ["right", "right"], ["up", "up"], ["ahead", "ahead"]]
    for (const [a, b] of pairs) {
      const product = sight[a].reduce((sum, value, axis) => sum + value * sight[b][axis], 0)
      assert.ok(Math.abs(product - Number(a === b)) < 1e-12)
    }
    const [x, y] = onScreen(sight, seen(sight, [camera.x, camera.y, camera.z]))
    assert.ok(Math.abs(x - 320) < 1e-9 && Math.abs(y - 240) < 1e-9)
    const dragged = sightOf(moved(camera, sight, 30, -20), 640, 480)
    const [movedX, movedY] = onScreen(dragged, seen(dragged, [camera.x, camera.y, camera.z]))
    assert.ok(Math.abs(movedX - 350) < 1e-9 && Math.abs(movedY - 220) < 1e-9)
  }
  assert.ok(turned(START, 0, 100).pitch < Math.PI / 2)
})

// Planes of random layers, and a camera that sees all of them.
function scenery(next, sizes, value) {
  const layers = sizes.map(([rows, columns]) => new LayerCells(headOf(rows, columns),
    Uint16Array.from({length: rows * columns}, (_, at) => value(at, rows * columns)), 1))
  const planes = planesOf(layers)
  const start = {...START, yaw: 2.4 * next() - 1.2, pitch: 2 * next() - 1}
  return {planes, camera: fitted(start, planes, 300, 260)}
}

const looksOf = (planes, kind = "max") => planes.map((plane) => ({plane, kind, epoch: 0, next: 0, mix: 0, isGhost: false,
  shades: shadesOf(plane.layer.head, 1, false)}))

test("the largest weight is seen however far away, wherever it stands", () => {
  const next = random(4)
  for (let turn = 0; turn < 250; turn++) {
    const size = [40 + Math.floor(900 * next()), 40 + Math.floor(900 * next())]
    const bright = Math.floor(next() * size[0] * size[1])
    const {planes, camera} = scenery(next, [size], (at) => (at === bright ? STEPS + 1 : 1))
    const pixels = new Uint32Array(300 * 260)
    const away = {...camera, distance: camera.distance * (1 + 2 * next())}
    drawPlanes(pixels, 300, 260, sightOf(away, 300, 260), looksOf(planes))
    assert.ok(pixels.includes(0xffffffff), `camera ${JSON.stringify(away)} of ${size}, weight ${bright}`)
  }
})

test("the first view shows all planes and leaves little room around them", () => {
  const next = random(7)
  for (const count of [1, 4, 23, 150]) {
    for (let turn = 0; turn < 10; turn++) {
      const {planes, camera} = scenery(next, Array.from({length: count}, () => [10 + Math.floor(90 * next()), 40]), () => 1)
      const points = planes.flatMap((plane) => outlineOf(sightOf(camera, 300, 260), plane))
      const [xs, ys] = [0, 1].map((axis) => points.map((point) => point[axis]))
      const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)]
      assert.ok(points.length >= 4 * count)
      assert.ok(left > 0 && right < 300 && top > 0 && bottom < 260)
      assert.ok(right - left > 200 || bottom - top > 160)
    }
  }
})

test("a pixel shows the nearest plane, and nothing where there is none", () => {
  const next = random(5)
  for (let turn = 0; turn < 40; turn++) {
    const greys = [0.2, 0.5, 0.9]
    let layer = -1
    const {planes, camera} = scenery(next, [[30, 50], [200, 20], [64, 64]], (at) => {
      if (at === 0) layer++
      return 1 + Math.round(STEPS * greys[layer])
    })
    const sight = sightOf(camera, 300, 260)
    const pixels = new Uint32Array(300 * 260)
    drawPlanes(pixels, 300, 260, sight, looksOf(planes, "mean"))
    for (let y = 0; y < 260; y++) {
      for (let x = 0; x < 300; x++) {
        const index = planeAt(sight, planes, x + 0.5, y + 0.5)
        const pixel = pixels[y * 300 + x]
        if (index < 0) assert.equal(pixel, 0)
        else assert.ok(Math.abs((pixel & 255) - 255 * greys[index]) <= 1)
      }
    }
  }
})

test("what is behind the camera is cut off, and drawn without fault from within", () => {
  const next = random(6)
  const {planes, camera} = scenery(next, [[50, 50], [50, 50]], () => 100)
  for (let turn = 0; turn < 200; turn++) {
    const within = {...camera, yaw: 7 * next(), pitch: 3 * next() - 1.5, distance: 0.05, z: next() - 0.5}
    const sight = sightOf(within, 300, 260)
    for (const plane of planes) {
      for (const [x, y] of outlineOf(sight, plane)) assert.ok(Number.isFinite(x) && Number.isFinite(y))
    }
    const pixels = new Uint32Array(300 * 260)
    drawPlanes(pixels, 300, 260, sight, looksOf(planes))
    assert.ok(pixels.every((pixel) => pixel === 0 || pixel >>> 24 === 255))
  }
})

test("between two epochs a pixel is between their greys", () => {
  const layer = new LayerCells(headOf(2, 2), Uint16Array.from([1, 1, 1, 1, STEPS, STEPS, STEPS, STEPS]), 2)
  const planes = planesOf([layer])
  const sight = sightOf({...START, yaw: 0, pitch: 0}, 100, 100)
  const greys = [0, 0.25, 0.5, 1].map((mix) => {
    const pixels = new Uint32Array(100 * 100)
    drawPlanes(pixels, 100, 100, sight, [{...looksOf(planes)[0], next: 1, mix}])
    return pixels[50 * 100 + 50] & 255
  })
  assert.deepEqual(greys, [0, 64, 128, 255])
})

test("greys follow the square root or the value, and a place without weights has none", () => {
  const head = headOf(1, 1, {top: 0.5, steps: 65534})
  for (const [isLinear, grey] of [[false, 255 * Math.sqrt(0.125)], [true, 255 * 0.125]]) {
    const {colors, shift} = shadesOf(head, 1, isLinear)
    const code = 1 + Math.round(65534 * Math.sqrt(0.25))
    assert.ok(Math.abs((colors[(code + (1 << shift) - 1) >> shift] & 255) - grey) <= 1)
    assert.equal(colors[0], 0)
    assert.equal(colors[(1 + (1 << shift) - 1) >> shift], 0xff000000)
  }
})

test("a layer is found by its name, the first of equal ones, and its figure is divided as the view says", () => {
  const names = ["a", "b", "a", "constructor"]
  const layers = names.map((name, at) => ({head: headOf(1, 1, {name, top: at + 1})}))
  const scene = {head: {epochs: [0, 1]}, layers, figure: (_measure, epoch, layer) => 10 * epoch + layer}
  for (const name of [...names, "c"]) assert.equal(placeOf(scene, name), names.indexOf(name))
  const other = {...scene, layers: layers.slice(1)}
  assert.equal(placeOf(other, "a"), 1)
  for (const [scale, most] of [["all", 4], ["layer", 2], ["none", 1]]) {
    const numbers = new Numbers([scene, other], {epoch: 1, scale, biases: false})
    assert.equal(numbers.figure(0, "max", "b"), 11 / most)
    assert.equal(numbers.figure(1, "max", "b"), 10 / most)
    assert.equal(numbers.figure(0, "straightness", "b"), 11)
    assert.ok(Number.isNaN(numbers.figure(1, "max", "c")))
  }
})

test("a view that makes no sense is passed over", () => {
  const layers = [{head: headOf(1, 1)}, {head: headOf(1, 1, {name: "b", role: "bias"})}]
  const scenes = [{head: {epochs: [0, 2, 5], measures: ["mean", "max"]}, layers}]
  const old = {epoch: 5, focus: "", scale: "all", shade: "sqrt", kind: "max", biases: false, camera: null, windows: [], measure: "mean"}
  const strange = {epoch: "x", focus: "b", scale: 7, shade: null, kind: "sum", camera: {yaw: 1}, windows: "a", measure: "loss"}
  assert.deepEqual(checkedView(scenes, old, strange), {...old, windows: ["a", "a"]})
  assert.equal(checkedView(scenes, old, {biases: true, focus: "b"}).focus, "b")
  assert.deepEqual([-1, 0, 1, 2, 4.9, 99].map((epoch) => indexOfEpoch([0, 2, 5], epoch)), [0, 0, 0, 1, 1, 2])
})

test("curves are drawn by the number of an epoch, and a click finds the nearest one", () => {
  const epochs = [0, 1, 2, 6, 10]
  assert.deepEqual(epochs.map((_, position) => shareOf(epochs, position)), [0, 0.1, 0.2, 0.6, 1])
  assert.deepEqual([-1, 0.04, 0.14, 0.39, 0.41, 0.9, 2].map((share) => nearest(epochs, share)), [0, 0, 1, 2, 3, 4, 4])
  // While a training plays, the mark stands between two epochs.
  assert.deepEqual([0.5, 2.5, 3.75].map((position) => shareOf(epochs, position)), [0.05, 0.4, 0.9])
  assert.equal(shareOf([7], 0), 0)
  assert.equal(nearest([7], 0.5), 0)
})

test("names of layers are broken after dots and underscores, and lose nothing", () => {
  assert.deepEqual(partsOf("stack1.cell2.a_long__name"), ["stack1.", "cell2.", "a_", "long__", "name"])
  for (const name of ["", "fc", ".", "a.", "_x", "..a", "convolution"]) assert.equal(partsOf(name).join(""), name)
})

test("a name that is too wide for the picture loses its start", () => {
  const widthOf = (text) => text.length
  assert.equal(shortened("stack1.cell2.conv", widthOf, 17), "stack1.cell2.conv")
  assert.equal(shortened("stack1.cell2.conv", widthOf, 9), "…ll2.conv")
  assert.equal(shortened("stack1.cell2.conv", widthOf, 0), "…conv")
  assert.equal(shortened("fc", widthOf, 0), "fc")
})

// The drawing of a draft as SVG: boxes, edges whose colour, dash, width and label tell contributions, and thumbnails.

import { gettext } from "./language.js"
import { CANVAS, STRANGER } from "./constants.js"
import { boxSize } from "./clearance.js"
import { shortDifference } from "./format.js"
import { placeVertices } from "./layout.js"
import { routeEdges } from "./routing.js"
import { TAG_HEIGHT, placeTags, tagWidth } from "./tags.js"

const {width, height, stripHeight} = CANVAS
const FAR = 1e300
const HEAD = 7
const PLAIN_WIDTH = 1.8
const LONGEST_LABEL = 18
const NAMESPACE = "http://www.w3.org/2000/svg"

export function svgElement(name, attributes = {}, ...children) {
  const element = document.createElementNS(NAMESPACE, name)
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value)
  element.append(...children)
  return element
}

// A label that a box has room for, without its middle.
function cut(label) {
  const half = LONGEST_LABEL / 2
  return label.length <= LONGEST_LABEL ? label : `${label.slice(0, half)}…${label.slice(1 - half)}`
}

// How an operation of a table looks: its labels, and the colours of its box and of the words in it.
export function lookOf(space, operation) {
  if (operation === "input" || operation === "output") {
    const colors = {fill: "var(--vp-terminal)", line: "var(--vp-terminal-line)", ink: "var(--vp-text)"}
    return {label: operation, box: operation, button: operation, ...colors}
  }
  const look = space.looks[space.operations.indexOf(operation)] ?? [operation, ...STRANGER]
  const [label, fill, ink, box = cut(label), button = box] = look
  return {label, box, button, fill, line: fill, ink}
}

// Everything on the canvas at one moment, as SVG groups. A scene is {draft, centres, lines, space, metric, problems,
// contributions, selected, focused, words}: contributions is null, or what `edgeContributions` found, and words(index)
// is what the pointer reads at an edge.
export function drawScene(scene) {
  const edges = scene.draft.edges.map((_, index) => edgeLook(scene, index))
  const spots = placeTags(scene.lines, edges.map(({tag}) => tag), scene.centres)
  return [
    svgElement("g", {class: "vo-edges"}, ...edges.map((look, index) => drawEdge(scene, index, look))),
    svgElement("g", {class: "vo-vertices"}, ...scene.draft.operations.map((_, vertex) => drawVertex(scene, vertex))),
    svgElement("g", {class: "vo-tags", "aria-hidden": "true"},
      ...edges.flatMap((look, index) => (look.tag ? [drawTag(look, spots[index])] : []))),
  ]
}

function troubled(scene, kind) {
  return scene.problems.find((problem) => problem.kind === kind) ?? {vertices: [], edges: []}
}

// Colour, width, dash and label of an edge.
function edgeLook({draft, contributions, metric, problems}, index) {
  const among = (kind) => troubled({problems}, kind).edges.some((edge) => String(edge) === String(draft.edges[index]))
  const part = contributions?.[index] ?? null
  const value = part === null ? NaN : part.contribution
  const sizes = (contributions ?? []).map(({contribution}) => Math.min(FAR, Math.abs(contribution))).filter((size) => size > 0)
  const largest = Math.max(0, ...sizes)
  const weight = largest ? 1.4 + (3.6 * Math.min(FAR, Math.abs(value) || 0)) / largest : PLAIN_WIDTH
  // Green is better: lower parameters, higher accuracy. A metric without a direction knows no gains.
  const least = part === null ? 0 : Math.min(part.nWith, part.nWithout)
  // The fewer sub-cells a contribution rests on, the lighter, and the label counts them.
  const few = least > 2 ? 0 : least
  const isKnown = typeof metric.higher === "boolean" && (value > 0 || value < 0)
  const tone = part === null ? "muted" : !isKnown ? "neutral" : (value > 0) === metric.higher ? "positive" : "negative"
  return {
    color: `var(--vp-${among("cycle") ? "accent" : tone})`,
    weight,
    sign: Number.isNaN(value) ? "" : Math.sign(value),
    dash: value < 0 ? `${Math.round(4 + 1.6 * weight)} ${Math.round(2.5 + 0.8 * weight)}` : "none",
    faint: among("off path"),
    tag: few && !Number.isNaN(value) ? `${shortDifference(metric, value)} (${few})` : part === null ? "" : shortDifference(metric, value),
    strength: few && !Number.isNaN(value) ? 0.2 + 0.25 * few : 1,
  }
}

function drawEdge(scene, index, look) {
  const [source, target] = scene.draft.edges[index]
  const line = scene.lines[index]
  const group = svgElement("g", {class: `vo-edge${look.faint ? " vo-faint" : ""}`, "data-edge": `${source},${target}`,
    "data-sign": look.sign, style: `--vo-color: ${look.color}; opacity: ${look.faint ? "" : look.strength}`})
  const title = svgElement("title")
  title.textContent = scene.words(index)
  group.append(title, svgElement("path", {class: "vo-hit", d: pathOf(line)}),
    svgElement("path", {class: "vo-line", d: pathOf(trimmed(line), true), "stroke-width": look.weight,
      "stroke-dasharray": look.dash}),
    svgElement("path", {class: "vo-head", d: headOf(line, 8 + 0.9 * look.weight)}))
  return group
}

function drawVertex(scene, vertex) {
  const last = scene.draft.operations.length - 1
  const {box, fill, line, ink} = lookOf(scene.space, scene.draft.operations[vertex])
  const [x, y] = onScreen(scene.centres[vertex])
  const [boxWidth, boxHeight] = boxSize(scene.draft.operations.length)
  const stray = troubled(scene, "off path").vertices.includes(vertex)
  const marks = [stray && "vo-faint", scene.selected === vertex && "vo-selected",
    scene.focused === vertex && "vo-focused"]
  const group = svgElement("g", {class: ["vo-vertex", ...marks].filter((mark) => mark).join(" "), "data-vertex": vertex,
    transform: `translate(${x} ${y})`})
  const title = svgElement("title")
  title.textContent = {0: gettext("where every path starts"), [last]: gettext("where every path ends")}[vertex] ??
    scene.draft.operations[vertex]
  const words = svgElement("text", {class: "vo-word", style: `fill: ${stray ? "var(--vp-text)" : ink}`})
  words.textContent = box
  // Words are as wide as their box has room for.
  const room = (168 * boxWidth) / CANVAS.boxWidth
  if (box.length * 12.9 > room) words.style.fontSize = `${(room / box.length).toFixed(1)}px`
  group.append(title,
    svgElement("rect", {class: "vo-ring", x: -boxWidth / 2 - 4.5, y: -boxHeight / 2 - 4.5, width: boxWidth + 9,
      height: boxHeight + 9, rx: 9}),
    svgElement("rect", {class: "vo-box", x: -boxWidth / 2, y: -boxHeight / 2, width: boxWidth, height: boxHeight, rx: 6,
      style: `fill: ${fill}; stroke: ${line}`}), words)
  if (vertex !== last) group.append(svgElement("circle", {class: "vo-port", cy: boxHeight / 2, r: 5.5}))
  return group
}

function drawTag({tag, color}, spot) {
  const [x, y] = onScreen(spot)
  const wide = tagWidth(tag) - 4
  const words = svgElement("text", {style: `fill: ${color}`})
  words.textContent = tag
  return svgElement("g", {transform: `translate(${x.toFixed(1)} ${y.toFixed(1)})`},
    svgElement("rect", {x: -wide / 2, y: -TAG_HEIGHT / 2, width: wide, height: TAG_HEIGHT, rx: 4}), words)
}

// The strip on which a vertex is dropped to delete it.
export function drawStrip() {
  const words = svgElement("text", {x: width / 2, y: height - stripHeight / 2 + 1})
  words.textContent = gettext("drop here to delete")
  return svgElement("g", {class: "vo-strip", "aria-hidden": "true"},
    svgElement("rect", {x: 2, y: height - stripHeight + 4, width: width - 4, height: stripHeight - 6, rx: 6}), words)
}

// Canvas units grow upwards, a screen's downwards.
export function onScreen([x, y]) {
  return [x, height - y]
}

// A line through these points; with `smooth`, its corners are rounded to their neighbours' middles.
export function pathOf(line, smooth = false) {
  const text = (point) => onScreen(point).map((part) => part.toFixed(1)).join(" ")
  if (!smooth || line.length < 3) return line.map((point, index) => `${index ? "L" : "M"}${text(point)}`).join("")
  const middle = (index) => [0, 1].map((axis) => (line[index][axis] + line[index + 1][axis]) / 2)
  const inner = line.slice(1, -2).map((point, index) => `Q${text(point)} ${text(middle(index + 1))}`)
  return `M${text(line[0])}L${text(middle(0))}${inner.join("")}Q${text(line.at(-2))} ${text(line.at(-1))}`
}

// A line that ends where its arrow head begins.
function trimmed(line) {
  const tip = line[line.length - 1]
  const gap = ([x, y]) => Math.hypot(x - tip[0], y - tip[1])
  const last = line.findLastIndex((point) => gap(point) > HEAD)
  if (last < 0) return [line[0], line[0]]
  const share = (gap(line[last]) - HEAD) / Math.max(gap(line[last]) - gap(line[last + 1]), 1e-9)
  return [...line.slice(0, last + 1), [0, 1].map((a) => line[last][a] + share * (line[last + 1][a] - line[last][a]))]
}

function headOf(line, size) {
  const [tip, tail] = [line[line.length - 1], trimmed(line).at(-1)]
  const length = Math.hypot(tip[0] - tail[0], tip[1] - tail[1]) || 1
  const [dx, dy] = [(tip[0] - tail[0]) / length, (tip[1] - tail[1]) / length]
  const back = [tip[0] - dx * size, tip[1] - dy * size]
  const side = (way) => [back[0] - (way * dy * size) / 2, back[1] + (way * dx * size) / 2]
  return `${pathOf([tip, side(1), side(-1)])}Z`
}

// A small drawing of a cell: coloured boxes without words, input at the top.
export function thumbnail(space, draft, title, wide = 48, high = 46) {
  const centres = placeVertices(draft)
  const lines = routeEdges(draft.edges, centres)
  const [boxWidth, boxHeight] = boxSize(centres.length)
  const corners = centres.flatMap(([x, y]) => [-0.5, 0.5].map((s) => [x + s * boxWidth, y + s * boxHeight]))
  const [xs, ys] = [0, 1].map((axis) => [...corners, ...lines.flat()].map((point) => point[axis]))
  const [left, right, low, high_] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)]
  const scaleX = Math.min((wide - 6) / (right - left), (0.27 * wide) / boxWidth)
  const scaleY = (high - 6) / (high_ - low)
  /** @type {(centre: number[]) => number[]} */
  const at = ([x, y]) => [wide / 2 + (x - (left + right) / 2) * scaleX, 3 + (high_ - y) * scaleY]
  const drawing = svgElement("svg", {class: "vo-thumbnail", width: wide, height: high, viewBox: `0 0 ${wide} ${high}`,
    role: "img", "aria-label": title})
  for (const line of lines) {
    const points = line.map((point) => at(point).map((part) => part.toFixed(1)).join(",")).join(" ")
    drawing.append(svgElement("polyline", {points}))
  }
  const [halfX, halfY] = [(boxWidth / 2) * scaleX, (boxHeight / 2) * scaleY]
  centres.forEach((centre, vertex) => {
    const {fill, line} = lookOf(space, draft.operations[vertex])
    const [x, y] = at(centre)
    drawing.append(svgElement("rect", {x: x - halfX, y: y - halfY, width: 2 * halfX, height: 2 * halfY, rx: 1.5,
      style: `fill: ${fill}; stroke: ${line}`}))
  })
  return drawing
}

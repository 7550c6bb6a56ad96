// A free camera: it looks at a point from a distance, and sees in perspective.

/** @import { Camera, Plane, Point3, Sight } from "./types.d.ts" */

const NEAR = 0.02
const STEEPEST = 1.55

export const START = {yaw: -0.62, pitch: 0.3, distance: 4, x: 0, y: 0, z: 0}

// What is needed to draw: where the camera is, its three directions, and pixels per unit at distance 1.
/** @type {(camera: Camera, width: number, height: number) => Sight} */
export function sightOf({yaw, pitch, distance, x, y, z}, width, height) {
  const [sin, cos, rise, flat] = [Math.sin(yaw), Math.cos(yaw), Math.sin(pitch), Math.cos(pitch)]
  /** @type {Point3} */
  const ahead = [-sin * flat, -rise, -cos * flat]
  return {
    eye: [x - ahead[0] * distance, y - ahead[1] * distance, z - ahead[2] * distance],
    right: [cos, 0, -sin],
    up: [-sin * rise, flat, -cos * rise],
    ahead,
    focal: 1.35 * Math.min(width, height * 1.15),
    middleX: width / 2,
    middleY: height / 2
  }
}

/** @type {(a: Point3, b: Point3) => number} */
const dot = (a, b) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2]

// A point as the camera has it: to the right, up, ahead.
/** @type {(sight: Sight, point: Point3) => Point3} */
export function seen({eye, right, up, ahead}, point) {
  /** @type {Point3} */
  const from = [point[0] - eye[0], point[1] - eye[1], point[2] - eye[2]]
  return [dot(from, right), dot(from, up), dot(from, ahead)]
}

/** @type {(sight: Sight, point: Point3) => [number, number]} */
export function onScreen({focal, middleX, middleY}, [right, up, ahead]) {
  return [middleX + (focal * right) / ahead, middleY - (focal * up) / ahead]
}

// The outline of a plane on the screen; what is behind the camera is cut off, so it may have no, three or five corners.
/** @type {(sight: Sight, plane: Plane) => [number, number][]} */
export function outlineOf(sight, {left, top, width, height, z}) {
  /** @type {Point3[]} */
  const corners = [
    [left, top, z],
    [left + width, top, z],
    [left + width, top - height, z],
    [left, top - height, z]
  ]
  const points = corners.map((corner) => seen(sight, corner))
  /** @type {[number, number][]} */
  const outline = []
  points.forEach((from, index) => {
    const to = points[(index + 1) % 4]
    if (from[2] >= NEAR) outline.push(onScreen(sight, from))
    if (from[2] >= NEAR !== to[2] >= NEAR) {
      const share = (NEAR - from[2]) / (to[2] - from[2])
      outline.push(onScreen(sight, [from[0] + share * (to[0] - from[0]), from[1] + share * (to[1] - from[1]), NEAR]))
    }
  })
  return outline
}

/** @type {(camera: Camera, across: number, down: number) => Camera} */
export function turned(camera, across, down) {
  const pitch = Math.min(Math.max(camera.pitch + down, -STEEPEST), STEEPEST)
  return {...camera, yaw: camera.yaw - across, pitch}
}

// Moved so that what is at the centre follows a pointer by so many pixels.
/** @type {(camera: Camera, sight: Sight, across: number, down: number) => Camera} */
export function moved(camera, {right, up, focal}, across, down) {
  const unit = camera.distance / focal
  const [a, b] = [-across * unit, down * unit]
  return {
    ...camera,
    x: camera.x + a * right[0] + b * up[0],
    y: camera.y + a * right[1] + b * up[1],
    z: camera.z + a * right[2] + b * up[2]
  }
}

/** @type {(camera: Camera, factor: number) => Camera} */
export function zoomed(camera, factor) {
  return {...camera, distance: Math.min(Math.max(camera.distance * factor, 0.05), 60)}
}

// As near as shows all planes, in the direction of a camera.
/** @type {(camera: Camera, planes: Plane[], width: number, height: number) => Camera} */
export function fitted(camera, planes, width, height) {
  if (!planes.length) return camera
  let found = {...camera, x: 0, y: 0, z: (planes[0].z + planes[planes.length - 1].z) / 2, distance: 12}
  const [broad, tall] = [width - 2 * Math.min(30, width * 0.06), height - 2 * Math.min(36, height * 0.08)]
  for (let turn = 0; turn < 40; turn++) {
    const sight = sightOf(found, width, height)
    const points = planes.flatMap((plane) => outlineOf(sight, plane))
    const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)]
    const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)]
    // Nearer by less than it seems to need, since what is near grows faster than what is far.
    const factor = Math.max((right - left) / broad, (bottom - top) / tall) ** 0.7
    found = moved(found, sight, width / 2 - (left + right) / 2, height / 2 - (top + bottom) / 2)
    found = zoomed(found, Math.min(Math.max(factor, 0.8), 1.25))
  }
  return found
}

// Which plane a pixel shows, the nearest one; -1 where there is none.
/** @type {(sight: Sight, planes: Plane[], x: number, y: number) => number} */
export function planeAt({eye, right, up, ahead, focal, middleX, middleY}, planes, x, y) {
  const ray = [0, 1, 2].map((axis) => ahead[axis] * focal + right[axis] * (x - middleX) - up[axis] * (y - middleY))
  let [found, nearest] = [-1, Infinity]
  planes.forEach(({left, top, width, height, z}, index) => {
    const share = (z - eye[2]) / ray[2]
    const [across, down] = [eye[0] + share * ray[0] - left, top - eye[1] - share * ray[1]]
    const hits = share > 0 && across >= 0 && across <= width && down >= 0 && down <= height
    if (hits && share < nearest) [found, nearest] = [index, share]
  })
  return found
}

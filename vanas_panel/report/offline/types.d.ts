// The shapes that the modules of the offline designer share. Only the checks read them (`tsc`); nothing of it runs.

/** [source, target], indices of vertices. */
export type Edge = number[]

/** [x, y] in units of draw/cell/canvas.py; y grows upwards. */
export type Point = number[]

/** [head, edges] of a packed cell, see key.js. */
export type Packed = [number, number]

/** Labels from "input" to "output", and edges, ascending, each once. */
export interface Draft {
  operations: string[]
  edges: Edge[]
}

export interface Problem {
  kind: string
  message: string
  vertices: number[]
  edges: Edge[]
}

export interface Space {
  operations: string[]
  maxVertices: number
  maxEdges: number
  /** Label, fill, text colour, label in a box and in a button of every operation. */
  looks: string[][]
}

/** How the values of a column are packed, see columns.py. */
export interface Coding {
  coding: "levels" | "steps" | "float24"
  planes: number
  known: number
  missing: boolean
  first: number
  per_unit: number
  single: boolean
}

/** What the format of a value depends on. */
export interface Unit {
  unit: string
}

export interface Metric extends Coding, Unit {
  name: string
  label: string
  higher: boolean | null
  error: number
}

export interface Header {
  format: number
  name: string
  title: string
  count: number
  space: Space
  metrics: Metric[]
  order: Coding | null
  sections: number[]
}

/** Cells of one multiset of operations: the indices of these, and the runs that hold the cells. */
export interface Group {
  group: number[]
  runs: number[]
  forms?: Forms
}

/** Rows of a group, and the edges of each in the common form. */
export interface Forms {
  rows: Int32Array
  low: Int32Array
  high: Int32Array
}

/** An edge, or a set of edges, as bits of the common form. */
export interface Bits {
  low: number
  high: number
}

export type Image = Bits & {image: number[]}

/** Rows of a group that contain a draft, and how it lies in them. */
export interface Part {
  group: number[]
  images: Image[]
  rows: number[]
}

export interface Completion extends Draft {
  row: number
  value: number
}

/** For every row the number of its set of edge types, and the sets. */
export interface Types {
  codes: Int32Array
  sets: boolean[][]
}

/** A vertex in its layer, or, where `vertex` is null, an edge that passes it. */
export interface LayoutNode {
  vertex: number | null
  layer: number
  above: LayoutNode[]
  below: LayoutNode[]
  x: number
}

/** A candidate for the way of an edge. */
export interface Candidate {
  points: Point[]
  price: number
}

/** A vertex in a row of boxes. */
export interface Box {
  vertex: number | null
  x: number
}

/** The label of an edge: its centre, and half of its width. */
export interface Tag {
  at: Point
  half: number
}

/** The heads of a table, ascending, and in which row the cells of each start; one more start for the end. */
export interface Runs {
  heads: Int32Array
  starts: Int32Array
}

export interface Contribution {
  source: number
  target: number
  contribution: number
  nWith: number
  nWithout: number
}

export interface Importance {
  source: string
  target: string
  importance: number
  meanWith: number
  meanWithout: number
  nWith: number
  nWithout: number
}

/** How many cells contain a draft, why none does, and the best of them. */
export interface Completions {
  matches: number
  reason: string
  rows: Completion[]
}

/** Heights of the bars of a histogram, and where a value is along them, all from 0 to 1. */
export interface Bars {
  heights: number[]
  position: number | null
}

/** A map that is asked only for what it holds. */
export interface Known<Key, Value> extends Map<Key, Value> {
  get(key: Key): Value
}

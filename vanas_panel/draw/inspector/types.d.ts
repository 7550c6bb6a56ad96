// Shapes that the modules of the view of a training share.

export type Kind = "max" | "mean"
export type Point3 = [number, number, number]

export interface LayerHead {
  name: string, shape: number[], role: string, outputs: number, inputs: number, height: number, width: number,
  fold: "none" | "across" | "down", length: number, side: number, rows: number, columns: number, bands: number,
  steps: number, top: number, means: boolean, at: [number, number],
}

export interface Texture { codes: Uint16Array, rows: number, columns: number }

export interface WeightRange {
  output: [number, number], input: [number, number], y: [number, number], x: [number, number], count: number,
}

export interface Scene {
  head: any, layers: import("./scene.js").LayerCells[], figure: (name: string, epoch: number, layer: number) => number,
}

// Angles in radians; the point that the camera looks at, and its distance to it.
export interface Camera { yaw: number, pitch: number, distance: number, x: number, y: number, z: number }

export interface Sight {
  eye: Point3, right: Point3, up: Point3, ahead: Point3, focal: number, middleX: number, middleY: number,
}

export interface Shades { colors: Uint32Array, shift: number }

export interface Plane {
  layer: import("./scene.js").LayerCells, left: number, top: number, width: number, height: number, z: number,
}

export interface PlaneLook {
  plane: Plane, kind: Kind, epoch: number, next: number, mix: number, shades: Shades, isGhost: boolean,
}

// What a person can change, and what a link holds. Epochs are numbers as recorded; layers are names, "" for none.
export interface View {
  epoch: number, focus: string, scale: "all" | "layer" | "none", shade: "sqrt" | "linear", kind: Kind, biases: boolean,
  camera: Camera | null, windows: string[], measure: string,
}

// What a person can do.
export interface Acts {
  camera: (camera: Camera) => void, step: (by: number) => void, reset: () => void, go: (position: number) => void,
  focus: (name: string) => void, pick: (training: number, index: number) => void,
  window: (place: number, value: string) => void, change: (changes: Partial<View>) => void,
}

export interface Parts {
  element: HTMLElement, pictures: import("./picture.js").Picture[], timeline: import("./timeline.js").Timeline,
  figures: import("./figures.js").FigureTable, windows: import("./window2d.js").Window2d[],
  curves: import("./curves.js").Curves, spoken: HTMLElement, fields: Record<string, any>,
}

export type LayerCells = import("./scene.js").LayerCells

export interface WindowLook {
  kind: Kind, epoch: number, next: number, mix: number, shades: Shades, format: (value: number) => string,
}

export interface GestureActs {
  drag: (x: number, y: number, event: PointerEvent) => void, pinch: (x: number, y: number, factor: number) => void,
  zoom: (factor: number, event: WheelEvent) => void, click: (event: PointerEvent) => void,
}

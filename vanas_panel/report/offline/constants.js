// The geometry of the canvas (draw/cell/canvas.py), and the fill and text colour of an unknown
// operation (draw/theme.py). Written by `make bundle`: change it there.

export const CANVAS = {
  width: 500,
  height: 520,
  stripHeight: 34,
  boxWidth: 104,
  boxHeight: 32,
  many: 12,
  smallWidth: 84,
  smallHeight: 28,
  gapX: 16,
  gapY: 6,
  left: 64,
  right: 436,
  bottom: 64,
  top: 496,
}

export const STRANGER = ["#7b5ea7", "#ffffff"]

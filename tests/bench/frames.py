"""What a frame of the view of a training costs in Chromium without WebGL: ``python -m tests.bench.frames``.

Made networks of 555,000 and of ten million weights over 20 epochs, seen by a camera that turns, in 700 x 750 pixels.
Milliseconds of the processor for one frame (drawing and handing over to the canvas): while only the camera moves, and
while the training plays, when every frame lies between two epochs.
"""

from __future__ import annotations

import base64
import shutil
import sys

import numpy as np
from playwright.sync_api import sync_playwright

from tests.browser.conftest import CHROMIUM_ARGS
from vanas_panel.draw.inspector.scene import scene_of
from vanas_panel.draw.inspector.script import inspector_script
from vanas_panel.inspector.layers import Layer
from vanas_panel.inspector.picture_layout import picture_layout
from vanas_panel.inspector.training import Figures, LayerPicture, Training, UnitFigures

NETWORKS = {
    "555,000 weights": (Layer("conv1", (20, 1, 5, 5)), Layer("conv2", (50, 20, 5, 5)), Layer("fc1", (640, 800)),
                        Layer("fc2", (26, 640))),
    "10,000,000 weights": tuple(Layer(f"layer{index}", (1000, 1000)) for index in range(10)),
}
EPOCHS = 20

MEASURE = """async ([code, data]) => {
  const module = await import(URL.createObjectURL(new Blob([code], {type: "text/javascript"})))
  const before = performance.now()
  const scene = await module.openScene(Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0)).buffer)
  const opened = performance.now() - before
  const planes = module.planesOf(scene.layers)
  const camera = module.fitted(module.START, planes, 700, 750)
  const shades = planes.map(({layer}) => module.shadesOf(layer.head, 1, false))
  const canvas = document.body.appendChild(Object.assign(document.createElement("canvas"), {width: 700, height: 750}))
  const pen = canvas.getContext("2d")
  const image = pen.createImageData(700, 750)
  const pixels = new Uint32Array(image.data.buffer)
  const frame = (yaw, position) => {
    const epoch = Math.floor(position)
    const looks = planes.map((plane, index) => ({plane, kind: "max", epoch, next: Math.min(epoch + 1, EPOCHS - 1),
      mix: position - epoch, shades: shades[index], isGhost: false}))
    const start = performance.now()
    module.drawPlanes(pixels, 700, 750, module.sightOf({...camera, yaw}, 700, 750), looks)
    pen.putImageData(image, 0, 0)
    return performance.now() - start
  }
  const next = () => new Promise(requestAnimationFrame)
  const found = {opened}
  for (const [name, position] of [["turning", () => EPOCHS - 1], ["playing", (at) => at / 120 * (EPOCHS - 1)]]) {
    const costs = []
    const start = performance.now()
    for (let at = 0; at < 120; at++) {
      costs.push(frame(-1.1 + at / 120 * 2.2, position(at)))
      await next()
    }
    const sorted = costs.toSorted((a, b) => a - b)
    found[name] = {median: sorted[60], ninetieth: sorted[108], perSecond: 120_000 / (performance.now() - start)}
  }
  return found
}"""


def training(layers: tuple[Layer, ...]) -> Training:
    """A training whose weights move at random; figures that are not drawn are zeros."""
    rng = np.random.default_rng(0)
    pictures, units = [], []
    for layer in layers:
        layout = picture_layout(layer, 65_536)
        shape = (EPOCHS, layout.cell_rows, layout.cell_columns)
        maxima = np.cumsum(rng.random(shape, dtype=np.float32) ** 4 / EPOCHS, axis=0, dtype=np.float32)
        pictures.append(LayerPicture(layout, maxima, maxima / 2))
        none = np.zeros((EPOCHS, 1), np.float32)
        units.append(UnitFigures(none, none, none, none))
    zeros = np.zeros((EPOCHS, len(layers)))
    whole = zeros.astype(np.int64)
    largest = np.array([[each.maxima[epoch].max() for each in pictures] for epoch in range(EPOCHS)], np.float64)
    figures = Figures(zeros, largest, whole, zeros, zeros, zeros, zeros, zeros, whole)
    return Training("made", layers, np.arange(EPOCHS), "epoch", figures, tuple(units), tuple(pictures))


def main() -> int:
    """Print the table."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        print("Chromium is not installed.")
        return 1
    code = inspector_script() + "\nexport { START, drawPlanes, fitted, openScene, planesOf, shadesOf, sightOf }\n"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=[*CHROMIUM_ARGS, "--disable-3d-apis"])
        for name, layers in NETWORKS.items():
            packed = scene_of(training(layers)).packed()
            page = browser.new_page(viewport={"width": 1000, "height": 900})
            found = page.evaluate(MEASURE.replace("EPOCHS", str(EPOCHS)), [code, base64.b64encode(packed).decode()])
            print(f"{name}: {len(packed) / 1e6:.1f} MB, opened in {found['opened']:.0f} ms")
            for each in ("turning", "playing"):
                cost = found[each]
                print(f"  {each}: {cost['median']:.1f} ms a frame (9 of 10 below {cost['ninetieth']:.1f}), "
                      f"{cost['perSecond']:.0f} frames a second")
            page.close()
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""A recorded training as one compact value that the browser draws: a head of JSON and bytes."""

from __future__ import annotations

import heapq
import json
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vanas_panel.draw.inspector.codes import COARSE, FINE, CodedPicture, coded
from vanas_panel.draw.inspector.measures import MEASURES, measures_of
from vanas_panel.draw.inspector.words import about_words, scene_words, settings_words
from vanas_panel.inspector.picture_cells import coarser
from vanas_panel.inspector.training import LayerPicture, Training
from vanas_panel.text.language import gettext as _
from vanas_panel.text.language import translated

LIMIT = 8_000_000
"""Most bytes of a scene, unless another limit is given."""

MOST_FIGURES = 100_000
"""Most epochs times layers; of a longer training every second, third, ... epoch is shown."""

_FINE_SHARE, _COARSE_SHARE = 0.8, 0.4
"""Bytes of deflated codes by those of the codes, as noise has them: what hardly fits is not tried."""


@dataclass(frozen=True, eq=False)
class Scene:
    """What the browser gets of a training.

    Parameters
    ----------
    head : dict
        JSON: title, unit, epochs, layers with the whole numbers of their layout, notes, words in the language of the
        page, and where in the data everything stands (offset, bytes).
    data : bytes
        Deflated cells of every layer (`vanas_panel.draw.inspector.codes`) and deflated measures, float32 of shape
        (measures, epochs, layers).
    """

    head: dict[str, Any]
    data: bytes

    def packed(self) -> bytes:
        """All as one: number of bytes of the head (uint32, little-endian), the head, the data."""
        head = json.dumps(self.head, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()
        return struct.pack("<I", len(head)) + head + self.data


def scene_of(training: Training, *, limit: int = LIMIT, scale: str = "all", biases: bool = False) -> Scene:
    """The scene of a training.

    Parameters
    ----------
    training : Training
    limit : int, optional
        Most bytes of `Scene.packed`. Cells are merged two by two, those of the largest layers first, until all fit:
        a cell then shows the largest value and the mean of more weights, never a sample.
    scale : {"all", "layer", "none"}, optional
        How the view starts. Values are stored in the unit of the weights, so the browser can change it.
    biases : bool, optional
        Whether the view starts with biases and normalisations, which are always stored.

    Returns
    -------
    Scene
    """
    shown = _shown_epochs(len(training.epochs), len(training.layers))
    measures = measures_of(training)
    figures = zlib.compress(np.stack([measures[name][shown] for name in MEASURES]).astype("<f4").tobytes(), 6)
    head: dict[str, Any] = {
        "form": 1, "title": training.title, "unit": training.unit, "epochs": training.epochs[shown].tolist(),
        "measures": list(MEASURES), "scale": scale, "biases": biases, "words": scene_words(training.unit),
        "about": about_words(training), "settings": settings_words(training), "notes": notes_of(training),
    }
    room = limit - len(figures) - len(json.dumps(head, ensure_ascii=False).encode()) - 400 * len(training.layers)
    tops = training.figures.largest[-1].tolist()
    pictures = [LayerPicture(each.layout, each.maxima[shown], each.means[shown]) for each in training.pictures]
    layers, parts, at = [], [figures], len(figures)
    for layer, picture in zip(training.layers, _fitting(pictures, tops, room), strict=True):
        layout = picture.layout
        layers.append({
            "name": layer.name, "shape": list(layer.shape), "role": layer.role, "outputs": layout.outputs,
            "inputs": layout.inputs, "height": layout.height, "width": layout.width, "fold": layout.fold,
            "length": layout.length, "side": layout.side, "rows": layout.rows, "columns": layout.columns,
            "bands": layout.bands, "steps": picture.steps, "top": picture.top, "means": picture.has_means,
            "at": [at, len(picture.data)]})
        parts.append(picture.data)
        at += len(picture.data)
    return Scene({**head, "figures": [0, len(figures)], "layers": layers}, b"".join(parts))


def notes_of(training: Training) -> list[str]:
    """What a reader has to know of a training, in the language that holds."""
    shown = _shown_epochs(len(training.epochs), len(training.layers))
    notes = [translated(note) for note in training.notes]
    if shown.size < len(training.epochs):
        notes.append(_("{count} of {total} recorded moments are shown, evenly spread.").format(
            count=shown.size, total=len(training.epochs)))
    return notes


def _shown_epochs(epochs: int, layers: int) -> NDArray[np.int64]:
    """Indices of the epochs that are shown, the first and the last one among them."""
    most = max(2, MOST_FIGURES // max(layers, 1))
    return np.unique(np.linspace(0, epochs - 1, min(epochs, most)).round().astype(np.int64))


def _fitting(pictures: list[LayerPicture], tops: list[float], room: int) -> list[CodedPicture]:
    """All pictures as bytes that fit into the room, as far as merging cells can do it."""
    pictures = list(pictures)
    if sum(map(_raw_bytes, pictures)) * _FINE_SHARE <= room:
        found = [coded(*each, FINE) for each in zip(pictures, tops, strict=True)]
        if sum(len(each.data) for each in found) <= room:
            return found
    _merge_until(pictures, list(map(_raw_bytes, pictures)), room / _COARSE_SHARE,
                 lambda index: _raw_bytes(pictures[index]))
    found = [coded(*each, COARSE) for each in zip(pictures, tops, strict=True)]

    def size_anew(index: int) -> int:
        found[index] = coded(pictures[index], tops[index], COARSE)
        return len(found[index].data)

    _merge_until(pictures, [len(each.data) for each in found], room, size_anew)
    return found


def _raw_bytes(picture: LayerPicture) -> int:
    """Bytes of the codes of a picture."""
    return picture.maxima.size * (4 if picture.layout.side > 1 else 2)


def _merge_until(pictures: list[LayerPicture], sizes: list[int], room: float, size_of: Callable[[int], int]) -> None:
    """Merge the cells of the picture of the largest size until all sizes fit together, or all are single cells."""
    total = sum(sizes)
    largest = [(-size, -index) for index, size in enumerate(sizes) if pictures[index].maxima[0].size > 1]
    heapq.heapify(largest)
    while total > room and largest:
        size, index = (-each for each in heapq.heappop(largest))
        pictures[index] = coarser(pictures[index])
        changed = size_of(index)
        total += changed - size
        if pictures[index].maxima[0].size > 1:
            heapq.heappush(largest, (-changed, -index))

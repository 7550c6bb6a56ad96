"""The cells of a layer's picture as bytes: square roots as whole numbers, differences over epochs, deflated.

Square roots, since changes are skewed: most weights move little, and a code has to tell these apart, too.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vanas_panel.inspector.picture_layout import PictureLayout
from vanas_panel.inspector.training import LayerPicture

FINE, COARSE = 65534, 4094
"""Steps between zero and the largest value of a layer; coarse ones where fine ones would not fit."""

_LEVEL = 1
"""Of deflating: higher ones take twice as long for files that are 5 % smaller."""

EMPTY = 0
"""Code of a cell that holds no weight; that of value ``v`` is ``1 + round(steps * sqrt(v / top))``."""


@dataclass(frozen=True, eq=False)
class CodedPicture:
    """The cells of one layer as the browser gets them.

    Parameters
    ----------
    layout : PictureLayout
        Its side may be larger than that of the training's picture.
    steps : int
        Number of steps of a code.
    top : float
        Value of the largest code, in the unit of the weights.
    has_means : bool
        Whether means follow the maxima; they are the same where every cell is one weight.
    data : bytes
        Deflated: maxima, then means, each of shape (epochs, cell_rows, cell_columns), uint16, little-endian; as
        differences to the epoch before (modulo 65,536); all low bytes first, then all high bytes.
    """

    layout: PictureLayout
    steps: int
    top: float
    has_means: bool
    data: bytes


def coded(picture: LayerPicture, top: float, steps: int) -> CodedPicture:
    """A picture as bytes.

    Parameters
    ----------
    picture : LayerPicture
    top : float
        The largest value of the layer, in the unit of the weights; 0 where nothing moves.
    steps : int
        `FINE` or `COARSE`.
    """
    has_means = picture.layout.side > 1
    parts = [picture.maxima, picture.means] if has_means else [picture.maxima]
    differences = []
    for values in parts:
        codes = _codes(values, top, steps)
        codes[1:] -= codes[:-1].copy()
        differences.append(codes.reshape(-1))
    planes = np.concatenate(differences).astype("<u2").view(np.uint8).reshape(-1, 2).T
    return CodedPicture(picture.layout, steps, top, has_means, zlib.compress(planes.tobytes(), _LEVEL))


def _codes(values: NDArray[np.float32], top: float, steps: int) -> NDArray[np.uint16]:
    """Codes of values, a new array."""
    share = np.sqrt(np.clip(values / np.float32(top), 0, 1)) if top > 0 else values * 0
    return np.where(np.isnan(values), EMPTY, 1 + np.rint(share * steps)).astype(np.uint16)

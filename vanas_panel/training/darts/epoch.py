"""What a gradient search knew after an epoch, and the line of its file that holds it."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from vanas_panel.text.language import Constant, Message, marked

NUMBERS = ("train_loss", "validation_loss", "train_accuracy", "validation_accuracy", "seconds")


@dataclass(frozen=True)
class Epoch:
    """What a search knew after an epoch.

    Attributes
    ----------
    epoch : int
        From 1.
    alphas : list of float64 (edges, operations)
        Of normal cells, then of reduction cells where there are any.
    gradients : list of float64 (edges, operations)
        Mean gradients of the alphas over the steps; zeros where the alphas were frozen.
    train_loss, validation_loss : float
        Means over the steps, on the two halves of the training set.
    train_accuracy, validation_accuracy : float
        Fractions, likewise.
    seconds : float
        Time on the clock.
    """

    epoch: int
    alphas: list[np.ndarray]
    gradients: list[np.ndarray]
    train_loss: float
    validation_loss: float
    train_accuracy: float
    validation_accuracy: float
    seconds: float


def line_of(epoch: Epoch) -> dict[str, Any]:
    """An epoch as JSON holds it."""
    return {name: [each.tolist() for each in value] if name in ("alphas", "gradients") else value
            for name, value in asdict(epoch).items()}


def epoch_of(line: Any, number: int, shape: tuple[int, int, int]) -> Epoch | str:
    """The epoch of a line, or what is wrong with it.

    Parameters
    ----------
    line : object
        As JSON was read.
    number : int
        The epoch that it must be, from 1.
    shape : (int, int, int)
        Kinds of cells, edges and operations.
    """
    if not isinstance(line, dict) or line.get("epoch") != number:
        return Message("no epoch {number}", number=number)
    try:
        arrays = [np.array(line[name], dtype=np.float64) for name in ("alphas", "gradients")]
        numbers = [float(line[name]) for name in NUMBERS]
    except (KeyError, TypeError, ValueError, OverflowError):
        return Constant(marked("an epoch without all of its numbers"))
    finite = all(map(math.isfinite, numbers)) and all(np.isfinite(each).all() for each in arrays)
    if not finite or any(each.shape != shape for each in arrays):
        return Message("alphas of another shape than {shape}, or numbers that are not finite", shape=shape)
    alphas, gradients = (list(each) for each in arrays)
    return Epoch(number, alphas, gradients, *numbers)

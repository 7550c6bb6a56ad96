"""The figures of every layer at an epoch, as a data frame."""

from __future__ import annotations

from collections.abc import Sequence
from weakref import WeakKeyDictionary

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from vanas_panel.core.plain import plain_bool, plain_int, plain_text
from vanas_panel.errors import SelectionError, SourceError
from vanas_panel.inspector.effective_rank import SMALLER_SIDE, effective_rank
from vanas_panel.inspector.layers import WEIGHT
from vanas_panel.inspector.training import Training, check_training, unit_word
from vanas_panel.text.language import Message

RANKED = 1 << 24
"""Weights of the largest layer whose effective rank is computed: its net change then takes 128 MB, a few times over."""

SCALES = ("all", "layer", "none")
"""Divided by the largest value of all layers at the last epoch, by that of each layer, or not at all."""


def epoch_index(training: Training, epoch: int) -> int:
    """Place of an epoch in `Training.epochs`.

    Parameters
    ----------
    training : Training
    epoch : int
        A number as recorded; below 0 counted from the last one.

    Raises
    ------
    SelectionError
        Where there is none of that number.
    """
    count, number = len(training.epochs), plain_int(epoch)
    if number is not None and -count <= number < 0:
        return count + number
    places = np.flatnonzero(training.epochs == number) if number is not None else []
    if not len(places):
        raise SelectionError(Message(
            "Found {unit} {epoch}; expected one of {first} to {last} that was recorded ({count} of them), or -1 for "
            "the last one.", unit=unit_word(training.unit), epoch=epoch, first=training.epochs[0],
            last=training.epochs[-1], count=count))
    return int(places[0])


def measured_layers(training: Training, biases: bool) -> list[int]:
    """Indices of the layers that figures are given of: kernels and matrices, or all where biases are wanted."""
    return [at for at, layer in enumerate(training.layers) if biases or layer.role == WEIGHT]


def common_divisor(trainings: Sequence[Training], biases: bool) -> float:
    """The largest accumulated change at the last epoch of all trainings, which puts them on the same scale.

    Parameters
    ----------
    trainings : sequence of Training
    biases : bool
        Whether biases and normalisations take part; they do, too, in a training of nothing else.
    """
    return max(float(each.figures.largest[-1, measured_layers(each, biases) or slice(None)].max(initial=0.0))
               for each in trainings)


def scales(training: Training, scale: str, layers: list[int], divisor: float | None = None) -> NDArray[np.float64]:
    """What the accumulated change of each layer is divided by.

    Parameters
    ----------
    training : Training
    scale : {"all", "layer", "none"}
    layers : list of int
    divisor : float, optional
        For ``"all"``, instead of the largest value of these layers.

    Returns
    -------
    ndarray of float64, shape (len(layers),)
        0 for a layer that never moved under ``"layer"``.
    """
    last = training.figures.largest[-1, layers]
    if scale == "none":
        return np.ones(len(layers))
    if scale == "layer":
        return last.copy()
    if scale != "all":
        raise SelectionError(Message("Found the scale {scale}; expected one of {known}.", scale=repr(scale),
                                     known=", ".join(SCALES)))
    return np.full(len(layers), last.max(initial=0.0) if divisor is None else divisor)


def weight_change(training: Training, epoch: int = -1, scale: str = "all", biases: bool = False, *,
                  divisor: float | None = None) -> pd.DataFrame:
    """How far the weights of every layer have moved up to an epoch.

    For every weight the absolute change from one recorded epoch to the next is added up. What is recorded more often
    has longer paths: figures of trainings that were recorded at other steps are not comparable.

    Parameters
    ----------
    training : Training
    epoch : int
        A number as recorded; -1 is the last one.
    scale : {"all", "layer", "none"}
        What ``mean`` and ``max`` are divided by: the largest accumulated change of all these layers at the last epoch,
        that of the layer itself, or nothing.
    biases : bool
        Whether biases and the vectors of normalisations are given, too. They take part in the scale then.
    divisor : float, optional
        Under ``"all"``, what is divided by instead of the largest change, such as that of another training.

    Returns
    -------
    pandas.DataFrame
        One row a layer, in the order of the network: ``layer``; ``shape``, outputs first; ``mean`` and ``max`` of the
        accumulated change; ``argmax``, the place of the maximum in the shape, the first of equal ones;
        ``relative_update``, norm of the last change over the norm of the weights before it (NaN at the first epoch or
        where these were 0); ``path_length``, sum of the norms of all changes; ``net_displacement``, norm of the
        difference to the first epoch; ``straightness``, net by path (NaN where nothing moved); ``effective_rank`` of
        that difference (NaN where nothing moved, a recording did not compute it, or there are more than `RANKED`
        weights); ``still_units``, outputs of which
        no weight moved; ``weights``, their number; ``role``. ``attrs`` holds ``epoch``, ``unit`` and ``scale``, the
        largest value before any division.

    Raises
    ------
    SelectionError
        Where there is no such epoch or scale.
    SourceError
        Where nothing has moved at all, so that there is nothing to divide by.
    """
    check_training(training)
    scale, biases = plain_text(scale), bool(plain_bool(biases))
    at, layers = epoch_index(training, epoch), _layers_or_error(training, biases)
    return _frame(training, at, layers, scale, divisor, [rank_of(training, each, at) for each in layers])


def _layers_or_error(training: Training, biases: bool) -> list[int]:
    """Layers of which figures are given; an error where there are none."""
    layers = measured_layers(training, biases)
    if not layers:
        raise SelectionError("Found no layer with the role of a weight; expected at least one. Ask for biases=True, or "
                             "give roles= when the training is opened.")
    return layers


def _frame(training: Training, at: int, layers: list[int], scale: str, divisor: float | None,
           ranks: Sequence[float] | NDArray[np.float64]) -> pd.DataFrame:
    """The figures of some layers at the epoch of an index, with their effective ranks."""
    divisors, figures = scales(training, scale, layers, divisor), training.figures
    if scale == "all" and not divisors[0]:
        raise SourceError(Message("{count} layers of which no weight moves", count=len(layers)),
                          "weights that change from one epoch to the next",
                          "Check that the training was recorded after its steps, or take scale=\"none\"",
                          place=training.title)
    with np.errstate(invalid="ignore", divide="ignore"):
        counts = np.array([training.layers[each].count for each in layers])
        mean = figures.total[at, layers] / counts
        scaled = [np.where(divisors > 0, each / divisors, 0.0) for each in (mean, figures.largest[at, layers])]
        before = figures.weight_norm[at - 1, layers] if at else np.zeros(len(layers))
        update = np.where(before > 0, figures.change_norm[at, layers] / before, np.nan)
        path, net = figures.path_length[at, layers], figures.net_displacement[at, layers]
        straightness = np.where(path > 0, net / path, np.nan)
    frame = pd.DataFrame({
        "layer": [training.layers[each].name for each in layers],
        "shape": [training.layers[each].shape for each in layers],
        "mean": scaled[0], "max": scaled[1],
        "argmax": [largest_place(training, each, at) for each in layers],
        "relative_update": update, "path_length": path, "net_displacement": net, "straightness": straightness,
        "effective_rank": ranks,
        "still_units": figures.still[at, layers], "weights": counts,
        "role": [training.layers[each].role for each in layers],
    })
    frame.attrs.update(epoch=int(training.epochs[at]), unit=training.unit,
                       scale=float(figures.largest[-1, layers].max()))
    return frame


def weight_changes(training: Training, scale: str = "all", biases: bool = False, *,
                   divisor: float | None = None) -> pd.DataFrame:
    """The figures of every layer at every recorded epoch, one below the other.

    Parameters
    ----------
    training : Training
    scale : {"all", "layer", "none"}
    biases : bool
    divisor : float, optional
        As `weight_change` takes them.

    Returns
    -------
    pandas.DataFrame
        The columns of `weight_change` after one with the number of the epoch, which has the name of `Training.unit`.
        Effective ranks are those of `ranks_of_small_layers`: those of large layers take seconds each.
    """
    check_training(training)
    scale, biases = plain_text(scale), bool(plain_bool(biases))
    layers, ranks = _layers_or_error(training, biases), ranks_of_small_layers(training)
    frames = [_frame(training, at, layers, scale, divisor, ranks[at, layers])
              for at in range(len(training.epochs))]
    return pd.concat(frames, keys=training.epochs.tolist(), names=[training.unit]).reset_index(level=0)


def compared_changes(trainings: Sequence[Training], scale: str = "all", biases: bool = False) -> pd.DataFrame:
    """The figures of one training, or of two on the same scale, one below the other.

    Parameters
    ----------
    trainings : sequence of Training
        One or two.
    scale : {"all", "layer", "none"}
        ``"all"`` divides both by the largest change of the two.
    biases : bool
        As `weight_change` takes them.

    Returns
    -------
    pandas.DataFrame
        The columns of `weight_changes`. Where there are two trainings, ``training`` stands before them: the title,
        after "A" or "B" where both have the same.
    """
    divisor = common_divisor(trainings, biases)
    frames = [weight_changes(each, scale, biases, divisor=divisor) for each in trainings]
    if len(trainings) == 1:
        return frames[0]
    titles = [each.title for each in trainings]
    names = titles if titles[0] != titles[1] else [f"{mark} {titles[0]}" for mark in "AB"]
    for frame, name in zip(frames, names, strict=True):
        frame.insert(0, "training", name)
    return pd.concat(frames, ignore_index=True)


def largest_place(training: Training, layer: int, at: int) -> tuple[int, ...]:
    """Place of the largest accumulated change in a layer's shape, at the epoch of that index."""
    place = np.unravel_index(training.figures.largest_at[at, layer], training.layers[layer].shape)
    return tuple(int(each) for each in place)


def rank_of(training: Training, layer: int, at: int) -> float:
    """Effective rank of a layer's net change: as recorded, or from the weights where these are kept."""
    recorded = float(training.figures.effective_rank[at, layer])
    if not np.isnan(recorded) or training.net_change is None or training.layers[layer].count > RANKED:
        return recorded
    return effective_rank(training.net_change(layer, at))


_RANKS: WeakKeyDictionary[Training, NDArray[np.float64]] = WeakKeyDictionary()


def ranks_of_small_layers(training: Training) -> NDArray[np.float64]:
    """Effective ranks of the net changes of those layers for which they take little time.

    Parameters
    ----------
    training : Training

    Returns
    -------
    ndarray of float64, shape (epochs, layers)
        NaN for layers whose smaller side is longer than `SMALLER_SIDE` or that have over 4 million weights, unless a
        recording has them; and where nothing moved. Computed once for a training.
    """
    if training not in _RANKS:
        ranks = training.figures.effective_rank.copy()
        for at, layer in enumerate(training.layers):
            if min(layer.outputs, layer.count // layer.outputs) <= SMALLER_SIDE and layer.count <= 1 << 22:
                ranks[:, at] = [rank_of(training, at, epoch) for epoch in range(len(training.epochs))]
        _RANKS[training] = ranks
    return _RANKS[training]

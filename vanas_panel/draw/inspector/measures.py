"""What the table and the curves of a training show: one number a layer and epoch, by name."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vanas_panel.inspector.training import Training
from vanas_panel.inspector.weight_change import ranks_of_small_layers

MEASURES = ("mean", "max", "relative_update", "path_length", "net_displacement", "straightness", "effective_rank",
            "still")
"""Names of the measures, those of the table first. Only ``mean`` and ``max`` follow the scale of the view."""


def measures_of(training: Training) -> dict[str, NDArray[np.float64]]:
    """Every measure of a training.

    Parameters
    ----------
    training : Training

    Returns
    -------
    dict of str to ndarray of float64, shape (epochs, layers)
        ``mean`` and ``max`` of the accumulated change in the unit of the weights; ``relative_update``, norm of the
        change since the epoch before by that of the weights there; ``path_length`` and ``net_displacement`` in the
        unit of the weights; ``straightness``, their ratio; ``effective_rank``; ``still``, the share of output units of
        which no weight has changed. NaN where a measure is undefined, such as a ratio to zero.
    """
    figures = training.figures
    counts = np.array([layer.count for layer in training.layers], np.float64)
    outputs = np.array([layer.outputs for layer in training.layers], np.float64)
    before = np.concatenate([np.full_like(figures.weight_norm[:1], np.nan), figures.weight_norm[:-1]])
    return {
        "mean": figures.total / counts,
        "max": figures.largest,
        "relative_update": _ratio(figures.change_norm, before),
        "path_length": figures.path_length,
        "net_displacement": figures.net_displacement,
        "straightness": _ratio(figures.net_displacement, figures.path_length),
        "effective_rank": ranks_of_small_layers(training),
        "still": figures.still / outputs,
    }


def _ratio(above: NDArray[np.float64], below: NDArray[np.float64]) -> NDArray[np.float64]:
    """A ratio that is NaN where what it divides by is 0."""
    return np.divide(above, below, out=np.full(above.shape, np.nan), where=below > 0)

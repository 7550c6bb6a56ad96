"""Recording a training in Keras 3, whose kernels have their outputs last."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from math import prod
from typing import Any

import numpy as np

from vanas_panel.inspector.callbacks.guard import framework, guarded_record
from vanas_panel.inspector.recorder import Recorder

_STATISTICS = ("moving_mean", "moving_variance")
_HEADS_IN, _HEADS_OUT = ("query", "key", "value"), "attention_output"


def keras_callback(recorder: Recorder) -> Any:
    """A callback that records the model of ``fit`` before its first epoch and after each one.

    Parameters
    ----------
    recorder : Recorder

    Returns
    -------
    keras.callbacks.Callback
        For ``model.fit(..., callbacks=[...])``. Kernels are turned so that outputs come first. A second ``fit`` counts
        on.

    Raises
    ------
    TrainingError
        Where Keras is not installed.

    Examples
    --------
    ::

        with Recorder("run.vptrain") as recorder:
            model.fit(images, labels, epochs=20, callbacks=[keras_callback(recorder)])
    """
    base: Any = framework("keras").callbacks.Callback

    class RecordingCallback(base):
        """Records at the start and after every epoch."""

        _last: int | None = None

        def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
            """Before the first epoch of all, whose number may be that of an earlier training."""
            if self._last is None:
                self._record(epoch)

        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            """After an epoch."""
            self._record(max(epoch, -1 if self._last is None else self._last) + 1)

        def _record(self, epoch: int) -> None:
            self._last = epoch
            guarded_record(recorder, epoch, partial(keras_arrays, self.model))

    return RecordingCallback()


def keras_arrays(model: Any) -> dict[str, np.ndarray]:
    """The weights of a model of Keras by path, as NumPy arrays with outputs first.

    Parameters
    ----------
    model : keras.Model

    Returns
    -------
    dict of str to ndarray
        Without the statistics of normalisations. Kernels of attention are matrices of all heads.
    """
    kinds = {id(variable): type(layer).__name__.lower() for layer in _layers(model) for variable in layer.weights}
    found = {}
    for variable in model.weights:
        parts = variable.path.split("/")
        if parts[-1] in _STATISTICS:
            continue
        values = variable.numpy() if hasattr(variable, "numpy") else np.asarray(variable)
        # NumPy has no bfloat16 of its own.
        values = values if values.dtype in (np.float64, np.float32) else _plain(values)
        parts = parts[1:] if parts[0] == model.name and len(parts) > 1 else parts
        found["/".join(parts)] = _outputs_first(values, parts, kinds.get(id(variable), ""))
    return found


def _plain(values: np.ndarray) -> np.ndarray:
    """Values of short floating-point types as float32; whole numbers as they are."""
    return values if values.dtype.kind in "iub" else values.astype(np.float32)


def _layers(layer: Any) -> Iterator[Any]:
    """A layer and all within it, the innermost last."""
    yield layer
    for inner in getattr(layer, "layers", ()):
        yield from _layers(inner)


def _outputs_first(values: np.ndarray, parts: list[str], kind: str) -> np.ndarray:
    """A variable as a layer is described: outputs, inputs, height, width."""
    axes, leaf, owner = values.ndim, parts[-1], parts[-2] if len(parts) > 1 else ""
    if leaf == "bias":
        return values.reshape(-1)
    if not leaf.endswith("kernel") or axes < 2:
        return values
    if axes == 3 and owner in _HEADS_IN:
        return values.reshape(values.shape[0], -1).T
    if axes == 3 and owner == _HEADS_OUT:
        return values.reshape(prod(values.shape[:2]), -1).T
    places = tuple(range(axes - 2))
    if axes > 2 and ("transpose" in kind or "depthwise" in f"{kind} {leaf}"):
        # Outputs stand last but one there; a depthwise kernel has some for every channel.
        return values.transpose(axes - 2, axes - 1, *places)
    return values.transpose(axes - 1, axes - 2, *places)

"""Layers that are one and the same, such as an embedding that is the output matrix, too: they count once."""

from __future__ import annotations

from collections.abc import Sequence

from vanas_panel.inspector.tensor_checkpoint import TensorCheckpoint
from vanas_panel.text.language import Message

_VALUES = 1 << 22
"""Values that are compared at a time."""


def tied_layers(checkpoints: Sequence[TensorCheckpoint]) -> dict[int, int]:
    """Layers that hold the same weights as an earlier layer in every file.

    They lie at one place in every file, or they are matrices with equal values in every file. Vectors, and matrices of
    one value, may well be equal without being one, such as biases that are all 0.

    Parameters
    ----------
    checkpoints : sequence of TensorCheckpoint
        With the same layers in the same order.

    Returns
    -------
    dict of int to int
        The later layer to the earlier one.
    """
    layers = checkpoints[0].layers
    groups: dict[tuple[int, ...], list[int]] = {}
    for index, layer in enumerate(layers):
        groups.setdefault(layer.shape, []).append(index)
    tied: dict[int, int] = {}
    for indices in groups.values():
        if len(indices) < 2:
            continue
        starts = [checkpoints[0].rows(index, 0, 1).tobytes() for index in indices]
        for place, later in enumerate(indices):
            for first, earlier in enumerate(indices[:place]):
                if earlier not in tied and starts[first] == starts[place] and _are_one(checkpoints, earlier, later):
                    tied[later] = earlier
                    break
    return tied


def tied_note(checkpoint: TensorCheckpoint, tied: dict[int, int]) -> tuple[Message, ...]:
    """A note of every layer that is another one, too."""
    return tuple(Message("{later} is the same weights as {earlier}, and counts once.",
                         later=checkpoint.layers[later].name, earlier=checkpoint.layers[earlier].name)
                 for later, earlier in tied.items())


def _are_one(checkpoints: Sequence[TensorCheckpoint], first: int, second: int) -> bool:
    """Whether two layers of one shape are the same in every file."""
    held = [(each.tensors[first].storage, each.tensors[second].storage) for each in checkpoints]
    if all(one is not None and one == other for one, other in held):
        return True
    shape = checkpoints[0].layers[first].shape
    return len(shape) > 1 and all(_equal(each, first, second) for each in checkpoints)


def _equal(checkpoint: TensorCheckpoint, first: int, second: int) -> bool:
    """Whether two matrices have equal values, which are not all alike."""
    layer = checkpoint.layers[first]
    rows = max(1, _VALUES * layer.outputs // layer.count)
    various = False
    for start in range(0, layer.outputs, rows):
        stop = min(start + rows, layer.outputs)
        one, other = checkpoint.rows(first, start, stop), checkpoint.rows(second, start, stop)
        if one.dtype != other.dtype or one.tobytes() != other.tobytes():
            return False
        various = various or bool((one != one.flat[0]).any())
    return various

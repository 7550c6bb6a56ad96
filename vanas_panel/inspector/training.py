"""A recorded training: layers, epochs, exact figures, and the cells of every layer's picture.

Everything is raw: accumulated change in the unit of the weights. `vanas_panel.inspector.change` scales it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from numpy import float32, float64, int64
from numpy.typing import NDArray

from vanas_panel.errors import ArgumentKindError
from vanas_panel.inspector.layers import Layer
from vanas_panel.inspector.picture_layout import PictureLayout
from vanas_panel.providers import provided
from vanas_panel.text.language import Constant, Message, marked

UNITS = (marked("epoch"), marked("step"), marked("checkpoint"))
"""What the numbers of recorded epochs may count."""


def unit_word(unit: str) -> Message:
    """The word for what numbers count, as a value of a message.

    Examples
    --------
    >>> str(unit_word("epoch"))
    'epoch'
    """
    return Constant(unit)


@dataclass(frozen=True, eq=False)
class Figures:
    """Exact figures, each of shape (epochs, layers); the first epoch is the one that changes are counted from."""

    total: NDArray[float64]
    """Sum of the accumulated absolute changes of a layer's weights; divided by their number, the mean."""
    largest: NDArray[float64]
    """Largest accumulated absolute change of a weight."""
    largest_at: NDArray[int64]
    """Flat index of that weight in `Layer.shape`, the first of equal ones."""
    change_norm: NDArray[float64]
    """Euclidean norm of the change since the epoch before; NaN at the first epoch."""
    weight_norm: NDArray[float64]
    """Euclidean norm of the weights at the epoch."""
    path_length: NDArray[float64]
    """Sum of `change_norm` up to the epoch; 0 at the first one."""
    net_displacement: NDArray[float64]
    """Euclidean norm of the weights minus those of the first epoch."""
    effective_rank: NDArray[float64]
    """Exponential of the entropy of the normalised singular values of that difference, outputs by the rest (Roy and
    Vetterli, 2007); NaN where it was not computed or nothing moved."""
    still: NDArray[int64]
    """Number of output units of which no weight has changed since the first epoch."""


@dataclass(frozen=True, eq=False)
class LayerPicture:
    """The cells of a layer's picture at every epoch, of accumulated absolute change."""

    layout: PictureLayout
    maxima: NDArray[float32]
    """Shape (epochs, cell_rows, cell_columns): largest value of a weight in the cell; NaN where it holds no weight."""
    means: NDArray[float32]
    """Shape (epochs, cell_rows, cell_columns): mean over the weights of the cell; NaN where it holds none."""


@dataclass(frozen=True, eq=False)
class UnitFigures:
    """Accumulated absolute change by output and by input of a layer, at every epoch."""

    output_mean: NDArray[float32]
    """Shape (epochs, outputs)."""
    output_max: NDArray[float32]
    """Shape (epochs, outputs)."""
    input_mean: NDArray[float32]
    """Shape (epochs, inputs)."""
    input_max: NDArray[float32]
    """Shape (epochs, inputs)."""


@dataclass(frozen=True, eq=False, repr=False)
class Training:
    """The recorded weights of one network over epochs, measured.

    Parameters
    ----------
    title : str
        Name of the files, for people.
    layers : tuple of Layer
        In the order of the network.
    epochs : ndarray of int64, shape (epochs,)
        Their numbers as recorded, increasing; the first is where changes are counted from.
    unit : str
        What the numbers count: ``"epoch"``, ``"step"`` or ``"checkpoint"``.
    figures : Figures
    units : tuple of UnitFigures, one a layer
    pictures : tuple of LayerPicture, one a layer
    notes : tuple of Message
        What a reader has to know: gaps in epochs, tensors that were skipped, a torn end.
    settings : dict of str to str
        Of the training, as recorded; empty for checkpoints.
    cell : str
        JSON text of the cell that was trained, or empty.
    net_change : callable, optional
        ``net_change(layer, epoch_index)`` gives the float64 difference to the first epoch, where the weights are kept.
    """

    title: str
    layers: tuple[Layer, ...]
    epochs: NDArray[int64]
    unit: str
    figures: Figures
    units: tuple[UnitFigures, ...]
    pictures: tuple[LayerPicture, ...]
    notes: tuple[Message, ...] = ()
    settings: dict[str, str] = field(default_factory=dict)
    cell: str = ""
    net_change: Callable[[int, int], NDArray[float64]] | None = None

    def __repr__(self) -> str:
        weights = sum(layer.count for layer in self.layers)
        return (f"<Training {self.title!r}: {len(self.layers)} layers, {weights:,} weights, {self.unit} "
                f"{self.epochs[0]} to {self.epochs[-1]}, {len(self.epochs)} recorded>")

    def _repr_html_(self) -> str:
        return provided("HTML of a training")(self)


def check_training(training: object) -> None:
    """Refuse what is no training, such as a path.

    Raises
    ------
    ArgumentKindError
    """
    if not isinstance(training, Training):
        raise ArgumentKindError(Message("Found {kind} where a training is expected. Open it first, with "
                                        "vp.open_training(...).", kind=type(training).__name__))

"""Settings of a gradient search."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from vanas_panel.core.plain import plain_bool, plain_float, plain_int, plain_text
from vanas_panel.errors import TrainingError, brief
from vanas_panel.text.language import Message
from vanas_panel.training.darts.network_shape import (
    DARTS_OPERATIONS,
    NONE,
    OPERATIONS,
    TEXT_DARTS_OPERATIONS,
    TEXT_OPERATIONS,
    check_heads,
    check_operations,
    edge_count,
    reduction_cells,
)
from vanas_panel.training.darts.optimizer import SGD, fill_defaults
from vanas_panel.training.settings import DataSettings, named
from vanas_panel.training.text_settings import TextSettings, check_data, data_dict, data_of

_DATA = DataSettings(noise=0.0, copies=1)


@dataclass(frozen=True)
class DartsSettings:
    """Settings of DARTS.

    The defaults are those of the published code, at a size that a processor computes in minutes: 4 cells of 8 channels
    in place of 8 of 16, and small images.

    Parameters
    ----------
    operations : tuple of str
        Candidates of every edge, see `vanas_panel.training.darts.network_shape.OPERATIONS`, and for texts
        `vanas_panel.training.darts.network_shape.TEXT_OPERATIONS`. By default the eight of DARTS, for texts with
        attention as the ninth.
    nodes, cells, channels : int
        See `vanas_panel.training.darts.network_shape.Shape`.
    epochs, batch_size : int
    order : int
        2 for the gradient through one step of the weights, 1 for the step left out.
    exact : bool
        Whether second order differentiates through the step, or takes the published finite difference.
    learning_rate, least_learning_rate : float
        Of the weights, from the first epoch to the last, on half a cosine; from 0.025 for ``sgd``, from 0.003 for
        ``adam``.
    momentum, weight_decay, clip : float
        Of the weights; `clip` is the most that the norm of their gradient may be.
    alpha_rate, alpha_decay : float
        Learning rate and weight decay of the alphas (Adam with decay rates 0.5 and 0.999).
    frozen : int
        Epochs at the beginning in which the alphas stay as they are.
    seed : int
        Of weights, alphas and batches.
    kept : tuple of tuple of tuple of str
        For normal cells, then for reduction cells where there are any: the operations that every edge has, where these
        are not all candidates. `vanas_panel.search_dg_darts` sets them.
    data : DataSettings or TextSettings
        The images or texts. Half of the training set trains the weights, the other half the alphas; the validation set
        is left for the comparison of what was found.
    optimizer : str
        Of the weights: ``sgd``, or ``adam`` with decoupled weight decay; by default ``sgd`` for images and ``adam`` for
        texts. The inner step of second order is one of ``sgd``.
    dropout : float
        Probability that an entry is dropped in training: of the vectors of words, and of what is classified; 0 for
        images and 0.5 for texts by default.

    Examples
    --------
    >>> DartsSettings(order=3)
    Traceback (most recent call last):
        ...
    vanas_panel.errors.TrainingError: Found order = 3; expected 1 to 2. Change it.
    """

    operations: tuple[str, ...] = ()
    nodes: int = 4
    cells: int = 4
    channels: int = 8
    epochs: int = 25
    batch_size: int = 64
    order: int = 1
    exact: bool = False
    # None is replaced by what fits the data, see `fill_defaults`.
    learning_rate: float = None  # type: ignore[assignment]
    least_learning_rate: float = 0.001
    momentum: float = 0.9
    weight_decay: float = 3e-4
    clip: float = 5.0
    alpha_rate: float = 3e-4
    alpha_decay: float = 1e-3
    frozen: int = 0
    seed: int = 0
    kept: tuple[tuple[tuple[str, ...], ...], ...] = ()
    data: DataSettings | TextSettings = field(default=_DATA)
    optimizer: str = None  # type: ignore[assignment]
    dropout: float = None  # type: ignore[assignment]

    def __post_init__(self):
        if not isinstance(self.operations, list | tuple):
            raise TrainingError(Message("Found {name} = {found}; expected a value of type {kind}. Change it.",
                                        name="operations", found=brief(repr(self.operations), 80), kind="list"))
        check_data(self.data)
        fill_defaults(self)
        is_text = isinstance(self.data, TextSettings)
        names = tuple(map(plain_text, self.operations)) or (TEXT_DARTS_OPERATIONS if is_text else DARTS_OPERATIONS)
        object.__setattr__(self, "operations", names)
        object.__setattr__(self, "exact", plain_bool(self.exact))
        check_operations(self.operations, known=TEXT_OPERATIONS if is_text else OPERATIONS)
        for name, low, high in (("nodes", 1, 8), ("cells", 1, 20), ("channels", 1, 256), ("epochs", 1, 10_000),
                                ("batch_size", 2, 4_096), ("order", 1, 2), ("frozen", 0, self.epochs),
                                ("seed", 0, 2 ** 63 - 1)):
            check_number(self, name, int, low, high)
        if type(self.exact) is not bool:
            raise TrainingError(Message("Found {name} = {found}; expected a value of type {kind}. Change it.",
                                        name="exact", found=brief(repr(self.exact), 80), kind="bool"))
        object.__setattr__(self, "kept", checked_kept(self.kept, self))
        for name, least in (("learning_rate", 1e-9), ("least_learning_rate", 0), ("momentum", 0), ("weight_decay", 0),
                          ("clip", 1e-9), ("alpha_rate", 1e-9), ("alpha_decay", 0)):
            check_number(self, name, float, least, 1e6)
        check_number(self, "dropout", float, 0, 0.99)
        check_heads(self.operations, self.channels)

    @property
    def digest(self) -> str:
        """First 16 hexadecimal digits of the SHA-256 of the settings as JSON with sorted keys."""
        return digest_of(self.to_dict())

    def to_dict(self) -> dict[str, Any]:
        """As JSON can hold them."""
        content = {**asdict(self), "operations": list(self.operations), "data": data_dict(self.data)}
        # Searches of images among all candidates keep the digest that they had before there was another kind.
        if not content.pop("kept"):
            return without_defaults(content)
        return without_defaults({**content, "kept": [[list(edge) for edge in kind] for kind in self.kept]})

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> DartsSettings:
        """Settings from what `to_dict` gives; what is left out keeps its default.

        Raises
        ------
        TrainingError
            Where a name is unknown or a value cannot be used.
        """
        content = named(cls, content, "settings")
        return cls(**{**content, "data": data_of(content.get("data", {}), _DATA)})


def check_number(settings: Any, name: str, kind: type, low: float, high: float) -> None:
    """Refuse a value of frozen settings of another type or outside of its limits; a whole number will do for a float.

    Raises
    ------
    TrainingError
    """
    given: Any = getattr(settings, name)
    value: Any = plain_int(given) if kind is int else plain_float(given)
    value = given if value is None else value
    object.__setattr__(settings, name, value)
    if type(value) is not kind or not (isinstance(value, int | float) and math.isfinite(value)):
        raise TrainingError(Message("Found {name} = {found}; expected a value of type {kind}. Change it.",
                                    name=name, found=brief(repr(value), 80), kind=kind.__name__))
    if not low <= value <= high:
        raise TrainingError(Message("Found {name} = {found}; expected {low} to {high}. Change it.", name=name,
                                    found=value, low=low, high=high))


def without_defaults(content: dict[str, Any]) -> dict[str, Any]:
    """Settings without an optimiser and dropout that are those of images, as before there was a choice."""
    usual = {"optimizer": SGD, "dropout": 0.0}
    return {name: value for name, value in content.items() if name not in usual or value != usual[name]}


def digest_of(settings: Mapping[str, Any]) -> str:
    """First 16 hexadecimal digits of the SHA-256 of settings as JSON with sorted keys."""
    return hashlib.sha256(json.dumps(settings, sort_keys=True).encode()).hexdigest()[:16]


def checked_kept(kept: Any, settings: DartsSettings) -> tuple[tuple[tuple[str, ...], ...], ...]:
    """The operations of every edge as tuples.

    Raises
    ------
    TrainingError
        Where they fit neither the edges nor the candidates, or an edge has none of them but ``none``.
    """
    if not kept and isinstance(kept, list | tuple):
        return ()
    kinds, edges = 2 if reduction_cells(settings.cells) else 1, edge_count(settings.nodes)
    wrong = TrainingError(Message("Found {name} = {found}; expected for each of {kinds} kinds of cells {edges} edges "
                                  "with some of the operations, one that is not none among them. Change it.",
                                  name="kept", found=brief(repr(kept), 80), kinds=kinds, edges=edges))
    if not isinstance(kept, list | tuple) or len(kept) != kinds or not all(
            isinstance(kind, list | tuple) and len(kind) == edges for kind in kept):
        raise wrong
    for edge in (edge for kind in kept for edge in kind):
        if not isinstance(edge, list | tuple) or not set(edge) <= set(settings.operations) or set(edge) <= {NONE}:
            raise wrong
    return tuple(tuple(tuple(name for name in settings.operations if name in edge) for edge in kind) for kind in kept)

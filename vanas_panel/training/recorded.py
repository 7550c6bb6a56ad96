"""The trainer's own recordings: how far the weights of every repeat of a cell move while it is trained."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from contextlib import ExitStack
from os import PathLike
from pathlib import Path
from typing import Any

from torch import Tensor, nn

from vanas_panel.core.cell import Cell
from vanas_panel.core.cost import KERNEL_SIZES, Skeleton
from vanas_panel.errors import TrainingError
from vanas_panel.inspector.recorder import Recorder
from vanas_panel.training.network import CellModule, ConvBnRelu, GroupedNetwork, vertex_channels
from vanas_panel.training.recordings import recording_name
from vanas_panel.training.settings import Settings

PARTS = 20
"""Equal parts of a training that are recorded, besides its budgets."""

_log = logging.getLogger(__name__)


def record_steps(settings: Settings) -> tuple[int, ...]:
    """Steps after which a training is recorded; 0 is before the first one.

    Examples
    --------
    >>> record_steps(Settings(steps=60, budgets=(10, 60)))
    (0, 3, 6, 9, 10, 12, 15, 18, 21, 24, 27, 30, 33, 36, 39, 42, 45, 48, 51, 54, 57, 60)
    """
    parts = {round(settings.steps * part / PARTS) for part in range(PARTS + 1)}
    return tuple(sorted(parts | set(settings.budgets)))


def named_weights(network: GroupedNetwork) -> dict[str, Tensor]:
    """The weights of a network by names for people, in its order.

    Parameters
    ----------
    network : GroupedNetwork

    Returns
    -------
    dict of str to Tensor
        The first dimension counts the repeats, the second one the outputs: a convolution has ``(seeds, channels,
        sources, size, size)``, the scale (``.gain``) and shift (``.offset``) of its normalisation ``(seeds,
        channels)``, and the classifier ``(seeds, classes, features)`` and ``(seeds, classes)``. They share the memory
        of the network.
    """
    found: dict[str, Tensor] = {}
    _add(found, "stem.convolution", network.stem, network.seeds, "stem")
    for stack, cells in enumerate(network.stacks):
        # Modules of modules have no types of their own in PyTorch.
        assert isinstance(cells, nn.Sequential)
        for place, module in enumerate(cells):
            assert isinstance(module, CellModule)
            for name, part in _cell_modules(module, network.cell):
                _add(found, f"{_prefix(stack, place)}.{name}", part, network.seeds)
    found["classifier.weight"] = network.weight.detach().transpose(1, 2)
    found["classifier.bias"] = network.bias.detach()[:, 0]
    return found


def cell_text(cell: Cell, skeleton: Skeleton) -> str:
    """Where in a cell the weights of a network belong, for `vanas_panel.inspector.cell_change`.

    An operation belongs to its vertex. The projection of a cell's input belongs to the edge from the input. What an
    inner vertex gives to the output becomes a part of the cell's output channels: those inputs of everything that
    reads them (the projections of the next cell, or the classifier) belong to the edge to the output. An edge between
    two inner vertices, and a max-pooling, have no weights.

    Parameters
    ----------
    cell : Cell
        With its vertices in topological order, as `GroupedNetwork.cell` has them.
    skeleton : Skeleton

    Returns
    -------
    str
        JSON: ``operations``, ``edges``, and ``parts`` with ``layer`` and either ``vertex`` or ``edge``, of which
        ``inputs`` are the first channel and the one after the last.
    """
    projected = [target for source, target in cell.edges if source == 0]
    places = [(stack, place) for stack in range(skeleton.stacks) for place in range(skeleton.cells_per_stack)]
    parts: list[dict[str, Any]] = []
    for number, (stack, place) in enumerate(places):
        prefix = _prefix(stack, place)
        parts += [{"layer": f"{prefix}.{_projection(cell, target)}", "edge": [0, target]} for target in projected]
        parts += [{"layer": f"{prefix}.{_operation(cell, vertex)}", "vertex": vertex}
                  for vertex in range(1, cell.output) if KERNEL_SIZES[cell.operations[vertex]]]
        readers = ["classifier.weight"]
        if number + 1 < len(places):
            readers = [f"{_prefix(*places[number + 1])}.{_projection(cell, target)}" for target in projected]
        widths, start = vertex_channels(cell, skeleton.stem_channels << stack), 0
        for source in (source for source, target in cell.edges if target == cell.output and source):
            inputs = [start, start + widths[source]]
            parts += [{"layer": reader, "edge": [source, cell.output], "inputs": inputs} for reader in readers]
            start = inputs[1]
    return json.dumps({"operations": list(cell.operations), "edges": [list(edge) for edge in cell.edges],
                       "parts": parts})


class NetworkRecorder:
    """Records every repeat of a training into a file of its own; use it in a ``with`` statement.

    Nothing that goes wrong here ends a training: a repeat whose weights are no finite numbers, or whose file cannot be
    written, is recorded no further.

    Parameters
    ----------
    folder : path-like
        Where ``<key>-<repeat>.vptrain`` are written.
    key : int
        Canonical key of the cell.
    settings : Settings

    Attributes
    ----------
    steps : frozenset of int
        When `record` wants to be called.
    """

    def __init__(self, folder: str | PathLike[str], key: int, settings: Settings):
        self.folder, self.key, self.settings = Path(folder), int(key), settings
        self.steps = frozenset(record_steps(settings))
        self._open = ExitStack()
        self._recorders: dict[int, Recorder] = {}
        self._recorded: dict[int, int] = {}

    def begin(self, network: GroupedNetwork, repeats: Sequence[int]) -> None:
        """Make the files of some repeats, the groups of a network in this order."""
        where = cell_text(network.cell, self.settings.skeleton)
        for group, repeat in enumerate(repeats):
            words = _words({**self.settings.to_dict(), "key": self.key, "repeat": repeat,
                            "period": ", ".join(map(str, sorted(self.steps)))})
            try:
                self._recorders[group] = self._open.enter_context(Recorder(
                    self.folder / recording_name(self.key, repeat), unit="step", title=_title(network.cell, repeat),
                    settings=words, cell=where))
            except TrainingError:
                _log.warning("Repeat %s of the cell %s is not recorded", repeat, self.key, exc_info=True)

    def record(self, step: int, network: GroupedNetwork, alive: Sequence[int]) -> None:
        """Add a step of the groups whose repeat has not failed."""
        weights = {name: values.cpu() for name, values in named_weights(network).items()}
        for group in [group for group in alive if group in self._recorders]:
            recorder = self._recorders[group]
            try:
                recorder.record(step, {name: values[group].numpy() for name, values in weights.items()})
            except (OSError, TrainingError):
                _log.warning("%s is recorded up to step %s only", recorder.path, step, exc_info=True)
                del self._recorders[group]
                continue
            if recorder.stopped is None:
                self._recorded[group] = self._recorded.get(group, 0) + 1

    def finished(self) -> dict[int, Path]:
        """Close the files, and give those with two steps at least, which is what a change needs, by repeat."""
        self._open.close()
        return {int(recorder.path.stem.rpartition("-")[2]): recorder.path
                for group, recorder in sorted(self._recorders.items()) if self._recorded.get(group, 0) > 1}

    def __enter__(self) -> NetworkRecorder:
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()


def _add(found: dict[str, Tensor], name: str, part: ConvBnRelu, seeds: int, norm: str = "") -> None:
    """Add a convolution, and the scale and shift after it."""
    for key, weights in ((name, part.convolution.weight), (f"{norm or name}.gain", part.normalisation.weight),
                         (f"{norm or name}.offset", part.normalisation.bias)):
        found[key] = weights.detach().unflatten(0, (seeds, -1))


def _cell_modules(module: CellModule, cell: Cell) -> list[tuple[str, ConvBnRelu]]:
    """What has weights in a cell, by name, in the order of the vertices."""
    found = []
    for vertex in range(1, len(cell.operations)):
        for names, modules in ((_projection, module.projections), (_operation, module.operations)):
            part = dict(modules.items()).get(str(vertex))
            if isinstance(part, ConvBnRelu):
                found.append((names(cell, vertex), part))
    return found


def _prefix(stack: int, place: int) -> str:
    return f"stack{stack + 1}.cell{place + 1}"


def _projection(cell: Cell, vertex: int) -> str:
    return f"{'output' if vertex == cell.output else f'vertex{vertex}'}.projection"


def _operation(cell: Cell, vertex: int) -> str:
    return f"vertex{vertex}.{cell.operations[vertex].partition('-')[0]}"


def _words(settings: dict[str, Any], prefix: str = "") -> dict[str, str]:
    """Settings as text, those of parts with a dot: ``data.crop``."""
    found: dict[str, str] = {}
    for name, value in settings.items():
        if isinstance(value, dict):
            found.update(_words(value, f"{prefix}{name}."))
        else:
            found[prefix + name] = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return found


def _title(cell: Cell, repeat: int) -> str:
    """What a repeat is called: the operations of its cell, in the order of its vertices."""
    return f"{' + '.join(cell.operations[1:-1] or cell.operations)}, repeat {repeat}"

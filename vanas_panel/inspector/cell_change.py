"""How far the weights of a trained cell moved, by vertex and edge."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import msgspec
import numpy as np
from msgspec import Meta

from vanas_panel.core.encoding import MAX_EDGES, MAX_VERTICES
from vanas_panel.errors import SelectionError, SourceError, brief
from vanas_panel.inspector.layers import Layer
from vanas_panel.inspector.training import Training
from vanas_panel.inspector.weight_change import epoch_index, measured_layers, scales
from vanas_panel.text.language import Message, marked

_TAKE = marked("Take a recording that vanas-panel made while it trained the cell")


@dataclass(frozen=True)
class PartChange:
    """The accumulated absolute change of the weights of a vertex or an edge.

    Parameters
    ----------
    mean : float
        Over all its weights, each counted once.
    largest : float
    weights : int
        Their number.
    layers : tuple of str
        Where they are, one after the other.
    """

    mean: float
    largest: float
    weights: int
    layers: tuple[str, ...]


@dataclass(frozen=True)
class CellChange:
    """How far the parts of a cell moved, up to an epoch.

    Parameters
    ----------
    operations : tuple of str
        By vertex, the input first and the output last.
    edges : tuple of (int, int)
    vertices : tuple of PartChange or None
        One for each vertex; None where it has no weights, as an input, an output or a pooling.
    between : tuple of PartChange or None
        One for each edge; None where it has no weights, as one between two inner vertices.
    epoch : int
        Its number as recorded.
    unit : str
        What it counts, as `Training.unit`.
    scale : str
        How it was divided, as for `cell_change`.
    divisor : float
        Largest accumulated change of all layers at the last epoch, before any division, or what stood for it.
    """

    operations: tuple[str, ...]
    edges: tuple[tuple[int, int], ...]
    vertices: tuple[PartChange | None, ...]
    between: tuple[PartChange | None, ...]
    epoch: int
    unit: str
    scale: str
    divisor: float


class _Part(msgspec.Struct):
    layer: str
    vertex: int | None = None
    edge: tuple[int, int] | None = None
    inputs: tuple[int, int] | None = None


class _CellText(msgspec.Struct):
    # Anybody can write a recording: more than this would be drawn for hours.
    operations: Annotated[list[Annotated[str, Meta(max_length=100)]], Meta(min_length=2, max_length=MAX_VERTICES)]
    edges: Annotated[list[tuple[int, int]], Meta(max_length=MAX_EDGES)]
    parts: Annotated[list[_Part], Meta(max_length=10_000)] = []


def cell_change(training: Training, epoch: int = -1, scale: str = "all", *,
                divisor: float | None = None) -> CellChange:
    """How far the vertices and edges of the trained cell have moved up to an epoch, wherever it is in the network.

    The weights of an operation belong to its vertex. Those that project the input of the cell belong to the edge from
    the input. What a vertex gives to the output becomes some channels of the cell's output: the weights that read these
    channels, in the next cell or in the classifier, belong to the edge to the output. They read what an edge from the
    input to the output adds there, too, and the input edges of the next cell have them as well.

    Parameters
    ----------
    training : Training
        Recorded by the trainer of this project, which says where the cell is.
    epoch : int
        A number as recorded; -1 is the last one.
    scale : {"all", "layer", "none"}
        What the change is divided by: the largest one of all weights of the network at the last epoch (biases and
        normalisations aside), that of the layer of each weight, or nothing. Where that is 0, so is the result.
    divisor : float, optional
        Under ``"all"``, what is divided by instead of the largest change, such as that of another training.

    Returns
    -------
    CellChange

    Raises
    ------
    SelectionError
        Where the training is not that of a cell, or there is no such epoch or scale.
    SourceError
        Where what it says of the cell does not fit its layers.

    Examples
    --------
    >>> import numpy as np, tempfile, pathlib
    >>> from vanas_panel.inspector.recorder import Recorder
    >>> from vanas_panel.inspector.recording import read_recording
    >>> cell = '''{"operations": ["input", "conv3x3-bn-relu", "output"], "edges": [[0, 1], [1, 2]],
    ...            "parts": [{"layer": "conv", "vertex": 1}, {"layer": "fc", "edge": [1, 2], "inputs": [0, 2]}]}'''
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "run.vptrain"
    >>> with Recorder(path, cell=cell) as recorder:
    ...     recorder.record(0, {"conv": np.zeros((2, 1, 3, 3)), "fc": np.zeros((2, 2))})
    ...     recorder.record(1, {"conv": np.ones((2, 1, 3, 3)), "fc": np.array([[0, 2], [0, 4]])})
    >>> change = cell_change(read_recording(path))
    >>> change.vertices[1].mean, change.between[1].mean, change.between[1].largest, change.between[0]
    (0.25, 0.375, 1.0, None)
    """
    at, content = epoch_index(training, epoch), _content(training)
    measured = measured_layers(training, biases=False)
    divisors = dict(zip(measured, scales(training, scale, measured, divisor).tolist(), strict=True))
    most = float(training.figures.largest[-1, measured].max(initial=0.0)) if divisor is None else divisor
    names = {layer.name: number for number, layer in enumerate(training.layers)}
    owned: dict[int | tuple[int, int], list[tuple[float, float, int, str]]] = {}
    for part in content.parts:
        number = _checked(part, content, training, names)
        found = _measured(training, at, number, part.inputs)
        own = divisors.get(number, 1.0)
        total, largest = ((value / own if own else 0.0) for value in found[:2])
        owner = part.vertex if part.vertex is not None else part.edge
        assert owner is not None  # as was checked
        owned.setdefault(owner, []).append((total, largest, found[2], part.layer))
    return CellChange(
        tuple(content.operations), tuple(content.edges),
        tuple(_joined(owned.get(vertex, [])) for vertex in range(len(content.operations))),
        tuple(_joined(owned.get(edge, [])) for edge in content.edges),
        int(training.epochs[at]), training.unit, scale, most)


def _content(training: Training) -> _CellText:
    """What a recording says of its cell."""
    if not training.cell:
        raise SelectionError(Message("Found no cell in the training {title}; expected one of a cell that vanas-panel "
                                     "trained and recorded.", title=training.title))
    try:
        content = msgspec.json.decode(training.cell, type=_CellText)
    except msgspec.DecodeError as error:
        raise SourceError(Message("a cell that cannot be read ({reason})", reason=brief(str(error), 120)),
                          "operations, edges and parts in JSON", _TAKE, place=training.title) from None
    count = len(content.operations)
    if not all(0 <= source < target < count for source, target in content.edges):
        raise SourceError(Message("edges {edges} between {count} vertices", edges=brief(str(content.edges), 80),
                                  count=count), "edges from an earlier vertex to a later one", _TAKE,
                          place=training.title)
    return content


def _checked(part: _Part, content: _CellText, training: Training, names: dict[str, int]) -> int:
    """The layer of a part, where everything it names is there."""
    layer: Layer | None = training.layers[names[part.layer]] if part.layer in names else None
    start, end = part.inputs or (0, 1)
    if (layer is None or (part.vertex is None) == (part.edge is None)
            or (part.vertex is not None and not 0 <= part.vertex < len(content.operations))
            or (part.edge is not None and part.edge not in content.edges) or not 0 <= start < end <= layer.inputs):
        raise SourceError(Message("the part {part} of a cell", part=brief(msgspec.json.encode(part).decode(), 120)),
                          "a recorded layer with a vertex or an edge of the cell, and inputs that the layer has",
                          _TAKE, place=training.title)
    return names[part.layer]


def _measured(training: Training, at: int, number: int, inputs: tuple[int, int] | None) -> tuple[float, float, int]:
    """Sum and maximum of the accumulated change of a layer, or of some of its inputs, and the number of weights."""
    layer = training.layers[number]
    if inputs is None:
        return float(training.figures.total[at, number]), float(training.figures.largest[at, number]), layer.count
    per_input, units = layer.count // layer.inputs, training.units[number]
    means = units.input_mean[at, slice(*inputs)].astype(np.float64)
    return (float(means.sum()) * per_input, float(units.input_max[at, slice(*inputs)].max()),
            per_input * (inputs[1] - inputs[0]))


def _joined(found: list[tuple[float, float, int, str]]) -> PartChange | None:
    """The parts of one vertex or edge together; None for none."""
    if not found:
        return None
    totals, largest, counts, layers = zip(*found, strict=True)
    return PartChange(sum(totals) / sum(counts), max(largest), sum(counts), tuple(dict.fromkeys(layers)))

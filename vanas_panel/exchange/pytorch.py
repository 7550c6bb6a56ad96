"""A cell as a PyTorch source file that runs by itself."""

from __future__ import annotations

from itertools import groupby
from string import Template

from vanas_panel.core.cell import Cell
from vanas_panel.core.cost import KERNEL_SIZES, NASBENCH101_SKELETON, Skeleton
from vanas_panel.core.draft import Draft
from vanas_panel.errors import UnknownOperationError
from vanas_panel.exchange.pytorch_template import SOURCE
from vanas_panel.text.language import Message


def to_pytorch(cell: Draft, skeleton: Skeleton = NASBENCH101_SKELETON) -> str:
    """The network of a cell as plain PyTorch code, by the rules of `vanas_panel.core.cost`.

    Parameters
    ----------
    cell : Draft
        A valid cell of any search space whose operations are among `vanas_panel.core.cost.KERNEL_SIZES`. Its vertices
        are put into topological order, which decides who takes a left-over channel.
    skeleton : Skeleton, optional
        The network around the cells; it becomes constants in the text, which a reader may change.

    Returns
    -------
    str
        Python text that imports nothing but PyTorch. It defines ``Network``; run as a file, it prints the number of
        trainable parameters and the shapes of a forward pass. The names of its parameters are those of
        ``vanas_panel.training.network.GroupedNetwork``, except for the dense layer.

    Raises
    ------
    InvalidCellError
        Where the draft is no cell.
    UnknownOperationError
        Where an operation is not among those that a network can be built from.

    Examples
    --------
    >>> text = to_pytorch(Cell(["input", "maxpool3x3", "output"], [(0, 1), (1, 2)]))
    >>> start = text.index("EDGES")
    >>> print(text[start : text.index("]", start) + 1])
    EDGES = [
        (0, 1),
        (1, 2),
    ]
    """
    cell = Cell(cell.operations, cell.edges, None)
    strangers = sorted({operation for operation in cell.operations[1:-1] if operation not in KERNEL_SIZES})
    if strangers:
        raise UnknownOperationError(Message("Found operation {strangers}; expected only {known}, which a "
                                            "network can be built from. Replace it.", strangers=", ".join(strangers),
                                            known=", ".join(KERNEL_SIZES)))
    order = cell.topological_order()
    rank = {vertex: index for index, vertex in enumerate(order)}
    edges = sorted((rank[source], rank[target]) for source, target in cell.edges)
    return Template(SOURCE).substitute(
        operations="\n".join(f"    {cell.operations[vertex]!r}," for vertex in order),
        edges="\n".join(f"    {', '.join(map(str, group))}," for _, group in groupby(edges, key=lambda edge: edge[0])),
        stem_channels=skeleton.stem_channels,
        stacks=skeleton.stacks,
        cells_per_stack=skeleton.cells_per_stack,
        image_size=skeleton.image_size,
        image_channels=skeleton.image_channels,
        classes=skeleton.classes,
    )

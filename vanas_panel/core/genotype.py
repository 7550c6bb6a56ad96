"""Genotypes: what a gradient search leaves, two inputs with an operation each for every node of two kinds of cells.

The text form is that of the published code of DARTS (H. Liu, K. Simonyan, Y. Yang, ICLR 2019).
"""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

from vanas_panel.core.plain import plain_text
from vanas_panel.errors import ArgumentKindError, ExchangeError, brief
from vanas_panel.text.language import Message, marked

NONE = "none"
_LONGEST = 20_000
_INPUTS = 2
_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")

Gene = tuple[str, int]
"""An operation and its source: 0 and 1 are the inputs of the cell, 2 is its first node."""


@dataclass(frozen=True)
class Genotype:
    """Two kinds of cells.

    Parameters
    ----------
    normal, reduce : sequence of (str, int)
        Operations and sources; the first two belong to the first node, the next two to the second, and so on.
    normal_concat, reduce_concat : sequence of int
        The nodes whose results are the output of the cell; 2 is the first.

    Raises
    ------
    ExchangeError
        Where a node has a source that does not come before it, or a cell has no node.

    Examples
    --------
    >>> cell = [("sep_conv_3x3", 0), ("skip_connect", 1)]
    >>> one = Genotype(cell, [2], [("max_pool_3x3", 0), ("skip_connect", 1)], [2])
    >>> print(one)
    Genotype(normal=[('sep_conv_3x3', 0), ('skip_connect', 1)], normal_concat=[2], \
reduce=[('max_pool_3x3', 0), ('skip_connect', 1)], reduce_concat=[2])
    >>> Genotype.from_text(str(one)) == one
    True
    """

    normal: tuple[Gene, ...]
    normal_concat: tuple[int, ...]
    reduce: tuple[Gene, ...]
    reduce_concat: tuple[int, ...]

    def __post_init__(self):
        for name in ("normal", "reduce"):
            genes = tuple((plain_text(operation), int(source)) for operation, source in getattr(self, name))
            concat = tuple(map(int, getattr(self, f"{name}_concat")))
            object.__setattr__(self, name, genes)
            object.__setattr__(self, f"{name}_concat", concat)
            _check(name, genes, concat)

    def __str__(self) -> str:
        parts = ", ".join(f"{item.name}={list(getattr(self, item.name))!r}" for item in fields(self))
        return f"Genotype({parts})"

    @classmethod
    def from_text(cls, text: str) -> Genotype:
        """Read the text form of the published code; nothing in it is run.

        Parameters
        ----------
        text : str
            ``Genotype(normal=[(operation, source), ...], normal_concat=range(2, 6), reduce=..., reduce_concat=...)``,
            perhaps after a name and ``=``.

        Raises
        ------
        ExchangeError
            Where it is something else.

        Examples
        --------
        >>> Genotype.from_text("ONE = Genotype(normal=[('none', 0), ('none', 1)], normal_concat=range(2, 3),"
        ...                    "reduce=[('none', 0), ('none', 1)], reduce_concat=range(2, 3))").normal_concat
        (2,)
        """
        if not isinstance(text, str):
            raise ArgumentKindError(Message("Found something of type {kind}; expected the text of a genotype. Give "
                                            "str(genotype).", kind=type(text).__name__))
        found = _call(text)
        names = [item.name for item in fields(cls)]
        values = {str(each.arg): each.value for each in found.keywords}
        if found.args or sorted(values) != sorted(names) or len(found.keywords) != len(names):
            raise _refused(Message("the arguments {found}", found=", ".join(values) or marked("none")))
        return cls(tuple(_genes(values["normal"])), tuple(_numbers(values["normal_concat"])),
                   tuple(_genes(values["reduce"])), tuple(_numbers(values["reduce_concat"])))


def strongest_genes(weights: np.ndarray, operations: Sequence[str], inputs: int = _INPUTS) -> list[Gene]:
    """What DARTS takes from the weights of a cell: for each node its strongest inputs, each with its best operation.

    The strength of an input is the highest weight of its operations, ``none`` left out. Of equal inputs the first one
    is taken, of equal operations the first one.

    Parameters
    ----------
    weights : float64 (edges, operations)
        Those into the first node come first, each by its source.
    operations : sequence of str
    inputs : int, optional
        Of each node.

    Returns
    -------
    list of (str, int)
        For each node its inputs, the strongest first.

    Raises
    ------
    ArgumentKindError
        Where the shape fits no cell or a weight is not a finite number.

    Examples
    --------
    >>> strongest_genes(np.array([[0.8, 0.2], [0.1, 0.9]]), ["none", "skip_connect"])
    [('skip_connect', 1), ('skip_connect', 0)]
    """
    weights = np.asarray(weights, dtype=np.float64)
    nodes = next((count for count in range(1, 65) if count * (count + 3) // 2 == len(weights)), 0)
    if weights.ndim != 2 or weights.shape[1] != len(operations) or not nodes:
        raise ArgumentKindError(Message("Found weights of shape {shape}; expected (2, 5, 9, 14, ... edges, {count} "
                                        "operations). Change them.", shape=weights.shape, count=len(operations)))
    allowed = [number for number, name in enumerate(operations) if name != NONE]
    if not np.isfinite(weights).all() or not allowed:
        raise ArgumentKindError("Found weights that are no finite numbers, or no operation but none; expected others. "
                                "Change them.")
    genes: list[Gene] = []
    for node in range(nodes):
        first = node * (node + 3) // 2
        rows = weights[first:first + node + 2][:, allowed]
        order = np.argsort(-rows.max(axis=1), kind="stable")[:inputs]
        genes += [(operations[allowed[int(rows[source].argmax())]], int(source)) for source in order]
    return genes


def _check(name: str, genes: tuple[Gene, ...], concat: tuple[int, ...]) -> None:
    """Refuse genes that make no cell."""
    if not genes or len(genes) % _INPUTS:
        raise _refused(Message("{count} genes in {name}; expected two for each node", count=len(genes), name=name))
    nodes = len(genes) // _INPUTS
    for number, (operation, source) in enumerate(genes):
        if not (isinstance(operation, str) and _NAME.fullmatch(operation)):
            raise _refused(Message("operation {operation} in {name}", operation=brief(repr(operation), 60), name=name))
        if not 0 <= source < _INPUTS + number // _INPUTS:
            raise _refused(Message("source {source} of node {node} in {name}", source=source,
                                   node=_INPUTS + number // _INPUTS, name=name))
    if not concat or len(set(concat)) < len(concat) or not all(_INPUTS <= node < _INPUTS + nodes for node in concat):
        raise _refused(Message("nodes {nodes} in {name}_concat", name=name,
                               nodes=", ".join(map(str, concat[:20])) or marked("none")))


def _call(text: str) -> ast.Call:
    """The call that a text is."""
    if len(text) > _LONGEST:
        raise _refused(Message("a text of {length:,} characters", length=len(text)))
    try:
        body = ast.parse(text.strip()).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        body = []
    found = getattr(body[0], "value", None) if len(body) == 1 and isinstance(body[0], ast.Expr | ast.Assign) else None
    if isinstance(found, ast.Call) and isinstance(found.func, ast.Name) and found.func.id == Genotype.__name__:
        return found
    raise _refused(Message("the text {text}", text=brief(repr(text), 80)))


def _genes(node: ast.expr) -> list[Gene]:
    """Genes as they are written."""
    items = node.elts if isinstance(node, ast.List | ast.Tuple) else [node]
    genes = []
    for item in items:
        pair = [getattr(each, "value", None) for each in getattr(item, "elts", [])]
        if len(pair) != 2 or not isinstance(pair[0], str) or type(pair[1]) is not int:
            raise _refused(Message("the text {text}", text=brief(repr(ast.unparse(item)), 80)))
        genes.append((pair[0], pair[1]))
    return genes


def _numbers(node: ast.expr) -> list[int]:
    """Whole numbers, in a list or as a range of two."""
    is_range = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "range"
    items = node.args if isinstance(node, ast.Call) and is_range else getattr(node, "elts", [node])
    numbers = [item.value for item in items if isinstance(item, ast.Constant) and type(item.value) is int]
    if len(numbers) != len(items) or (is_range and (len(numbers) != 2 or numbers[1] > 64)):
        raise _refused(Message("the text {text}", text=brief(repr(ast.unparse(node)), 80)))
    return list(range(*numbers)) if is_range else numbers


def _refused(found: str) -> ExchangeError:
    """The error for what is no genotype."""
    return ExchangeError(Message("Found {found}; expected a genotype as the code of DARTS writes it: "
                                 "Genotype(normal=[('sep_conv_3x3', 0), ('skip_connect', 1)], normal_concat=[2], "
                                 "reduce=[...], reduce_concat=[2]). Correct it.", found=found))

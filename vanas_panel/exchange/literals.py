"""Finding the operations and edges of a cell in JSON or Python text, which is parsed and never run."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from textwrap import dedent

from vanas_panel.errors import ExchangeError

FIELDS = {
    "operations": "operations", "ops": "operations", "module_operations": "operations",
    "edges": "edges",
    "matrix": "matrix", "adjacency": "matrix", "adjacency_matrix": "matrix", "module_adjacency": "matrix",
}
"""What a part of a cell may be called, in any case of letters, and what it is."""

# The names that the examples of NAS-Bench-101 write in place of texts.
_CONSTANTS = {"INPUT": "input", "OUTPUT": "output", "CONV3X3": "conv3x3-bn-relu", "CONV1X1": "conv1x1-bn-relu",
              "MAXPOOL3X3": "maxpool3x3"}

_UNREADABLE = (ValueError, SyntaxError, TypeError, RecursionError, MemoryError)
"""What parsers raise for a text; a deep nesting alone gives the last two, and leaves memory as it was."""

Found = tuple[str, object]


def found_fields(text: str) -> list[Found]:
    """Every part of a cell in a text.

    Parameters
    ----------
    text : str
        JSON, or Python text with assignments, a dictionary, lists or a call of ``ModelSpec``.

    Returns
    -------
    list of (str, object)
        ``operations``, ``edges``, ``matrix`` or ``format``, and the value: texts, numbers, None, lists, tuples and
        dictionaries of them, unchecked beyond that.

    Raises
    ------
    ExchangeError
        Where the text is neither JSON nor Python, or a part is no plain value.

    Examples
    --------
    >>> found_fields("OPERATIONS = ['input', 'output']; EDGES = [(0, 1)]")
    [('operations', ['input', 'output']), ('edges', [(0, 1)])]
    >>> found_fields('{"matrix": [[0, 1], [0, 0]], "colour": 3}')
    [('matrix', [[0, 1], [0, 0]])]
    """
    text = dedent(text.removeprefix("\ufeff")).strip()
    try:
        content = json.loads(text)
    except _UNREADABLE as error:
        return list(_from_python(text, error))
    return list(_from_json(content))


def _from_json(content: object) -> Iterator[Found]:
    """Parts of a cell in JSON: those of an object, or the lists of a list."""
    if isinstance(content, dict):
        for name, value in content.items():
            if name == "format":
                yield name, value
            elif name.lower() in FIELDS:
                yield FIELDS[name.lower()], value
    else:
        yield from _unnamed(content)


def _from_python(text: str, not_json: BaseException) -> Iterator[Found]:
    """Parts of a cell in Python text."""
    try:
        tree = ast.parse(text)
    except _UNREADABLE as not_python:
        error = not_json if text.startswith("{") else not_python
        line = getattr(error, "lineno", None)
        place = f" in line {line}" if line else ""
        raise ExchangeError(f"Found text that is neither JSON nor Python (reading stops{place}); expected a cell as "
                            "PyTorch, NAS-Bench-101 or JSON text. Copy it again from its first line to its "
                            "last.") from None
    plain = _Plain(tree)
    try:
        for name, node in _candidates(tree):
            # A variable that stands here is found where it is assigned.
            if not isinstance(node, ast.Name):
                value = ast.literal_eval(plain.visit(node))
                yield from [(name, value)] if name else _unnamed(value)
    except _UNREADABLE:
        raise ExchangeError("Found a part of a cell that must be computed; expected plain lists of texts and numbers, "
                            "since pasted code is never run. Write the lists out.") from None


def _candidates(tree: ast.Module) -> Iterator[tuple[str, ast.expr]]:
    """Name (perhaps empty) and expression of all that may be a part of a cell, at the top level or in ``ModelSpec``."""
    for statement in tree.body:
        value = getattr(statement, "value", None)
        if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
            name = statement.targets[0].id.lower()
            if name in FIELDS and value is not None:
                yield FIELDS[name], value
        elif isinstance(statement, ast.Expr):
            values = value.elts if isinstance(value, ast.Tuple) else [value]
            yield from (("", item) for item in values if isinstance(item, ast.List))
        if isinstance(value, ast.Dict):
            yield from _named((getattr(key, "value", None), item)
                              for key, item in zip(value.keys, value.values, strict=True))
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _called(node) == "ModelSpec":
            yield from zip(("matrix", "operations"), node.args, strict=False)
            yield from _named((keyword.arg, keyword.value) for keyword in node.keywords)


def _named(pairs) -> Iterator[tuple[str, ast.expr]]:
    """Those of some names and expressions that are parts of a cell."""
    for name, value in pairs:
        if isinstance(name, str) and name.lower() in FIELDS:
            yield FIELDS[name.lower()], value


def _called(call: ast.Call) -> str:
    """The last name of what is called, ``ModelSpec`` for ``api.ModelSpec(...)``."""
    return getattr(call.func, "attr", getattr(call.func, "id", ""))


def _unnamed(value: object) -> Iterator[Found]:
    """What a list without a name is: a matrix is a list of lists, and may stand in a list with the operations."""
    if isinstance(value, list) and value:
        parts = value if any(_is_matrix(part) for part in value) else [value]
        yield from (("matrix" if _is_matrix(part) else "operations", part) for part in parts)


def _is_matrix(value: object) -> bool:
    """Whether a value is a list that starts with a list."""
    return isinstance(value, list) and bool(value) and isinstance(value[0], list)


class _Plain(ast.NodeTransformer):
    """Makes plain values of constants with a name and of arrays, so that `ast.literal_eval` takes them.

    Parameters
    ----------
    tree : ast.Module
        Where texts may be given names.
    """

    def __init__(self, tree: ast.Module):
        self._texts = dict(_CONSTANTS)
        for node in tree.body:
            if not (isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)):
                continue
            if isinstance(node.value.value, str):
                self._texts |= {target.id: node.value.value for target in node.targets if isinstance(target, ast.Name)}

    def visit_Name(self, node: ast.Name) -> ast.expr:
        """The text of a known name."""
        return ast.Constant(self._texts[node.id]) if node.id in self._texts else node

    def visit_Call(self, node: ast.Call) -> ast.expr:
        """The list in ``np.array([...])``."""
        is_array = _called(node) in ("array", "asarray") and len(node.args) == 1
        return self.visit(node.args[0]) if is_array else node

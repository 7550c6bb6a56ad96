"""A draft from text that somebody pastes: any of the forms that are written here, and close relatives."""

from __future__ import annotations

from typing import NoReturn

from vanas_panel.core.draft import Draft
from vanas_panel.core.encoding import MAX_VERTICES
from vanas_panel.errors import ExchangeError, InvalidDraftError
from vanas_panel.exchange.json_text import FORMAT
from vanas_panel.exchange.literals import found_fields

MAX_TEXT = 30_000
"""Most characters of a text; the longest that is written here has a quarter of them."""

MAX_LABEL = 100
"""Most characters of an operation."""

_SHOWN = 60


def read(text: str) -> Draft:
    """The cell or draft in a text.

    Parameters
    ----------
    text : str
        At most `MAX_TEXT` characters of

        * JSON: an object of ``operations`` (or ``ops``) with ``edges`` or ``matrix``, or a list of matrix and
          operations;
        * Python text with the same, as a dictionary, as assignments in any case of letters (such as the file of
          `vanas_panel.exchange.to_pytorch`), as arguments of NAS-Bench-101's ``ModelSpec``, or as a matrix and a list
          of operations one after the other. The constants of NAS-Bench-101's examples (``INPUT``, ``CONV3X3``, ...)
          and ``np.array`` are understood.

    Returns
    -------
    Draft
        Any labelled digraph of at most `vanas_panel.core.encoding.MAX_VERTICES` vertices; whether it is a cell, and
        of which search space, is for the caller to ask.

    Raises
    ------
    ExchangeError
        For everything else. Nothing that is read is ever run.

    Examples
    --------
    >>> read("[[0, 1, 0], [0, 0, 1], [0, 0, 0]], ['input', 'maxpool3x3', 'output']")
    Draft(operations=('input', 'maxpool3x3', 'output'), edges=((0, 1), (1, 2)))
    """
    if not text.strip():
        _refuse("no text", "a cell as PyTorch, NAS-Bench-101 or JSON text", "Paste one first")
    if len(text) > MAX_TEXT:
        _refuse(f"{len(text):,} characters", f"at most {MAX_TEXT:,}", "Paste the part with the cell only")
    parts: dict[str, object] = {}
    for name, value in found_fields(text):
        if name in parts:
            _refuse(f"{name} twice", "one cell", "Paste the part with one of them only")
        parts[name] = value
    if parts.pop("format", FORMAT) != FORMAT:
        _refuse("a cell written by another version of vanas-panel", f"the form {FORMAT!r}",
                "Open it with the version that wrote it")
    return _draft(parts)


def _draft(parts: dict[str, object]) -> Draft:
    """The draft of a text's parts, each of which may be anything."""
    if not parts:
        _refuse("no cell in the text", "operations, and edges or a matrix", "Paste a cell as PyTorch, NAS-Bench-101 or "
                "JSON text")
    if "operations" not in parts:
        _refuse(f"{' and '.join(parts)} without operations", "both", "Add a list of operations, 'input' first and "
                "'output' last")
    if len(parts) != 2:
        _refuse(" and ".join(parts), "operations, and either edges or a matrix", "Paste both of them together")
    operations = _operations(parts["operations"])
    pairs = (_pairs if "edges" in parts else _ones)(parts.get("edges", parts.get("matrix")), len(operations))
    try:
        return Draft(operations, pairs)
    except InvalidDraftError as error:
        raise ExchangeError(str(error)) from None


def _operations(value: object) -> tuple[str, ...]:
    """Labels of the vertices."""
    if not isinstance(value, list | tuple) or not all(isinstance(item, str) for item in value):
        _refuse(f"operations {_shown(value)}", "a list of texts", "Write each operation between quotes")
    if len(value) > MAX_VERTICES:
        _refuse(f"{len(value):,} operations", f"at most {MAX_VERTICES}, input and output among them",
                "Leave some out: no search space here has larger cells")
    for item in value:
        if len(item) > MAX_LABEL or not item.isprintable():
            _refuse(f"operation {_shown(item)}", f"at most {MAX_LABEL} letters, digits and signs in one line",
                    "Rename it")
    return tuple(value)


def _pairs(value: object, vertices: int) -> list[tuple[int, int]]:
    """Edges as pairs."""
    if not isinstance(value, list | tuple):
        _refuse(f"edges {_shown(value)}", "a list of pairs", "Write them as [[0, 1], [1, 2]]")
    for item in value:
        is_pair = isinstance(item, list | tuple) and len(item) == 2
        if not is_pair or any(type(end) is not int or not 0 <= end < vertices for end in item):
            _refuse(f"edge {_shown(item)}", f"two vertex indices from 0 to {vertices - 1}", "Write it as [0, 1]")
    return [(source, target) for source, target in value]


def _ones(value: object, vertices: int) -> list[tuple[int, int]]:
    """Edges where a matrix has a one."""
    rows = value if isinstance(value, list | tuple) else ()
    if len(rows) != vertices or any(not isinstance(row, list | tuple) or len(row) != vertices for row in rows):
        _refuse(f"matrix {_shown(value)}", f"{vertices} rows of {vertices} numbers, one for each operation",
                "Check both")
    for entry in (entry for row in rows for entry in row):
        if not isinstance(entry, int | float) or entry not in (0, 1):
            _refuse(f"{_shown(entry)} in the matrix", "0 or 1", "Correct it")
    return [(source, target) for source, row in enumerate(rows) for target, entry in enumerate(row) if entry]


def _shown(value: object) -> str:
    """A value in the words of Python, cut where it is long."""
    try:
        shown = ascii(value)
    except (RecursionError, ValueError):  # nested deeply, or a number of thousands of digits
        return "of a kind that is no part of a cell"
    return shown if len(shown) <= _SHOWN else f"{shown[:_SHOWN]}..."


def _refuse(found: str, expected: str, advice: str) -> NoReturn:
    """Raise with what was found, what was expected and what to do next."""
    raise ExchangeError(f"Found {found}; expected {expected}. {advice}.")

"""Search for operations, edges and a matrix in JSON or Python text, which is parsed and never run."""

from __future__ import annotations

import ast
import json
import re
import warnings
from collections.abc import Iterable
from textwrap import dedent

from vanas_panel.errors import ExchangeError
from vanas_panel.exchange.printed import as_python, bracketed
from vanas_panel.exchange.script import Script
from vanas_panel.exchange.values import Missing, Unreadable
from vanas_panel.exchange.words import refuse, shown
from vanas_panel.text.language import Message

FIELDS = {
    "operations": "operations", "ops": "operations", "module_operations": "operations",
    "edges": "edges",
    "matrix": "matrix", "adjacency": "matrix", "adjacency_matrix": "matrix", "module_adjacency": "matrix",
}
"""Names for a part of a cell, in any case of letters, and the part that each stands for."""

_UNREADABLE = (ValueError, SyntaxError, TypeError, RecursionError, MemoryError)
"""Errors that parsers raise for a text; a deep nesting alone gives the last two, and leaves memory as it was."""

_NNI = re.compile(r"(?:.*[/.])?(op|input)_?([0-9]{1,2})")
_DEEPEST = 3
_MOST_LISTS = 50

Found = tuple[str, object]


def found_parts(text: str) -> list[Found]:
    r"""Every part of a cell in a text.

    Parameters
    ----------
    text : str
        JSON; or Python text with assignments, names, dictionaries, lists, arrays or a call of ``ModelSpec``; or any
        text around a printed matrix and a printed list of operations.

    Returns
    -------
    list of (str, object)
        ``operations``, ``edges``, ``matrix``, ``nni`` or ``format``, and the value: texts, numbers, None, lists, tuples
        and dictionaries of them, unchecked beyond that.

    Raises
    ------
    ExchangeError
        Where the text is neither JSON nor Python, or a part is known only after running it.

    Examples
    --------
    >>> found_parts("OPERATIONS = ['input', 'output']; EDGES = [(0, 1)]")
    [('operations', ['input', 'output']), ('edges', [(0, 1)])]
    >>> found_parts("m = np.array([[0, 1], [0, 0]])\nnasbench.query(ModelSpec(m, ['input', 'output']))")
    [('matrix', [[0, 1], [0, 0]]), ('operations', ['input', 'output'])]
    """
    text = dedent(text.removeprefix("\ufeff")).strip()
    try:
        content = json.loads(text, object_pairs_hook=_once)
    except ExchangeError:
        raise  # of an object that says one thing twice
    except _UNREADABLE as error:
        return [_readable(name, value) for name, value in _from_python(as_python(text), error)]
    return _from_dictionary(content) if isinstance(content, dict) else _from_bare([content])


def _from_python(text: str, not_json: BaseException) -> list[Found]:
    """Parts of a cell in Python text, or in any other around lists."""
    error: BaseException = not_json
    # The text between the brackets of a call is no statement, as when "matrix=m, ops=ops" alone was copied.
    for tried in (text, f"ModelSpec({text}\n)"):
        try:
            script = Script(_parsed(tried))
        except _UNREADABLE as not_python:
            if tried is text and not text.startswith("{"):
                error = not_python
            continue
        found = _from_script(script)
        if found:
            return found
        if tried is text:
            # To Python, "[[0, 1], [0, 0]] ['input', 'output']" asks for an item of a list.
            return _from_lists(text)
    found = _from_lists(text)
    if not found:
        line = getattr(error, "lineno", None)
        what = (Message("text that is neither JSON nor Python (reading stops in line {line})", line=line) if line else
                Message("text that is neither JSON nor Python (reading stops)"))
        refuse(what, "a cell as PyTorch, NAS-Bench-101 or JSON text", "Copy it again from its first line to its last")
    return found


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """An object of JSON, whose names say one thing each: with two values, it is unclear which one is meant."""
    found: dict[str, object] = {}
    for name, value in pairs:
        if name in found:
            refuse(Message("{name} twice in an object", name=shown(name)), "one value for each name",
                   "Take one of them out")
        found[name] = value
    return found


def _parsed(text: str) -> ast.Module:
    """Python text as a tree; what its author should be warned of is no matter of ours."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SyntaxWarning)
        return ast.parse(text)


def _from_lists(text: str) -> list[Found]:
    """Parts of a cell in a text that nothing else is known of: one matrix and one list of operations."""
    values = []
    for part in bracketed(text)[:_MOST_LISTS]:
        try:
            values += Script(_parsed(part)).bare
        except _UNREADABLE:
            continue
    found = [pair for pair in _from_bare(values) if pair[0] != "edges"]
    return found if sorted(name for name, _ in found) == ["matrix", "operations"] else []


def _from_script(script: Script) -> list[Found]:
    """Parts of a cell in what a script holds: arguments of ModelSpec before dictionaries, these before names."""
    if script.specs:
        arguments = [pair for spec in script.specs for pair in spec]
        return [(FIELDS[name.lower()], value) for name, value in arguments if name.lower() in FIELDS]
    values = [value for _, value in script.assigned] + script.bare
    dictionaries = [found for value in values if isinstance(value, dict) and (found := _from_dictionary(value))]
    if dictionaries:
        return [pair for found in dictionaries for pair in found]
    named = [(FIELDS[name.lower()], value) for name, value in script.assigned if name.lower() in FIELDS]
    known = {name for name, _ in named}
    if {"operations"} < known:
        return named
    # Names of people's own tell less than what they hold; the last value of each counts.
    others = {name: value for name, value in script.assigned if name.lower() not in FIELDS}
    guessed = _from_bare([*others.values(), *script.bare])
    found = named + [pair for pair in guessed if pair[0] not in known]
    return found + _untold({name for name, _ in found}, [*others.values(), *script.bare])


def _untold(known: set[str], values: list[object]) -> list[Found]:
    """The part that is missing beside another, where its value is unknown: that is why it is missing."""
    untold = [value for value in values if isinstance(value, Unreadable)]
    if not untold or not known or {"operations"} < known:
        return []
    return [("matrix" if "operations" in known else "operations", untold[0])]


def _from_dictionary(content: dict, depth: int = 0) -> list[Found]:
    """Parts of a cell in a dictionary, or in the one that stands in it."""
    found: list[Found] = []
    names = [name for name in content if isinstance(name, str)]
    for name in names:
        if name == "format":
            found.append((name, content[name]))
        elif name.lower() in FIELDS:
            found.append((FIELDS[name.lower()], content[name]))
    if any(name != "format" for name, _ in found):
        return found
    numbered: dict[tuple[str, int], object] = {}
    for name in names:
        if match := _NNI.fullmatch(name):
            key = match[1], int(match[2])
            if key in numbered:
                refuse(Message("{kind}{number} twice in a dictionary of NNI", kind=key[0], number=key[1]), "one cell",
                       "Paste the part with one of them only")
            numbered[key] = content[name]
    if any(kind == "input" for kind, _ in numbered):
        return [("nni", numbered)]
    inner = [value for value in content.values() if isinstance(value, dict)] if depth < _DEEPEST else []
    return [pair for value in inner for pair in _from_dictionary(value, depth + 1)]


def _from_bare(values: Iterable[object]) -> list[Found]:
    """The parts that unnamed values stand for: a matrix is a list of lists, maybe in a list with the operations."""
    found: list[Found] = []
    for value in values:
        if isinstance(value, dict):
            found += _from_dictionary(value)
        elif isinstance(value, list | tuple) and value:
            is_pair = any(_is_table(part) for part in value) or any(isinstance(part, dict) for part in value)
            for part in value if is_pair else [value]:
                kind = _kind(part)
                found += _from_dictionary(part) if isinstance(part, dict) else [(kind, part)] if kind else []
    return found


def _kind(value: object) -> str:
    """The part that a list stands for, by its items; nothing where it is no part of a cell."""
    if _is_table(value):
        return "matrix"
    if not isinstance(value, list | tuple) or not value:
        return ""
    if all(isinstance(item, str) for item in value):
        return "operations"
    return "edges" if all(isinstance(item, tuple) and len(item) == 2 for item in value) else ""


def _is_table(value: object) -> bool:
    """Whether a value is a list that starts with a list."""
    return isinstance(value, list) and bool(value) and isinstance(value[0], list)


def _readable(name: str, value: object) -> Found:
    """A part whose value is known; else the true reason why it is not."""
    if isinstance(value, Missing):
        refuse(Message("{name} given by the name {value}, which nothing in the text assigns", name=name,
                       value=str(value)[:40]), "its value, too",
               "Paste the lines that assign it together with these")
    if isinstance(value, Unreadable):
        refuse(Message("{name} that must be computed ({value})", name=name, value=value),
               "plain lists of texts and numbers, since pasted code is never run",
               "Print the lists, and paste the output")
    return name, value

"""Names that a statement of pasted Python may change in a way that only running it would tell."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator

from vanas_panel.text.language import Constant, Message, marked

CHANGING = frozenset({
    "append", "extend", "insert", "pop", "remove", "fill", "put", "clear", "reverse", "sort", "itemset", "resize",
    "partition", "setfield", "setflags", "popitem", "update", "setdefault", "shuffle", "place", "putmask", "copyto",
    "fill_diagonal", "__setitem__", "__delitem__", "__iadd__", "__imul__", "__ior__", "__ixor__", "__iand__", "setattr",
    "setitem", "delitem", "exec", "eval",
})
"""Calls of this name may change what they belong to, or what they are given."""


def touched(statement: ast.stmt, functions: Collection[str]) -> dict[str, str]:
    """Names that a statement may change, and how.

    Parameters
    ----------
    statement : ast.stmt
    functions : collection of str
        Names of functions that the text defines: what they do with what they are given is not followed.

    Returns
    -------
    dict of str to str
        A reason for each name, such as ``changed by .pop()``. Assignments to names and to items of names are left out.

    Examples
    --------
    >>> touched(ast.parse("row = m[0].pop()").body[0], ())
    {'m': 'changed by .pop()'}
    >>> touched(ast.parse("m[0, 1] += 1").body[0], ())
    {'m': 'changed in place'}
    """
    found: dict[str, str] = {}
    for target in _odd_targets(statement):
        found |= dict.fromkeys(_names(target), marked("changed in place"))
    for node in ast.walk(statement):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if name in CHANGING:
                found |= dict.fromkeys(_names(node), Message("changed by .{name}()", name=name))
            elif name in functions or isinstance(node.func, ast.Lambda):
                found |= dict.fromkeys(_names(node), Message("given to {name}()", name=name or Constant("a lambda")))
        elif isinstance(node, ast.NamedExpr):
            found |= dict.fromkeys(_names(node.target), marked("set within an expression"))
    if found and any(isinstance(node, ast.Lambda | ast.comprehension) for node in ast.walk(statement)):
        # The changed value may have another name within it.
        found |= dict.fromkeys(_names(statement) - found.keys(), marked("changed within an expression"))
    return found


def _odd_targets(statement: ast.stmt) -> Iterator[ast.expr]:
    """Names that a statement sets or deletes, but for plain names and items of plain names that it assigns."""
    if isinstance(statement, ast.Delete):
        yield from statement.targets
    elif isinstance(statement, ast.AugAssign) and not isinstance(statement.target, ast.Name):
        yield statement.target
    elif isinstance(statement, ast.Assign):
        for target in statement.targets:
            for part in ast.walk(target):
                # Of "m.flat[0]" and "m.T[0]" it is the attribute that stands between.
                if isinstance(part, ast.Attribute):
                    yield part


def _names(node: ast.AST) -> set[str]:
    """Every name in a part of a text."""
    return {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}

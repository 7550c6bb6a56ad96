"""Evaluation of pasted Python without running it: values of its names, and its call of ModelSpec."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from vanas_panel.exchange.touched import CHANGING, touched
from vanas_panel.exchange.values import Unreadable, Values, called
from vanas_panel.text.language import Message


class Script:
    r"""The values of a Python text after its statements are read one after the other.

    Parameters
    ----------
    tree : ast.Module

    Attributes
    ----------
    specs : list of list of (str, object)
        For each call of ``ModelSpec`` the names of its arguments, and their values or why these are unknown.
    assigned : list of (str, object)
        Every name that was assigned at the top level, as often as it was, and the value or why it is unknown.
    bare : list of object
        Values of expressions that stand alone.

    Examples
    --------
    >>> script = Script(ast.parse("m = np.zeros((2, 2))\nm[0, 1] = 1\nspec = ModelSpec(matrix=m, ops=LABELS)"))
    >>> script.specs[0][0], script.assigned[0]
    (('matrix', [[0, 1], [0, 0]]), ('m', [[0, 1], [0, 0]]))
    """

    def __init__(self, tree: ast.Module):
        self.specs: list[list[tuple[str, object]]] = []
        self.assigned: list[tuple[str, object]] = []
        self.bare: list[object] = []
        self._values = Values()
        self._functions: set[str] = set()
        for statement in tree.body:
            self._take(statement)

    def _take(self, statement: ast.stmt) -> None:
        """Go on by one statement."""
        if isinstance(statement, ast.Assign):
            for target in statement.targets:
                self._assign(target, self._value(statement.value))
        elif isinstance(statement, ast.AnnAssign):
            # "matrix: [[0, 1], [0, 0]]", as in YAML, is an annotation to Python.
            self._assign(statement.target, self._value(statement.value or statement.annotation))
        elif isinstance(statement, ast.AugAssign):
            grown = ast.BinOp(ast.Name(getattr(statement.target, "id", ""), ast.Load()), statement.op, statement.value)
            self._change(getattr(statement.target, "id", ""), self._value(grown))
        elif isinstance(statement, ast.Expr):
            self._take_bare(statement.value)
        elif isinstance(statement, ast.For | ast.While | ast.If | ast.With | ast.Try):
            word = "loop" if isinstance(statement, ast.For | ast.While) else "block"
            for name in _changed_in(statement):
                self._change(name, Unreadable(Message("set in a {word}", word=word)))
        elif isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            self._functions.add(statement.name)
            return
        if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Lambda):
            self._functions |= {target.id for target in statement.targets if isinstance(target, ast.Name)}
        for name, reason in touched(statement, self._functions).items():
            self._spoil(name, Unreadable(reason))
        for call in _specs_in(statement):
            positional = list(zip(("matrix", "ops"), call.args, strict=False))
            named = [(keyword.arg, keyword.value) for keyword in call.keywords if keyword.arg]
            self.specs.append([(name, self._value(node)) for name, node in (*positional, *named)])

    def _take_bare(self, node: ast.expr) -> None:
        """An expression that stands alone: a value, or a call that changes one."""
        if not (isinstance(node, ast.Call) and getattr(node.func, "attr", "") in CHANGING):
            self.bare.append(self._value(node))

    def _value(self, node: ast.expr) -> object:
        """The value of an expression, or the error that says why it is unknown."""
        try:
            return self._values.of(node)
        except Unreadable as error:
            return error

    def _keep(self, name: str, value: object) -> None:
        """Give a name a value."""
        self._values.names[name] = value
        self.assigned.append((name, value))

    def _change(self, name: str, value: object) -> None:
        """Give a name another value instead of its last one."""
        self.assigned = [pair for pair in self.assigned if pair[0] != name]
        self._keep(name, value)

    def _spoil(self, name: str, why: Unreadable) -> None:
        """Take it that the value of a name has changed, and that of every other name for the same list."""
        if name not in self._values.names:
            return
        value = self._values.names[name]
        for other in [each for each, held in self._values.names.items() if held is value and isinstance(held, list)]:
            self._change(other, why)
        self._change(name, why)

    def _assign(self, target: ast.expr, value: object) -> None:
        """Give what stands left of a sign of equality its value."""
        if isinstance(target, ast.Name):
            # "matrix=m," with its comma was an argument of a call.
            inner = value[0] if isinstance(value, tuple) and len(value) == 1 else None
            self._keep(target.id, inner if isinstance(inner, list) else value)
        elif isinstance(target, ast.Tuple | ast.List):
            items = value if isinstance(value, list | tuple) and len(value) == len(target.elts) else None
            for index, part in enumerate(target.elts):
                self._assign(part, items[index] if items else Unreadable("unpacked from something else"))
        elif isinstance(target, ast.Subscript):
            self._set_item(target, value)

    def _set_item(self, target: ast.Subscript, value: object) -> None:
        """Set one item of a matrix, ``m[0, 1] = 1`` or ``m[0][1] = 1``, in place."""
        name: ast.expr = target
        while isinstance(name, ast.Subscript):
            name = name.value
        if not isinstance(name, ast.Name) or name.id not in self._values.names:
            return
        index, holder = self._value(target.slice), self._value(target.value)
        try:
            if isinstance(index, tuple) and len(index) == 2:
                holder, index = holder[index[0]], index[1]  # type: ignore[index]
            if isinstance(value, Unreadable) or type(index) is not int or not isinstance(holder, list):
                raise TypeError
            if not isinstance(value, int | float | str):
                raise TypeError
            holder[index] = value
        except (TypeError, LookupError):
            self._change(name.id, Unreadable("set item by item in a way that would have to be run"))


def _specs_in(statement: ast.stmt) -> Iterator[ast.Call]:
    """Every call of ``ModelSpec`` in a statement."""
    return (node for node in ast.walk(statement) if isinstance(node, ast.Call) and called(node) == "ModelSpec")


def _changed_in(statement: ast.stmt) -> list[str]:
    """Names that a block assigns, or whose items it assigns."""
    names = []
    for node in ast.walk(statement):
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store):
            inner: ast.expr = node
            while isinstance(inner, ast.Subscript):
                inner = inner.value
            names += [inner.id] if isinstance(inner, ast.Name) else []
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.append(node.id)
    return names

"""Plain values of Python expressions, read from the syntax tree; nothing is run."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable

from vanas_panel.text.language import Constant, Message, marked

MOST_STEPS = 20_000
"""Most values that are looked at in one text; what a text of the permitted length needs is less than that."""
_DEEPEST = 30
_LARGEST_SIDE = 64

# The names that the examples of NAS-Bench-101 write instead of texts.
_CONSTANTS = {"INPUT": "input", "OUTPUT": "output", "CONV3X3": "conv3x3-bn-relu", "CONV1X1": "conv1x1-bn-relu",
              "MAXPOOL3X3": "maxpool3x3"}
_TRUTH = {"True_": True, "False_": False}
# Calls and methods that leave the values of their argument as they are.
_ARRAYS = {"array", "asarray", "matrix", "tensor", "list", "tuple"}
# NumPy 2 prints its scalars as calls, np.str_('input') and np.int64(1).
_SCALARS = re.compile(r"str_?|bool_?|int|float|u?int(?:8|16|32|64)|float(?:16|32|64)")
_KEEPING = {"tolist", "copy", "astype", "numpy", "detach", "cpu", "int", "long", "float"}
_KINDS: dict[type[ast.expr], str] = {
    ast.ListComp: marked("a comprehension"), ast.GeneratorExp: marked("a comprehension"),
    ast.SetComp: marked("a comprehension"), ast.DictComp: marked("a comprehension"),
    ast.JoinedStr: marked("an f-string"), ast.Lambda: marked("a function"), ast.IfExp: marked("a condition"),
    ast.Compare: marked("a comparison"), ast.BoolOp: marked("a condition"), ast.BinOp: marked("a calculation"),
    ast.Starred: marked("an unpacked list"),
}


class Unreadable(Exception):
    """A value is known only after running the text; the message says why, as ``a comprehension``."""

    @property
    def words(self) -> Message:
        """The reason, for use within other texts."""
        said = str(self)
        return said if isinstance(said, Message) else Constant(said)


class Missing(Unreadable):
    """A value is that of a name which nothing assigns."""


class Values:
    """Values of expressions, and of the names that were assigned so far.

    Examples
    --------
    >>> values = Values()
    >>> values.names["row"] = [0, 1]
    >>> values.of(ast.parse("[row, [0] * 2]", mode="eval").body)
    [[0, 1], [0, 0]]
    """

    def __init__(self):
        self.names: dict[str, object] = {}
        self._steps = 0

    def of(self, node: ast.expr, depth: int = 0) -> object:
        """The value of an expression.

        Raises
        ------
        Unreadable
            Where it would have to be computed, or is too large or nested too deeply.
        """
        self._count(1)
        if depth > _DEEPEST:
            raise Unreadable("nested too deeply")
        read = _READERS.get(type(node))
        if read is None:
            raise Unreadable(_KINDS.get(type(node), marked("an expression")))
        return read(self, node, depth + 1)

    def named(self, name: str) -> object:
        """The value of a name; an error that was kept for it is raised."""
        if name not in self.names:
            if name in _CONSTANTS:
                return _CONSTANTS[name]
            raise Missing(name)
        value = self.names[name]
        if isinstance(value, Unreadable):
            raise type(value)(*value.args)  # another one: each raising makes the traceback of the same longer
        # Lists that hold themselves twice, line after line, would grow without end.
        self._count(self._weight(value, 0))
        return value

    def _count(self, steps: int) -> None:
        """Stop where a text asks for too much."""
        self._steps += steps
        if self._steps > MOST_STEPS:
            raise Unreadable("larger than any cell")

    def _weight(self, value: object, depth: int) -> int:
        """How many values there are in a value."""
        if depth > _DEEPEST:
            raise Unreadable("nested too deeply")
        inner = value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else ()
        return 1 + sum(self._weight(item, depth + 1) for item in inner)

    # One function for each kind of expression ------------------------------------------------------------------------

    def _constant(self, node: ast.Constant, _depth: int) -> object:
        if node.value is not None and not isinstance(node.value, str | int | float):
            raise Unreadable(Message("a value of type {kind}", kind=type(node.value).__name__))
        return node.value

    def _list(self, node: ast.List, depth: int) -> object:
        return [self.of(item, depth) for item in node.elts]

    def _tuple(self, node: ast.Tuple, depth: int) -> object:
        return tuple(self.of(item, depth) for item in node.elts)

    def _dict(self, node: ast.Dict, depth: int) -> object:
        found: dict[object, object] = {}
        for key, item in zip(node.keys, node.values, strict=True):
            name = None if key is None else self.of(key, depth)
            if not isinstance(name, str | int):
                raise Unreadable("a dictionary with keys other than texts")
            if name in found:
                raise Unreadable("a dictionary with one key twice")
            try:
                found[name] = self.of(item, depth)
            except Unreadable as error:  # of no matter, perhaps: another entry is asked for
                found[name] = error
        return found

    def _name(self, node: ast.Name, _depth: int) -> object:
        return self.named(node.id)

    def _sign(self, node: ast.UnaryOp, depth: int) -> object:
        value = self.of(node.operand, depth)
        if not isinstance(node.op, ast.USub | ast.UAdd) or not isinstance(value, int | float):
            raise Unreadable("a calculation")
        return -value if isinstance(node.op, ast.USub) else value

    def _sum(self, node: ast.BinOp, depth: int) -> object:
        left, right = self.of(node.left, depth), self.of(node.right, depth)
        if isinstance(node.op, ast.Add) and isinstance(left, list) and isinstance(right, list):
            return left + right
        if isinstance(node.op, ast.Mult) and isinstance(left, list) and isinstance(right, int):
            self._count(max(0, right) * (1 + len(left)))
            return left * right
        raise Unreadable("a calculation")

    def _attribute(self, node: ast.Attribute, _depth: int) -> object:
        if node.attr in _CONSTANTS:
            return _CONSTANTS[node.attr]
        if node.attr in _TRUTH:
            return _TRUTH[node.attr]
        raise Unreadable(Message("the attribute .{attr}", attr=node.attr[:40]))

    def _item(self, node: ast.Subscript, depth: int) -> object:
        value, key = self.of(node.value, depth), self.of(node.slice, depth)
        try:
            found = value[key]  # type: ignore[index]
        except (TypeError, LookupError):
            raise Unreadable("an item that is not there") from None
        if isinstance(found, Unreadable):
            raise type(found)(*found.args)
        return found

    def _call(self, node: ast.Call, depth: int) -> object:
        name = called(node)
        keeps = isinstance(node.func, ast.Attribute) and name in _KEEPING
        if keeps and isinstance(node.func, ast.Attribute):
            return self._copy(self.of(node.func.value, depth))
        if name in _ARRAYS and node.args:
            return self._copy(self.of(node.args[0], depth))
        if _SCALARS.fullmatch(name) and len(node.args) == 1 and not node.keywords:
            return self._scalar(name, self.of(node.args[0], depth))
        if name == "dict" and not node.args:
            return {keyword.arg: self.of(keyword.value, depth) for keyword in node.keywords if keyword.arg}
        if name == "zeros" and node.args:
            return self._zeros(self.of(node.args[0], depth))
        raise Unreadable(Message("a call of {name}()", name=name[:40] or Constant("a function")))

    def _copy(self, value: object) -> object:
        """A value of its own: an array shares no row with what it is made of, nor two of its rows with each other."""
        if not isinstance(value, list):
            return value
        self._count(1 + len(value))
        return [self._copy(item) for item in value]

    def _scalar(self, name: str, value: object) -> object:
        """The value of ``np.str_("input")`` or ``np.int64(1)``, which keep what they are given."""
        if not isinstance(value, str if name.startswith("str") else int | float):
            raise Unreadable(Message("a call of {name}()", name=name))
        return value

    def _zeros(self, shape: object) -> object:
        """The value of ``np.zeros(shape)``."""
        sides = tuple(shape) if isinstance(shape, list | tuple) else ()
        if len(sides) != 2 or any(type(side) is not int or not 0 <= side <= _LARGEST_SIDE for side in sides):
            raise Unreadable("an array of zeros of that shape")
        self._count(sides[0] * sides[1])
        return [[0] * sides[1] for _ in range(sides[0])]


_READERS: dict[type[ast.expr], Callable] = {
    ast.Constant: Values._constant, ast.List: Values._list, ast.Tuple: Values._tuple, ast.Dict: Values._dict,
    ast.Name: Values._name, ast.UnaryOp: Values._sign, ast.BinOp: Values._sum, ast.Attribute: Values._attribute,
    ast.Subscript: Values._item, ast.Call: Values._call,
}


def called(call: ast.Call) -> str:
    """The last name of what is called, ``ModelSpec`` for ``api.ModelSpec(...)``."""
    return getattr(call.func, "attr", getattr(call.func, "id", ""))

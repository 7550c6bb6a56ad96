"""What a pickle describes, as plain values: its opcodes are walked, and nothing that it names is looked up or called.

A pickle is a program for a machine with a stack. Here the machine knows lists, tuples, dictionaries, numbers and
texts. A name of Python's becomes a `Name`, a call of one a `Call`; what they would do is up to the reader, who knows
a few of them by heart (`pytorch_file`).
"""

from __future__ import annotations

import pickletools
import struct
from typing import Any

from vanas_panel.files.pickle_parts import Call, Name, Pairs, Persistent, PickleError
from vanas_panel.text.language import Message

MOST_STEPS = 2_000_000
"""Opcodes of a pickle: a network of 10,000 tensors has about half a million."""


def pickled_value(data: bytes, most: int = MOST_STEPS) -> Any:
    """The value that a pickle describes.

    Parameters
    ----------
    data : bytes
    most : int, optional
        Opcodes that are walked.

    Returns
    -------
    object
        Made of None, truth values, numbers, texts, bytes, lists, tuples, and the classes of `pickle_parts`. It may hold
        itself, and one value in many places: walk it with that in mind.

    Raises
    ------
    PickleError
        Where the bytes are no pickle, or one of more steps.

    Examples
    --------
    >>> import os, pickle
    >>> class Evil:
    ...     def __reduce__(self):
    ...         return os.system, ("echo never",)
    >>> value = pickled_value(pickle.dumps(Evil()))
    >>> value.function.name, value.arguments
    ('system', ('echo never',))
    """
    machine = _Machine()
    try:
        for count, (opcode, argument, _) in enumerate(pickletools.genops(data)):
            if count >= most:
                raise PickleError(Message("more than {most:,} steps", most=most))
            machine.step(opcode.name, argument)
        return machine.result()
    except (ValueError, IndexError, KeyError, TypeError, OverflowError, struct.error, AttributeError,
            DeprecationWarning) as error:
        # The warning is of odd escapes in texts, and only an error where somebody makes errors of warnings.
        raise PickleError(str(error) or "no pickle") from error


class _Machine:
    """Stack, marks and memo of a pickle."""

    def __init__(self):
        self._stack: list = []
        self._below: list[list] = []
        self._memo: dict[int, Any] = {}

    def result(self) -> Any:
        """What is left on the stack at the end."""
        if len(self._stack) != 1 or self._below:
            raise PickleError("it ends with an untidy stack")
        return self._stack[0]

    def step(self, name: str, argument: Any) -> None:
        """Do one opcode."""
        if name in _CONSTANTS:
            self._stack.append(_CONSTANTS[name])
        elif name in _GIVEN:
            self._stack.append(argument)
        elif name in _EMPTY:
            self._stack.append(_EMPTY[name]())
        elif name in _TUPLES:
            size = _TUPLES[name]
            if len(self._stack) < size:
                raise PickleError("an empty stack")
            items = tuple(self._stack[len(self._stack) - size:])
            del self._stack[len(self._stack) - size:]
            self._stack.append(items)
        else:
            step = getattr(self, f"_{name.lower()}", None)
            if step is None or name not in _STEPS:
                raise PickleError(Message("the step {name}", name=name))
            step() if argument is None else step(argument)

    def _marked(self) -> list:
        """What stands above the last mark, which goes."""
        items, self._stack = self._stack, self._below.pop()
        return items

    def _mark(self) -> None:
        self._below.append(self._stack)
        self._stack = []

    def _pop(self) -> None:
        if self._stack:
            self._stack.pop()
        else:
            self._marked()

    def _pop_mark(self) -> None:
        self._marked()

    def _dup(self) -> None:
        self._stack.append(self._stack[-1])

    def _tuple(self) -> None:
        items = tuple(self._marked())
        self._stack.append(items)

    def _list(self) -> None:
        items = self._marked()
        self._stack.append(items)

    def _dict(self) -> None:
        items = self._marked()
        self._stack.append(Pairs(_paired(items)))

    def _frozenset(self) -> None:
        self._list()

    def _append(self) -> None:
        item = self._stack.pop()
        _items_of(self._stack[-1]).append(item)

    def _appends(self) -> None:
        items = self._marked()
        _items_of(self._stack[-1]).extend(items)

    def _additems(self) -> None:
        self._appends()

    def _setitem(self) -> None:
        value, key = self._stack.pop(), self._stack.pop()
        _pairs_of(self._stack[-1]).append((key, value))

    def _setitems(self) -> None:
        items = self._marked()
        _pairs_of(self._stack[-1]).extend(_paired(items))

    def _put(self, place: int) -> None:
        self._memo[place] = self._stack[-1]

    def _get(self, place: int) -> None:
        self._stack.append(self._memo[place])

    def _memoize(self) -> None:
        self._memo[len(self._memo)] = self._stack[-1]

    def _global(self, said: str) -> None:
        self._stack.append(Name(*said.split(" ", 1)))

    def _stack_global(self) -> None:
        name, module = self._stack.pop(), self._stack.pop()
        if not isinstance(name, str) or not isinstance(module, str):
            raise PickleError("a name that is no text")
        self._stack.append(Name(module, name))

    def _ext(self, code: int) -> None:
        self._stack.append(Name("copyreg", f"extension {code}"))

    def _reduce(self) -> None:
        arguments, function = self._stack.pop(), self._stack.pop()
        self._stack.append(Call(function, arguments))

    def _newobj_ex(self) -> None:
        named, arguments, function = self._stack.pop(), self._stack.pop(), self._stack.pop()
        self._stack.append(Call(function, arguments, pairs=[("named", named)]))

    def _obj(self) -> None:
        function, *arguments = self._marked()
        self._stack.append(Call(function, tuple(arguments)))

    def _inst(self, said: str) -> None:
        arguments = self._marked()
        self._stack.append(Call(Name(*said.split(" ", 1)), tuple(arguments)))

    def _build(self) -> None:
        state = self._stack.pop()
        # Also a list may be told to have a state: nothing comes of it.
        if isinstance(self._stack[-1], (Call, Pairs)):
            self._stack[-1].state = state

    def _persid(self, key: str) -> None:
        self._stack.append(Persistent(key))

    def _binpersid(self) -> None:
        self._stack.append(Persistent(self._stack.pop()))

    def _stop(self) -> None:
        """The end; what follows is not read."""

    _binput = _long_binput = _put
    _binget = _long_binget = _get
    _newobj = _reduce
    _ext1 = _ext2 = _ext4 = _ext

    def _proto(self, version: int) -> None:
        """The version, which the opcodes tell by themselves."""

    _frame = _proto


_CONSTANTS = {"NONE": None, "NEWTRUE": True, "NEWFALSE": False}
_GIVEN = frozenset(["INT", "BININT", "BININT1", "BININT2", "LONG", "LONG1", "LONG4", "FLOAT", "BINFLOAT", "STRING",
                    "BINSTRING", "SHORT_BINSTRING", "BINBYTES", "SHORT_BINBYTES", "BINBYTES8", "BYTEARRAY8", "UNICODE",
                    "BINUNICODE", "SHORT_BINUNICODE", "BINUNICODE8"])
_EMPTY = {"EMPTY_LIST": list, "EMPTY_SET": list, "EMPTY_DICT": Pairs}
_TUPLES = {"EMPTY_TUPLE": 0, "TUPLE1": 1, "TUPLE2": 2, "TUPLE3": 3}
_STEPS = frozenset(["MARK", "POP", "POP_MARK", "DUP", "TUPLE", "LIST", "DICT", "FROZENSET", "APPEND", "APPENDS",
                    "ADDITEMS", "SETITEM", "SETITEMS", "PUT", "BINPUT", "LONG_BINPUT", "GET", "BINGET", "LONG_BINGET",
                    "MEMOIZE", "GLOBAL", "STACK_GLOBAL", "EXT1", "EXT2", "EXT4", "REDUCE", "NEWOBJ", "NEWOBJ_EX", "OBJ",
                    "INST", "BUILD", "PERSID", "BINPERSID", "STOP", "PROTO", "FRAME"])


def _paired(items: list) -> list[tuple]:
    """Keys and values that stand one after the other."""
    if len(items) % 2:
        raise PickleError("a key without a value")
    return list(zip(items[::2], items[1::2], strict=True))


def _items_of(value: Any) -> list:
    """The list that something is appended to."""
    if isinstance(value, list):
        return value
    if isinstance(value, Call):
        return value.items
    raise PickleError("something is appended to what is no list")


def _pairs_of(value: Any) -> list:
    """The pairs that something is stored among."""
    if isinstance(value, (Pairs, Call)):
        return value.pairs
    raise PickleError("a key is stored in what is no dictionary")

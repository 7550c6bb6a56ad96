"""Pickles of plain values: dictionaries, lists, tuples, texts and numbers, those of NumPy included; nothing else.

The opcodes are walked by `vanas_panel.files.pickle_values`. What a pickle would call is refused, but for the one way in
which NumPy writes a number, which is read from its bytes.
"""

from __future__ import annotations

import struct
from typing import Any

from vanas_panel.files.pickle_parts import Call, Name, Pairs, PickleError
from vanas_panel.files.pickle_values import MOST_STEPS, pickled_value
from vanas_panel.text.language import Message

_SCALARS = (Name("numpy.core.multiarray", "scalar"), Name("numpy._core.multiarray", "scalar"))
_TYPE = Name("numpy", "dtype")
_LETTERS = {"f2": "e", "f4": "f", "f8": "d", "i1": "b", "i2": "h", "i4": "i", "i8": "q", "u1": "B", "u2": "H",
            "u4": "I", "u8": "Q", "b1": "?"}
_DEEPEST = 50


def plain_value(data: bytes, most: int = MOST_STEPS) -> Any:
    """The plain value that a pickle describes.

    Parameters
    ----------
    data : bytes
    most : int, optional
        Opcodes that are walked, and values that are made of them.

    Returns
    -------
    None, bool, int, float, str, list, tuple or dict

    Raises
    ------
    PickleError
        Where the bytes are no pickle, or describe anything else, such as a call.

    Examples
    --------
    >>> import os, pickle
    >>> import numpy as np
    >>> plain_value(pickle.dumps({"perf": np.float64(0.5), "nodes": [1, (2, None)]}))
    {'perf': 0.5, 'nodes': [1, (2, None)]}
    >>> class Evil:
    ...     def __reduce__(self):
    ...         return os.system, ("echo never",)
    >>> plain_value(pickle.dumps([Evil()]))
    Traceback (most recent call last):
        ...
    vanas_panel.files.pickle_parts.PickleError: it asks for ... system
    """
    return _Plain(most).of(pickled_value(data, most), 0)


class _Plain:
    """Makes plain values, a limited number of them: one value in many places would be made again in each."""

    def __init__(self, most: int):
        self._left = most

    def of(self, value: Any, depth: int) -> Any:
        """The plain value."""
        self._left -= 1
        if self._left < 0 or depth > _DEEPEST:
            raise PickleError("it holds too much")
        if value is None or type(value) in (bool, int, float, str):
            return value
        if isinstance(value, list | tuple):
            return type(value)(self.of(each, depth + 1) for each in value)
        if isinstance(value, Pairs) and value.state is None:
            return {self._key(key): self.of(each, depth + 1) for key, each in value.pairs}
        if isinstance(value, Call) and value.function in _SCALARS:
            return _number(value)
        raise PickleError(Message("it asks for {name}", name=_words(value)))

    def _key(self, key: Any) -> Any:
        """A key of a dictionary: a text, a number, or a tuple of these."""
        key = self.of(key, 0)
        if isinstance(key, tuple) and any(isinstance(each, list | dict | tuple) for each in key):
            raise PickleError("a key that is no text and no number")
        if isinstance(key, list | dict):
            raise PickleError("a key that is no text and no number")
        return key


def _number(call: Call) -> int | float | bool:
    """A number as NumPy writes it: its type, and its bytes."""
    kind, data = call.arguments if isinstance(call.arguments, tuple) and len(call.arguments) == 2 else (None, None)
    if isinstance(kind, Call) and kind.function == _TYPE and isinstance(kind.arguments, tuple) and kind.arguments:
        letter = _LETTERS.get(kind.arguments[0]) if isinstance(kind.arguments[0], str) else None
        order = kind.state[1] if isinstance(kind.state, tuple) and len(kind.state) > 1 else "<"
        data = data.encode("latin1") if isinstance(data, str) else data
        if letter and order in ("<", ">", "|", "=") and isinstance(data, bytes):
            form = ("<" if order in "|=" else order) + letter
            if struct.calcsize(form) == len(data):
                return struct.unpack(form, data)[0]
    raise PickleError("a number of NumPy that is none")


def _words(value: Any) -> str:
    """What a value is that is not plain."""
    function = value.function if isinstance(value, Call) else value
    return f"{function.module} {function.name}"[:100] if isinstance(function, Name) else type(value).__name__

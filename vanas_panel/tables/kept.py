"""Results that follow from a table: shared by all sessions, and gone with the table."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from threading import Lock
from typing import Any, Concatenate, ParamSpec, TypeVar
from weakref import WeakKeyDictionary

from vanas_panel.tables.table import BenchmarkTable

_Others = ParamSpec("_Others")
_Result = TypeVar("_Result")
_OfTable = Callable[Concatenate[BenchmarkTable, _Others], _Result]


def kept_with_table(most: int) -> Callable[[_OfTable[_Others, _Result]], _OfTable[_Others, _Result]]:
    """Let a function of a table keep its newest results for as long as the table lives.

    `functools.lru_cache` would hold the tables, too: those that nobody has open any more, and each that once had
    trained cells counted in.

    Parameters
    ----------
    most : int
        How many results of one table are kept; of more, the one that was asked for longest ago goes.

    Returns
    -------
    callable
        A decorator of a function whose first argument is a table and whose others are hashable. Neither they nor the
        result may refer to the table.

    Examples
    --------
    >>> import vanas_panel as vp
    >>> @kept_with_table(2)
    ... def highest(table, name):
    ...     print("computed")
    ...     return table.column(name).max().item()
    >>> table = vp.open_table("structure4")
    >>> highest(table, "edges"), highest(table, "edges")
    computed
    (6.0, 6.0)
    """
    def keeping(make: _OfTable[_Others, _Result]) -> _OfTable[_Others, _Result]:
        kept: WeakKeyDictionary[BenchmarkTable, dict[Any, _Result]] = WeakKeyDictionary()
        lock = Lock()

        @wraps(make)
        def found(table: BenchmarkTable, /, *others: _Others.args, **named: _Others.kwargs) -> _Result:
            key = (others, tuple(sorted(named.items())))
            with lock:
                held = kept.setdefault(table, {})
                if key in held:
                    held[key] = held.pop(key)
                    return held[key]
            # Two threads may compute one result; none waits for the other.
            made = make(table, *others, **named)
            with lock:
                held[key] = made
                while len(held) > most:
                    del held[next(iter(held))]
            return made

        return found

    return keeping

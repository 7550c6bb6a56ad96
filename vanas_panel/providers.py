"""Work that objects of a lower room offer and that a higher room does, such as a drawing of a cell.

A table can be made of a data frame, and shown in a notebook; but reading and drawing stand above tables, which know
nothing of them. ``vanas_panel/__init__.py``, which stands above all rooms, says with `provide` who does such work. The
room is loaded when the work is first asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

_LOADERS: dict[str, Callable[[], Any]] = {}


def provide(work: str, load: Callable[[], Any]) -> None:
    """Say who does some work.

    Parameters
    ----------
    work : str
        A name for it.
    load : callable
        Gives the function that does it, and loads what is needed for that.
    """
    _LOADERS[work] = load


def provided(work: str) -> Any:
    """The function that does some work.

    Raises
    ------
    LookupError
        Where no provider is registered.
    """
    return _LOADERS[work]()

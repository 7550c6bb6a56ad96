"""What is compiled once on a machine, and how far it is, said while it is compiled."""

from __future__ import annotations

import contextvars
import sys
import threading
from collections.abc import Callable, Sequence
from typing import Any

from numba.core.dispatcher import Dispatcher

from vanas_panel.text.language import Message

SECONDS = 2.0
"""How long nothing is said, and how often it is looked whether there is something new to say."""


def in_parts(parts: Sequence[Callable[[], Any]], words: Callable[[int, int], Message], say: Callable[[str], None], *,
             seconds: float = SECONDS) -> None:
    """Do parts of a work one by one; while something is compiled for them, say how many are ready.

    A part may take minutes on a busy machine, so another thread says it: first after two seconds, and then as soon as
    a further part is ready, at most every two seconds. Nothing is said of a work that is done before, or that finds
    all kernels in the cache of Numba.

    Parameters
    ----------
    parts : sequence of callable
    words : callable
        Takes how many parts are ready and how many there are; gives the line.
    say : callable
        Takes each line, in that other thread and with the language of this one.
    seconds : float, optional

    Examples
    --------
    >>> in_parts([lambda: None], lambda done, count: Message("{done} of {count}", done=done, count=count), print)
    """
    done, before = [0], compiled_forms()
    is_over = threading.Event()
    follower = threading.Thread(target=contextvars.copy_context().run, daemon=True, name="compiling",
                                args=(_tell, done, lambda: say(words(done[0], len(parts))), before, is_over,
                                      seconds))
    follower.start()
    try:
        for part in parts:
            part()
            done[0] += 1
    finally:
        is_over.set()
        follower.join()


def _tell(done: Sequence[int], say: Callable[[], None], before: int, is_over: threading.Event,
          seconds: float) -> None:
    """Say how far it is until it is over, each number once."""
    said = -1
    while not is_over.wait(seconds):
        if done[0] != said and compiled_forms() > before:
            said = done[0]
            say()


def compiled_forms() -> int:
    """How many forms of our kernels were not in the cache; Numba counts one as soon as it begins to compile it."""
    modules = [module for name, module in list(sys.modules.items()) if name.startswith("vanas_panel.")]
    return sum(sum(each.stats.cache_misses.values()) for module in modules for each in list(vars(module).values())
               if isinstance(each, Dispatcher))

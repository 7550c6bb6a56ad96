"""Callbacks that are told from any thread that something may have changed, without being kept alive."""

from __future__ import annotations

import logging
import threading
import weakref
from collections.abc import Callable

_log = logging.getLogger(__name__)


class Watchers:
    """Bound methods that are called when something may have changed; a deleted watcher is called no more.

    Examples
    --------
    >>> class Page:
    ...     def changed(self):
    ...         print("changed")
    >>> page, watchers = Page(), Watchers()
    >>> watchers.add(page.changed)
    >>> watchers.tell()
    changed
    >>> del page
    >>> len(watchers)
    0
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held: list[weakref.WeakMethod] = []

    def __len__(self) -> int:
        with self._lock:
            return sum(held() is not None for held in self._held)

    def add(self, callback: Callable[[], None]) -> None:
        """Call a bound method from now on; it must return at once."""
        with self._lock:
            self._held.append(weakref.WeakMethod(callback))

    def remove(self, callback: Callable[[], None]) -> None:
        """Call it no more."""
        with self._lock:
            self._held = [held for held in self._held if held() not in (None, callback)]

    def tell(self) -> None:
        """Call all that are still there, outside of any lock; one with a fault keeps no other from being called."""
        with self._lock:
            callbacks = [held() for held in self._held]
            self._held = [held for held, callback in zip(self._held, callbacks, strict=True) if callback is not None]
        for callback in callbacks:
            if callback is not None:
                try:
                    callback()
                except Exception:
                    _log.exception("A page could not be told of a change")

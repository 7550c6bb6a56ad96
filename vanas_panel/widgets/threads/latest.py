"""Slow work of which only the latest counts, such as what follows a slider."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from vanas_panel.errors import VanasError
from vanas_panel.text.language import keep_language
from vanas_panel.widgets.threads.background import run_in_background
from vanas_panel.widgets.threads.page_thread import PageThread

REST_SECONDS = 0.2
"""How long nothing else is asked for before work begins."""

GoOn = Callable[[], None]
"""Work calls it now and then: it ends the work when something else was asked for meanwhile."""


class _GivenUp(Exception):
    """Something else is asked for."""


@dataclass(frozen=True, eq=False)
class _Asked:
    """What was asked for, and when."""

    work: Callable[[GoOn], Any]
    then: Callable[[Any], None]
    failed: Callable[[VanasError], None]
    seconds: float


class Latest:
    """Runs the latest of what is asked for, once the asking rests. It takes one thread at most.

    Parameters
    ----------
    page : PageThread
        Of the page that asks. Where that has no thread to wait for, everything runs at once.

    Examples
    --------
    >>> Latest(PageThread()).ask(lambda go_on: 6 * 7, print, print)
    42
    """

    def __init__(self, page: PageThread):
        self._page = page
        self._asked: _Asked | None = None
        self._is_running = False

    def ask(self, work: Callable[[GoOn], Any], then: Callable[[Any], None],
            failed: Callable[[VanasError], None]) -> None:
        """Ask for work; what was asked for before is given up.

        Parameters
        ----------
        work : callable
            Takes `GoOn`, and touches nothing that the page may change meanwhile.
        then : callable
            Gets its result, as an event of the page.
        failed : callable
            Gets the error instead, as an event of the page.
        """
        self._asked = _Asked(keep_language(work), keep_language(then), keep_language(failed), time.monotonic())
        self._start()

    def forget(self) -> None:
        """Ask for nothing any longer."""
        self._asked = None

    def _start(self) -> None:
        """Work on what is asked for, unless a thread does so already, which then finds it."""
        if self._is_running or self._asked is None:
            return
        self._is_running = True
        run_in_background(self._page, self._worked, self._take, self._fail)

    def _worked(self) -> tuple[_Asked, Any] | None:
        """On another thread: the latest of what is asked for, with its result or its error; None where nothing is."""
        while (asked := self._asked) is not None:
            left = asked.seconds + REST_SECONDS - time.monotonic() if self._page.waits else 0.0
            if left > 0:
                time.sleep(left)
                continue
            try:
                return asked, asked.work(partial(self._go_on, asked))
            except _GivenUp:
                continue
            except VanasError as error:
                return asked, error
        return None

    def _go_on(self, asked: _Asked) -> None:
        """End the work where something else is asked for."""
        if self._asked is not asked:
            raise _GivenUp

    def _take(self, done: tuple[_Asked, Any] | None) -> None:
        """Hand over what came of it, unless something else was asked for meanwhile."""
        self._is_running = False
        if done is not None and done[0] is self._asked:
            asked, result = done
            self._asked = None
            (asked.failed if isinstance(result, VanasError) else asked.then)(result)
        self._start()

    def _fail(self, error: VanasError) -> None:
        """Say that this program has a fault, which the log holds."""
        self._is_running = False
        asked, self._asked = self._asked, None
        if asked is not None:
            asked.failed(error)

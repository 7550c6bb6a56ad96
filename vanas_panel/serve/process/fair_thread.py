"""A worker thread that serves several people in turn."""

from __future__ import annotations

import threading
from collections import OrderedDict, deque
from collections.abc import Callable, Hashable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from typing import Any


class FairThread:
    """One thread, to which work is given under the name of the person it is for.

    The people whose work waits take turns; the work of one person is done in the order in which it was given.

    Parameters
    ----------
    name : str
        Of the thread.

    Examples
    --------
    >>> thread, gate = FairThread("example"), threading.Event()
    >>> done = []
    >>> first = thread.submit_for("ann", gate.wait)
    >>> rest = [thread.submit_for(who, done.append, who) for who in ("ann", "ann", "ann", "bob")]
    >>> gate.set()
    >>> _ = [future.result() for future in rest]
    >>> "bob" in done[:2]
    True
    """

    def __init__(self, name: str):
        self._pool = ThreadPoolExecutor(1, thread_name_prefix=name)
        self._lock = threading.Lock()
        # The person whose turn is next stands first.
        self._queues: OrderedDict[Hashable, deque[tuple[Future, Callable[[], Any]]]] = OrderedDict()
        self._working = False

    def submit_for(self, person: Hashable, function: Callable[..., Any], /, *arguments: Any) -> Future:
        """Do something for a person when it is their turn.

        Parameters
        ----------
        person : hashable
        function : callable
        *arguments
            Its arguments.

        Returns
        -------
        concurrent.futures.Future
            Of the result; work whose future is cancelled before its turn is left out.
        """
        future: Future = Future()
        with self._lock:
            self._queues.setdefault(person, deque()).append((future, lambda: function(*arguments)))
            if not self._working:
                self._working = True
                self._pool.submit(self._work)
        return future

    def of(self, person: Hashable) -> Executor:
        """An executor whose work is all for one person."""
        return _Of(self, person)

    def _work(self) -> None:
        """Do what waits, one person after the other."""
        while (item := self._next()) is not None:
            future, call = item
            if not future.set_running_or_notify_cancel():
                continue
            try:
                result = call()
            except BaseException as error:
                future.set_exception(error)
            else:
                future.set_result(result)
            # Or the last result would be kept until there is another.
            del item, future, call

    def _next(self) -> tuple[Future, Callable[[], Any]] | None:
        """The next task, whose user goes to the end of the queue; None where nothing waits."""
        with self._lock:
            if not self._queues:
                self._working = False
                return None
            person, queue = self._queues.popitem(last=False)
            item = queue.popleft()
            if queue:
                self._queues[person] = queue
            return item


class _Of(Executor):
    """The side of a `FairThread` that one person sees."""

    def __init__(self, thread: FairThread, person: Hashable):
        self._thread, self._person = thread, person

    def submit(self, function: Callable[..., Any], /, *arguments: Any, **named: Any) -> Future:
        """As of any executor."""
        return self._thread.submit_for(self._person, lambda: function(*arguments, **named))

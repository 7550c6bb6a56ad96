"""A source that is followed while it is served: one thread looks whether it has changed, for all pages that show it."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sized
from pathlib import Path
from typing import Generic, TypeVar

from vanas_panel.errors import SourceError, VanasError
from vanas_panel.readers.snapshot import Stamp, UnsettledError, gone, snapshot, stamp_of
from vanas_panel.text.language import Message
from vanas_panel.training.watchers import Watchers

SECONDS = 2.0
"""How often it is looked at."""

_SHARE = 10
"""After a reading, at least so many times as long as it took pass before the next one."""

Table = TypeVar("Table", bound=Sized)

_log = logging.getLogger(__name__)


class Followed(Generic[Table]):
    r"""The newest version of a table whose file grows.

    It holds one version, the newest. A page holds the one that it shows, until a person takes the newest in; of the
    file of a search it takes the newest by itself.

    Parameters
    ----------
    path : Path
    read : callable
        Takes a path and gives the table there: it is called with that of a copy, on another thread.
    seconds : float, optional
        How often the file is looked at.

    Attributes
    ----------
    path : Path
    table : sized
        The newest version that could be read.
    fault : Message or None
        Why what lies there now cannot be read; None where it could.

    Raises
    ------
    VanasError
        Where it cannot be read at first.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> import vanas_panel as vp
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder) / "results.csv"
    ...     _ = path.write_text("lr,loss\n0.1,0.5\n")
    ...     followed = Followed(path, vp.open_trials)
    ...     _ = path.write_text("lr,loss\n0.1,0.5\n0.2,0.4\n0.3")
    ...     followed.poll(), len(followed.table)
    (True, 2)
    """

    def __init__(self, path: Path, read: Callable[[Path], Table], *, seconds: float = SECONDS):
        self.path = path
        self._read, self._seconds = read, seconds
        # Before it is read, or a change meanwhile would not be noticed.
        self._seen: Stamp | None = stamp_of(path)
        self._now: tuple[Table, Message | None] = (read(path), None)
        self._watchers = Watchers()
        self._ended = threading.Event()

    @property
    def table(self) -> Table:
        """The newest version that could be read."""
        return self._now[0]

    @property
    def fault(self) -> Message | None:
        """Why what lies there now cannot be read."""
        return self._now[1]

    def watch(self, callback: Callable[[], None]) -> None:
        """Call a bound method, held weakly, whenever there is a new version or a fault; on any thread."""
        self._watchers.add(callback)

    def unwatch(self, callback: Callable[[], None]) -> None:
        """Call it no more."""
        self._watchers.remove(callback)

    def start(self) -> None:
        """Look at the file from now on, on a thread that ends with the process. After a fork, not before."""
        threading.Thread(target=self._run, name=f"vanas-follow-{self.path.name}", daemon=True).start()

    def stop(self) -> None:
        """Look no more."""
        self._ended.set()

    def poll(self) -> bool:
        """Look at the file now; whether there is a new version, or another fault than before."""
        seen = stamp_of(self.path)
        if seen == self._seen and (seen is not None or self.fault is not None):
            return False
        now: tuple[Table, Message | None]
        try:
            if seen is None:
                raise gone(self.path)
            with snapshot(self.path) as copy:
                now = self._read(copy), None
        except UnsettledError:
            return False
        except SourceError as error:
            now = self.table, _said(SourceError.at(error, self.path.name) if error.path else error)
        except VanasError as error:
            now = self.table, _said(error)
        self._seen = seen
        before, self._now = self._now, now
        if now[1] is None or str(now[1]) != str(before[1]):
            if now[1] is not None:
                _log.warning("%s", now[1])
            self._watchers.tell()
            return True
        return False

    def _run(self) -> None:
        """Look at the file again and again."""
        pause = self._seconds
        while not self._ended.wait(pause):
            begun = time.monotonic()
            try:
                self.poll()
            except Exception:
                _log.exception("%s could not be read again", self.path)
            pause = max(self._seconds, _SHARE * (time.monotonic() - begun))


def _said(error: VanasError) -> Message:
    """What is said of a version that cannot be read."""
    return Message("{reason} The table that was read before is still shown.", reason=error)

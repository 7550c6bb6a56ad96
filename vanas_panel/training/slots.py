"""Limit on the cells trained at once on a device, across all processes of a user.

A small network leaves most of a graphics card idle, so several processes train on it at once, each its own cell. A slot
is the lock of a file, which the system takes back when its process ends, however it ends. So the limit holds for the
workers of one run, of several runs, and of a page together, and a worker that is killed keeps none.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import filelock

from vanas_panel.errors import DeviceError
from vanas_panel.files.disk_errors import cause
from vanas_panel.text.language import Message

ON_GPU = 4
"""Cells at once on a device that is no processor, by default."""

MOST = 64

_LOOK = 0.1
"""Seconds between two looks for a free slot."""


def limit_for(devices: Sequence[str], asked: int | None) -> int:
    """How many cells may be trained at once on each of some devices.

    Parameters
    ----------
    devices : sequence of str
        Names, of one kind.
    asked : int or None
        The wanted number, 1 to 64.

    Returns
    -------
    int
        0 for no limit, which is right for a processor: each worker has one core of it.

    Raises
    ------
    DeviceError
        Where `asked` is out of range.

    Examples
    --------
    >>> limit_for(["cuda:0", "cuda:1"], None), limit_for(["cpu"], None), limit_for(["cpu"], 2)
    (4, 0, 2)
    """
    if asked is None:
        return 0 if devices[0] == "cpu" else ON_GPU
    if not 1 <= asked <= MOST:
        raise DeviceError(Message("Found {asked} cells at once on a device; expected 1 to {most}. Change it.",
                                  asked=asked, most=MOST))
    return asked


@contextmanager
def slot(devices: Sequence[str], limit: int, on_wait: Callable[[], None] | None = None) -> Iterator[str]:
    """Wait for a free slot, and hold it.

    Parameters
    ----------
    devices : sequence of str
        Any of which will do. The one with the fewest slots taken is preferred.
    limit : int
        Slots of each device; 0 for no limit.
    on_wait : callable, optional
        Called now and then while nothing is free. An exception from it ends the waiting.

    Yields
    ------
    str
        The device of the slot.

    Raises
    ------
    DeviceError
        Where no slot can be marked as taken.
    """
    if not limit:
        yield devices[0]
        return
    while (held := _taken(devices, limit)) is None:
        if on_wait is not None:
            on_wait()
        time.sleep(_LOOK)
    device, lock = held
    try:
        yield device
    finally:
        lock.release()


def _taken(devices: Sequence[str], limit: int) -> tuple[str, filelock.BaseFileLock] | None:
    """A slot that was free, with its lock; None where there was none."""
    folder = slots_folder()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        # The first slot of every device before the second of any.
        for slot in range(limit):
            for device in devices:
                lock = filelock.FileLock(folder / f"{device.replace(':', '-')}.{slot}.lock", timeout=0)
                try:
                    lock.acquire()
                except filelock.Timeout:
                    continue
                return device, lock
    except OSError as error:
        raise DeviceError(Message("{folder}: Found no folder that can be written ({cause}); expected one for the "
                                  "marks of devices in use. Check it, or name another one in TMPDIR.", folder=folder,
                                  cause=cause(error))) from None
    return None


def slots_folder() -> Path:
    """Where the locks are: in the system's folder for temporary files, one folder for each person."""
    return Path(tempfile.gettempdir()) / f"vanas-panel-devices-{getattr(os, 'getuid', lambda: 0)()}"

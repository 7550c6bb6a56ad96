"""Recordings of trainings as files: their names, the way back from a worker, and the folder where they are kept."""

from __future__ import annotations

import hashlib
import logging
import math
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from vanas_panel.errors import TrainingError
from vanas_panel.files.atomic import clear_left_over, publish, unpublished
from vanas_panel.files.disk_errors import cause
from vanas_panel.text.language import Message
from vanas_panel.training.results import Record

ENVIRONMENT = "VANAS_PANEL_RECORDINGS_GB"
"""The environment variable that says how much room recordings beside a personal table may take, in gigabytes."""

ROOM_GB = 4.0
"""That room where nothing else is said: some thousand cells of the default settings."""

_log = logging.getLogger(__name__)


def recordings_room() -> float:
    """Bytes that the recordings beside a personal table may take together.

    Examples
    --------
    >>> recordings_room()
    4000000000.0
    """
    said = os.environ.get(ENVIRONMENT, "")
    try:
        room = float(said or ROOM_GB)
    except ValueError:
        room = math.nan
    if not room >= 0:
        _log.warning("Found %s = %.40r; expected a number of gigabytes. %s are used.", ENVIRONMENT, said, ROOM_GB)
        room = ROOM_GB
    return 1e9 * room


@dataclass(frozen=True)
class RecordedRecord:
    """A trained cell with the recordings of its repeats, as it comes from a worker.

    Attributes
    ----------
    record : Record
    recordings : dict of int to bytes
        Content of a file as `vanas_panel.inspector.Recorder` writes it, by number of the repeat. A repeat that failed
        before two steps were recorded has none.
    """

    record: Record
    recordings: dict[int, bytes] = field(default_factory=dict)


def recording_name(key: int, repeat: int) -> str:
    """Name of the file of a repeat.

    Examples
    --------
    >>> recording_name(815, 2)
    '815-2.vptrain'
    """
    return f"{key}-{repeat}.vptrain"


def check_folder(folder: Path, keys: list[int], repeats: int) -> None:
    """Make a folder for recordings, and refuse one that has some of cells which are about to be trained.

    Raises
    ------
    TrainingError
        That names one, or says why there is no such folder.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _no_place(folder, error) from None
    there = {path.name for path in folder.glob("*.vptrain")}
    found = next((name for key in keys for name in (recording_name(key, repeat) for repeat in range(repeats))
                  if name in there), None)
    if found is not None:
        raise TrainingError(Message("Found the recording {path}; expected none of a cell that is about to be trained. "
                                    "Choose another folder, or move the recordings away.", path=folder / found))


def write_recordings(folder: Path, recorded: RecordedRecord) -> None:
    """Write the recordings of a cell into a folder, each whole or not at all.

    Raises
    ------
    TrainingError
        Where it cannot be written to.
    """
    for repeat, content in recorded.recordings.items():
        path = folder / recording_name(recorded.record.key, repeat)
        try:
            with unpublished(folder) as part:
                part.write_bytes(content)
                publish(part, path)
        except OSError as error:
            raise _no_place(path, error) from None


def _no_place(path: Path, error: OSError) -> TrainingError:
    """The error for what cannot be written."""
    return TrainingError(Message("{path}: Found no place for a recording ({cause}); expected a folder that can be "
                                 "written. Make room, or choose another folder: the results in the file are kept.",
                                 path=path, cause=cause(error)))


class KeptRecordings:
    """The recordings beside the personal table: one folder, whose files only their owner's results name.

    Together they take no more than `recordings_room`: a search may train thousands of cells. The oldest ones go first,
    and their results stay.

    Parameters
    ----------
    folder : Path
        Made when something is first kept, for its owner alone.
    """

    def __init__(self, folder: Path):
        self.folder = folder

    def paths(self, row: str) -> tuple[Path, ...]:
        """Files of a row of the table, in the order of the repeats.

        Parameters
        ----------
        row : str
            As `row_name` gives it.
        """
        found = {int(path.stem.rpartition("-")[2]): path for path in self.folder.glob(f"{row}-*.vptrain")
                 if path.stem.rpartition("-")[2].isdecimal()}
        return tuple(found[repeat] for repeat in sorted(found))

    def replace(self, row: str, recordings: Mapping[int, bytes]) -> None:
        """Keep the recordings of a row instead of those that it had.

        A disk that takes no more is no reason to lose a result: it is then kept without its recordings.
        """
        try:
            self.remove(row)
            if not recordings:
                return
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            clear_left_over(self.folder)
            for repeat, content in recordings.items():
                with unpublished(self.folder) as part:
                    part.write_bytes(content)
                    publish(part, self.folder / f"{row}-{repeat}.vptrain", private=True)
            self._make_room(row)
        except OSError:
            _log.warning("A result is kept without all of its recordings", exc_info=True)

    def _make_room(self, newest: str) -> None:
        """Remove the oldest recordings beyond the room that there is, but none of a row."""
        kept = sorted(((status.st_mtime_ns, status.st_size, path) for path in self.folder.glob("*.vptrain")
                       for status in [path.stat()]), reverse=True)
        room = recordings_room() - sum(size for _, size, path in kept if path.name.startswith(f"{newest}-"))
        for _time, size, path in kept:
            if not path.name.startswith(f"{newest}-"):
                room -= size
                if room < 0:
                    path.unlink(missing_ok=True)

    def remove(self, row: str) -> None:
        """Remove the recordings of a row for good.

        Raises
        ------
        OSError
            Where the system refuses.
        """
        for path in self.paths(row):
            path.unlink(missing_ok=True)


def row_name(owner: str, key: int, settings: str, images: str) -> str:
    """Name for what belongs to a row of the personal table.

    It is that of no other row, and nothing of the owner can be read from it.

    Examples
    --------
    >>> row_name("ann", 815, "settings", "images") == row_name("bob", 815, "settings", "images")
    False
    """
    content = "\0".join((owner, str(key), settings, images)).encode("utf-8", "surrogatepass")
    return hashlib.sha256(content).hexdigest()[:40]

"""Files of lines of JSON that searches that train leave: reading, and one that is written line by line."""

from __future__ import annotations

import gzip
import os
import zlib
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from os import PathLike
from pathlib import Path
from typing import Any, TypeVar

import filelock
import orjson

from vanas_panel.errors import TrainingError
from vanas_panel.files.atomic import write_whole
from vanas_panel.files.disk_errors import cause
from vanas_panel.text.language import Constant, Message, marked

MOST_BYTES = 1 << 30
T = TypeVar("T", bound="OwnedLines")


def content_of(path: Path, unreadable: Callable[[Path, int, str], TrainingError]) -> bytes:
    """The bytes of a file, unpacked where its name ends with ``.gz``.

    Parameters
    ----------
    path : Path
    unreadable : callable
        Gives the error for a path, a line and what was found there.

    Raises
    ------
    TrainingError
        Where it cannot be read, or has more than a gibibyte.
    """
    try:
        # Kept runs may be packed.
        with (gzip.open(path) if path.suffix == ".gz" else path.open("rb")) as file:
            content = file.read(MOST_BYTES + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise unreadable(path, 1, cause(error) if isinstance(error, OSError) else str(error)) from None
    if len(content) > MOST_BYTES:
        raise unreadable(path, 1, Message("more than {most:,} bytes", most=MOST_BYTES))
    return content


def json_of(line: bytes) -> Any:
    """A line as JSON; None where it is none."""
    try:
        return orjson.loads(line)
    except orjson.JSONDecodeError:
        return None


class OwnedLines:
    """A file of lines of JSON; nobody else writes to it meanwhile.

    Parameters
    ----------
    path : path-like

    Raises
    ------
    TrainingError
        Where another process writes to it, or it cannot be written.
    """

    def __init__(self, path: str | PathLike):
        self.path = Path(path)
        self._lock = filelock.FileLock(f"{self.path}.lock", timeout=0)
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._lock.acquire()
        except filelock.Timeout:
            raise self.wrong(Constant(marked("another process that writes to it")),
                             marked("to be the only one")) from None
        except OSError as error:
            raise self.unwritable(error) from None

    def __enter__(self: T) -> T:
        return self

    def __exit__(self, *_error: object) -> None:
        self.release()

    def release(self) -> None:
        """Let others write to it."""
        # The other way round, an owner that comes in between would lose its lock.
        with suppress(OSError):
            Path(self._lock.lock_file).unlink()
        self._lock.release()

    def is_new(self) -> bool:
        """Whether nothing is there yet."""
        return not self.path.exists() or not self.path.stat().st_size

    def add(self, line: Mapping[str, Any]) -> None:
        """Add a line, so that it is there whatever happens afterwards."""
        try:
            with self.path.open("ab") as file:
                file.write(orjson.dumps(line) + b"\n")
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise self.unwritable(error) from None

    def rewrite(self, lines: Sequence[Mapping[str, Any]]) -> None:
        """Write the whole file in one step."""
        try:
            write_whole(self.path, b"".join(orjson.dumps(line) + b"\n" for line in lines))
        except OSError as error:
            raise self.unwritable(error) from None

    def check_same(self, found: Mapping[str, Any], wanted: Mapping[str, Any]) -> None:
        """Refuse the first line of another search: other settings, or other images."""
        for name, words in (("settings_hash", marked("other settings")), ("images", marked("other images or texts"))):
            if found[name] != wanted[name]:
                raise self.wrong(Constant(words), marked("the same search"))

    def wrong(self, found: str, expected: str) -> TrainingError:
        """The error for a file that does not fit."""
        return TrainingError(Message("{path}: Found {found}; expected {expected}. Choose another file.", path=self.path,
                                     found=found, expected=expected if isinstance(expected, Message) else
                                     Constant(expected)))

    def unwritable(self, error: OSError) -> TrainingError:
        """The error for a file that cannot be written."""
        return TrainingError(Message("{path}: Found {reason}; expected a file that can be written. Choose another.",
                                     path=self.path, reason=cause(error)))

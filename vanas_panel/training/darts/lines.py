"""Reading of the files of lines that searches by gradient and trained genotypes leave."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from vanas_panel.errors import TrainingError
from vanas_panel.files.disk_errors import cause
from vanas_panel.text.language import Message

MOST_BYTES = 1 << 30


def content_of(path: Path, unreadable: Callable[[Path, int, str], TrainingError]) -> bytes:
    """The bytes of a file.

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
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise unreadable(path, 1, cause(error)) from None
    if len(content) > MOST_BYTES:
        raise unreadable(path, 1, Message("more than {most:,} bytes", most=MOST_BYTES))
    return content

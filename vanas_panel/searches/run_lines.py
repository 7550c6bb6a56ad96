"""What all files of searches have in common: one writer, the header, and single lines of JSON."""

from __future__ import annotations

import errno
import json
import math
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from os import PathLike
from pathlib import Path
from typing import IO, Any

import filelock
import google_crc32c

from vanas_panel.core.encoding import VERTEX_SHIFT
from vanas_panel.errors import SearchError, VanasError
from vanas_panel.files.disk_errors import cause
from vanas_panel.searches.budget_objective import budgets_are_whole
from vanas_panel.searches.header_space import header_space
from vanas_panel.searches.raw_cells import RawSpace
from vanas_panel.searches.several import is_whole
from vanas_panel.searches.strategies import choose
from vanas_panel.text.language import Message, gettext

FORM = 1
"""Of the files that are written; others are refused."""
FORM_OF_SEVERAL = 2
"""Of those with several metrics, which older versions cannot read: their tells hold lists."""
FORM_OF_BUDGETS = 3
"""Of those with several training budgets: their asks name one."""
STUDY = "optuna-study"
"""In place of a strategy, where Optuna has asked for the cells."""
LONGEST_HEADER = 1_000_000
_PIECE = 1 << 22


@contextmanager
def writing(path: str | PathLike) -> Iterator[IO[bytes]]:
    """A file of a search to read and to add to, which nobody else writes meanwhile.

    Raises
    ------
    SearchError
        Where another process writes to it, or it cannot be written.
    """
    target = Path(path)
    try:
        if not target.parent.is_dir():
            # The lock would make the folder.
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
        with filelock.FileLock(target.with_name(f".{target.name}.lock"), timeout=0), target.open("a+b") as file:
            yield file
    except ValueError as error:
        if isinstance(error, VanasError):
            raise
        # Such as a name with a zero byte, or no name at all.
        raise SearchError(Message("Cannot write {path}: {reason}. Choose a writable path.", path=repr(str(path)),
                                  reason=error)) from None
    except filelock.Timeout:
        raise SearchError(Message("{path}: Found another process that writes to this file; expected none. Wait for it, "
                                  "or name another file.", path=str(target))) from None
    except OSError as error:
        raise SearchError(Message("Cannot write {path}: {reason}. Choose a writable path.", path=str(target),
                                  reason=cause(error))) from None


def check_header(first: bytes, header: Mapping[str, Any], path: Path) -> None:
    """Refuse a file whose header is another one, and say in what it differs."""
    there = read_header(first, path)
    names = {"strategy": gettext("strategy or settings"), "objective": gettext("objective"), "seed": gettext("seed"),
             "queries": gettext("budget"), "space": gettext("search space"), "table": gettext("table"),
             "training": gettext("training settings or images")}
    for part, name in names.items():
        if there.get(part) != json.loads(json.dumps(header.get(part))):
            raise SearchError(Message("{path}: Found a search with another {part}; expected the one that was asked "
                                      "for. Name another file, or ask for the search of this one.", path=str(path),
                                      part=name))


def read_header(first: bytes, path: Path) -> dict[str, Any]:
    """The header of a file from its first line."""
    try:
        header = json.loads(first)
        form = header["vanas_panel_search"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise foreign(path) from None
    # A list or a dictionary has no hash, and would be no form either.
    if form not in [FORM, FORM_OF_SEVERAL, FORM_OF_BUDGETS]:
        raise SearchError(Message("{path}: Found form {form} of searches; expected at most form {expected}. It was "
                                  "written by another version of vanas-panel: use that one.", path=str(path),
                                  form=repr(form), expected=FORM_OF_BUDGETS))
    if not _is_whole(header):
        raise SearchError(Message("{path}, line 1: Found a header that lacks something or says it in another way; "
                                  "expected strategy, objective, seed, queries, space and table. The file is damaged: "
                                  "run the search again with another file.", path=str(path)))
    return header


def _is_whole(header: Mapping[str, Any]) -> bool:
    """Whether a header has everything that a run is asked about."""
    try:
        strategy, objective = header["strategy"], header["objective"]
        header_space(header)
        if strategy["name"] != STUDY:
            choose(strategy["name"], strategy["settings"])
        best, report, table = objective["best"], objective["report"], header["table"]
        return (isinstance(strategy["preset"], str) and isinstance(objective["metric"], str)
                and isinstance(objective["higher_is_better"], bool) and (best is None or math.isfinite(best))
                and isinstance(report, list) and all(isinstance(name, str) for name in report)
                and type(header["seed"]) is int and header["seed"] >= 0
                and type(header["queries"]) is int and header["queries"] >= 1
                and (table is None or (isinstance(table["name"], str) and isinstance(table["digest"], str)))
                and "repeat" in objective
                and (header["vanas_panel_search"] == FORM_OF_SEVERAL) == ("also" in objective)
                and (header["vanas_panel_search"] == FORM_OF_BUDGETS) == ("budgets" in objective)
                and ("budgets" not in objective or budgets_are_whole(objective))
                and ("also" not in objective or (table is not None and header.get("training") is None
                                                 and is_whole(objective))))
    except (KeyError, TypeError, ValueError, VanasError):
        return False


def foreign(path: Path) -> SearchError:
    """The error for a file of something else."""
    return SearchError(Message("{path}: Found a file that is no search of vanas-panel; expected one, or none. Name "
                               "another file.", path=str(path)))


def end_of_last_line(file: IO[bytes], size: int) -> int:
    """Where the last line that has an end stops."""
    end = size
    while end:
        start = max(0, end - 65_536)
        file.seek(start)
        found = file.read(end - start).rfind(b"\n")
        if found >= 0:
            return start + found + 1
        end = start
    return 0


def as_line(content: Mapping[str, Any]) -> bytes:
    """A line of the file."""
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode() + b"\n"


def sum_of(content: bytes, end: int | None = None) -> str:
    """The CRC-32C of some bytes up to an end, which finds a file that was changed."""
    end, total = len(content) if end is None else end, 0
    for start in range(0, end, _PIECE):
        # In pieces, since it takes whole objects only, and a long file is not to be copied at once.
        total = google_crc32c.extend(total, content[start:min(start + _PIECE, end)])
    return f"{total:08x}"


def check_sum(content: bytes, total: str, path: Path) -> None:
    """Refuse a finished file that was changed.

    Parameters
    ----------
    content : bytes
        The whole file, which ends with a line end.
    total : str
        `sum_of` all lines but the last one, as that says it.
    path : Path

    Raises
    ------
    SearchError
    """
    start = content.rfind(b"\n", 0, content.rfind(b"\n")) + 1
    if sum_of(content, start) != total:
        raise SearchError(Message("{path}: Found a finished search that was changed afterwards; expected the bytes "
                                  "that its last line has the sum of. Restore the file from a copy, or run the search "
                                  "again with another file.", path=str(path)))


def read_raw(text: str, raws: RawSpace) -> int:
    """A raw cell of a line; ValueError where it is none that a search could ask for."""
    raw = int(text, 16)
    if not 0 <= raw < 1 << VERTEX_SHIFT + 4 or not 2 <= raw >> VERTEX_SHIFT <= raws.space.max_vertices or (
            raws.key(raw) < 0):
        raise ValueError
    return raw


def numbers_of(value: object, count: int) -> list[float]:
    """So many finite numbers: alone, in a list where there are several, and all of them NaN for null."""
    if value is None:
        return [float("nan")] * count
    found = [value] if count == 1 else value
    if not isinstance(found, list) or len(found) != count or any(each is None for each in found):
        raise ValueError
    return [number_of(each) for each in found]


def number_of(value: object) -> float:
    """A finite number, NaN for null; anything else is refused."""
    if value is None:
        return float("nan")
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError
    return float(value)

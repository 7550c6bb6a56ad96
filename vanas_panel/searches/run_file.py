"""Files of searches: JSON lines that only ever grow, so that a run that was killed goes on where it stopped.

A header, then for each proposal ``ask`` and ``tell``, and ``end``. Going on is computing again: the lines that stand
there must be the ones that the same search writes, or the file is refused.
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Callable, Iterable, Iterator
from itertools import repeat
from os import PathLike
from pathlib import Path
from typing import IO, Any

import google_crc32c

from vanas_panel.errors import SearchError
from vanas_panel.searches.asking import HOWS
from vanas_panel.searches.live_file import write_live
from vanas_panel.searches.proposals import Proposals
from vanas_panel.searches.run import SearchRun
from vanas_panel.searches.run_lines import (
    LONGEST_HEADER,
    as_line,
    check_header,
    end_of_last_line,
    foreign,
    writing,
)
from vanas_panel.searches.trace import HOW, OTHER, PARENT, RAW, ROW
from vanas_panel.text.language import Message, gettext

_CHUNK = 10_000


def write_run(path: str | PathLike, run: SearchRun, on_written: Callable[[int], object] | None = None) -> SearchRun:
    """Write a run to a file, or the rest of it to a file that holds its beginning.

    Parameters
    ----------
    path : path
        What is there is never changed, except that a last line without an end is cut off.
    run : SearchRun
    on_written : callable, optional
        Called now and then with the number of proposals that were added or compared since.

    Returns
    -------
    SearchRun
        The run, with a note where a line was cut off.

    Raises
    ------
    SearchError
        Where the file is none of this run, another process writes to it, or it cannot be written.
    """
    target = Path(path)
    with writing(path) as file:
        cut = _continue(file, target, run, on_written or (lambda count: None))
        file.flush()
        os.fsync(file.fileno())
    if not cut:
        return run
    note = gettext("The last line of {path} had no end, as a process that is killed leaves it; it was cut off.")
    return SearchRun(run.header, run.proposals, run.others, (*run.notes, note.format(path=target)))


def write_finished(path: str | PathLike, run: SearchRun) -> None:
    """Write a finished search of any kind to a file.

    Raises
    ------
    SearchError
        Where the search is not finished, the file holds another one, or it cannot be written.
    """
    if not run.is_finished:
        raise SearchError(Message("Found a search that is not finished; expected its end. Run the same search again, "
                                  "which goes on with it, then convert it."))
    if run.is_live:
        write_live(path, run)
    else:
        write_run(path, run)


def _continue(file: IO[bytes], path: Path, run: SearchRun, on_written: Callable[[int], object]) -> bool:
    """Compare the lines of a file with those of a run, and append the missing ones; whether a torn one was cut off."""
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    whole = size
    if size:
        first = file.readline(LONGEST_HEADER)
        if first.endswith(b"\r\n"):
            raise SearchError(Message("{path}: Found line ends of Windows; expected those that vanas-panel writes. "
                                      "Convert them, or name another file.", path=str(path)))
        if first.endswith(b"\n"):
            check_header(first, run.header, path)
        elif not as_line(run.header).startswith(first):
            raise foreign(path)
        whole = end_of_last_line(file, size)
        file.seek(0)
    line, added = 1, 0
    # The last line of files that were written before there was a sum.
    older = as_line(_end(run))
    for chunk in _chunks(run):
        there = b"" if added else file.read(min(len(chunk), max(0, whole - file.tell())))
        if there == older:
            # Whole, too.
            break
        if there != chunk[:len(there)]:
            pairs = enumerate(zip(there, chunk, strict=False))
            same = there[:next(place for place, (one, other) in pairs if one != other)]
            raise SearchError(Message("{path}, line {line}: Found another proposal or value than this search comes "
                                      "to; expected the same. The file was changed, or another version of vanas-panel "
                                      "wrote it: name another file.", path=str(path),
                                      line=line + same.count(b"\n")))
        line += chunk.count(b"\n")
        if len(there) < len(chunk):
            # All that stands there is as it should be, so what has no end may go now.
            file.truncate(whole + added)
            file.seek(0, os.SEEK_END)
            file.write(chunk[len(there):])
            added += len(chunk) - len(there)
        on_written(chunk.count(b'"ask":'))
    if not added and file.tell() < whole:
        raise SearchError(Message("{path}: Found more lines than this search writes; expected at most {lines}. Name "
                                  "another file.", path=str(path), lines=line - 1))
    return whole < size


def _chunks(run: SearchRun) -> Iterator[bytes]:
    """All lines of a run, many at a time; the end comes alone."""
    header, proposals = as_line(run.header), run.proposals
    total = google_crc32c.value(header)
    yield header
    for start in range(0, proposals.values.size, _CHUNK):
        chunk = "".join(_lines(proposals, slice(start, start + _CHUNK), start)).encode()
        total = google_crc32c.extend(total, chunk)
        yield chunk
    if run.is_finished:
        yield as_line({**_end(run), "crc32c": f"{total:08x}"})


def _end(run: SearchRun) -> dict[str, Any]:
    """What the last line says."""
    others = None if math.isnan(run.others) else run.others
    return {"end": "budget" if run.is_used_up else "exhausted", "others": others}


def _lines(proposals: Proposals, part: slice, number: int) -> Iterator[str]:
    """Ask and tell of some proposals. Formatted by hand: `json` takes five times as long."""
    reports = [(json.dumps(name), column[part].tolist()) for name, column in proposals.reports.items()]
    rows = zip(proposals.trace[part].tolist(), _values(proposals, part), proposals.seconds[part].tolist(),
               _budgets(proposals, part), strict=True)
    for place, (trace, value, seconds, budget) in enumerate(rows):
        parents = ",".join(str(parent) for parent in (trace[PARENT], trace[OTHER]) if parent >= 0)
        said = ",".join(f"{name}:{_number(column[place])}" for name, column in reports)
        yield (f'{{"ask":{number},"raw":"{trace[RAW]:x}","row":{trace[ROW] if trace[ROW] >= 0 else "null"},'
               f'"parents":[{parents}],"how":"{HOWS[trace[HOW]]}"{budget}}}\n'
               f'{{"tell":{number},"value":{value},"seconds":{_number(seconds)},"report":{{{said}}}}}\n')
        number += 1


def _budgets(proposals: Proposals, part: slice) -> Iterable[str]:
    """What the ask of some proposals says of their training budget; nothing where there is but one."""
    if proposals.budgets is None:
        return repeat("", proposals.values[part].size)
    return (f',"budget":{budget}' for budget in proposals.budgets[part].tolist())


def _values(proposals: Proposals, part: slice) -> Iterable[str]:
    """What was told of some proposals: a number, or a list of them where there are several metrics; null without."""
    if not proposals.also:
        return map(_number, proposals.values[part].tolist())
    columns = [column[part].tolist() for column in (proposals.values, *proposals.also.values())]
    return ("null" if math.isnan(values[0]) else f"[{','.join(map(repr, values))}]" for values in zip(*columns,
                                                                                                     strict=True))


def _number(value: float) -> str:
    """A number as JSON, null where it is unknown."""
    return "null" if math.isnan(value) else repr(value)

"""Files of live searches: every ask and every tell is on the disk before the next one is made.

The lines are those of `vanas_panel.searches.run_lines`. Several trainings may be under way at once, so that tells come
in the order of arrival, and each says where it was trained, and why there is no value where there is none.
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, suppress
from os import PathLike
from pathlib import Path
from typing import IO, Any, NamedTuple

import numpy as np

from vanas_panel.errors import SearchError
from vanas_panel.files.disk_errors import cause
from vanas_panel.searches.asking import HOWS, Proposal
from vanas_panel.searches.budget_objective import budgets_of
from vanas_panel.searches.header_space import header_limits
from vanas_panel.searches.proposals import Arrivals, Proposals
from vanas_panel.searches.raw_cells import RawSpace
from vanas_panel.searches.run import SearchRun
from vanas_panel.searches.run_lines import (
    LONGEST_HEADER,
    as_line,
    check_header,
    check_sum,
    end_of_last_line,
    foreign,
    number_of,
    read_raw,
    sum_of,
    writing,
)
from vanas_panel.searches.strategies import choose
from vanas_panel.searches.strategies.halving import Halving
from vanas_panel.text.language import Message, gettext


class Told(NamedTuple):
    """What came of a proposal.

    Attributes
    ----------
    number : int
    value, seconds : float
        NaN where there is none.
    reports : tuple of float
        Other metrics of the cell, in the order of the objective.
    others : float
        Mean of the other repeats.
    device : str
    error : str
        Why there is no value.
    """

    number: int
    value: float
    seconds: float
    reports: tuple[float, ...]
    others: float
    device: str
    error: str


class State(NamedTuple):
    """What the strategy knew after so many values."""

    after: int
    knows: Mapping[str, Any]


class End(NamedTuple):
    """The end of a search; `total` is the CRC-32C of all bytes before it, in hexadecimal digits."""

    why: str
    others: float
    total: str = ""


Event = Proposal | Told | State | End
"""What a line after the header says."""


def line_of(event: Event, report: Sequence[str]) -> dict[str, Any]:
    """A line of the file, as JSON."""
    if isinstance(event, Proposal):
        line = {"ask": event.number, "raw": f"{event.raw:x}", "row": None, "parents": list(event.parents),
                "how": event.how}
        return {**line, "budget": event.budget} if event.budget else line
    if isinstance(event, Told):
        return {"tell": event.number, "value": _json(event.value), "seconds": _json(event.seconds),
                "report": {name: _json(value) for name, value in zip(report, event.reports, strict=True)},
                "others": _json(event.others), "device": event.device, "error": event.error or None}
    if isinstance(event, State):
        return {"state": event.after, "knows": event.knows}
    return {"end": event.why, "others": _json(event.others), "crc32c": event.total}


def _json(value: float) -> float | None:
    """A number as JSON, None where it is unknown."""
    return None if math.isnan(value) else value


def read_events(lines: bytes, header: Mapping[str, Any], path: Path) -> list[Event]:
    """The events of whole lines after the header.

    Raises
    ------
    SearchError
        Where a line is none, or does not fit those before it, with its number.
    """
    raws, report = RawSpace(header_limits(header)), header["objective"]["report"]
    budgets = budgets_of(header["objective"])
    events: list[Event] = []
    waiting: set[int] = set()
    asked = told = 0
    for place, text in enumerate(lines.splitlines(), start=2):
        try:
            line = json.loads(text)
            if events and isinstance(events[-1], End):
                raise ValueError
            event = _event(line, raws, report, budgets)
            if isinstance(event, Proposal):
                if event.number != asked or not all(0 <= parent < asked for parent in event.parents):
                    raise ValueError
                waiting.add(asked)
                asked += 1
            elif isinstance(event, Told):
                if event.number < asked and event.number not in waiting:
                    raise _told_twice(path, place, event.number)
                waiting.remove(event.number)
                told += 1
            elif isinstance(event, State) and event.after != told:
                raise ValueError
        except SearchError:
            raise
        except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
            raise SearchError(Message("{path}, line {line}: Found {found}; expected an ask, a tell, a state or the "
                                      "end. The file is damaged: cut it before this line, and run the search again.",
                                      path=str(path), line=place,
                                      found=repr(text[:80].decode(errors="replace")))) from None
        events.append(event)
    return events


def _event(line: Mapping[str, Any], raws: RawSpace, report: Sequence[str], budgets: Sequence[int]) -> Event:
    """What a line says; any error where it says nothing."""
    if "ask" in line:
        parents = tuple(line["parents"])
        if type(line["ask"]) is not int or line["how"] not in HOWS or len(parents) > 2 or not all(
                type(parent) is int for parent in parents):
            raise ValueError
        raw = read_raw(line["raw"], raws)
        budget = line.get("budget", 0)
        if budget not in (budgets or [0]):
            raise ValueError
        return Proposal(line["ask"], raw, raws.key(raw), parents, line["how"], budget)
    if "tell" in line:
        error, device = line["error"], line["device"]
        if type(line["tell"]) is not int or not isinstance(error, str | None) or not isinstance(device, str):
            raise ValueError
        return Told(line["tell"], number_of(line["value"]), number_of(line["seconds"]),
                    tuple(number_of(line["report"][name]) for name in report), number_of(line["others"]), device,
                    error or "")
    if "state" in line:
        if type(line["state"]) is not int or not isinstance(line["knows"], dict):
            raise ValueError
        return State(line["state"], line["knows"])
    if line["end"] not in ("budget", "exhausted") or not isinstance(line["crc32c"], str):
        raise ValueError
    return End(line["end"], number_of(line["others"]), line["crc32c"])


def _told_twice(path: Path, line: int, number: int) -> SearchError:
    """The error for a second value of a proposal."""
    return SearchError(Message("{path}, line {line}: Found a second value for proposal {number}; expected one for "
                               "each. The file is damaged: cut it before this line, and run the search again.",
                               path=str(path), line=line, number=number))


def run_of_events(header: Mapping[str, Any], events: Sequence[Event], notes: tuple[str, ...] = ()) -> SearchRun:
    """A live search as far as its events go."""
    asked: list[Proposal] = []
    before: list[int] = []
    told: list[Told] = []
    others = float("nan")
    for event in events:
        if isinstance(event, Proposal):
            asked.append(event)
            before.append(len(told))
        elif isinstance(event, Told):
            told.append(event)
        elif isinstance(event, End):
            others = event.others
    count, names = len(asked), header["objective"]["report"]
    trace = np.array([(one.raw, -1, *(*one.parents, -1, -1)[:2], HOWS.index(one.how)) for one in asked], np.int64)
    columns = np.full((count, 2 + len(names)), np.nan)
    devices, rest = [""] * count, np.full(count, np.nan)
    for one in told:
        columns[one.number] = (one.value, one.seconds, *one.reports)
        rest[one.number] = one.others
        devices[one.number] = one.device
    arrivals = Arrivals(np.array([one.number for one in told], np.int64), np.array(before, np.int64), tuple(devices),
                        {one.number: one.error for one in told if one.error}, rest)
    return SearchRun(header, Proposals(trace.reshape(count, 5), columns[:, 0], columns[:, 1],
                                       {name: columns[:, 2 + place] for place, name in enumerate(names)}, arrivals,
                                       budgets=np.array([one.budget for one in asked], np.int64)
                                       if budgets_of(header["objective"]) else None),
                     others, notes, bool(events) and isinstance(events[-1], End))


def states_every(queries: int) -> int:
    """After how many values the state of a strategy is written, for about a hundred of them."""
    return max(1, queries // 100)


def events_of(run: SearchRun) -> list[Event]:
    """The events of a live search, as its file has them."""
    arrivals, proposals = run.proposals.arrivals, run.proposals
    assert arrivals is not None
    chosen = choose(run.header["strategy"]["name"], run.header["strategy"]["settings"])
    raws = RawSpace(run.space)
    strategy = chosen.kind.make(raws, chosen.settings, run.seed, np.empty(0, np.int64), run.queries)
    if isinstance(strategy, Halving):
        strategy.expect_budgets(run.budgets)
    budgets = np.zeros(proposals.values.size, np.int64) if proposals.budgets is None else proposals.budgets
    events: list[Event] = []
    asked = 0
    for place, number in enumerate(arrivals.order.tolist()):
        while asked < proposals.values.size and arrivals.before[asked] <= place:
            raw, _, parent, other, how = proposals.trace[asked].tolist()
            events.append(Proposal(asked, raw, raws.key(raw), tuple(each for each in (parent, other) if each >= 0),
                                   HOWS[how], int(budgets[asked])))
            if chosen.kind.learns:
                strategy.ask()
            asked += 1
        value = float(proposals.values[number])
        events.append(Told(number, value, float(proposals.seconds[number]),
                           tuple(float(column[number]) for column in proposals.reports.values()),
                           float(arrivals.others[number]), arrivals.devices[number], arrivals.errors.get(number, "")))
        if chosen.kind.learns:
            strategy.tell(number, None if math.isnan(value) else run.sign * value)
            if (place + 1) % states_every(run.queries) == 0:
                events.append(State(place + 1, strategy.state()))
    why = "budget" if run.is_used_up else "exhausted"
    return [*events, End(why, float(arrivals.others[run.winner]) if run.has_best else float("nan"))]


def write_live(path: str | PathLike, run: SearchRun) -> None:
    """Write a finished live search to a file; nothing where that holds it already.

    Raises
    ------
    SearchError
        Where the file holds something else, or cannot be written.
    """
    report = run.header["objective"]["report"]
    *events, end = events_of(run)
    content = b"".join([as_line(run.header), *(as_line(line_of(event, report)) for event in events)])
    assert isinstance(end, End)
    content += as_line(line_of(end._replace(total=sum_of(content)), report))
    with writing(path) as file:
        file.seek(0)
        there = file.read(len(content) + 1)
        if not content.startswith(there):
            raise SearchError(Message("{path}: Found a file with another content; expected none, or the same search. "
                                      "Name another file.", path=str(path)))
        file.seek(0, os.SEEK_END)
        file.write(content[len(there):])
        file.flush()
        os.fsync(file.fileno())


def live_run(content: bytes, header: Mapping[str, Any], path: Path) -> SearchRun:
    """A live search from a file, perhaps with half a line at its end."""
    start, end = content.find(b"\n") + 1, content.rfind(b"\n") + 1
    events = read_events(content[start:end], header, path)
    notes = []
    if events and isinstance(events[-1], End):
        check_sum(content, events[-1].total, path)
    if end < len(content):
        notes.append(gettext("The last line had no end and was left out: the search was killed, or is still running."))
    if not events or not isinstance(events[-1], End):
        notes.append(gettext("The search is not finished. The same command goes on with it."))
    return run_of_events(header, events, tuple(notes))


class LiveFile:
    """The file of a live search, which nobody else writes meanwhile. Open and close it in one thread.

    Parameters
    ----------
    path : path
        Made where it is not there.
    header : mapping

    Attributes
    ----------
    events : list of Event
        What was there when it was opened.
    was_torn : bool
        Whether a last line without an end was there. It is cut off before the first line is added.

    Raises
    ------
    SearchError
        Where the file is none of this search or is damaged, another process writes to it, or it cannot be written.
    """

    def __init__(self, path: str | PathLike, header: Mapping[str, Any]):
        self.path, self._report = Path(path), header["objective"]["report"]
        self._open = ExitStack()
        self._file: IO[bytes] = self._open.enter_context(writing(path))
        try:
            self.events, self._end, self.was_torn = self._read(header)
            if not self._end:
                self._add(as_line(header))
        except BaseException:
            self.close()
            raise

    def append(self, event: Event) -> None:
        """Write a line, and return when it is on the disk."""
        if isinstance(event, End):
            self._file.seek(0)
            event = event._replace(total=sum_of(self._file.read(self._end)))
        self._add(as_line(line_of(event, self._report)))

    def close(self) -> None:
        """Let others write."""
        self._open.close()

    def _read(self, header: Mapping[str, Any]) -> tuple[list[Event], int, bool]:
        """Events, where the last whole line ends, and whether there is more behind it."""
        size = self._file.seek(0, os.SEEK_END)
        if not size:
            return [], 0, False
        self._file.seek(0)
        first = self._file.readline(LONGEST_HEADER)
        if not first.endswith(b"\n"):
            if not as_line(header).startswith(first):
                raise foreign(self.path)
            return [], 0, True
        check_header(first, header, self.path)
        end = end_of_last_line(self._file, size)
        self._file.seek(len(first))
        return read_events(self._file.read(end - len(first)), header, self.path), end, end < size

    def _add(self, line: bytes) -> None:
        """Write all of a line behind the last whole one, or nothing."""
        try:
            self._file.truncate(self._end)
            self._file.write(line)
            self._file.flush()
            os.fsync(self._file.fileno())
        except OSError as error:
            with suppress(OSError):
                self._file.truncate(self._end)
            raise SearchError(Message("{path}: Found no room for another line ({cause}); expected a file that can be "
                                      "written. Make room, then run the same search again: what is in the file is "
                                      "kept.", path=str(self.path), cause=cause(error))) from None
        self._end += len(line)


def same_event(one: Event, other: Event, report: Sequence[str]) -> bool:
    """Whether two events make the same line."""
    return as_line(line_of(one, report)) == as_line(line_of(other, report))


def numbered(events: Sequence[Event]) -> Iterator[tuple[int, Event]]:
    """Events with the numbers of their lines."""
    return enumerate(events, start=2)

"""Finished searches as Parquet files and back: a row for each proposal, and the header in the file's metadata."""

from __future__ import annotations

import errno
import math
import os
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from vanas_panel.errors import SearchError
from vanas_panel.files.atomic import publish, unpublished
from vanas_panel.files.disk_errors import cause
from vanas_panel.searches.asking import HOWS
from vanas_panel.searches.budget_objective import budgets_of
from vanas_panel.searches.fast_lines import strangers
from vanas_panel.searches.header_space import header_limits
from vanas_panel.searches.proposals import Arrivals, Proposals
from vanas_panel.searches.run import SearchRun
from vanas_panel.searches.run_lines import as_line, foreign, read_header
from vanas_panel.searches.several import names_of
from vanas_panel.searches.trace import HOW, OTHER, PARENT, RAW, ROW
from vanas_panel.text.language import Message

ENDING = ".parquet"
_HEADER, _OTHERS = b"vanas_panel_search", b"vanas_panel_search_others"
_REPORT, _ALSO = "report.", "also."
_WHOLE = {"raw": RAW, "row": ROW, "parent": PARENT, "other_parent": OTHER}
"""Columns that hold those of a trace."""


def write_parquet(path: str | PathLike, run: SearchRun) -> None:
    """Write a finished search to a Parquet file, which replaces one that is there.

    Raises
    ------
    SearchError
        Where the search is not finished, the name does not end in .parquet, or the file cannot be written.
    """
    target = Path(path)
    if target.suffix.lower() != ENDING:
        raise SearchError(Message("Found a file named {name}; expected a name that ends in .parquet. Choose such a "
                                  "name.", name=repr(target.name)))
    if not run.is_finished:
        raise SearchError(Message("Found a search that is not finished; expected its end. Run the same search again, "
                                  "which goes on with it, then convert it."))
    proposals, arrivals = run.proposals, run.proposals.arrivals
    columns: dict[str, Any] = {name: proposals.trace[:, place] for name, place in _WHOLE.items()}
    columns["how"] = pa.DictionaryArray.from_arrays(pa.array(proposals.trace[:, HOW], pa.int8()), list(HOWS))
    columns |= {"value": proposals.values, "seconds": proposals.seconds,
                 **{_REPORT + name: column for name, column in proposals.reports.items()},
                **{_ALSO + name: column for name, column in proposals.also.items()}}
    if proposals.budgets is not None:
        columns["budget"] = proposals.budgets
    if arrivals is not None:
        place = np.empty(arrivals.order.size, np.int64)
        place[arrivals.order] = np.arange(arrivals.order.size)
        columns |= {"arrived": place, "before": arrivals.before, "others": arrivals.others,
                    "device": list(arrivals.devices),
                    "error": [arrivals.errors.get(number, "") for number in range(place.size)]}
    table = pa.table(columns).replace_schema_metadata({_HEADER: as_line(run.header), _OTHERS: repr(run.others)})
    try:
        if not target.parent.is_dir():
            # It would be made.
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
        with unpublished(target.parent) as part:
            pq.write_table(table, part, compression="zstd")
            publish(part, target)
    except (OSError, ValueError) as error:
        reason = cause(error) if isinstance(error, OSError) else error
        raise SearchError(Message("Cannot write {path}: {reason}. Choose a writable path.", path=str(target),
                                  reason=reason)) from None


def read_parquet(path: str | PathLike) -> SearchRun:
    """Read what `write_parquet` has written.

    Raises
    ------
    SearchError
        Where it is no such file, or it is damaged.
    """
    target = Path(path)
    try:
        with pq.ParquetFile(target) as file:
            metadata = file.schema_arrow.metadata or {}
            if _HEADER not in metadata:
                raise foreign(target)
            header = read_header(metadata[_HEADER], target)
            table = file.read()
    except FileNotFoundError as error:
        raise SearchError(Message("Cannot read {path}: {reason}. Check the path.", path=str(target),
                                  reason=cause(error))) from None
    except (pa.ArrowException, OSError):
        raise foreign(target) from None
    try:
        return _run_of(table, header, float(metadata[_OTHERS]))
    except (KeyError, ValueError, TypeError, IndexError, OverflowError, pa.ArrowException):
        raise SearchError(Message("{path}: Found columns that are no search; expected those that vanas-panel writes. "
                                  "The file is damaged: restore it from a copy.", path=str(target))) from None


def _run_of(table: pa.Table, header: dict[str, Any], others: float) -> SearchRun:
    """A run from columns; ValueError and the like where they are none."""
    def column(name: str, kind: type) -> np.ndarray:
        values = np.asarray(table.column(name).to_numpy(), kind)
        if values.shape != (len(table),):
            raise ValueError
        return values

    numbers = np.arange(len(table))
    trace = np.empty((len(table), 5), np.int64)
    for name, place in _WHOLE.items():
        trace[:, place] = column(name, np.int64)
    names = {how: code for code, how in enumerate(HOWS)}
    trace[:, HOW] = [names[how] for how in table.column("how").to_pylist()]
    space = header_limits(header)
    if strangers(trace[:, RAW], space) or (trace[:, [ROW, PARENT, OTHER]] < -1).any() or (
            trace[:, [PARENT, OTHER]] >= np.maximum(numbers, 0)[:, None]).any():
        raise ValueError
    reports = {name: column(_REPORT + name, np.float64) for name in header["objective"]["report"]}
    values, seconds = column("value", np.float64), column("seconds", np.float64)
    also = {name: column(_ALSO + name, np.float64) for name in names_of(header["objective"])[1:]}
    if any((np.isnan(each) != np.isnan(values)).any() for each in also.values()):
        raise ValueError
    if any(np.isinf(each).any() for each in (values, seconds, *reports.values(), *also.values())) or math.isinf(others):
        raise ValueError
    budgets = budgets_of(header["objective"])
    known = column("budget", np.int64) if budgets else None
    if known is not None and not np.isin(known, budgets).all():
        raise ValueError
    arrivals = _arrivals_of(table, header, column)
    return SearchRun(header, Proposals(trace, values, seconds, reports, arrivals, also, known), others)


def _arrivals_of(table: pa.Table, header: dict[str, Any], column: Any) -> Arrivals | None:
    """How the values of a live search came in."""
    if header.get("training") is None:
        return None
    place, before = column("arrived", np.int64), column("before", np.int64)
    order = np.argsort(place, kind="stable")
    numbers = np.arange(len(table))
    # Every proposal was told once, and none before it was asked for.
    if (place[order] != numbers).any() or (np.diff(before, prepend=0) < 0).any() or (before > place).any():
        raise ValueError
    devices, errors = (table.column(name).to_pylist() for name in ("device", "error"))
    if not all(isinstance(word, str) for word in (*devices, *errors)):
        raise ValueError
    return Arrivals(order, before, tuple(devices), {number: word for number, word in enumerate(errors) if word},
                    column("others", np.float64))

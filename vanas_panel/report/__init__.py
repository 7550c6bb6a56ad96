"""Reports: one HTML file that shows a table, a selection and a cell, works without a server and asks for nothing.

`save_report` writes one. `plan` decides what it says, `document` puts it together from `sections`, `cell_section`,
`data_card` and `made`; `recipe` is its code. `maps` are its live charts, `paper` and `cell_figure` the same for print
and for files; `offline` is the designer that works in the file.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from vanas_panel.errors import ReportError
from vanas_panel.files.atomic import write_whole
from vanas_panel.files.disk_errors import cause
from vanas_panel.report.document import report_html
from vanas_panel.report.plan import PARTS, Axes, Plan, ShelfEntry, plan_of
from vanas_panel.report.tables import selection_table
from vanas_panel.report.trials import trials_report_html
from vanas_panel.state.session import Session
from vanas_panel.state.trials_view import TrialsView
from vanas_panel.tables.table import BenchmarkTable
from vanas_panel.tables.trials import TrialTable
from vanas_panel.text.language import Message

__all__ = ["PARTS", "Axes", "Plan", "ShelfEntry", "plan_of", "report_html", "save_report", "selection_table"]


def save_report(table: BenchmarkTable | TrialTable, path: str | os.PathLike[str], *, title: str | None = None,
                session: Session | None = None, axes: Iterable[Sequence[Any]] | None = None,
                shelf_entries: Iterable[Any] = (), notes: str = "", metrics: Iterable[str] | None = None,
                best: int = 20, parts: Iterable[str] | None = None, source: str | None = None,
                made: date | None = None, lang: str | None = None, searches: Iterable[Any] = (),
                comparison: Any = None, ends: Iterable[Any] | None = None, view: TrialsView | None = None) -> Path:
    """Write a report as one HTML file that opens from disk, works without a network and asks for nothing.

    Parameters
    ----------
    table : BenchmarkTable or TrialTable
    path : path-like
        Where to write it, a name that ends in ``.html``. A file of that name is replaced in one step; where anything
        fails, it stays as it was.
    title : str, optional
        By default the table's.
    session : Session, optional
        What is reported: ranking metric, selection, the designer's draft, the pinned cells, the metrics of the
        front, what the drawer of cells shows. By default a new session
        with the best cell of the table in the designer.
    axes : iterable of (x, y) or (x, y, log_x, log_y), optional
        One map each: names of two metrics, and whether the axes are logarithmic. By default those of the session, then
        up to two more of size, time and the ranking metric.
    shelf_entries : iterable, optional
        Saved drafts to show: entries of `vanas_panel.shelf`, or `ShelfEntry`.
    notes : str, optional
        The reporter's own words, shown as text; an empty line starts a new paragraph.
    metrics : iterable of str, optional
        The metrics of the data card and of the table of the best cells; by default all with a value.
    best : int, optional
        Rows of the table of the best cells, 0 to 200.
    parts : iterable of str, optional
        Which parts to put in, of `PARTS`; all of them by default. Without ``"designer"`` the file is smaller, and
        clicks load no cell.
    source : str, optional
        What ``vanas_panel.open_table`` opens the table by, for the code in the report; by default its name. Of a path
        only the last part is written down: the folders of the author stay private.
    made : date, optional
        The day on the report; today by default. All else is the same for the same input.
    lang : str, optional
        The language of the report, such as ``"ko"``; by default that of the session. Names of data and operations,
        the code and your own words stay as they are.
    searches : iterable of SearchRun, optional
        Searches on this table, at most 20: their curves with exact random search beside them, what their queries were
        spent on, and the family trees of their best cells.
    comparison : DataFrame, optional
        From `vanas_panel.compare_searches`: curves with bands, ranks, and who beats whom.
    ends : (cell, cell), optional
        Cells or their rows, from the first of which edits lead to the second; by default those of the session's path,
        else the first two different ones of the designer's cell and the pins. Without two there is no path.
    view : TrialsView, optional
        Of a table of trials, what is reported, such as ``page.view`` of `vanas_panel.explore`. Beside it, such a
        report takes `title`, `notes`, `made` and `lang`.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    ReportError
        Where something asked for does not fit together, or the file cannot be written.
    UnknownMetricError
        Where the table lacks a metric that was named.

    Examples
    --------
    >>> import tempfile
    >>> import vanas_panel as vp
    >>> folder = tempfile.TemporaryDirectory()
    >>> path = save_report(vp.open_table("structure4"), Path(folder.name) / "cells.html", notes="Structure alone.")
    >>> path.name, "Structure alone." in path.read_text(encoding="utf-8")
    ('cells.html', True)
    >>> folder.cleanup()
    """
    target = checked_target(path)
    if isinstance(table, TrialTable):
        given = {"session": session, "axes": axes, "shelf_entries": [*shelf_entries], "metrics": metrics,
                 "parts": parts, "searches": [*searches], "comparison": comparison, "ends": ends}
        for name in (name for name, value in given.items() if (value is not None and not isinstance(value, list))
                     or (isinstance(value, list) and value)):
            raise ReportError(Message("Found {name} for the report of a table of trials, which has no cells; expected "
                                      "view, title, notes, made or lang. Leave it out.", name=name))
        _write(target, trials_report_html(table, view, title=title, notes=notes, made=made, lang=lang))
        return target
    plan = plan_of(table, title=title, session=session, axes=axes, shelf_entries=shelf_entries, notes=notes,
                   metrics=metrics, best=best, parts=parts, source=source, made=made, lang=lang,
                   searches=searches, comparison=comparison, ends=ends)
    _write(target, report_html(plan))
    return target


def _write(target: Path, text: str) -> None:
    """Write the file in one step; `ReportError` where that fails."""
    try:
        write_whole(target, text.encode("utf-8"))
    except OSError as error:
        reason = cause(error)
        raise ReportError(Message("{path}: Found that it cannot be written ({reason}); expected a place with room that "
                                  "this user may write to. Choose another.", path=target, reason=reason)) from None


def checked_target(path: str | os.PathLike[str]) -> Path:
    """A path that a report can be written to, before the work is done.

    Raises
    ------
    ReportError
        Where its name does not end in ``.html`` or its folder is not there.
    """
    target = Path(path).expanduser()
    if target.suffix.lower() not in (".html", ".htm"):
        raise ReportError(Message("Found a report named {found}; expected a name that ends in .html. Choose such a "
                                  "name.", found=repr(target.name)))
    if not target.parent.is_dir():
        raise ReportError(Message("{path}: Found no folder {folder}; expected one that exists. Make it first, or "
                                  "choose another.", path=target, folder=repr(str(target.parent))))
    if target.is_dir():
        raise ReportError(Message("{path}: Found a folder; expected a file, or nothing yet. Choose another name.",
                                  path=target))
    return target

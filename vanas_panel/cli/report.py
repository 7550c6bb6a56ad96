"""The command ``vanas-panel report``."""

from __future__ import annotations

import argparse
from pathlib import Path

from vanas_panel.cli.source_options import asked_of, trials_reader
from vanas_panel.core.pareto import front_metrics
from vanas_panel.errors import NoCellsError, ReportError
from vanas_panel.readers import open_asked
from vanas_panel.report import save_report
from vanas_panel.report.plan import PARTS, Axes, starting_session
from vanas_panel.state.trials_actions import acted
from vanas_panel.state.trials_view import starting_view
from vanas_panel.text.language import Message
from vanas_panel.text.language import gettext as _
from vanas_panel.text.terminal import say


def run(arguments: argparse.Namespace) -> None:
    """Run ``report`` and say where the file is.

    Parameters
    ----------
    arguments : argparse.Namespace
        source, target, title, note, metric, axes, best, ends, front, without, lang, and what
        `add_reading_options` adds.

    Raises
    ------
    SourceError
        Where the table cannot be opened.
    UnknownMetricError
        Where it lacks a metric that was named.
    ReportError
        Where the report cannot be written.
    SelectionError
        Where the table has no row of an end of the path.
    ArgumentKindError, DirectionError
        Where no front is of these metrics.
    """
    if arguments.study or arguments.kind:
        _report_trials(arguments)
        return
    try:
        path = _report_cells(arguments)
    except NoCellsError:
        _report_trials(arguments)
        return
    _say_written(path)


def _report_trials(arguments: argparse.Namespace) -> None:
    """Write the report of a table of trials."""
    for name in ("axes", "ends", "front", "without"):
        if getattr(arguments, name):
            raise ReportError(Message("Found --{name} for a table of trials, which has no cells; expected none. Leave "
                                      "it out.", name=name))
    table = trials_reader(arguments)(Path(arguments.source).expanduser())
    view = starting_view(table)
    if arguments.metric is not None:
        view, _wrong = acted(table, view, f"metric:{table.metric(arguments.metric).name}")
    _say_written(save_report(table, arguments.target, title=arguments.title, notes="\n\n".join(arguments.note),
                             lang=arguments.lang, view=view))


def _report_cells(arguments: argparse.Namespace) -> Path:
    """Write the report of a table of cells."""
    axes = None if arguments.axes is None else [axes_of(each) for each in arguments.axes]
    named = [name for pair in axes or () for name in (pair.x, pair.y)] + [arguments.metric or ""]
    front = () if arguments.front is None else tuple(name.strip() for name in arguments.front.split(","))
    table = open_asked(arguments.source, asked_of(arguments).showing([*named, *front]))
    if arguments.metric is not None:
        table.metric(arguments.metric)
    session = starting_session(table, arguments.metric)
    session.front = front_metrics(table, front) if front else ()
    parts = [name for name in PARTS if name not in arguments.without]
    return save_report(table, arguments.target, title=arguments.title, session=session, axes=axes,
                       notes="\n\n".join(arguments.note), best=arguments.best, parts=parts, source=arguments.source,
                       lang=arguments.lang, ends=arguments.ends)


def _say_written(path: Path) -> None:
    """Say where the file is."""
    say(_("Wrote {path} ({size:.1f} MB).").format(path=path, size=path.stat().st_size / 1e6))


def axes_of(words: str) -> Axes:
    """A pair of axes as the command line writes it.

    Raises
    ------
    ReportError
        Where it is no pair.

    Examples
    --------
    >>> axes_of("trainable_parameters:log,test_accuracy")
    Axes(x='trainable_parameters', y='test_accuracy', log_x=True, log_y=False)
    """
    ends = [part.strip() for part in words.split(",")]
    if len(ends) != 2:
        raise ReportError(Message("Found axes {words!r}; expected two names of metrics with a comma between. Write "
                                  "trainable_parameters,test_accuracy.", words=words))
    x, y = (end.removesuffix(":log") for end in ends)
    return Axes(x, y, ends[0] != x, ends[1] != y)

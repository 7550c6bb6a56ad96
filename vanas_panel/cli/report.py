"""The command ``vanas-panel report``."""

from __future__ import annotations

import argparse

from vanas_panel.cli.source_options import asked_of
from vanas_panel.errors import ReportError
from vanas_panel.readers import open_asked
from vanas_panel.report import save_report
from vanas_panel.report.plan import PARTS, Axes, starting_session
from vanas_panel.text.language import Message
from vanas_panel.text.language import gettext as _
from vanas_panel.text.terminal import say


def run(arguments: argparse.Namespace) -> None:
    """Run ``report`` and say where the file is.

    Parameters
    ----------
    arguments : argparse.Namespace
        source, target, title, note, metric, axes, best, without, lang, and what `add_reading_options` adds.

    Raises
    ------
    SourceError
        Where the table cannot be opened.
    UnknownMetricError
        Where it lacks a metric that was named.
    ReportError
        Where the report cannot be written.
    """
    axes = None if arguments.axes is None else [axes_of(each) for each in arguments.axes]
    named = [name for pair in axes or () for name in (pair.x, pair.y)] + [arguments.metric or ""]
    table = open_asked(arguments.source, asked_of(arguments).showing(named))
    if arguments.metric is not None:
        table.metric(arguments.metric)
    session = starting_session(table, arguments.metric)
    parts = [name for name in PARTS if name not in arguments.without]
    path = save_report(table, arguments.target, title=arguments.title, session=session, axes=axes,
                       notes="\n\n".join(arguments.note), best=arguments.best, parts=parts, source=arguments.source,
                       lang=arguments.lang)
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

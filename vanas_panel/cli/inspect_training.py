"""The command ``vanas-panel inspect``."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from vanas_panel.cli.progress import bar
from vanas_panel.errors import ReportError
from vanas_panel.files.atomic import write_whole
from vanas_panel.files.disk_errors import cause
from vanas_panel.inspector.opened import open_training
from vanas_panel.inspector.training import Training
from vanas_panel.inspector.weight_change import compared_changes
from vanas_panel.text.language import Message, keep_language, translated
from vanas_panel.text.language import gettext as _
from vanas_panel.text.terminal import say

_STEPS = 1000
"""Parts that a bar counts."""


def run(arguments: argparse.Namespace) -> None:
    """Run ``inspect``: serve the page, or write the files that were asked for.

    Parameters
    ----------
    arguments : argparse.Namespace
        As `vanas_panel.cli.parsers.inspect_training` reads them, with ``language``: the one of the terminal.

    Raises
    ------
    SourceError
        Where a training cannot be opened.
    ReportError
        Where a file cannot be written.
    ServeError
        Where the page cannot be served.
    """
    if arguments.report is not None:
        # Reading may take minutes, and drawing loads more than a table of figures needs.
        from vanas_panel.report import checked_target

        checked_target(arguments.report)
    trainings = [_opened(paths, arguments) for paths in (arguments.path, arguments.beside) if paths]
    for training in trainings:
        _describe(training)
    if arguments.csv is not None:
        _write_figures(trainings, arguments.csv, arguments.scale, arguments.biases)
    if arguments.report is not None:
        _write_report(trainings, arguments)
    if arguments.csv is None and arguments.report is None:
        _serve(trainings, arguments)


def _opened(paths: Sequence[str], arguments: argparse.Namespace) -> Training:
    """A training of the command line, with a bar where it takes long."""
    roles = dict(arguments.role) or None
    with bar(_STEPS, "‰") as shown:
        def progress(share: float) -> None:
            shown.update(round(share * _STEPS) - shown.n)

        return open_training(paths[0] if len(paths) == 1 else paths, arguments.order, roles, progress=progress)


def _describe(training: Training) -> None:
    """Say what was found, and what a reader has to know of it."""
    say(_("{title}: {layers} layers, {weights:,} weights, {unit} {first} to {last}, {count} of them recorded.").format(
        title=training.title, layers=len(training.layers), weights=sum(layer.count for layer in training.layers),
        unit=_(training.unit), first=training.epochs[0], last=training.epochs[-1], count=len(training.epochs)))
    for note in training.notes:
        say(translated(note))


def _write_figures(trainings: Sequence[Training], path: Path, scale: str, biases: bool) -> None:
    """Write the figures of every layer at every epoch."""
    table = compared_changes(trainings, scale, biases)
    try:
        write_whole(path, table.to_csv(index=False).encode("utf-8"))
    except OSError as error:
        raise ReportError(Message("{path}: Found that it cannot be written ({reason}); expected a place with room that "
                                  "this user may write to. Choose another.", path=path, reason=cause(error))) from None
    say(_("Wrote {path} ({count:,} rows).").format(path=path, count=len(table)))


def _write_report(trainings: Sequence[Training], arguments: argparse.Namespace) -> None:
    """Write the report."""
    # Drawing loads more than a table of figures needs.
    from vanas_panel.report.training import save_training_report

    path = save_training_report(trainings[0], arguments.report, second=trainings[1] if len(trainings) > 1 else None,
                                scale=arguments.scale, biases=arguments.biases, title=arguments.title,
                                notes="\n\n".join(arguments.note), lang=arguments.lang)
    say(_("Wrote {path} ({size:.1f} MB).").format(path=path, size=path.stat().st_size / 1e6))


def _serve(trainings: Sequence[Training], arguments: argparse.Namespace) -> None:
    """Serve the page until Ctrl+C."""
    # Panel takes seconds to load.
    from vanas_panel.serve.training_server import serve_trainings

    serve_trainings(trainings, port=arguments.port, scale=arguments.scale, biases=arguments.biases,
                    say=keep_language(lambda line: say(translated(line)), arguments.language))

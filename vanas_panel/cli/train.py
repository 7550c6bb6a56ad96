"""The commands ``vanas-panel train-space`` and ``vanas-panel train``; PyTorch is loaded only when one of them runs."""

from __future__ import annotations

import argparse
import tempfile
from dataclasses import replace
from pathlib import Path

from tqdm import tqdm

from vanas_panel.core.cell import Cell
from vanas_panel.core.space import NASBENCH101
from vanas_panel.errors import ExchangeError, TrainingError
from vanas_panel.exchange import read
from vanas_panel.files.disk_errors import cause
from vanas_panel.readers import write_table
from vanas_panel.text.language import Message
from vanas_panel.text.language import gettext as _
from vanas_panel.text.terminal import say
from vanas_panel.training.extra import require_extra
from vanas_panel.training.reasons import reason_words
from vanas_panel.training.results import Record, ResultsFile, read_results, where_words
from vanas_panel.training.settings import Settings
from vanas_panel.training.slots import limit_for
from vanas_panel.training.table import results_table
from vanas_panel.training.trainable import canonical_cell


def train_space(arguments: argparse.Namespace) -> None:
    """Run ``train-space``.

    Parameters
    ----------
    arguments : argparse.Namespace
        max_vertices, out, table (may be None), settings, precision, scheduler, workers, device, cells_per_device,
        record (may be None).

    Raises
    ------
    TrainingError
        Where settings, images, results or workers are not usable, or a cell has no result in the end.
    """
    if arguments.table is not None and arguments.table.suffix.lower() != ".parquet":
        raise TrainingError(Message("Found a table named {name!r}; expected a name that ends in .parquet. Choose such "
                                    "a name.", name=arguments.table.name))
    require_extra()
    # Only now: these load PyTorch, which most people who use the other commands do not have.
    from vanas_panel.training import data, image_files, trainer, workers

    settings = _settings(arguments)
    processes = _processes(arguments, settings)
    images = image_files.load_images(settings.data.source)
    # Faults of the images show here, not on every worker.
    trainer.check_fit(data.prepare(images, settings.data), settings)
    keys = workers.space_keys(arguments.max_vertices).tolist()
    with (ResultsFile(arguments.out, settings) as file,
          workers.connected(arguments.scheduler, processes) as client):
        done = len(file.keys & set(keys))
        if file.results.torn:
            say(_("The last line of {out} was broken off; its cell is trained again.").format(out=arguments.out))
        with tqdm(total=len(keys), initial=done, unit=_(" cells"), smoothing=0.02) as bar:
            failures = workers.train_keys(keys, settings, images, file, client, device=arguments.device,
                                          cells_per_device=arguments.cells_per_device,
                                          on_record=lambda _record: bar.update(), record=arguments.record)
    say(_("{done:,} of {total:,} cells have results in {path}.").format(
        done=len(keys) - len(failures), total=len(keys), path=arguments.out))
    if arguments.table is not None:
        _write_table(arguments.out, arguments.table)
    if failures:
        raise TrainingError(Message("Found {found} cells without a result, the first one because of {reason}; "
                                    "expected none. Run the same command again to try them once more.",
                                    found=len(failures), reason=failures[0].reason))


def train_one(arguments: argparse.Namespace) -> None:
    """Run ``train``.

    Parameters
    ----------
    arguments : argparse.Namespace
        cell, out (may be None), settings, precision, scheduler, workers, device, cells_per_device, record (may
        be None).

    Raises
    ------
    TrainingError
        Where cell, settings, images, results or workers are not usable, or every repeat failed.
    """
    require_extra()
    from vanas_panel.training import data, image_files, trainer, workers

    settings = _settings(arguments)
    _processes(arguments, settings)
    key = canonical_cell(parse_cell(arguments.cell))[0]
    images = image_files.load_images(settings.data.source)
    trainer.check_fit(data.prepare(images, settings.data), settings)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "results.jsonl" if arguments.out is None else arguments.out
        with (ResultsFile(path, settings) as file,
              workers.connected(arguments.scheduler, arguments.workers or 1) as client):
            failures = workers.train_keys([key], settings, images, file, client, device=arguments.device,
                                          cells_per_device=arguments.cells_per_device, record=arguments.record)
        if failures:
            raise TrainingError(Message("The cell could not be trained: {reason}", reason=failures[0].reason))
        record = next(record for record in read_results(path).records if record.key == key)
    for line in report(record).split("\n"):
        say(line)
    if all(repeat["failed"] for repeat in record.repeats):
        raise TrainingError(Message("Found {found} failed repeats; expected one that ends well at least. {reason}",
                                    found=len(record.repeats), reason=reason_words(record.repeats[0]["reason"])))


def parse_cell(text: str) -> Cell:
    """The cell that an argument stands for.

    Parameters
    ----------
    text : str
        What `vanas_panel.exchange.read` takes, such as a JSON object with ``operations`` and either ``edges`` or
        ``matrix``; or the path of a file with it. Text of one line must start with a bracket, or it is a path.

    Returns
    -------
    Cell
        Of any size that can be packed.

    Raises
    ------
    TrainingError
        Where there is no such file.
    ExchangeError
        Where there is no cell in it.
    InvalidCellError
        Where what is in it is a draft, but no cell.
    """
    is_text = text.lstrip().startswith(("{", "[", "(")) or "\n" in text
    try:
        content = text if is_text else Path(text).read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise TrainingError(Message("Found no cell in {text!r} ({error}); expected a JSON object with operations and "
                                    "edges (or matrix), or the path of a file with one. Correct it.", text=text,
                                    error=error)) from None
    try:
        draft = read(content, NASBENCH101)
    except ExchangeError as error:
        raise error if is_text else ExchangeError(Message("{path}: {error}", path=text, error=error)) from None
    return Cell(draft.operations, draft.edges, None)


def report(record: Record) -> str:
    """A result as a few lines for a person.

    Parameters
    ----------
    record : Record

    Returns
    -------
    str
    """
    settings = Settings.from_dict(record.settings)
    lines = [_("{parameters:,} parameters, {macs:,} multiply-accumulates for an image; settings {digest}; "
               "{where}").format(parameters=record.trainable_parameters, macs=record.multiply_accumulates,
                                 digest=record.settings_hash, where=where_words(record)),
             _("repeat  steps  train     validation  test      seconds")]
    for repeat in record.repeats:
        for index, steps in enumerate(settings.budgets):
            values = [repeat[f"{name}_accuracy"][index] for name in ("train", "validation", "test")]
            if None not in values:
                train, validation, test = (f"{100 * value:.2f} %" for value in values)
                lines.append(f"{repeat['repeat']:<6}  {steps:<5}  {train:<8}  {validation:<10}  {test:<8}  "
                             f"{repeat['training_seconds'][index]:.2f}")
        if repeat["failed"]:
            lines.append(f"{repeat['repeat']:<6}  {reason_words(repeat['reason'])}")
    return "\n".join(lines)


def _processes(arguments: argparse.Namespace, settings: Settings) -> int | None:
    """Workers of this machine, None for one a core; refuses a device that is not there before anything starts."""
    if arguments.scheduler is not None:
        # Its workers say themselves what they lack.
        return arguments.workers
    from vanas_panel.training import device

    found = device.find_devices(arguments.device)
    device.require_precision(found[0], settings.precision)
    limit = limit_for([one.name for one in found], arguments.cells_per_device)
    return arguments.workers or limit * len(found) or None


def _write_table(results: Path, path: Path) -> None:
    """Write a table of a results file in our own Parquet form."""
    table = results_table(read_results(results).records, name=path.stem)
    try:
        write_table(table, path)
    except OSError as error:
        raise TrainingError(Message("{path}: Found no place that can be written ({cause}); expected one. Make room, "
                                    "or choose a folder that exists.", path=path, cause=cause(error))) from None
    say(_("Wrote a table of {found:,} cells to {path}.").format(found=len(table), path=path))


def _settings(arguments: argparse.Namespace) -> Settings:
    """Settings of a command."""
    settings = Settings() if arguments.settings is None else Settings.read(arguments.settings)
    return settings if arguments.precision is None else replace(settings, precision=arguments.precision)

"""The commands ``vanas-panel train-space`` and ``vanas-panel train``; PyTorch is loaded only when one of them runs."""

from __future__ import annotations

import argparse
import tempfile
from dataclasses import replace
from pathlib import Path

from tqdm import tqdm

from vanas_panel.core.cell import Cell
from vanas_panel.core.space import NASBENCH101
from vanas_panel.disks import cause
from vanas_panel.errors import ExchangeError, TrainingError
from vanas_panel.exchange import read
from vanas_panel.numerals import whole_number
from vanas_panel.readers import write_table
from vanas_panel.terminal import say
from vanas_panel.training.extra import require_extra
from vanas_panel.training.results import Record, ResultsFile, read_results, where_words
from vanas_panel.training.settings import PRECISIONS, Settings
from vanas_panel.training.slots import MOST, limit_for
from vanas_panel.training.table import results_table
from vanas_panel.training.trainable import canonical_cell


def add_parsers(subparsers: argparse._SubParsersAction) -> None:
    """Add both commands.

    Parameters
    ----------
    subparsers : argparse._SubParsersAction
        What `argparse.ArgumentParser.add_subparsers` gave. Each command sets ``run``, a function of the parsed
        arguments, which raises a `VanasError` where not all went well.
    """
    space = subparsers.add_parser(
        "train-space", help="train every cell of a search space",
        description="Train every cell of NAS-Bench-101's search space with so many vertices at most, and append each "
                    "result to a file. The same command again goes on where the last one ended.")
    space.add_argument("--max-vertices", type=_vertices, required=True, metavar="N",
                       help=f"2 to {NASBENCH101.max_vertices}")
    space.add_argument("--out", type=Path, required=True, metavar="FILE", help="results, JSON lines; made or continued")
    space.add_argument("--table", type=Path, metavar="FILE", help="write a table of all results to this .parquet file")
    space.set_defaults(run=train_space)
    one = subparsers.add_parser(
        "train", help="train one cell",
        description="Train one cell and print its result. CELL is JSON such as "
                    '\'{"operations": ["input", "conv3x3-bn-relu", "output"], "edges": [[0, 1], [1, 2]]}\', with '
                    '"matrix" instead of "edges" where you prefer, or the path of a file that holds it, or any other '
                    "form in which the page gives a cell away.")
    one.add_argument("cell", metavar="CELL", help="JSON, or the path of a file with a cell")
    one.add_argument("--out", type=Path, metavar="FILE", help="append the result to this file, too")
    one.set_defaults(run=train_one)
    for parser in (space, one):
        parser.add_argument("--settings", type=Path, metavar="FILE",
                            help="JSON; what it leaves out keeps the value used for the table mnist-cells")
        parser.add_argument("--scheduler", metavar="ADDRESS",
                            help="train on the workers of this Dask scheduler, for instance tcp://host:8786")
        parser.add_argument("--workers", type=_count, metavar="N",
                            help="processes on this machine where no scheduler is given (default: one for each core, "
                                 "or one for each cell that the devices train at once)")
        parser.add_argument("--device", default="auto", metavar="DEVICE",
                            help="auto (CUDA, else MPS, else the processor), cpu, cuda, cuda:N or mps; with a "
                                 "scheduler, as its workers see them")
        parser.add_argument("--precision", choices=sorted(PRECISIONS), metavar="P",
                            help="float32, or bf16 or fp16 for mixed precision (default: what the settings say)")
        parser.add_argument("--cells-per-device", type=_count, metavar="N",
                            help=f"cells trained at once on one device, 1 to {MOST} (default: 4 on a graphics card, "
                                 "one for each worker on a processor)")


def train_space(arguments: argparse.Namespace) -> None:
    """Run ``train-space``.

    Parameters
    ----------
    arguments : argparse.Namespace
        max_vertices, out, table (may be None), settings, precision, scheduler, workers, device, cells_per_device.

    Raises
    ------
    TrainingError
        Where settings, images, results or workers are not usable, or a cell has no result in the end.
    """
    if arguments.table is not None and arguments.table.suffix.lower() != ".parquet":
        raise TrainingError(f"Found a table named {arguments.table.name!r}; expected a name that ends in .parquet. "
                            "Choose such a name.")
    require_extra()
    # Only now: these load PyTorch, which most people who use the other commands do not have.
    from vanas_panel.training import data, trainer, workers

    settings = _settings(arguments)
    processes = _processes(arguments, settings)
    images = data.load_images(settings.data.source)
    # What is wrong with the images shows here, and not on every worker.
    trainer.check_fit(data.prepare(images, settings.data), settings)
    keys = workers.space_keys(arguments.max_vertices).tolist()
    with (ResultsFile(arguments.out, settings) as file,
          workers.connected(arguments.scheduler, processes) as client):
        done = len(file.keys & set(keys))
        if file.results.torn:
            say(f"The last line of {arguments.out} was broken off; its cell is trained again.")
        with tqdm(total=len(keys), initial=done, unit=" cells", smoothing=0.02) as bar:
            failures = workers.train_keys(keys, settings, images, file, client, device=arguments.device,
                                          cells_per_device=arguments.cells_per_device,
                                          on_record=lambda _: bar.update())
    say(f"{len(keys) - len(failures):,} of {len(keys):,} cells have results in {arguments.out}.")
    if arguments.table is not None:
        _write_table(arguments.out, arguments.table)
    if failures:
        raise TrainingError(f"Found {len(failures)} cells without a result, the first one because of "
                            f"{failures[0].reason}; expected none. Run the same command again to try them once more.")


def train_one(arguments: argparse.Namespace) -> None:
    """Run ``train``.

    Parameters
    ----------
    arguments : argparse.Namespace
        cell, out (may be None), settings, precision, scheduler, workers, device, cells_per_device.

    Raises
    ------
    TrainingError
        Where cell, settings, images, results or workers are not usable, or every repeat failed.
    """
    require_extra()
    from vanas_panel.training import data, trainer, workers

    settings = _settings(arguments)
    _processes(arguments, settings)
    key, _ = canonical_cell(parse_cell(arguments.cell))
    images = data.load_images(settings.data.source)
    trainer.check_fit(data.prepare(images, settings.data), settings)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "results.jsonl" if arguments.out is None else arguments.out
        with (ResultsFile(path, settings) as file,
              workers.connected(arguments.scheduler, arguments.workers or 1) as client):
            failures = workers.train_keys([key], settings, images, file, client, device=arguments.device,
                                          cells_per_device=arguments.cells_per_device)
        if failures:
            raise TrainingError(f"The cell could not be trained: {failures[0].reason}")
        record = next(record for record in read_results(path).records if record.key == key)
    for line in report(record).split("\n"):
        say(line)
    if all(repeat["failed"] for repeat in record.repeats):
        raise TrainingError(f"Found {len(record.repeats)} failed repeats; expected one that ends well at least. "
                            f"{record.repeats[0]['reason']}")


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
        raise TrainingError(f"Found no cell in {text!r} ({error}); expected a JSON object with operations and edges "
                            "(or matrix), or the path of a file with one. Correct it.") from None
    try:
        draft = read(content, NASBENCH101)
    except ExchangeError as error:
        raise error if is_text else ExchangeError(f"{text}: {error}") from None
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
    lines = [f"{record.trainable_parameters:,} parameters, {record.multiply_accumulates:,} multiply-accumulates for an "
             f"image; settings {record.settings_hash}; {where_words(record)}",
             "repeat  steps  train     validation  test      seconds"]
    for repeat in record.repeats:
        for place, steps in enumerate(settings.budgets):
            values = [repeat[f"{name}_accuracy"][place] for name in ("train", "validation", "test")]
            if None not in values:
                train, validation, test = (f"{100 * value:.2f} %" for value in values)
                lines.append(f"{repeat['repeat']:<6}  {steps:<5}  {train:<8}  {validation:<10}  {test:<8}  "
                             f"{repeat['training_seconds'][place]:.2f}")
        if repeat["failed"]:
            lines.append(f"{repeat['repeat']:<6}  {repeat['reason']}")
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
        raise TrainingError(f"{path}: Found no place that can be written ({cause(error)}); expected one. Make room, "
                            "or choose a folder that exists.") from None
    say(f"Wrote a table of {len(table):,} cells to {path}.")


def _settings(arguments: argparse.Namespace) -> Settings:
    """Settings of a command."""
    settings = Settings() if arguments.settings is None else Settings.read(arguments.settings)
    return settings if arguments.precision is None else replace(settings, precision=arguments.precision)


def _count(text: str) -> int:
    """A whole number; whether it is one that can be used is said where it is."""
    value = whole_number(text)
    if value is None:
        raise argparse.ArgumentTypeError(f"found {text[:40]!r}; expected a whole number such as 4")
    return value


def _vertices(text: str) -> int:
    """A number of vertices that NAS-Bench-101's space allows."""
    value = whole_number(text) or 0
    if not 2 <= value <= NASBENCH101.max_vertices:
        raise argparse.ArgumentTypeError(f"found {text!r}; expected 2 to {NASBENCH101.max_vertices}")
    return value

"""Train many cells on Dask workers, and store every result at once."""

from __future__ import annotations

import logging
import platform
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from itertools import chain, islice
from pathlib import Path
from typing import Any

import dask
import numpy as np
import torch
from distributed import Client, Future, LocalCluster, as_completed, get_worker

from vanas_panel._version import __version__
from vanas_panel.core.canonical import canonical_key
from vanas_panel.core.cell import Cell
from vanas_panel.core.cost import KERNEL_SIZES
from vanas_panel.core.enumeration import enumerate_cells
from vanas_panel.core.space import NASBENCH101, CellSpace
from vanas_panel.errors import DeviceError, TrainingError
from vanas_panel.inspector.ready import ready_recorder
from vanas_panel.text.language import Message
from vanas_panel.training.data import Dataset, prepare
from vanas_panel.training.device import AUTO, find_devices, require_precision
from vanas_panel.training.image_files import Images
from vanas_panel.training.recorded import NetworkRecorder
from vanas_panel.training.recordings import RecordedRecord, check_folder, write_recordings
from vanas_panel.training.results import Record, ResultsFile
from vanas_panel.training.settings import Settings
from vanas_panel.training.slots import limit_for, slot
from vanas_panel.training.trainable import TRAINABLE, costs
from vanas_panel.training.trainer import train_cell

_WAITING_PER_THREAD = 3
"""Cells handed to the workers ahead of time, so that none is ever idle, and few are lost on a sudden end."""

PATIENCE = 20.0
"""Seconds to wait for a scheduler elsewhere."""

_HOPELESS = 10
"""So many cells in a row that cannot be trained at all mean that something is wrong with the workers."""

_ENVIRONMENT = {"OMP_NUM_THREADS": 1, "MKL_NUM_THREADS": 1, "OPENBLAS_NUM_THREADS": 1,
                "MALLOC_TRIM_THRESHOLD_": 1 << 30, "MALLOC_MMAP_THRESHOLD_": 1 << 30}
"""Of the workers. Memory that a step gives back is asked for again by the next one: with Dask's default of handing it
to the system at once, fetching it again takes over a third of the time."""


@dataclass(frozen=True)
class Failure:
    """A cell that could not be trained at all.

    Attributes
    ----------
    key : int
    reason : str
    """

    key: int
    reason: str


def space_keys(max_vertices: int, seed: int = 0) -> np.ndarray:
    """Canonical keys of all cells of NAS-Bench-101's space with so many vertices at most.

    Parameters
    ----------
    max_vertices : int
        2 to 7.
    seed : int, optional
        Of the order: cells come in a fixed random one, so that a part of a run is a fair sample.

    Returns
    -------
    int64 (n,)
    """
    keys = enumerate_cells(CellSpace(NASBENCH101.operations, max_vertices, NASBENCH101.max_edges))
    return np.random.default_rng(seed).permutation(keys)


def train_record(key: int, settings: Settings, dataset: Dataset, images_digest: str, *, device: str = AUTO,
                 cells_per_device: int = 0, **watched) -> Record:
    """Train all repeats of a cell and say everything about it.

    Parameters
    ----------
    key : int
        Canonical key, see `vanas_panel.training.trainable.canonical_cell`.
    settings : Settings
    dataset : Dataset
    images_digest : str
    device : str, optional
        As `vanas_panel.training.trainer.train_cell` takes it.
    cells_per_device : int, optional
        The limit that the caller keeps, to be written down; 0 for none.
    **watched
        ``on_budget``, ``on_step`` and ``recorder``, as `vanas_panel.training.trainer.train_cell` takes them.

    Returns
    -------
    Record
    """
    start = time.perf_counter()
    cell = Cell.from_packed(key, TRAINABLE)
    found = find_devices(device)[0]
    repeats = train_cell(cell, settings, dataset, device=found, **watched)
    parameters, accumulates = costs(key, settings.skeleton)
    return Record(
        key=int(key), operations=list(cell.operations), edges=[list(edge) for edge in cell.edges],
        trainable_parameters=parameters, multiply_accumulates=accumulates,
        repeats=[asdict(repeat) for repeat in repeats], settings_hash=settings.digest, settings=settings.to_dict(),
        images=images_digest, threads=torch.get_num_threads(), seconds=round(time.perf_counter() - start, 3),
        versions={"vanas-panel": __version__, "python": platform.python_version(),
                  "torch": str(torch.__version__), "numpy": np.__version__},
        finished=datetime.now(UTC).isoformat(timespec="seconds"), device=found.name, device_name=found.label,
        precision=settings.precision, cells_per_device=cells_per_device,
    )


def train_recorded(key: int, settings: Settings, dataset: Dataset, images_digest: str, **options) -> RecordedRecord:
    """On a worker: train all repeats of a cell, and record how far their weights move.

    Parameters
    ----------
    key, settings, dataset, images_digest, **options
        As for `train_record`.

    Returns
    -------
    RecordedRecord
        The files themselves are gone.
    """
    # Where Dask removes what a worker that was killed has left.
    with (tempfile.TemporaryDirectory(prefix="recording-", dir=get_worker().local_directory) as folder,
          NetworkRecorder(folder, key, settings) as recorder):
        record = train_record(key, settings, dataset, images_digest, recorder=recorder, **options)
        return RecordedRecord(record, {repeat: path.read_bytes() for repeat, path in recorder.finished().items()})


@contextmanager
def connected(scheduler: str | None = None, workers: int | None = None) -> Iterator[Client]:
    """A client of a running Dask scheduler, or of a local cluster that ends with it.

    Parameters
    ----------
    scheduler : str, optional
        Address such as ``tcp://host:8786``; a local cluster by default.
    workers : int, optional
        Processes of the local cluster, each with one thread; as many as processor cores by default.

    Raises
    ------
    TrainingError
        Where the scheduler does not answer.
    """
    if scheduler is None:
        # Port 0: any free one; several runs on a machine must not quarrel over the usual ports. Closing, since a
        # client's own context must be left in the thread that entered it.
        with (dask.config.set({"distributed.nanny.pre-spawn-environ": _ENVIRONMENT}),
              LocalCluster(n_workers=workers, threads_per_worker=1, processes=True, dashboard_address="127.0.0.1:0",
                           host="127.0.0.1", scheduler_port=0, silence_logs=logging.ERROR) as cluster,
              closing(Client(cluster)) as client):
            yield client
        return
    try:
        client = Client(scheduler, timeout=PATIENCE)
    except (OSError, ValueError) as error:
        raise TrainingError(Message("Found no Dask scheduler at {scheduler} ({error}); expected one. Start it with "
                                    "'dask scheduler', or check the address.", scheduler=scheduler,
                                    error=error)) from None
    with closing(client):
        yield client


def train_keys(keys: Sequence[int], settings: Settings, images: Images, results: ResultsFile, client: Client, *,
               device: str = AUTO, cells_per_device: int | None = None,
               on_record: Callable[[Record], None] | None = None, record: Path | None = None) -> list[Failure]:
    """Train the cells that a results file lacks, in order, and append each as it is done.

    A worker that dies loses no result: what is finished is in the file, and its cell is given to another worker.

    Parameters
    ----------
    keys : sequence of int
        Canonical keys.
    settings : Settings
    images : Images
    results : ResultsFile
    client : distributed.Client
    device : str, optional
        As `vanas_panel.training.device.find_devices` takes it; each worker finds what it has.
    cells_per_device : int, optional
        Cells trained at once on each device, see `vanas_panel.training.slots.limit_for`.
    on_record : callable, optional
        Called with each record once it is on disk.
    record : Path, optional
        A folder for recordings of how far the weights of every repeat move, ``<key>-<repeat>.vptrain``; made where it
        is missing. None are made by default.

    Returns
    -------
    list of Failure
        Cells whose training ended in an error, which are not in the file; the same call again tries them again.

    Raises
    ------
    TrainingError
        Where the file has results for other images, the folder has recordings of these cells, or cell after cell ends
        in an error.
    DeviceError
        Where a worker has no such device, or it cannot compute in the precision of the settings.
    """
    others = sorted({record.images for record in results.results.records} - {images.digest})
    if others:
        raise TrainingError(Message("{path}: Found results for the images {others}; expected those of {digest}, with "
                                    "which you train. Use the same images, or write to another file.",
                                    path=results.path, others=", ".join(others), digest=images.digest))
    waiting = [int(key) for key in keys if int(key) not in results.keys]
    if not waiting:
        return []
    # Compiled here first: workers of this machine that compile into the same empty cache at once may crash.
    costs(canonical_key(waiting[0]), settings.skeleton)
    if record is not None:
        check_folder(record, waiting, settings.repeats)
        ready_recorder()
    queue: Iterator[int] = iter(waiting)
    # As a task, not as scattered data: whatever is lost with a worker, the scheduler knows how to make it again.
    dataset = submit_dataset(client, images, settings)
    running = as_completed([])
    failures: list[Failure] = []
    in_a_row = 0
    asked = settings, dataset, images.digest, device, cells_per_device, record is not None
    for future in _submitted(client, queue, max(1, sum(client.nthreads().values())) * _WAITING_PER_THREAD, *asked):
        running.add(future)
    for future in running:
        error = future.exception()
        found = _fetched(future) if error is None else None
        if found is not None:
            results.append(found.record)
            if record is not None:
                # After the result: a cell that has one is not trained again, so its files will be in nobody's way.
                write_recordings(record, found)
            in_a_row = 0
            if on_record is not None:
                on_record(found.record)
        else:
            if isinstance(error, DeviceError):
                # As it would be for every other cell.
                raise DeviceError(Message("On a worker: {error}", error=error)) from None
            if error is None:
                queue = chain([_key_of(future)], queue)
                error = RuntimeError("its worker died before the result was fetched")
            else:
                failures.append(Failure(_key_of(future), Message("{kind}: {error}", kind=type(error).__name__,
                                                                 error=error)))
            in_a_row += 1
            if in_a_row == _HOPELESS:
                raise TrainingError(Message("Found {found} cells in a row that could not be trained, the last one "
                                            "because of {kind}: {error}; expected results. Mend the cause, then run "
                                            "the same command again.", found=in_a_row, kind=type(error).__name__,
                                            error=error))
        future.release()
        for added in _submitted(client, queue, 1, *asked):
            running.add(added)
    return failures


def _submitted(client: Client, waiting: Iterator[int], count: int, settings: Settings, dataset: Future,
               images_digest: str, device: str, cells_per_device: int | None, is_recorded: bool) -> Iterator[Future]:
    """Hand the next cells to the workers, the first ones first."""
    for key in islice(waiting, count):
        # Named by what is computed, so that two clients of a scheduler that ask for the same cell share the work.
        name = "record" if is_recorded else "train"
        yield client.submit(_task, key, settings, dataset, images_digest, device, cells_per_device, is_recorded,
                            key=f"{name}-{settings.digest}-{images_digest}-{device}-{cells_per_device or 0}-{key}")


def _fetched(future: Future) -> RecordedRecord | None:
    """The result of a training that ended well; None where it was lost with the worker that held it."""
    try:
        return future.result(timeout=PATIENCE)
    except Exception:
        # Which one depends on how far distributed has noticed by then; the training itself raised nothing.
        return None


def _key_of(future: Future) -> int:
    """The canonical key in the name of a task."""
    return int(str(future.key).rpartition("-")[2])


def submit_dataset(client: Client, images: Images, settings: Settings) -> Future:
    """Have the data of a training made on the workers; equal ones are made once."""
    # Dask warns of 10 MB; 170 MB of images are sent once, and kept by the scheduler to make the task again.
    with dask.config.set({"distributed.admin.large-graph-warning-threshold": "1GB"}):
        return client.submit(_dataset, images, settings, key=f"dataset-{settings.digest}-{images.digest}")


def _dataset(images: Images, settings: Settings) -> Dataset:
    """On a worker: make the data."""
    return prepare(images, settings.data)


def _task(key: int, settings: Settings, dataset: Dataset, images_digest: str, device: str,
          cells_per_device: int | None, is_recorded: bool) -> RecordedRecord:
    """On a worker: train one cell."""
    with device_slot(settings, device, cells_per_device) as (name, limit):
        prepare_process(settings, dataset, name)
        options: dict[str, Any] = {"device": name, "cells_per_device": limit}
        if is_recorded:
            return train_recorded(key, settings, dataset, images_digest, **options)
        return RecordedRecord(train_record(key, settings, dataset, images_digest, **options))


@contextmanager
def device_slot(settings: Settings, device: str, cells_per_device: int | None,
                on_wait: Callable[[], None] | None = None) -> Iterator[tuple[str, int]]:
    """On a worker: a device that can do what the settings ask for, once it is free; and its limit of cells at once.

    Raises
    ------
    DeviceError
        Where there is none, or it cannot.
    """
    found = find_devices(device)
    require_precision(found[0], settings.precision)
    names = [one.name for one in found]
    limit = limit_for(names, cells_per_device)
    with slot(names, limit, on_wait) as name:
        yield name, limit


def prepare_process(settings: Settings, dataset: Dataset, device: str) -> None:
    """On a worker: take one thread, since there is a worker for every core, and load what a first training loads."""
    torch.set_num_threads(1)
    if (settings.digest, device) not in _WARM:
        # Once in each process: what is loaded and compiled on first use must not count as training of its first cell.
        train_cell(_WARM_UP_CELL, replace(settings, steps=2, budgets=(2,)), dataset, device=device)
        _WARM.add((settings.digest, device))


_WARM: set[tuple[str, str]] = set()
_WARM_UP_CELL = Cell(("input", *KERNEL_SIZES, "output"), ((0, 1), (0, 2), (1, 3), (2, 3), (2, 4), (3, 4)))

"""Runs a gradient search epoch by epoch, with a line and a checkpoint after each."""

from __future__ import annotations

import io
import platform
from collections.abc import Callable
from os import PathLike
from pathlib import Path

import numpy as np
import torch

from vanas_panel.training.darts.datasets import load_data, prepare_data
from vanas_panel.training.darts.epoch import Epoch
from vanas_panel.training.darts.run_file import DartsFile, DartsRun, header_of
from vanas_panel.training.darts.search import DartsSearch
from vanas_panel.training.darts.settings import DartsSettings
from vanas_panel.training.darts.sizes import sizes_of
from vanas_panel.training.device import AUTO, find_devices
from vanas_panel.training.one_thread import one_thread


def run_darts(settings: DartsSettings, out: str | PathLike, device: str = AUTO,
              on_epoch: Callable[[Epoch], object] | None = None) -> DartsRun:
    """Run a search, or go on with one; see `vanas_panel.training.darts.entry.search_darts`."""
    found = find_devices(device)[0]
    data = load_data(settings.data)
    # The first line of a file that is there stays.
    prepared = prepare_data(data, settings.data) if is_new(out) else None
    sizes = None if prepared is None else sizes_of(prepared)
    with DartsFile(out, header_of(settings, data.digest, found.name, versions(), sizes)) as file, one_thread():
        if file.run.is_finished:
            # Of a process that was killed after its last line.
            file.checkpoint.unlink(missing_ok=True)
            return file.run
        search = DartsSearch(settings, prepared or prepare_data(data, settings.data), torch.device(found.name))
        state = file.load(lambda kept: torch.load(kept, map_location=found.name, weights_only=True))
        if state is not None:
            search.load(state)
        while not file.run.is_finished:
            epoch = search.run_epoch()
            file.append(epoch, checkpoint_of(search))
            if on_epoch is not None:
                on_epoch(epoch)
        file.checkpoint.unlink(missing_ok=True)
        return file.run


def is_new(out: str | PathLike) -> bool:
    """Whether a file is still to be begun."""
    return not Path(out).exists() or not Path(out).stat().st_size


def versions() -> dict[str, str]:
    """What computes, for the first line of a file."""
    return {"python": platform.python_version(), "torch": str(torch.__version__), "numpy": np.__version__}


def checkpoint_of(search: DartsSearch) -> bytes:
    """All that a search goes on from, as a file of PyTorch."""
    held = io.BytesIO()
    torch.save(search.state(), held)
    return held.getvalue()

"""The file of a gradient search: a line of JSON for the search and one for each epoch, and a checkpoint beside it."""

from __future__ import annotations

import io
import os
import pickle
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pandas as pd

from vanas_panel._version import __version__
from vanas_panel.core.genotype import Genotype, strongest_genes
from vanas_panel.errors import TrainingError, brief
from vanas_panel.files.atomic import write_whole
from vanas_panel.files.disk_errors import cause
from vanas_panel.providers import provided
from vanas_panel.text.language import Constant, Message, marked
from vanas_panel.training.darts.epoch import NUMBERS, Epoch, epoch_of, line_of
from vanas_panel.training.darts.lines import OwnedLines, content_of, json_of
from vanas_panel.training.darts.network_shape import edge_count, reduction_cells
from vanas_panel.training.darts.settings import DartsSettings
from vanas_panel.training.darts.sizes import are_sizes

FORM = "vanas-panel-darts-1"


@dataclass(frozen=True)
class DartsRun:
    """A gradient search, as far as it has come.

    Attributes
    ----------
    settings : DartsSettings
    header : dict
        The first line of its file: settings, their digest, that of the images, device, versions, and the sizes of the
        network (not in old files).
    history : list of Epoch
    """

    settings: DartsSettings
    header: dict[str, Any]
    history: list[Epoch]

    def __len__(self) -> int:
        return len(self.history)

    def __repr__(self) -> str:
        return f"<DartsRun: {len(self)} of {self.settings.epochs} epochs, {len(self.settings.operations)} operations>"

    def _repr_html_(self) -> str:
        return provided("HTML of DARTS")(self)

    @property
    def is_finished(self) -> bool:
        """Whether every epoch was run."""
        return len(self) == self.settings.epochs

    @cached_property
    def epochs(self) -> pd.DataFrame:
        """One row for each epoch: losses and accuracies (fractions) on both halves, seconds."""
        names = ["epoch", *NUMBERS]
        return pd.DataFrame([{name: getattr(each, name) for name in names} for each in self.history], columns=names)

    @cached_property
    def alphas(self) -> np.ndarray:
        """float64 (epochs, kinds of cells, edges, operations): the alphas after each epoch."""
        return self._stacked("alphas")

    @cached_property
    def weights(self) -> np.ndarray:
        """float64 (epochs, kinds of cells, edges, operations): softmax of the alphas over the operations of an edge."""
        alphas = np.where(self.kept, self.alphas, -np.inf)
        shifted = np.exp(alphas - alphas.max(axis=-1, keepdims=True))
        return shifted / shifted.sum(axis=-1, keepdims=True)

    @cached_property
    def kept(self) -> np.ndarray:
        """Bool (kinds of cells, edges, operations): the operations that every edge has."""
        settings = self.settings
        if not settings.kept:
            kinds = 2 if reduction_cells(settings.cells) else 1
            return np.ones((kinds, edge_count(settings.nodes), len(settings.operations)), bool)
        return np.array([[[name in edge for name in settings.operations] for edge in kind] for kind in settings.kept])

    @cached_property
    def gradients(self) -> np.ndarray:
        """float64 (epochs, kinds of cells, edges, operations): mean gradients of the alphas in each epoch."""
        return self._stacked("gradients")

    def _stacked(self, name: str) -> np.ndarray:
        """What every epoch has, together."""
        if not self.history:
            raise TrainingError("Found a search without a finished epoch; expected one at least. Let it go on.")
        return np.array([getattr(each, name) for each in self.history])

    def genotype_at(self, epoch: int) -> Genotype:
        """What would be taken after an epoch, counted from 1.

        Raises
        ------
        TrainingError
            Where there is no such epoch.
        """
        if not (isinstance(epoch, int) and 1 <= epoch <= len(self)):
            raise TrainingError(Message("Found epoch {epoch}; expected 1 to {count}. Choose one of them.",
                                        epoch=repr(epoch), count=len(self)))
        # What an edge has not is never taken of it.
        weights, operations = np.where(self.kept, self.weights[epoch - 1], -1.0), self.settings.operations
        # A search of one or two cells has no reduction cells: the others stand for them.
        normal, reduce = (tuple(strongest_genes(weights[min(kind, len(weights) - 1)], operations)) for kind in (0, 1))
        concat = tuple(range(2, 2 + self.settings.nodes))
        return Genotype(normal, concat, reduce, concat)

    @property
    def genotype(self) -> Genotype:
        """What would be taken after the last epoch."""
        return self.genotype_at(len(self))


def header_of(settings: DartsSettings, images_digest: str, device: str, versions: dict[str, str],
              sizes: dict[str, int] | None = None) -> dict[str, Any]:
    """The first line of a file; `sizes` are those of `vanas_panel.training.darts.sizes.sizes_of`."""
    known = {} if sizes is None else {"sizes": sizes}
    return {"form": FORM, "settings": settings.to_dict(), "settings_hash": settings.digest, "images": images_digest,
            "device": device, "versions": {"vanas-panel": __version__, **versions}, **known}


def read_darts(path: str | PathLike) -> DartsRun:
    """Read the file of a gradient search, finished or not. PyTorch is not needed.

    Parameters
    ----------
    path : path-like
        As `search_darts` wrote it. A last line that was cut off is left out.

    Returns
    -------
    DartsRun

    Raises
    ------
    TrainingError
        Where it cannot be read or is no such file; the message names the line.
    """
    path = Path(path)
    *lines, _torn = content_of(path, _unreadable).split(b"\n")
    header = json_of(lines[0]) if lines else None
    if not isinstance(header, dict) or header.get("form") != FORM:
        raise _unreadable(path, 1, Constant(marked("no search of this form")))
    try:
        settings = DartsSettings.from_dict(header["settings"])
        digests = [header["settings_hash"], header["images"]]
    except (KeyError, TypeError, AttributeError):
        raise _unreadable(path, 1, Constant(marked("a search without settings"))) from None
    except TrainingError as error:
        raise TrainingError(Message("{path}, line {line}: {error}", path=path, line=1, error=error)) from None
    if digests[0] != settings.digest:
        raise _unreadable(path, 1, Constant(marked("settings of another digest")))
    if "sizes" in header and not are_sizes(header["sizes"], settings.data):
        raise _unreadable(path, 1, Constant(marked("sizes of a network that cannot be")))
    shape = 2 if reduction_cells(settings.cells) else 1, edge_count(settings.nodes), len(settings.operations)
    history = []
    for number, line in enumerate(lines[1:], start=1):
        epoch = epoch_of(json_of(line), number, shape)
        if not isinstance(epoch, Epoch) or number > settings.epochs:
            raise _unreadable(path, number + 1, epoch if isinstance(epoch, str) else
                              Message("more than {count} epochs", count=settings.epochs))
        history.append(epoch)
    return DartsRun(settings, header, history)


def written(run: DartsRun) -> bytes:
    """The file of a run, as `read_darts` reads it back."""
    return b"".join(orjson.dumps(line) + b"\n" for line in [run.header, *map(line_of, run.history)])


def _unreadable(path: Path, line: int, found: str) -> TrainingError:
    """The error for a line that cannot be read."""
    return TrainingError(Message("{path}, line {line}: Found {found}; expected the file of a gradient search as "
                                 "search_darts writes it. Choose another file.", path=path, line=line, found=found))


def state_of(content: bytes, load: Callable[[io.BytesIO], dict[str, Any]], name: str) -> dict[str, Any]:
    """The state in a checkpoint.

    Parameters
    ----------
    content : bytes
    load : callable
        Reads it without unpickling what is no tensor.
    name : str
        Of its file.

    Raises
    ------
    TrainingError
        Where it cannot be read.
    """
    try:
        state = load(io.BytesIO(content))
        return {**state, "epoch": int(state["epoch"])}
    except (OSError, RuntimeError, KeyError, TypeError, ValueError, EOFError, pickle.UnpicklingError) as error:
        raise _no_checkpoint(name, brief(str(error), 200)) from None


def _no_checkpoint(name: str, error: str) -> TrainingError:
    """The error for a checkpoint that cannot be read."""
    return TrainingError(Message("{path}: Found no readable checkpoint ({error}); expected that of the last epoch. "
                                 "Remove it to begin again.", path=name, error=error))


class DartsFile(OwnedLines):
    """The file of a search that goes on; nobody else writes to it meanwhile.

    Parameters
    ----------
    path : path-like
    header : dict
        Of the search that is to go on.

    Raises
    ------
    TrainingError
        Where the file is of another search, another process writes to it, or it cannot be written.
    """

    def __init__(self, path: str | PathLike, header: dict[str, Any]):
        super().__init__(path)
        self.checkpoint = Path(f"{os.fspath(path)}.checkpoint")
        try:
            self.run = self._begin(header)
        except BaseException:
            self.release()
            raise

    def _begin(self, header: dict[str, Any]) -> DartsRun:
        """Read what is there, or begin."""
        settings = DartsSettings.from_dict(header["settings"])
        if self.is_new():
            self.rewrite([header])
            return DartsRun(settings, header, [])
        run = read_darts(self.path)
        self.check_same(run.header, header)
        return run

    def load(self, load: Callable[[io.BytesIO], dict[str, Any]]) -> dict[str, Any] | None:
        """The state after the last epoch that has a checkpoint; later lines go, since they are computed again.

        Parameters
        ----------
        load : callable
            Reads a checkpoint without unpickling what is no tensor.
        """
        content = self.checkpoint_content()
        state = state_of(content, load, str(self.checkpoint)) if content else None
        self.keep(0 if state is None else state["epoch"])
        return state

    def checkpoint_content(self) -> bytes:
        """The checkpoint as it lies on the disk; nothing where there is none.

        Raises
        ------
        TrainingError
            Where it cannot be read.
        """
        try:
            return self.checkpoint.read_bytes() if self.checkpoint.exists() else b""
        except OSError as error:
            raise _no_checkpoint(str(self.checkpoint), cause(error)) from None

    def keep(self, epochs: int) -> None:
        """Keep so many epochs, those that the checkpoint has.

        Raises
        ------
        TrainingError
            Where there are fewer.
        """
        if epochs > len(self.run):
            raise self.wrong(Message("{found} epochs", found=len(self.run)),
                              Message("{kept}, as many as its checkpoint has", kept=epochs))
        del self.run.history[epochs:]
        self._forget_arrays()
        self.rewrite([self.run.header, *map(line_of, self.run.history)])

    def append(self, epoch: Epoch, checkpoint: bytes) -> None:
        """Keep an epoch: first its line, then the checkpoint that later epochs go on from."""
        self.add(line_of(epoch))
        try:
            write_whole(self.checkpoint, checkpoint)
        except OSError as error:
            raise self.unwritable(error) from None
        self.run.history.append(epoch)
        self._forget_arrays()

    def _forget_arrays(self) -> None:
        """Have the arrays of the run made again."""
        for name in ("epochs", "alphas", "weights", "gradients"):
            self.run.__dict__.pop(name, None)

"""Opens a training, whatever it was recorded as: checkpoints of a framework, or a recording."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from vanas_panel.errors import SourceError
from vanas_panel.inspector.measure import CELLS, measure
from vanas_panel.inspector.opening import Source, files_of, open_checkpoints
from vanas_panel.inspector.recording import read_recording
from vanas_panel.inspector.training import Training
from vanas_panel.text.language import Message

RECORDING = ".vptrain"
"""Ending of the names of recordings."""


def open_training(source: Source, order: Sequence[str] | None = None, roles: Mapping[str, str] | None = None, *,
                  cells: int = CELLS, progress: Callable[[float], None] | None = None) -> Training:
    """Open the recorded training of one network.

    No file is unpickled or evaluated, whatever its format.

    Parameters
    ----------
    source : path-like or sequence of path-like
        A pattern such as ``"runs/*.safetensors"``, a folder, or several paths: checkpoints of one training, ordered by
        the number in their names. Or one recording, ``*.vptrain``.
    order : sequence of str, optional
        Names of layers, or the parts of names that several begin with, in the order of the network; others follow. For
        formats that lose it. A recording keeps it.
    roles : mapping of str to str, optional
        ``"weight"``, ``"bias"``, ``"normalisation"`` or ``"skip"`` by the name of a layer or a part of it, where names
        and shapes tell it wrong. A recording keeps roles.
    cells : int, optional
        Most cells of a layer's picture; fewer where all pictures at all epochs would take more than 128 MB.
    progress : callable, optional
        Told the share of the checkpoints' layers that is measured, from 0 to 1.

    Returns
    -------
    Training

    Raises
    ------
    SourceError
        Where files are missing, damaged, of other networks or formats, or no weight differs between them.

    Examples
    --------
    >>> import tempfile, numpy as np
    >>> folder = Path(tempfile.mkdtemp())
    >>> for epoch in range(3):
    ...     np.savez(folder / f"epoch_{epoch}.npz", **{"fc.weight": np.full((2, 3), 0.1 * epoch)})
    >>> training = open_training(folder)
    >>> training.epochs.tolist(), training.layers[0].shape
    ([0, 1, 2], (2, 3))
    """
    recordings = _recordings(source)
    if recordings:
        if len(recordings) > 1:
            raise SourceError(Message("{count} recordings, each of a whole training", count=len(recordings)),
                              "one", "Open them one by one, and show two beside each other", path=recordings[1])
        if order is not None or roles is not None:
            raise SourceError("an order or roles for a recording, which keeps its own", "neither",
                              "Give them to the recorder", path=recordings[0])
        return read_recording(recordings[0])
    opened = open_checkpoints(source, order, roles)
    return measure(opened.checkpoints, opened.epochs, opened.unit, opened.title, opened.notes, cells, progress)


def _recordings(source: Source) -> list[Path]:
    """The recordings among the files of a source."""
    if isinstance(source, (str, os.PathLike)) and Path(source).suffix.lower() == RECORDING and Path(source).exists():
        return [Path(source)]
    return [path for path in files_of(source) if path.suffix.lower() == RECORDING]

"""Recorded trainings: how far every weight has moved, layer by layer, epoch by epoch.

`vanas_panel.open_training` reads the checkpoints of any framework, or a recording, and `vanas_panel.weight_change`
gives the figures of every layer as a data frame. ``Recorder`` writes a recording while a network trains, and
``explore`` shows a training in a notebook.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vanas_panel.inspector.cell_change import CellChange, PartChange, cell_change
from vanas_panel.inspector.effective_rank import effective_rank
from vanas_panel.inspector.layers import Layer
from vanas_panel.inspector.opened import open_training
from vanas_panel.inspector.recorder import Recorder
from vanas_panel.inspector.training import Training, check_training
from vanas_panel.inspector.weight_change import weight_change
from vanas_panel.providers import provided

if TYPE_CHECKING:
    from vanas_panel.page.training_page import TrainingPage

__all__ = ["CellChange", "Layer", "PartChange", "Recorder", "Training", "cell_change", "effective_rank", "explore",
           "open_training", "weight_change"]


def explore(training: Training, second: Training | None = None, **view: Any) -> TrainingPage:
    """The page of a training: shows in a notebook, and ``.servable()`` puts it on a server.

    Parameters
    ----------
    training : Training
        From `open_training`.
    second : Training, optional
        Another one beside it, at the same epoch and on the same scale.
    **view
        What it starts with, such as ``epoch=3``, ``focus="conv1.weight"``, ``scale="layer"``, ``dark=True``.

    Returns
    -------
    TrainingPage

    Examples
    --------
    >>> import numpy as np, pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "run.vptrain"
    >>> with Recorder(path) as recorder:
    ...     for epoch in range(3):
    ...         recorder.record(epoch, {"fc.weight": np.full((4, 5), 0.1 * epoch)})
    >>> explore(open_training(path), epoch=1).view["epoch"]
    1
    """
    for each in (training, *([] if second is None else [second])):
        check_training(each)
    return provided("page of a training")(training, second, **view)

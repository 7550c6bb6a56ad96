"""The listed trials with all their columns as files without a limit of rows."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np
import pandas as pd

from vanas_panel.report.frame_files import PARTS
from vanas_panel.tables.trials import TrialTable


def trial_frame(table: TrialTable, rows: np.ndarray) -> pd.DataFrame:
    """Trials with all their columns, in the order of the rows: the place in the table, then `TrialTable.to_frame`."""
    # A table gives its rows in its own order.
    frame = table.to_frame(rows).loc[rows]
    texts = {str(name): frame[name].astype(object) for name in frame
             if isinstance(frame[name].dtype, pd.CategoricalDtype)}
    frame = frame.assign(**texts)
    return frame.reset_index(names="row" if "row" not in frame else "row (trial)")


def trial_parts(table: TrialTable, rows: np.ndarray, kind: str) -> Iterator[bytes]:
    """The parts of a file of some trials, by its ending, see `vanas_panel.report.frame_files.PARTS`.

    Examples
    --------
    >>> import vanas_panel as vp
    >>> trials = vp.open_trials(pd.DataFrame({"lr": [0.1, 0.2], "loss": [1.0, None]}))
    >>> b"".join(trial_parts(trials, np.array([1, 0]), "jsonl")).decode().splitlines()[0]
    '{"row":1,"lr":0.2,"loss":null,"state":"complete"}'
    """
    frames = partial(trial_frame, table)
    empty = frames(rows[:0])
    texts = [str(name) for name in empty if empty[name].dtype == object]
    return PARTS[kind](frames, rows, texts)

"""One row for each trial where a file has one for each report of it: the last report, and how many there were."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from vanas_panel.readers.trials.found import CURVE, CURVES
from vanas_panel.tables.trial_columns import Coded
from vanas_panel.text.language import Message, marked

REPORTS = "reports"
"""The column that says how many rows of the source a trial has."""
REPORTS_REASON = marked("how many times the trial reported")


def last_reports(columns: Mapping[str, Coded], trial: str, step: str) -> tuple[dict[str, Coded], list[str]]:
    """The last report of each trial.

    Parameters
    ----------
    columns : Mapping of str to Coded
        Rows are reports.
    trial : str
        The column that says of which trial a row is.
    step : str
        The column of numbers that orders the reports of a trial; where it has none, the order of the file does.

    Returns
    -------
    columns : dict of str to Coded
        Rows are trials, in the order of their first reports. Where one reported twice, there is `REPORTS`, too.
    notes : list of str
        What was done.

    Examples
    --------
    >>> from vanas_panel.tables.trial_columns import coded
    >>> made, _ = last_reports({"trial": coded([7, 7, 8]), "epoch": coded([2, 1, 1]), "loss": coded([0.1, 0.3, 0.2])},
    ...                        "trial", "epoch")
    >>> made["loss"].values.tolist(), made["reports"].values.tolist()
    ([0.1, 0.2], [2.0, 1.0])
    """
    ids = columns[trial].values
    count = ids.size
    known = columns[trial].known
    # A row that says no trial is one of its own.
    _, codes = np.unique(np.where(known, ids, 0), return_inverse=True)
    codes = np.where(known, codes, int(codes.max(initial=0)) + 1 + np.arange(count))
    _, first, codes, sizes = np.unique(codes, return_index=True, return_inverse=True, return_counts=True)
    steps = columns[step].values if step in columns and columns[step].levels is None else np.zeros(count)
    order = np.lexsort((np.arange(count), np.nan_to_num(steps, nan=-np.inf), codes))
    last = order[np.cumsum(sizes) - 1]
    by_first = np.argsort(first, kind="stable")
    rows = last[by_first]
    made = {name: column.take(rows) for name, column in columns.items()}
    if rows.size == count:
        return made, []
    made[REPORTS if REPORTS not in made else f"{REPORTS} (rows)"] = Coded(sizes[by_first].astype(np.float64))
    note = (Message(CURVES, trials=rows.size, rows=count, column=REPORTS) if rows.size > 1 else
            Message(CURVE, rows=count))
    return made, [note]


def repeats_its_trials(columns: Mapping[str, Coded], trial: str, step: str) -> bool:
    """Whether a table has several rows of one trial that differ in their step, so that they are reports of it."""
    if trial not in columns or step not in columns or columns[step].levels is not None:
        return False
    pairs = np.stack([columns[trial].values.astype(np.float64), columns[step].values])
    known = columns[trial].known & columns[step].known
    if not known.all():
        return False
    trials = np.unique(pairs[0]).size
    return trials < pairs.shape[1] and np.unique(pairs, axis=1).shape[1] == pairs.shape[1]

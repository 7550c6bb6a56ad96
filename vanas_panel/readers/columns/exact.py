"""Exact properties of a cell, such as its parameters: one value, whichever row it stands in."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from vanas_panel.errors import SourceError
from vanas_panel.readers.notes import ROUNDED
from vanas_panel.tables.metrics import MACS, PARAMETERS, Metric, words_of
from vanas_panel.text.language import Message

EXACT_UNITS = (PARAMETERS, MACS)
"""Units of what follows from the cell alone."""


def _set(words: str) -> frozenset[str]:
    """Words that are separated by blanks."""
    return frozenset(words.split())


# Words for counts, alone: "params".
_COUNTED = _set("""
    params parameters flop flops kflops mflops gflops mac macs kmacs mmacs gmacs madd madds multadd multadds multiadds
""")
# Words for counts only beside a word such as "num": "num_weights", but not "weights".
_COUNTED_IF_SAID = _set("param parameter weight weights multiplications")
_COUNTING = _set("n num nb no nr number count counts total size")
_MODELS = _set("model network net cell arch architecture")
# Words that may stand beside these; any other word, as in "params_time" or "flops_per_second", may be of a measurement.
_BESIDE = _COUNTING | _MODELS | _set("""
    of the all trainable learnable in k m g mb kb gb mib kib gib bytes million millions thousand thousands billion
    billions cifar10 cifar100 imagenet imagenet16 mnist
""")

ROUNDING = 1e-9
"""Relative difference up to which two values are the same."""

TOLERANCE = 1e-3
"""Relative difference up to which values are averaged, with a note; sources that count by a tool differ that much."""


def follows_from_cell(metric: Metric) -> bool:
    """Whether a metric is an exact property of the cell, by its unit or by all the words of its name.

    Parameters
    ----------
    metric : Metric

    Returns
    -------
    bool

    Examples
    --------
    >>> from vanas_panel.tables.metrics import known_metric
    >>> [follows_from_cell(known_metric(name)) for name in ("n_params", "MACs", "model_size_mb", "numWeights")]
    [True, True, True, True]
    >>> [follows_from_cell(known_metric(name)) for name in ("params_time", "flops_per_second", "size", "weights")]
    [False, False, False, False]
    """
    if metric.unit in EXACT_UNITS:
        return True
    words = [word for word in words_of(metric.name) if not word.isdecimal()]
    # "mult_adds" is one word that was taken apart.
    words = " ".join(words).replace("mult adds", "multadds").replace("mult add", "multadd").split()
    there = {*words}
    if not there <= _BESIDE | _COUNTED | _COUNTED_IF_SAID:
        return False
    said = there & _COUNTING and there & _COUNTED_IF_SAID
    return bool(there & _COUNTED or said or ("size" in there and there & _MODELS))


def exact_values(values: np.ndarray, owner: np.ndarray, groups: int, rows: np.ndarray, metric: Metric,
                 path: Path) -> tuple[np.ndarray, list[str]]:
    """One value for each cell of what follows from the cell.

    Parameters
    ----------
    values : float64 (m * n,)
        Of n rows, as often as there are columns of repeats; NaN where a row says nothing.
    owner : int64 (m * n,)
        The number of the cell of each value.
    groups : int
        How many cells there are.
    rows : int64 (n,)
        The index of each row in the source.
    metric : Metric
    path : Path
        Of the source, for messages.

    Returns
    -------
    values : float64 (groups,)
    notes : list of str
        Says where rows of a cell differ a little, so that the mean is taken.

    Raises
    ------
    SourceError
        Where rows of one cell contradict each other by more than `TOLERANCE`.
    """
    known = np.isfinite(values)
    some, belongs = values[known], owner[known]
    lowest, highest = np.full(groups, np.inf), np.full(groups, -np.inf)
    np.minimum.at(lowest, belongs, some)
    np.maximum.at(highest, belongs, some)
    with np.errstate(over="ignore"):
        apart = highest - lowest
    differing = np.flatnonzero(apart > ROUNDING * np.abs(lowest))
    # A mean of equal numbers may differ from them in the last digit.
    means = np.where(np.isfinite(highest), highest, np.nan)
    if not differing.size:
        return means, []
    count = np.bincount(belongs, minlength=groups)
    # A sum may be larger than a number can be; a mean is not.
    means[differing] = np.bincount(belongs, some / count[belongs], groups)[differing]
    with np.errstate(over="ignore"):
        relative = apart[differing] / np.maximum(np.abs(lowest[differing]), 1e-300)
    cell = int(differing[np.argmax(relative)])
    said = {"name": metric.name, "lowest": f"{lowest[cell]:.15g}", "highest": f"{highest[cell]:.15g}",
            "rows": _listed(rows[owner[:rows.size] == cell] + 1)}
    if apart[cell] > TOLERANCE * np.abs(lowest[cell]):
        raise SourceError(Message("{name} = {lowest} and {highest} for one cell, in rows {rows}", None, 1, **said),
                          "one value, since it follows from the cell; cells that only number their vertices "
                          "differently are the same", "Correct the rows, or list the column under 'ignore' in the "
                          "description", path=path)
    return means, [ROUNDED.format(cells=differing.size, tolerance=TOLERANCE, **said)]


def _listed(rows: np.ndarray) -> str:
    """Numbers of rows, shortened."""
    return ", ".join(map(str, rows[:4])) + (", ..." if rows.size > 4 else "")

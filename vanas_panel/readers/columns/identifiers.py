"""Names of columns that tell runs apart and measure nothing: seeds, numbers of runs and trials, identifiers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from vanas_panel.readers.columns.names import base_and_repeat
from vanas_panel.readers.notes import IDENTIFIERS
from vanas_panel.tables.metrics import word_set, words_of

LEFT_OUT = "runs and measure"
"""The part that all notes about columns left out for their names share."""


# Words for numbers of runs, alone or with the words below: "seed", "run_id", "randomState".
_NUMBERING = word_set("""
    seed seeds run runs repeat repeats repetition repetitions rep reps replicate replicates replica trial trials fold id
    ids uid uuid idx index hash md5 timestamp pid
""")
# These count what stands beside them, unless that are runs: "trial_number", but not "node_number".
_COUNTING = word_set("number no nr")
# Any of these between underscores tells rows of one cell apart, whatever else the name says: "run_time", "host_name".
_TELLING = _NUMBERING | _COUNTING | word_set("""
    name date datetime started finished start end path file folder host hostname worker gpu note notes comment comments
    tag tags user state status arch version commit
""")
_RUNS = word_set("seed seeds run runs repeat repeats repetition rep replicate trial trials fold experiment exp job row")
_BESIDE = word_set("""
    random rng global torch pytorch numpy np python data dataset train training test val validation eval init initial
    initialisation initialization split shuffle model cell arch architecture net network config configuration exp
    experiment job task slurm worker host gpu node process group sample row entry search study wandb mlflow optuna ray
    parent cv cross the of my
""")
_STATES = word_set("random rng")
_SUBSETS = word_set("dataset data task split subset")
_IDENTIFIERS = word_set("id ids idx index")


def tells_runs_apart(name: str) -> bool:
    """Whether a column of that name may differ between repeats of one measurement, so that it is no condition."""
    words = name.lower().strip().split("_")
    return not _names_data(name) and (not _TELLING.isdisjoint(words) or is_identifier_name(name))


def _names_data(name: str) -> bool:
    """Whether a column's name says that it numbers data sets, whose rows are no repeats of one another."""
    words = set(words_of(name))
    return bool(words & _SUBSETS) and bool(words & _IDENTIFIERS) and words <= _SUBSETS | _IDENTIFIERS


def is_identifier_name(name: str) -> bool:
    """Whether all words of a column's name say that it numbers runs, so that whole numbers in it are no measurement.

    Parameters
    ----------
    name : str

    Returns
    -------
    bool

    Examples
    --------
    >>> [is_identifier_name(name) for name in ("seed", "random_state", "runId", "Trial No.", "cell-index")]
    [True, True, True, True, True]
    >>> [is_identifier_name(name) for name in ("run_time", "seed_loss", "state", "trials_needed", "model")]
    [False, False, False, False, False]
    """
    words = {re.sub(r"\d+$", "", word) for word in words_of(name)} - {""}
    if words & _COUNTING and words & _RUNS:
        words -= _COUNTING
    if _names_data(name):
        return False
    if "state" in words and words & _STATES:
        return words <= _BESIDE | {"state"} | _NUMBERING
    return bool(words & _NUMBERING) and words <= _NUMBERING | _BESIDE


def identifiers(rows: pa.Table, columns: Sequence[str], metrics: Collection[str]) -> list[str]:
    """Columns of numbers that are identifiers: by their names, and since all they hold is whole.

    Parameters
    ----------
    rows : pyarrow.Table
    columns : sequence of str
        Those that would become metrics.
    metrics : collection of str
        Names that the caller asked for as metrics; these stay.

    Returns
    -------
    list of str
    """
    bases = {name: base_and_repeat(name)[0] for name in columns}
    # One column for each seed or run, "run_1" beside "run_2", holds what was measured with it.
    numbered = Counter(_without_number(base) for base in set(bases.values()))
    return [name for name, base in bases.items()
            if is_identifier_name(base) and not {name, base}.intersection(metrics)
            and (base == _without_number(base) or numbered[_without_number(base)] == 1) and _is_whole(rows[name])]


def _without_number(name: str) -> str:
    """A name without the digits at its end."""
    return re.sub(r"[\s_.-]*\d+$", "", name)


def identifiers_note(names: Sequence[str], listed: str) -> list[str]:
    """How many columns are left out as identifiers, which, and how to have them all the same."""
    if not names:
        return []
    return [IDENTIFIERS[len(names) > 1].format(found=len(names), names=listed)]


def _is_whole(column: pa.ChunkedArray) -> bool:
    """Whether a column holds whole numbers only, and at least one."""
    if pa.types.is_dictionary(column.type):
        column = pc.cast(column, column.type.value_type)
    if pa.types.is_floating(column.type):
        values = pc.cast(column, pa.float64()).to_numpy()
        known = values[np.isfinite(values)]
        return bool(known.size) and not (known % 1 != 0).any()
    if pa.types.is_decimal(column.type):
        return bool(pc.all(pc.equal(column, pc.floor(column))).as_py())
    return pa.types.is_integer(column.type) and column.null_count < len(column)

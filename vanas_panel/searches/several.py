"""What a run that was told several metrics came to: their values, its front, and the share of the table's volume."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from vanas_panel.core.fronts import MOST_METRICS, on_front, shares_of


def names_of(objective: Mapping[str, Any]) -> tuple[str, ...]:
    """The metrics that a header names, one or several."""
    return objective["metric"], *(each["metric"] for each in objective.get("also", ()))


def signs_of(objective: Mapping[str, Any]) -> np.ndarray:
    """What values of each of them are multiplied with, so that higher is better, ``float64 (m,)``."""
    return np.array([1.0 if each["higher_is_better"] else -1.0 for each in (objective, *objective.get("also", ()))])


def values_of(objective: Mapping[str, Any], proposals: Any) -> np.ndarray:
    """What was told of each proposal, ``float64 (n, m)``; NaN throughout where a metric was missing."""
    return np.column_stack([proposals.values, *(proposals.also[name] for name in names_of(objective)[1:])])


def front_columns(objective: Mapping[str, Any], values: np.ndarray) -> dict[str, np.ndarray]:
    """Columns of the trials of a run with several metrics.

    Parameters
    ----------
    objective : mapping
        Of the header.
    values : float64 (n, m)
        What was told, in the order in which it came; without NaN.

    Returns
    -------
    dict of str to array (n,)
        A column for each metric; ``front``: whether no query of the whole run dominates this one; ``hypervolume``:
        the volume that the queries so far dominate, as a share of what the front of the table does, NaN without a
        table and where that is nothing; ``regret``: 1 minus that.
    """
    signs = signs_of(objective)
    merits = values * signs
    shares = shares_of(merits, signs * np.array(objective["reference"]), objective["volume"])
    return {**dict(zip(names_of(objective), values.T, strict=True)), "front": on_front(merits), "hypervolume": shares,
            "regret": 1.0 - shares}


def front_until(run: Any, query: int) -> np.ndarray:
    """Which of the first queries of a run none of these dominates, ``bool (query,)``; one metric will do."""
    values = np.column_stack([run.trials["value"].to_numpy(dtype=np.float64),
                              *(run.trials[name].to_numpy(dtype=np.float64) for name in run.metrics[1:])])
    front = on_front(values[:query] * signs_of(run.header["objective"]))
    if not run.budgets:
        return front
    # What was trained for less is not compared with the rest.
    full = run.trials["budget"].to_numpy(dtype=np.int64)[:query] == run.budgets[-1]
    front[:] = False
    front[full] = on_front(values[:query][full] * signs_of(run.header["objective"]))
    return front


def is_whole(objective: Mapping[str, Any]) -> bool:
    """Whether what the header of a file says of several metrics can be; KeyError and TypeError where parts are absent.

    A header of one metric has none of it.
    """
    also, reference, volume = objective["also"], objective["reference"], objective["volume"]
    names = [objective["metric"], *(each["metric"] for each in also)]
    return (2 <= len(names) <= MOST_METRICS and all(isinstance(name, str) for name in names)
            and len(set(names)) == len(names)
            and all(isinstance(each["higher_is_better"], bool) and math.isfinite(each["best"]) for each in also)
            and isinstance(reference, list) and len(reference) == len(names)
            and all(math.isfinite(each) for each in reference) and math.isfinite(volume) and volume >= 0)

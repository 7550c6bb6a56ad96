"""How sure a place on the Pareto front is: the share of draws from the noise in which a cell is on it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from vanas_panel.core.certainty import noise_of
from vanas_panel.core.drawn_fronts import DrawnFronts
from vanas_panel.core.encoding import kernel
from vanas_panel.core.noise import NoiseModel
from vanas_panel.core.pareto import front_metrics, front_places, pareto_front, signed
from vanas_panel.core.plain import plain_int, plain_text
from vanas_panel.core.protocol import CellTable, check_table
from vanas_panel.errors import ArgumentKindError, NoiseUnknownError
from vanas_panel.text.language import Message

MOST_DRAWS = 100_000
_REACH = 5.0
"""Standard errors beyond which a cell is taken as out of reach of another one."""


def front_probability(table: CellTable, metrics: Iterable[str], rows: ArrayLike | None = None, *,
                      noise: Mapping[str, float] | None = None, draws: int = 1_000, seed: int = 0,
                      progress: Callable[[int], object] | None = None) -> pd.DataFrame:
    r"""Probability that cells are truly on the Pareto front, by Monte Carlo over the noise of the metrics.

    Each draw takes a true value of every cell and metric from the model of `vanas_panel.probability_better`, and finds
    the front of these. A metric with a single repeat whose noise is not stated is taken as exact, as parameters are.

    Parameters
    ----------
    table : BenchmarkTable
    metrics : iterable of str
        Two or three.
    rows : None, integer array_like (m,) or bool array (n,), optional
    noise : Mapping of str to float, optional
        Standard deviation of one repeat of a metric, where a person states it.
    draws : int, optional
        1 to 100,000; the standard error of a probability *p* is :math:`\sqrt{p (1 - p) / draws}`.
    seed : int, optional
        The same seed gives the same result.
    progress : callable, optional
        Called with the number of draws that are done, before each one. What it raises ends the work.

    Returns
    -------
    pandas.DataFrame
        ``row``, ``probability`` and ``on_front`` (whether it is on the front of the measured means), most probable
        first, then by row: every cell that was on the front of some draw, and all of the measured front.
        ``.attrs["exact"]`` names the metrics that were taken as exact.

    Raises
    ------
    NoiseUnknownError
        Where all metrics would be taken as exact.
    ArgumentKindError, DirectionError, UnknownMetricError, SelectionError
        As for `vanas_panel.pareto_front`, and for numbers of draws and seeds that are none.

    Notes
    -----
    Only cells that some measured cell does not beat by five standard errors on each side are drawn; the metrics of a
    cell are drawn independently. Of these, a row that is beaten even by the best value that its share of a draw
    allows is left out of that draw, which changes no front.

    Examples
    --------
    >>> import vanas_panel as vp
    >>> table = vp.open_table("mnist-cells")
    >>> found = vp.front_probability(table, ["test_accuracy", "trainable_parameters"], draws=200)
    >>> found.attrs["exact"], bool(found["probability"].max() <= 1)
    (('trainable_parameters',), True)
    """
    check_table(table)
    names = front_metrics(table, metrics)
    count, start = plain_int(draws), plain_int(seed)
    if count is None or not 1 <= count <= MOST_DRAWS or start is None or start < 0:
        raise ArgumentKindError(Message("Found {draws!r:.40} draws with seed {seed!r:.40}; expected 1 to {most} draws, "
                                        "and a seed from 0. Choose others.", draws=draws, seed=seed, most=MOST_DRAWS))
    _check_noise(table, names[0], noise)
    models = {name: model for name in names if (model := _model(table, name, noise)) is not None}
    if not models:
        raise NoiseUnknownError(Message("Found a single repeat of each of {names}; expected repeats of one of them, or "
                                        "its noise. State it with noise={{\"{first}\": ...}}.", names=", ".join(names),
                                        first=names[0]))
    measured = pareto_front(table, names, rows)
    some = _candidates(table, names, models, table.checked_rows(rows))
    exact = tuple(name for name in names if name not in models)
    hits, rng = np.zeros(some.size, np.int64), np.random.default_rng(start)
    if some.size:
        fronts = DrawnFronts(np.array([signed(table, name)[some] for name in names]),
                             {names.index(name): model for name, model in models.items()},
                             [-1.0 if table.metric(name).higher_is_better is False else 1.0 for name in names], some)
        for done in range(count):
            if progress is not None:
                progress(done)
            hits[fronts.drawn(rng)] += 1
    is_on = np.isin(some, measured)
    frame = pd.DataFrame({"row": some, "probability": hits / count, "on_front": is_on})[(hits > 0) | is_on]
    frame = frame.sort_values(["probability", "row"], ascending=[False, True], ignore_index=True)
    frame.attrs["exact"] = exact
    return frame


def _check_noise(table: CellTable, first: str, noise: object) -> None:
    """Refuse a noise that is not stated by metrics; one that is misspelt would be taken as none."""
    if noise is None or (isinstance(noise, Mapping) and all(plain_text(name) in table.metrics for name in noise)):
        return
    raise ArgumentKindError(Message("Found the noise {noise!r:.200}; expected numbers by names of metrics. State it "
                                    "with noise={{\"{first}\": ...}}.", noise=noise, first=first))


def _model(table: CellTable, name: str, noise: Mapping[str, float] | None) -> NoiseModel | None:
    """The noise of a metric; None where it is taken as exact."""
    stated = None if noise is None else noise.get(name)
    if stated is None and table.repeats(name).shape[1] == 1:
        return None
    try:
        return noise_of(table, name, stated)
    except NoiseUnknownError:
        return None


def _candidates(table: CellTable, names: tuple[str, ...], models: Mapping[str, NoiseModel],
                rows: np.ndarray | None) -> np.ndarray:
    """Rows with all metrics that no other one is clearly better than in each, ascending."""
    selected = np.arange(len(table)) if rows is None else rows
    low, high = [], []
    for name in names:
        values = signed(table, name)[selected]
        reach = _REACH * models[name].errors[selected] if name in models else np.zeros(selected.size)
        low.append(values - reach)
        high.append(values + reach)
    sure = np.array(low)
    points = np.ascontiguousarray(np.unique(sure[:, front_places(sure)], axis=1))
    return selected[_within_reach(np.array(high), points)]


@kernel
def _within_reach(merits, points):
    """Which columns of merits none of some points dominates, ``int64 (k,)``; those with NaN are left out.

    The points are ``float64 (metrics, p)``, as the merits are.
    """
    metrics, count = merits.shape
    found = np.empty(count, np.int64)
    left = 0
    for index in range(count):
        is_out = False
        for metric in range(metrics):
            is_out |= np.isnan(merits[metric, index])
        point = 0
        while point < points.shape[1] and not is_out:
            lower, higher = False, False
            for metric in range(metrics):
                lower |= points[metric, point] < merits[metric, index]
                higher |= points[metric, point] > merits[metric, index]
            is_out = higher and not lower
            point += 1
        if not is_out:
            found[left] = index
            left += 1
    return found[:left].copy()

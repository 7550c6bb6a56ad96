"""Which strategy wins: ranks over seeds, and the probability that one ends better than another."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from vanas_panel.errors import SearchError
from vanas_panel.searches.compare import EXACT
from vanas_panel.text.language import Message

_Z = 1.959963984540054
"""Of 95 % of a normal distribution."""


@dataclass(frozen=True)
class Share:
    """How often something happened, with its interval.

    Attributes
    ----------
    share : float
        Wins with ties counted half, over `count`; NaN where that is 0.
    low, high : float
        Wilson's interval of 95 %.
    count : int
        Seeds that were compared.
    """

    share: float
    low: float
    high: float
    count: int


@dataclass(frozen=True)
class SearchRanks:
    """Strategies by what they end with. Made by `search_ranks`.

    Attributes
    ----------
    judged_by : str
        The metric of the regret.
    table : DataFrame
        A row for each strategy, the best mean rank first, exact random search last: ``strategy``; ``rank``, mean over
        the seeds, equal regrets share their ranks; ``regret``, ``low``, ``high`` and ``seconds`` at its last query, as
        `vanas_panel.compare_searches` gives them; ``seeds``.
    beats : dict of (str, str) to Share
        For two strategies in each order: how often the first one ended with a lower regret than the second one with the
        same seed.
    beats_chance : dict of str to Share
        For each strategy: how often it ended below the expected regret of exact random search with as many queries.
        Empty where that is not in the comparison.
    """

    judged_by: str
    table: pd.DataFrame
    beats: dict[tuple[str, str], Share]
    beats_chance: dict[str, Share]


def search_ranks(frame: pd.DataFrame) -> SearchRanks:
    """Rank the strategies of a comparison, and say how sure that is.

    Parameters
    ----------
    frame : DataFrame
        From `vanas_panel.compare_searches`.

    Returns
    -------
    SearchRanks

    Raises
    ------
    SearchError
        Where the frame does not hold what every seed ended with, as a part of it that went through a file.

    Examples
    --------
    >>> import vanas_panel as vp
    >>> table = vp.open_table("mnist-cells")
    >>> ranks = search_ranks(vp.compare_searches(table, ["local-search", "random"], queries=100, seeds=20))
    >>> ranks.table["strategy"].tolist()
    ['local-search:first', 'random', 'random (exact)']
    >>> ranks.beats["local-search:first", "random"].share > 0.5
    True
    """
    final = frame.attrs.get("final")
    if not isinstance(final, dict) or not final:
        raise SearchError(Message("Found no last regret of every seed in the comparison; expected the data frame that "
                                  "compare_searches gives. Pass that."))
    names = list(final)
    regrets = np.array([final[name] for name in names], np.float64)
    # A seed that found nothing comes last.
    ranks = pd.DataFrame(regrets).rank(axis=0, na_option="bottom").mean(axis=1).to_numpy()
    last = frame.groupby("strategy", sort=False).tail(1).set_index("strategy")
    columns = ["regret", "low", "high", "seconds"]
    rows = [{"strategy": name, "rank": float(rank), **last.loc[name, columns].to_dict(),
             "seeds": int((~np.isnan(each)).sum())} for name, rank, each in zip(names, ranks, regrets, strict=True)]
    rows.sort(key=lambda row: (row["rank"], row["regret"]))
    chance: dict[str, Share] = {}
    if EXACT in last.index:
        rows.append({"strategy": EXACT, "rank": math.nan, **last.loc[EXACT, columns].to_dict(), "seeds": 0})
        level = float(last["regret"].to_dict()[EXACT])
        chance = {name: wins(each, np.full(each.size, level)) for name, each in zip(names, regrets, strict=True)}
    beats = {(one, other): wins(regrets[names.index(one)], regrets[names.index(other)])
             for one in names for other in names if one != other}
    return SearchRanks(str(frame.attrs.get("judged_by", "")), pd.DataFrame(rows), beats, chance)


def wins(one: np.ndarray, other: np.ndarray) -> Share:
    """How often the first of two regrets is lower, ``float64 (seeds,)`` each; pairs with NaN do not count.

    Examples
    --------
    >>> wins(np.array([1.0, 2.0, 3.0]), np.array([2.0, 2.0, 2.0])).share
    0.5
    """
    known = ~(np.isnan(one) | np.isnan(other))
    count = int(known.sum())
    if not count:
        return Share(math.nan, math.nan, math.nan, 0)
    difference = one[known] - other[known]
    share = float(((difference < 0).sum() + 0.5 * (difference == 0).sum()) / count)
    middle, spread = share + _Z**2 / (2 * count), _Z * math.sqrt((share * (1 - share) + _Z**2 / (4 * count)) / count)
    low, high = ((middle + sign * spread) / (1 + _Z**2 / count) for sign in (-1, 1))
    return Share(share, max(0.0, low), min(1.0, high), count)

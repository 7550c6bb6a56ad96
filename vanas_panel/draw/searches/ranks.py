"""Strategies side by side as HTML: ranks, cost, and the probability that one ends better than another."""

from __future__ import annotations

import math
from typing import Any

from vanas_panel.draw.format import format_count, lower_label
from vanas_panel.draw.html import Html, pieces
from vanas_panel.draw.searches.words import regret_words, seconds_words, strategy_words
from vanas_panel.draw.theme import Palette
from vanas_panel.searches.compare import EXACT
from vanas_panel.searches.ranks import SearchRanks, Share
from vanas_panel.tables.metrics import Metric
from vanas_panel.text.language import gettext as _
from vanas_panel.text.language import pgettext

_PIECES = pieces(__file__)


def ranks_html(ranks: SearchRanks, metric: Metric, colors: Palette) -> Html:
    """The ranks of a comparison, and a table of who beats whom.

    Parameters
    ----------
    ranks : SearchRanks
        From `vanas_panel.searches.ranks.search_ranks`.
    metric : Metric
        The one that the regret is counted in.
    colors : Palette
        They may be CSS variables.

    Returns
    -------
    Html
        Without style sheets.
    """
    said = _("Regret in {metric} after the last query: mean over the seeds, and where 95 % of them lie. Mean rank: 1 "
             "is the best strategy of a seed. Random search in closed form has no seeds and no rank.").format(
                 metric=lower_label(metric))
    return _PIECES.ranks(parts=[_ranks(ranks, metric, said, colors), _duels(ranks, colors)])


def _ranks(ranks: SearchRanks, metric: Metric, said: str, colors: Palette) -> Html:
    """A row for each strategy."""
    heads = [_("Strategy"), _("Mean rank"), _("Regret"), _("95 % of the seeds"), _("Better than random, exactly"),
             _("Time of all queries")]
    rows = []
    for row in ranks.table.to_dict("records"):
        band = "–" if math.isnan(row["low"]) else (
            f"{regret_words(metric, row['low'])} – {regret_words(metric, row['high'])}")
        rank = "–" if math.isnan(row["rank"]) else f"{row['rank']:.2f}"
        share = ranks.beats_chance.get(row["strategy"])
        entries: list[Any] = [strategy_words(row["strategy"]), rank, regret_words(metric, row["regret"]), band,
                              "–" if share is None else share_range(share), seconds_words(row["seconds"])]
        rows.append((entries, row["strategy"] == EXACT))
    return _grid(_("Ranks of the strategies"), heads, rows, said, colors)


def _duels(ranks: SearchRanks, colors: Palette) -> Html:
    """Who beats whom, for two strategies at least."""
    names = [name for name in ranks.table["strategy"] if name != EXACT]
    if len(names) < 2:
        return Html()
    rows = [([strategy_words(one), *("" if one == other else share_range(ranks.beats[one, other]) for other in names)],
             False) for one in names]
    seeds = max(share.count for share in ranks.beats.values())
    said = _("How often the strategy of a row ends with a lower regret than that of a column, with the same seed: "
             "share of {seeds} seeds, ties counted half, with Wilson's interval of 95 %. An interval that holds 50 % "
             "decides nothing.").format(seeds=format_count(seeds))
    heads = [pgettext("strategy", "Beats"), *map(strategy_words, names)]
    return _grid(_("Strategies against each other"), heads, rows, said, colors)


def share_range(share: Share) -> str:
    """A share with its interval in per cent.

    Examples
    --------
    >>> share_range(Share(0.5, 0.37, 0.63, 50)), share_range(Share(math.nan, math.nan, math.nan, 0))
    ('50 % (37–63)', '–')
    """
    if not share.count:
        return "–"
    return f"{100 * share.share:.0f} % ({100 * share.low:.0f}–{100 * share.high:.0f})"


def _grid(name: str, heads: list[str], rows: list[tuple[list[str], bool]], said: str, colors: Palette) -> Html:
    """A table that scrolls where it is too wide, with a sentence below; rows that only stand beside are muted."""
    shown = [{"name": first, "entries": rest, "is_quiet": quiet} for (first, *rest), quiet in rows]
    return _PIECES.grid(name=name, heads=heads, rows=shown, said=said, muted=colors.muted, line=colors.line)

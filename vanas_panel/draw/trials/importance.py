"""Importance of the values of parameters as bars that can be pressed."""

from __future__ import annotations

import json
import math
from typing import Any

from vanas_panel.draw.bars import short_difference, unit_words
from vanas_panel.draw.format import format_count, format_difference
from vanas_panel.draw.html import Html, pieces
from vanas_panel.draw.spans import drawn_value
from vanas_panel.draw.trials.words import short
from vanas_panel.state.trials_found import Found
from vanas_panel.tables.metrics import Metric
from vanas_panel.text.language import gettext as _
from vanas_panel.text.language import ngettext

_PIECES = pieces(__file__)

MOST_BARS = 80
"""Bars that are shown: as many of the highest as of the lowest ones."""


def importance_html(found: Found, is_still: bool = False) -> Html:
    """The card of importance.

    Parameters
    ----------
    found : Found
    is_still : bool, optional
        Whether nothing of it can be pressed, as in a file.

    Returns
    -------
    Html
        With the actions ``form``, ``over`` and, for each bar, ``take``.
    """
    view, table = found.view, found.table
    switches = [{"name": "form", "label": _("Form of importance"), "options": [
        {"value": "plain", "words": _("Plain"), "pressed": _switch(view.form == "plain"),
         "tooltip": _("Trials with a value minus trials with another one")},
        {"value": "matched", "words": _("Matched"), "pressed": _switch(view.form == "matched"),
         "tooltip": _("Pairs of trials that differ in this parameter only")}]},
        {"name": "over", "label": _("Trials to look at"), "options": [
            {"value": "all", "words": _("All trials"), "pressed": _switch(view.over == "all"), "tooltip": ""},
            {"value": "matching", "words": _("Matching ones"), "pressed": _switch(view.over == "matching"),
             "tooltip": ""}]}]
    bars = [] if found.importance is None else _bars(found, table.metrics[view.metric])
    hidden = 0 if found.importance is None else len(found.importance) - len(bars)
    return _PIECES.card(
        title=_("Importance of parameters"), switches=switches, bars=bars, said=_said(found, bars, hidden, is_still),
        aside=unit_words(table.metrics[view.metric]) if view.metric else "")


def _switch(is_on: bool) -> str:
    """Whether something is pressed, as ARIA says it."""
    return "true" if is_on else "false"


def _bars(found: Found, metric: Metric) -> list[dict[str, Any]]:
    """The bars with their places in per cent."""
    frame = found.importance
    if frame is None or frame.empty:
        return []
    rows: list[Any] = frame.to_dict("records")
    if len(rows) > MOST_BARS:
        rows = rows[:MOST_BARS // 2] + rows[-MOST_BARS // 2:]
    ends = [drawn_value(each) for row in rows for each in (row["importance"], row["low"], row["high"])
            if not math.isnan(each)]
    low, high = min([0.0, *ends]), max([0.0, *ends])
    unit = 100.0 / ((high - low) or 1.0)
    return [_bar(found, metric, row, low, unit) for row in rows]


def _bar(found: Found, metric: Metric, row: dict[str, Any], low: float, unit: float) -> dict[str, Any]:
    """One bar."""
    value = row["importance"]
    name, is_text = row["parameter"], math.isnan(row["lowest"])
    required: Any = row["value"] if is_text else (row["lowest"], row["highest"])
    count = int(row["n_pairs"] if "n_pairs" in row else row["n_with"])
    drawn = 0.0 if math.isnan(value) else drawn_value(value)
    gain = (value > 0) == metric.higher_is_better
    has_sign = metric.higher_is_better is not None and not math.isnan(value) and value != 0
    has_interval = not (math.isnan(row["low"]) or math.isnan(row["high"]))
    words = [f"{name} = {row['value']}", format_difference(metric, value)]
    if has_interval:
        words.append(_("95 % interval {low} to {high}").format(low=format_difference(metric, row["low"]),
                                                              high=format_difference(metric, row["high"])))
    words.append(_count_words(row, count))
    whisker = (drawn_value(row["low"]), drawn_value(row["high"])) if has_interval else None
    return {
        "action": "take:" + json.dumps([name, required], ensure_ascii=False), "name": f"{name} = {short(row['value'])}",
        "title": "; ".join(words), "pressed": _switch(name in found.view.where and found.view.where[name] == required),
        "tone": "" if not has_sign else "better" if gain else "worse",
        "left": unit * (min(drawn, 0.0) - low), "width": unit * abs(drawn), "zero": -low * unit,
        "whisker": None if whisker is None else {
            "left": unit * (whisker[0] - low), "width": unit * (whisker[1] - whisker[0])},
        "value": short_difference(metric, value), "count": format_count(count)}


def _count_words(row: dict[str, Any], count: int) -> str:
    """Over how many trials or pairs a bar is."""
    if "n_pairs" in row:
        return ngettext("{count} pair", "{count} pairs", count).format(count=format_count(count))
    return _("{count} with it, {others} without").format(count=format_count(count),
                                                         others=format_count(int(row["n_without"])))


def _said(found: Found, bars: list[dict[str, Any]], hidden: int, is_still: bool) -> list[str]:
    """Why there is nothing, what is left out, and what a bar says."""
    if not found.view.metric:
        return [_("This table has no metric, so no value can be more important than another.")]
    if not found.table.parameters:
        return [_("This table has no parameter.")]
    if not bars:
        return [_("None of these trials has a known {metric} and a parameter that is set.").format(
            metric=found.view.metric)]
    lines = [_("Each bar: how much higher the mean is with this value than with another one. The line is its 95 % "
               "interval."), *([] if is_still else [_("Press a bar to select its trials.")])]
    if found.view.form == "matched" and all(bar["count"] == "0" for bar in bars):
        lines = [_("No two of these trials differ in one parameter only: a random search rarely draws such pairs.")]
    left_out = (found.importance.attrs.get("left_out") if found.importance is not None else None) or []
    if left_out:
        lines.append(_("Left out, with more than 1,000 texts: {names}.").format(names=", ".join(left_out)))
    if hidden:
        lines.append(ngettext("{count} bar in the middle is not shown.", "{count} bars in the middle are not shown.",
                              hidden).format(count=format_count(hidden)))
    return lines

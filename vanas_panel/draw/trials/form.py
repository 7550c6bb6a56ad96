"""The panel of parameters: what is required, how many trials match, and the best of them."""

from __future__ import annotations

from typing import Any

import numpy as np

from vanas_panel.core.trial_levels import number_text
from vanas_panel.draw.format import format_count, format_value
from vanas_panel.draw.html import Html, pieces
from vanas_panel.draw.trials.words import column_words, requirement_words, short, trial_words, value_words
from vanas_panel.state.trials_actions import TEXT, UNSET
from vanas_panel.state.trials_found import Found
from vanas_panel.state.trials_view import ROW
from vanas_panel.tables.trial_words import trials_words
from vanas_panel.text.language import gettext as _
from vanas_panel.text.language import ngettext

_PIECES = pieces(__file__)

MOST_CHOICES = 300
"""Texts of a parameter that its list of choices holds."""


def form_html(found: Found, wrong: str = "") -> Html:
    """The card of the panel of parameters.

    Parameters
    ----------
    found : Found
    wrong : str, optional
        Why the last entry was not taken.

    Returns
    -------
    Html
        With the actions ``low``, ``high``, ``is``, ``drop``, ``clear`` and ``row``.
    """
    table, view = found.table, found.view
    groups = [(heading, [_field(found, name) for name in names]) for heading, names in (
        (_("Parameters"), table.parameters), (_("Conditions"), table.conditions), (_("Metrics"), tuple(table.metrics)))
        if names]
    return _PIECES.card(
        title=_("Find trials"), clear=_("Clear") if view.where else "", groups=groups,
        place=requirement_words(table, ROW, view.where[ROW]) if ROW in view.where else "",
        leave_out=_("Leave this requirement out"), matches=_matches(found), wrong=wrong, without=_without(found),
        best=[_best(found, row) for row in found.best.tolist()],
        heading=_heading(found) if found.best.size else "",
        low=_("at least"), high=_("at most"))


def _field(found: Found, name: str) -> dict[str, Any]:
    """One parameter with what is required of it."""
    column, where = found.table.columns[name], found.view.where
    number = [*found.table.columns].index(name)
    shared = {"number": number, "name": column_words(found.table, name), "is_set": name in where}
    required = where.get(name)
    if column.levels is None:
        known = column.values[found.rows]
        known = known[~np.isnan(known)]
        low, high = required if isinstance(required, tuple) else (None, None)
        is_unset = name in where and required is None
        return {**shared, "is_range": True, "low": "" if low is None else repr(float(low)).removesuffix(".0"),
                "high": "" if high is None else repr(float(high)).removesuffix(".0"),
                "least": number_text(float(known.min())) if known.size else "",
                "most": _("not set") if is_unset else number_text(float(known.max())) if known.size else ""}
    options = [{"value": "", "words": _("any"), "chosen": name not in where}]
    if not column.known.all():
        options.append({"value": UNSET, "words": _("not set"), "chosen": name in where and required is None})
    levels = column.levels[:MOST_CHOICES]
    if isinstance(required, str) and required not in levels:
        levels = (*levels, required)
    options += [{"value": TEXT + level, "words": short(level), "chosen": level == required} for level in levels]
    return {**shared, "is_range": False, "options": options}


def _heading(found: Found) -> str:
    """What stands over the best trials; of a metric without a direction the highest ones."""
    if found.table.metrics[found.view.metric].higher_is_better is None:
        return _("The highest of them")
    return _("The best of them")


def _matches(found: Found) -> str:
    """How many trials match, of how many."""
    words = ngettext("{count} of {trials} matches", "{count} of {trials} match", found.matching.size)
    return words.format(count=format_count(found.matching.size), trials=trials_words(found.rows.size))


def _without(found: Found) -> list[dict[str, str]]:
    """Where none matches: how many would without each requirement."""
    numbers = {name: str(place) for place, name in enumerate(found.table.columns)}
    return [{"action": f"drop:{numbers.get(name, '')}",
             "words": _("Without “{requirement}”: {trials}").format(
                 requirement=requirement_words(found.table, name, found.view.where[name]), trials=trials_words(count))}
            for name, count in found.without.items()]


def _best(found: Found, row: int) -> dict[str, Any]:
    """One of the best trials."""
    table, metric = found.table, found.view.metric
    given = ", ".join(f"{name} {value_words(table, name, row)}" for name in table.parameters
                      if table.columns[name].value(row) is not None)
    return {"row": row, "name": trial_words(row), "given": given, "is_chosen": row == found.view.chosen,
            "value": format_value(table.metrics[metric], float(np.asarray(table.column(metric))[row]))}

"""The card of one trial, and the trials nearest to it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from vanas_panel.draw.format import format_count, format_difference
from vanas_panel.draw.html import Html, pieces
from vanas_panel.draw.trials.words import column_words, trial_words, value_words
from vanas_panel.state.trials_found import Found, standing
from vanas_panel.tables.trial_columns import CONDITION, IDENTIFIER, PARAMETER, REPEAT, STATES
from vanas_panel.text.language import gettext as _
from vanas_panel.text.language import gettext as translate
from vanas_panel.text.language import marked, ngettext

_PIECES = pieces(__file__)

_HEADINGS = {PARAMETER: marked("Parameters"), CONDITION: marked("Conditions"), REPEAT: marked("Repeats"),
             IDENTIFIER: marked("Identifiers")}


def card_html(found: Found) -> Html:
    """The card of the chosen trial, or how to choose one; with the action ``row``.

    Parameters
    ----------
    found : Found
    """
    row, table = found.view.chosen, found.table
    if row is None:
        return _PIECES.nothing(title=_("Trial"),
                               words=_("Choose a trial: on the map, in the table, or among the best."))
    groups = [{"heading": _("Metrics"), "lines": [_metric_line(found, name, row) for name in table.metrics]}]
    groups += [{"heading": translate(heading), "lines": [
        {"name": name, "value": value_words(table, name, row), "words": ""} for name in table.named(kind)]}
        for kind, heading in _HEADINGS.items()]
    return _PIECES.card(title=trial_words(row), state=translate([*STATES.values()][table.states[row]]),
                        close=_("Close"), groups=[group for group in groups if group["lines"]])


def _metric_line(found: Found, name: str, row: int) -> dict[str, str]:
    """A metric of a trial, with where it stands among the complete ones."""
    place = standing(found.table, name, row)
    words = ""
    if place is not None:
        # Rounded down, so that it never says too much.
        share = f"{math.floor(1000 * place[0] / place[1]) / 10:g} %"
        pattern = {True: _("better than {share} of {count} others"), False: _("better than {share} of {count} others"),
                   None: _("higher than {share} of {count} others")}[found.table.metrics[name].higher_is_better]
        words = pattern.format(share=share, count=format_count(place[1]))
    return {"name": column_words(found.table, name), "value": value_words(found.table, name, row), "words": words}


def nearest_html(found: Found) -> Html:
    """The card of the trials nearest to the chosen one: what differs, and what they measured more or less.

    Parameters
    ----------
    found : Found
    """
    title, frame = _("Nearest trials"), found.nearest
    if found.view.chosen is None:
        return _PIECES.nothing(title=title, words=_("Of a chosen trial: those that differ in the fewest parameters."))
    if frame is None:
        return _PIECES.nothing(title=title, words=_("This table has no metric to compare trials by."))
    if frame.empty:
        return _PIECES.nothing(title=title, words=_("No other trial under the same conditions was measured."))
    other = frame.attrs["other_conditions"]
    rows: list[Any] = frame.to_dict("records")
    return _PIECES.nearest(
        title=title, rows=[_nearest_row(found, each) for each in rows],
        heads=(_("Trial"), column_words(found.table, found.view.metric), _("What differs")),
        said=ngettext("{count} trial under other conditions is not compared.",
                      "{count} trials under other conditions are not compared.", other).format(
                          count=format_count(other)) if other else "")


def _nearest_row(found: Found, each: dict[str, Any]) -> dict[str, Any]:
    """One of the nearest trials."""
    metric = found.table.metrics[found.view.metric]
    difference = each["difference"]
    has_sign = metric.higher_is_better is not None and not math.isnan(difference) and difference != 0
    return {"row": int(each["row"]), "name": trial_words(int(each["row"])),
            "difference": format_difference(metric, difference),
            "tone": "" if not has_sign else "better" if (difference > 0) == metric.higher_is_better else "worse",
            "changed": changed_words(found, each["changed"], int(each["row"]))}


def changed_words(found: Found, changed: Sequence[str], row: int) -> str:
    """What differs between the chosen trial and another one."""
    if not changed:
        return _("nothing: the same parameters")
    own = found.view.chosen or 0
    return ", ".join(f"{name} {value_words(found.table, name, own)} → {value_words(found.table, name, row)}"
                     for name in changed)

"""The columns of a table as a list: kind, reason, unit, direction, and how many values are missing or differ."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from vanas_panel.draw.css import LINE, MUTED
from vanas_panel.draw.format import format_count
from vanas_panel.draw.html import Html, pieces
from vanas_panel.tables.metrics import BETTER, DIRECTION_WORDS, FRACTION, PARAMETERS, Metric, better_words, label_of
from vanas_panel.tables.source_columns import CELL, kind_words
from vanas_panel.text.language import gettext as _
from vanas_panel.text.language import marked, ngettext

_PIECES = pieces(__file__)
_UNITS = {FRACTION: marked("fraction"), PARAMETERS: marked("parameters")}

CSS = f"""
.vp-markup {{ height: auto; gap: 10px; }}
p {{ margin: 0; }}
ul.columns {{ list-style: none; margin: 0; padding: 0; display: grid; gap: 9px; }}
li {{ display: grid; gap: 3px; padding-top: 8px; border-top: 1px solid {LINE}; min-width: 0; }}
.head, .metric, .again {{ display: flex; flex-wrap: wrap; gap: 4px 8px; align-items: center; }}
.head b {{ font-weight: 650; overflow-wrap: anywhere; flex: 1 1 140px; min-width: 0; }}
.metric span {{ flex: 1 1 140px; min-width: 0; overflow-wrap: anywhere; font-size: 12px; }}
.kind, small {{ color: {MUTED}; font-size: 11px; }}
li select {{ max-width: 100%; min-width: 0; }}
code {{ font: inherit; }}
pre.code {{ margin: 0; font-size: 11px; white-space: pre-wrap; overflow-wrap: anywhere; user-select: text; }}
"""


class ColumnRow(NamedTuple):
    """A column as the list shows it.

    Attributes
    ----------
    name, kind : str
    reason : str
        In the language that holds.
    missing, distinct : int or None
        None where they were not counted.
    metrics : tuple of Metric
        Those that were made of it.
    choice : str
        What is done where rows of one cell differ in it; see `CHOICES` of the panel. Empty where nothing is asked.
    choices : tuple of (str, str)
        What may be done, and its words.
    """

    name: str
    kind: str
    reason: str
    missing: int | None
    distinct: int | None
    metrics: tuple[Metric, ...] = ()
    choice: str = ""
    choices: tuple[tuple[str, str], ...] = ()


def columns_html(rows: Sequence[ColumnRow], kinds: Collection[str] = (), *, said: str = "", is_error: bool = False,
                 button: Mapping[str, Any] | None = None, about: str = "",
                 files: Mapping[str, str] | None = None, title: str = "") -> Html:
    """The list as HTML.

    Parameters
    ----------
    rows : sequence of ColumnRow
    kinds : collection of str, optional
        The kinds that a person may choose; none where they are only shown.
    said : str, optional
        What is going on, or went wrong where `is_error`.
    is_error : bool, optional
    button : Mapping, optional
        ``label``, ``tooltip``, ``off`` of the button that reads the table again.
    about : str, optional
        What the list is of.
    title : str, optional
        A heading.
    files : Mapping, optional
        The description that a person has made: ``name`` and ``text`` of the file, and ``code``.

    Returns
    -------
    Html
        With all text escaped and the actions ``kind:<place>``, ``choice:<place>``, ``better:<metric>`` and ``again``.
    """
    places = {metric.name: place for place, metric in enumerate(each for row in rows for each in row.metrics)}
    return _PIECES.whole(
        title=title, about=about, said=said, role="alert" if is_error else "status", button=button, files=files,
        list_label=_("Columns"), words={"save": _("Save the description"), "code": _("As Python")},
        rows=[_row(row, place, kinds, places) for place, row in enumerate(rows)])


def _row(row: ColumnRow, place: int, kinds: Collection[str], places: Mapping[str, int]) -> dict[str, Any]:
    """A column for the template."""
    offered = kinds if row.kind != CELL else ()
    return {
        "name": row.name, "kind": kind_words(row.kind), "reason": row.reason, "action": f"kind:{place}",
        "label": _("Kind of {name}").format(name=row.name),
        "kinds": [{"value": each, "words": kind_words(each), "chosen": each == row.kind} for each in offered],
        "counts": " · ".join(_counts(row)),
        "choice": {"action": f"choice:{place}", "label": _("Where rows of one cell differ in {name}").format(
            name=row.name), "options": [{"value": value, "words": words, "chosen": value == row.choice}
                                        for value, words in row.choices]} if row.choices else None,
        "metrics": [_metric(metric, f"better:{places[metric.name]}", len(row.metrics) > 1 or metric.name != row.name)
                    for metric in row.metrics]}


def _metric(metric: Metric, action: str, is_named: bool) -> dict[str, Any]:
    """A metric for the template: unit, and the choice of its direction."""
    shown = [] if not metric.is_unknown else [{"value": "", "words": better_words(metric), "chosen": True}]
    return {
        "name": label_of(metric) if is_named else "", "unit": metric.unit, "action": action,
        "unit_words": _(_UNITS[metric.unit]) if metric.unit in _UNITS else "",
        "label": _("Better values of {metric}").format(metric=label_of(metric)),
        "directions": shown + [
            {"value": word, "words": better_words(metric) if direction is metric.higher_is_better and not shown
             else _(BETTER[direction]), "chosen": not shown and direction is metric.higher_is_better}
            for direction, word in DIRECTION_WORDS.items()]}


def _counts(row: ColumnRow) -> list[str]:
    """How many values are missing, and how many differ."""
    said = []
    if row.missing is not None:
        said.append(_("none missing") if not row.missing else
                    ngettext("{count} missing", "{count} missing", row.missing).format(count=format_count(row.missing)))
    if row.distinct is not None:
        said.append(ngettext("{count} different value", "{count} different values", row.distinct).format(
            count=format_count(row.distinct)))
    return said

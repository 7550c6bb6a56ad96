"""What surrounds the list of completions: tabs, sorting, bounds, pages; and the lists of neighbours and of a path."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import pandas as pd

from vanas_panel.core.cell_edits import CellEdit
from vanas_panel.core.draft import Draft
from vanas_panel.draw.cell.thumbnail import cell_svg
from vanas_panel.draw.css import ACCENT, LINE, MUTED, PAGE, WIDE
from vanas_panel.draw.format import count_cells, format_count, format_difference, format_value
from vanas_panel.draw.html import Html, pieces
from vanas_panel.draw.improve.words import Steps, bound_words, edit_words, steps_words
from vanas_panel.draw.scale import shades_of
from vanas_panel.draw.theme import Palette, difference_color
from vanas_panel.state.improving import PER_PAGE, Improve
from vanas_panel.tables.metrics import FRACTION, Metric, label_of
from vanas_panel.tables.table import BenchmarkTable
from vanas_panel.text.language import gettext as _
from vanas_panel.text.language import marked, ngettext
from vanas_panel.text.numerals import decimal_number

_PIECES = pieces(__file__)

CSS = f"""
.tabs {{ display: flex; gap: 3px; margin-left: auto; }}
.tabs button {{ padding: 2px 7px; font-size: 11px; }}
.tabs button[aria-selected=true] {{ border-color: {ACCENT}; font-weight: 650; }}
.found {{ display: flex; flex-wrap: wrap; align-items: baseline; justify-content: space-between; gap: 2px 8px; }}
.found p {{ flex: 1 1 140px; }}
.options {{ display: flex; flex-wrap: wrap; align-items: center; gap: 4px 6px; font-size: 11px; color: {MUTED}; }}
.options select, .options input {{ height: 24px; font-size: 11px; max-width: 132px; }}
.options input {{
  width: 74px; padding: 0 6px; border: 1px solid {LINE}; border-radius: 6px; background: none; color: inherit;
}}
.options .bound {{ display: flex; align-items: center; gap: 4px; background: {PAGE}; border-radius: 6px;
  padding: 2px 4px 2px 8px; }}
.pager {{ display: flex; align-items: center; gap: 4px; font-size: 11px; color: {MUTED}; flex: none; }}
.pager span {{ flex: 1; }}
.pager button {{ padding: 1px 7px; min-width: 24px; }}
.why {{ margin: 6px 0 0; padding-left: 16px; }}
@media (min-width: {WIDE}px) {{ .scroll:has(> .step) {{ max-height: max(300px, 48vh); }} }}
.choices {{ display: flex; flex-wrap: wrap; gap: 3px 12px; }}
.goal {{ display: flex; align-items: center; gap: 4px; font-size: 11px; color: {MUTED}; min-width: 0; }}
.goal select {{ height: 24px; font-size: 11px; max-width: 190px; min-width: 0; }}
.edit {{ color: {MUTED}; font-size: 11px; font-weight: 400; }}
.step i {{ display: block; width: 14px; font-style: normal; color: {MUTED}; font-size: 11px; text-align: right; }}
"""

TITLES = {"completions": marked("Recommended completions"), "neighbours": marked("Neighbours"), "path": marked("Path")}
_TABS = {"completions": (marked("Completions"), marked("Measured cells that contain the drawing")),
         "neighbours": (marked("Neighbours"), marked("Measured cells one or two edits away from the drawn cell")),
         "path": (marked("Path"), marked("Single edits that lead from the drawn cell to another one"))}


def tabs_html(shown: str) -> Html:
    """The tabs of the card, with the actions ``tab:...``."""
    return _PIECES.tabs(label=_("Ways to improve the cell"), tabs=[
        {"name": name, "label": _(label), "tooltip": _(tooltip), "selected": str(name == shown).lower()}
        for name, (label, tooltip) in _TABS.items()])


class Goals(NamedTuple):
    """What a path may lead to.

    Attributes
    ----------
    options : tuple of (str, str)
        Names, and words for a person.
    chosen : str
        One of the names; empty where none of them is.
    """

    options: tuple[tuple[str, str], ...]
    chosen: str


def head_html(tab: str, words: str, choices: Sequence[Mapping[str, Any]] = (), goals: Goals | None = None) -> Html:
    """Heading, tabs, a line of words, choices, and a choice of where a path leads with the action ``to``."""
    goal = None if goals is None else {
        "label": _("leads to"), "tooltip": _("Where the path leads"), "chosen": goals.chosen,
        "options": [{"name": name, "label": label} for name, label in (
            *([] if goals.chosen else [("", _("choose a cell"))]), *goals.options)]}
    return _PIECES.head(title=_(TITLES[tab]), tabs=tabs_html(tab), words=words, choices=choices, goal=goal)


def options_html(table: BenchmarkTable, improve: Improve, metric: str,
                 advice: Mapping[str, str] | None = None) -> Html:
    """The choice of the metric to sort by, and bounds: actions ``sort``, ``bound``, ``low``, ``high``, ``unbound``.

    Parameters
    ----------
    table : BenchmarkTable
    improve : Improve
    metric : str
        The ranking metric.
    advice : mapping of str to str, optional
        The button that sorts by validation instead, see `vanas_panel.draw.noise_words.validation_button`.
    """
    names = [{"name": name, "label": label_of(each)} for name, each in table.metrics.items()]
    bounds = [{"name": name, "label": label_of(table.metric(name)), "words": bound_words(table, name, low, high),
               "low": typed_bound(table.metric(name), low), "high": typed_bound(table.metric(name), high)}
              for name, low, high in improve.bounds]
    return _PIECES.options(
        metrics=names, chosen=improve.sort or metric, bounds=bounds, advice=advice,
        free=[each for each in names if each["name"] not in improve.where],
        say={"sort": _("Sort by"), "sorted": _("The metric that sorts the completions"), "bound": _("Bound"),
             "bounded": _("Keep to bounds of a metric"), "low": _("from"), "high": _("to"),
             "unbound": _("Remove this bound")})


def typed_bound(metric: Metric, value: float | None) -> str:
    """A bound as a person types it.

    Examples
    --------
    >>> from vanas_panel.tables.metrics import known_metric
    >>> typed_bound(known_metric("test_accuracy"), 0.94), typed_bound(known_metric("trainable_parameters"), 1e7)
    ('94 %', '10M')
    """
    if value is None:
        return ""
    if metric.unit == FRACTION:
        return f"{100 * value:.10g} %"
    for letter, size in (("G", 1e9), ("M", 1e6), ("k", 1e3)):
        if abs(value) >= size:
            return f"{value / size:.10g}{letter}"
    return f"{value:.10g}"


def read_bound(metric: Metric, text: str) -> float | None:
    """A bound that was typed: ``10M``, ``94 %``; NaN where it is none, None where nothing was typed.

    Examples
    --------
    >>> from vanas_panel.tables.metrics import known_metric
    >>> [read_bound(known_metric("test_accuracy"), each) for each in ("94 %", "0.94", "94", "")]
    [0.94, 0.94, 0.94, None]
    >>> read_bound(known_metric("trainable_parameters"), "2.5 M")
    2500000.0
    """
    text = text.strip().replace(" ", "").replace("\N{NO-BREAK SPACE}", "")
    if not text:
        return None
    factor = {"k": 1e3, "K": 1e3, "M": 1e6, "G": 1e9}.get(text[-1], 1.0)
    percent = metric.unit == FRACTION and text.endswith("%")
    number = decimal_number(text[:-1] if percent or factor != 1.0 else text) * factor
    return number / 100 if percent or (metric.unit == FRACTION and number > 1) else number


def pager_html(start: int, listed: int, matches: int, spread: str = "") -> Html:
    """How good the completions are, and their pages with the actions ``page:...``; nothing where there is one."""
    if matches <= PER_PAGE:
        return Html("")
    last = (matches - 1) // PER_PAGE * PER_PAGE
    buttons = [("«", 0, _("First page")), ("‹", max(0, start - PER_PAGE), _("Page before")),
               ("›", min(last, start + PER_PAGE), _("Next page")), ("»", last, _("Last page"))]
    return _PIECES.pager(label=_("Pages"), words=listed_words(start, listed, matches), spread=spread, buttons=[
        {"sign": sign, "start": to, "tooltip": tooltip, "disabled": to == start} for sign, to, tooltip in buttons])


def listed_words(start: int, listed: int, matches: int) -> str:
    """Which completions are listed, by their place among all of them.

    Examples
    --------
    >>> listed_words(5, 5, 25_915)
    '6 to 10 of 25,915'
    """
    return _("{first} to {last} of {total}").format(first=format_count(start + 1), last=format_count(start + listed),
                                                    total=format_count(matches))


def spread_words(metric: Metric, found: pd.DataFrame) -> str:
    """Best, median and worst of the completions in words; nothing where none has a value."""
    best, median, worst = (found.attrs[name] for name in ("best", "median", "worst"))
    if math.isnan(best):
        return ""
    return _("best {best}, median {median}, worst {worst}").format(
        best=format_value(metric, best), median=format_value(metric, median), worst=format_value(metric, worst))


def neighbour_choices(improve: Improve) -> list[dict[str, Any]]:
    """The choices of how many edits away neighbours are, and how they are shown: actions ``edits`` and ``look``."""
    say = {"edits": (_("How many edits away"), {
               "1": (_("1 edit"), _("Cells one edit away from the drawn one")),
               "2": (_("2 edits"), _("Cells one or two edits away; the cell between is measured, too"))}),
           "look": (_("How neighbours are shown"), {
               "list": (_("List"), _("Neighbours as a list, best first")),
               "picture": (_("Picture"), _("Neighbours around the drawn cell, best first"))})}
    return [{"name": name, "label": label, "options": [
        {"name": each, "label": words, "tooltip": tooltip, "checked": str(each == str(getattr(improve, name))).lower()}
        for each, (words, tooltip) in options.items()]} for name, (label, options) in say.items()]


def found_words(found: pd.DataFrame, metric: Metric) -> str:
    """How many neighbours there are, and how many of them are better."""
    two = int((found["edits"] > 1).sum()) if "edits" in found else 0
    one = len(found) - two
    words = ngettext("{count} measured cell one edit away", "{count} measured cells one edit away", one).format(
        count=format_count(one))
    if "edits" in found:
        words = _("{found}, {cells} two edits away").format(found=words, cells=count_cells(two))
    if math.isnan(found.attrs["value"]) or metric.higher_is_better is None:
        return words
    better = int((found["difference"] > 0).sum() if metric.higher_is_better else (found["difference"] < 0).sum())
    return _("{found}, {better} better").format(found=words, better=format_count(better) if better else _("none"))


def neighbours_html(table: BenchmarkTable, found: pd.DataFrame, steps: Mapping[int, Steps], metric: Metric,
                    colors: Palette, improve: Improve) -> Html:
    """The list of neighbours, with the actions ``near:...`` and what each hovers and points at.

    Parameters
    ----------
    table : BenchmarkTable
    found : DataFrame
        As `vanas_panel.neighbours` returns it.
    steps : mapping of int to Steps
        The edits that lead to the rows that are listed; the others are counted.
    metric : Metric
    colors : Palette
    improve : Improve
    """
    listed = found[found["row"].isin(list(steps))]
    values = listed[found.attrs["metric"]].tolist()
    rows = []
    for row, value, difference, shade in zip(listed["row"].tolist(), values, listed["difference"].tolist(),
                                             shades_of(table, metric.name, values), strict=True):
        said, number = steps_words(steps[row]), format_value(metric, value)
        change = format_difference(metric, difference)
        tooltip = _("{edit}: {label} {value}. Click to edit the drawn cell.").format(
            edit=said, label=label_of(metric), value=number)
        rows.append({"row": row, "action": f"near:{row}", "number": number, "shade": shade, "tooltip": tooltip,
                     "change": "" if math.isnan(difference) else change, "edit": said, "place": "", "pressed": "false",
                     "color": difference_color(metric, difference, colors), "hover": f"near:{row}",
                     "drawing": cell_svg(steps[row].after, table.space.operations, colors, width=48, height=46,
                                         title=tooltip)})
    left = len(found) - len(listed)
    hint = ngettext("{count} more cell is not listed.", "{count} more cells are not listed.", left).format(
        count=format_count(left)) if left else ""
    return (head_html("neighbours", found_words(found, metric), neighbour_choices(improve))
            + _PIECES.steps(rows=rows, label=_("Neighbours"), walks=False, more=None, hint=hint))


def path_html(table: BenchmarkTable, found: pd.DataFrame, edits: list[CellEdit | None], metric: Metric,
              colors: Palette, shades: list[str], shown: int | None, is_held: bool = False,
              goals: Goals | None = None) -> Html:
    """The steps of a path, with the actions ``step:...``.

    Parameters
    ----------
    table, metric, colors, shades
        As for `neighbours_html`.
    found : DataFrame
        As `vanas_panel.edit_path` returns it.
    edits : list of CellEdit or None
        The edit of every row; None in the first.
    shown : int, optional
        The row that the designer holds.
    is_held : bool, optional
        Whether the path stays as the drawn cell changes; a button with the action ``free`` ends that.
    goals : Goals, optional
        What the path may lead to.
    """
    drafts = [Draft(*each) for each in zip(found["operations"], found["edges"], strict=True)]
    rows = []
    for place, (row, value, difference, shade) in enumerate(zip(
            found["row"].tolist(), found[found.attrs["metric"]].tolist(), found["difference"].tolist(), shades,
            strict=True)):
        edit = edits[place]
        said = _("Start") if edit is None else edit_words(edit, drafts[place - 1])
        number = format_value(metric, value)
        tooltip = _("Step {place}. {edit}: {label} {value}").format(place=place, edit=said, label=label_of(metric),
                                                                   value=number)
        rows.append({"row": row, "action": f"step:{place}", "number": number, "shade": shade, "tooltip": tooltip,
                     "change": "" if math.isnan(difference) else format_difference(metric, difference), "edit": said,
                     "color": difference_color(metric, difference, colors), "hover": "", "place": place,
                     "pressed": str(row == shown).lower(),
                     "drawing": cell_svg(drafts[place], table.space.operations, colors, width=48, height=46,
                                         title=tooltip)})
    count, ways = found.attrs["edits"], found.attrs["paths"]
    words = ngettext("{count} edit, the best of the shortest paths ({ways})",
                     "{count} edits, the best of the shortest paths ({ways})", count).format(
                         count=count, ways=format_count(ways))
    more = _PIECES.free(label=_("From the drawn cell"), tooltip=_(
        "Let the path start at the cell in the designer again")) if is_held else None
    return head_html("path", words, goals=goals) + _PIECES.steps(
        rows=rows, label=_("Steps of the path"), walks=True, more=more, hint="")


def note_below_head(tab: str, words: str, choices: Sequence[Mapping[str, Any]] = (),
                    goals: Goals | None = None) -> Html:
    """A tab that has nothing to list, and why."""
    return head_html(tab, "", choices, goals) + _PIECES.note(words=words)

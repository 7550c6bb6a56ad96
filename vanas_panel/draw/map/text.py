"""Texts around the map: its settings, and the cells that it leaves out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vanas_panel.draw.css import ACCENT, CARD, FAINT, LINE, MUTED, TEXT
from vanas_panel.draw.format import format_count, lower_label, statistic_words
from vanas_panel.draw.html import Html, pieces
from vanas_panel.draw.map.belief import MapBelief
from vanas_panel.draw.map.bins import Points
from vanas_panel.draw.theme import FONT
from vanas_panel.errors import brief
from vanas_panel.state.map_colour import STATISTICS
from vanas_panel.state.session import Session
from vanas_panel.tables.metrics import BETTER, DIRECTION_WORDS, Metric, better_words, label_of
from vanas_panel.tables.table import BenchmarkTable
from vanas_panel.text.language import gettext as _
from vanas_panel.text.language import marked, ngettext

_PIECES = pieces(__file__)
_SWITCHES = {True: marked("Take higher values of {metric} for the better ones, everywhere on this page"),
             False: marked("Take lower values of {metric} for the better ones, everywhere on this page"),
             None: marked("Take no values of {metric} for better than others")}

_STATISTICS = {"best": marked("best"), "median": marked("median"), "worst": marked("worst"), "count": marked("count")}

CSS = f"""
@media print {{ .pill::after {{ display: none !important; }} }}
.settings {{ display: flex; flex-wrap: wrap; gap: 5px; align-items: center; min-width: 0; }}
.pill {{
  display: flex; align-items: center; gap: 4px; height: 27px; padding: 0 0 0 8px; min-width: 0; flex: 1 1 auto;
  border: 1px solid {LINE}; border-radius: 6px; background: {CARD}; color: {MUTED}; cursor: pointer;
}}
.pill:hover {{ border-color: {FAINT}; }}
.pill:focus-within {{ outline: 2px solid {ACCENT}; outline-offset: 1px; }}
.pill::after {{ content: "▾"; pointer-events: none; margin: 0 6px 0 -11px; font-size: 9px; }}
.pill select {{
  appearance: none; field-sizing: content; flex: 1 1 auto; min-width: 0; height: 25px; margin: 0; padding: 0 11px 0 0;
  border: 0; background: none; outline: none; font: 500 11.5px/1.2 {FONT}; color: {TEXT}; text-overflow: ellipsis;
  cursor: pointer;
}}
.pill option {{ background: {CARD}; color: {TEXT}; }}
.logs::after {{ content: none; }}
.pill {{ min-width: 90px; }}
.pill.metric {{ min-width: 126px; }}
.pill.statistic {{ flex: 0 1 auto; min-width: 0; }}
.pill.logs {{ min-width: 0; }}
.logs {{ flex: none; gap: 0; padding: 0 1px 0 6px; cursor: default; font-size: 11.5px; }}
.logs:focus-within {{ outline: none; }}
.logs button {{
  border: 1px solid transparent; padding: 0; height: 24px; width: 24px; margin-left: 1px; border-radius: 4px;
}}
.caption {{ color: {MUTED}; font-size: 11px; line-height: 15px; }}
.caption p {{ min-height: 15px; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }}
.caption p:last-child {{ white-space: normal; }}
.caption span {{ margin-right: 10px; }}
.caption button {{ border: 0; padding: 0; background: none; font-size: 11px; color: {ACCENT}; }}
.caption button:hover {{ background: none; text-decoration: underline; }}
"""


def settings_html(metrics: Mapping[str, Metric], x: str, y: str, metric: str, log_x: bool, log_y: bool,
                  belief: MapBelief | None = None, *, structure: Mapping[str, Metric] | None = None,
                  color: str = "", statistic: str = STATISTICS[0]) -> Html:
    """Heading and settings of the overview as HTML.

    Parameters
    ----------
    metrics : Mapping of str to Metric
        The metrics to choose from.
    x, y, metric : str
        The chosen metrics.
    log_x, log_y : bool
        Which axes are logarithmic.
    belief : MapBelief, optional
        What colours the map in place of the metric.
    structure : Mapping of str to Metric, optional
        Structure columns to choose from beside the metrics.
    color : str, optional
        The structure column that colours the map in place of the metric.
    statistic : str, optional
        Which cell of a bin gives its colour.

    Returns
    -------
    Html
        With all text escaped and the actions ``x:...``, ``y:...``, ``metric:...``, ``statistic:...``, ``log_x`` and
        ``log_y``.
    """
    more = {} if structure is None else structure
    known = {**more, **metrics}
    words = statistic_words(known[color or metric], statistic)
    tooltip = _("The metric that ranks all cells and colours the map: each bin shows its {value}").format(value=words)
    aside, label = _("colour: {value} in the bin").format(value=words), _("colour")
    if belief is not None:
        tooltip = _("The metric that ranks all cells; what the search believes colours the map")
        aside, label = _("colour: {value}, {after}").format(value=belief.words, after=belief.after), _("rank")
    return _PIECES.settings(
        title=_("Overview"), aside=aside,
        selects=[_select("x", "x", _("Metric of the horizontal axis"), metrics, x, more),
                 _select("y", "y", _("Metric of the vertical axis"), metrics, y, more),
                 _select("metric", label, tooltip, metrics, color or metric, more),
                 _statistics(statistic)],
        logs={"tooltip": _("Logarithmic axes"), "label": _("log")},
        toggles=[_toggle("log_x", _x_words(log_x), "x", log_x), _toggle("log_y", _y_words(log_y), "y", log_y)])


def caption_html(points: Points, visible: int, chosen: int | None, *, is_home: bool = True, note: str = "",
                 direction: Html | str = "", belief: str = "") -> Html:
    """Describe which cells the map shows and which it leaves out, as HTML.

    Parameters
    ----------
    points : Points
    visible : int
        How many cells lie in the window.
    chosen : int or None
        How many cells are selected; None where all are.
    is_home : bool, optional
        Whether the window is the one that the map started with.
    note : str, optional
        A last sentence.
    direction : Html, optional
        HTML of what is better, see `direction_html`.
    belief : str, optional
        What the map shows, or is going to show, of a Gaussian process, see `belief_words`.

    Returns
    -------
    Html
        With all text escaped and the actions ``whole``, ``home``, ``clear`` and ``measured``.
    """
    parts: list[dict[str, Any]] = []
    outside = len(points) - visible
    if outside:
        parts.append({"words": _("{count} outside this window").format(count=format_count(outside)), "action": "whole",
                      "tooltip": _("Zoom out until every cell is visible"), "label": _("show all")})
    elif not is_home:
        parts.append({"words": "", "action": "home", "tooltip": _("Back to the part that holds most cells"),
                      "label": _("zoom to most")})
    if chosen is not None:
        parts.append({"words": _("{count} selected").format(count=format_count(chosen)), "action": "clear",
                      "tooltip": _("Select all cells again"), "label": _("clear selection")})
    if belief:
        parts.append({"words": belief, "action": "measured", "is_status": True, "label": _("show measured"),
                      "tooltip": _("Colour the map by the ranking metric again")})
    return _PIECES.caption(whole=" ".join(left_out(points)), direction=direction, note=note,
                           parts=[{"is_status": False, **part} for part in parts])


def direction_html(table: BenchmarkTable, name: str) -> Html:
    """The direction of the ranking metric, whether it is a guess, and the buttons that switch it, as HTML.

    Parameters
    ----------
    table : BenchmarkTable
    name : str
        A metric.

    Returns
    -------
    Html
        With all text escaped and the actions ``direction:higher``, ``direction:lower`` and ``direction:neither``.
    """
    metric, opened = table.metric(name), table.origin.metric(name).higher_is_better
    now = metric.higher_is_better
    others: list[bool | None] = [better for better in (True, False) if better is not now]
    if opened is None and now is not None:
        others.append(None)
    words = better_words(metric)
    if now is not opened:
        words = _("{direction} (switched)").format(direction=words)
    switches = [{"action": f"direction:{DIRECTION_WORDS[better]}",
                 "tooltip": _(_SWITCHES[better]).format(metric=label_of(metric)),
                 "label": _("switch") if now is not None and better is not None else _(BETTER[better])}
                for better in others]
    return _PIECES.direction(label=brief(lower_label(metric), 48), words=words, switches=switches)


def left_out(points: Points) -> list[str]:
    """Which cells of the table are not drawn, as sentences.

    Parameters
    ----------
    points : Points

    Returns
    -------
    list of str
        Such as ``30,001 of 423,624 cells on the map; 393,623 have no training time.``
    """
    shown, total = format_count(len(points)), format_count(points.total)
    reasons = []
    if points.unknown:
        reasons.append(_without(points))
    if points.nonpositive:
        reasons.append(ngettext("{count} is zero or less, which a logarithmic axis cannot show",
                                "{count} are zero or less, which a logarithmic axis cannot show",
                                points.nonpositive).format(count=format_count(points.nonpositive)))
    far = [] if not points.far else [
        ngettext("{count} lies at the end of an axis, being larger than it can show.",
                 "{count} lie at the end of an axis, being larger than it can show.",
                 points.far).format(count=format_count(points.far))]
    if not reasons:
        return [_("The one cell is on the map.") if points.total == 1
                else _("All {total} cells on the map.").format(total=total), *far]
    return [_("{shown} of {total} cells on the map; {reasons}.").format(
        shown=shown, total=total, reasons=", ".join(reasons)), *far]


def current_settings(session: Session, belief: MapBelief | None = None) -> Html:
    """`settings_html` for a session as it is."""
    return settings_html(session.table.metrics, session.x, session.y, session.metric, session.log_x, session.log_y,
                         belief, structure=session.table.structure_metrics, color=session.color,
                         statistic=session.statistic)


def belief_words(shown: MapBelief | None, wanted: int, problem: str = "") -> str:
    """What the map shows of a Gaussian process, and what it is going to show.

    Parameters
    ----------
    shown : MapBelief or None
    wanted : int
        The query for which it is computed now; 0 where nothing is.
    problem : str, optional
        Why it cannot be shown.
    """
    words = problem
    if shown is not None:
        pattern = _("Colours: how unsure the search is {after}.") if shown.kind == "deviation" else _(
            "Colours: what the search expects {after}.")
        words = pattern.format(after=shown.after)
    if wanted:
        words += " " + _("Computing query {query} …").format(query=format_count(wanted))
    return words.strip()


def _without(points: Points) -> str:
    """How many cells lack what, short enough for one line."""
    count = format_count(points.unknown)
    if len(points.lacking) == 1:
        return ngettext("{count} has no {metric}", "{count} have no {metric}", points.unknown).format(
            count=count, metric=lower_label(points.lacking[0]))
    return ngettext("{count} lacks at least one of these metrics", "{count} lack at least one of these metrics",
                    points.unknown).format(count=count)


def _x_words(on: bool) -> str:
    """Tooltip of the horizontal axis's button."""
    return _("Logarithmic x axis: on") if on else _("Logarithmic x axis")


def _y_words(on: bool) -> str:
    """Tooltip of the vertical axis's button."""
    return _("Logarithmic y axis: on") if on else _("Logarithmic y axis")


def _select(action: str, label: str, tooltip: str, metrics: Mapping[str, Metric], chosen: str,
            structure: Mapping[str, Metric]) -> dict[str, Any]:
    """A choice among the metrics and the structure columns."""
    def options(columns: Mapping[str, Metric]) -> list[dict[str, str]]:
        return [{"name": name, "label": label_of(metric)} for name, metric in columns.items()]

    return {"action": action, "label": label, "tooltip": tooltip, "chosen": chosen, "options": options(metrics),
            "more": options({name: each for name, each in structure.items() if name not in metrics}),
            "more_label": _("Exact, from the structure")}


def _statistics(chosen: str) -> dict[str, Any]:
    """The choice of the cell that gives a bin its colour."""
    return {"action": "statistic", "label": _("bin"), "chosen": chosen, "more": [], "more_label": "",
            "tooltip": _("What of the cells in a bin gives its colour"),
            "options": [{"name": name, "label": _(_STATISTICS[name])} for name in STATISTICS]}


def _toggle(action: str, words: str, label: str, on: bool) -> dict[str, str]:
    """A button that makes an axis logarithmic, or linear again."""
    return {"action": action, "tooltip": words, "label": label, "pressed": str(on).lower()}

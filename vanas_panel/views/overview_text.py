"""The words around the map of the overview: its settings, and what it leaves out."""

from __future__ import annotations

from collections.abc import Mapping

from vanas_panel.errors import brief
from vanas_panel.metrics import BETTER, DIRECTION_WORDS, Metric
from vanas_panel.session import Session
from vanas_panel.table import BenchmarkTable
from vanas_panel.views.binning import Points
from vanas_panel.views.format import best_words, format_count, lower_label
from vanas_panel.views.markup import text
from vanas_panel.views.style import ACCENT, CARD, FAINT, LINE, MUTED, TEXT
from vanas_panel.views.theme import FONT

_SWITCHES = {True: "Take higher values of {} for the better ones, everywhere on this page",
             False: "Take lower values of {} for the better ones, everywhere on this page",
             None: "Take no values of {} for better than others"}

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


def settings_html(metrics: Mapping[str, Metric], x: str, y: str, metric: str, log_x: bool, log_y: bool) -> str:
    """Heading and settings of the overview as HTML.

    Parameters
    ----------
    metrics : Mapping of str to Metric
        What there is to choose from.
    x, y, metric : str
        What is chosen.
    log_x, log_y : bool
        Which axes are logarithmic.

    Returns
    -------
    str
        HTML with all text escaped and the actions ``x:...``, ``y:...``, ``metric:...``, ``log_x`` and ``log_y``.
    """
    words = best_words(metrics[metric])
    tooltip = f"What ranks all cells and colours the map: each bin shows its {words}"
    return (
        f'<div class="head"><h2>Overview</h2><span class="aside">colour: {text(words)} in the bin</span></div>'
        f'<div class="settings">{_select("x", "x", "What the horizontal axis shows", metrics, x)}'
        f'{_select("y", "y", "What the vertical axis shows", metrics, y)}'
        f'{_select("metric", "colour", tooltip, metrics, metric)}'
        f'<div class="pill logs" role="group" aria-label="Logarithmic axes">log{_toggle("log_x", "x", log_x)}'
        f'{_toggle("log_y", "y", log_y)}</div></div>'
    )


def caption_html(points: Points, visible: int, chosen: int | None, *, is_home: bool = True, note: str = "",
                 direction: str = "") -> str:
    """What the map shows and what it leaves out, in words, as HTML.

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
    direction : str, optional
        HTML of what is better, see `direction_html`.

    Returns
    -------
    str
        HTML with all text escaped and the actions ``whole``, ``home`` and ``clear``.
    """
    whole = text(" ".join(left_out(points)))
    parts = [direction]
    outside = len(points) - visible
    if outside:
        parts.append(f'<span>{format_count(outside)} outside this window <button data-action="whole" '
                     'title="Zoom out until every cell is visible">show all</button></span>')
    elif not is_home:
        parts.append('<button data-action="home" title="Back to the part that holds most cells">zoom to most</button>')
    if chosen is not None:
        parts.append(f'<span>{format_count(chosen)} selected <button data-action="clear" '
                     'title="Select all cells again">clear selection</button></span>')
    if note:
        parts.append(f'<span role="status">{text(note)}</span>')
    return f'<div class="caption"><p title="{whole}">{whole}</p><p>{"".join(parts)}</p></div>'


def direction_html(table: BenchmarkTable, name: str) -> str:
    """What is better of the metric that ranks, whether that is a guess, and what switches it, as HTML.

    Parameters
    ----------
    table : BenchmarkTable
    name : str
        A metric.

    Returns
    -------
    str
        HTML with all text escaped and the actions ``direction:higher``, ``direction:lower`` and ``direction:neither``.
    """
    metric, opened = table.metric(name), table.origin.metric(name).higher_is_better
    now = metric.higher_is_better
    others: list[bool | None] = [better for better in (True, False) if better is not now]
    if opened is None and now is not None:
        others.append(None)
    switched = " (switched)" if now is not opened else ""
    buttons = " ".join(
        f'<button data-action="direction:{DIRECTION_WORDS[better]}" '
        f'title="{text(_SWITCHES[better].format(metric.label))}">'
        f'{"switch" if now is not None and better is not None else BETTER[better]}</button>' for better in others)
    label = text(brief(lower_label(metric), 48))
    return f'<span class="direction">{label}: {metric.better}{switched} · {buttons}</span>'


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
        count = f"{format_count(points.nonpositive)} {_have(points.nonpositive)}"
        reasons.append(f"{count} no place on a logarithmic axis, being zero or less")
    far = [] if not points.far else [
        f"{format_count(points.far)} {'lies' if points.far == 1 else 'lie'} at the end of an axis, being larger than "
        "it can show."]
    if not reasons:
        return [f"All {total} cells on the map." if points.total != 1 else "The one cell is on the map.", *far]
    return [f"{shown} of {total} cells on the map; {', '.join(reasons)}.", *far]


def current_settings(session: Session) -> str:
    """`settings_html` for a session as it is."""
    return settings_html(session.table.metrics, session.x, session.y, session.metric, session.log_x, session.log_y)


def _without(points: Points) -> str:
    """How many cells lack what, short enough for one line."""
    count = format_count(points.unknown)
    if len(points.lacking) == 1:
        return f"{count} {_have(points.unknown)} no {lower_label(points.lacking[0])}"
    return f"{count} {'lacks' if points.unknown == 1 else 'lack'} at least one of these metrics"


def _have(count: int) -> str:
    """The verb for a number of cells."""
    return "has" if count == 1 else "have"


def _select(action: str, label: str, tooltip: str, metrics: Mapping[str, Metric], chosen: str) -> str:
    """A choice among the metrics."""
    options = "".join(
        f'<option value="{text(name)}"{" selected" if name == chosen else ""}>{text(metric.label)}</option>'
        for name, metric in metrics.items())
    return (f'<label class="pill {action}" title="{text(tooltip)}">{label}<select data-action="{action}" '
            f'aria-label="{text(tooltip)}">{options}</select></label>')


def _toggle(action: str, label: str, on: bool) -> str:
    """A button that makes an axis logarithmic, or linear again."""
    tooltip = f"Logarithmic {label} axis" + (": on" if on else "")
    return (f'<button data-action="{action}" aria-pressed="{str(on).lower()}" aria-label="{tooltip}" '
            f'title="{tooltip}">{label}</button>')

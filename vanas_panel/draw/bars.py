"""Edge importance as horizontal bars: a Bokeh figure whose columns are all that changes."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd
from bokeh.core.properties import value
from bokeh.models import (
    BasicTicker,
    ColumnDataSource,
    CustomJS,
    CustomJSTickFormatter,
    FactorRange,
    HBar,
    HoverTool,
    Range1d,
    Segment,
    Span,
    Text,
)
from bokeh.plotting import figure

from vanas_panel.draw.chart import add_glyph, hover_html, style_chart, verbatim
from vanas_panel.draw.format import MOST_SHORT, format_count, format_difference, format_value, letters, lower_label
from vanas_panel.draw.labels import IN_BAR, short_labels
from vanas_panel.draw.spans import drawn_value, is_wide
from vanas_panel.draw.theme import FONT, Palette, difference_color, operation_label
from vanas_panel.draw.ticks import axis_formatter
from vanas_panel.tables.metrics import FRACTION, Metric
from vanas_panel.text.language import gettext as _
from vanas_panel.text.language import marked, ngettext

BARS = "bars"
"""Name of the renderer whose data source holds the columns."""
GHOSTS = "ghosts"
"""Name of the renderer of the pale bars of the whole table."""
FOCUS = "focus"
"""Name of the renderer that frames the bar the keyboard is at."""
ROWS = "rows"
"""Name of the renderer of the rows, which are as wide as the chart; its data source is that of the bars."""
_TEXTS, _WHISKERS, _ZERO = "texts", "whiskers", "zero"

UNDEFINED = marked("undefined")
ROW_PIXELS = 17
"""The smallest height of a row on the screen;"""
AXIS_PIXELS = 20
"""and what the axis below the rows takes."""

# Texts beside the bars need their room in pixels, whatever the width; the hover's rows are wider than any range.
_LETTER_PIXELS, _GAP_PIXELS = 6.6, 10
_FIRST_WIDTH = 300
_POINTS = """
const points = Number((100 * tick).toFixed(6));
return points > 0 ? `+${points}` : `${points}`.replace("-", "−");
"""
_FIT = """
const {low: [low], high: [high], text_pixels: [pixels]} = source.data;
const width = Math.max(2.5 * pixels, figure.inner_width || first);
const room = (high - low) * pixels / (width - (low < 0 ? 2 : 1) * pixels);
figure.x_range.setv({start: low < 0 ? low - room : low - room / 8, end: high + room});
"""

_ROW = HBar(y="name", left="left_end", right="right_end", height=1.0)


def rows_figure(**more: Any) -> tuple[figure, ColumnDataSource]:
    """A figure of rows by name that can be pointed at and clicked, empty, and the source of its bars."""
    chart = figure(y_range=FactorRange(range_padding=0), x_range=Range1d(-1, 1), sizing_mode="stretch_both",
                   toolbar_location=None, min_border=0, tools="", **more)
    source = ColumnDataSource()
    # As wide as the chart, so that short bars can be pointed at as well.
    rows = add_glyph(chart, _ROW.clone(fill_alpha=0, line_alpha=0), source, name=ROWS)
    rows.hover_glyph = rows.glyph.clone(fill_alpha=0.1)
    chart.add_tools(HoverTool(renderers=[rows], visible=False, show_arrow=False, point_policy="follow_mouse",
                              attachment="vertical", limit=1))
    chart.styles = {"cursor": "pointer"}
    return chart, source


def add_row_focus(chart: figure) -> None:
    """Add what marks the row that the keyboard is on, above all bars."""
    add_glyph(chart, _ROW.clone(fill_alpha=0.1, line_width=2),
              ColumnDataSource({"name": [], "left_end": [], "right_end": []}), name=FOCUS)


def least_height(rows: int) -> int:
    """The smallest height in pixels of a figure of so many rows over an axis.

    Examples
    --------
    >>> least_height(16)
    292
    """
    return ROW_PIXELS * rows + AXIS_PIXELS


def importance_figure(importance: pd.DataFrame, metric: Metric, colors: Palette, *,
                      action: str | None = None, whole: pd.DataFrame | None = None) -> figure:
    """Bars of edge importance, the most important edge type on top.

    Parameters
    ----------
    importance : DataFrame
        As `vanas_panel.edge_importance` returns it, in the order of the bars.
    metric : Metric
        The metric of the importance.
    colors : Palette
    action : str, optional
        Description of a click in the hover; by default, that it draws such an edge.
    whole : DataFrame, optional
        The importance over the whole table, which stands behind as pale bars and gives the scale.

    Returns
    -------
    figure
        To be brought up to date by `update_importance`.

    Examples
    --------
    >>> import vanas_panel as vp
    >>> from vanas_panel.draw.theme import LIGHT
    >>> table = vp.open_table("structure4")
    >>> importance = vp.edge_importance(table, "trainable_parameters")
    >>> chart = importance_figure(importance, table.metric("trainable_parameters"), LIGHT)
    >>> chart.y_range.factors[-1]
    'conv 3×3 → conv 3×3'
    """
    chart, source = rows_figure(min_height=least_height(len(importance)))
    add_glyph(chart, HBar(y="name", left=0, right="ghost", height=0.92, line_width=1, border_radius=2), source,
              name=GHOSTS)
    chart.add_layout(Span(location=0, dimension="height", line_width=1, name=_ZERO))
    add_glyph(chart, HBar(y="name", left=0, right="value", height=0.7, fill_color="color", line_color=None,
                          border_radius=2), source, name=BARS)
    add_glyph(chart, Segment(x0="whisker_low", x1="whisker_high", y0="name", y1="name", line_width=1.5), source,
              name=_WHISKERS)
    add_glyph(chart, Text(x="text_x", y="name", text="value_text", text_align="align", x_offset="offset",
                          text_baseline="middle", text_font=value(FONT), text_font_size="11px"), source, name=_TEXTS)
    add_row_focus(chart)
    fit = CustomJS(args={"figure": chart, "source": source, "first": _FIRST_WIDTH}, code=_FIT)
    chart.js_on_change("inner_width", fit)
    source.js_on_change("data", fit)
    chart.xaxis[0].update(ticker=BasicTicker(desired_num_ticks=4, num_minor_ticks=0),
                          formatter=_difference_formatter(metric))
    recolor_importance(chart, colors, action=action)
    update_importance(chart, importance, metric, colors, whole)
    return chart


def update_importance(chart: figure, importance: pd.DataFrame, metric: Metric, colors: Palette,
                      whole: pd.DataFrame | None = None) -> None:
    """Show other values in a figure of `importance_figure`; only its data and the order of its rows change.

    Parameters
    ----------
    chart : figure
    importance, metric, colors, whole
        As for `importance_figure`.
    """
    columns = importance_columns(importance, metric, colors, whole)
    wanted = _difference_formatter(metric)
    chart.xaxis[0].formatter.update(code=wanted.code, args=wanted.args)
    chart.y_range.factors = columns["name"][::-1]
    _named(chart)[BARS].data_source.data = columns


def show_focus(chart: figure, index: int | None) -> None:
    """Frame one row.

    Parameters
    ----------
    chart : figure
    index : int or None
        Counted from the top; None frames nothing.
    """
    named = _named(chart)
    data = named[BARS].data_source.data
    framed = {name: [] if index is None else [data[name][index]] for name in ("name", "left_end", "right_end")}
    source = named[FOCUS].data_source
    if dict(source.data) != framed:
        source.data = framed


def _named(chart: figure) -> dict[str, Any]:
    """The renderers by name."""
    return {each.name: each for each in (*chart.renderers, *chart.center)}


def recolor_importance(chart: figure, colors: Palette, *, action: str | None = None) -> None:
    """Give everything but the bars, whose colours are data, the colours of the page.

    Parameters
    ----------
    chart : figure
    colors : Palette
    action : str, optional
        As for `importance_figure`.
    """
    style_chart(chart, colors)
    chart.xaxis.axis_line_color = chart.xaxis.major_tick_line_color = chart.xaxis.minor_tick_line_color = None
    chart.xaxis.major_label_text_color = colors.muted
    chart.xaxis.major_label_text_font_size = "10px"
    chart.ygrid.visible = False
    chart.xgrid.grid_line_color = colors.line
    chart.yaxis.major_label_text_color = colors.text
    chart.yaxis.axis_line_color = None
    named = _named(chart)
    named[ROWS].hover_glyph.fill_color = colors.muted
    named[FOCUS].glyph.update(fill_color=colors.accent, line_color=colors.accent)
    named[GHOSTS].glyph.update(fill_color=colors.muted, fill_alpha=0.14, line_color=colors.muted, line_alpha=0.45)
    named[_TEXTS].glyph.text_color = colors.muted
    named[_WHISKERS].glyph.line_color = colors.text
    named[_ZERO].line_color = colors.faint
    if action is None:
        action = _("click to draw such an edge in the designer, Shift and click to select its cells")
    lines = ["@with_text", "@without_text", "@ghost_text", "@interval", "@reason"]
    chart.hover[0].tooltips = hover_html(colors, "@full_name", "@full_text", lines, verbatim(action))


def importance_columns(importance: pd.DataFrame, metric: Metric, colors: Palette,
                       whole: pd.DataFrame | None = None) -> dict[str, list[Any]]:
    """Marks and texts of every edge type, as columns of equal length.

    Parameters
    ----------
    importance, metric, colors, whole
        As for `importance_figure`.

    Returns
    -------
    dict of str to list
        ``name`` with short labels, ``full_name``, ``source`` and ``target`` (operations), ``value`` (0 where it is
        undefined), ``ghost`` (that of the whole table, 0 without one), ``text_x`` (the end of the longer of the two on
        the side of ``value``, where its text begins), ``color``, the extent of all bars, the texts
        beside the bars with the room that the longest takes, and those in the hover.
    """
    values = importance["importance"].tolist()
    drawn = [0.0 if math.isnan(each) else drawn_value(each) for each in values]
    others = _of_whole(importance, whole)
    ghosts = [0.0 if math.isnan(each) else drawn_value(each) for each in others]
    whiskers = [_whiskers(importance, side) for side in ("low", "high")]
    # Those of the whole table count, too: its scale holds for a selection.
    low, high = _extent([0.0, *drawn, *ghosts], *(
        each if whole is None else [*each, *_whiskers(whole, side)] for each, side in zip(whiskers, ("low", "high"),
                                                                                          strict=True)))
    rows = [_row(metric, *row) for row in importance.itertuples(index=False)]
    pairs = list(zip(importance["source"], importance["target"], strict=True))
    short = short_labels(dict.fromkeys(operation for pair in pairs for operation in pair), IN_BAR)
    # An undefined one has the room of its bar; a selection is not to change the scale by the length of a word.
    longest = max((letters(short_difference(metric, each)) for each in (*values, *others) if not math.isnan(each)),
                  default=letters(_(UNDEFINED)))
    return {
        "name": [f"{short[source]} → {short[target]}" for source, target in pairs],
        "full_name": [edge_type_label(*pair) for pair in pairs],
        "source": importance["source"].tolist(), "target": importance["target"].tolist(),
        "value": drawn, "ghost": ghosts,
        "text_x": [_text_end(bar, ghost, max(left, low), min(right, high))
                   for bar, ghost, left, right in zip(drawn, ghosts, *whiskers, strict=True)],
        "ghost_text": ["" if whole is None else _("all cells: {importance}").format(
            importance=format_difference(metric, each)) for each in others],
        "color": [difference_color(metric, each, colors) for each in values],
        "low": [low] * len(values), "high": [high] * len(values),
        "text_pixels": [_GAP_PIXELS + _LETTER_PIXELS * longest] * len(values),
        "left_end": [low - 9 * (high - low)] * len(values), "right_end": [high + 9 * (high - low)] * len(values),
        "align": ["right" if each < 0 else "left" for each in values],
        "offset": [-5 if each < 0 else 5 for each in values],
        **{name: [row[name] for row in rows] for name in ("value_text", "full_text", "with_text", "without_text",
                                                          "reason", "interval")},
        "whisker_low": whiskers[0], "whisker_high": whiskers[1],
    }


def _whiskers(importance: pd.DataFrame, side: str) -> list[float]:
    """The ends of the intervals on one side; NaN, which draws nothing, where there is none."""
    return [drawn_value(each) for each in importance[side]] if side in importance else [math.nan] * len(importance)


def _extent(bars: list[float], lows: list[float], highs: list[float]) -> tuple[float, float]:
    """The ends of the scale: all bars, and whiskers as far as half of that beyond them, so that bars stay readable."""
    low, high = min(bars), max(bars)
    if not is_wide(low, high):
        return low, 1.0
    # A whisker that is not a number fails both comparisons.
    reach = (high - low) / 2
    return max(low - reach, min([low, *(each for each in lows if each < low)])), min(
        high + reach, max([high, *(each for each in highs if each > high)]))


def _text_end(value: float, ghost: float, low: float, high: float) -> float:
    """Where the text of a bar begins: beyond the pale bar and the whisker, too, where they are on the same side."""
    return min(each for each in (value, ghost, low) if each <= value) if value < 0 else max(
        each for each in (value, ghost, high) if each >= value)


def _of_whole(importance: pd.DataFrame, whole: pd.DataFrame | None) -> list[float]:
    """The importance over the whole table for each bar; NaN where it is undefined or not given."""
    if whole is None:
        return [math.nan] * len(importance)
    pairs = zip(whole["source"], whole["target"], strict=True)
    known = dict(zip(pairs, whole["importance"].tolist(), strict=True))
    return [known[pair] for pair in zip(importance["source"], importance["target"], strict=True)]


def _difference_formatter(metric: Metric) -> CustomJSTickFormatter:
    """How the axis below the bars writes differences: those of fractions in points, as the bars do."""
    return CustomJSTickFormatter(code=_POINTS) if metric.unit == FRACTION else axis_formatter(metric)


def edge_type_label(source: str, target: str) -> str:
    """An edge type in words, with the whole labels of its operations.

    Examples
    --------
    >>> edge_type_label("conv3x3-bn-relu", "output")
    'conv 3×3 → output'
    """
    return f"{operation_label(source)} → {operation_label(target)}"


def short_difference(metric: Metric, difference: float) -> str:
    """A difference with its sign, short enough for the end of a bar; fractions in points, without saying so.

    Examples
    --------
    >>> from vanas_panel.tables.metrics import known_metric
    >>> short_difference(known_metric("test_accuracy"), -0.0301), short_difference(known_metric("test_accuracy"), 2e-4)
    ('−3.0', '+0.02')
    """
    if math.isnan(difference):
        return _(UNDEFINED)
    if metric.unit != FRACTION or abs(difference) >= MOST_SHORT:
        return format_difference(metric, difference)
    points = 100 * difference
    return f"{points:+.{1 if abs(points) >= 0.095 else 2}f}".replace("-", "−")


def _row(metric: Metric, _source: str, _target: str, importance: float, mean_with: float, mean_without: float,
         n_with: int, n_without: int, low: float = math.nan, high: float = math.nan) -> dict[str, str]:
    """The texts of one edge type."""
    reason = ""
    if not n_with + n_without:
        reason = _("No cell here has a known {metric}.").format(metric=lower_label(metric))
    elif not n_with:
        reason = _("No cell here has such an edge.")
    elif not n_without:
        reason = _("Every cell here has such an edge.")
    return {
        "value_text": short_difference(metric, importance), "full_text": format_difference(metric, importance),
        "interval": "" if math.isnan(low) else _("95 % interval {low} to {high}").format(
            low=format_difference(metric, low), high=format_difference(metric, high)),
        "with_text": _with_text(metric, mean_with, n_with),
        "without_text": _without_text(metric, mean_without, n_without), "reason": reason,
    }


def _with_text(metric: Metric, mean: float, count: int) -> str:
    """The mean over the cells with an edge type."""
    if not count:
        return _("with: no cell")
    return ngettext("with: {mean}, the mean of {count} cell", "with: {mean}, the mean of {count} cells", count).format(
        mean=format_value(metric, mean), count=format_count(count))


def _without_text(metric: Metric, mean: float, count: int) -> str:
    """The mean over the cells without an edge type."""
    if not count:
        return _("without: no cell")
    return ngettext("without: {mean}, the mean of {count} cell", "without: {mean}, the mean of {count} cells",
                    count).format(mean=format_value(metric, mean), count=format_count(count))


def unit_words(metric: Metric) -> str:
    """Describe the numbers beside the bars.

    Examples
    --------
    >>> from vanas_panel.tables.metrics import known_metric
    >>> unit_words(known_metric("validation_accuracy_4")), unit_words(known_metric("training_time"))
    ('accuracy points', 'training time')
    """
    if metric.unit != FRACTION:
        return lower_label(metric)
    if "accuracy" in metric.label.lower():
        return _("accuracy points")
    return _("{metric}, points").format(metric=lower_label(metric))

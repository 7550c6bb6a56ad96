"""Matched over plain importance, and distributions of contributions: rows of bars with intervals as a Bokeh figure."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd
from bokeh.core.properties import value
from bokeh.models import HBar, Segment, Span, Text
from bokeh.plotting import figure

from vanas_panel.draw.bars import (
    BARS,
    FOCUS,
    ROW_PIXELS,
    ROWS,
    UNDEFINED,
    add_row_focus,
    edge_type_label,
    rows_figure,
    short_difference,
)
from vanas_panel.draw.chart import add_glyph, hover_html, style_chart, verbatim
from vanas_panel.draw.format import format_count, format_difference
from vanas_panel.draw.labels import IN_BAR, short_labels
from vanas_panel.draw.spans import drawn_value, is_wide
from vanas_panel.draw.theme import FONT, Palette, difference_color
from vanas_panel.tables.metrics import Metric
from vanas_panel.text.language import gettext as _
from vanas_panel.text.language import ngettext

TURNED = "⚑"
"""Mark of an edge type whose plain and matched importance differ in sign."""
_GHOSTS, _WHISKERS, _TICKS, _TEXTS, _ZERO = "ghosts", "whiskers", "ticks", "texts", "zero"
_TEXT_SHARE = 0.34
"""Share of the width that is left for texts on the right."""

Columns = dict[str, list[Any]]


def attribution_figure(columns: Columns, colors: Palette) -> figure:
    """Rows of bars, from the top: a pale bar behind a bar, its whisker, a tick, and a text on the right.

    Parameters
    ----------
    columns : dict of str to list
        As `matched_columns` or `distribution_columns` makes them.
    colors : Palette

    Returns
    -------
    figure
        To be brought up to date by `update_attribution`.

    Examples
    --------
    >>> import vanas_panel as vp
    >>> from vanas_panel.draw.theme import LIGHT
    >>> table = vp.open_table("structure4")
    >>> metric = table.metric("edges")
    >>> matched = vp.matched_importance(table, "edges")
    >>> columns = matched_columns(vp.edge_importance(table, "edges"), matched, metric, LIGHT)
    >>> chart = attribution_figure(columns, LIGHT)
    >>> chart.y_range.factors == columns["name"][::-1]
    True
    """
    chart, source = rows_figure()
    chart.add_layout(Span(location=0, dimension="height", line_width=1, name=_ZERO))
    add_glyph(chart, HBar(y="name", left=0, right="ghost", height=0.78, fill_alpha=0.22, line_color=None,
                          border_radius=2), source, name=_GHOSTS)
    add_glyph(chart, HBar(y="name", left="bar_left", right="bar_right", height=0.46, fill_color="color",
                          line_color=None, border_radius=2), source, name=BARS)
    add_glyph(chart, Segment(x0="whisker_left", x1="whisker_right", y0="name", y1="name", line_width=1.5), source,
              name=_WHISKERS)
    add_glyph(chart, HBar(y="name", left="tick", right="tick", height=0.6, line_width=2), source, name=_TICKS)
    add_glyph(chart, Text(x="text_x", y="name", text="value_text", text_align="right", x_offset=-2,
                          text_baseline="middle", text_font=value(FONT), text_font_size="11px"), source, name=_TEXTS)
    add_row_focus(chart)
    update_attribution(chart, columns, colors)
    return chart


def update_attribution(chart: figure, columns: Columns, colors: Palette) -> None:
    """Show other values, in the colours of the page."""
    hint = _("click to draw such an edge in the designer") if any(columns["target"]) else ""
    chart.y_range.factors = columns["name"][::-1]
    chart.min_height = ROW_PIXELS * max(1, len(columns["name"]))
    if columns["name"]:
        chart.x_range.update(start=columns["left_end"][0], end=columns["right_end"][0])
    named = {each.name: each for each in (*chart.renderers, *chart.center)}
    named[BARS].data_source.data = columns
    style_chart(chart, colors)
    chart.xaxis.visible = False
    chart.xgrid.visible = chart.ygrid.visible = False
    chart.yaxis.major_label_text_color = colors.text
    chart.yaxis.axis_line_color = None
    named[ROWS].hover_glyph.fill_color = colors.muted
    named[FOCUS].glyph.update(fill_color=colors.accent, line_color=colors.accent)
    named[_GHOSTS].glyph.fill_color = colors.muted
    named[_WHISKERS].glyph.line_color = named[_TICKS].glyph.line_color = colors.text
    named[_TEXTS].glyph.text_color = colors.muted
    named[_ZERO].line_color = colors.faint
    chart.hover[0].tooltips = hover_html(colors, "@full_name", "@full_text", ["@first", "@second", "@third"],
                                         verbatim(hint))


def matched_columns(plain: pd.DataFrame, matched: pd.DataFrame, metric: Metric, colors: Palette) -> Columns:
    """Rows of matched importance in the order of plain importance, which is the pale bar behind each.

    Parameters
    ----------
    plain, matched : DataFrame
        As `vanas_panel.edge_importance` and `vanas_panel.matched_importance` return them.
    metric : Metric
    colors : Palette
    """
    both = plain[["source", "target", "importance"]].rename(columns={"importance": "plain"}).merge(
        matched, on=["source", "target"])
    lines = []
    for line in both.to_dict("records"):
        turned = line["plain"] * line["importance"] < 0
        lines.append({
            "source": line["source"], "target": line["target"], "place": "", "ghost": line["plain"], "left": 0.0,
            "right": line["importance"], "low": line["low"], "high": line["high"], "tick": math.nan,
            "color": difference_color(metric, line["importance"], colors),
            "text": (f"{TURNED} " if turned else "") + short_difference(metric, line["importance"]),
            "full": format_difference(metric, line["importance"]),
            "first": _("plain importance: {value}").format(value=format_difference(metric, line["plain"]))
            + (" · " + _("the sign turns") if turned else ""),
            "second": interval_words(metric, line["low"], line["high"]),
            "third": ngettext("{count} pair of cells that differ in one such edge alone",
                              "{count} pairs of cells that differ in one such edge alone", line["n_pairs"]).format(
                                  count=format_count(line["n_pairs"]))})
    return columns_of(lines)


def distribution_columns(found: pd.DataFrame, metric: Metric, colors: Palette, by: str = "") -> Columns:
    """Rows of a distribution: the middle half as a bar, 5 % to 95 % as a whisker, the median as a tick.

    Parameters
    ----------
    found : DataFrame
        As `vanas_panel.contribution_distribution` returns it.
    metric : Metric
    colors : Palette
    by : str, optional
        The column that it is split by.
    """
    lines = []
    # Edge types by their median over all, and places in order within a type.
    whole = found.groupby(["source", "target"], sort=False)["median"].transform("max")
    ordered = found.assign(whole=whole).sort_values("whole", ascending=False, kind="stable", na_position="last")
    for line in ordered.to_dict("records"):
        middle = line["median"]
        lines.append({
            "source": line["source"], "target": line["target"], "place": str(int(line[by])) if by else "",
            "ghost": math.nan, "left": line["q25"], "right": line["q75"], "low": line["q05"], "high": line["q95"],
            "tick": middle, "color": difference_color(metric, middle, colors),
            "text": short_difference(metric, middle), "full": format_difference(metric, middle),
            **_spread_words(line, metric),
            "third": ngettext("{count} edge, {undefined} without a contribution",
                              "{count} edges, {undefined} without a contribution", line["n"]).format(
                                  count=format_count(line["n"]), undefined=format_count(line["n_undefined"]))})
    return columns_of(lines)


def _spread_words(line: Mapping[Any, Any], metric: Metric) -> dict[str, str]:
    """Quantiles and mean of a distribution in words."""
    if math.isnan(line["median"]):
        return {"first": "", "second": ""}
    low, high, least, most, mean = (format_difference(metric, line[name]) for name in (
        "q25", "q75", "q05", "q95", "mean"))
    return {"first": _("half of them from {low} to {high}, nine in ten from {least} to {most}").format(
                low=low, high=high, least=least, most=most),
            "second": _("mean {mean}, {interval}").format(
                mean=mean, interval=interval_words(metric, line["low"], line["high"]))}


def interval_words(metric: Metric, low: float, high: float) -> str:
    """An interval in words.

    Examples
    --------
    >>> from vanas_panel.tables.metrics import known_metric
    >>> interval_words(known_metric("test_accuracy"), 0.001, float("nan"))
    'no interval: fewer than two values'
    """
    if math.isnan(low) or math.isnan(high):
        return _("no interval: fewer than two values")
    return _("95 % interval {low} to {high}").format(low=format_difference(metric, low),
                                                     high=format_difference(metric, high))


def columns_of(lines: list[dict[str, Any]]) -> Columns:
    """Columns of the figure from its rows; what is unknown is NaN, which draws nothing."""
    pairs = [(line["source"], line["target"]) for line in lines]
    short = short_labels(dict.fromkeys(operation for pair in pairs for operation in pair), IN_BAR)
    marks = [line[name] for line in lines for name in ("ghost", "left", "right", "low", "high", "tick")]
    known = [0.0, *(drawn_value(mark) for mark in marks if not math.isnan(mark))]
    low, high = min(known), max(known)
    if not is_wide(low, high):
        high = low + 1.0
    wide = high - low
    left, right = low - 0.03 * wide, high + wide * _TEXT_SHARE / (1 - _TEXT_SHARE)

    def drawn(name: str) -> list[float]:
        return [drawn_value(line[name]) for line in lines]

    def named(source: str, target: str, place: str, label: str) -> str:
        return f"{label} · {place}" if place else label

    return {
        "name": [named(*pair, line["place"], f"{short[pair[0]]} → {short[pair[1]]}")
                 for pair, line in zip(pairs, lines, strict=True)],
        "full_name": [named(*pair, line["place"], edge_type_label(*pair))
                      for pair, line in zip(pairs, lines, strict=True)],
        "source": [source for source, _target in pairs], "target": [target for _source, target in pairs],
        "ghost": drawn("ghost"), "bar_left": drawn("left"), "bar_right": drawn("right"), "tick": drawn("tick"),
        "whisker_left": drawn("low"), "whisker_right": drawn("high"), "color": [line["color"] for line in lines],
        "left_end": [left] * len(lines), "right_end": [right] * len(lines), "text_x": [right] * len(lines),
        "value_text": [line["text"] or _(UNDEFINED) for line in lines], "full_text": [line["full"] for line in lines],
        **{name: [line[name] for line in lines] for name in ("first", "second", "third")}}

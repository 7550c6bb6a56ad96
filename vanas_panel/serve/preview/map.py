"""The map in the preview, from the columns, ranges and ticks of the live figure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from bokeh.models import (
    BoxSelectTool,
    BoxZoomTool,
    ColorBar,
    LogScale,
    PanTool,
    Range1d,
    ResetTool,
    Toolbar,
    WheelZoomTool,
)
from bokeh.plotting import figure

from vanas_panel.draw.css import variable
from vanas_panel.draw.html import Html, pieces
from vanas_panel.draw.map.figure import source_of
from vanas_panel.draw.map.style import BINS
from vanas_panel.draw.scale import colors_between
from vanas_panel.draw.svg_axis import tick_texts
from vanas_panel.serve.preview.icons import icon
from vanas_panel.serve.preview.marks import CHART, words_down
from vanas_panel.serve.preview.ticks import axis_words, metric_of

_PIECES = pieces(__file__)
_FINE = 10_000
_LINE = variable("line")
_SHEET = f"""
.map {{ display: grid; grid-template: 30px 1fr 46px / auto 1fr auto; }}
.frame {{ grid-area: 2 / 2; position: relative; }}
.frame::after {{
  content: ""; position: absolute; inset: 0 0 -.5px -.5px; border: solid {_LINE}; border-width: 0 0 1px 1px;
}}
.frame > *, .below > *, .above > *, .bar {{ position: absolute; }}
path {{ fill: currentColor; stroke: currentColor; stroke-width: 1px; vector-effect: non-scaling-stroke; }}
.line {{ background: {_LINE}; opacity: .6; }}
.left {{ grid-area: 2 / 1; }}
.right {{ grid-area: 2 / 3; padding: 3px 0 2px; }}
.right span {{ padding: 0 3px 0 16px; }}
.bar {{ left: 3px; width: 8px; top: 3px; bottom: 2px; }}
.below {{ grid-area: 3 / 2; position: relative; }}
.below span {{ transform: translateX(-50%); }}
.above {{ grid-area: 1 / 2; position: relative; }}
.tools {{ right: 0; top: 0; display: flex; }}
.tools i {{ width: 24px; height: 22px; border-bottom: 2px solid transparent; box-sizing: border-box; }}
.tools b {{
  display: block; width: 22px; height: 20px; background: {variable("muted")}; position: relative; top: 1px;
  mask: center / 60% 60% no-repeat;
}}
.tools i.after {{ margin-left: 1px; position: relative; }}
.tools i.after::before {{
  content: ""; position: absolute; left: -1px; top: 6px; width: 1px; height: 10px; background: {_LINE};
}}
.tools i.on {{ border-color: {variable("accent")}; }}
"""


def still_map(chart: figure) -> tuple[Html, list[str]]:
    """The map as HTML, and its style sheets.

    Parameters
    ----------
    chart : figure
        As `vanas_panel.draw.map.figure.overview_figure` makes it; only read.
    """
    across, down = (_shares(range_, isinstance(scale, LogScale)) for range_, scale in (
        (chart.x_range, chart.x_scale), (chart.y_range, chart.y_scale)))
    x_ticks, x_words = axis_words(chart.xaxis[0], chart.x_range)
    y_ticks, y_words = axis_words(chart.yaxis[0], chart.y_range)
    x_shares, y_shares = across(np.array(x_ticks)), 1 - down(np.array(y_ticks))
    gradient, bar_words = _color_bar(chart.right[0])
    return _PIECES.map(
        title=chart.title.text, tools=_tools(chart.toolbar), y_words=words_down(y_words, list(y_shares)),
        x_lines=[100 * share for share in x_shares], y_lines=[100 * share for share in y_shares],
        bins=_bins(chart, across, down), gradient=gradient, bar_words=bar_words,
        x_words=[{"left": 100 * share, "words": words} for share, words in zip(x_shares, x_words, strict=True)],
        x_label=chart.xaxis[0].axis_label or ""), [CHART, _SHEET]


def _shares(range_: Range1d, log: bool) -> Callable[[np.ndarray], np.ndarray]:
    """A function that says how far along an axis values are, 0 at its start and 1 at its end."""
    ends = np.array([range_.start, range_.end], dtype=float)
    low, high = np.log10(ends) if log else ends
    return lambda values: ((np.log10(values) if log else values) - low) / (high - low)


def _bins(chart: figure, across: Callable[[np.ndarray], np.ndarray],
          down: Callable[[np.ndarray], np.ndarray]) -> dict[str, Any]:
    """The bins as a drawing that is stretched to the frame, those of one colour as one path."""
    data = source_of(chart, BINS).data
    x, y = (np.stack([share(np.asarray(data[name], dtype=float)) for name in names]) for share, names in (
        (across, ("left", "right")), (down, ("top", "bottom"))))
    x, y = np.clip(x, 0, 1), 1 - np.clip(y, 0, 1)
    (width, columns), (height, lines) = _grid(x), _grid(y)
    mapper = chart.right[0].color_mapper
    colors = colors_between(mapper.low, mapper.high, mapper.palette, data["best"])
    paths: dict[str, list[str]] = {}
    for color, left, right, top, bottom in zip(colors, *columns.tolist(), *lines.tolist(), strict=True):
        paths.setdefault(color, []).append(f"M{left} {top}h{right - left}v{bottom - top}h{left - right}z")
    return {"width": width, "height": height,
            "paths": [{"color": color, "shapes": "".join(shapes)} for color, shapes in paths.items()]}


def _grid(shares: np.ndarray) -> tuple[int, np.ndarray]:
    """Ends of bins in whole numbers, and what the whole axis is in them: one for each bin where all are alike."""
    widths = shares[1] - shares[0]
    count = round(1 / float(np.median(widths))) if widths.size and np.median(widths) > 1 / _FINE else _FINE
    if not np.allclose(shares * count, np.round(shares * count), atol=0.02):
        count = _FINE
    return count, np.round(shares * count).astype(int)


def _color_bar(bar: ColorBar) -> tuple[str, Html]:
    """The colours of the colour bar as CSS, and its words."""
    mapper, args = bar.color_mapper, bar.formatter.args
    ticks = list(bar.ticker.ticks)
    words = [("<" if tick <= args["below"] else ">" if tick >= args["above"] else "") + each
             for tick, each in zip(ticks, tick_texts(metric_of(args), ticks), strict=True)]
    shares = [1 - (tick - mapper.low) / (mapper.high - mapper.low) for tick in ticks]
    return ", ".join((*mapper.palette[::8], mapper.palette[-1])), words_down(words, shares)


def _tools(toolbar: Toolbar) -> list[dict[str, str]]:
    """The buttons of the tools, in the order in which Bokeh puts them."""
    kinds = {PanTool: "pan", BoxZoomTool: "box-zoom", BoxSelectTool: "box-select", WheelZoomTool: "wheel-zoom",
             ResetTool: "reset"}
    active = (toolbar.active_drag, toolbar.active_scroll)
    found = {name: any(type(tool) is kind and tool in active for tool in toolbar.tools) for kind, name in kinds.items()}
    return [{"kind": f"{'on' if is_on else ''}{' after' if name in ('wheel-zoom', 'reset') else ''}",
             "icon": icon(name)} for name, is_on in found.items()]

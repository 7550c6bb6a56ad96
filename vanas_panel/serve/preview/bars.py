"""The bars of edge importance in the preview, from the columns of the live figure."""

from __future__ import annotations

from typing import Any

from bokeh.models import GlyphRenderer
from bokeh.plotting import figure

from vanas_panel.draw.bars import AXIS_PIXELS, BARS
from vanas_panel.draw.css import variable
from vanas_panel.draw.html import Html, pieces
from vanas_panel.serve.preview.marks import CHART, following, words_down

_PIECES = pieces(__file__)

_SHEET = f"""
.bars {{ display: grid; grid-template-columns: auto 1fr; box-sizing: border-box; padding-bottom: {AXIS_PIXELS}px; }}
.left {{ color: {variable("text")}; }}
.frame {{ position: relative; overflow: hidden; }}
.ends {{ position: absolute; inset: 0; }}
.ends > * {{ position: absolute; }}
line {{ stroke: {variable("faint")}; }}
.ends span {{ line-height: 0; translate: 0 1.6px; }}
"""


def still_bars(chart: figure) -> tuple[Html, list[str]]:
    """The bars as HTML, and their style sheets.

    Parameters
    ----------
    chart : figure
        As `vanas_panel.draw.bars.importance_figure` makes it; only read.
    """
    data = next(each.data_source.data for each in chart.renderers
                if isinstance(each, GlyphRenderer) and each.name == BARS)
    count = len(data["name"])
    if not count:
        return _PIECES.empty(), [CHART, _SHEET]
    low, high, room = (data[name][0] for name in ("low", "high", "text_pixels"))
    shares = [(index + 0.5) / count for index in range(count)]

    def across(value: float) -> float:
        return 100 * (value - low) / (high - low)

    # Every value has room for its words beside the bars, however wide the figure is.
    ends = f"left: {room if low < 0 else room / 8:.1f}px; right: {room:.1f}px"
    rows = zip(shares, map(across, data["value"]), map(across, data["text_x"]), data["color"], data["value_text"],
               strict=True)
    zero, height = across(0), 70 / count
    bars = [_bar(zero, tip, end, 100 * share, height, color, said) for share, tip, end, color, said in rows]
    return _PIECES.bars(names=words_down(data["name"], shares), ends=ends, zero=zero, bars=bars, height=height), [
        CHART, _SHEET]


def _bar(zero: float, tip: float, end: float, middle: float, height: float, color: str, words: str) -> dict[str, Any]:
    """A bar and the words beside it, which begin at `end`; positions in per cent."""
    side = f"right: calc({100 - end:.3f}% + 5px)" if tip < zero else f"left: calc({end:.3f}% + 5px)"
    return {"x": min(zero, tip), "y": middle - height / 2, "width": abs(tip - zero), "color": following(color),
            "side": side, "middle": middle, "words": words}

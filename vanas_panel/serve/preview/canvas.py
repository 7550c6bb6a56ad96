"""The designer's canvas in the preview: the boxes of the draft that a page starts with, which has no edge."""

from __future__ import annotations

from bokeh.models import ColumnDataSource
from bokeh.plotting import figure

from vanas_panel.draw.cell.canvas import BOX_HEIGHT, BOX_WIDTH, HEIGHT, WIDTH
from vanas_panel.draw.html import Html, pieces
from vanas_panel.serve.preview.marks import CHART, following

_PIECES = pieces(__file__)

# Words grow with a large canvas, as in the script of the live one.
_SHEET = f"""
.canvas {{ container-type: size; }}
.box {{
  position: absolute; width: calc({100 * BOX_WIDTH / WIDTH:.3f}% + 1px);
  height: calc({100 * BOX_HEIGHT / HEIGHT:.3f}% + 1px);
  transform: translate(-50%, -50%); border: 1px solid; border-radius: 6px; display: grid; place-items: center;
  font-size: clamp(12.5px, min({1250 / WIDTH:.4f}cqw, {1250 / HEIGHT:.4f}cqh), 20px);
}}
"""


def still_canvas(plot: figure) -> tuple[Html, list[str]]:
    """The boxes as HTML, and their style sheets.

    Parameters
    ----------
    plot : figure
        Of a `vanas_panel.draw.cell.figure.DesignerCanvas`; only read.
    """
    data = next(each.data for each in plot.references()
                if isinstance(each, ColumnDataSource) and each.name == "vertices")
    rows = zip(*(data[name] for name in ("x", "y", "word", "fill", "outline", "text_color")), strict=True)
    boxes = [{"left": 100 * x / WIDTH, "top": 100 * (1 - y / HEIGHT), "word": word, "fill": following(fill),
              "outline": following(outline), "color": following(color)} for x, y, word, fill, outline, color in rows]
    return _PIECES.canvas(boxes=boxes), [CHART, _SHEET]

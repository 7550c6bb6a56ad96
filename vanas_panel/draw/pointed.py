"""Figures that say which of their marks a pointer rests on."""

from __future__ import annotations

from pathlib import Path

from bokeh.models import ColumnDataSource, CustomJS, GlyphRenderer, HoverTool
from bokeh.plotting import figure

_SCRIPT = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")


def report_pointed(drawn: figure, renderer: str, column: str = "") -> ColumnDataSource:
    """Let a figure say which mark a pointer rests on.

    Parameters
    ----------
    drawn : figure
        With a hover tool; changed in place.
    renderer : str
        Name of the renderer of the marks.
    column : str, optional
        The column of its data source that identifies a mark; its index does by default.

    Returns
    -------
    ColumnDataSource
        Its column ``value`` holds that of the mark, and nothing where the pointer rests on none. The browser changes it
        a tenth of a second after the pointer came to rest, and only where it is another mark.
    """
    found = ColumnDataSource({"value": []}, name="pointed")
    marks = next(each for each in drawn.renderers if isinstance(each, GlyphRenderer) and each.name == renderer)
    script = CustomJS(args={"pointed": found, "marks": marks.data_source, "renderer": marks, "column": column},
                      code=_SCRIPT)
    for tool in drawn.tools:
        if isinstance(tool, HoverTool):
            tool.callback = script
    drawn.js_on_event("mouseleave", script)
    return found

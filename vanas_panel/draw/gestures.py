"""Gestures that a figure leaves to the page: swipes of a finger, and turns of the wheel that it does not use."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bokeh.models import ColumnDataSource, CustomJS, Tool
from bokeh.plotting import figure

_SHARING = Path(__file__).with_name("gestures.js").read_text(encoding="utf-8")


def share_with_page(drawn: figure, *, waiting: Sequence[Tool] = (), dragged: ColumnDataSource | None = None) -> None:
    """Let the page scroll under a figure wherever the figure itself does nothing.

    Parameters
    ----------
    drawn : figure
        Changed in place. A turn of the wheel that zooms nothing scrolls the page.
    waiting : sequence of Tool, optional
        Tools that are active from the start only where the pointer is a fine one. A finger switches them on with a tap
        on their button; until then its swipes scroll the page.
    dragged : ColumnDataSource, optional
        Of a figure whose parts are dragged: what is held lies in its ``drag``, see ``designer_drag.js``. A finger takes
        hold of something by resting on it.

    Examples
    --------
    >>> chart = figure()
    >>> share_with_page(chart)
    >>> list(chart.js_property_callbacks)
    ['change:inner_width']
    """
    # Only with its size does a figure have an element of the page, at which these are to listen.
    drawn.js_on_change("inner_width", CustomJS(
        code=_SHARING, module=False, args={"figure": drawn, "waiting": list(waiting), "dragged": dragged}))

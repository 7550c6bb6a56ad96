"""Colours and short labels, said once, so that the same thing looks the same in every view.

The accuracy scale is viridis, which stays in order for every kind of colour vision and in grey. Positive and negative
use the bluish green and vermilion of Okabe and Ito's palette (2008), and every view gives the sign a second cue.
"""

from __future__ import annotations

from dataclasses import dataclass

from bokeh.palettes import Viridis256

from vanas_panel.metrics import Metric

SCALE = Viridis256[41:216]
"""The one colour scale of the ranking metric, worst to best.

Viridis without its darkest and lightest parts, which could hardly be told from a dark or a white card: every colour has
a contrast of at least 1.6 to 1 with page and card in both appearances.
"""

FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'DejaVu Sans', sans-serif"


@dataclass(frozen=True)
class Palette:
    """Colours of one appearance of the page; every value is a CSS colour."""

    page: str
    card: str
    line: str
    text: str
    muted: str
    faint: str
    accent: str
    positive: str
    negative: str
    neutral: str
    terminal: str
    terminal_line: str


LIGHT = Palette(page="#f5f7fa", card="#ffffff", line="#dfe5ec", text="#1c2b3a", muted="#5b6b7c", faint="#c5d0db",
                accent="#c2334d", positive="#08805d", negative="#c04410", neutral="#1c2b3a", terminal="#e6ebf2",
                terminal_line="#b9c5d3")
DARK = Palette(page="#11161d", card="#1a212b", line="#2f3a47", text="#e6ebf1", muted="#9aa8b7", faint="#46545f",
               accent="#ff6b81", positive="#2fc295", negative="#f28a4b", neutral="#e6ebf1", terminal="#2b3642",
               terminal_line="#526171")

_KNOWN_OPERATIONS = {
    "conv3x3-bn-relu": ("conv 3×3", "#2a6a9e", "#ffffff"),
    "conv1x1-bn-relu": ("conv 1×1", "#86b6d9", "#12263a"),
    "maxpool3x3": ("max-pool 3×3", "#dca63f", "#2b1d00"),
}
_MORE_OPERATIONS = ("#7b5ea7", "#4f9d8f", "#b5563c", "#6b7f3a", "#a3528a", "#5a6b7c", "#c98f2b", "#3f7fbf")


def palette(dark: bool) -> Palette:
    """The palette of the dark or the light appearance."""
    return DARK if dark else LIGHT


def difference_color(metric: Metric, difference: float, colors: Palette) -> str:
    """The colour of a difference of two values of a metric: that of gains where it is for the better.

    A metric without a direction knows no gains: its differences are neutral, and so are zero and NaN.

    Examples
    --------
    >>> from vanas_panel.metrics import known_metric
    >>> difference_color(known_metric("trainable_parameters"), -1e6, LIGHT) == LIGHT.positive
    True
    """
    if metric.higher_is_better is None or not (difference < 0 or difference > 0):
        return colors.neutral
    return colors.positive if (difference > 0) == metric.higher_is_better else colors.negative


def operation_label(operation: str) -> str:
    """Short name of an operation for a narrow box; unknown ones keep theirs."""
    return _KNOWN_OPERATIONS.get(operation, (operation,))[0]


def operation_colors(operation: str, operations: tuple[str, ...], colors: Palette) -> tuple[str, str]:
    """Fill and text colour of a vertex.

    Parameters
    ----------
    operation : str
        ``input``, ``output`` or an operation.
    operations : tuple of str
        The operations of the search space; an unknown operation takes its colour from its place among them.
    colors : Palette
        Gives input and output their quiet look.
    """
    if operation in ("input", "output"):
        return colors.terminal, colors.text
    if operation in _KNOWN_OPERATIONS:
        return _KNOWN_OPERATIONS[operation][1:]
    place = operations.index(operation) if operation in operations else 0
    return _MORE_OPERATIONS[place % len(_MORE_OPERATIONS)], "#ffffff"

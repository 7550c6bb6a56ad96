"""Colours, fonts and short labels of operations, the same in every view.

The accuracy scale is viridis, which stays in order for every kind of colour vision and in grey. Positive and negative
use the bluish green and vermilion of Okabe and Ito's palette (2008), and every view gives the sign a second cue. The
colours of searches are told apart from each other, from the accent and from muted lines by every kind of colour vision.
"""

from __future__ import annotations

from dataclasses import dataclass

from bokeh.palettes import Magma256, Viridis256

from vanas_panel.tables.metrics import Metric

SCALE = Viridis256[41:216]
"""The one colour scale of the ranking metric, worst to best.

Viridis without its darkest and lightest parts, which could hardly be seen on a dark or a white card: every colour has
a contrast of at least 1.6 to 1 with page and card in both appearances.
"""

DEVIATION_SCALE = Magma256[81:216]
"""The colour scale of deviations, surest to most unsure: magma, another one, so that neither is taken for the other.

In order for every kind of colour vision, too, and cut like `SCALE`.
"""

FONT = ("system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'DejaVu Sans', 'Apple SD Gothic Neo', "
        "'Malgun Gothic', 'Noto Sans KR', 'Noto Sans CJK KR', 'Nanum Gothic', sans-serif")
"""Of the system: nothing is downloaded. The last ones have the letters of Korean."""


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
    series_1: str
    series_2: str
    series_3: str
    series_4: str
    series_5: str
    pin_a: str
    pin_b: str
    pin_c: str
    pin_d: str
    pin_e: str
    pin_f: str
    pin_g: str
    pin_h: str

    @property
    def series(self) -> tuple[str, ...]:
        """Colours of things that stand side by side, such as searches; the first one follows the last one."""
        return self.series_1, self.series_2, self.series_3, self.series_4, self.series_5


LIGHT = Palette(page="#f5f7fa", card="#ffffff", line="#dfe5ec", text="#1c2b3a", muted="#5b6b7c", faint="#c5d0db",
                accent="#c2334d", positive="#08805d", negative="#c04410", neutral="#1c2b3a", terminal="#e6ebf2",
                terminal_line="#b9c5d3", series_1="#2166c0", series_2="#cc7a00", series_3="#6b2c91",
                series_4="#1a9fb3", series_5="#4a3016", pin_a="#1b5fad", pin_b="#9a4d00", pin_c="#00704f",
                pin_d="#9b2f7b", pin_e="#5b47c0", pin_f="#756000", pin_g="#5c3a1e", pin_h="#3f4f60")
DARK = Palette(page="#11161d", card="#1a212b", line="#2f3a47", text="#e6ebf1", muted="#9aa8b7", faint="#46545f",
               accent="#ff6b81", positive="#2fc295", negative="#f28a4b", neutral="#e6ebf1", terminal="#2b3642",
               terminal_line="#526171", series_1="#3f8fe8", series_2="#ffb14d", series_3="#c9a6ff",
               series_4="#8fe8f4", series_5="#b0701a", pin_a="#6cb2ff", pin_b="#ffae5c", pin_c="#3fd0a4",
               pin_d="#f59ad2", pin_e="#b9adff", pin_f="#e6cb4a", pin_g="#d9b08c", pin_h="#c2cfdb")

_KNOWN_OPERATIONS = {
    "conv3x3-bn-relu": ("conv 3×3", "#2a6a9e", "#ffffff"),
    "conv1x1-bn-relu": ("conv 1×1", "#86b6d9", "#12263a"),
    "maxpool3x3": ("max-pool 3×3", "#dca63f", "#2b1d00"),
    "nor_conv_3x3": ("conv 3×3", "#2a6a9e", "#ffffff"),
    "nor_conv_1x1": ("conv 1×1", "#86b6d9", "#12263a"),
    "avg_pool_3x3": ("avg-pool 3×3", "#dca63f", "#2b1d00"),
    "skip_connect": ("skip", "#4f9d8f", "#ffffff"),
    "none": ("none", "#5a6b7c", "#ffffff"),
}
_MORE_OPERATIONS = ("#7b5ea7", "#4f9d8f", "#b5563c", "#6b7f3a", "#a3528a", "#5a6b7c", "#c98f2b", "#3f7fbf")


def palette(dark: bool) -> Palette:
    """The palette of the dark or the light appearance."""
    return DARK if dark else LIGHT


def run_color(index: int, colors: Palette) -> str:
    """The colour of a search, by its index among those that are shown; after the last colour, the first comes again.

    Examples
    --------
    >>> run_color(0, LIGHT) == LIGHT.series_1 == run_color(5, LIGHT)
    True
    """
    return colors.series[index % len(colors.series)]


def pin_color(mark: str, colors: Palette) -> str:
    """The colour of a pin, by its letter, which is the cue that everybody sees.

    Examples
    --------
    >>> pin_color("A", LIGHT)
    '#1b5fad'
    """
    return getattr(colors, f"pin_{mark.lower()}")


def difference_color(metric: Metric, difference: float, colors: Palette) -> str:
    """The colour of a difference of two values of a metric: that of gains where it is for the better.

    A metric without a direction knows no gains: its differences are neutral, and so are zero and NaN.

    Examples
    --------
    >>> from vanas_panel.tables.metrics import known_metric
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
        The operations of the search space. One of another benchmark takes its colour from its index in this list.
    colors : Palette
        Gives input and output their quiet look.
    """
    if operation in ("input", "output"):
        return colors.terminal, colors.text
    if operation in _KNOWN_OPERATIONS:
        return _KNOWN_OPERATIONS[operation][1:]
    index = operations.index(operation) if operation in operations else 0
    return _MORE_OPERATIONS[index % len(_MORE_OPERATIONS)], "#ffffff"

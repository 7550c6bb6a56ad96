"""What a Gaussian process believes beside what a table knows, as SVG: expected against true values, and bands."""

from __future__ import annotations

import math

import numpy as np

from vanas_panel.draw.format import format_count, lower_label
from vanas_panel.draw.html import Html, pieces
from vanas_panel.draw.searches.frame import Axis, axes_svg, clipped, svg, text_svg
from vanas_panel.draw.searches.words import regret_words, share_words
from vanas_panel.draw.theme import Palette
from vanas_panel.searches.beliefs import BANDS, Calibration
from vanas_panel.tables.metrics import Metric
from vanas_panel.text.language import gettext as _
from vanas_panel.text.language import ngettext

_PIECES = pieces(__file__)

_LEFT, _RIGHT, _TOP, _BOTTOM = 60.0, 16.0, 24.0, 40.0
_STEPS = 48
"""Squares along each axis."""
_LEVELS = 12
_TAIL = 0.02
"""Share of the cells, the worst ones, that the axes make no room for, such as those that failed to train."""
_ROW = 20.0


def beliefs_svg(found: Calibration, metric: Metric, after: int, colors: Palette, *, width: int = 396,
                height: int = 250) -> Html:
    """Expected against true values, and the shares of the true values within the bands.

    Parameters
    ----------
    found : Calibration
    metric : Metric
        The one that was searched.
    after : int
        Queries after which the process was asked.
    colors : Palette
        They may be CSS variables.
    width, height : int, optional
        Of the chart in pixels; the bands stand below it.

    Returns
    -------
    Html
        Empty where there is nothing to compare with.

    Examples
    --------
    >>> import vanas_panel as vp
    >>> from vanas_panel.draw.theme import LIGHT
    >>> from vanas_panel.searches.beliefs import beliefs_of, calibration
    >>> table = vp.open_table("mnist-cells")
    >>> run = vp.search(table, "gaussian-process", queries=60)
    >>> found = calibration(run, table, beliefs_of(run, table, 60))
    >>> beliefs_svg(found, table.metric("validation_accuracy"), 60, LIGHT).count("vp-band")
    3
    """
    if not found.true.size:
        return Html()
    x = Axis(*_ends(found.expected, metric), _LEFT, width - _RIGHT, metric)
    y = Axis(*_ends(found.true, metric), height - _BOTTOM, _TOP, metric)
    squares, outside = _squares(found, x, y, colors)
    low, high = max(x.low, y.low), min(x.high, y.high)
    diagonal = [_PIECES.diagonal(x1=x.at(low), y1=y.at(low), x2=x.at(high), y2=y.at(high), color=colors.text)
                ] if low < high else []
    notes = _notes(found, metric, outside)
    top = height + 15.0 * len(notes) + 12
    bands = [] if math.isnan(found.shares[0]) else _bands(found, width, top, colors)
    title = _("True and expected {metric} after query {query}").format(
        metric=lower_label(metric), query=format_count(after))
    says = " ".join([*notes, *(_band_words(band, share) for band, share in zip(BANDS, found.shares, strict=True)
                               if bands)])
    parts = [text_svg(4, 13, _("true {metric}").format(metric=lower_label(metric)), colors.muted),
             axes_svg(x, y, colors), clipped(x, y, [squares, *diagonal]),
             text_svg((x.start + x.end) / 2, height - 8, _("expected after query {query}").format(
                 query=format_count(after)), colors.muted, "middle"),
             *(text_svg(4, height + 12 + 15 * place, words, colors.text) for place, words in enumerate(notes)), *bands]
    whole = top + (_ROW * (len(BANDS) + 1) + 15 if bands else 0)
    return svg(width, whole, f"{title}: {says}", parts, kind="vp-beliefs")


def _ends(values: np.ndarray, metric: Metric) -> tuple[float, float]:
    """Ends of an axis: all values but the worst ones."""
    is_lower_better = metric.higher_is_better is False
    low, high = (float(each) for each in np.quantile(values, (0, 1 - _TAIL) if is_lower_better else (_TAIL, 1)))
    room = 0.04 * (high - low) or abs(high) * 0.1 or 1.0
    return low - room, high + room


def _squares(found: Calibration, x: Axis, y: Axis, colors: Palette) -> tuple[Html, int]:
    """How many cells lie where, darker where more do; and how many lie outside."""
    ends = [(x.low, x.high), (y.low, y.high)]
    counts, _across, _up = np.histogram2d(found.expected, found.true, bins=_STEPS, range=ends)
    most = math.log1p(counts.max()) or 1.0
    across, up = np.linspace(x.start, x.end, _STEPS + 1), np.linspace(y.start, y.end, _STEPS + 1)
    paths: dict[int, list[str]] = {}
    for column, row in np.argwhere(counts > 0).tolist():
        level = max(1, round(_LEVELS * math.log1p(counts[column, row]) / most))
        # Neighbours end at the very same place, so that no seam is seen between them.
        paths.setdefault(level, []).append(f"M{across[column]:.2f} {up[row]:.2f}H{across[column + 1]:.2f}"
                                           f"V{up[row + 1]:.2f}H{across[column]:.2f}z")
    heats = [{"path": "".join(shapes), "strength": level / _LEVELS} for level, shapes in sorted(paths.items())]
    words = _("darker where more cells lie; on the dashed line, what was expected is true")
    return _PIECES.squares(heats=heats, color=colors.series_1, words=words), int(found.true.size - counts.sum())


def _notes(found: Calibration, metric: Metric, outside: int) -> list[str]:
    """The agreement in words, a line each."""
    lines = [ngettext("{count} cell that was not asked.", "{count} cells that were not asked.", found.true.size).format(
        count=format_count(found.true.size))]
    if outside:
        lines[0] += " " + ngettext("{count} lies outside the picture.", "{count} lie outside the picture.",
                                   outside).format(count=format_count(outside))
    lines.append(_("Mean error {error}.").format(error=regret_words(metric, found.error)))
    if not math.isnan(found.rank_correlation):
        number = f"{found.rank_correlation:.2f}".replace("-", "−")
        lines[1] += " " + _("Rank correlation {number}.").format(number=number)
    return lines


def _bands(found: Calibration, width: int, top: float, colors: Palette) -> list[Html]:
    """For each band a bar as long as the share of the true values in it, and a mark at the share that it is to hold."""
    start, end = 0.3 * width, width - 60.0
    bands = []
    for place, (band, share) in enumerate(zip(BANDS, found.shares, strict=True)):
        middle = top + _ROW * place + 5
        bands.append(_PIECES.band(
            x=start, width=end - start, y=middle - 5, filled=share * (end - start),
            mark=start + band * (end - start), top=middle - 7, bottom=middle + 7, words=_band_words(band, share),
            color=colors.series_1, ground=colors.line, ink=colors.text))
        bands.append(text_svg(4, middle, _("within {band} band").format(band=f"{band:.0%}".replace("%", " %")),
                              colors.muted, middle=True))
        bands.append(text_svg(end + 8, middle, share_words(share), colors.text, middle=True))
    legend = _("Bars: the true values within each band."), _("Marks: what the band should hold.")
    return [*bands, *(text_svg(4, top + _ROW * len(BANDS) + 8 + 15 * place, words, colors.muted)
                      for place, words in enumerate(legend))]


def _band_words(band: float, share: float) -> str:
    """A band in words."""
    return _("The {band} band holds {share} of the true values.").format(
        band=f"{band:.0%}".replace("%", " %"), share=share_words(share))

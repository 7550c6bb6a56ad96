"""Validation accuracy over the epochs of a genome that is trained by itself, as SVG."""

from __future__ import annotations

import numpy as np

from vanas_panel.draw.html import Html, pieces
from vanas_panel.draw.searches.frame import Axis, axes_svg, axis_over, svg, text_svg
from vanas_panel.draw.theme import Palette
from vanas_panel.neat.genome_run import GenomeRun
from vanas_panel.tables.metrics import FRACTION, Metric
from vanas_panel.text.language import gettext as _

_PIECES = pieces(__file__)
_LEFT, _RIGHT, _TOP, _BOTTOM = 46.0, 14.0, 26.0, 24.0


def training_svg(run: GenomeRun, colors: Palette, *, width: int = 560, height: int = 150) -> Html:
    """The validation accuracy after every epoch so far, as one SVG element.

    Parameters
    ----------
    run : GenomeRun
        At least one epoch.
    colors : Palette
        They may be CSS variables.
    width, height : int, optional
        In pixels.

    Returns
    -------
    Html
        The epochs that are still to come have their place on the right.
    """
    values = np.array([each.validation_accuracy for each in run.history])
    last = run.settings.training.epochs
    x = Axis(1.0, float(max(2, last)), _LEFT, width - _RIGHT, Metric("epoch", "epoch"))
    y = axis_over(values, height - _BOTTOM, _TOP, Metric("accuracy", "accuracy", FRACTION), log=False)
    places = list(zip(x.at(np.arange(1.0, len(values) + 1)), y.at(values), strict=True))
    words = _("Validation accuracy after epoch {epoch} of {count}: {accuracy}").format(
        epoch=len(values), count=last, accuracy=f"{100 * values[-1]:.1f} %")
    line = _PIECES.line(path="M" + "L".join(f"{a:.1f} {b:.1f}" for a, b in places), color=colors.series_1, words=words,
                        marks="".join(f"M{a - 2.5:.1f} {b:.1f}a2.5 2.5 0 1 0 5 0a2.5 2.5 0 1 0 -5 0Z"
                                      for a, b in places))
    return svg(width, height, words, [
        text_svg(_LEFT, _TOP - 11, _("Validation accuracy, %"), colors.text, strong=True),
        axes_svg(x, y, colors, across=0, up=4), line,
        text_svg(_LEFT, height - 8, _("epoch 1"), colors.muted),
        text_svg(width - _RIGHT, height - 8, str(last), colors.muted, "end")], kind="vp-training")

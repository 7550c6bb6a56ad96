"""Losses and accuracies of a search by gradient over its epochs."""

from __future__ import annotations

import numpy as np

from vanas_panel.draw.html import Html, pieces
from vanas_panel.draw.searches.frame import Axis, axes_svg, axis_over, svg, text_svg
from vanas_panel.draw.theme import Palette
from vanas_panel.tables.metrics import FRACTION, Metric
from vanas_panel.text.language import gettext as _
from vanas_panel.training.darts.run_file import DartsRun

_PIECES = pieces(__file__)

_LEFT, _TOP, _BOTTOM, _GAP = 46.0, 26.0, 40.0, 58.0


def progress_svg(run: DartsRun, colors: Palette, *, epoch: int | None = None, width: int = 780,
                 height: int = 190) -> Html:
    """Loss and accuracy of both halves of the training set after each epoch, as one SVG element.

    Parameters
    ----------
    run : DartsRun
        At least one epoch.
    colors : Palette
        They may be CSS variables.
    epoch : int, optional
        From 1; it is marked. The last one by default.
    width, height : int, optional
        In pixels.

    Returns
    -------
    Html
        Solid: the half that moves the alphas, which never trains the weights. Dashed: the half that trains them.

    Raises
    ------
    TrainingError
        Where there is no such epoch.
    """
    epoch = len(run) if epoch is None else epoch
    run.genotype_at(epoch)
    frame = run.epochs
    room = (width - _LEFT - _GAP - 12) / 2
    parts, said = [], []
    for number, (name, label, unit) in enumerate((("loss", _("Loss"), ""), ("accuracy", _("Accuracy"), FRACTION))):
        left = _LEFT + number * (room + _GAP)
        held, trained = (frame[f"{half}_{name}"].to_numpy(np.float64) for half in ("validation", "train"))
        y = axis_over(np.concatenate([held, trained]), height - _BOTTOM, _TOP, Metric(name, label, unit), log=False)
        x = Axis(1.0, float(max(2, run.settings.epochs)), left, left + room, Metric("epoch", _("Epoch")))
        parts.append(text_svg(left, _TOP - 11, f"{label}, %" if unit else label, colors.text, strong=True))
        parts.append(axes_svg(x, y, colors, across=4, up=3))
        parts.append(_PIECES.marker(x=float(x.at(float(epoch))), top=_TOP, bottom=height - _BOTTOM,
                                    color=colors.faint))
        for values, color, is_dashed in ((trained, colors.series_2, True), (held, colors.series_1, False)):
            parts.append(_line(x, y, values, epoch, color, is_dashed))
        now = [f"{100 * each[epoch - 1]:.1f} %" if unit else f"{each[epoch - 1]:.3f}" for each in (held, trained)]
        said.append(_("{label} {held} ({trained} on the half that trains the weights)").format(
            label=label, held=now[0], trained=now[1]))
    for number, (words, color, is_dashed) in enumerate((
            (_("half for the alphas"), colors.series_1, False), (_("half for the weights"), colors.series_2, True))):
        parts.append(_PIECES.key(x=_LEFT + number * (width - _LEFT) / 2, y=height - 8, color=color,
                                 is_dashed=is_dashed))
        parts.append(text_svg(_LEFT + number * (width - _LEFT) / 2 + 30, height - 8, words, colors.muted, middle=True))
    title = _("Epoch {epoch} of {count}: {numbers}.").format(epoch=epoch, count=run.settings.epochs,
                                                             numbers="; ".join(said))
    return svg(width, height, title, parts, kind="vp-progress")


def _line(x: Axis, y: Axis, values: np.ndarray, epoch: int, color: str, is_dashed: bool) -> Html:
    """A line through the epochs, with a dot at the one that is looked at."""
    xs, ys = x.at(np.arange(1.0, len(values) + 1)), y.at(values)
    path = "M" + "L".join(f"{a:.1f} {b:.1f}" for a, b in zip(xs, ys, strict=True))
    return _PIECES.line(path=path, color=color, is_dashed=is_dashed, x=float(xs[epoch - 1]), y=float(ys[epoch - 1]))

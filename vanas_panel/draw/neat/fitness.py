"""Best and mean fitness over the generations, with random search at as many trainings, as SVG."""

from __future__ import annotations

import numpy as np

from vanas_panel.draw.format import letters
from vanas_panel.draw.html import Html, pieces
from vanas_panel.draw.neat.streams import generation_words, until_svg
from vanas_panel.draw.searches.frame import LETTER, Axis, axes_svg, axis_over, svg, text_svg
from vanas_panel.draw.theme import Palette
from vanas_panel.neat.run import NeatRun
from vanas_panel.tables.metrics import FRACTION, Metric
from vanas_panel.text.language import gettext as _

_PIECES = pieces(__file__)

_LEFT, _RIGHT, _TOP, _BOTTOM = 46.0, 14.0, 26.0, 56.0


def fitness_svg(run: NeatRun, colors: Palette, *, chance: NeatRun | None = None, generation: int | None = None,
                width: int = 780, height: int = 230) -> Html:
    """Best and mean fitness of every generation, as one SVG element.

    Parameters
    ----------
    run : NeatRun
        At least one generation.
    colors : Palette
        They may be CSS variables.
    chance : NeatRun, optional
        From `vanas_panel.neat.random_search`: its best network so far, after as many trainings as the search had had
        at the end of every generation.
    generation : int, optional
        From 0; its numbers are said, and what came later is pale. The last one by default.
    width, height : int, optional
        In pixels.

    Returns
    -------
    Html
        Lines differ in dashes and in marks, and not in colour alone.
    """
    last = len(run) - 1 if generation is None else generation
    lines = [(_("best so far"), np.maximum.accumulate(run.progress["best"].to_numpy(np.float64)), colors.series_1, ""),
             (_("mean"), run.progress["mean"].to_numpy(np.float64), colors.series_2, "1.5 3")]
    if chance is not None and chance.trained:
        lines.append((_("random, best so far"), chance_at_equal_cost(run, chance), colors.muted, "6 4"))
    unit = Metric("fitness", "fitness", FRACTION)
    x = Axis(0.0, float(max(1, len(run) - 1)), _LEFT, width - _RIGHT, Metric("generation", "generation"))
    y = axis_over(np.concatenate([values for _words, values, _color, _dash in lines]), height - _BOTTOM, _TOP, unit,
                  log=False)
    parts = [text_svg(_LEFT, _TOP - 11, _("Validation accuracy, %"), colors.text, strong=True),
             axes_svg(x, y, colors, across=0, up=4), *generation_words(x, height - _BOTTOM + 16, run, colors)]
    said: list[str] = []
    left, below = _LEFT, height - 8.0
    for number, (words, values, color, dash) in enumerate(lines):
        xs, ys = x.at(np.arange(float(len(values)))), y.at(values)
        path = "M" + "L".join(f"{a:.1f} {b:.1f}" for a, b in zip(xs, ys, strict=True))
        marks = "".join(_mark(float(a), float(b), number) for a, b in zip(xs, ys, strict=True))
        parts.append(_PIECES.line(path=path, color=color, dash=dash, words=words, marks=marks))
        wide = 36 + LETTER * letters(words)
        if left + wide > width:
            left, below = _LEFT, below + 16
        parts.append(_PIECES.line(path=f"M{left:.1f} {below}H{left + 30:.1f}", color=color, dash=dash, words="",
                                  marks=_mark(left + 15, below, number)))
        parts.append(text_svg(left + 36, below, words, colors.muted, middle=True))
        left += wide + 20
        said.append(f"{words} {100 * values[last]:.1f} %")
    parts.append(until_svg(x, last, _TOP, height - _BOTTOM, colors))
    title = _("Generation {generation}: {numbers}.").format(generation=last, numbers="; ".join(said))
    return svg(width, below + 8, title, parts, kind="vp-fitness")


def _mark(x: float, y: float, kind: int) -> str:
    """The path of a mark: a disc, a square, or a diamond."""
    if kind == 0:
        return f"M{x - 3:.1f} {y:.1f}a3 3 0 1 0 6 0a3 3 0 1 0 -6 0Z"
    if kind == 1:
        return f"M{x - 2.6:.1f} {y - 2.6:.1f}h5.2v5.2h-5.2Z"
    return f"M{x:.1f} {y - 3.6:.1f}l3.6 3.6l-3.6 3.6l-3.6 -3.6Z"


def chance_at_equal_cost(run: NeatRun, chance: NeatRun) -> np.ndarray:
    """The best fitness of a search at random after as many trainings as a search had had in every generation.

    Parameters
    ----------
    run : NeatRun
    chance : NeatRun
        At least one training.

    Returns
    -------
    float64 (generations,)
        Where the search at random has had fewer trainings, its last value stays.
    """
    found = np.maximum.accumulate([each.validation_accuracy for each in chance.trained.values()])
    spent = np.cumsum(run.progress["trained"].to_numpy())
    return found[np.minimum(np.maximum(spent, 1), len(found)) - 1]

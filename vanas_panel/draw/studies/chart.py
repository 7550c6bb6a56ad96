"""Test accuracies of a study: a row for each method, its networks as rings, mean and interval above them."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from vanas_panel.draw.html import Html, pieces
from vanas_panel.draw.searches.frame import Axis, axis_over, clipped, svg, text_svg
from vanas_panel.draw.studies.words import method_words, percent, with_interval
from vanas_panel.draw.theme import Palette
from vanas_panel.studies.plan import BASELINE, NEAT_RANDOM, RANDOM
from vanas_panel.studies.results import Study
from vanas_panel.tables.metrics import known_metric
from vanas_panel.text.language import gettext as _

_PIECES = pieces(__file__)
_LEFT, _RIGHT, _TOP, _ROW, _BOTTOM = 168.0, 128.0, 30.0, 30.0, 40.0
_METRIC = known_metric("test_accuracy")
_QUIET = {BASELINE, RANDOM, NEAT_RANDOM}
"""Methods that search for nothing by what they are told."""


def study_svg(study: Study, dataset: str, colors: Palette, *, width: int = 700) -> Html:
    """The test accuracies of a data set, as one SVG element.

    Parameters
    ----------
    study : Study
    dataset : str
    colors : Palette
        They may be CSS variables.
    width : int, optional
        In pixels.

    Returns
    -------
    Html
        Behind all rows, where there are two seeds or more, the interval of the genotypes at random: what lies within it
        is not better than chance as far as these seeds can tell.
    """
    rows = study.summary[study.summary["dataset"] == dataset].set_index("method")
    frame = study.trainings[study.trainings["dataset"] == dataset]
    values = np.concatenate([frame["test_accuracy"].to_numpy(), rows[["low", "high"]].to_numpy().ravel()])
    axis = axis_over(np.clip(values[np.isfinite(values)], 0, 1), _LEFT, width - _RIGHT, _METRIC, log=False)
    bottom = _TOP + _ROW * len(rows)
    height = Axis(0, 1, bottom, _TOP, _METRIC)
    drawn = _band(rows, axis, bottom, colors) if RANDOM in rows.index else []
    words, told = [], []
    for place, (method, row) in enumerate(rows.iterrows()):
        y = _TOP + _ROW * (place + 0.5)
        color = colors.muted if method in _QUIET else colors.accent
        said = with_interval(row["mean"], row["low"], row["high"])
        dots = axis.at(frame.loc[frame["method"] == method, "test_accuracy"].to_numpy()).tolist()
        ends = axis.at(np.clip(np.nan_to_num(row[["mean", "low", "high"]].to_numpy(float), nan=row["mean"]), 0, 1))
        drawn.append(_PIECES.row(above=y - 4, below=y + 6, mean=ends[0], low=ends[1], high=ends[2], dots=dots,
                                 color=color, words=f"{method_words(str(method))}: {said}"))
        words += [text_svg(_LEFT - 10, y, method_words(str(method)), colors.text, "end", middle=True),
                  text_svg(width - _RIGHT + 10, y, said, colors.text, middle=True)]
        told.append(f"{method_words(str(method))} {said}")
    ticks = [part for x, word in axis.ticks(5)
             for part in (_PIECES.upright(x=x, top=_TOP, bottom=bottom, color=colors.line),
                          text_svg(x, bottom + 15, word, colors.muted, "middle"))]
    title = _("Test accuracy on {dataset}").format(dataset=dataset)
    parts = [text_svg(4, 14, title, colors.text, strong=True), *ticks, clipped(axis, height, drawn), *words,
             text_svg(_LEFT, bottom + 32, _("rings: networks; dots: means over seeds, with 95 % intervals"),
                      colors.muted)]
    return svg(width, bottom + _BOTTOM, f"{title}: {'; '.join(told)}", parts, kind="vp-study")


def _band(rows: pd.DataFrame, axis: Axis, bottom: float, colors: Palette) -> list[Html]:
    """The interval of the genotypes at random, where there is one."""
    low, high = map(float, rows.loc[[RANDOM], ["low", "high"]].to_numpy(float)[0])
    if math.isnan(low):
        return []
    left, right = axis.at(np.clip([low, high], 0, 1))
    return [_PIECES.band(x=left, width=right - left, y=_TOP, height=bottom - _TOP, color=colors.faint,
                         words=_("Random genotypes: {low} to {high}").format(low=percent(low), high=percent(high)))]

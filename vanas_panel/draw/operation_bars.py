"""Importance of operations as rows of bars, for the figure of `vanas_panel.draw.attribution`."""

from __future__ import annotations

import math

import pandas as pd

from vanas_panel.core.operation_importance import ANY
from vanas_panel.draw.attribution import Columns, columns_of, interval_words
from vanas_panel.draw.bars import short_difference
from vanas_panel.draw.format import format_count, format_difference
from vanas_panel.draw.labels import IN_BAR, short_labels
from vanas_panel.draw.theme import Palette, difference_color, operation_label
from vanas_panel.tables.metrics import Metric
from vanas_panel.text.language import gettext as _
from vanas_panel.text.language import ngettext

FEW = 6
"""At most so many operations are compared with each of the others."""


def operation_columns(found: pd.DataFrame, metric: Metric, colors: Palette) -> Columns:
    """Rows of the importance of operations: over all others together, then over each other one.

    Parameters
    ----------
    found : DataFrame
        As `vanas_panel.operation_importance` returns it.
    metric : Metric
    colors : Palette

    Examples
    --------
    >>> import vanas_panel as vp
    >>> from vanas_panel.draw.theme import LIGHT
    >>> table = vp.open_table("structure4")
    >>> found = vp.operation_importance(table, "trainable_parameters")
    >>> operation_columns(found, table.metric("trainable_parameters"), LIGHT)["full_name"][::4]
    ['conv 3×3 instead of any other', 'conv 3×3 instead of conv 1×1', 'max-pool 3×3 instead of conv 3×3']
    """
    together = found["other"] == ANY
    parts = [found[together], found[~together]] if together.sum() <= FEW else [found[together]]
    short = short_labels(dict.fromkeys(found["operation"]), IN_BAR)
    lines, names, full_names = [], [], []
    for line in pd.concat(parts).to_dict("records"):
        own, other = line["operation"], line["other"]
        lines.append({
            "source": own, "target": "", "place": "", "ghost": math.nan, "left": 0.0, "right": line["importance"],
            "low": line["low"], "high": line["high"], "tick": math.nan,
            "color": difference_color(metric, line["importance"], colors),
            "text": short_difference(metric, line["importance"]),
            "full": format_difference(metric, line["importance"]),
            "first": interval_words(metric, line["low"], line["high"]), "second": "",
            "third": ngettext("{count} pair of cells that differ in one such operation alone",
                              "{count} pairs of cells that differ in one such operation alone",
                              line["n_pairs"]).format(count=format_count(line["n_pairs"]))})
        if other == ANY:
            names.append(short[own])
            full_names.append(_("{operation} instead of any other").format(operation=operation_label(own)))
        else:
            names.append(_("{operation} vs {other}").format(operation=short[own], other=short[other]))
            full_names.append(_("{operation} instead of {other}").format(operation=operation_label(own),
                                                                         other=operation_label(other)))
    return {**columns_of(lines), "name": names, "full_name": full_names}

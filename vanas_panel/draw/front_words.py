"""A Pareto front in words and numbers, as the drawer of trade-offs and reports show it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from vanas_panel.core.trade_offs import PRICE
from vanas_panel.draw.format import count_cells, format_count, format_difference, format_value, lower_label
from vanas_panel.draw.price import format_price, price_unit, price_words
from vanas_panel.draw.theme import operation_label
from vanas_panel.tables.metrics import label_of
from vanas_panel.tables.table import BenchmarkTable
from vanas_panel.text.language import gettext as _


def front_summary(table: BenchmarkTable, names: Sequence[str], front: pd.DataFrame) -> str:
    """How many cells are on a front, and which is the knee.

    Parameters
    ----------
    table : BenchmarkTable
    names : sequence of str
        Its metrics.
    front : DataFrame
        As `vanas_panel.trade_offs` gives it.
    """
    words = _("{cells} on the front.").format(cells=count_cells(len(front)))
    knee = front.attrs["knee"]
    if knee is None:
        return words
    values = front.loc[front["row"] == knee].iloc[0]
    return words + " " + _("◆ Knee: {values}, farthest above the line between the ends.").format(
        values=", ".join(format_value(table.metric(name), values[name]) for name in names))


def front_heads(table: BenchmarkTable, names: Sequence[str]) -> list[str]:
    """The headings of the list of a front: its metrics, and the step."""
    return [*(label_of(table.metric(name)) for name in names), _("Step")]


def front_lines(table: BenchmarkTable, names: Sequence[str], front: pd.DataFrame, most: int) -> list[dict[str, Any]]:
    """The first cells of a front: ``row``, ``place`` from 1, ``is_knee``, ``tooltip``, and ``cells``.

    Parameters
    ----------
    table, names, front
        As for `front_summary`.
    most : int
        Of the list.

    Returns
    -------
    list of dict
        The cells are those of `front_heads`: the ``value``, and below it the ``price`` of the step.
    """
    metrics = [table.metric(name) for name in names]
    # Of the whole front: one unit for all of its prices.
    units = [price_unit(metric, float(front[name].max() - front[name].min()))
             for metric, name in zip(metrics[1:], names[1:], strict=True)]
    listed = front.head(most)
    found = []
    for place, row in enumerate(listed["row"].tolist()):
        values = [listed[name].iloc[place] for name in names]
        step, tooltip = "", ""
        prices = [float(listed[PRICE + name].iloc[place]) for name in names[1:]]
        if place:
            changes = [format_difference(metric, value - listed[name].iloc[place - 1])
                       for metric, name, value in zip(metrics, names, values, strict=True)]
            step, tooltip = changes[0], "\n".join([
                _("From the one before: {changes}").format(changes=", ".join(changes)),
                *(price_words(metrics[0], price, unit) for price, unit in zip(prices, units, strict=True)
                  if not np.isnan(price))])
        found.append({
            "row": row, "place": place + 1, "is_knee": row == front.attrs["knee"], "tooltip": tooltip,
            "cells": [{"value": format_value(metrics[0], values[0]), "price": ""},
                      *({"value": format_value(metric, value), "price": format_price(metrics[0], price, unit)}
                        for metric, value, price, unit in zip(metrics[1:], values[1:], prices, units, strict=True)),
                      {"value": step, "price": ""}]})
    return found


def losses_words(table: BenchmarkTable, name: str, losses: pd.DataFrame) -> dict[str, Any]:
    """What a front would be without each operation: ``title``, ``heads``, ``rows`` and ``note``.

    Parameters
    ----------
    table : BenchmarkTable
    name : str
        The first metric of the front.
    losses : DataFrame
        As `vanas_panel.operation_losses` gives it.
    """
    metric = table.metric(name)
    rows = [{"operation": operation_label(row["operation"]), "best": format_value(metric, row["best"]),
             "kept": format_count(row["kept"]),
             "loss": "–" if np.isnan(row["loss"]) else f"{100 * row['loss']:.1f} %",
             "tooltip": _("{cells} without {operation}, {front} on their front").format(
                 cells=count_cells(row["n_cells"]), operation=row["operation"], front=format_count(row["n_front"]))}
            for row in losses.to_dict("records")]
    heads = [_("Without"), _("Best {metric}").format(metric=lower_label(metric)), _("Left of the front"), _("Loss")]
    note = _("Loss: share of the volume that the front dominates, counted from its own worst values.")
    return {"title": _("What an operation brings"), "heads": heads, "rows": rows, "note": note}

"""The rows of the list of a Pareto front: values, steps and their prices, and how sure each cell is."""

from __future__ import annotations

from typing import Any

import pandas as pd

from vanas_panel.draw.front_words import front_lines
from vanas_panel.state.session import Session

MOST_LISTED = 200
"""Cells of a front that are listed; the map shows all."""


def front_rows(session: Session, front: pd.DataFrame, chances: pd.DataFrame | None) -> list[dict[str, Any]]:
    """The cells of the front, for the template: values, and below them the price of the step.

    Parameters
    ----------
    session : Session
    front : DataFrame
        As `vanas_panel.trade_offs` gives it.
    chances : DataFrame, optional
        As `vanas_panel.front_probability` gives it.
    """
    sure = {} if chances is None else dict(zip(chances["row"], chances["probability"], strict=True))
    loaded = session.step_along_front(-1 if session.row is None else session.row)
    lines = front_lines(session.table, session.front_metrics, front, MOST_LISTED)
    return [line | {
        "pressed": str(place == loaded).lower(), "tab": 0 if place == (loaded or 0) else -1,
        "cells": [*line["cells"], *([] if chances is None else [
            {"value": f"{100 * sure.get(line['row'], 0.0):.0f} %", "price": ""}])]}
        for place, line in enumerate(lines)]

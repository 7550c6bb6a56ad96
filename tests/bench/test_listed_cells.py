"""Speed of the drawer of cells on the whole of NAS-Bench-101, beside pandas and Datashader."""

from __future__ import annotations

import datashader as ds
import numpy as np
import pandas as pd
import pytest

from vanas_panel.draw.parallel.axis import COLUMNS, axes_of
from vanas_panel.draw.parallel.raster import BAND, parallel_png, polylines
from vanas_panel.draw.theme import LIGHT
from vanas_panel.report.cell_files import csv_parts, parquet_parts
from vanas_panel.state.cells_view import CellsView
from vanas_panel.state.listed_cells import listed_cells
from vanas_panel.tables.row_order import ordered_rows, rising

pytestmark = pytest.mark.real

FILTERS = (("trainable_parameters", "<= 10 M"), ("structure.depth", "4.."), ("operations", "conv1x1 !maxpool"))


@pytest.fixture(scope="module")
def frame(table):
    return pd.DataFrame({name: table.column(name) for name in table.numbers})


def test_first_sort(measure, table):
    measure("sort all cells by a column, first time", "100 ms", rising, [table.column("test_accuracy")] * 5)


def test_sort_and_filter(measure, table):
    view = CellsView(filters=FILTERS)
    ordered_rows(table, "test_accuracy", down=True)
    found = measure("sort and filter all cells", "100 ms",
                    lambda _: listed_cells(table, view, "test_accuracy"), rounds=10)
    assert found.rows.size


def test_sort_and_filter_in_pandas(measure, frame):
    def peer(_):
        taken = frame[(frame["trainable_parameters"] <= 10e6) & (frame["structure.depth"] >= 4)
                      & (frame["structure.n_conv1x1-bn-relu"] > 0) & (frame["structure.n_maxpool3x3"] == 0)]
        return taken.sort_values("test_accuracy", ascending=False, kind="stable")
    measure("sort and filter all cells", "100 ms", peer, rounds=10, peer="pandas")


def test_sort_in_pandas(measure, frame):
    measure("sort all cells by a column, first time", "100 ms", lambda _: frame.sort_values(
        "test_accuracy", ascending=False, kind="stable"), rounds=5, peer="pandas")


def test_brush(measure, table):
    axes = axes_of(table, CellsView("axes"), "test_accuracy")
    ghost = polylines(table, axes)
    rows = np.flatnonzero(table.column("test_accuracy") >= np.median(table.column("test_accuracy")))
    measure("brush parallel coordinates of 15 axes", "100 ms",
            lambda _: parallel_png(ghost, polylines(table, axes, rows), LIGHT), rounds=10)


def test_brush_in_datashader(measure, table):
    axes = axes_of(table, CellsView("axes"), "test_accuracy")
    rows = np.flatnonzero(table.column("test_accuracy") >= np.median(table.column("test_accuracy")))
    lines = pd.DataFrame({str(index): axis.pixels(table)[rows].astype(float) for index, axis in enumerate(axes)})
    canvas = ds.Canvas(COLUMNS, BAND * (len(axes) - 1), x_range=(0, COLUMNS), y_range=(0, BAND * (len(axes) - 1)))
    heights = np.arange(len(axes), dtype=float) * BAND
    measure("brush parallel coordinates of 15 axes", "100 ms", lambda _: canvas.line(
        lines, x=list(lines), y=heights, axis=1, agg=ds.count()), rounds=2, peer="Datashader")


@pytest.mark.parametrize(("kind", "make"), [("CSV", csv_parts), ("Parquet", parquet_parts)])
def test_export(measure, table, kind, make):
    rows = np.arange(len(table))
    measure(f"save all cells as {kind}", "-", lambda _: sum(map(len, make(table, rows))), rounds=1, warm=False)

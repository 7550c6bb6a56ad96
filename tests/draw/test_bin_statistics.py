"""Bins coloured by best, median, worst or count, against pandas over the cells of every bin."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from demo_tables import demo_table, structure_table

from vanas_panel.draw.map.axes import whole_window
from vanas_panel.draw.map.bins import bin_points, points_of
from vanas_panel.draw.map.colour import bins_scale, session_points
from vanas_panel.draw.map.picture import MapPicture
from vanas_panel.draw.map.text import current_settings
from vanas_panel.draw.theme import LIGHT
from vanas_panel.readers import open_table
from vanas_panel.state.map_colour import STATISTICS
from vanas_panel.state.session import Session


def checked(table, x, y, metric, shape, logs=(False, False)):
    """Check every bin of a map against the cells that lie in its extent."""
    points = points_of(table, x, y, metric, *logs)
    window = whole_window(points.x, points.y)
    across, along, values = (table.column(name)[points.rows] for name in (x, y, metric))
    lower = table.metric(metric).higher_is_better is False
    for statistic in STATISTICS:
        bins = bin_points(replace(points, statistic=statistic), window, shape)
        for index in range(len(bins)):
            inside = values[(bins.left[index] <= across) & (across < bins.right[index])
                            & (bins.bottom[index] <= along) & (along < bins.top[index])]
            best, worst = (inside.min(), inside.max()) if lower else (inside.max(), inside.min())
            wanted = {"best": best, "median": np.median(inside), "worst": worst, "count": inside.size}[statistic]
            assert bins.shown[index] == pytest.approx(wanted, rel=1e-15)
            assert bins.best[index] == best and bins.cells[index] == inside.size


@pytest.mark.parametrize("table", [demo_table(), structure_table()], ids=["demo", "structure"])
def test_every_statistic_is_that_of_the_cells_in_the_bin(table):
    names = list(table.metrics)
    checked(table, names[0], names[1], names[-1], (12, 9))
    checked(table, names[0], "structure.depth", "structure.width", (12, 9))


def test_a_real_map_has_the_medians_of_its_cells(real_table_path):
    table = open_table(str(real_table_path))
    checked(table, "trainable_parameters", "training_time", "test_accuracy", (14, 9), (True, False))


def test_a_click_opens_the_best_cell_whatever_colours_the_bin():
    session = Session(demo_table())
    points = session_points(session, session.x, session.y)
    session.statistic = "worst"
    other = session_points(session, session.x, session.y)
    window = whole_window(points.x, points.y)
    assert bin_points(points, window, (9, 9)).row.tolist() == bin_points(other, window, (9, 9)).row.tolist()


def test_the_legend_of_counts_says_where_it_ends():
    session = Session(structure_table(), statistic="count")
    points = session_points(session, session.x, session.y)
    window = whole_window(points.x, points.y)
    bins = bin_points(points, window, (9, 9))
    scale = bins_scale(session.table, points, bins)
    assert scale.low == 0.0 and (scale.high >= bins.cells.max() or scale.clipped_high)
    picture = MapPicture(points, bins, window, scale)
    assert picture.columns["best_text"] == [str(count) for count in bins.cells.tolist()]
    assert "number of cells" in picture.hover(LIGHT)
    assert "number of cells" in current_settings(session)


def test_one_cell_in_a_bin_is_its_best_median_and_worst():
    session = Session(structure_table())
    points = points_of(session.table, "structure.vertices", "structure.vertices", "structure.edges")
    for statistic in ("median", "worst"):
        bins = bin_points(replace(points, statistic=statistic), whole_window(points.x, points.y), (400, 400))
        assert (bins.shown[bins.cells == 1] == bins.best[bins.cells == 1]).all()

"""Presets: each one meets its condition, and only those are offered that the table can have."""

import numpy as np
import pytest
from demo_tables import CELLS, Page, demo_columns, demo_table, structure_table, table_of
from page_parts import click, send

from vanas_panel.core.cell import Cell
from vanas_panel.core.space import NASBENCH101, CellSpace
from vanas_panel.draw.theme import LIGHT
from vanas_panel.panels.presets import INCEPTION_LIKE, RESNET_LIKE, Presets, presets, presets_html
from vanas_panel.readers import open_table
from vanas_panel.state.session import Session
from vanas_panel.tables.metrics import Metric
from vanas_panel.tables.table import BenchmarkTable

LABELS = ["Best accuracy", "Best < 5 M", "Smallest > 90 %", "Fastest > 90 %", "Largest", "Worst", "ResNet-like",
          "Inception-like"]


def labels(table: BenchmarkTable) -> list[str]:
    return [preset.label.replace("\N{NO-BREAK SPACE}", " ") for preset in presets(table)]


def by_label(table: BenchmarkTable):
    return dict(zip(labels(table), presets(table), strict=True))


def lowest(values: np.ndarray, among: np.ndarray) -> float:
    """Smallest known value where `among` holds."""
    return min(value for value, wanted in zip(values, among, strict=True) if wanted and not np.isnan(value))


def check_against_the_columns(found, accuracy, parameters, time):
    """The metric of every measured preset is the best of those that meet its condition."""
    row = {label: preset.row for label, preset in found.items()}
    assert accuracy[row["Best accuracy"]] == np.nanmax(accuracy)
    assert accuracy[row["Worst"]] == np.nanmin(accuracy)
    assert parameters[row["Largest"]] == parameters.max()
    assert parameters[row["Best < 5 M"]] < 5e6
    assert accuracy[row["Best < 5 M"]] == np.nanmax(accuracy[parameters < 5e6])
    assert accuracy[row["Smallest > 90 %"]] > 0.9
    assert parameters[row["Smallest > 90 %"]] == lowest(parameters, accuracy > 0.9)
    assert accuracy[row["Fastest > 90 %"]] > 0.9
    assert time[row["Fastest > 90 %"]] == lowest(time, accuracy > 0.9)


def test_every_preset_meets_its_condition():
    table, columns = demo_table(), demo_columns()
    assert labels(table) == LABELS
    check_against_the_columns(by_label(table), columns["test_accuracy"][:-1].mean(axis=1),
                              columns["trainable_parameters"][:-1], columns["training_time"][:-1])


def test_on_the_whole_of_nasbench101(real_table_path, real_frame):
    table = open_table(real_table_path)
    found = by_label(table)
    assert list(found) == LABELS
    check_against_the_columns(found, real_frame["test_accuracy"].to_numpy(),
                              real_frame["trainable_parameters"].to_numpy(), real_frame["training_time"].to_numpy())
    best = found["Best accuracy"].cell
    assert sorted(best.operations[1:-1]).count("conv3x3-bn-relu") == 4
    assert len(best.edges) == 9
    assert "test accuracy 94.66 %" in found["Best accuracy"].description
    assert found["ResNet-like"].row is not None and found["Inception-like"].row is not None


def test_of_equally_small_ones_the_most_accurate_is_taken():
    columns = {"test_accuracy": np.linspace(0.89, 0.95, CELLS.size), "trainable_parameters": np.full(CELLS.size, 7.0)}
    assert by_label(table_of(columns))["Smallest > 90 %"].row == CELLS.size - 1


@pytest.mark.parametrize(("kept", "expected"), [
    (["test_accuracy"], ["Best accuracy", "Worst", "ResNet-like", "Inception-like"]),
    (["test_accuracy", "training_time"],
     ["Best accuracy", "Fastest > 90 %", "Worst", "ResNet-like", "Inception-like"]),
    (["trainable_parameters"], ["Smallest", "Largest", "ResNet-like", "Inception-like"]),
    (["flops"], ["Lowest FLOPs", "Worst", "ResNet-like", "Inception-like"]),
    (["flops", "trainable_parameters"],
     ["Lowest FLOPs", "Lowest < 5 M", "Smallest < 200 M", "Largest", "Worst", "ResNet-like", "Inception-like"]),
])
def test_preset_needing_a_missing_metric_is_left_out(kept, expected):
    assert labels(table_of({name: demo_columns()[name] for name in kept})) == expected


@pytest.mark.parametrize(("most", "words"), [(49_979_274, "5 M"), (40_306, "5 k"), (4_900_000, "500 k"), (12, "1"),
                                             (2.4e9, "200 M"), (99, "10"), (140, "10"), (145, "20")])
def test_small_fits_the_sizes_of_the_table(most, words):
    sizes = np.linspace(most / 40, most, CELLS.size)
    found = by_label(table_of({"test_accuracy": np.linspace(0.5, 0.95, CELLS.size), "trainable_parameters": sizes}))
    limit = float(words.split()[0]) * {"k": 1e3, "M": 1e6}.get(words[-1], 1)
    (label,) = (name for name in found if name.startswith("Best <"))
    assert label == f"Best < {words}" and f"fewer than {words} parameters" in found[label].description
    assert found[label].row == np.flatnonzero(sizes < limit)[-1]


@pytest.mark.parametrize(("best", "percent"), [(0.9466, 90), (0.9001, 90), (0.9, 85), (0.735, 70), (0.719, 65),
                                              (0.5, 45), (0.01, 0)])
def test_good_fits_the_accuracies_of_the_table(best, percent):
    accuracy = np.linspace(best, 0, CELLS.size)
    found = by_label(table_of({"test_accuracy": accuracy, "trainable_parameters": np.linspace(9e6, 1e6, CELLS.size)}))
    assert found[f"Smallest > {percent} %"].row == np.flatnonzero(accuracy > percent / 100)[-1]


def test_preset_that_no_cell_meets_is_left_out():
    columns = {"test_accuracy": np.zeros(CELLS.size), "trainable_parameters": np.full(CELLS.size, 6e6),
               "training_time": np.full(CELLS.size, np.nan)}
    assert labels(table_of(columns)) == ["Best accuracy", "Largest", "Worst", "ResNet-like", "Inception-like"]


def test_an_accuracy_by_another_name_serves_too():
    table = table_of({"validation_accuracy": np.linspace(0.5, 0.99, CELLS.size)})
    assert by_label(table)["Best accuracy"].row == CELLS.size - 1
    assert "best validation accuracy" in by_label(table)["Best accuracy"].description


def test_shapes_that_the_search_space_does_not_allow_are_left_out():
    space = CellSpace(("mine",), max_vertices=3, max_edges=3)
    cell = Cell(("input", "mine", "output"), ((0, 1), (1, 2)), space)
    table = BenchmarkTable(space, np.array([cell.packed(space)]), {"loss": Metric("loss", "Loss")}, {"loss": [0.5]},
                           name="mine")
    assert labels(table) == ["Highest loss", "Lowest loss"]
    assert Presets(Session(table)).active is None


def test_well_known_shapes():
    resnet, inception = (Cell(draft.operations, draft.edges) for draft in (RESNET_LIKE, INCEPTION_LIKE))
    assert resnet.operations[1:-1] == ("conv3x3-bn-relu",) * 2 and (0, resnet.output) in resnet.edges
    assert inception.operations.count("maxpool3x3") == 1 and len(inception.edges) <= NASBENCH101.max_edges
    found = by_label(demo_table())
    assert demo_table().cell(found["ResNet-like"].row) == resnet
    assert found["Inception-like"].row is None and found["Inception-like"].cell == inception
    assert "not in this table" in found["Inception-like"].description


def test_each_is_a_button_with_a_drawing_a_label_and_a_tooltip():
    offered = presets(demo_table())
    page = Page(presets_html(offered, NASBENCH101.operations, LIGHT, active=2))
    assert page.actions() == [f"preset:{index}" for index in range(8)]
    assert len(page.all("svg")) == 8
    buttons = page.all("button")
    assert [button["aria-pressed"] for button in buttons] == ["true" if index == 2 else "false" for index in range(8)]
    assert all(preset.description in str(button["title"]) for preset, button in zip(offered, buttons, strict=True))
    assert "Best accuracy" in page.text


def test_text_from_a_table_stays_text():
    evil = "<img src=x onerror=alert(1)>"
    metric = Metric("score", evil, "fraction", True)
    table = table_of({"score": np.linspace(0, 1, CELLS.size)}, metrics={"score": metric})
    page = Page(presets_html(presets(table), NASBENCH101.operations, LIGHT))
    assert not page.all("img")
    assert any(evil in str(button["title"]) for button in page.all("button"))


def test_a_click_loads_and_the_one_in_the_designer_is_highlighted():
    session = Session(demo_table())
    view = Presets(session)
    assert view.active is None
    for index, preset in enumerate(view.offered):
        click(view, f"preset:{index}")
        assert session.cell == preset.cell and session.row == preset.row
        # One cell can be several presets at once; the first of them is highlighted.
        assert view.offered[view.active].cell == preset.cell
        assert view.__panel__().html.count('aria-pressed="true"') == 1
    before = session.draft
    for nonsense in ("preset:99", "preset:-1", "preset:", "row:1", "", "<b>"):
        send(view, nonsense)
    assert session.draft == before
    session.clear()
    assert view.active is None and 'aria-pressed="true"' not in view.__panel__().html


def test_dark_drawings_differ_from_light_ones():
    session = Session(structure_table())
    view = Presets(session)
    light = view.__panel__().html
    session.dark = True
    assert view.__panel__().html != light


# Presets of a selection ----------------------------------------------------------------------------------------------

def part_of(table: BenchmarkTable, rows: np.ndarray) -> BenchmarkTable:
    """A table that has no other rows."""
    return BenchmarkTable(table.space, table.packed[rows], table.metrics,
                          {name: table.repeats(name)[rows] for name in table.metrics}, name="part")


@pytest.mark.parametrize("source", ["mnist-cells", "structure4"])
@pytest.mark.parametrize("seed", range(4))
def test_presets_of_a_selection_are_those_of_a_table_without_the_others(source, seed):
    table, rng = open_table(source), np.random.default_rng(seed)
    rows = np.sort(rng.choice(len(table), 1 + seed * len(table) // 5, replace=False))
    part = part_of(table, rows)
    for metric in table.metrics:
        found = [each for each in presets(table, metric, rows) if not each.label.endswith("like")]
        wanted = [each for each in presets(part, metric) if not each.label.endswith("like")]
        assert [(each.label, each.row) for each in found] == [(each.label, int(rows[each.row])) for each in wanted]
        assert all("of the selected cells" in each.description and "of all cells" not in each.description
                   for each in found)
        assert [each.cell for each in found] == [table.cell(each.row) for each in found]


def test_presets_of_a_selection_of_the_whole_table_are_quick(real_table_path):
    table = open_table(real_table_path)
    rows = np.arange(0, len(table), 2)
    found = {each.label: each for each in presets(table, "test_accuracy", rows)}
    assert table.column("test_accuracy")[found["Best accuracy"].row] == table.column("test_accuracy")[rows].max()


def test_a_selection_changes_what_is_offered_and_says_of_what():
    session = Session(demo_table())
    view = Presets(session)
    whole = view.offered
    assert "selected" not in Page(view.__panel__().html).text
    session.select([2, 5])
    assert {each.row for each in view.offered if "like" not in each.label} <= {2, 5}
    assert "of 2 selected cells" in Page(view.__panel__().html).text
    shape = next(each for each in view.offered if each.label == "ResNet-like")
    assert shape.description.endswith(", not selected.")
    click(view, "preset:0")
    assert session.row in (2, 5) and view.active == 0
    session.select([])
    assert view.offered == whole
    assert "No cell is selected: these are the presets of all cells." in Page(view.__panel__().html).text
    session.select(None)
    assert view.offered == whole and "selected" not in Page(view.__panel__().html).text


def test_it_says_where_a_test_metric_chooses_and_offers_the_validation_metric():
    session = Session(open_table("mnist-cells"), metric="test_accuracy")
    view = Presets(session)
    assert "by test accuracy" in Page(view.__panel__().html).text
    click(view, "metric:validation_accuracy")
    assert session.metric == "validation_accuracy"
    assert not Page(view.__panel__().html).all("button", data_action="metric:validation_accuracy")
    send(view, "metric:<b>", "metric:")
    assert session.metric == "validation_accuracy"

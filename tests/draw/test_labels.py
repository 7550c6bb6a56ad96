"""Long names of operations: short where room is small, still different from each other, and whole in tooltips."""

import math

import pandas as pd
import pytest
from demo_tables import Page
from hypothesis import given
from hypothesis import strategies as st

import vanas_panel as vp
from vanas_panel.draw.bars import importance_columns, importance_figure
from vanas_panel.draw.cell.layout import arrange
from vanas_panel.draw.cell.scene import Scene, vertex_columns
from vanas_panel.draw.labels import IN_BAR, IN_BOX, IN_BUTTON, short_labels
from vanas_panel.draw.svg_charts import importance_svg
from vanas_panel.draw.theme import LIGHT, operation_label
from vanas_panel.panels.designer.toolbar import toolbar_html
from vanas_panel.panels.importance.keys import ImportanceKeys
from vanas_panel.report.offline.packed import pack_table
from vanas_panel.tables.metrics import known_metric

LONG = ["inverted_residual_k3_e3_se_hswish", "inverted_residual_k5_e6_se_hswish",
        "separable_conv_5x5_dilated2_bn_relu6", "squeeze_excite_global_avgpool_r16"]


@pytest.fixture
def session(tmp_path, monkeypatch):
    """A page of the table of somebody whose operations have long names."""
    monkeypatch.setenv("VANAS_PANEL_CACHE", str(tmp_path / "cache"))
    path = tmp_path / "opnames.csv"
    pd.DataFrame({"adjacency": ["0100001000010000"] * 3,
                  "operations": [f"input,{LONG[1]},{LONG[2]},output", f"input,{LONG[0]},{LONG[1]},output",
                                 f"input,{LONG[2]},{LONG[3]},output"],
                  "test_accuracy": [0.91, 0.93, 0.88]}).to_csv(path, index=False)
    return vp.Session(vp.open_table(path))


names = st.text(st.sampled_from("ab_3"), min_size=1, max_size=40) | st.text(min_size=1, max_size=40)


@given(st.lists(names, min_size=1, max_size=15, unique=True), st.integers(8, 25))
def test_labels_fit_and_no_two_are_the_same(operations, most):
    labels = short_labels(operations, most)
    assert list(labels) == operations
    assert all(len(label) <= most for label in labels.values())
    assert len({operation_label(operation) for operation in operations}) == len(operations)
    assert len(set(labels.values())) == len(operations)
    # What fits stays as it is, unless a shortened one reads just so.
    assert all(labels[each] == each for each in operations if len(each) <= most and "…" not in each)


def test_names_that_differ_in_the_middle_alone_are_numbered():
    same = [f"{'a' * 30}{letter}{'b' * 30}" for letter in "xyz"]
    assert list(short_labels(same, 14).values()) == ["aaaaaaa…bbbb 1", "aaaaaaa…bbbb 2", "aaaaaaa…bbbb 3"]


def test_bars_leave_room_and_the_whole_name_is_on_hover_and_said(session):
    importance = vp.edge_importance(session.table)
    columns = importance_columns(importance, session.table.metric("test_accuracy"), LIGHT)
    # Texts begin beyond the whiskers, which all fit here.
    ends = [row.low if row.importance < 0 else row.high for row in importance.itertuples()]
    assert columns["text_x"] == pytest.approx([value if math.isnan(end) else end
                                               for value, end in zip(columns["value"], ends, strict=True)])
    assert len(set(columns["name"])) == len(columns["name"]) == 25
    assert max(map(len, columns["name"])) <= 2 * IN_BAR + 3
    assert columns["full_name"] == (importance["source"] + " → " + importance["target"]).tolist()
    chart = importance_figure(importance, session.table.metric("test_accuracy"), LIGHT)
    assert "@full_name" in chart.hover[0].tooltips and "@name" not in chart.hover[0].tooltips
    keys = ImportanceKeys(session, chart, lambda source, target: None)
    keys.press("Home")
    assert columns["full_name"][0] in keys.view.said
    svg = importance_svg(importance, session.table.metric("test_accuracy"), LIGHT)
    assert all(f"<title>{name}:" in svg for name in columns["full_name"])
    assert all(f">{name}</text>" in svg for name in columns["name"])


def test_boxes_and_buttons_are_short_and_say_the_whole(session):
    draft = vp.Draft(["input", LONG[0], LONG[1], "a_stranger_with_a_long_long_name", "output"])
    scene = Scene(draft=draft, positions=arrange(draft, {}), operations=session.table.space.operations, colors=LIGHT,
                  metric=session.table.metric("test_accuracy"), contributions={}, problems=())
    columns = vertex_columns(scene)
    assert len(set(columns["text"])) == 5 and max(map(len, columns["text"])) <= IN_BOX
    assert columns["what"][1:3] == LONG[:2]
    page = Page(toolbar_html(session))
    buttons = [attributes for attributes in page.all("button") if attributes["data-action"].startswith("add:")]
    assert [attributes["aria-label"] for attributes in buttons] == LONG
    assert [LONG[index] in attributes["title"] for index, attributes in enumerate(buttons)] == [True] * 4
    assert all(label in page.text for label in short_labels(LONG, IN_BUTTON).values())


def test_the_offline_designer_has_the_same_labels(session):
    looks = pack_table(session.table).header["space"]["looks"]
    assert [look[0] for look in looks] == LONG
    assert [look[3] for look in looks] == list(short_labels(LONG, IN_BOX).values())
    assert [look[4] for look in looks] == list(short_labels(LONG, IN_BUTTON).values())


def test_the_text_of_a_bar_stands_beyond_a_longer_pale_bar_on_its_side():
    importance = pd.DataFrame({"source": ["input"] * 4, "target": ["conv"] * 4,
                               "importance": [0.02, 0.02, -0.02, -0.02], "mean_with": 0.9, "mean_without": 0.9,
                               "n_with": 3, "n_without": 3})
    whole = importance.assign(importance=[0.05, -0.05, -0.05, 0.05], target=["a", "b", "c", "d"])
    importance["target"] = whole["target"]
    columns = importance_columns(importance, known_metric("test_accuracy"), LIGHT, whole)
    assert columns["text_x"] == pytest.approx([0.05, 0.02, -0.05, -0.02])


def test_the_text_of_a_bar_stands_beyond_its_whisker_which_widens_the_scale_by_half_at_most():
    importance = pd.DataFrame({"source": ["input"] * 4, "target": list("abcd"),
                               "importance": [0.04, 0.02, -0.02, -0.04], "mean_with": 0.9, "mean_without": 0.9,
                               "n_with": 3, "n_without": 3, "low": [0.01, -0.5, -0.03, math.nan],
                               "high": [0.06, math.nan, 0.01, 0.02]})
    columns = importance_columns(importance, known_metric("test_accuracy"), LIGHT)
    assert (columns["low"][0], columns["high"][0]) == pytest.approx((-0.04 - 0.04, 0.06))
    assert columns["text_x"] == pytest.approx([0.06, 0.02, -0.03, -0.04])
    # Without whiskers, all is as wide as the bars.
    plain = importance_columns(importance.drop(columns=["low", "high"]), known_metric("test_accuracy"), LIGHT)
    assert (plain["low"][0], plain["high"][0], plain["text_x"]) == (-0.04, 0.04, [0.04, 0.02, -0.02, -0.04])

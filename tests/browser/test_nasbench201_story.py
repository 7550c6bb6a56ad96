"""The page of NAS-Bench-201: figures are those of pandas, the designer knows the cells, texts go there and back."""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd
import pytest

from tests.conftest import REAL_TABLE
from vanas_panel.core.draft import Draft
from vanas_panel.core.line_graph import NASBENCH201_OPERATIONS, architecture_operations, write_architecture
from vanas_panel.draw.cell.canvas import HEIGHT, WIDTH
from vanas_panel.exchange import to_json
from vanas_panel.page.dashboard import explore
from vanas_panel.readers import open_table
from vanas_panel.serve import warm

pytestmark = pytest.mark.browser

PUBLISHED = REAL_TABLE.with_name("nasbench201") / "accuracies.csv"


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    """The published accuracies where they are at hand, else made-up ones of the same 15,625 architectures."""
    if PUBLISHED.is_file():
        return pd.read_csv(PUBLISHED)
    worth = np.array([0.0, 8.0, 10.0, 14.0, 4.0])
    codes = np.array([*product(range(5), repeat=6)])
    values = 10 + worth[codes].sum(axis=1) * 0.9 + np.random.default_rng(0).random(len(codes))
    names = np.array(NASBENCH201_OPERATIONS)
    return pd.DataFrame({"cellstr": [write_architecture(names[each]) for each in codes],
                         "cifar10-test": values.round(3), "cifar10-val": (values - 2).clip(0).round(3)})


def test_the_page_of_nas_bench_201(serve_app, page, eventually, frame):
    table = open_table(frame)
    warm(table)
    app = serve_app(lambda: explore(table))
    page.goto(app.url)
    page.locator(".vp-designer canvas").first.wait_for(state="attached")
    page.get_by_text("15,625 cells").first.wait_for()
    median, best = frame["cifar10-test"].median(), frame["cifar10-test"].max()
    page.locator(".vp-performance").get_by_text(f"{median:.2f}").first.wait_for()
    page.locator(".vp-performance").get_by_text(f"median · best {best:.2f} %").first.wait_for()

    # The best cell, whose vertices name the other operations that measure best.
    session = app.built[-1].session
    page.locator(".vp-presets").get_by_text("Best accuracy").click()
    row = int(frame["cifar10-test"].idxmax())
    eventually(lambda: session.row == row, "the best cell")
    page.get_by_text("No edge has a contribution here").first.wait_for()
    own = architecture_operations(session.draft)
    assert write_architecture(own) == frame["cellstr"][row]
    values = dict(zip(frame["cellstr"], frame["cifar10-test"], strict=True))
    changes = session.operation_changes
    for vertex, part in changes.groupby("vertex"):
        others = [values[write_architecture([*own[: vertex - 1], operation, *own[vertex:]])] - best
                  for operation in part["operation"]]
        np.testing.assert_allclose(part["difference"], np.array(others) / 100, atol=1e-12)

    # A vertex is chosen on the canvas, and the buttons change its operation.
    designer = app.built[-1].views["designer"]
    box = page.locator(".designer-canvas").bounding_box()
    x, y = designer.positions[2]
    page.mouse.click(box["x"] + x / WIDTH * box["width"], box["y"] + (1 - y / HEIGHT) * box["height"])
    page.get_by_text("Change to").wait_for()
    operations = table.space.operations
    number = 1 + next(index for index, name in enumerate(operations) if name != session.draft.operations[2])
    page.locator(f".designer-toolbar button[data-action='change:{number}']").click()
    changed = (own[0], operations[number - 1], *own[2:])
    eventually(lambda: architecture_operations(session.draft) == changed, "another operation")
    page.get_by_text("Change to").wait_for(state="detached")
    page.get_by_role("button", name="Undo").first.click()
    eventually(lambda: session.row == row, "the best cell again")

    # One operation is what a neighbour changes.
    page.get_by_text("Neighbours", exact=True).click()
    page.get_by_text("24 measured cells one edit away").first.wait_for()

    # The text of the cell, and another one pasted.
    page.get_by_role("button", name="Code", exact=True).click()
    page.get_by_text(frame["cellstr"][row]).first.wait_for()
    other = write_architecture(["skip_connect", *own[1:]] if own[0] != "skip_connect" else ["none", *own[1:]])
    page.get_by_role("textbox").last.fill(other)
    page.get_by_role("button", name="Load into the designer").click()
    eventually(lambda: architecture_operations(session.draft) is not None
               and write_architecture(architecture_operations(session.draft)) == other, "the pasted cell")

    # A drawing with another edge is no cell, and the designer says why.
    edges = [(3, 7) if edge == (3, 6) else edge for edge in session.draft.edges]
    page.get_by_role("textbox").last.fill(to_json(Draft(session.draft.operations, edges)))
    page.get_by_role("button", name="Load into the designer").click()
    eventually(lambda: [problem.kind for problem in session.problems] == ["not of this kind"], "the problem")
    page.locator(".designer-status").get_by_text("Every cell of this search space has the same ten edges").wait_for()

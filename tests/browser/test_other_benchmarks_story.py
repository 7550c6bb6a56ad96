"""The page of NAS-Bench-Graph: two data sets of one package, figures as made, and the best cell by its hash."""

from __future__ import annotations

import pickle
import zipfile

import numpy as np
import pytest

from tests.readers.test_nasbench_graph import made, some_hashes
from vanas_panel.core.trees import read_graph_hash, tree_draft
from vanas_panel.page.dashboard import explore
from vanas_panel.readers import open_table
from vanas_panel.serve import warm

pytestmark = pytest.mark.browser


def test_the_page_of_nas_bench_graph(serve_app, page, eventually, tmp_path):
    hashes = some_hashes(400)
    sets = {"cora": made(hashes, 1), "pubmed": made(hashes, 2)}
    path = tmp_path / "nas_bench_graph-1.4.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for name, bench in sets.items():
            archive.writestr(f"nas_bench_graph/light/{name}.bench", pickle.dumps(bench, 3))
    table = open_table(path)
    warm(table)
    app = serve_app(lambda: explore(table))
    page.goto(app.url)
    page.locator(".vp-designer canvas").first.wait_for(state="attached")
    page.get_by_text("400 cells").first.wait_for()
    shown = page.locator(".vp-performance")
    for name in ("cora", "pubmed"):
        values = np.array([said["perf"] for said in sets[name].values()]) * 100
        shown.get_by_text(f"median · best {values.max():.2f} %").first.wait_for()
        shown.get_by_text(f"{np.median(values):.2f}").first.wait_for()
    page.get_by_text("3 notes").first.click()
    page.get_by_text("architectures of NAS-Bench-Graph").first.wait_for()
    page.keyboard.press("Escape")

    # The best cell of the metric that is shown is the one of its hash.
    session = app.built[-1].session
    page.locator(".vp-presets button, .vp-presets [role=button]").filter(has_text="Best").first.click()
    values = [said["valid_perf"] for said in sets["cora"].values()]
    metric = session.metric
    eventually(lambda: session.row is not None, "a cell")
    assert metric == "valid_perf_dataset_cora" and session.row == int(np.argmax(values))
    links, operations = read_graph_hash(hashes[session.row])
    drawn = tree_draft(links, operations)
    assert sorted(session.draft.operations) == sorted(drawn.operations)
    assert len(session.draft.edges) == len(drawn.edges)

"""The page is compiled before a server opens its tables, and it says how far it is; nothing is compiled afterwards."""

from __future__ import annotations

import ast
import subprocess
import sys
import threading
from pathlib import Path

import pandas as pd
import pytest

import vanas_panel as vp
from vanas_panel import cli
from vanas_panel.serve import compiling, server, tables
from vanas_panel.serve.compiling import in_parts
from vanas_panel.serve.followed_tables import ServedTables
from vanas_panel.text.language import Message, speaking, translated

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("core", "draw")
"""The rooms below the page that have kernels. Those of readers are compiled while a table is opened, before the port
opens; those of searches and recordings have tests of their own, `test_ready_searches.py` among them."""

NOT_OF_A_PAGE = {
    "core.enumeration": "enumerates a search space, for the command line and notebooks",
    "core.fronts": "fronts of four metrics and volumes are of searches, which `ready_searches` compiles",
}

USED = """
import sys
from numba.core.registry import CPUDispatcher
from vanas_panel.serve.page_kernels import ready_page

ready_page(lambda line: None)
for name, module in sorted(sys.modules.items()):
    if name.startswith("vanas_panel."):
        for each, kernel in vars(module).items():
            if isinstance(kernel, CPUDispatcher) and kernel.signatures:
                print(kernel.__module__ + "." + kernel.py_func.__name__)
"""

AFTERWARDS = """
import sys
import numpy as np
import vanas_panel as vp
from numba.core.registry import CPUDispatcher
from vanas_panel.core.edit_graph import edit_count
from vanas_panel.serve.page_kernels import ready_page
from vanas_panel.serve.tables import warm


def known():
    # Whether a form of a kernel was compiled or found in the cache makes no difference: it is used.
    return {(name, each, str(form)) for name, module in list(sys.modules.items())
            if name.startswith(("vanas_panel.core", "vanas_panel.draw")) for each, kernel in vars(module).items()
            if isinstance(kernel, CPUDispatcher) for form in kernel.signatures}


ready_page(lambda line: None)
before = known()
for name in ("structure4", "mnist-cells"):
    table = vp.open_table(name)
    metrics = [key for key, metric in table.metrics.items() if metric.higher_is_better is not None]
    metric, rows = metrics[0], np.arange(0, len(table), 2)
    best = table.best(metric)
    cell = table.cell(best)
    draft = vp.Draft(cell.operations, cell.edges[:-1])
    for some in (None, rows):
        vp.edge_importance(table, metric, some)
        vp.matched_importance(table, metric, some)
        vp.contribution_distribution(table, metric, "depth", some)
        vp.complete(table, draft, metric, extra_vertices=2, rows=some, where={metric: (None, 1e99)})
        vp.complete(table, draft, metric, where={metric: (1e99, None)}, rows=some)
        vp.confidence_set(table, metric, noise=0.01, rows=some)
        vp.rank_intervals(table, metric, some, noise=0.01)
        for several in (metrics[:2], metrics[:3]):
            vp.pareto_front(table, several, some)
            vp.trade_offs(table, several, some)
            for noise in ({metric: 0.01}, dict.fromkeys(several, 0.01)):
                vp.front_probability(table, several, some, noise=noise, draws=3)
    vp.probability_better(table, best, 0, metric, noise=0.01)
    vp.edge_contributions(table, cell, metric)
    vp.edge_shapley(table, cell, metric, 0.0)
    vp.edge_shapley(table, cell, metric, 0.0, 0.01)
    for edits in (1, 2):
        vp.neighbours(table, cell, metric, edits=edits)
    vp.operation_contributions(table, cell, metric)
    edit_count(table, best, 0)
    vp.edit_path(table, best, 0, metric)
    vp.align_cells(cell, table.cell(0))
    vp.common_edges(table, cell)
    vp.structure(table)
    warm(table)
new = {each[:2] for each in known() - before}
print(len(before) > 20, "new:", sorted(new))
"""


def lines_of(code):
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


def entries():
    """Names of the kernels that Python calls; others are compiled into those that call them."""
    kernels, used = set(), set()
    for room in ROOMS:
        for file in (ROOT / "vanas_panel" / room).rglob("*.py"):
            module = ".".join(file.relative_to(ROOT).with_suffix("").parts)
            for each in ast.parse(file.read_text("utf-8")).body:
                if isinstance(each, ast.FunctionDef) and any(ast.unparse(mark) == "kernel"
                                                             for mark in each.decorator_list):
                    kernels.add((module, each.name))
                    used |= {node.id for node in ast.walk(each) if isinstance(node, ast.Name)}
    return {f"{module}.{name}" for module, name in kernels if name not in used
            and module.removeprefix("vanas_panel.") not in NOT_OF_A_PAGE}


@pytest.mark.slow
def test_every_kernel_of_the_page_is_compiled():
    assert len(entries()) > 20
    assert entries() - set(lines_of(USED)) == set()


@pytest.mark.slow
def test_no_kernel_is_used_in_a_new_form_afterwards():
    assert lines_of(AFTERWARDS)[-1] == "True new: []"


def parts_that_wait(said, count):
    """Parts each of which ends once the number of parts before it was said."""
    def part(number):
        assert said[number].wait(20)
    return [lambda number=number: part(number) for number in range(count)]


def test_it_says_how_far_it_is_while_it_compiles(monkeypatch):
    monkeypatch.setattr(compiling, "compiled_forms", iter(range(100)).__next__)
    said, lines = [threading.Event() for _ in range(3)], []

    def say(line):
        lines.append(translated(line))
        said[len(lines) - 1].set()

    with speaking("ko"):
        in_parts(parts_that_wait(said, 3), lambda done, count: Message(
            "Compiling the page, once on this machine: {done} of {count} parts are ready.", done=done, count=count),
                 say, seconds=0.01)
    assert lines == [f"페이지를 이 컴퓨터에서 처음 한 번 컴파일합니다: {count}부분 중 {done}부분이 준비되었습니다."
                     for done, count in ((0, 3), (1, 3), (2, 3))]


@pytest.mark.parametrize("axis", ["training_time", "trainable_parameters"])
def test_a_table_is_served_whose_best_cell_lacks_a_value_on_an_axis(axis):
    frame = pd.DataFrame({"adjacency": ["010001000", "0111001100010000", "0100"],
                          "operations": ["input,conv3x3-bn-relu,output", "input,conv3x3-bn-relu,maxpool3x3,output",
                                         "input,output"],
                          "test_accuracy": [0.9, 0.8, 0.7], axis: [None, 2.0, 3.0]})
    tables.warm(vp.open_table(frame))


def test_it_says_nothing_where_all_is_compiled():
    said = []
    in_parts([lambda: threading.Event().wait(0.1)], lambda done, count: "", said.append, seconds=0.01)
    assert said == []


def test_what_goes_wrong_in_a_part_is_raised():
    with pytest.raises(ZeroDivisionError):
        in_parts([lambda: 1 / 0], lambda done, count: "", print)
    assert not [thread for thread in threading.enumerate() if thread.name == "compiling"]


def test_a_server_compiles_before_it_opens_its_tables(monkeypatch, tmp_path):
    order = []
    monkeypatch.setattr(server, "ready_page", lambda say: order.append("page"))
    monkeypatch.setattr(server, "served_tables", lambda *_: order.append("tables") or ServedTables(()))
    monkeypatch.setattr(server, "run_one", lambda *_: order.append("runs"))
    monkeypatch.setattr(server, "start_log", lambda *_: None)
    tables.shared_tables.cache_clear()
    assert cli.main(["serve", "structure4", "--port", "0", "--shelf", str(tmp_path / "shelf.sqlite"),
                     "--lazy-searches"]) == 0
    assert order == ["page", "tables", "runs"]

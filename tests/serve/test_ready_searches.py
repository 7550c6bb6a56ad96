"""Searches are compiled before a server answers: nothing that a page asks of them is compiled afterwards."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from vanas_panel import cli
from vanas_panel.serve import server, tables
from vanas_panel.serve.kernels import ready_searches

ROOT = Path(__file__).resolve().parents[2]

AFTERWARDS = """
import sys
import vanas_panel as vp
from numba.core.registry import CPUDispatcher
from vanas_panel.searches.beliefs import beliefs_of, calibration
from vanas_panel.searches.ledger import ledger
from vanas_panel.searches.lineage import lineage
from vanas_panel.searches.strategies import STRATEGIES
from vanas_panel.serve.kernels import ready_searches

def known():
    # Whether a form of a kernel was compiled or found in the cache makes no difference: it is used.
    return {(name, each, str(form)) for name, module in list(sys.modules.items()) if name.startswith("vanas_panel")
            for each, kernel in vars(module).items() if isinstance(kernel, CPUDispatcher)
            for form in kernel.signatures}


ready_searches(lambda line: None)
before = known()
table = vp.open_table("mnist-cells")
both = ["validation_accuracy", "trainable_parameters"]
for name, kind in STRATEGIES.items():
    if kind.kernel is None:
        continue
    for preset in kind.presets:
        run = vp.search(table, f"{name}:{preset}" if preset else name, queries=120)
        run.states, lineage(run), ledger(run, table)
    vp.search(table, name, repeat="draw", queries=120)
    if not kind.budgets:
        vp.search(table, name, metric="training_time", repeat=0, queries=120)
        vp.search(vp.open_table("structure4"), name, queries=60)
    if kind.several:
        vp.search(table, name, metric=both, queries=120).front
vp.compare_searches(table, ["nsga2"], metric=both, queries=60, seeds=2)
run = vp.search(table, "gaussian-process", queries=60)
calibration(run, table, beliefs_of(run, table, 30))
print(len(before) > 20, "new:", sorted({each[:2] for each in known() - before}))
"""


@pytest.mark.slow
def test_no_kernel_is_used_in_a_new_form_afterwards():
    done = subprocess.run([sys.executable, "-c", AFTERWARDS], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "True new: []"


def test_it_says_what_it_does_and_how_far_it_is(monkeypatch):
    run = SimpleNamespace(states=[], cell=lambda number: None, header={"strategy": {"name": "random"}})
    monkeypatch.setattr("vanas_panel.serve.kernels.search", lambda *_, **__: run)
    monkeypatch.setattr("vanas_panel.serve.kernels.compare_searches", lambda *_, **__: None)
    monkeypatch.setattr("vanas_panel.serve.kernels.in_parts", lambda parts, words, say: [
        (part(), say(words(done, len(parts)))) for done, part in enumerate(parts)])
    said: list[str] = []
    ready_searches(said.append)
    count = int(said[0].split(" of ")[1].split()[0])
    assert said == [f"Compiling searches, once on this machine: {done} of {count} parts are ready."
                    for done in range(count)]


@pytest.mark.parametrize(("options", "is_ready"), [((), True), (("--lazy-searches",), False)])
def test_a_server_gets_ready_before_it_runs_unless_it_is_told_not_to(monkeypatch, tmp_path, options, is_ready):
    order = []
    monkeypatch.setattr(server, "ready_searches", lambda say: order.append("ready"))
    monkeypatch.setattr(server, "run_one", lambda *_: order.append("runs"))
    monkeypatch.setattr(server, "start_log", lambda *_: None)
    tables.shared_tables.cache_clear()
    assert cli.main(["serve", "structure4", "--port", "0", "--shelf", str(tmp_path / "shelf.sqlite"), *options]) == 0
    tables.shared_tables.cache_clear()
    assert order == (["ready", "runs"] if is_ready else ["runs"])


def test_a_command_does_it_ahead(monkeypatch, capsys):
    done = []
    monkeypatch.setattr("vanas_panel.cli.compile_kernels.ready_page", lambda say: done.append("page"))
    monkeypatch.setattr("vanas_panel.cli.compile_kernels.ready_searches", lambda say: done.append("searches"))
    assert cli.main(["compile"]) == 0
    assert done == ["page", "searches"]
    assert capsys.readouterr().out == "The kernels of the page and of searches are compiled.\n"

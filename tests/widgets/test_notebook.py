"""Views in notebooks: scripts into the right outputs, and frames of the right height. JupyterLab: tests/browser."""

import sys
from types import SimpleNamespace

import panel as pn
import pytest
from demo_tables import structure_table

from vanas_panel.draw.css import DARK_CLASS, NOTEBOOK_CLASS
from vanas_panel.page.dashboard import Dashboard, explore
from vanas_panel.panels import VIEWS
from vanas_panel.state.session import Session
from vanas_panel.widgets import notebook


@pytest.fixture
def loads(monkeypatch):
    """How Panel was loaded, call by call, by a module that has loaded nothing yet."""
    calls = []
    monkeypatch.setattr(pn, "extension", lambda **options: calls.append(options))
    monkeypatch.setattr(notebook, "written", notebook.Written())
    return calls


@pytest.fixture
def kernel(monkeypatch):
    """Runs something in a cell of a made-up notebook."""
    shell = SimpleNamespace(kernel=object(), execution_count=0)
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: shell))

    def run(cell, *acts):
        shell.execution_count += 1
        shell.get_parent = lambda: {"metadata": {"cellId": cell}}
        for act in acts:
            act()

    return run


def test_outside_a_notebook_nothing_is_written_into_one(loads, monkeypatch):
    notebook.load()
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: None))
    notebook.load()
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: SimpleNamespace()))
    notebook.load()
    assert loads == [{}, {}, {}]


def test_scripts_are_written_once_and_again_where_their_cell_runs_again(loads, kernel):
    kernel("a", notebook.load, notebook.load)
    assert loads == [{"inline": True}]
    kernel("b", notebook.load)
    assert len(loads) == 1
    kernel("a", notebook.load, notebook.load)
    assert len(loads) == 2


def test_without_the_name_of_a_cell_each_run_brings_its_scripts(loads, kernel):
    kernel(None, notebook.load, notebook.load)
    kernel(None, notebook.load)
    assert loads == [{"inline": True}] * 2


def test_first_view_in_a_notebook_loads_panel_once(loads, kernel, monkeypatch):
    shown = []
    monkeypatch.setattr(pn.Column, "_repr_mimebundle_", lambda self, *_: shown.append(self))
    session = Session(structure_table())
    kernel("a", VIEWS["presets"](session)._repr_mimebundle_)
    assert loads == [{"inline": True}]
    page = Dashboard(session)
    kernel("b", page._repr_mimebundle_)
    assert len(loads) == 1 and shown[1] is page.__panel__()
    kernel("a", lambda: explore(structure_table()))
    assert len(loads) == 2


@pytest.mark.parametrize("name", VIEWS)
def test_a_view_alone_has_a_height_of_its_own(loads, name, monkeypatch):
    shown = []
    monkeypatch.setattr(pn.Column, "_repr_mimebundle_", lambda self, *_: shown.append(self))
    session = Session(structure_table())
    view = VIEWS[name](session)
    view._repr_mimebundle_()
    assert 150 <= shown[0].height == view.notebook_height <= 700
    assert shown[0].sizing_mode == "stretch_width" and shown[0].css_classes == ["vp-card"]
    session.dark = True
    assert shown[0].css_classes == ["vp-card", DARK_CLASS]


def test_the_page_knows_that_it_is_in_a_notebook(loads, monkeypatch):
    monkeypatch.setattr(pn.Column, "_repr_mimebundle_", lambda self, *_: None)
    page = Dashboard(Session(structure_table()))
    assert NOTEBOOK_CLASS not in page.__panel__().css_classes
    page._repr_mimebundle_()
    page.session.dark = True
    assert page.__panel__().css_classes == ["vp-page", "vp-dark", NOTEBOOK_CLASS]

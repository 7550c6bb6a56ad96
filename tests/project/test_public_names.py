"""Names that stand in notebooks, in printed reports and in scripts of users are kept, wherever their code moves."""

import importlib

import pytest

import vanas_panel as vp

KEPT = [
    ("vanas_panel.selection", "Box", "vanas_panel.state.selection"),
    ("vanas_panel.selection", "unpack_rows", "vanas_panel.state.selection"),
    ("vanas_panel.address", "to_query", "vanas_panel.state.link"),
    ("vanas_panel.address", "restore", "vanas_panel.state.link"),
    ("vanas_panel.report", "ShelfEntry", "vanas_panel.report.plan"),
    ("vanas_panel.report", "save_report", "vanas_panel.report"),
    ("vanas_panel.shelf", "Shelf", "vanas_panel.shelf.shelf"),
    ("vanas_panel.cli", "main", "vanas_panel.cli.command_line"),
    *(("vanas_panel.views", view, "vanas_panel.panels") for view in (
        "VIEWS", "Completions", "Designer", "Importance", "Overview", "Performance", "Presets")),
]


@pytest.mark.parametrize(("module", "name", "defined"), KEPT)
def test_published_names_are_the_defined_objects(module, name, defined):
    assert getattr(importlib.import_module(module), name) is getattr(importlib.import_module(defined), name)


@pytest.mark.parametrize("name", vp.__all__)
def test_every_public_name_can_be_had(name):
    assert getattr(vp, name) is not None


def test_views_are_reached_without_an_import_of_their_own():
    assert {name: view.__name__ for name, view in vp.views.VIEWS.items()} == {
        "overview": "Overview", "importance": "Importance", "presets": "Presets", "designer": "Designer",
        "performance": "Performance", "completions": "Completions"}

"""The reference of the site leaves nothing out: every public name of Python, and every option of the command line."""

from __future__ import annotations

import re

import pytest
from sphinx.util.inventory import InventoryFile

import vanas_panel as vp
from vanas_panel import exchange, neat
from vanas_panel.cli import main
from vanas_panel.views import VIEWS

MODULES = {"exchange", "neat", "views"}


@pytest.fixture(scope="module")
def described(site) -> set[str]:
    """Names that the reference of Python describes."""
    inventory = InventoryFile.loads((site / "objects.inv").read_bytes(), uri="")
    return {name for kind, names in inventory.data.items() if kind.startswith("py:") for name in names}


@pytest.mark.parametrize("name", sorted({*vp.__all__} - MODULES))
def test_every_public_name_is_described(described, name):
    assert f"vanas_panel.{name}" in described


def test_every_view_and_every_name_of_public_modules_is_described(described):
    assert {f"vanas_panel.views.{view.__name__}" for view in VIEWS.values()} <= described
    assert {f"vanas_panel.exchange.{name}" for name in exchange.__all__} <= described
    assert {f"vanas_panel.neat.{name}" for name in neat.__all__} <= described


@pytest.mark.parametrize("command", ["serve", "user add", "user remove", "user list", "fetch", "convert", "info",
                                     "train-space", "train", "report"])
def test_every_option_of_a_command_is_described(site, capsys, command):
    with pytest.raises(SystemExit):
        main([*command.split(), "--help"])
    options = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", capsys.readouterr().out))
    page = (site / "reference" / "command-line.html").read_text(encoding="utf-8")
    section = re.search(rf'<section id="vanas-panel-{command.replace(" ", "-")}">.*?</section>', page, re.DOTALL)
    assert section is not None
    shown = set(re.findall(r"--[a-z][a-z-]+", re.sub(r"<[^>]+>", " ", section[0])))
    assert options and options <= shown

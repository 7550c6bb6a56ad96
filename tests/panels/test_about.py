"""About names the version, the open table with its notes, and both works to cite."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from demo_tables import CELLS, demo_table, table_of

import vanas_panel as vp
from vanas_panel.page.drawers import DRAWERS
from vanas_panel.panels.about import BENCHMARK, PAPER, about_html
from vanas_panel.state.session import Session

CITATION = yaml.safe_load((Path(__file__).parents[2] / "CITATION.cff").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("words", "work"), [(PAPER, CITATION["preferred-citation"]),
                                             (BENCHMARK, CITATION["references"][0])])
def test_citations_name_title_year_and_authors_of_the_citation_file(words, work):
    assert work["title"] in words
    assert str(work["year"]) in words
    for author in work["authors"]:
        assert f"{author['given-names']} {author['family-names']}" in words
    html = about_html(Session(demo_table()))
    # What its button copies is shown.
    assert re.search(rf"data-text=\"(\w+)\">{re.escape(words)}<.*data-copy=\"\1\"", html)


def test_the_version_and_the_open_table_are_said_and_escaped():
    table = table_of({"edges": range(CELLS.size)}, title="<b>mine</b>")
    html = about_html(Session(table))
    assert f"vanas-panel {vp.__version__}" in html
    assert "<b>" not in html
    assert "&lt;b&gt;mine" in html
    assert DRAWERS["about"].label == "About"
    assert "http" not in html

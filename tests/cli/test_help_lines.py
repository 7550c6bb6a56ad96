"""Help fits a terminal in every language, counted in the columns that a terminal shows."""

from __future__ import annotations

import re

import pytest

from tests.cli.made_parsers import made_parsers
from vanas_panel.text.language import LANGUAGES, speaking


def columns_of(line: str) -> int:
    """The columns of a line: two for each letter from Hangul to full width forms."""
    wide = "[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60]"
    return len(line) + len(re.findall(wide, line))


@pytest.mark.parametrize("columns", [80, 100])
@pytest.mark.parametrize("language", list(LANGUAGES))
def test_no_line_of_help_is_wider_than_the_terminal(monkeypatch, language, columns):
    monkeypatch.setenv("COLUMNS", str(columns))
    with speaking(language):
        said = {parser.prog: parser.format_help() for parser in made_parsers()}
    assert len(said) >= 13 and ("서버" in said["vanas-panel"]) == (language == "ko")
    # A command or a path that is longer than its column stands alone: it can be copied.
    wide = [line for help_text in said.values() for line in help_text.splitlines()
            if columns_of(line) > columns and len(line.split()) > 1]
    assert wide == []


def test_wrapping_keeps_every_word(monkeypatch):
    with speaking("ko"):
        monkeypatch.setenv("COLUMNS", "80")
        narrow = [parser.format_help() for parser in made_parsers()]
        monkeypatch.setenv("COLUMNS", "2000")
        assert [text.split() for text in narrow] == [
            parser.format_help().split() for parser in made_parsers()]

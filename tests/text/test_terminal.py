"""What a terminal is told: nothing that a file holds steers it."""

from __future__ import annotations

import ast
import io
import json
import logging
from pathlib import Path

import pandas as pd
import pytest

import vanas_panel
from vanas_panel.cli import command_line as cli
from vanas_panel.serve.process.logs import JsonLines, TextLines
from vanas_panel.text.terminal import escaped, say

SOURCES = Path(vanas_panel.__file__).parent
NASTY = ["\x1b[2J", "\x1b]52;c;aGk=\x07", "\x9b31m", "\x7f", "\u202egnp.exe", "\u2066", "\u200f", "\u2028", "\ufeff",
         "\U000e0041", "\r", "\n", "\t", "\b", "\udc80"]


def is_seen(text: str) -> bool:
    """By the Unicode database, which the package does not ask."""
    return all(letter.isprintable() for letter in text)


@pytest.mark.parametrize("text", NASTY)
def test_control_characters_are_written_as_codes(text):
    assert is_seen(escaped(f"conv{text}3x3"))
    assert "\\" in escaped(text)


@pytest.mark.parametrize("text", ["conv3x3-bn-relu", "Größe × 2 → 3 – “é”", "畳み込み", "👩‍🔬", "नमस्ते", "a\\b"])
def test_words_of_all_languages_stay(text):
    assert escaped(text) == text


def test_a_terminal_without_the_letters_shows_their_codes():
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, "ascii", newline="\n")
    say("Größe\x1b", stream)
    assert raw.getvalue() == b"Gr\\xf6\\xdfe\\x1b\n"


def test_info_and_errors_show_codes(capfd, tmp_path, monkeypatch):
    monkeypatch.setenv("VANAS_PANEL_CACHE", str(tmp_path / "cache"))
    path = tmp_path / "nasty\x1b[31m.csv"
    pd.DataFrame({"adjacency": ["010001000"], "operations": ["input,conv\x1b]0;owned\x07\u202e,output"],
                  "loss\x1b[2J": [0.5]}).to_csv(path, index=False)
    path.with_name(path.name + ".json").write_text(json.dumps({"notes": ["a\x1b[2Jb\nForged: line"],
                                                               "title": "\u202et"}))
    assert cli.main(["info", str(path)]) == 0
    output = capfd.readouterr()
    assert "conv\\x1b]0;owned\\x07\\u202e" in output.out and "a\\x1b[2Jb\\x0aForged" in output.out
    # The bar of progress moves the cursor with a carriage return of its own.
    assert is_seen((output.out + output.err).replace("\n", "").replace("\r", ""))
    path.write_text("operations\n")
    assert cli.main(["info", str(path)]) == 2
    assert cli.main(["info", str(tmp_path / "no\x1b[2J.csv")]) == 2
    with pytest.raises(SystemExit):
        cli.main(["fetch", "\x1b[2J"])
    assert is_seen(capfd.readouterr().err.replace("\n", "").replace("\r", ""))


@pytest.mark.parametrize("style", [TextLines(), JsonLines()])
def test_lines_of_the_log_show_codes(style):
    record = logging.LogRecord("vanas_panel.serve", logging.WARNING, "", 0, "Left out: %s", ("".join(NASTY),), None)
    record.vanas_fields = {"name": "".join(NASTY)}
    line = style.format(record)
    assert is_seen(line)
    if isinstance(style, JsonLines):
        assert json.loads(line)["name"] == "".join(NASTY)


def test_everything_printed_goes_through_the_one_function():
    for path in SOURCES.rglob("*.py"):
        if path.name == "terminal.py":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            called = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
            assert not called, f"{path}:{node.lineno} prints without escaping"

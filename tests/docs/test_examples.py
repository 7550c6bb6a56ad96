"""The examples in the pages run: Python as a reader would run it, and commands as far as the parser reads them.

The Python blocks of a page run one after the other in one namespace, in a folder with
the CSV files that lie beside the page. A block with ``>>>`` is a doctest.
What a page takes for granted stands before it in a comment that readers do not see: ``<!-- example setup ... -->``.
"""

from __future__ import annotations

import doctest
import json
import re
import shlex
import shutil
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from vanas_panel.cli.command_line import whole_parser

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
SETUP = re.compile(r"<!-- example setup\n(.*?)-->", re.DOTALL)
COMMAND = re.compile(r"^(?:\$ )?(?:[A-Z_]+=\S+ )*(?:\.venv/bin/)?vanas-panel (.*)$")


def blocks(page: Path) -> list[tuple[str, str, int]]:
    """Language, text and first line of every block of code of a page; hidden setup counts as Python."""
    found = []
    for token in MarkdownIt().parse(page.read_text(encoding="utf-8")):
        line = token.map[0] + 2 if token.map else 0
        if token.type == "fence":
            found.append((token.info.strip(), token.content, line))
        elif token.type == "html_block" and (setup := SETUP.search(token.content)):
            found.append(("python", setup[1], line))
    return found


def nested(language: str) -> list:
    """Pages that have a block in a language."""
    pages = [page for page in PAGES if any(info == language for info, _, _ in blocks(page))]
    return [pytest.param(page, id=page.relative_to(ROOT).as_posix()) for page in pages]


@pytest.mark.parametrize("page", nested("python"))
def test_python_of_a_page_runs(page, tmp_path, monkeypatch):
    for file in page.parent.glob("*.csv"):
        shutil.copy(file, tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("VANAS_PANEL_DATA", str(tmp_path / "data"))
    monkeypatch.delenv("VANAS_PANEL_SHELF", raising=False)
    names: dict = {"__name__": "__main__"}
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
    for info, text, line in blocks(page):
        if info != "python":
            continue
        if ">>> " in text:
            example = doctest.DocTestParser().get_doctest(text, names, page.name, str(page), line)
            said: list[str] = []
            runner.run(example, out=said.append, clear_globs=False)
            names.update(example.globs)
            assert not runner.failures, "".join(said)
        else:
            exec(compile("\n" * (line - 1) + text, str(page), "exec"), names)


def commands() -> list:
    """Every command of ``vanas-panel`` that a page shows."""
    found = []
    for page in PAGES:
        for info, text, _ in blocks(page):
            if info in ("", "sh", "text"):
                lines = text.replace("\\\n", " ").splitlines()
                matches = [match for line in lines if (match := COMMAND.match(line.strip()))]
                found += [pytest.param(match[1], id=f"{page.name}: {match[1]}") for match in matches]
    return found


@pytest.mark.parametrize("command", commands())
def test_command_of_a_page_is_understood(command):
    options = whole_parser().parse_args(shlex.split(command, comments=True))
    assert callable(options.run)


@pytest.mark.parametrize("page", nested("json"))
def test_json_of_a_page_can_be_read(page):
    for info, text, _ in blocks(page):
        assert info != "json" or json.loads(text)


def test_examples_are_found():
    assert len(nested("python")) >= 5 and len(commands()) >= 10

"""The documentation site builds without a warning, asks no other host for anything, and stops at what leads nowhere."""

from __future__ import annotations

import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOADS = {"src", "srcset", "data", "poster", "action", "formaction", "background"}
"""Attributes whose address a browser asks for by itself."""


class Loaded(HTMLParser):
    """Collects what a browser asks for when it opens a page; where a link to click leads is no part of it."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self._in_style = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._in_style = tag == "style"
        for name, value in attrs:
            if name in LOADS or (name == "href" and tag not in ("a", "area")):
                self.addresses.append(value or "")
            if name == "style":
                self.addresses += addresses_of_css(value or "")

    def handle_data(self, data: str) -> None:
        if self._in_style:
            self.addresses += addresses_of_css(data)


def addresses_of_css(text: str) -> list[str]:
    """What a style sheet loads."""
    return re.findall(r"(?:url\(|@import)\s*['\"]?([^'\")\s;]+)", text)


def is_outside(address: str) -> bool:
    """Whether an address names a host."""
    return re.match(r"\s*([a-z][a-z+.-]*:)?//", address, re.IGNORECASE) is not None


@pytest.mark.parametrize(("html", "outside"), [
    ('<script src="https://cdn.example/x.js"></script>', True),
    ('<link rel="stylesheet" href="//fonts.example/css">', True),
    ('<p style="background: url(\'http://a.example/b.png\')">', True),
    ("<style>@import 'https://a.example/b.css';</style>", True),
    ('<a href="https://a.example/">read</a> <img src="_images/page.png">', False),
    ('<img src="data:image/png;base64,AAAA">', False),
])
def test_scan_finds_every_resource_that_a_browser_would_load(html, outside):
    loaded = Loaded()
    loaded.feed(html)
    assert any(map(is_outside, loaded.addresses)) is outside


def test_site_asks_no_other_host(site):
    pages = sorted(site.rglob("*.html"))
    assert len(pages) >= 10
    for page in pages:
        loaded = Loaded()
        loaded.feed(page.read_text(encoding="utf-8"))
        assert loaded.addresses and [each for each in loaded.addresses if is_outside(each)] == [], page.name
    for sheet in site.rglob("*.css"):
        assert [each for each in addresses_of_css(sheet.read_text(encoding="utf-8")) if is_outside(each)] == []


def test_every_page_can_be_reached_from_the_first_one(site):
    seen, ahead = set(), [site / "index.html"]
    while ahead:
        page = ahead.pop()
        if page in seen:
            continue
        seen.add(page)
        found = re.findall(r'<a\b[^>]*\bhref="([^"#?:]+\.html)', page.read_text(encoding="utf-8"))
        ahead += [(page.parent / target).resolve() for target in found]
    # The theme has a field for searching in place of a link to these two.
    assert seen >= set(site.rglob("*.html")) - {site / "search.html", site / "genindex.html"}


@pytest.mark.parametrize(("text", "complaint"), [
    ("[away](elsewhere.md)", "elsewhere.md"),
    ("[away](#no-such-heading)", "no-such-heading"),
    ("[away](other.md#no-such-heading)", "no-such-heading"),
    ("![nothing](page.png)", "image file not readable"),
    ("```{toctree}\nabsent\n```", "nonexisting document"),
    ("```{autofunction} vanas_panel.no_such_function\n```", "no_such_function"),
    ("fine", ""),
])
def test_build_fails_on_broken_links(tmp_path, text, complaint):
    pages = tmp_path / "pages"
    pages.mkdir()
    shutil.copytree(ROOT / "docs" / "_static", pages / "_static")
    (pages / "index.md").write_text(f"# One\n\n{text}\n\n```{{toctree}}\nother\n```\n", encoding="utf-8")
    (pages / "other.md").write_text("# Other\n", encoding="utf-8")
    done = subprocess.run(["sh", str(ROOT / "scripts" / "docs.sh"), str(tmp_path / "out"), str(pages)], check=False,
                          capture_output=True, text=True)
    assert (done.returncode != 0) is bool(complaint), done.stderr
    assert complaint in done.stderr


@pytest.mark.parametrize("page", sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]),
                         ids=lambda page: page.name)
def test_files_that_a_page_names_are_there(page):
    folders = "vanas_panel|tests|scripts|docs|notebooks|locks|data"
    named = re.findall(rf"`((?:{folders})/[\w./*-]*)`", page.read_text(encoding="utf-8"))
    assert [path for path in named if not any(ROOT.glob(path.rstrip("/")))] == []

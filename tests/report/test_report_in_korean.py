"""Reports in Korean: what they say, how they are asked for, and that their scripts hold no text of their own."""

from __future__ import annotations

import json
import re
import sys
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest

import vanas_panel as vp
from vanas_panel.cli import main
from vanas_panel.draw.notebook import session_html, table_html
from vanas_panel.errors import ReportError
from vanas_panel.report import ShelfEntry, plan_of, report_html
from vanas_panel.report.offline import SCRIPTS
from vanas_panel.report.offline.page import FOLDER
from vanas_panel.report.recipe import code_of
from vanas_panel.text.language import speaking
from vanas_panel.text.script_texts import ELEMENT_ID, script_texts

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))
import catalogue  # noqa: E402

HANGUL = re.compile("[가-힣]")
MADE = date(2026, 1, 31)
# Names of data, operations, programs and files, and the reporter's own words.
SAME = re.compile(r"conv|max-pool|input|output|FLOPs|MAC|SVG|PNG|CSV|Own|mnist-cells|vanas-panel|mira|Mine|[\d.]+$"
                  r"|Python|numpy|numba|pandas|bokeh|holoviews|datashader|panel")


class Words(HTMLParser):
    """The texts of a file that a person sees or hears."""

    def __init__(self, html: str):
        super().__init__()
        self.found: list[str] = []
        self.lang = ""
        self._silent = 0
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        """Keep what a pointer and a screen reader say."""
        self._silent += tag in ("script", "style", "pre")
        said = dict(attrs)
        self.lang = said["lang"] if tag == "html" else self.lang
        self.found += [said[name] for name in ("title", "aria-label") if said.get(name)]

    def handle_endtag(self, tag):
        """Hear texts again."""
        self._silent -= tag in ("script", "style", "pre")

    def handle_data(self, data):
        """Keep a text."""
        if not self._silent and data.strip():
            self.found.append(data.strip())


@pytest.fixture(scope="module")
def session():
    table = vp.open_table("mnist-cells")
    session = vp.Session(table)
    session.load_row(table.best(session.metric))
    session.pin()
    session.select(range(200))
    return session


@pytest.fixture(scope="module")
def plan(session):
    entry = ShelfEntry("Mine", session.draft, "", (), "mira", "2026-01-02")
    return plan_of(session.table, session=session, notes="Own words", shelf_entries=[entry], lang="ko", made=MADE)


def test_everything_that_is_said_is_korean(plan):
    words = Words(report_html(plan))
    assert words.lang == "ko"
    assert [each for each in words.found if re.search("[A-Za-z]{3}", each) and not HANGUL.search(each)
            and not SAME.search(each)] == []
    said = "\n".join(words.found)
    for term in ("탐색 오버뷰", "간선 중요도", "구조 추천", "사전 설정", "성능", "정점 7개", "2026년 1월 31일",
                 "mira · 2026년 1월 2일", "셀 2,532개", "평가 정확도"):
        assert term in said


def test_draft_that_is_no_cell_is_explained_in_korean(session):
    other = vp.Session(session.table)
    other.add_vertex("conv3x3-bn-relu")
    html = report_html(plan_of(session.table, session=other, lang="ko"))
    said = html.split("<main>")[1].split("<script")[0]
    assert "input에서 output까지의 경로가 없습니다." in said and "There is no path" not in said


def test_english_report_does_not_depend_on_the_language_around(session):
    with speaking("ko"):
        html = report_html(plan_of(session.table, session=session, lang="en", made=MADE))
    words = Words(html)
    assert words.lang == "en" and not HANGUL.search(html)
    assert "How this report was made" in words.found and "2,532 cells" in words.found


def test_report_speaks_the_language_of_its_session(session):
    korean = vp.Session(session.table, lang="ko")
    assert plan_of(session.table, session=korean).language == "ko"
    assert plan_of(session.table, session=korean, lang="en").language == "en"
    assert plan_of(session.table, session=session, lang="ko-KR").language == "ko"


def test_language_that_is_none_of_ours_is_refused(session):
    with pytest.raises(ReportError, match=r"^Found the language 'tlh' of a report; expected one of en, ko. Choose "):
        plan_of(session.table, lang="tlh")


def test_code_of_a_korean_report_makes_it_again(plan, tmp_path, monkeypatch):
    code = code_of(plan)
    assert 'lang=\'ko\',' in code and "vp.save_report(" in code
    monkeypatch.chdir(tmp_path)
    exec(compile(code, "recipe", "exec"), {})
    today = date.today()
    again = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert again.replace(f"{today.year}년 {today.month}월 {today.day}일", "2026년 1월 31일") == report_html(plan)


def test_command_writes_it_and_refuses_others(tmp_path, capsys):
    target = tmp_path / "cells.html"
    assert main(["report", "structure4", str(target), "--lang", "ko", "--without", "code"]) in (None, 0)
    assert '<html lang="ko"' in target.read_text(encoding="utf-8")
    assert main(["report", "structure4", str(target), "--lang", "fr"]) == 2
    assert "Found the language 'fr' of a report" in capsys.readouterr().err


def test_texts_of_the_designer_travel_as_data(plan, session):
    def held(html: str) -> dict:
        return json.loads(re.search(f'<script type="application/json" id="{ELEMENT_ID}">(.*?)</script>', html)[1])

    korean = held(report_html(plan))
    assert korean["language"] == "ko" and korean["texts"]["Undo (Ctrl+Z)"] == "실행 취소 (Ctrl+Z)"
    assert korean["texts"]["{count} edge"] == ["간선 {count}개"]
    english = held(report_html(plan_of(session.table, session=session, lang="en")))
    assert english == {"language": "en", "texts": {}}


def test_notebook_speaks_the_language_of_its_session(session):
    html = session_html(vp.Session(session.table, lang="ko"))
    assert "순위 기준" in html and "Ranked by" not in html
    with speaking("ko"):
        assert "평가 정확도" in table_html(session.table) and "Range" not in table_html(session.table)


# Scripts --------------------------------------------------------------------------------------------------------------

# Kinds of problems, which no person reads; and faults of a program that calls the designer, which go to its console.
PROGRAM = re.compile("no path|off path|too many|unknown operation|report took along|^Found |expected|a draft without|"
                     "vo-|data-|peek|prefers-color|image/|text/|tr\\[|#overview")


def _scripts() -> list[Path]:
    return [FOLDER.parent / "report.js", *sorted(set(FOLDER.glob("*.js")) - {FOLDER / "bundle.js"})]


@pytest.mark.parametrize("path", _scripts(), ids=lambda path: path.stem)
def test_every_marked_text_of_a_script_reaches_the_catalogue(path):
    source = re.sub(r"//.*", "", path.read_text(encoding="utf-8"))
    calls = len(re.findall(r"\bn?gettext\(", source)) - len(re.findall(r"function n?gettext\(", source))
    assert len(list(catalogue.texts_of_script(path.read_text(encoding="utf-8")))) == calls
    translations = script_texts("ko", SCRIPTS)
    for _, text, _ in catalogue.texts_of_script(path.read_text(encoding="utf-8")):
        assert (text if isinstance(text, str) else text[0]) in translations


@pytest.mark.parametrize("path", _scripts(), ids=lambda path: path.stem)
def test_no_script_says_anything_that_is_not_marked(path):
    marked = [part for _, text, _ in catalogue.texts_of_script(path.read_text(encoding="utf-8"))
              for part in ([text] if isinstance(text, str) else text)]
    source = re.sub(r"(?m)(^|\s)//.*", "", path.read_text(encoding="utf-8"))
    literals = re.findall(r'"((?:[^"\\\n]|\\.)*)"|`((?:[^`\\\n]|\\.)*)`', source)
    words = [each for pair in literals for each in pair if re.search(r"\b[A-Za-z]{2,} [a-z]{2,}\b", each)]
    assert [each for each in words if not PROGRAM.search(each) and not any(each in text for text in marked)] == []

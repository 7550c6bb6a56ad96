"""Drawers in Korean: no English sentence is left in what they show, say or have as tooltips."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser

import panel as pn
import pytest
from page_parts import click, html, part, parts
from trained_cells import CHAIN, POOL, record

import vanas_panel as vp
from vanas_panel.draw.theme import LIGHT
from vanas_panel.panels.about import BENCHMARK, PAPER, about_html
from vanas_panel.panels.code import FORMS, Exchange, code_html, skeletons_for
from vanas_panel.panels.report.panel import ReportForm, ReportPanel
from vanas_panel.panels.shelf.form import WordsForm
from vanas_panel.panels.shelf.panel import TeamShelf
from vanas_panel.panels.training.list import Listing, list_html
from vanas_panel.panels.training.panel import Train
from vanas_panel.panels.training.results import result_html
from vanas_panel.panels.training.text import Drawn, cell_html, live_html, others_html
from vanas_panel.shelf import Shelf
from vanas_panel.state.session import Session
from vanas_panel.text.language import speaking
from vanas_panel.training.joined import why_not_joined
from vanas_panel.training.personal import Trained
from vanas_panel.training.run import CANCELLED, DONE, FAILED, RUNNING, STARTING, WAITING, Evaluation, Progress, Run
from vanas_panel.training.settings import Settings
from vanas_panel.widgets.markup import Markup
from vanas_panel.widgets.paste_box import PasteBox
from vanas_panel.widgets.tools import Tools

NAMES = ("NAS-Bench-101", "vanas-panel train", "vanas-panel", "CITATION.cff", "README.md", "python cell.py",
         "Python API", PAPER, BENCHMARK, "conv 1×1", "conv 3×3", "max-pool 3×3", "Ctrl+Enter", "Choi, Hong and Jo, "
         "VANAS: A Visual Analytics System for Neural Architecture Search (2021)", "torch", "numpy", "python",
         "Ying et al., NAS-Bench-101: Towards Reproducible Neural Architecture Search (ICML 2019)")
"""Names and citations, which are the same in every language."""


class _Words(HTMLParser):
    """Texts of HTML, those in attributes too; not those of code."""

    def __init__(self):
        super().__init__()
        self.found: list[str] = []
        self._quiet = 0

    def handle_starttag(self, tag, attributes):
        self._quiet += tag == "pre"
        self.found += [value for name, value in attributes
                       if name in ("title", "aria-label", "placeholder", "data-done", "data-undone") and value]

    def handle_endtag(self, tag):
        self._quiet -= tag == "pre"

    def handle_data(self, data):
        if not self._quiet:
            self.found.append(data)


def english_in(html: str) -> Iterator[str]:
    """Texts with words in a row that are no names, or with one English word alone."""
    words = _Words()
    words.feed(html)
    for found in words.found:
        for name in sorted(NAMES, key=len, reverse=True):
            found = found.replace(name, " · ")
        found = re.sub(r"[\w-]+\.(py|json|csv|html|svg|png)\b", "·", found).strip()
        if re.search(r"[A-Za-z]{2,},? [a-z]{2,}|^[A-Z]?[a-z]{2,}\W*$", found):
            yield found


@pytest.fixture(autouse=True)
def korean():
    with speaking("ko"):
        yield


@pytest.fixture(scope="module")
def table():
    return vp.open_table("mnist-cells")


def test_english_is_found():
    assert list(english_in('<b title="Click here">복사</b> NAS-Bench-101 <i>Maps</i>')) == ["Click here", "Maps"]


def test_about(table):
    assert list(english_in(about_html(Session(table)))) == []


def test_code_of_cells_and_drafts(table):
    session = Session(table)
    skeletons = skeletons_for(table)
    for row in (None, 3):
        if row is not None:
            session.load_row(row)
        for form in FORMS:
            html = code_html(session.draft, table.space, form, skeletons)
            assert list(english_in(html.replace("mnist-cells (MNIST, 12 × 12)", "").replace("(CIFAR-10)", ""))) == []
    drawer = Exchange(session)
    assert list(english_in(" ".join(f"<p>{words}</p>" for words in part(drawer, PasteBox).texts.values()))) == []


def test_answers_to_pasted_texts(table):
    session = Session(table)
    session.load_row(3)
    drawer = Exchange(session)
    field = part(drawer, PasteBox)
    same = FORMS["json"].write(session.draft, table.space, None)
    field.receive(same)
    assert field.said == "이미 그려져 있는 셀입니다."
    session.load_row(4)
    field.receive(same)
    assert field.said == "불러왔습니다. 실행 취소로 되돌릴 수 있습니다."
    field.receive('{"operations": ["input", "attention", "output"], "edges": [[0, 1], [1, 2]]}')
    assert field.refused and "연산 attention을(를) 찾았습니다." in field.said


def test_report(table):
    session = Session(table)
    form = part(ReportPanel(session, Tools()), ReportForm)
    for rows in (None, [1, 2, 3]):
        session.select(rows)
        session.drawer = ""
        session.drawer = "report"
        assert list(english_in(form.html)) == []
    form.receive({"do": "export", "name": "importance", "kind": "csv"})
    assert re.fullmatch(r"mnist-cells-importance\.csv을\(를\) 저장했습니다\(\d+ kB\)\.", form.said)
    form.receive({"do": "export", "name": "contributions", "kind": "csv"})
    assert form.refused and form.said.startswith("구조 디자이너에 측정된 셀이 없습니다.")
    assert list(english_in(" ".join(f"<p>{words}</p>" for words in form.texts.values()))) == []


def _run(state: str, **changes) -> Run:
    """A run in a state, which nothing runs."""
    people = dict.fromkeys(("ann", *changes.pop("people", ())), "")
    return Run("one", 0, CHAIN, Settings(), people, Progress(state, **changes))


@pytest.mark.parametrize("progress", [
    {"state": STARTING}, {"state": WAITING}, {"state": RUNNING}, {"state": RUNNING, "step": 90, "restarts": 1},
    {"state": CANCELLED}, {"state": FAILED, "step": 8, "evaluations": (Evaluation(4, (0.5,), (0.25,)),)},
    {"state": DONE, "step": 180, "evaluations": (Evaluation(180, (None,), (None,)),)}], ids=lambda each: each["state"])
def test_runs(progress):
    run = _run(**progress, people=("bob",))
    html = live_html(Drawn(CHAIN, run=run), "") + others_html([run])
    assert list(english_in(html)) == [] and "학습" in html


def test_cells_that_were_trained(table):
    lone, failed = record(), record(POOL)
    failed.repeats[0].update(failed=True, reason="발산", train_accuracy=[None], validation_accuracy=[None],
                             test_accuracy=[None], training_seconds=[None])
    rows = [Trained(1, "mnist-cells", lone), Trained(2, "", failed)]
    assert list(english_in("".join(map(result_html, rows)).replace("PyTorch ?", "").replace("float32", ""))) == []
    reason = why_not_joined(table, [])
    for listing in (Listing(rows, shown=1, why_not=reason), Listing(rows, counted=1, outdated=True, asked=1)):
        html = list_html(listing, table.space.operations, LIGHT)
        assert list(english_in(html)) == [] and "여기에서 학습한 셀" in html
    for settings in (Settings(), Settings(precision="bf16")):
        words = cell_html(Drawn(CHAIN, "", 100, 1000), settings, "", table.space.operations, LIGHT)
        assert list(english_in(words.replace("bfloat16", ""))) == []


def test_training_of_a_draft_and_without_workers(table):
    session = Session(table)
    drawer = Train(session, Tools())
    assert list(english_in(html(drawer))) == []
    assert "작업 프로세스가 없습니다" in html(drawer)


def _shown(drawer: TeamShelf) -> str:
    """Everything that the drawer of the shelf shows."""
    form = part(drawer, WordsForm)
    words = "".join(f'<i title="{tooltip}">{face}</i>' for _, face, tooltip in form.answer["buttons"])
    said = "".join(f"<p>{each}</p>" for each in (*form.texts.values(), form.start.get("heading", ""),
                                                 part(drawer, pn.widgets.TextInput).placeholder))
    return "".join(each.html for each in parts(drawer, Markup)) + form.answer["notice"] + words + said


def test_shelf(table, tmp_path):
    shelf, session = Shelf(tmp_path / "shelf.sqlite"), Session(table, drawer="shelf")
    drawer = TeamShelf(session, Tools(user="ann", shelf=shelf))
    assert list(english_in(_shown(drawer))) == [] and "보관함이 비어 있습니다" in _shown(drawer)
    session.load_row(3)
    click(drawer, "new")
    assert list(english_in(_shown(drawer))) == [] and "저장" in _shown(drawer)
    form = part(drawer, WordsForm)
    form.receive({"action": "save", "name": "", "note": "", "tags": ""})
    assert "이름이 없습니다" in form.answer["notice"]
    form.receive({"action": "save", "name": "넓은 셀", "note": "메모", "tags": "태그"})
    assert "“넓은 셀”을(를) 저장했습니다." in html(drawer)
    entry = shelf.entries()[0]
    shelf.update(entry.id, "bob", 1, note="다른 메모")
    click(drawer, "refresh")
    for action in ("edit", "compare", "versions", "delete"):
        click(drawer, f"{action}:{entry.id}")
        shown = _shown(drawer).replace(">ann<", "><").replace("ann", "·").replace("bob", "·")
        assert list(english_in(shown)) == [], action
    # The form is of the version before the last one.
    shelf.update(entry.id, "bob", 2, note="또 다른 메모")
    form.receive({"action": "save", "name": "이름", "note": "", "tags": ""})
    assert "수정을 시작한 버전은 2인데" in form.answer["notice"]
    assert "내 것으로 덮어쓰기" in _shown(drawer)
    click(drawer, f"really:{entry.id}")
    assert "“넓은 셀”을(를) 삭제했습니다." in html(drawer)


def test_page_without_a_shelf(table):
    assert "보관함이 없습니다" in TeamShelf(Session(table, lang="ko"), Tools()).__panel__().html

"""Languages: which one holds where, the catalogues, and that no text of a finished module is left unmarked."""

from __future__ import annotations

import ast
import pickle
import re
import string
import sys
import threading
from pathlib import Path

import pytest
from page_parts import click, html, part

import vanas_panel as vp
from vanas_panel.page.dashboard import linked
from vanas_panel.panels.about import BENCHMARK, PAPER
from vanas_panel.state.link import restore, to_query
from vanas_panel.tables.metrics import known_metric, label_of
from vanas_panel.text.language import (
    LANGUAGES,
    Message,
    current_language,
    gettext,
    keep_language,
    known_language,
    ngettext,
    preferred_language,
    speaking,
    translated,
)
from vanas_panel.widgets.landmark import Landmark
from vanas_panel.widgets.markup import Markup

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))
import catalogue  # noqa: E402

HANGUL = re.compile("[가-힣]")

@pytest.fixture(scope="module")
def table():
    return vp.open_table("structure4")


# Which language holds ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("tag", "expected"), [
    ("ko", "ko"), ("ko-KR", "ko"), ("KO_kr.UTF-8", "ko"), (" en-GB ", "en"), ("korean", None), ("", None), ("*", None)])
def test_language_of_a_tag(tag, expected):
    assert known_language(tag) == expected


@pytest.mark.parametrize(("header", "expected"), [
    ("ko-KR,ko;q=0.9,en-US;q=0.8,en;q=0.7", "ko"), ("en-GB,en;q=0.9,ko;q=0.8", "en"), ("fr,ko;q=0.4", "ko"),
    ("ko;q=0,en;q=0.1", "en"), ("fr-FR, de;q=0.5", None), ("", None), ("ko;q=abc, en;q=0.1", "en"),
    ("\x00,;;;q=,=" * 500, None)])
def test_language_of_a_browser(header, expected):
    assert preferred_language(header) == expected


def test_environment_decides_where_nothing_else_does(monkeypatch, table):
    monkeypatch.setenv("VANAS_PANEL_LANG", "ko_KR.UTF-8")
    assert current_language() == "ko" and vp.Session(table).language == "ko"
    assert linked([table], "").session.language == "ko"
    assert linked([table], "", accepted_languages="en").session.language == "en"
    monkeypatch.setenv("VANAS_PANEL_LANG", "tlh")
    assert current_language() == "en"


def test_link_goes_before_browser_and_keeps_what_was_chosen(table):
    page = linked([table], "?lang=en", accepted_languages="ko")
    assert page.session.language == "en" and "lang=en" in to_query(page.session)
    # What a browser asks for is no part of a link: whoever opens it has a browser of their own.
    assert "lang" not in to_query(linked([table], "", accepted_languages="ko").session)
    assert restore("?lang=ko-KR", [table]).session.lang == "ko"


def test_unknown_language_of_a_link_is_said_and_english_stays(table):
    session, messages = restore("?lang=tlh&dark=1", [table])
    assert session.language == "en" and session.dark
    assert messages == ("lang: Found 'tlh'; expected one of 'en', 'ko'.",)


def test_explore_takes_a_language(table):
    page = vp.explore(table, lang="ko")
    assert "구조 디자이너" in html(page.views["designer"])
    assert "Designer" in html(vp.explore(table).views["designer"])


def test_view_alone_speaks_the_language_of_its_session(table):
    session = vp.Session(table, lang="ko")
    view = vp.views.Completions(session)
    assert "구조 추천" in html(view)
    # Changed from code that runs in no language of a page, as in the next cell of a notebook.
    session.extra_vertices = 1
    assert "구조 추천" in html(view)
    session.add_edge(0, 0)
    assert HANGUL.search(session.message)


def test_pages_in_two_languages_stay_in_theirs_on_any_thread(table):
    shown = {}
    for language in LANGUAGES:
        views = linked([table], f"lang={language}").views
        shown[language] = part(views["overview"], Markup, "overview-settings"), part(views["completions"], Markup)
    failures = []

    def click(language: str) -> None:
        for _ in range(20):
            settings, completions = shown[language]
            settings.receive("log_x")
            completions.receive("extra:1")
            completions.receive("extra:0")
            texts = settings.html + completions.html
            if bool(HANGUL.search(texts)) != (language == "ko"):
                failures.append(texts)

    threads = [threading.Thread(target=click, args=[language]) for language in LANGUAGES]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures


def test_empty_text_stays_empty_in_every_language():
    for language in LANGUAGES:
        with speaking(language):
            assert gettext("") == ""


def test_callback_keeps_its_language_and_leaves_that_of_its_caller():
    with speaking("ko"):
        kept = keep_language(lambda: gettext("Designer"))
    assert kept() == "구조 디자이너" and gettext("Designer") == "Designer"


def test_switch_in_the_header_goes_on_in_the_other_language(table):
    page = vp.explore(table)
    page.session.add_vertex("conv3x3-bn-relu")
    before = page.session.draft
    click(page, "lang:ko")
    assert page.session.lang == "ko" and page.session.draft == before and page.session.can_undo
    assert "사전 설정" in html(page.views["presets"])
    assert part(page, Landmark, "vp-body").html_attributes["lang"] == "ko"


def test_page_goes_on_with_the_session_that_code_holds(table):
    page = vp.explore(table)
    session, old = page.session, page.views["completions"]
    heard = []
    session.param.watch(lambda event: heard.append(event.new), "extra_vertices")
    session.drawer = "report"
    session.add_vertex("conv3x3-bn-relu")
    for _ in range(3):
        session.lang = "ko"
        assert page.session is session and session.drawer == "report" and session.can_undo
        assert "구조 디자이너" in html(page.views["designer"])
        session.lang = "en"
    assert "Designer" in html(page.views["designer"])
    session.extra_vertices = 1
    # What watched the session before still does, and nothing of the pages that went.
    assert heard == [1] and page.views["completions"] is not old
    assert 'aria-checked="true" data-action="extra:1"' in html(page.views["completions"])
    assert 'aria-checked="true" data-action="extra:1"' not in html(old)
    assert watchers_of(session) == watchers_of(_once_switched(table))


def watchers_of(session) -> int:
    """How many watch parameters of a session."""
    return sum(len(each) for watched in session.param.watchers.values() for each in watched.values())


def _once_switched(table):
    """A session whose page has been in the same drawer and language, and is watched by one more."""
    page = vp.explore(table)
    page.session.param.watch(print, "lang")
    page.session.drawer = "report"
    return page.session


def test_switch_of_the_language_is_no_step_of_the_history(table):
    page = linked([table], "")
    page.session.load_row(3)
    step, visit, query = page.address.entry
    page.session.lang = "ko"
    assert page.address.entry == [step, visit, f"{query}&lang=ko"] and page.address.language == "ko"
    # Back to before the cell was loaded: that state, in the language of now.
    page.address.receive({"back": "?", "visit": 1})
    assert page.session.draft.operations == ("input", "output") and page.session.lang == "ko"
    assert page.address.entry[1:] == [1, to_query(page.session)]


def test_header_offers_every_language_and_marks_the_current_one(table):
    header = html(vp.explore(table, lang="ko"), "vp-header")
    assert '<button data-action="lang:ko" lang="ko" aria-pressed="true"' in header
    assert '<button data-action="lang:en" lang="en" aria-pressed="false"' in header


# Texts ----------------------------------------------------------------------------------------------------------------


def test_message_is_english_text_that_can_be_said_in_korean():
    message = Message("{count} edge", "{count} edges", 3)
    assert message == "3 edges" and translated(message) == "3 edges"
    with speaking("ko"):
        assert translated(message) == translated(pickle.loads(pickle.dumps(message))) == "간선 3개"
        assert translated("3 edges") == "3 edges"


def test_labels_of_standard_metrics_are_translated_and_others_kept():
    with speaking("ko"):
        assert label_of(known_metric("test_accuracy_12_half")) == "평가 정확도, 12 에폭, 중간"
        assert label_of(known_metric("my_loss")) == "My loss"
        assert ngettext("{count} cell", "{count} cells", 1) == "셀 {count}개"
    assert label_of(known_metric("test_accuracy")) == known_metric("test_accuracy").label == "Test accuracy"


def test_names_that_look_like_placeholders_stay_text(table):
    with speaking("ko"):
        assert gettext("best {metric}").format(metric="{x} <b>") == "최고 {x} <b>"


# Catalogues -----------------------------------------------------------------------------------------------------------


def _placeholders(text: str) -> set[tuple[str | None, ...]]:
    """Placeholders with what is done to their values; those of argparse, too."""
    return {each[1:] for each in string.Formatter().parse(text) if each[1] is not None} | {
        (each,) for each in re.findall(r"%(?:\(\w+\))?[sr]", text)}


@pytest.mark.parametrize("path", sorted(catalogue.CATALOGUES.rglob("*.po")), ids=lambda path: path.parts[-3])
def test_catalogue_has_every_text_with_its_placeholders(path):
    wanted = {(each.id, each.context) for each in catalogue.template() if each.id}
    found = {(each.id, each.context): each for each in catalogue.read(path) if each.id}
    assert wanted == set(found), "run make catalogue"
    for (message, _), each in found.items():
        assert not each.fuzzy, message
        source = message if isinstance(message, str) else message[-1]
        for translation in (each.string if isinstance(each.string, tuple) else [each.string]):
            assert translation.strip(), f"no translation of {message}"
            assert _placeholders(translation) == _placeholders(source), translation
            assert translation == translation.strip() or source != source.strip()


def test_every_language_has_a_catalogue_and_every_catalogue_a_language():
    assert {path.parts[-3] for path in catalogue.CATALOGUES.rglob("*.po")} == set(LANGUAGES) - {"en"}


def test_marked_texts_are_found_in_any_expression():
    source = '''
f"<b>{text(_('one'))}</b>"
ngettext("a cell", "cells", n)
pgettext("drawer", "Train")
Message("{count} a", "{count} b", 2)
Message("alone {x}", x=", ".join(y))
self._said("said")
other("not")
SourceError(f"a {x}", "b" if y else "c", name)
ValueError("for a debugger")
'''
    assert [found[1:] for found in sorted(catalogue.texts_of(source), key=lambda each: each[0])] == [
        ("one", None), (("a cell", "cells"), None), ("Train", "drawer"), (("{count} a", "{count} b"), None),
        ("alone {x}", None), ("said", None), ("b", None), ("c", None)]


def _unmarked(source: str) -> list[str]:
    """Texts of a module that read like words for a person and go through no mark."""
    tree = ast.parse(source)
    passed = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            passed.add(node.value)  # documentation
        elif isinstance(node, ast.Assign) and any(getattr(name, "id", "") == "__all__" for name in node.targets):
            passed.update(ast.walk(node))
        elif isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            marks = catalogue.SINGLE | catalogue.PLURAL | catalogue.EITHER | catalogue.WITH_CONTEXT
            if name in marks or catalogue.ERRORS.fullmatch(name) or re.match(r"exception|.*Error$|TypeVar", name):
                passed.update(ast.walk(node))
            if isinstance(node.func, ast.Attribute) and getattr(node.func.value, "id", "") == "_log":
                passed.update(ast.walk(node))  # the log is English, so that it can be searched for and compared
            passed.update(part for keyword in node.keywords if keyword.arg == "doc" for part in ast.walk(keyword))
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in passed:
            words = re.sub(r"<[^>]*>?|[^<]*\b[\w-]+=\"[^\"]*\"?|[^<>]*>", " ", node.value)
            style = re.search(r"[{};]|://|=\"|^\s*[.@:]|const |function|^(import|from) |color-mix\(", node.value)
            if not style and re.search(r"\b[A-Za-z]{2,} [a-z]{2,}|^[A-Z][a-z]{2,}$", words.strip()):
                found.append(node.value)
    return found


def _composed(source: str) -> list[str]:
    """Errors of a module that are composed without a `Message`, so that no catalogue can have them."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if catalogue.ERRORS.fullmatch(name):
                found += [ast.unparse(part) for part in node.args if isinstance(part, ast.JoinedStr)
                          and re.search("[A-Za-z]{2,}", "".join(str(each.value) for each in part.values
                                                                if isinstance(each, ast.Constant)))]
    return found


def test_composed_errors_are_found():
    assert len(_composed('raise SourceError(f"a {x} thing", "b", Message("c {x}", x=x))')) == 1
    assert _composed('raise ValueError(f"a {x} thing"); SourceError(f"{x}: {y}", "b", "c")') == []


def test_no_module_composes_an_error_without_a_message():
    found = {path.relative_to(ROOT / "vanas_panel").as_posix() for path in (ROOT / "vanas_panel").rglob("*.py")
             if _composed(path.read_text(encoding="utf-8"))}
    assert found == set()


def test_unmarked_words_are_found():
    assert _unmarked('x = f"{count} cells here"') == [" cells here"]
    assert _unmarked('x = f"<b>Best one</b> {y}"') == ["<b>Best one</b> "]
    assert _unmarked('x = _("Best one"); y = "data-action"; z = "fill_color"') == []


def test_every_text_for_people_is_marked():
    found = {}
    for path in sorted((ROOT / "vanas_panel").rglob("*.py")):
        texts = [text for text in _unmarked(path.read_text(encoding="utf-8")) if text not in ALLOWED]
        if texts and path.relative_to(ROOT / "vanas_panel").as_posix() not in EXEMPT:
            found[path.relative_to(ROOT / "vanas_panel").as_posix()] = texts
    assert found == {}


EXEMPT = {
    "__init__.py": "names of public objects and of work that a higher room does",
    "core/cell_edits.py": "words of frames, which are English; the page has its own",
    "core/draft.py": "names of work that a higher room does",
    "exchange/genotype_template.py": "code, which is English",
    "exchange/json_text.py": "the mark of a form",
    "exchange/nasbench.py": "comments in code, which is English",
    "files/json_schema.py": "patterns of what msgspec says",
    "inspector/formats/onnx_file.py": "names of operations of ONNX",
    "inspector/formats/pytorch_pickle.py": "names of functions of PyTorch",
    "readers/columns/exact.py": "words in names of columns",
    "readers/columns/identifiers.py": "words in names of columns",
    "readers/columns/percents.py": "the unit of a description",
    "readers/columns/recorded.py": "words in names of columns",
    "readers/description.py": "a choice in a description",
    "readers/download/http.py": "a header of HTTP",
    "readers/formats/nasbench.py": "the title of a publication",
    "readers/formats/tabular.py": "what a stored note is known by",
    "readers/trials/json_texts.py": "a number as JSON of Python has it",
    "readers/trials/kinds.py": "words in names of columns",
    "readers/trials/nni.py": "SQL",
    "readers/trials/optuna_frame.py": "names of columns",
    "readers/trials/optuna_sqlite.py": "SQL",
    "readers/trials/plain.py": "names of columns",
    "readers/trials/ray.py": "names of columns",
    "readers/trials/sqlite_files.py": "SQL",
    "readers/trials/wandb.py": "names of columns",
    "shelf/database.py": "SQL",
    "shelf/upgrade.py": "SQL",
    "state/code_text.py": "Python",
    "state/session.py": "names of work that a higher room does",
    "studies/results.py": "names of work that a higher room does",
    "tables/metrics.py": "words in names of columns",
    "tables/table.py": "names of work that a higher room does",
    "text/language.py": "what a language calls itself",
    "training/device.py": "a line of the system",
    "training/joined.py": "a title that tables/titles.py translates",
    "training/personal.py": "SQL, and a title that tables/titles.py translates",
    "training/results.py": "names of work that a higher room does",
    "training/run.py": "states, which draw/notebook.py and the panel translate",
    "training/runs.py": "a part of the name of an exception of Dask",
    "training/table.py": "labels and notes that are stored, and translated where they are shown",
    "serve/compat.py": "names what a new release of Bokeh breaks, for whoever raises its bound",
    "widgets/compat.py": "as serve/compat.py",
    "serve/process/connections.py": "answers before a request is read, when no language is known",
    "serve/process/lifecycle.py": "writes reasons into the log",
    "serve/process/logs.py": "names the events of the log",
    "serve/process/supervisor.py": "writes reasons into the log",
}
"""Modules whose texts no visitor reads, and why."""

ALLOWED = {"JSON lines", "PRAGMA journal_mode=DELETE",
           "Python", "no path", "off path", "Home", "End", "Enter", "Escape", "Preset",
           "Presets",
           " conic-gradient(from -45deg at bottom, ", PAPER, BENCHMARK, "a form is for one of both",
           "too many vertices", "too many edges", "unknown operation", "not of this kind",
           "HTML of a space", "SVG of a space", "Parquet",
           "NAS-Bench-Graph (Qin et al., NeurIPS 2022)", "NAS-Bench-Macro (Su et al., AAAI 2021)",
           # Headers of HTTP, and what a browser writes into its console.
           "Accept", "Forwarded", "Host", "Lax", "Origin", "Server", "Upgrade", "Via", "signed out", "Our",
           "The server could not do that.",
           # Names: of classes of exceptions, of values in Python, of a line that stands for chance, of a library, and
           # of work that a higher room does.
           "Cancelled", "True", "False", "chance of ", "agreement of budgets, ", " trainings for ", "Optuna",
           "left out",
           "HTML of a search", "HTML of DARTS", "HTML of DG-DARTS", "HTML of NEAT", "SVG of a genome",
           "page of a training", "HTML of a training",
           # The use that a key is derived for.
           "cookie name"}
"""Texts that no person reads as words."""

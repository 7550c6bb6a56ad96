"""HTML and SVG come from templates alone, and whatever text enters one is escaped, once."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape

from vanas_panel.draw.html import Html, pieces

PACKAGE = Path(__file__).resolve().parents[2] / "vanas_panel"
TEMPLATES = sorted(PACKAGE.rglob("*.html"))
MODULES = sorted(PACKAGE.rglob("*.py"))
NAMES = [path.relative_to(PACKAGE).as_posix() for path in TEMPLATES]

# Python texts with markup in them, and why.
ALLOWED: dict[str, str] = {
    "draw/trials/still.py": "patterns that take buttons out of the HTML of the page",
    "serve/pages.py": "a template of Bokeh's own page, which Bokeh renders",
    "text/script_texts.py": "a block of JSON for scripts with each < escaped; its room is below templates",
    "report/document.py": "it looks for the end tag of a script, whose digest it takes",
}

# Calls of Html() with more than a constant, and why what they get is HTML.
TRUSTED = {
    "draw/trials/still.py": "HTML of the page, from which actions are taken",
    "report/trials.py": "its style sheet",
    "report/cells_section.py": "its style sheet",
    "serve/preview/marks.py": "HTML of the page in which colours of its own are exchanged",
    "serve/preview/tree.py": "JSON with each < escaped",
    "serve/requests/forms.py": "its style sheet",
    "report/document.py": "its style sheet, its scripts, and JSON with each < escaped",
    "report/offline/packed.py": "JSON with each < escaped",
    "report/offline/page.py": "its style sheet and its scripts",
    "report/study.py": "its style sheet",
    "report/training.py": "its style sheet and its scripts",
    "draw/chart.py": "text that was escaped, in which the two characters that mean something to Bokeh are escaped, too",
}

# A tag, also one whose name a placeholder or an attribute follows; no named group of a regular expression.
TAG = re.compile(r"(?<!\?P)(?<!\?)</?[a-z][a-z0-9-]*(?=[\s>/\0])")


def texts(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Every text of a module but docstrings, with its line; a placeholder in one is a null character."""
    passed = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            passed.add(node.value)
        elif isinstance(node, ast.JoinedStr):
            passed.update(node.values)
            yield node.lineno, "".join(part.value if isinstance(part, ast.Constant) else "\0" for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in passed:
            yield node.lineno, node.value


def with_markup() -> dict[str, list[int]]:
    """Lines with markup by module."""
    found = {}
    for path in MODULES:
        lines = [line for line, words in texts(ast.parse(path.read_text(encoding="utf-8"))) if TAG.search(words)]
        if lines:
            found[path.relative_to(PACKAGE).as_posix()] = lines
    return found


def test_markup_stands_in_templates_alone():
    found = with_markup()
    more = {name: lines for name, lines in found.items() if name not in ALLOWED}
    assert more == {}, "write it as a template: CONTRIBUTING.md, “Write HTML or SVG”"
    assert sorted(ALLOWED.keys() - found) == [], "these need no exception any more"


@pytest.mark.parametrize("code", [
    "f'<b>{name}</b>'", "'<i class=' + x", "'<p>{}</p>'.format(x)", "f'<svg{x}/>'", "f'</div>{x}'", "'<br>'.join(x)"])
def test_the_check_finds_markup(code):
    assert any(TAG.search(words) for _, words in texts(ast.parse(code)))


@pytest.mark.parametrize("code", [
    '"""Shows <b>."""', "r'(?P<digits>1)'", "'<i8'", "'a <b'", "f'<SearchRun {x}>'", "f'{x} < {y}'"])
def test_the_check_leaves_other_texts_alone(code):
    assert not any(TAG.search(words) for _, words in texts(ast.parse(code)))


def test_no_template_switches_escaping_off():
    switches = re.compile(r"\|\s*(safe|tojson|xmlattr|urlize|forceescape|escape|e)\b|autoescape")
    assert [name for name, path in zip(NAMES, TEMPLATES, strict=True)
            if switches.search(path.read_text(encoding="utf-8"))] == []


def test_templates_hold_no_words():
    found = {}
    for name, path in zip(NAMES, TEMPLATES, strict=True):
        words = re.sub(r"{#.*?#}|{%.*?%}|{{.*?}}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        named = re.findall(r' (?:title|alt|placeholder|aria-label)="([^"]*[a-z][^"]*)"', words)
        said = re.findall(r"[A-Za-z-]{2,}", re.sub(r"<[^>]*>", " ", words))
        if {*named, *said} - {"vanas", "vanas-panel"}:
            found[name] = [*named, *said]
    assert found == {}, "texts come from gettext, in Python"


def test_html_values_are_marked_as_html():
    found = set()
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (isinstance(node, ast.Call) and ast.unparse(node.func) in ("Html", "Markup", "markupsafe.Markup")
                    and "widgets.markup" not in path.read_text(encoding="utf-8")
                    and not all(isinstance(value, ast.Constant) for value in node.args)):
                found.add(path.relative_to(PACKAGE).as_posix())
    assert found == set(TRUSTED)


def used(name: str) -> Iterator[tuple[str, set[str]]]:
    """The pieces that the module of a template uses, with the keywords that it gives to each."""
    tree = ast.parse((PACKAGE / name).with_suffix(".py").read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and re.fullmatch(r"_PIECES\.\w+", ast.unparse(node.func)):
            assert node.args == [], f"{name}: pieces take keywords"
            yield node.func.attr, {keyword.arg for keyword in node.keywords}


@pytest.mark.parametrize("name", NAMES)
def test_modules_pass_the_arguments_of_each_template(name):
    source = (PACKAGE / name).read_text(encoding="utf-8")
    macros = {found[1]: set(re.findall(r"\w+", found[2]))
              for found in re.finditer(r"{%\s*macro (\w+)\(([^)]*)\)\s*%}", source)}
    calls = list(used(name))
    assert [(piece, keywords) for piece, keywords in calls if macros.get(piece) != keywords] == []
    within = set(re.findall(r"{(?:{|% call)\s*(\w+)\(", source))
    assert macros.keys() - {piece for piece, _ in calls} - within == set(), "used by nobody"


class Probe(str):
    """A text that templates can also take for a number, for a list, and for an object with any attribute."""

    def __getattribute__(self, name):
        # No message of a catalogue, and no HTML.
        if name.startswith("__") or name == "translated":
            return object.__getattribute__(self, name)
        return self

    def __getitem__(self, key):
        return self

    def __iter__(self):
        return iter([Probe(str(self))] * 2)

    def __format__(self, form):
        return str(self)

    def __add__(self, other):
        return self


class Seen(HTMLParser):
    """Whatever of some HTML is no tag of its own: texts and values of attributes; and all names."""

    def __init__(self, html: str):
        super().__init__()
        self.texts, self.names = [], []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.names += [tag, *(name for name, _ in attrs)]
        self.texts += [value or "" for _, value in attrs]

    def handle_data(self, data):
        # Scripts and styles get no text from people; a browser takes references in them as they stand.
        self.texts.append(unescape(data) if self.cdata_elem else data)

    def handle_comment(self, data):
        self.names.append(data)

    handle_decl = handle_pi = handle_comment


TYPED = st.text(st.sampled_from("<>&\"'\0\x1b\t\n ;/=`{}%#\u202e\u2028") | st.characters(codec="utf-8"), max_size=30)
MARK = "qZ7Xq"


@pytest.mark.parametrize("name", NAMES)
@given(typed=st.sampled_from(["<script>alert(1)</script>", "\"'", "&amp;&lt;", "{{ 7 * 7 }}", "\0\x08\x1b"]) | TYPED)
def test_typed_texts_are_escaped_exactly_once(name, typed):
    probe = Probe(f"{MARK}{typed}{MARK}")
    html = pieces(str((PACKAGE / name).with_suffix(".py")))
    source = (PACKAGE / name).read_text(encoding="utf-8")
    for macro in re.findall(r"{%\s*macro (\w+)\(", source):
        piece = getattr(html, macro)
        more = {"caller": lambda: Html("")} if piece.caller else {}
        written = str(piece(**dict.fromkeys(piece.arguments, probe), **more))
        assert written.count(MARK) == 2 * written.count(str(escape(str(probe)))), macro
        if not piece.arguments:
            continue
        assert MARK in written, macro
        seen = Seen(written)
        assert not [each for each in seen.names if MARK in each], macro
        shown = "".join(seen.texts)
        # The parser of HTML reads a carriage return as it stands; browsers take it for a line feed.
        assert shown.count(MARK) == written.count(MARK) and str(probe) in shown, macro


def test_a_piece_of_a_piece_is_not_escaped_again():
    html = pieces(str(PACKAGE / "draw" / "notebook.py"))
    inner = html.name(words="<b>")
    assert inner == "<bdi>&lt;b&gt;</bdi>"
    assert html.paragraph(words=inner) == f"<div>{inner}</div>"


def test_undefined_template_arguments_are_errors():
    with pytest.raises(Exception, match="words"):
        pieces(str(PACKAGE / "draw" / "notebook.py")).paragraph()

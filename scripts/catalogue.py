"""Collects the texts that are marked for translation, and brings every catalogue up to date: ``make catalogue``.

Marked are the arguments of `gettext` (as ``_``), `ngettext`, `pgettext`, `marked` and `Message` of
`vanas_panel.text.language`, also within f-strings, which Babel's own reader of Python sees from Python 3.12 on only;
and those of ``gettext`` and ``ngettext`` in the scripts of reports and of the waiting page.
The constants that an error is made of are texts by themselves (`errors_of`): errors are for people.
What is new has an empty translation afterwards, and a test fails until it has one. What is gone is dropped.
"""

from __future__ import annotations

import ast
import builtins
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "vanas_panel"
JOINED = PACKAGE / "report" / "offline" / "bundle.js"
"""Made of other scripts."""
SCRIPTS = sorted({*(PACKAGE / "report").rglob("*.js"), PACKAGE / "serve" / "waiting.js"} - {JOINED})
"""Scripts with texts of their own: those of the page get theirs from Python."""
CATALOGUES = PACKAGE / "text" / "locale"

SINGLE = {"_", "gettext", "marked", "_said", "Constant"}
PLURAL = {"ngettext"}
WITH_CONTEXT = {"pgettext"}
EITHER = {"Message"}
ERRORS = re.compile(r"refuse|framed|Unreadable|(?!{})\w+Error".format("|".join(
    f"{each.__name__}$" for each in vars(builtins).values() if isinstance(each, type) and issubclass(each, Exception))))
"""Functions that take the constant texts of errors; Python's own errors are for developers."""

_STRING = r'"(?:[^"\\\n]|\\.)*"'
_JOINED = rf"({_STRING}(?:\s*\+\s*{_STRING})*)"
_CALL = re.compile(rf"\b(n?gettext)\(\s*{_JOINED}(?:\s*,\s*{_JOINED})?")

Found = tuple[int, str | tuple[str, str], str | None]


def texts_of(source: str) -> Iterator[Found]:
    """The marked texts of a module.

    Parameters
    ----------
    source : str
        Of Python.

    Yields
    ------
    (int, str or (str, str), str or None)
        Line, text (with its plural where it has one), and context.

    Examples
    --------
    >>> list(texts_of("f'<b>{_(1)}</b>'; marked('Designer')"))
    [(1, 'Designer', None)]
    """
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if ERRORS.fullmatch(name):
            yield from ((each.lineno, str(each.value), None) for part in node.args for each in _constants(part))
            continue
        given = [each.value if isinstance(each, ast.Constant) and isinstance(each.value, str) else None
                 for each in node.args]
        first, second = (*given, None, None)[:2]
        if first is None:
            continue
        if name in SINGLE or (name in EITHER and second is None):
            yield node.lineno, first, None
        elif name in PLURAL | EITHER and second is not None:
            yield node.lineno, (first, second), None
        elif name in WITH_CONTEXT and second is not None:
            yield node.lineno, second, first


def _constants(part: ast.expr) -> Iterator[ast.Constant]:
    """The constant texts that an argument may be."""
    if isinstance(part, ast.Constant) and isinstance(part.value, str) and part.value:
        yield part
    elif isinstance(part, ast.IfExp):
        yield from _constants(part.body)
        yield from _constants(part.orelse)


def texts_of_script(source: str) -> Iterator[Found]:
    """The marked texts of a script, as `texts_of` has them; Babel's own reader passes over calls within calls.

    Examples
    --------
    >>> list(texts_of_script('say(gettext("one " + "{count}", {count: ngettext("cell", "cells", 2)}))'))
    [(1, 'one {count}', None), (1, ('cell', 'cells'), None)]
    """
    for found in _CALL.finditer(source):
        one, many = ("".join(map(json.loads, re.findall(_STRING, each or ""))) for each in found.groups()[1:])
        yield source.count("\n", 0, found.start()) + 1, (one, many) if found[1] == "ngettext" else one, None


def template() -> Catalog:
    """All marked texts of the package."""
    found = Catalog(project="vanas-panel", charset="utf-8")
    for path in sorted(PACKAGE.rglob("*.py")):
        for _, text, context in sorted(texts_of(path.read_text(encoding="utf-8")), key=lambda each: each[0]):
            if not re.search(r"[^\W\d_]", re.sub(r"{[^{}]*}", "", text if isinstance(text, str) else text[0])):
                continue  # placeholders alone, such as "{place}: {text}"
            found.add(text, locations=[(path.relative_to(ROOT).as_posix(), 0)], context=context)
    for path in SCRIPTS:
        for _, text, context in texts_of_script(path.read_text(encoding="utf-8")):
            found.add(text, locations=[(path.relative_to(ROOT).as_posix(), 0)], context=context)
    return found


def read(path: Path) -> Catalog:
    """A catalogue as it stands."""
    with path.open("rb") as file:
        return read_po(file, locale=path.parts[-3])


def renew(path: Path) -> int:
    """Bring a catalogue up to date.

    Parameters
    ----------
    path : Path
        Of a ``.po`` file.

    Returns
    -------
    int
        How many texts have no translation.
    """
    catalogue = read(path)
    begun = catalogue.creation_date
    # A guess at a translation looks like one: what is new is empty.
    catalogue.update(template(), no_fuzzy_matching=True, update_header_comment=False)
    catalogue.obsolete.clear()
    # Nothing changes in a catalogue where no text does.
    catalogue.creation_date = begun
    with path.open("wb") as file:
        write_po(file, catalogue, width=120, include_lineno=False, omit_header=False)
    return sum(not all(each.string if isinstance(each.string, tuple) else [each.string])
               for each in catalogue if each.id)


def main() -> int:
    """Renew every catalogue and say what is missing."""
    for path in sorted(CATALOGUES.rglob("*.po")):
        print(f"{path.relative_to(ROOT)}: {renew(path)} texts without a translation")
    return 0


if __name__ == "__main__":
    sys.exit(main())

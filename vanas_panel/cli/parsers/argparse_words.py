"""The words of Python's own argparse in other languages than English, which it does not bring itself."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from vanas_panel.text.language import ENGLISH, current_language, gettext, marked, ngettext

WORDS = (
    marked("usage: "), marked("positional arguments"), marked("options"), marked("show this help message and exit"),
    marked("show program's version number and exit"),
    marked("argument %(argument_name)s: %(message)s"), marked("unrecognized arguments: %s"),
    marked("not allowed with argument %s"), marked("ignored explicit argument %r"),
    marked("the following arguments are required: %s"), marked("one of the arguments %s is required"),
    marked("expected one argument"), marked("expected at most one argument"), marked("expected at least one argument"),
    marked("ambiguous option: %(option)s could match %(matches)s"), marked("invalid %(type)s value: %(value)r"),
    marked("invalid choice: %(value)r (choose from %(choices)s)"),
)
"""Texts of argparse that users of our parsers may see."""


@contextmanager
def argparse_words() -> Iterator[None]:
    """Let argparse speak the language that holds; in English nothing changes.

    argparse asks the functions that it calls ``_`` and ``ngettext``. It has no other way to be given a catalogue but a
    compiled file for the whole process.
    """
    if current_language() == ENGLISH:
        yield
        return
    module: Any = argparse
    before = module._, module.ngettext
    module._, module.ngettext = _word, _counted
    try:
        yield
    finally:
        module._, module.ngettext = before


def _word(message: str | None) -> str | None:
    """A word of argparse, which asks for those that were not given, too."""
    return message and gettext(message)


def _counted(one: str, many: str, count: int) -> str:
    """A text of argparse that depends on a number."""
    if one == "expected %s argument":
        return ngettext("expected %s argument", "expected %s arguments", count)
    return one if count == 1 else many

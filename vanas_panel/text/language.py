"""Languages of the page: which one holds where code runs, and texts in it from gettext catalogues.

English is the source text. The other catalogues are ``locale/*/LC_MESSAGES/vanas_panel.po``; Babel reads them when the
language is first used, so that a source checkout and a wheel need no step of compilation, and none can be stale.

A language belongs to a page. `speaking` lets it hold for a block of code, and `keep_language` for a callback, on
whatever thread that is called. Where no page says anything, ``VANAS_PANEL_LANG`` decides, then English.
"""

from __future__ import annotations

import gettext as _gettext
import io
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, wraps
from pathlib import Path
from typing import Any, Protocol, TypeVar, cast, runtime_checkable

LANGUAGES = {"en": "English", "ko": "한국어"}
"""Every language of the page by its code, with its own name."""

SHORT_NAMES = {"en": "EN", "ko": "한국어"}
"""Their names in the switch of the header."""

ENGLISH = "en"
VARIABLE = "VANAS_PANEL_LANG"
"""Environment variable with the language where nothing else chooses one."""

DOMAIN = "vanas_panel"
LOCALE = Path(__file__).with_name("locale")

_current: ContextVar[str | None] = ContextVar("vanas_language", default=None)
_Function = TypeVar("_Function", bound=Callable[..., Any])


def known_language(tag: str) -> str | None:
    """The language of the page that a tag of BCP 47 or a name of a locale asks for; None where there is none.

    Examples
    --------
    >>> known_language("ko-KR"), known_language("en_GB.UTF-8"), known_language("fr")
    ('ko', 'en', None)
    """
    code = re.split(r"[-_.@]", tag.strip().lower(), maxsplit=1)[0]
    return code if code in LANGUAGES else None


def preferred_language(accepted: str) -> str | None:
    """The language that a browser prefers among those of the page.

    Parameters
    ----------
    accepted : str
        The header ``Accept-Language``; it comes from a browser, so it may be anything.

    Examples
    --------
    >>> preferred_language("fr, ko-KR;q=0.8, en;q=0.5")
    'ko'
    """
    wanted: list[tuple[float, str]] = []
    for item in accepted[:1000].split(","):
        tag, _, weight = item.partition(";")
        code = known_language(tag)
        match = re.fullmatch(r"\s*q\s*=\s*([01](?:\.\d{0,3})?)\s*", weight)
        share = float(match[1]) if match else 1.0 if not weight.strip() else 0.0
        if code is not None and share > 0:
            wanted.append((share, code))
    # Of equals, the first one.
    return max(wanted, key=lambda each: each[0])[1] if wanted else None


def terminal_language(environment: Mapping[str, str]) -> str:
    """The language of the command line: what `VARIABLE` says, else the locale as POSIX reads it, else English.

    Parameters
    ----------
    environment : mapping of str to str
        Such as `os.environ`.

    Examples
    --------
    >>> terminal_language({"LANG": "ko_KR.UTF-8"}), terminal_language({"LANG": "ko_KR.UTF-8", "LC_ALL": "C"})
    ('ko', 'en')
    """
    if chosen := known_language(environment.get(VARIABLE, "")):
        return chosen
    # The first one that is set decides, also where it asks for a language that there is not.
    locale = next(filter(None, (environment.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))), "")
    return known_language(locale) or ENGLISH


def current_language() -> str:
    """The language that holds where this is called."""
    return _current.get() or known_language(os.environ.get(VARIABLE, "")) or ENGLISH


@contextmanager
def speaking(language: str | None) -> Iterator[None]:
    """Let a language hold for a block of code; None changes nothing.

    Examples
    --------
    >>> with speaking("ko"):
    ...     gettext("Designer")
    '구조 디자이너'
    """
    if language is None:
        yield
        return
    token = _current.set(language)
    try:
        yield
    finally:
        _current.reset(token)


def let_hold(language: str | None) -> None:
    """Let a language hold from here on in this task, such as the one that answers a request; None changes nothing."""
    if language is not None:
        _current.set(language)


def keep_language(function: _Function, language: str | None = None) -> _Function:
    """A function that is called in a language on whatever thread.

    Parameters
    ----------
    function : callable
    language : str, optional
        By default the one that holds now.
    """
    kept = language or current_language()

    @wraps(function)
    def call(*arguments: Any, **options: Any) -> Any:
        with speaking(kept):
            return function(*arguments, **options)

    return cast("_Function", call)


@cache
def _catalogue(language: str) -> _gettext.NullTranslations:
    """The catalogue of a language; English has none."""
    path = LOCALE / language / "LC_MESSAGES" / f"{DOMAIN}.po"
    if language == ENGLISH or not path.exists():
        return _gettext.NullTranslations()
    # Babel takes a while to load, which English pages need not wait for.
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    compiled = io.BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file, locale=language))
    compiled.seek(0)
    return _gettext.GNUTranslations(compiled)


def gettext(message: str) -> str:
    """A text in the language that holds."""
    # Under the empty text a catalogue keeps what it says of itself.
    return _catalogue(current_language()).gettext(message) if message else ""


def ngettext(one: str, many: str, count: int) -> str:
    """A text that depends on a number."""
    return _catalogue(current_language()).ngettext(one, many, count)


def pgettext(context: str, message: str) -> str:
    """A text whose English has several meanings; the context says which one is meant."""
    return _catalogue(current_language()).pgettext(context, message)


def marked(message: str) -> str:
    """The same text: marks a constant for the catalogue, which `gettext` translates where it is shown."""
    return message


class Message(str):
    """An English text that knows how to say itself in another language, when it is shown.

    For code that composes a text long before a person sees it, or that is used without any page: its reader has
    the English text, and `translated` gives it in the language that holds.

    Examples
    --------
    >>> str(Message("This search space has no operation {names}.", names="conv7x7"))
    'This search space has no operation conv7x7.'
    """

    _source: tuple[str, str | None]
    _values: dict[str, Any]

    def __new__(cls, message: str, many: str | None = None, count: int = 1, **values: Any) -> Message:
        """An English text.

        Parameters
        ----------
        message : str
            With named placeholders; the singular where there is a plural.
        many : str, optional
            The plural.
        count : int, optional
            The number that decides between both; a value of its own, too.
        **values
            Of the placeholders; messages and errors among them are translated with it.
        """
        values = {"count": count, **{name: _kept(value) for name, value in values.items()}}
        text = message if many is None or count == 1 else many
        made = super().__new__(cls, text.format(**values))
        made._source, made._values = (message, many), values
        return made

    def __getnewargs_ex__(self) -> tuple[tuple[str, str | None, int], dict[str, Any]]:
        values = dict(self._values)
        return (self._source[0], self._source[1], values.pop("count")), values

    def __str__(self) -> str:
        return self

    def translated(self) -> str:
        """The text in the language that holds."""
        message, many = self._source
        values = {name: translated(value) for name, value in self._values.items()}
        # An empty text is the head of a catalogue.
        found = ngettext(message, many, self._values["count"]) if many is not None else message and gettext(message)
        return found.format(**values)


def _kept(value: Any) -> Any:
    """A value of a message: an error gives its words, without the frames that it was raised in."""
    return getattr(value, "words", str(value)) if isinstance(value, BaseException) else value


class Constant(Message):
    """A text without placeholders that is translated where it is in the catalogue.

    Errors take their constant texts so; a value that a file holds stays as it is.

    Examples
    --------
    >>> with speaking("ko"):
    ...     translated(Constant("Designer")), translated(Constant("{}"))
    ('구조 디자이너', '{}')
    """

    def __new__(cls, message: str) -> Constant:
        """A text as it is, whatever brackets it has."""
        made = str.__new__(cls, message)
        made._source, made._values = (message, None), {}
        return made

    def __getnewargs_ex__(self) -> tuple[tuple[Any, ...], dict[str, Any]]:
        return (self._source[0],), {}

    def translated(self) -> str:
        """The text in the language that holds."""
        return self._source[0] and gettext(self._source[0])


def joined(separator: str, parts: Iterable[str]) -> Message:
    """Texts one after the other, each of which keeps its translation.

    Examples
    --------
    >>> with speaking("ko"):
    ...     translated(joined(", ", [Message("{count} edge", "{count} edges", 3), "a"]))
    '간선 3개, a'
    """
    named = {f"part{place}": part for place, part in enumerate(parts)}
    gap = separator.replace("{", "{{").replace("}", "}}")
    return Message(gap.join(f"{{{name}}}" for name in named), None, 1, **named)


def both(parts: Sequence[str]) -> Message:
    """One text, or several with an "and" before the last.

    Examples
    --------
    >>> str(both(["operations", "edges", "matrix"]))
    'operations and edges and matrix'
    """
    first, *others = parts
    found = Message("{part}", part=first)
    for other in others:
        found = Message("{first} and {last}", first=found, last=other)
    return found


def either(parts: Sequence[str]) -> Message:
    """One text, or several with an "or" before the last.

    Examples
    --------
    >>> str(either(["ops", "operations"]))
    'ops or operations'
    """
    first, *others = parts
    found = Message("{part}", part=first)
    for other in others:
        found = Message("{first} or {last}", first=found, last=other)
    return found


@runtime_checkable
class Translatable(Protocol):
    """Something with a text in every language, such as an error."""

    def translated(self) -> str:
        """The text in the language that holds."""


_PLACEHOLDER = re.compile(r"\{(\w+)(?:![rs])?(?::[^{}]*)?\}")


def stored_text(text: str, patterns: Sequence[str], within: Sequence[str] = ()) -> str:
    """A text that was stored in English, in the language that holds; as it is where no pattern fits.

    Parameters
    ----------
    text : str
        Such as the label of a column or a note in a file.
    patterns : sequence of str
        Marked texts, perhaps with named placeholders, of which it may be one.
    within : sequence of str, optional
        Marked texts that may stand in the place of such a name, or in a list there.

    Examples
    --------
    >>> with speaking("ko"):
    ...     stored_text("No repeat failed.", ["No repeat failed."]), stored_text("My note", ["No repeat failed."])
    ('실패한 반복이 없습니다.', 'My note')
    """
    if current_language() == ENGLISH:
        return text
    for pattern in patterns:
        parts = _PLACEHOLDER.split(pattern)
        expression = "".join(re.escape(part) if place % 2 == 0 else f"(?P<{part}>.+)"
                             for place, part in enumerate(parts))
        if match := re.fullmatch(expression, text, re.DOTALL):
            values = {name: _stored_value(value, within) for name, value in match.groupdict().items()}
            # They are written out already.
            written = _PLACEHOLDER.split(gettext(pattern))
            return "".join(values[part] if place % 2 else part for place, part in enumerate(written))
    return text


def _stored_value(value: str, patterns: Sequence[str]) -> str:
    """A value of a stored text, or each of a list of them."""
    if not patterns:
        return value
    whole = stored_text(value, patterns, patterns)
    return whole if whole != value else ", ".join(stored_text(each, patterns) for each in value.split(", "))


def translated(value: Any) -> Any:
    """A `Message`, or an error with one, in the language that holds; anything else as it is."""
    # Nearly all are plain texts, and to look for a method in them takes fifty times as long.
    if type(value) is str:
        return value
    return value.translated() if isinstance(value, Message | Translatable) else value

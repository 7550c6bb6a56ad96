"""HTML and SVG from templates: Jinja2 compiles them once and escapes every text that enters one.

A module that writes markup has a template of the same name beside it: ``cards_html.py`` has ``cards_html.html``. The
template consists of macros, one for each piece, and ``pieces(__file__)`` makes them functions.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markupsafe import Markup as Html
from markupsafe import escape

from vanas_panel.text.language import translated

if TYPE_CHECKING:
    from jinja2 import Environment
    from jinja2.lexer import TokenStream

__all__ = ["Html", "Pieces", "as_html", "joined", "pieces"]

_PACKAGE = "vanas_panel"
_LINE_BREAK = re.compile(r"[ \t]*\n\s*")


def as_html(value: object) -> Html:
    """Anything as HTML that shows it as it is; what is `Html` already stays so.

    Placeholders in it can be filled with more HTML, and text that fills one is escaped.

    Examples
    --------
    >>> print(as_html("1 < {number}").format(number=Html("<b>2</b>")))
    1 &lt; <b>2</b>
    """
    return escape(translated(value))


def joined(parts: Iterable[object]) -> Html:
    """Pieces of HTML one after the other; what is not `Html` is taken for text and escaped.

    Examples
    --------
    >>> str(joined([Html("<b>"), "1 < 2", Html("</b>")]))
    '<b>1 &lt; 2</b>'
    """
    return Html("").join(map(as_html, parts))


class Pieces:
    """The macros of a template as functions, which take keywords and return `Html`.

    Parameters
    ----------
    name : str
        Of the template within the package.
    """

    def __init__(self, name: str):
        self._name = name

    def __getattr__(self, name: str) -> Callable[..., Html]:
        """A macro; the template is compiled when the first of them is asked for."""
        if name.startswith("_"):
            raise AttributeError(name)
        macro: Callable[..., Html] = getattr(_environment().get_template(self._name).module, name)
        setattr(self, name, macro)
        return macro


def pieces(module_file: str) -> Pieces:
    """The pieces of the template beside a module.

    Parameters
    ----------
    module_file : str
        The ``__file__`` of the module: ``pieces("…/draw/curve.py")`` reads ``draw/curve.html``.

    Examples
    --------
    >>> from vanas_panel.draw import curve
    >>> print(pieces(curve.__file__).title(words="1 < 2"))
    <title>1 &lt; 2</title>
    """
    path = Path(module_file).with_suffix(".html")
    return Pieces(path.relative_to(Path(__file__).parents[1]).as_posix())


@cache
def _environment() -> Environment:
    """The one environment of all templates."""
    # Commands that draw nothing need not wait until Jinja2 is loaded.
    from jinja2 import Environment, PackageLoader, StrictUndefined
    from jinja2.ext import Extension
    from jinja2.lexer import Token

    class JoinedLines(Extension):
        """Reads templates without the line breaks that lay them out, see `_without_breaks`."""

        def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
            within = False
            for token in stream:
                if token.type == "data":
                    value, within = _without_breaks(token.value, within)
                    token = Token(token.lineno, token.type, value)
                yield token

    class QuickEnvironment(Environment):
        """Looks for entries alone in a dictionary: Jinja2 tries its methods, such as ``clear``, before them."""

        def getattr(self, obj: Any, attribute: str) -> Any:
            if type(obj) is not dict:
                return super().getattr(obj, attribute)
            return obj[attribute] if attribute in obj else self.undefined(obj=obj, name=attribute)

    environment = QuickEnvironment(loader=PackageLoader(_PACKAGE, ""), autoescape=True, undefined=StrictUndefined,
                              finalize=_shown, auto_reload=False, extensions=[JoinedLines])
    environment.filters["fixed"] = _fixed
    environment.filters["short"] = _short
    return environment


def _without_breaks(data: str, within: bool) -> tuple[str, bool]:
    """A part of a template without line breaks and indentation; within a tag, a space takes the place of each.

    Spaces between elements are visible where these are set in a line, so a template has one where it is written.

    Parameters
    ----------
    data : str
    within : bool
        Whether it begins within a tag; whether it ends there is returned, too.
    """
    first, *rest = _LINE_BREAK.split(data)
    whole = first
    within = _ends_within(first, within)
    for line in rest:
        whole += f" {line}" if within else line
        within = _ends_within(line, within)
    return whole, within


def _ends_within(line: str, within: bool) -> bool:
    """Whether a line ends within a tag."""
    opened, closed = line.rfind("<"), line.rfind(">")
    return within if opened == closed else opened > closed


def _shown(value: object) -> object:
    """A value as a template shows it: texts in the language of the page."""
    # `translated` looks for a method in what is no plain text, which takes its time.
    return value if type(value) in (str, Html, int) else translated(value)


def _fixed(number: float, places: int) -> str:
    """A number with so many decimal places: ``{{ 0.25|fixed(1) }}``."""
    return f"{number:.{places}f}"


def _short(number: float) -> str:
    """A number in as few digits as tell it to six places: ``{{ 8.0|short }}``."""
    return f"{number:g}"

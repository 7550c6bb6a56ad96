"""The state of a page as a query string."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from vanas_panel.state.link.form import LEFT_OUT, MOST_LETTERS, VERSION
from vanas_panel.state.page_field import Part, Writing
from vanas_panel.state.page_state import PageState, entries
from vanas_panel.state.session import Session
from vanas_panel.tables.table import BenchmarkTable
from vanas_panel.text.language import gettext


def to_query(session: Session | PageState, tables: Sequence[BenchmarkTable] = ()) -> str:
    """The state of a session as a query string.

    Parameters
    ----------
    session : Session or PageState
    tables : sequence of BenchmarkTable, optional
        All that can be opened beside the session's own: names that several of them share get a number.

    Returns
    -------
    str
        Without the question mark, in ASCII. The same state always gives the same text.

    Examples
    --------
    >>> import vanas_panel as vp
    >>> session = Session(vp.open_table("structure4"), metric="flops", x="trainable_parameters", y="flops")
    >>> session.load_cell(vp.Draft(["input", "maxpool3x3", "output"], [(0, 1), (1, 2)]))
    >>> to_query(session)
    'v=1&table=structure4&metric=flops&draft=maxpool3x3:0-1,1-2'
    """
    kept, without = _written(_state(session), tables)
    if without:
        kept["without"] = ",".join(without)
    return "&".join(f"{name}={value}" for name, value in kept.items())


def left_out(session: Session | PageState) -> tuple[str, ...]:
    """The parts that a link to a session cannot hold, as sentences for a person."""
    return tuple(gettext(LEFT_OUT[group]) for group in _written(_state(session), ())[1])


def _state(session: Session | PageState) -> PageState:
    """The state of a session, or one as it is."""
    return session if isinstance(session, PageState) else session.state


def _written(state: PageState, tables: Sequence[BenchmarkTable]) -> tuple[dict[str, str], list[str]]:
    """The written parts of a link, and the names in `LEFT_OUT` of those that are too large."""
    texts: dict[str, str] = {"v": str(VERSION)}
    parts: dict[str, Part] = {}
    large: set[str] = set()
    for name, entry in entries(type(state)).items():
        value = getattr(state, name)
        for part in entry.link:
            text = part.write(value, Writing(state, tables))
            if text is not None:
                parts[part.name] = part
                # Fields may share a part.
                texts[part.name] = f"{texts[part.name]},{text}" if part.name in texts else text
            if part.fits is not None and not part.fits(value):
                large.add(part.name)
    texts = {name: quote(text, safe=",:@", errors="replace") for name, text in texts.items()}
    large |= {name for name, text in texts.items() if len(text) > MOST_LETTERS}
    large |= {name for name, part in parts.items() if part.with_part in large}
    kept = {name: text for name, text in texts.items() if name not in large}
    return kept, list(dict.fromkeys(part.group for name, part in parts.items() if name in large))

"""A session from a query string."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import NamedTuple
from urllib.parse import parse_qsl

from vanas_panel.errors import LinkError, VanasError, message
from vanas_panel.state.link.form import LEFT_OUT, MOST_FIELDS, MOST_LETTERS, MOST_READ, VERSION, named
from vanas_panel.state.link_text import quoted
from vanas_panel.state.page_field import PageField, Reading
from vanas_panel.state.page_state import entries
from vanas_panel.state.session import Session
from vanas_panel.tables.table import BenchmarkTable
from vanas_panel.text.language import Message, gettext, known_language, speaking, translated


class Restored(NamedTuple):
    """The result of opening a link.

    Attributes
    ----------
    session : Session
    messages : tuple of str
        The parts of the link that could not be shown, each with the reason; plain text that may quote the link.
    """

    session: Session
    messages: tuple[str, ...]


class _Problems(list[str]):
    """Messages about a link. The first one alone lists the metrics of a table."""

    def __init__(self) -> None:
        super().__init__()
        self._said: set[tuple[str, str]] = set()
        self._metrics_listed = False

    def add(self, part: str, error: VanasError, table: BenchmarkTable) -> None:
        """Say why a part cannot be had; fields that share it say the same, once."""
        if (part, str(error)) in self._said:
            return
        self._said.add((part, str(error)))
        lists_metrics = isinstance(error, LinkError) and error.known == tuple(table.metrics)
        words = error.again if isinstance(error, LinkError) and lists_metrics and self._metrics_listed else error
        self._metrics_listed |= lists_metrics
        self.append(Message("{part}: {words}", part=part, words=words))


def restore(query: str, tables: Sequence[BenchmarkTable], drawers: Collection[str] | None = None,
            count_in: Callable[[BenchmarkTable], BenchmarkTable] | None = None) -> Restored:
    """A new session in the state that a query string describes, as far as that can be had.

    Parameters
    ----------
    query : str
        Anything at all, with or without the question mark. Parts that are not ours are passed over.
    tables : sequence of BenchmarkTable
        Those that may be opened, at least one; the first one where the link names none of them.
    drawers : collection of str, optional
        Those that there are; by default any name is taken.
    count_in : callable, optional
        Takes a table and returns it with the cells counted in that the opener of the link has trained, or raises
        TrainingError; by default no cells were trained.

    Returns
    -------
    Restored

    Examples
    --------
    >>> import vanas_panel as vp
    >>> session, messages = restore("?draft=maxpool3x3:0-1&metric=beauty", [vp.open_table("structure4")])
    >>> session.draft.edges, messages
    (((0, 1),), ("metric: Found 'beauty'; expected one of 'trainable_parameters', 'flops'...",))
    """
    messages = _Problems()
    parts = _read_parts(query, messages)
    with speaking(known_language(parts.get("lang", ""))):
        return _restored(parts, Reading(tables[0], named(tables), drawers, count_in), messages)


def _restored(parts: Mapping[str, str], reading: Reading, messages: _Problems) -> Restored:
    """A new session in the state that the parts of a link describe; what cannot be had is added to the messages."""
    fields = entries(Session.state_type)
    for name in sorted(fields, key=lambda name: not fields[name].opens):
        _read_field(name, fields[name], parts, reading, messages)
    # The parts that name the table follow the one that was opened in the end.
    values = {name: value for name, value in reading.values.items() if not fields[name].opens}
    session = Session.in_state(Session.state_type.start(reading.table, **values))
    messages.extend(gettext(LEFT_OUT[name]) for name in LEFT_OUT if name in parts.get("without", "").split(","))
    return Restored(session, tuple(message(translated(each)) for each in messages))


def _read_field(name: str, field: PageField, parts: Mapping[str, str], reading: Reading, messages: _Problems) -> None:
    """Read one part of the state, what it starts with where the link leaves it out; say why where that cannot be."""
    written = [part for part in field.link if part.name in parts]
    for part in written:
        try:
            reading.values[name] = part.read(_bounded(parts[part.name]), reading)
        except VanasError as error:
            messages.add(part.name, error, reading.table)
            continue
        finally:
            while reading.faults:
                messages.add(part.name, reading.faults.pop(0), reading.table)
        if field.opens:
            reading.table = reading.values[name]
        return
    if not written:
        reading.values[name] = field.default(reading.table)


def _read_parts(query: str, messages: list[str]) -> dict[str, str]:
    """The parts of a link by name, the first one of each; what keeps all of them from being read is added."""
    if len(query) > MOST_READ:
        messages.append(Message("Found a link of {found:,} letters; expected at most {most:,}. It was passed "
                                "over.", found=len(query), most=MOST_READ))
        return {}
    try:
        pairs = parse_qsl(query.removeprefix("?"), keep_blank_values=True, errors="replace",
                          max_num_fields=MOST_FIELDS)
    except ValueError:
        messages.append(Message("Found a link of more than {most} parts. It was passed over.",
                                most=MOST_FIELDS))
        return {}
    parts = dict(reversed(pairs))
    if parts.get("v", str(VERSION)) != str(VERSION):
        messages.append(Message("Found a link of form {form}; expected form {version}. Another version of this page "
                                "made it. The parts that both versions know are shown.", form=quoted(parts["v"]),
                                version=VERSION))
    return parts


def _bounded(value: str) -> str:
    """A part that is no longer than one that was written."""
    if len(value) > MOST_LETTERS:
        raise LinkError(Message("Found {found:,} letters; expected at most {most:,}.", found=len(value),
                                most=MOST_LETTERS))
    return value

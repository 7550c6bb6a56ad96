"""What the shelf's drawer says, as HTML: entries, comparison, questions and answers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from vanas_panel.core.cell import Cell
from vanas_panel.core.draft import Draft
from vanas_panel.shelf import Change, Entry
from vanas_panel.table import BenchmarkTable
from vanas_panel.views.cards import row_of
from vanas_panel.views.drawing import cell_svg
from vanas_panel.views.format import format_count, format_value
from vanas_panel.views.markup import text
from vanas_panel.views.theme import Palette

NOBODY = "anyone"
"""Who saved an entry where nobody signs in."""

_LIMITS = ("too many vertices", "too many edges", "unknown operation")
_UNITS = ((60, "min", "min"), (3600, "h", "h"), (86_400, "day", "days"), (2_629_800, "month", "months"),
          (31_557_600, "year", "years"))


@dataclass(frozen=True)
class Look:
    """What the list depends on besides the shelf.

    Attributes
    ----------
    table : BenchmarkTable
    metric : str
    draft : Draft
        What the designer holds.
    colors : Palette
    user : str
        Who is looking.
    asked : int or None
        The entry that is to be deleted once that is confirmed.
    edited : int or None
        The entry that is being changed.
    unfolded : tuple of (int, list of Change) or None
        The entry whose versions are listed.
    """

    table: BenchmarkTable
    metric: str
    draft: Draft
    colors: Palette
    user: str = ""
    asked: int | None = None
    edited: int | None = None
    unfolded: tuple[int, list[Change]] | None = None


def who(user: str) -> str:
    """A user's name for people; nobody's is that of all who use the page."""
    return user or NOBODY


def ago(moment: datetime, now: datetime | None = None) -> str:
    """How long ago something was.

    Examples
    --------
    >>> from datetime import timedelta
    >>> now = datetime(2026, 1, 31, tzinfo=UTC)
    >>> [ago(now - timedelta(**time), now) for time in ({"seconds": 59}, {"minutes": 59}, {"hours": 23}, {"days": 1})]
    ['just now', '59 min ago', '23 h ago', '1 day ago']
    >>> ago(now - timedelta(days=800), now)
    '2 years ago'
    """
    seconds = ((now or datetime.now(UTC)) - moment).total_seconds()
    words = "just now"
    for size, one, many in _UNITS:
        if seconds >= size:
            count = int(seconds // size)
            words = f"{count} {one if count == 1 else many} ago"
    return words


def moment_html(moment: datetime, now: datetime | None = None) -> str:
    """A point in time, relative and absolute."""
    exact = f"{moment.day} {moment:%b %Y, %H:%M} UTC"
    return (f'<time datetime="{moment.isoformat()}" title="{moment:%Y-%m-%d %H:%M:%S} UTC">{ago(moment, now)} · '
            f"{exact}</time>")


def why_not_loaded(draft: Draft, table: BenchmarkTable) -> str:
    """Why a draft has no place in a table's search space; empty where it has one.

    Examples
    --------
    >>> import vanas_panel as vp
    >>> why_not_loaded(Draft(["input", "attention", "output"]), vp.open_table("structure4"))
    'This search space has no operation attention.'
    """
    return " ".join(problem.message for problem in draft.problems(table.space) if problem.kind in _LIMITS)


def cell_of(draft: Draft, table: BenchmarkTable) -> Cell | None:
    """A draft as a cell of a table's search space; None where it is none."""
    return None if draft.problems(table.space) else Cell(draft.operations, draft.edges, table.space)


def value_of(draft: Draft, table: BenchmarkTable, metric: str) -> tuple[float, str]:
    """The value of a metric for a draft, and in words; NaN with the reason where there is none."""
    if why_not_loaded(draft, table):
        return math.nan, "other search space"
    cell = cell_of(draft, table)
    if cell is None:
        return math.nan, "draft"
    row = row_of(table, cell)
    if row is None:
        return math.nan, "not in this table"
    value = float(table.column(metric)[row])
    return value, format_value(table.metric(metric), value)


def list_html(entries: Sequence[Entry], total: int, look: Look, *, narrowed: bool) -> str:
    """Every entry that was found.

    Parameters
    ----------
    entries : sequence of Entry
        The first ones.
    total : int
        How many there are.
    look : Look
    narrowed : bool
        Whether something was searched for.

    Returns
    -------
    str
        HTML with all text escaped and the actions ``load``, ``compare``, ``edit``, ``versions``, ``delete``,
        ``really``, each with the number of an entry, ``tag`` with a tag, and ``more`` and ``all``.
    """
    if not entries and narrowed:
        return ('<div class="note">Nothing on the shelf is like that. <button class="small" data-action="all" '
                'title="Search for nothing in particular">Show everything</button></div>')
    if not entries:
        return ('<div class="note">The shelf is empty. Draw a cell, or load one, and save it with a name: everybody '
                "who uses this shelf finds it here.</div>")
    now = datetime.now(UTC)
    items = "".join(f"<li>{_entry_html(entry, look, now)}</li>" for entry in entries)
    more = ('<button data-action="more" title="Show further entries">Show more</button>'
            if total > len(entries) else "")
    shown = format_count(len(entries))
    words = f"{shown} of {format_count(total)} entries" if more else f"{shown} {'entry' if total == 1 else 'entries'}"
    return f'<p class="quiet num count">{words}</p><ul class="entries">{items}</ul>{more}'


def _entry_html(entry: Entry, look: Look, now: datetime) -> str:
    """One entry with its buttons."""
    number, words = value_of(entry.draft, look.table, look.metric)
    label = look.table.metric(look.metric).label
    is_shown = entry.draft == Draft(look.draft.operations, look.draft.edges)
    elsewhere = "" if entry.table_name == look.table.name else f" · on {text(entry.table_name)}"
    drawing = cell_svg(entry.draft, look.table.space.operations, look.colors, width=48, height=46)
    value = (f'<b class="num" title="{text(label)} in this table">{text(words)}</b>' if not math.isnan(number) else
             f'<span class="quiet" title="There is no {text(label)} of it in this table">{text(words)}</span>')
    tags = "".join(f'<button class="tag" data-action="tag:{text(tag)}" title="Show what wears this tag">'
                   f"{text(tag)}</button>" for tag in entry.tags)
    return (
        f'<article data-entry="{entry.id}">'
        f'<button class="load" data-action="load:{entry.id}" aria-pressed="{str(is_shown).lower()}" '
        f'title="{"It is in the designer" if is_shown else "Click to load it into the designer"}">{drawing}'
        f'<span class="what"><span class="name">{text(entry.name)}</span>'
        f'<span class="line"><span title="Who saved it">{text(who(entry.user))}</span> · '
        f"{moment_html(entry.saved_at, now)}{elsewhere}</span></span>"
        f'<span class="value">{value}</span></button>'
        f'{_note_html(entry)}{_changed_html(entry, now)}'
        f'<div class="tools">{tags}<span class="space"></span>{_tools_html(entry, look)}</div>'
        f"{_versions_html(entry, look, now)}</article>")


def _note_html(entry: Entry) -> str:
    """What was noted, with its line breaks."""
    return f'<p class="words">{text(entry.note)}</p>' if entry.note.strip() else ""


def _changed_html(entry: Entry, now: datetime) -> str:
    """Who changed an entry last."""
    if entry.version == 1:
        return ""
    return f'<p class="line">changed by {text(who(entry.changed_by))} · {moment_html(entry.changed_at, now)}</p>'


def _tools_html(entry: Entry, look: Look) -> str:
    """What can be done with an entry, or the question whether to do it."""
    number = entry.id
    if look.asked == number:
        # The same action as the button that asked, so that the keyboard is on what does no harm.
        return ('<span class="ask" role="alert">Delete it for good?</span>'
                f'<button class="small danger" data-action="really:{number}" title="This cannot be taken back">Delete'
                f'</button><button class="small" data-action="delete:{number}" title="Leave it where it is">Keep'
                "</button>")
    parts = [_tool(f"compare:{number}", "Compare", "Pin it, and compare the cell in the designer with it")]
    if entry.version > 1:
        unfolded = look.unfolded is not None and look.unfolded[0] == number
        parts.append(_tool(f"versions:{number}", f"{entry.version} versions",
                           "What its name, note and tags were before", unfolded))
    parts.append(_tool(f"edit:{number}", "Edit", "Change name, note and tags", look.edited == number))
    if entry.user == look.user:
        parts.append(_tool(f"delete:{number}", "Delete", "Remove it from the shelf; you saved it"))
    return "".join(parts)


def _tool(action: str, face: str, title: str, pressed: bool | None = None) -> str:
    """A small button; with `pressed`, one that stays down."""
    state = "" if pressed is None else f' aria-pressed="{str(pressed).lower()}"'
    return f'<button class="small" data-action="{action}" title="{text(title)}"{state}>{face}</button>'


def _versions_html(entry: Entry, look: Look, now: datetime) -> str:
    """Earlier words of an entry, the newest first."""
    if look.unfolded is None or look.unfolded[0] != entry.id:
        return ""
    items = "".join(
        f'<li><p class="line">version {change.version}, {text(who(change.changed_by))} · '
        f"{moment_html(change.changed_at, now)}</p>{words_html(change)}</li>" for change in reversed(look.unfolded[1]))
    return f'<ol class="versions">{items}</ol>'


def words_html(of: Entry | Change) -> str:
    """Name, tags and note as they are, for comparison."""
    tags = f'<p class="line">tags: {text(", ".join(of.tags))}</p>' if of.tags else ""
    note = f'<p class="words">{text(of.note)}</p>' if of.note.strip() else ""
    return f'<p class="name">{text(of.name)}</p>{tags}{note}'


def theirs_html(entry: Entry) -> str:
    """What somebody else made of an entry meanwhile."""
    return (f'<div class="theirs" aria-label="Theirs"><p class="line">{text(who(entry.changed_by))} · '
            f"{moment_html(entry.changed_at)}</p>{words_html(entry)}</div>")

"""Texts of the shelf's drawer, as HTML: entries, comparison, questions and answers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from vanas_panel.core.cell import Cell
from vanas_panel.core.draft import Draft
from vanas_panel.draw.cards import row_of
from vanas_panel.draw.cell.thumbnail import cell_svg
from vanas_panel.draw.format import date_time, format_count, format_value
from vanas_panel.draw.html import Html, pieces
from vanas_panel.draw.theme import Palette
from vanas_panel.shelf import Change, Entry
from vanas_panel.tables.metrics import label_of
from vanas_panel.tables.table import BenchmarkTable
from vanas_panel.text.language import gettext as _
from vanas_panel.text.language import marked, ngettext, translated
from vanas_panel.widgets.markup import note_html

_PIECES = pieces(__file__)

NOBODY = marked("anyone")
"""Author of an entry on a server without sign-in."""

_MINUTE, _HOUR, _DAY, _MONTH, _YEAR = 60, 3600, 86_400, 2_629_800, 31_557_600


@dataclass(frozen=True)
class ListContext:
    """The things that the list depends on besides the shelf.

    Attributes
    ----------
    table : BenchmarkTable
    metric : str
    draft : Draft
        The draft in the designer.
    colors : Palette
    user : str
        The user who looks at the page.
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
    """A user's name as the page shows it; the empty name means all who use the page."""
    return user or _(NOBODY)


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
    if seconds < _MINUTE:
        return _("just now")
    if seconds < _HOUR:
        return _("{count} min ago").format(count=int(seconds // _MINUTE))
    if seconds < _DAY:
        return _("{count} h ago").format(count=int(seconds // _HOUR))
    if seconds < _MONTH:
        days = int(seconds // _DAY)
        return ngettext("{count} day ago", "{count} days ago", days).format(count=days)
    if seconds < _YEAR:
        months = int(seconds // _MONTH)
        return ngettext("{count} month ago", "{count} months ago", months).format(count=months)
    years = int(seconds // _YEAR)
    return ngettext("{count} year ago", "{count} years ago", years).format(count=years)


def _moment(moment: datetime, now: datetime | None = None) -> dict[str, str]:
    """A point in time, relative and absolute."""
    return {"iso": moment.isoformat(), "tooltip": f"{moment:%Y-%m-%d %H:%M:%S} UTC", "ago": ago(moment, now),
            "exact": f"{date_time(moment)} UTC"}


def why_not_loaded(draft: Draft, table: BenchmarkTable) -> str:
    """Why a draft does not fit a table's search space; empty where it does.

    Examples
    --------
    >>> import vanas_panel as vp
    >>> why_not_loaded(Draft(["input", "attention", "output"]), vp.open_table("structure4"))
    'This search space has no operation attention; it has conv3x3-bn-relu, conv1x1-bn-relu, maxpool3x3.'
    """
    return " ".join(translated(problem.message) for problem in table.space.limit_problems(draft))


def cell_of(draft: Draft, table: BenchmarkTable) -> Cell | None:
    """A draft as a cell of a table's search space; None where it is none."""
    return None if draft.problems(table.space) else Cell(draft.operations, draft.edges, table.space)


def value_of(draft: Draft, table: BenchmarkTable, metric: str) -> tuple[float, str]:
    """The value of a metric for a draft, and in words; NaN with the reason where there is none."""
    if why_not_loaded(draft, table):
        return math.nan, _("other search space")
    cell = cell_of(draft, table)
    if cell is None:
        return math.nan, _("draft")
    row = row_of(table, cell)
    if row is None:
        return math.nan, _("not in this table")
    value = float(table.column(metric)[row])
    return value, format_value(table.metric(metric), value)


def list_html(entries: Sequence[Entry], total: int, context: ListContext, *, narrowed: bool) -> Html:
    """Every entry that was found.

    Parameters
    ----------
    entries : sequence of Entry
        The first ones.
    total : int
        How many there are.
    context : ListContext
    narrowed : bool
        Whether something was searched for.

    Returns
    -------
    Html
        With all text escaped and the actions ``load``, ``compare``, ``edit``, ``versions``, ``delete``,
        ``really``, each with the number of an entry, ``tag`` with a tag, and ``more`` and ``all``.
    """
    if not entries and narrowed:
        return _PIECES.no_match(words=_("Nothing on the shelf is like that."), label=_("Show everything"),
                                tooltip=_("Search for nothing in particular"))
    if not entries:
        return note_html(_("The shelf is empty. Draw or load a cell and save it with a name. All users of this shelf "
                           "will find it here."))
    now = datetime.now(UTC)
    is_more = total > len(entries)
    shown = format_count(len(entries))
    words = (_("{shown} of {total} entries").format(shown=shown, total=format_count(total)) if is_more else
             ngettext("{count} entry", "{count} entries", total).format(count=shown))
    more = {"tooltip": _("Show further entries"), "label": _("Show more")}
    return _PIECES.list(words=words, entries=[_entry(entry, context, now) for entry in entries],
                        more=more if is_more else None,
                        said={"saver": _("Who saved it"), "tag": _("Show entries with this tag")})


def _entry(entry: Entry, context: ListContext, now: datetime) -> dict[str, Any]:
    """One entry with its buttons."""
    number, words = value_of(entry.draft, context.table, context.metric)
    label = label_of(context.table.metric(context.metric))
    is_shown = entry.draft == Draft(context.draft.operations, context.draft.edges)
    known, unknown = (_("{metric} in this table"), _("There is no {metric} of it in this table"))
    changed = _("changed by {user}").format(user=who(entry.changed_by))
    is_asked = context.asked == entry.id
    return {
        "id": entry.id, "pressed": str(is_shown).lower(), "name": entry.name, "user": who(entry.user),
        "load": _("It is in the designer") if is_shown else _("Click to load it into the designer"),
        "drawing": cell_svg(entry.draft, context.table.space.operations, context.colors, width=48, height=46),
        "saved": _moment(entry.saved_at, now), "tags": entry.tags, "note": entry.note if entry.note.strip() else "",
        "elsewhere": "" if entry.table_name == context.table.name else _("on {table}").format(table=entry.table_name),
        "is_known": not math.isnan(number), "value": words,
        "tooltip": (unknown if math.isnan(number) else known).format(metric=label),
        "changed_by": changed if entry.version > 1 else "", "changed": _moment(entry.changed_at, now),
        "question": _("Delete it for good?") if is_asked else "",
        "tools": _answers(entry.id) if is_asked else _tools(entry, context), "versions": _versions(entry, context, now),
    }


def _answers(number: int) -> list[dict[str, Any]]:
    """The answers to the question before an entry is deleted."""
    # Keeping it is the same action as the button that asked, so that the keyboard is on what does no harm.
    return [{**_tool(f"really:{number}", _("Delete"), _("This cannot be taken back")), "is_dangerous": True},
            _tool(f"delete:{number}", _("Keep"), _("Leave it where it is"))]


def _tools(entry: Entry, context: ListContext) -> list[dict[str, Any]]:
    """The buttons of an entry."""
    number = entry.id
    tools = [_tool(f"compare:{number}", _("Compare"), _("Pin it, and compare the cell in the designer with it"))]
    if entry.version > 1:
        unfolded = context.unfolded is not None and context.unfolded[0] == number
        face = _("{count} versions").format(count=entry.version)
        tools.append(_tool(f"versions:{number}", face, _("Its earlier names, notes and tags"), unfolded))
    tools.append(_tool(f"edit:{number}", _("Edit"), _("Change name, note and tags"), context.edited == number))
    if entry.user == context.user:
        tools.append(_tool(f"delete:{number}", _("Delete"), _("Remove it from the shelf; you saved it")))
    return tools


def _tool(action: str, face: str, title: str, pressed: bool | None = None) -> dict[str, Any]:
    """A small button; with `pressed`, one that stays down."""
    return {"action": action, "face": face, "title": title, "is_dangerous": False,
            "pressed": "" if pressed is None else str(pressed).lower()}


def _versions(entry: Entry, context: ListContext, now: datetime) -> list[dict[str, Any]]:
    """Earlier words of an entry, the newest first."""
    if context.unfolded is None or context.unfolded[0] != entry.id:
        return []
    return [{"words": _version_words(change), "changed": _moment(change.changed_at, now), **_words(change)}
            for change in reversed(context.unfolded[1])]


def _version_words(change: Change) -> str:
    """Which version it is, and whose."""
    return _("version {count}, {user}").format(count=change.version, user=who(change.changed_by))


def _words(of: Entry | Change) -> dict[str, str]:
    """Name, tags and note as they are, for comparison."""
    return {"name": of.name, "tags": _("tags: {tags}").format(tags=", ".join(of.tags)) if of.tags else "",
            "note": of.note if of.note.strip() else ""}


def theirs_html(entry: Entry) -> Html:
    """The version that another user has saved meanwhile."""
    return _PIECES.theirs(label=_("Theirs"), user=who(entry.changed_by), moment=_moment(entry.changed_at),
                          of=_words(entry))

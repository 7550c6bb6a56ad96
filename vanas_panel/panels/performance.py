"""Performance: a card for every metric of the cell in the designer, each with its percentile."""

from __future__ import annotations

from collections.abc import Sequence

from vanas_panel.core.cell import Cell
from vanas_panel.core.draft import Problem
from vanas_panel.draw.cards import Card, cards, table_cards
from vanas_panel.draw.cards_html import CSS as CARDS_CSS
from vanas_panel.draw.cards_html import cards_html
from vanas_panel.draw.cell.thumbnail import cell_svg
from vanas_panel.draw.css import PAGE
from vanas_panel.draw.html import Html, joined, pieces
from vanas_panel.draw.theme import Palette, palette
from vanas_panel.errors import TrainingError, UnknownOperationError
from vanas_panel.panels.training import results as trained
from vanas_panel.state.session import EMPTY, Session
from vanas_panel.text.language import gettext as _
from vanas_panel.text.language import translated
from vanas_panel.training.joined import JoinedTable
from vanas_panel.training.personal import Trained
from vanas_panel.training.trainable import canonical_cell
from vanas_panel.widgets.markup import Markup, note_html
from vanas_panel.widgets.notebook import View
from vanas_panel.widgets.threads import watch_runs
from vanas_panel.widgets.tools import Tools

_PIECES = pieces(__file__)

CSS = f"""
{trained.CSS}
{CARDS_CSS}
.pinned {{ display: flex; align-items: center; gap: 8px; background: {PAGE}; border-radius: 6px; padding: 3px 8px; }}
.pinned span {{ flex: 1; }}
.buttons {{ display: flex; gap: 6px; }}
"""


def problems_html(problems: Sequence[Problem], is_empty: bool) -> Html:
    """Why there are no numbers yet, calmly.

    Parameters
    ----------
    problems : sequence of Problem
        The problems that keep the draft from being a cell; at least one.
    is_empty : bool
        Whether nothing has been drawn yet.
    """
    if is_empty:
        return note_html(_("No cell yet. Meanwhile, the whole table:"))
    words = _("Not a cell yet. {problem} Meanwhile, the whole table:").format(problem=translated(problems[0].message))
    return note_html(words)


class Performance(View):
    """Cards of the current cell, and the cell that it is compared with.

    Parameters
    ----------
    session : Session
    tools : Tools, optional
        Where its ``runs`` train cells, the view offers that, and shows what they have measured.
    **params
        As for any viewer.
    """

    notebook_height = 480

    def __init__(self, session: Session, tools: Tools | None = None, **params):
        super().__init__(**params)
        self.session = session
        self._tools = tools or Tools()
        runs = self._tools.runs
        self._seen = -1 if runs is None else runs.kept
        self._follower = None if runs is None else watch_runs(runs, self._follow_runs)
        self._markup = Markup(self._html(), self._act, css=CSS, sizing_mode="stretch_both")
        self.follow(self._update, ["draft", "pinned", "better", "dark"])
        self.follow_language(self._update)

    def __panel__(self):
        return self._markup

    def _html(self) -> str:
        """The view for the session as it is."""
        return performance_html(self.session, trains=self._tools.runs is not None, own=self._own())

    def _update(self, *_events) -> None:
        """Follow the session, and what is trained."""
        self._markup.html = self._html()

    def _follow_runs(self) -> None:
        """Look again where something was kept; how a training goes is shown elsewhere."""
        if self._tools.runs is not None and self._seen != self._tools.runs.kept:
            self._seen = self._tools.runs.kept
            self._update()

    def _own(self) -> Trained | None:
        """The last trained result of the current cell."""
        cell, runs = self.session.cell, self._tools.runs
        if cell is None or runs is None:
            return None
        try:
            return next(iter(runs.personal.of(self._tools.user, canonical_cell(cell)[0])), None)
        except (TrainingError, UnknownOperationError):
            # The drawer says what is wrong with the personal table; numbers of the table need not wait for that.
            return None

    def _act(self, action: str) -> None:
        """Do what a button asks for."""
        if action == "train":
            self.session.drawer = "train"
        elif action == "pin":
            self.session.pin()
        elif action == "unpin":
            self.session.unpin()
        elif action == "load-pinned" and self.session.pinned is not None:
            self.session.load_cell(self.session.pinned)


def performance_html(session: Session, *, trains: bool = False, own: Trained | None = None) -> Html:
    """The whole view as HTML.

    Parameters
    ----------
    session : Session
        Its draft is shown, its pinned cell compared.
    trains : bool, optional
        Whether cells can be trained.
    own : Trained, optional
        The trained result of the current cell.

    Returns
    -------
    Html
        With all text escaped and the actions ``pin``, ``unpin``, ``load-pinned`` and ``train``.
    """
    cell, row = session.cell, session.row
    parts = [_head_html(session, trains)]
    if session.pinned is not None:
        parts.append(_pinned_html(session, session.pinned, palette(session.dark)))
    if cell is None:
        parts.append(problems_html(session.problems, is_empty=session.draft == EMPTY))
        parts.append(_scrolled(table_cards(session.table), is_whole=True))
        return joined(parts)
    if row is None:
        words = _("A valid cell, but not in this table: nothing was measured for it. Numbers that follow from its "
                  "structure are exact.")
        parts.append(note_html(words))
    counted = isinstance(session.table, JoinedTable) and row is not None and row >= len(session.table.source)
    if own is not None:
        parts.append(trained.own_html(own, _("counted in") if counted else _("not in the ranks below")))
    parts.append(_scrolled(cards(session.table, cell, row, session.pinned)))
    return joined(parts)


def _scrolled(shown: Sequence[Card], *, is_whole: bool = False) -> Html:
    """Cards, of a cell or of the whole table, in the part that scrolls."""
    return _PIECES.scroll(label=_("Metrics"), is_whole=is_whole, cards=cards_html(shown))


def _head_html(session: Session, trains: bool) -> Html:
    """Heading and the buttons that train and pin."""
    ready = session.cell is not None and session.cell != session.pinned
    train = {"tooltip": _("Have it trained and measured here"), "label": _("Train this cell")}
    pin = {"tooltip": _("Compare other cells with this one from now on"), "label": _("Pin this cell"),
           "disabled": not ready}
    return _PIECES.head(title=_("Performance"), train=train if trains and session.cell is not None else None, pin=pin)


def _pinned_html(session: Session, pinned: Cell, colors: Palette) -> Html:
    """The pinned cell with its buttons."""
    return _PIECES.pinned(
        drawing=cell_svg(pinned, session.table.space.operations, colors, width=30, height=30),
        words=_("This cell is pinned") if session.cell == pinned else _("Pinned for comparison"),
        load_tooltip=_("Put it into the designer"), load=_("Load"), stop_tooltip=_("Stop comparing"), stop=_("Unpin"))

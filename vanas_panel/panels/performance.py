"""Performance: a card for every metric of the cell in the designer, each with its percentile."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from vanas_panel.core.draft import Problem
from vanas_panel.draw.cards import Card, cards, row_of, table_cards
from vanas_panel.draw.cards_html import CSS as CARDS_CSS
from vanas_panel.draw.cards_html import cards_html
from vanas_panel.draw.cell.thumbnail import cell_svg
from vanas_panel.draw.css import ACCENT, MUTED, PAGE, SOFT_ACCENT
from vanas_panel.draw.html import Html, joined, pieces
from vanas_panel.draw.noise_words import Said, best_words, chance_words, rank_words, validation_button
from vanas_panel.draw.pins import badge_html, pin_name, with_pins
from vanas_panel.draw.selection.cards import with_selection
from vanas_panel.draw.theme import palette
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
.pinned span {{ flex: 1; min-width: 0; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }}
.pinned .row {{ flex: 1; display: flex; flex-wrap: wrap; gap: 3px; }}
.pinned .pick {{
  padding: 0; width: 24px; height: 24px; display: inline-flex; align-items: center; justify-content: center;
}}
.pinned .pick[aria-pressed=true] {{ border-color: {ACCENT}; background: {SOFT_ACCENT}; }}
.buttons {{ display: flex; gap: 6px; }}
.certainty {{ display: flex; flex-wrap: wrap; gap: 0 8px; align-items: center; color: {MUTED}; font-size: 11px; }}
.certainty button {{ min-height: 24px; padding: 0 6px; font-size: 11px; }}
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
        self.follow(self._update, ["draft", "pinned", "other_pins", "better", "dark", "rows", "metric", "noise"])
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
        elif action == "compare":
            self.session.drawer = "compare"
        elif action.startswith("load-pin:"):
            self.session.load_pin(action.removeprefix("load-pin:"))
        elif action.startswith("unpin:"):
            self.session.unpin(action.removeprefix("unpin:"))
        elif action in ("unpin", "load-pinned") and (reference := self.session.reference) is not None:
            (self.session.unpin if action == "unpin" else self.session.load_pin)(reference.mark)
        elif action == "as-good" and self.session.undecided is not None:
            self.session.select(self.session.undecided)
        elif action.startswith("metric:") and action.removeprefix("metric:") in self.session.table.metrics:
            self.session.metric = action.removeprefix("metric:")


def performance_html(session: Session, *, trains: bool = False, own: Trained | None = None) -> Html:
    """The whole view as HTML.

    Parameters
    ----------
    session : Session
        Its draft is shown, its pinned cells compared.
    trains : bool, optional
        Whether cells can be trained.
    own : Trained, optional
        The trained result of the current cell.

    Returns
    -------
    Html
        With all text escaped and the actions ``pin``, ``unpin``, ``unpin:B``, ``load-pinned``, ``load-pin:B``,
        ``compare`` and ``train``.
    """
    cell, row = session.cell, session.row
    parts = [_head_html(session, trains)]
    if session.pins:
        parts.append(_pinned_html(session))
    if cell is None:
        parts.append(problems_html(session.problems, is_empty=session.draft == EMPTY))
        parts.append(_cards_html(session, table_cards(session.table), is_whole=True))
        return joined(parts)
    if row is None:
        words = _("A valid cell, but not in this table: nothing was measured for it. Numbers that follow from its "
                  "structure are exact.")
        parts.append(note_html(words))
    counted = isinstance(session.table, JoinedTable) and row is not None and row >= len(session.table.source)
    if own is not None:
        parts.append(trained.own_html(own, _("counted in") if counted else _("not in the ranks below")))
    reference = session.reference
    parts.append(_certainty_html(session, row))
    parts.append(_cards_html(session, cards(session.table, cell, row, None if reference is None else reference.cell)))
    return joined(parts)


def _certainty_html(session: Session, row: int | None) -> Html:
    """How sure the rank of a cell is, and whether it was chosen by a test metric."""
    table, metric, noise = session.table, session.metric, session.noise
    lines: list[Said | None] = []
    if row is not None:
        lines.append(rank_words(table, metric, row, noise))
        reference = session.reference
        pinned = None if reference is None or reference.cell == session.cell else row_of(table, reference.cell)
        if reference is not None and pinned is not None:
            lines.append(chance_words(table, metric, row, pinned, reference.mark, noise))
    rows = session.undecided
    buttons: list[dict[str, str]] = []
    if rows is not None:
        short, full = best_words(rows)
        buttons.append({"action": "as-good", "label": short, "tooltip": full + ". " + _(
            "Select them: the best cell is among them with 95 % probability, over all comparisons (Bonferroni)")})
    advice = validation_button(table, metric)
    if advice is not None:
        buttons.append(advice)
    return _PIECES.certainty(lines=[line for line in lines if line is not None], buttons=buttons)


def _cards_html(session: Session, shown: Sequence[Card], *, is_whole: bool = False) -> Html:
    """Cards, of a cell or of the whole table, with selection and pins, in the part that scrolls."""
    shown = with_pins(with_selection(shown, session.selection), session.table, session.pins)
    return _PIECES.scroll(label=_("Metrics"), is_whole=is_whole, cards=cards_html(shown))


def _head_html(session: Session, trains: bool) -> Html:
    """Heading and the buttons that train and pin."""
    held = session.pin_of(session.cell)
    train = {"tooltip": _("Have it trained and measured here"), "label": _("Train this cell")}
    pin: dict[str, Any] = {"tooltip": _("Compare other cells with this one from now on"), "label": _("Pin this cell"),
                           "action": "pin", "disabled": session.cell is None or held is not None}
    if held is not None and len(session.pins) > 1:
        pin = {"tooltip": _("Take pin {mark} away").format(mark=held.mark), "action": f"unpin:{held.mark}",
               "label": _("Unpin {mark}").format(mark=held.mark), "disabled": False}
    return _PIECES.head(title=_("Performance"), train=train if trains and session.cell is not None else None, pin=pin)


def _pinned_html(session: Session) -> Html:
    """The pinned cell with its buttons; of several, a button for each letter."""
    compare = {"tooltip": _("Compare the pinned cells and the drawn one side by side"), "label": _("Compare")}
    first, *others = session.pins
    if not others:
        return _PIECES.pinned(
            badge=badge_html(first.mark), compare=compare,
            drawing=cell_svg(first.cell, session.table.space.operations, palette(session.dark), width=30, height=30),
            words=_("This cell is pinned") if session.cell == first.cell else _("Pinned for comparison"),
            load_tooltip=_("Put it into the designer"), load=_("Load"), stop_tooltip=_("Stop comparing"),
            stop=_("Unpin"))
    return _PIECES.pins(label=_("Pinned cells"), compare=compare, pins=[
        {"mark": pin.mark, "badge": badge_html(pin.mark), "pressed": str(pin.cell == session.cell).lower(),
         "tooltip": _("{pin}. Put it into the designer.").format(pin=pin_name(pin))} for pin in session.pins])

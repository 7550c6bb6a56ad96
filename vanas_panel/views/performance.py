"""Performance: a card for every metric of the cell in the designer, each with its place in the whole table."""

from __future__ import annotations

from collections.abc import Sequence

from vanas_panel.core.cell import Cell
from vanas_panel.core.draft import Problem
from vanas_panel.errors import TrainingError, UnknownOperationError
from vanas_panel.session import EMPTY, Session
from vanas_panel.training.joined import JoinedTable
from vanas_panel.training.personal import Trained
from vanas_panel.training.trainable import canonical_cell
from vanas_panel.views import trained
from vanas_panel.views.cards import Card, cards, table_cards
from vanas_panel.views.drawing import cell_svg
from vanas_panel.views.follow import Follower
from vanas_panel.views.markup import Markup, text
from vanas_panel.views.notebook import View
from vanas_panel.views.standing import Histogram
from vanas_panel.views.style import ACCENT, FAINT, LINE, MUTED, NEGATIVE, PAGE, POSITIVE
from vanas_panel.views.theme import Palette, palette
from vanas_panel.views.tools import Tools

CSS = f"""
{trained.CSS}
.cards {{ display: grid; grid-template-columns: repeat(auto-fill, minmax(132px, 1fr)); gap: 5px 8px; }}
.card {{ border: 1px solid {LINE}; border-radius: 7px; padding: 3px 9px; min-width: 0; }}
.card .label {{ color: {MUTED}; font-size: 11.5px; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }}
.card .value {{ font-size: 21px; font-weight: 650; line-height: 1.2; letter-spacing: -.01em; white-space: nowrap; }}
.card .value.long {{ font-size: 17px; line-height: 1.5; }}
.card .value small {{ font-size: 12px; font-weight: 500; color: {MUTED}; letter-spacing: 0; }}
.card .line {{ color: {MUTED}; font-size: 11px; letter-spacing: -.01em; }}
.card .change {{ font-size: 11px; font-weight: 600; }}
.whole .value {{ color: {MUTED}; font-weight: 550; }}
.gain {{ color: {POSITIVE}; }}
.loss {{ color: {NEGATIVE}; }}
.spread {{ position: relative; height: 14px; margin: 1px 0 5px; }}
.spread svg {{ display: block; width: 100%; height: 100%; }}
.spread path {{ fill: {FAINT}; }}
.spread i {{ position: absolute; top: -1px; bottom: -1px; width: 2px; margin-left: -1px; background: {ACCENT}; }}
.spread i::after {{
  content: ""; position: absolute; left: -3px; bottom: -4px;
  border: 4px solid transparent; border-top: 0; border-bottom: 5px solid {ACCENT};
}}
table {{ width: 100%; border-collapse: collapse; font-size: 11px; grid-column: 1 / -1; }}
td {{ padding: 4px 2px; border-top: 1px solid {LINE}; }}
td:nth-child(1) {{ color: {MUTED}; }}
td:nth-child(2) {{ font-weight: 600; text-align: right; white-space: nowrap; }}
td:nth-child(3) {{ color: {MUTED}; text-align: right; white-space: nowrap; }}
@media (min-height: 1200px) {{
  .card {{ padding: 7px 12px; }}
  .spread {{ height: 44px; margin: 4px 0 8px; }}
  table {{ font-size: 12.5px; }}
  td {{ padding: 7px 2px; }}
}}
.pinned {{ display: flex; align-items: center; gap: 8px; background: {PAGE}; border-radius: 6px; padding: 3px 8px; }}
.pinned span {{ flex: 1; }}
.buttons {{ display: flex; gap: 6px; }}
"""



def cards_html(shown: Sequence[Card]) -> str:
    """Cards as HTML: the major ones in a grid, the minor ones as lines below.

    Parameters
    ----------
    shown : sequence of Card
        In the order in which to show them.

    Returns
    -------
    str
        HTML with all text escaped; `CSS` styles it.
    """
    major = "".join(_card_html(card) for card in shown if not card.minor)
    minor = _lines_html([card for card in shown if card.minor])
    return f'<div class="cards">{major}{minor}</div>'


def problems_html(problems: Sequence[Problem], is_empty: bool) -> str:
    """Why there are no numbers yet, calmly.

    Parameters
    ----------
    problems : sequence of Problem
        What keeps the draft from being a cell; at least one.
    is_empty : bool
        Whether nothing has been drawn yet.
    """
    if is_empty:
        return '<div class="note">No cell yet. Meanwhile, the whole table:</div>'
    return f'<div class="note">Not a cell yet. {text(problems[0].message)} Meanwhile, the whole table:</div>'


def _card_html(card: Card) -> str:
    """One card of the grid."""
    lines = [f'<div class="line num">{text(line)}</div>' for line in (card.place, *card.notes) if line]
    if card.change:
        tone = {True: "gain", False: "loss", None: "quiet"}[card.gain]
        word = {True: " · better", False: " · worse", None: ""}[card.gain]
        lines.append(f'<div class="change num {tone}">{text(card.change)}{word}</div>')
    unit = f" <small>{text(card.unit)}</small>" if card.unit else ""
    long = " long" if len(card.number) + len(card.unit) > 9 else ""
    return (f'<div class="card" data-card="{text(card.name)}" title="{text(card.tooltip)}">'
            f'<div class="label">{text(card.label)}</div>'
            f'<div class="value num{long}">{text(card.number)}{unit}</div>'
            f'{_histogram_html(card.histogram)}{"".join(lines)}</div>')


def _lines_html(minor: Sequence[Card]) -> str:
    """The table below the grid; its last line counts what is not measured."""
    lines = "".join(_line_html(card) for card in minor if card.known)
    missing = [card.label for card in minor if not card.known]
    if missing:
        noun = "variant is" if len(missing) == 1 else "variants are"
        lines += (f'<tr title="{text("; ".join(missing))}"><td colspan="3">{len(missing)} further {noun} not measured '
                  "for this cell</td></tr>")
    return f"<table>{lines}</table>" if lines else ""


def _line_html(card: Card) -> str:
    """One line of the table below the grid."""
    change = f" ({text(card.change)})" if card.change else ""
    value = f"{text(card.number)} {text(card.unit)}".rstrip()
    # There is room for the place alone; the tooltip says among how many.
    place = card.place.partition(" of ")[0]
    return (f'<tr data-card="{text(card.name)}" title="{text(card.tooltip)}"><td>{text(card.label)}</td>'
            f'<td class="num">{value}{change}</td><td class="num">{text(place)}</td></tr>')


def _histogram_html(spread: Histogram | None) -> str:
    """Bars of the whole column, and a mark in the accent where the cell is."""
    if spread is None:
        return ""
    bars = "".join(f"M{place} 20v-{max(0.7, 20 * height):.1f}h.82V20z"
                   for place, height in enumerate(spread.heights.tolist()) if height > 0)
    mark = "" if spread.place is None else f'<i style="left:{100 * spread.place:.1f}%"></i>'
    return (f'<div class="spread" aria-hidden="true"><svg viewBox="0 0 {spread.heights.size} 20" '
            f'preserveAspectRatio="none"><path d="{bars}"/></svg>'
            f"{mark}</div>")


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
        self._follower = None if runs is None else Follower(runs, self._follow_runs)
        self._markup = Markup(self._html(), self._act, css=CSS, sizing_mode="stretch_both")
        self.follow(self._update, ["draft", "pinned", "better", "dark"])

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
        """What was last trained of the current cell."""
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


# Without a button in it, only this lets a keyboard scroll it.
_SCROLL = '<div tabindex="0" role="region" aria-label="Metrics"'


def performance_html(session: Session, *, trains: bool = False, own: Trained | None = None) -> str:
    """The whole view as HTML.

    Parameters
    ----------
    session : Session
        Its draft is shown, its pinned cell compared.
    trains : bool, optional
        Whether cells can be trained.
    own : Trained, optional
        What was trained of the current cell.

    Returns
    -------
    str
        HTML with all text escaped and the actions ``pin``, ``unpin``, ``load-pinned`` and ``train``.
    """
    cell, row = session.cell, session.row
    parts = [_head_html(session, trains)]
    if session.pinned is not None:
        parts.append(_pinned_html(session, session.pinned, palette(session.dark)))
    if cell is None:
        parts.append(problems_html(session.problems, is_empty=session.draft == EMPTY))
        parts.append(f'{_SCROLL} class="scroll whole">{cards_html(table_cards(session.table))}</div>')
        return "".join(parts)
    if row is None:
        parts.append('<div class="note">A valid cell, but not in this table: nothing was measured for it. '
                     "What follows from its structure is exact.</div>")
    counted = isinstance(session.table, JoinedTable) and row is not None and row >= len(session.table.source)
    if own is not None:
        parts.append(trained.own_html(own, "counted in" if counted else "not in the ranks below"))
    parts.append(f'{_SCROLL} class="scroll">{cards_html(cards(session.table, cell, row, session.pinned))}</div>')
    return "".join(parts)


def _head_html(session: Session, trains: bool) -> str:
    """Heading and the buttons that train and pin."""
    ready = session.cell is not None and session.cell != session.pinned
    train = ('<button class="small" data-action="train" title="Have it trained and measured here">Train this cell'
             "</button>" if trains and session.cell is not None else "")
    pin = ('<button class="small" data-action="pin" title="Compare other cells with this one from now on"'
           f'{"" if ready else " disabled"}>Pin this cell</button>')
    return f'<div class="head"><h2>Performance</h2><div class="buttons">{train} {pin}</div></div>'


def _pinned_html(session: Session, pinned: Cell, colors: Palette) -> str:
    """The pinned cell with its buttons."""
    drawing = cell_svg(pinned, session.table.space.operations, colors, width=30, height=30)
    word = "This cell is pinned" if session.cell == pinned else "Pinned for comparison"
    return (f'<div class="pinned">{drawing}<span>{word}</span>'
            '<button class="small" data-action="load-pinned" title="Put it into the designer">Load</button>'
            '<button class="small" data-action="unpin" title="Stop comparing">Unpin</button></div>')

"""Trade-offs: the Pareto front as a list, with each step, its knee, and what it would be without an operation."""

from __future__ import annotations

from typing import Any

import pandas as pd
import panel as pn

from vanas_panel.core.front_chance import front_probability
from vanas_panel.core.trade_offs import rows_without
from vanas_panel.draw.css import ACCENT, CARD, LINE, MUTED, SOFT_ACCENT, TEXT
from vanas_panel.draw.front_words import front_heads, front_summary, losses_words
from vanas_panel.draw.html import Html, pieces
from vanas_panel.draw.noise_words import noise_words, plain_number, stated_value
from vanas_panel.draw.theme import FONT, operation_label
from vanas_panel.errors import VanasError
from vanas_panel.panels.trade_offs.rows import front_rows
from vanas_panel.report.tables import csv
from vanas_panel.state.session import Session
from vanas_panel.tables.metrics import label_of
from vanas_panel.text.language import Message
from vanas_panel.text.language import gettext as _
from vanas_panel.widgets.markup import Markup, number_after
from vanas_panel.widgets.notebook import View
from vanas_panel.widgets.threads import PageThread, run_in_background
from vanas_panel.widgets.tools import Tools

_PIECES = pieces(__file__)
DRAWS = 200
"""Draws from the noise: standard errors of at most 3.5 points, and a wait of seconds on the largest tables."""

_REPORTED = 20

CSS = f"""
.vp-markup {{ height: auto; gap: 12px; }}
section {{ display: grid; gap: 6px; }}
section.row {{ display: flex; flex-wrap: wrap; gap: 6px 8px; align-items: end; }}
section.row[role=group] {{ align-items: center; }}
h3 {{ margin: 0; font-size: 12px; font-weight: 650; }}
label {{ color: {MUTED}; font-size: 11px; display: grid; gap: 3px; flex: 1 1 110px; min-width: 0; }}
label select {{ width: 100%; min-width: 0; }}
input {{
  width: 90px; height: 28px; padding: 0 7px; border: 1px solid {LINE}; border-radius: 6px; background: {CARD};
  color: {TEXT}; font: 12px/1.2 {FONT};
}}
.ask {{ display: flex; gap: 8px; align-items: center; }}
.hint {{ font-size: 11px; }}
.front {{ display: grid; gap: 1px; max-height: 330px; overflow: hidden auto; padding: 2px; }}
.heads, .front button {{
  display: grid; grid-template-columns: 34px repeat(auto-fit, minmax(56px, 1fr)); gap: 6px; padding: 4px 4px;
  text-align: right; align-items: baseline;
}}
.heads {{ color: {MUTED}; font-size: 11px; position: sticky; top: -2px; background: {CARD}; z-index: 1; }}
.front button {{ border-color: transparent; font-weight: 500; letter-spacing: -.02em; white-space: nowrap; }}
.front button[aria-pressed=true] {{ border-color: {ACCENT}; background: {SOFT_ACCENT}; }}
.front .place {{ text-align: left; color: {MUTED}; white-space: nowrap; }}
.front small {{
  display: block; color: {MUTED}; font-size: 10px; letter-spacing: 0; white-space: normal; line-height: 1.15;
}}
.front .place b {{ color: {ACCENT}; }}
table {{ width: 100%; border-collapse: collapse; font-size: 12px; }}
th {{ color: {MUTED}; font-weight: 500; font-size: 11px; text-align: right; padding: 2px; }}
td {{ padding: 4px 2px; border-top: 1px solid {LINE}; text-align: right; }}
th:first-child, td:first-child {{ text-align: left; }}
"""


class TradeOffsPanel(View):
    """The drawer. A row of the list loads its cell; arrow keys step along the front.

    Parameters
    ----------
    session : Session
    tools : Tools, optional
        Not used; every drawer is made with them.
    **params
        As for any viewer.
    """

    def __init__(self, session: Session, tools: Tools | None = None, **params: Any):
        super().__init__(**params)
        self.session = session
        self._page = PageThread()
        self._chances: tuple[tuple, pd.DataFrame] | None = None
        self._asked: tuple | None = None  # what the work under way is to find
        self._done = 0  # draws of it
        self._problem = ""
        # As high as it is: in a low window it would be pressed together, and the link lie over the buttons above it.
        whole = {"flex": "none", "min-height": "max-content"}
        self._markup = Markup("", self._act, css=CSS, sizing_mode="stretch_width", styles=whole)
        # Apart, since a long front is not sent again with each step along it.
        self._save = Markup("", css=CSS, sizing_mode="stretch_width")
        self._view = pn.Column(self._markup, self._save, sizing_mode="stretch_width", margin=0,
                               styles={"gap": "10px", **whole})
        self.follow(self._update, ["front", "without", "noise", "rows", "metric", "better", "draft", "drawer"])
        self.follow_language(self._show)
        self._show()

    def __panel__(self) -> pn.viewable.Viewable:
        return self._view

    @property
    def markup(self) -> Markup:
        """The list, and what stands around it."""
        return self._markup

    def _key(self) -> tuple:
        """What the probabilities depend on."""
        session = self.session
        # The table for its directions, which say what dominates.
        return (session.table, session.selection, session.front_metrics, tuple(session.without),
                tuple(session.noise.items()))

    def _update(self, *_events: Any) -> None:
        """Follow the session while the drawer is open; a closed one catches up when it is opened.

        Probabilities that are not asked for any more are not worked out any further.
        """
        if self._asked is not None and (self.session.drawer != "tradeoffs" or self._asked != self._key()):
            self._asked = None
        if self.session.drawer == "tradeoffs":
            self._show()

    def _show(self, *_events: Any) -> None:
        """Show the session as it is."""
        key = self._key()
        chances = self._chances[1] if self._chances and self._chances[0] == key else None
        self._markup.html = trade_offs_html(self.session, chances, self._problem,
                                            done=self._done if self._asked == key else None)
        self._save.html = save_html(self.session)

    def _act(self, action: str) -> None:
        """Take a choice, step to a cell, or work the probabilities out."""
        session = self.session
        name, _sep, value = action.partition(":")
        self._problem = ""
        row = number_after(action, "row")
        if row is not None and session.step_along_front(row) is not None:
            session.load_row(row)
        elif name in ("metric0", "metric1", "metric2"):
            chosen = [*session.front_metrics, ""][:3]
            chosen += [""] * (3 - len(chosen))
            if value in session.directed_metrics or value == "":
                chosen[int(name[-1])] = value
                session.front = tuple(dict.fromkeys(filter(None, chosen)))
        elif name == "without" and value in session.table.space.operations:
            kept = [each for each in session.without if each != value]
            session.without = tuple(kept) if len(kept) < len(session.without) else (*kept, value)
        elif name == "noise":
            self._state_noise(value)
        elif action == "chances":
            self._work_out()
        self._show()

    def _state_noise(self, text: str) -> None:
        """Take the noise that a person states; nothing takes it back."""
        session = self.session
        others = {name: value for name, value in session.noise.items() if name != session.metric}
        value = stated_value(session.table.metric(session.metric), text)
        if text.strip() and value is None:
            self._problem = _("Found {text}; expected a number above 0. Type another one.").format(text=text[:40])
        else:
            session.noise = others if value is None else {**others, session.metric: value}

    def _work_out(self) -> None:
        """Find the probabilities of being on the front, off the event loop; each question is worked on once."""
        session, key = self.session, self._key()
        if self._asked == key:
            return
        names, rows, noise, table = session.front_metrics, session.rows, dict(session.noise), session.table
        without = tuple(session.without)
        self._asked, self._done = key, 0

        def progress(done: int) -> None:
            if self._asked != key:
                raise VanasError(Message("Found a question that is asked no more."))
            if done % _REPORTED == 0:
                self._page.call(lambda: tell(done))

        def tell(done: int) -> None:
            if self._asked == key:
                self._done = done
                self._show()

        def work() -> pd.DataFrame | None:
            # Something else may have been asked while this waited for a thread.
            return None if self._asked != key else front_probability(
                table, names, rows_without(table, without, rows) if without else rows, noise=noise, draws=DRAWS,
                progress=progress)

        def then(found: pd.DataFrame | None) -> None:
            if self._asked == key and found is not None:
                self._asked, self._chances = None, (key, found)
                self._update()

        def failed(error: VanasError) -> None:
            if self._asked == key:
                self._asked, self._problem = None, error.translated()
                self._update()

        run_in_background(self._page, work, then, failed)


def trade_offs_html(session: Session, chances: pd.DataFrame | None = None, problem: str = "", *,
                    done: int | None = None) -> Html:
    """The drawer as HTML.

    Parameters
    ----------
    session : Session
    chances : DataFrame, optional
        As `vanas_panel.front_probability` gives it.
    problem : str, optional
        What is wrong with what a person typed.
    done : int, optional
        Draws of the work on these probabilities that is under way; None where there is none.

    Returns
    -------
    Html
        With all text escaped and the actions ``metric0:...``, ``without:...``, ``row:...``, ``noise:...``, ``chances``.
    """
    front, losses = session.trade_offs, session.operation_losses
    if front is None:
        problem = problem or _("This table has fewer than two metrics of which one direction is better.")
    elif not len(front):
        problem = problem or _("No cell has all of these metrics.")
    about = _("The cells that no other one beats in every metric. Arrow keys step along the list and put the cell into "
              "the designer; squares mark them on the map. Below a value stands the price of the step: what is given "
              "up of the first metric for each unit.")
    words, stated = noise_words(session.table, session.metric, session.noise)
    field = None if not stated else {
        "label": stated, "value": plain_number(session.table.metric(session.metric), session.noise.get(session.metric))}
    known = any(session.table.repeats(name).shape[1] > 1 or name in session.noise for name in session.front_metrics)
    button = {"label": _("How sure is the front?"), "tooltip": _(
        "Probability of each cell to be truly on the front: 200 draws from the noise, seed 0"),
        "said": "" if done is None else _("Drawing from the noise … {share} %").format(share=100 * done // DRAWS)}
    return _PIECES.whole(
        about=about, choices=_choices(session), toggles=_toggles(session), problem=problem, summary=_summary(session),
        rows=[] if front is None else front_rows(session, front, chances), heads=_heads(session, chances),
        list_label=_("Cells of the front"),
        losses=None if losses is None or front is None or not len(front) else losses_words(
            session.table, session.front_metrics[0], losses),
        noise={"title": _("Noise"), "words": words, "field": field, "button": button if known else None})


def _choices(session: Session) -> list[dict[str, Any]]:
    """The choices of metrics."""
    chosen, table = [*session.front_metrics, "", "", ""], session.table
    options = [{"name": name, "label": label_of(table.metric(name))} for name in session.directed_metrics]
    labels = (_("First metric"), _("Second metric"), _("Third metric"))
    return [{"label": label, "action": f"metric{place}", "chosen": chosen[place],
             "options": ([{"name": "", "label": _("none")}] if place == 2 else []) + options}
            for place, label in enumerate(labels)]


def _toggles(session: Session) -> dict[str, Any]:
    """The operations to do without."""
    return {"label": _("Without"), "all": [
        {"action": f"without:{name}", "label": operation_label(name), "pressed": str(name in session.without).lower(),
         "tooltip": _("Leave out the cells with {operation}").format(operation=name)}
        for name in session.table.space.operations]}


def _summary(session: Session) -> str:
    """How many cells are on the front, and which is the knee."""
    front = session.trade_offs
    return "" if front is None or not len(front) else front_summary(session.table, session.front_metrics, front)


def _heads(session: Session, chances: pd.DataFrame | None) -> list[str]:
    """Headings of the columns of the list."""
    return [*front_heads(session.table, session.front_metrics), *([] if chances is None else [_("Sure")])]


def save_html(session: Session) -> Html:
    """A button that saves the front as a CSV file, with the price of each step; nothing where there is no front."""
    front = session.trade_offs
    if front is None or not len(front):
        return Html("")
    return _PIECES.save(label=_("Save as CSV"), text=csv(front), tooltip=_(
        "All cells of the front with their exact metrics, and the price of each step in the metrics' own units"))

"""The report of a table of trials as one HTML file that opens from disk and asks for nothing."""

from __future__ import annotations

from datetime import date

from vanas_panel._version import __version__
from vanas_panel.core.plain import plain_text
from vanas_panel.draw.css import CARD, LINE, NARROW
from vanas_panel.draw.html import Html, pieces
from vanas_panel.draw.theme import LIGHT
from vanas_panel.draw.trials.axes import axes_html
from vanas_panel.draw.trials.card import card_html, nearest_html
from vanas_panel.draw.trials.css import BARS, CARDS, MAP
from vanas_panel.draw.trials.importance import importance_html
from vanas_panel.draw.trials.map import map_html
from vanas_panel.draw.trials.still import still_html
from vanas_panel.draw.trials.table import table_html
from vanas_panel.draw.trials.words import where_words
from vanas_panel.errors import ReportError, brief
from vanas_panel.report.style import STYLE
from vanas_panel.state.trials_found import found
from vanas_panel.state.trials_view import TrialsView, starting_view
from vanas_panel.tables.trial_words import states_words, trials_words
from vanas_panel.tables.trials import TrialTable
from vanas_panel.text.language import LANGUAGES, Message, current_language, known_language, speaking
from vanas_panel.text.language import gettext as _

_PIECES = pieces(__file__)

_LAYOUT = f"""
.vt-report main {{ display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 14px; align-items: start; }}
.vt-card {{ background: {CARD}; border: 1px solid {LINE}; border-radius: 10px; padding: 12px 16px; min-width: 0; }}
.vt-card.table, .vt-card.understood {{ grid-column: 1 / -1; }}
.vt-card.importance, .vt-card.card {{ grid-row: span 2; }}
.vt-card h2 {{ margin: 0 0 8px; font-size: 15px; }}
.vt-card .wide {{ overflow-x: auto; }}
.vt-card pre {{ margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; font-size: 12px; }}
.vt-card .bars {{ max-height: none; }}
.vt-card .scale {{ display: flex; flex-wrap: wrap; gap: 4px 8px; align-items: center; }}
@media screen and (prefers-color-scheme: dark) {{ .vt-card.axes image {{ filter: invert(1) hue-rotate(180deg); }} }}
@media (max-width: {NARROW}px) {{ .vt-report main {{ grid-template-columns: minmax(0, 1fr); }} }}
@media print {{ .vt-report main {{ display: block; }} .vt-card {{ break-inside: avoid; margin-bottom: 10px; }} }}
"""


def trials_report_html(table: TrialTable, view: TrialsView | None = None, *, title: str | None = None, notes: str = "",
                       made: date | None = None, lang: str | None = None) -> str:
    """The text of the report, see `vanas_panel.save_report`.

    Parameters
    ----------
    table : TrialTable
    view : TrialsView, optional
        What it shows; by default what a page starts with.
    title, notes, made, lang : optional
        As for `vanas_panel.save_report`.

    Raises
    ------
    ReportError
        Where the language is unknown.

    Examples
    --------
    >>> import pandas as pd, vanas_panel as vp
    >>> trials = vp.open_trials(pd.DataFrame({"lr": [0.1, 0.2], "loss": [1.0, 2.0]}))
    >>> "Importance of parameters" in trials_report_html(trials, lang="en")
    True
    """
    view = starting_view(table) if view is None else view
    language = (view.lang or current_language()) if lang is None else known_language(plain_text(lang))
    if language is None:
        raise ReportError(Message("Found the language {found} of a report; expected one of {known}. Choose one of "
                                  "these.", found=brief(repr(lang), 60), known=", ".join(LANGUAGES)))
    with speaking(language):
        return _document(table, view, plain_text(title) if title else table.title,
                         plain_text(notes) if isinstance(notes, str) else "", made or date.today(), language)


def _document(table: TrialTable, view: TrialsView, title: str, notes: str, made: date, language: str) -> str:
    """The text of the file, in the language that holds."""
    shown = found(table, view)
    cards = {"map": (_("Overview"), map_html(shown)), "importance": (_("Importance of parameters"),
                                                                     importance_html(shown, is_still=True)),
             "axes": (_("Parallel coordinates"), axes_html(shown, LIGHT)),
             "card": (_("Trial"), card_html(shown)), "nearest": (_("Nearest trials"), nearest_html(shown)),
             "table": (_("Trials"), table_html(shown))}
    sections = [{"name": name, "label": label, "html": still_html(html)} for name, (label, html) in cards.items()]
    heading = _("How the table was understood")
    sections.append({"name": "understood", "label": heading,
                     "html": _PIECES.understood(title=heading, lines=shown.table.summary())})
    words = where_words(shown.table, view.where)
    banner = "" if not words else _("{count} with {requirements}.").format(
        count=trials_words(shown.matching.size), requirements=words)
    css = STYLE + CARDS + MAP + BARS.replace(".bars button", ".bars .still") + _LAYOUT
    return str(_PIECES.document(
        language=language, version=__version__, title=title, style=_PIECES.style(css=Html(css)),
        eyebrow=_("Table of trials"), notes=[part for part in notes.split("\n\n") if part.strip()], banner=banner,
        meta=f"{trials_words(len(table))} ({states_words(table)}) · {made.isoformat()}", sections=sections,
        footer=_("Made with vanas-panel {version}. This file holds everything that it shows, and asks no other machine "
                 "for anything.").format(version=__version__)))

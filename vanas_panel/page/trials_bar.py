"""The bar at the top of the page of a table of trials: what is shown, its notes, language and appearance."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from vanas_panel.draw.html import Html, pieces
from vanas_panel.draw.trials.map import better_choices
from vanas_panel.draw.trials.words import column_words
from vanas_panel.page.header import appearance_switch, language_switch
from vanas_panel.page.news import news_html
from vanas_panel.report.frame_files import KINDS
from vanas_panel.state.trials_view import TrialsView
from vanas_panel.tables.trial_words import states_words, trials_words
from vanas_panel.tables.trials import TrialTable
from vanas_panel.text.language import gettext as _
from vanas_panel.text.language import ngettext, translated

_PIECES = pieces(__file__)


def trials_bar_html(table: TrialTable, view: TrialsView, language: str, said: str = "", news: str = "",
                    is_busy: bool = False, saved: str = "", tables: Sequence[str] = (), open_table: int = 0) -> Html:
    """The bar as HTML.

    Parameters
    ----------
    table : TrialTable
    view : TrialsView
    language : str
        The one that is pressed.
    said : str, optional
        What went wrong.
    news : str, optional
        What a newer version of the table has; empty where there is none.
    is_busy : bool, optional
        Whether what is shown is being computed.
    saved : str, optional
        What is or was saved.
    tables : sequence of str, optional
        Titles of all tables of the server, to choose from; with one or none there is nothing to choose.
    open_table : int, optional
        Which of them is shown.

    Returns
    -------
    Html
        With all text escaped and the actions ``table:...``, ``metric``, ``better``, ``dark``, ``lang:...``,
        ``take-in`` and ``save:...``.
    """
    notes = [translated(note) for note in table.notes]
    size = f"{trials_words(len(table))} ({states_words(table)})" if len(table) else trials_words(0)
    directed = view.directed(table)
    metrics = [{"value": name, "words": column_words(table, name), "chosen": name == view.metric}
               for name in table.metrics if view.metric]
    return _PIECES.bar(
        name=_("Visual analytics of neural architecture search"), title=table.title, size=size, notes=notes,
        tables=[{"title": title, "is_open": place == open_table} for place, title in enumerate(tables)]
        if len(tables) > 1 else [], table_label=_("Table"),
        notes_tooltip=_("Notes on this table"),
        notes_label=ngettext("{count} note", "{count} notes", len(notes)).format(count=len(notes)),
        metrics=metrics, metric_label=_("Metric"), better_label=_("Better values"),
        better=better_choices(directed.metrics[view.metric]) if metrics else [],
        languages=language_switch(language), face=appearance_switch(view.dark),
        busy=_("Computing …") if is_busy else "", news=news_html(news, said),
        saves=_saves(), saved=saved)


def _saves() -> dict[str, Any]:
    """The buttons that save: the report, and the listed trials."""
    tooltip = _("Save the trials that match, in the order of the table, as {kind}")
    return {"label": _("Save"), "choices": [
        {"kind": "report", "words": _("Report"), "tooltip": _("Save what this page shows as one HTML file")},
        *({"kind": kind, "words": words, "tooltip": tooltip.format(kind=words)} for kind, words in KINDS.items())]}

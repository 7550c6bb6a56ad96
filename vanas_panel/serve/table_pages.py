"""Which page of a table a visitor gets, where a server has tables of cells and of trials."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import parse_qsl

import panel as pn

from vanas_panel.page.trials_page import trials_page
from vanas_panel.serve.followed_tables import ServedTables
from vanas_panel.serve.pages import accepted_languages, in_template, page, query
from vanas_panel.serve.served_trials import PART, page_choices
from vanas_panel.tables.table import BenchmarkTable
from vanas_panel.text.language import Message, preferred_language, speaking, translated


def table_page(tables: Sequence[BenchmarkTable]) -> pn.Template:
    """The page of the table that a link names, of cells or of trials; of the first one where it names none.

    Parameters
    ----------
    tables : sequence of BenchmarkTable
        `ServedTables` where some are of trials; those of cells come first.
    """
    trials = tables.trials if isinstance(tables, ServedTables) else ()
    asked = dict(parse_qsl(query()))
    wanted = asked.get(PART)
    place = next((place for place, each in enumerate(trials) if each.name == wanted), None)
    unknown = Message("The link's table of trials {name} is none of this server.", name=(wanted or "")[:80])
    with speaking(asked.get("lang") or preferred_language(accepted_languages())):
        said = [] if wanted is None or place is not None else [translated(unknown)]
    if place is None and len(tables):
        return page(tables, said)
    pn.extension()
    shown = trials[place or 0]
    return in_template(trials_page(shown.table, query(), accepted_languages(), shown.followed,
                                   page_choices(tables, trials), len(tables) + (place or 0), said))

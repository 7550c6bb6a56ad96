"""About: what this page is, in which version, what the open table is, and whom to cite."""

from __future__ import annotations

import panel as pn

from vanas_panel._version import __version__
from vanas_panel.draw.format import count_cells
from vanas_panel.draw.html import Html, pieces
from vanas_panel.draw.table_words import notes_of, title_of
from vanas_panel.state.session import Session
from vanas_panel.text.language import gettext as _
from vanas_panel.widgets.markup import Markup, copy_answers
from vanas_panel.widgets.tools import Tools

PAPER = "Jiwon Choi, Gwon Hong and Jaemin Jo. VANAS: A Visual Analytics System for Neural Architecture Search. 2021."
"""The paper whose ideas the page builds on."""

BENCHMARK = ("Chris Ying, Aaron Klein, Eric Christiansen, Esteban Real, Kevin Murphy and Frank Hutter. NAS-Bench-101: "
             "Towards Reproducible Neural Architecture Search. ICML 2019.")
"""The benchmark whose search space the cells are of."""

_PIECES = pieces(__file__)

CSS = """
.vp-markup { height: auto; gap: 14px; overflow-wrap: anywhere; user-select: text; }
section { display: grid; gap: 5px; }
h3 { margin: 0; font-size: 13px; font-weight: 650; }
ul { margin: 0; padding-left: 18px; display: grid; gap: 4px; }
.cited { display: grid; grid-template-columns: 1fr auto; gap: 10px; align-items: start; }
"""


def about_html(session: Session) -> Html:
    """About the page and its table.

    Parameters
    ----------
    session : Session

    Returns
    -------
    Html
        With all text escaped, and a button ``data-copy`` for each citation.
    """
    table, space = session.table, session.table.space
    size = _("{cells} of at most {vertices} vertices and {edges} edges").format(
        cells=count_cells(len(table)), vertices=space.max_vertices, edges=space.max_edges)
    about = _("A page over tables of neural architecture search. It shows which edges matter, what a drawn cell "
              "scores, and which measured cells contain it. Edge importance, edge contributions and the arrangement of "
              "the page follow the VANAS paper.")
    opened = _("The open table: {title}").format(title=title_of(table))
    others = _("Cite the source of another table as its authors ask for it.")
    more = _("README.md and docs/ beside the source of vanas-panel: the formulas, the files that it reads, servers and "
             "notebooks. CITATION.cff holds the citations for reference managers.")
    citations = [_cited("paper", _("The paper"), PAPER), _cited("benchmark", "NAS-Bench-101", BENCHMARK)]
    return _PIECES.whole(
        version=__version__, about=about, opened=opened, facts=[size, *notes_of(table)], cite=_("How to cite"),
        citations=citations, copy={**copy_answers(), "label": _("Copy")}, others=others, read_on=_("Read on"),
        more=more)


def _cited(key: str, name: str, words: str) -> dict[str, str]:
    """One citation, which a button copies."""
    return {"key": key, "words": words, "tooltip": _("Copy the citation: {name}").format(name=name)}


class About(pn.viewable.Viewer):
    """Description of the page, as text.

    Parameters
    ----------
    session : Session
    tools : Tools
        Of no use here.
    **params
        As for any viewer.
    """

    def __init__(self, session: Session, tools: Tools, **params):
        super().__init__(**params)
        self.session = session
        self._markup = Markup(about_html(session), css=CSS, sizing_mode="stretch_width")

    def __panel__(self):
        return self._markup

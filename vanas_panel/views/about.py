"""About: what this page is, in which version, what the open table is, and whom to cite."""

from __future__ import annotations

import panel as pn

from vanas_panel._version import __version__
from vanas_panel.session import Session
from vanas_panel.views.format import format_count
from vanas_panel.views.markup import Markup, text
from vanas_panel.views.tools import Tools

PAPER = "Jiwon Choi, Gwon Hong and Jaemin Jo. VANAS: A Visual Analytics System for Neural Architecture Search. 2021."
"""The paper whose ideas the page builds on."""

BENCHMARK = ("Chris Ying, Aaron Klein, Eric Christiansen, Esteban Real, Kevin Murphy and Frank Hutter. NAS-Bench-101: "
             "Towards Reproducible Neural Architecture Search. ICML 2019.")
"""The benchmark whose search space the cells are of."""

CSS = """
.vp-markup { height: auto; gap: 14px; overflow-wrap: anywhere; user-select: text; }
section { display: grid; gap: 5px; }
h3 { margin: 0; font-size: 13px; font-weight: 650; }
ul { margin: 0; padding-left: 18px; display: grid; gap: 4px; }
.cited { display: grid; grid-template-columns: 1fr auto; gap: 10px; align-items: start; }
"""


def about_html(session: Session) -> str:
    """What there is to know of the page and its table.

    Parameters
    ----------
    session : Session

    Returns
    -------
    str
        HTML with all text escaped, and a button ``data-copy`` for each citation.
    """
    table, space = session.table, session.table.space
    cells = f"{format_count(len(table))} cell{'' if len(table) == 1 else 's'}"
    facts = [f"{cells} of at most {space.max_vertices} vertices and {space.max_edges} edges", *table.notes]
    return (
        f"<section><h3>vanas-panel {text(__version__)}</h3><p>A page over tables of neural architecture search. "
        "It shows which edges matter, what a drawn cell scores, and which measured cells contain it. Edge importance, "
        "edge contributions and the arrangement of the page follow the VANAS paper.</p></section>"
        f"<section><h3>The open table: {text(table.title)}</h3>"
        f"<ul>{''.join(f'<li>{text(fact)}</li>' for fact in facts)}</ul></section>"
        f"<section><h3>How to cite</h3>{_cited_html('The paper', PAPER)}{_cited_html('NAS-Bench-101', BENCHMARK)}"
        '<p class="quiet">Cite the source of another table as its authors ask for it.</p></section>'
        '<section><h3>Read on</h3><p>README.md and docs/ beside the source of vanas-panel: the formulas, the files '
        "that it reads, servers and notebooks. CITATION.cff holds the citations for reference managers.</p></section>")


def _cited_html(name: str, words: str) -> str:
    """One citation, and a button that copies it."""
    return (f'<div class="cited"><span>{text(words)}</span><button class="small" data-copy="{text(words)}" '
            f'title="Copy the citation: {text(name)}">Copy</button></div>')


class About(pn.viewable.Viewer):
    """What the page is, as text.

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

"""Code: the drawn cell as text to take away, and text that becomes a drawing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import panel as pn
import param

from vanas_panel.core.cost import NASBENCH101_SKELETON, Skeleton
from vanas_panel.core.draft import Draft
from vanas_panel.core.space import CellSpace
from vanas_panel.errors import ExchangeError, VanasError
from vanas_panel.exchange import read_noted, to_json, to_nasbench, to_pytorch
from vanas_panel.exchange.reading import MAX_TEXT
from vanas_panel.exchange.words import listed, refuse
from vanas_panel.session import Session
from vanas_panel.table import BenchmarkTable
from vanas_panel.training.settings import Settings
from vanas_panel.training.table import table_settings
from vanas_panel.views.markup import Markup, number_after, text
from vanas_panel.views.paste_box import PasteBox
from vanas_panel.views.style import CODE
from vanas_panel.views.tools import Tools

CSS = f"""
{CODE}
.tabs {{ display: flex; gap: 6px; }}
.tabs button {{ flex: 1 1 0; padding: 6px 4px; font-weight: 600; }}
.choice {{ display: flex; align-items: center; gap: 8px; }}
.choice select {{ height: 28px; padding: 0 6px; min-width: 0; flex: 1 1 auto; }}
.foot {{ display: flex; gap: 8px; flex-wrap: wrap; }}
.foot button {{ padding: 6px 12px; }}
"""


class Form(NamedTuple):
    """A kind of text.

    Attributes
    ----------
    label : str
        On its tab.
    file : str
        Name of the file that is downloaded.
    words : str
        What it is good for.
    write : callable
        From a draft, the search space of the table and a skeleton to the text, or a `VanasError`.
    """

    label: str
    file: str
    words: str
    write: Callable[[Draft, CellSpace, Skeleton], str]


FORMS = {
    "pytorch": Form("PyTorch", "cell.py", "The network of the cell, to be run or trained as it stands: python cell.py "
                    "counts its parameters and tries it out.", lambda draft, _, skeleton: to_pytorch(draft, skeleton)),
    "nasbench": Form("NAS-Bench-101", "cell_nasbench101.py", "Adjacency matrix and operations as the Python API of "
                     "NAS-Bench-101 takes them.", lambda draft, _, __: to_nasbench(draft)),
    "json": Form("JSON", "cell.json", "Operations and edges, for programs of your own and for vanas-panel train.",
                 lambda draft, space, _: to_json(draft, space)),
}
"""Every kind of text by its name, in the order of the tabs."""


def skeletons_for(table: BenchmarkTable) -> dict[str, Skeleton]:
    """The networks that a cell can be put into, by name; the one that fits a table best comes first.

    Parameters
    ----------
    table : BenchmarkTable

    Returns
    -------
    dict of str to Skeleton
    """
    known = {"NAS-Bench-101 (CIFAR-10)": NASBENCH101_SKELETON, "mnist-cells (MNIST, 12 × 12)": Settings().skeleton}
    settings = table_settings(table)
    if settings is None:
        return known
    name = next((name for name, skeleton in known.items() if skeleton == settings.skeleton), "that of this table")
    return {name: settings.skeleton} | known


def code_html(draft: Draft, space: CellSpace, form: str, skeletons: dict[str, Skeleton], chosen: int = 0) -> str:
    """The drawn cell in one of `FORMS`, with tabs and buttons.

    Parameters
    ----------
    draft : Draft
    space : CellSpace
        That of the table.
    form : str
        Name of the form.
    skeletons : dict of str to Skeleton
        To choose from.
    chosen : int, optional
        Which of them is chosen.

    Returns
    -------
    str
        HTML for `vanas_panel.views.markup.Markup` with the actions ``form:...`` and ``skeleton:...``. Where a draft
        cannot be written in a form, it says why.
    """
    kind = FORMS[form]
    choice = _choice_html(list(skeletons), chosen) if form == "pytorch" else ""
    try:
        code = kind.write(draft, space, list(skeletons.values())[chosen])
    except VanasError as error:
        body = f'<p class="note" role="status">{text(kind.label)} has to wait. {text(error)}</p>'
    else:
        body = (f'<pre class="scroll code" data-text="code" tabindex="0" role="region" '
                f'aria-label="{text(kind.label)} text of the drawn cell">{text(code)}</pre>'
                '<div class="foot"><button data-copy="code" aria-live="polite" title="Copy all of it">Copy</button>'
                f'<button data-download="{kind.file}" data-of="code" title="Save the text as a file">'
                f"Download {kind.file}</button></div>")
    return f'{_tabs_html(form)}<p class="quiet">{text(kind.words)}</p>{choice}{body}'


def _tabs_html(form: str) -> str:
    """A button for every form."""
    buttons = "".join(f'<button data-action="form:{name}" aria-pressed="{str(name == form).lower()}" '
                      f'title="{text(kind.words)}">{text(kind.label)}</button>' for name, kind in FORMS.items())
    return f'<div class="tabs" role="group" aria-label="Form of the text">{buttons}</div>'


def _choice_html(names: Sequence[str], chosen: int) -> str:
    """A choice of the network around the cells."""
    options = "".join(f'<option value="{place}"{" selected" if place == chosen else ""}>{text(name)}</option>'
                      for place, name in enumerate(names))
    return ('<label class="choice quiet" title="Channels, stacks, image size and classes; constants at the top of the '
            f'text">Network of <select data-action="skeleton">{options}</select></label>')


def check_fit(draft: Draft, space: CellSpace) -> None:
    """Refuse a draft that the designer of a search space could not hold.

    Parameters
    ----------
    draft : Draft
    space : CellSpace

    Raises
    ------
    ExchangeError
        Where an operation is not of the space, or an edge is one that nobody can draw. Limits of the space are
        another matter: the designer warns of them, and what is too much can be taken away there.
    """
    strangers = sorted({operation for operation in draft.operations[1:-1] if operation not in space.operations})
    if strangers:
        refuse(f"operation {listed(strangers)}", f"only {listed(space.operations)}, as in the table that is open",
               "Rename it in the text, or open a table that has it")
    for source, target in draft.edges:
        if source == target or target == 0 or source == draft.output:
            raise ExchangeError(f"Found edge [{source}, {target}]; expected none from a vertex to itself, into the "
                                "input or out of the output. Take it out of the text.")


class Exchange(pn.viewable.Viewer):
    """The drawer with the drawn cell as text above, and a field for text below.

    Parameters
    ----------
    session : Session
    tools : Tools
        Not used: everything here happens in the browser or in the session.
    **params
        As for any viewer.
    """

    form = param.Selector(objects=list(FORMS), doc="The form that is shown.")
    skeleton = param.Integer(0, doc="Which of the skeletons is chosen.")

    def __init__(self, session: Session, tools: Tools | None = None, **params):
        super().__init__(**params)
        self.session = session
        self._skeletons = skeletons_for(session.table)
        self._code = Markup(self._html(), self._act, css=CSS, sizing_mode="stretch_both", min_height=300)
        self._paste = PasteBox(self._load, limit=MAX_TEXT, owner=tools.user if tools else "",
                               sizing_mode="stretch_width")
        self._layout = pn.Column(self._code, self._paste, sizing_mode="stretch_both", margin=0,
                                 stylesheets=[":host { gap: 14px; } .scroll-button { display: none; }"])
        session.param.watch(self._update, "draft")
        self.param.watch(self._update, ["form", "skeleton"])

    def __panel__(self):
        return self._layout

    def _html(self) -> str:
        """The text for the session as it is."""
        return code_html(self.session.draft, self.session.table.space, self.form, self._skeletons, self.skeleton)

    def _update(self, *_events) -> None:
        """Follow the session."""
        self._code.html = self._html()

    def _act(self, action: str) -> None:
        """Do what a button asks for."""
        place = number_after(action, "skeleton")
        if action in {f"form:{name}" for name in FORMS}:
            self.form = action.removeprefix("form:")
        elif place is not None and place < len(self._skeletons):
            self.skeleton = place

    def _load(self, pasted: str) -> None:
        """Put a pasted text into the designer, or say what is wrong with it and leave everything as it is."""
        try:
            draft, notes = read_noted(pasted, self.session.table.space)
            check_fit(draft, self.session.table.space)
        except ExchangeError as error:
            self._paste.refuse(str(error))
            return
        # What was read otherwise than it stands there is said, so that nobody takes the drawing for the text.
        known = "".join(f" {note}" for note in notes)
        if draft == self.session.draft:
            self._paste.accept(f"That is what is drawn already.{known}")
            return
        self.session.load_cell(draft)
        self._paste.accept(f"Loaded.{known} Undo takes it back." if self.session.cell is not None else
                           f"Loaded as a draft; the designer says what it lacks.{known} Undo takes it back.")

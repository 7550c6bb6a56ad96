"""Code: the drawn cell as text to take away, and text that becomes a drawing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import panel as pn
import param

from vanas_panel.core.cost import NASBENCH101_SKELETON, Skeleton
from vanas_panel.core.draft import Draft
from vanas_panel.core.space_protocol import Space
from vanas_panel.draw.css import CODE
from vanas_panel.draw.html import Html, pieces
from vanas_panel.errors import ExchangeError, VanasError
from vanas_panel.exchange import read_noted, to_architecture, to_json, to_nasbench, to_pytorch
from vanas_panel.exchange.architecture import has_architectures
from vanas_panel.exchange.reading import MAX_TEXT
from vanas_panel.exchange.words import listed
from vanas_panel.state.session import Session
from vanas_panel.tables.table import BenchmarkTable
from vanas_panel.text.language import Message, marked, translated
from vanas_panel.text.language import gettext as _
from vanas_panel.training.settings import Settings
from vanas_panel.training.table import table_settings
from vanas_panel.widgets.markup import Markup, copy_answers, number_after
from vanas_panel.widgets.paste_box import PasteBox
from vanas_panel.widgets.tools import Tools

_PIECES = pieces(__file__)

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
        Its purpose, in English: `gettext` translates it.
    write : callable
        From a draft, the search space of the table and a skeleton to the text, or a `VanasError`.
    """

    label: str
    file: str
    words: str
    write: Callable[[Draft, Space, Skeleton], str]


FORMS = {
    "pytorch": Form("PyTorch", "cell.py", marked(
        "The network of the cell, to be run or trained as it stands: python cell.py counts its parameters and tries it "
        "out."), lambda draft, _space, skeleton: to_pytorch(draft, skeleton)),
    "nasbench": Form("NAS-Bench-101", "cell_nasbench101.py", marked(
        "Adjacency matrix and operations as the Python API of NAS-Bench-101 takes them."),
                     lambda draft, _space, _skeleton: to_nasbench(draft)),
    "json": Form("JSON", "cell.json", marked(
        "Operations and edges, for programs of your own and for vanas-panel train."),
                 lambda draft, space, _skeleton: to_json(draft, space)),
}
"""Every kind of text by its name, in the order of the tabs."""

ALL_FORMS = {**FORMS, "architecture": Form("NAS-Bench-201", "cell_nasbench201.txt", marked(
    "The architecture string of the cell, as the Python API of NAS-Bench-201 takes it."),
                                           lambda draft, _space, _skeleton: to_architecture(draft))}
"""The same with what only cells of NAS-Bench-201 have."""


def forms_of(space: Space) -> dict[str, Form]:
    """The kinds of text that the cells of a space have; its own comes first."""
    own = ["architecture"] if has_architectures(space) else []
    return {name: ALL_FORMS[name] for name in (*own, *FORMS)}


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
    name = next((name for name, skeleton in known.items() if skeleton == settings.skeleton),
                _("that of this table"))
    return {name: settings.skeleton} | known


def code_html(draft: Draft, space: Space, form: str, skeletons: dict[str, Skeleton], chosen: int = 0) -> Html:
    """The drawn cell in one of its forms, with tabs and buttons.

    Parameters
    ----------
    draft : Draft
    space : Space
        That of the table.
    form : str
        Name of the form, one of `forms_of`.
    skeletons : dict of str to Skeleton
        To choose from.
    chosen : int, optional
        Which of them is chosen.

    Returns
    -------
    Html
        For `vanas_panel.widgets.markup.Markup`, with the actions ``form:...`` and ``skeleton:...``. Where a draft
        cannot be written in a form, it says why.
    """
    kind = ALL_FORMS[form]
    choice = _choice(list(skeletons), chosen) if form == "pytorch" else None
    try:
        code = kind.write(draft, space, list(skeletons.values())[chosen])
    except VanasError as error:
        waits = _("{form} has to wait. {reason}").format(form=kind.label, reason=translated(error))
        body = _PIECES.waits(words=waits)
    else:
        body = _PIECES.code(
            label=_("{form} text of the drawn cell").format(form=kind.label), code=code, file=kind.file,
            copy={**copy_answers(), "tooltip": _("Copy all of it"), "label": _("Copy")},
            download_tooltip=_("Save the text as a file"), download=_("Download {file}").format(file=kind.file))
    tabs = [{"name": name, "pressed": str(name == form).lower(), "tooltip": _(each.words), "label": each.label}
            for name, each in forms_of(space).items()]
    return _PIECES.whole(tabs=tabs, group=_("Form of the text"), purpose=_(kind.words), choice=choice, body=body)


def _choice(names: Sequence[str], chosen: int) -> dict[str, Any]:
    """A choice of the network around the cells, and the words before and after it."""
    before, _place, after = _("Network of {choice}").partition("{choice}")
    return {"before": before, "after": after, "names": names, "chosen": chosen,
            "tooltip": _("Channels, stacks, image size and classes; constants at the top of the text")}


def check_fit(draft: Draft, space: Space) -> None:
    """Refuse a draft that the designer of a search space could not hold.

    Parameters
    ----------
    draft : Draft
    space : Space

    Raises
    ------
    ExchangeError
        Where an operation is not of the space, or an edge cannot be drawn. Limits of the space are
        another matter: the designer warns of them, and what is too much can be taken away there.
    """
    strangers = sorted({operation for operation in draft.operations[1:-1] if operation not in space.operations})
    if strangers:
        raise ExchangeError(Message("Found operation {found}; expected only {known}, as in the table that is open. "
                                    "Rename it in the text, or open a table that has it.",
                                    found=listed(strangers), known=listed(space.operations)))
    for source, target in draft.edges:
        if source == target or target == 0 or source == draft.output:
            raise ExchangeError(Message("Found edge [{source}, {target}]; expected none from a vertex to itself, into "
                                        "the input or out of the output. Take it out of the text.", source=source,
                                        target=target))


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

    form = param.Selector(objects=list(ALL_FORMS), doc="The form that is shown.")
    skeleton = param.Integer(0, doc="Which of the skeletons is chosen.")

    def __init__(self, session: Session, tools: Tools | None = None, **params):
        super().__init__(**{"form": next(iter(forms_of(session.table.space))), **params})
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
        index = number_after(action, "skeleton")
        if action in {f"form:{name}" for name in forms_of(self.session.table.space)}:
            self.form = action.removeprefix("form:")
        elif index is not None and index < len(self._skeletons):
            self.skeleton = index

    def _load(self, pasted: str) -> None:
        """Put a pasted text into the designer, or say what is wrong with it and leave everything as it is."""
        try:
            draft, notes = read_noted(pasted, self.session.table.space)
            check_fit(draft, self.session.table.space)
        except ExchangeError as error:
            self._paste.refuse(translated(error))
            return
        # Changes made while reading are reported, so that nobody takes the drawing for the exact text.
        known = "".join(f" {translated(note)}" for note in notes)
        if draft == self.session.draft:
            self._paste.accept(_("This cell is drawn already.") + known)
            return
        self.session.load_cell(draft)
        words = (_("Loaded.{notes} Undo takes it back.") if self.session.cell is not None else
                 _("Loaded as a draft; the designer lists what is missing.{notes} Undo takes it back."))
        self._paste.accept(words.format(notes=known))

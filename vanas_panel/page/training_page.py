"""The page of a recorded training, or of two side by side. The same object serves notebooks and servers."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import panel as pn

from vanas_panel.draw.css import BAR_STYLE, DARK_CLASS, NOTEBOOK_CLASS, PAGE_STYLE, TOP_STYLE
from vanas_panel.draw.inspector.cells import CELL_CSS, cells_html
from vanas_panel.draw.inspector.measures import MEASURES
from vanas_panel.draw.theme import palette
from vanas_panel.errors import VanasError
from vanas_panel.inspector.training import Training
from vanas_panel.inspector.weight_change import compared_changes
from vanas_panel.page.address_bar import AddressBar, address_texts
from vanas_panel.page.training_bar import TrainingBar, bar_html
from vanas_panel.panels.inspector.panel import InspectorPanel
from vanas_panel.report.parts import file_name
from vanas_panel.report.training import save_training_report
from vanas_panel.state.training_view import START, view_from_query, view_query
from vanas_panel.text.language import (
    LANGUAGES,
    current_language,
    keep_language,
    preferred_language,
    speaking,
    translated,
)
from vanas_panel.text.language import gettext as _
from vanas_panel.widgets.compat import take_style_sheets_from_here
from vanas_panel.widgets.landmark import Landmark, LandmarkRow
from vanas_panel.widgets.markup import Markup
from vanas_panel.widgets.notebook import load
from vanas_panel.widgets.threads import PageThread, run_in_background

_BODY_STYLE = """
.scroll-button { display: none; }
:host { box-sizing: border-box; padding: 12px; margin: 0; width: 100%; height: auto; max-height: none; }
"""

_SEEN = ("epoch", "focus", "scale", "shade", "kind", "biases", "camera", "windows", "measure")
"""Parts of a view that the picture keeps by itself."""

_STEPS = ("focus", "scale", "shade", "kind", "biases", "measure", "dark")
"""Parts whose change Back undoes; epoch, camera and windows go on with the step before."""


class TrainingPage(pn.viewable.Viewer):
    """The page.

    Parameters
    ----------
    training : Training
    second : Training, optional
        Another one beside it, at the same epoch and on the same scale.
    view : Mapping, optional
        What it starts with, as `vanas_panel.state.training_view.view_from_query` gives it.
    address : TrainingAddress, optional
        Keeps the address of the browser at the view.
    has_table : bool, optional
        Whether the same server has the page of a table.
    **params
        As for any viewer.

    Attributes
    ----------
    view : dict
        What a person sees now: epoch, layer, scale, camera, windows, language and appearance.
    """

    def __init__(self, training: Training, second: Training | None = None, view: Mapping[str, Any] | None = None,
                 address: TrainingAddress | None = None, has_table: bool = False, **params: Any):
        super().__init__(**params)
        if pn.state.curdoc:
            take_style_sheets_from_here(pn.state.curdoc)
        self.trainings = (training,) if second is None else (training, second)
        given = dict(view or {})
        # Links leave out what stands as at the start.
        self._defaults = {**START, "epoch": int(training.epochs[-1])}
        self._given, self._seen = given, {**self._defaults, **given}
        self._dark, self._language = bool(given.get("dark")), str(given.get("lang") or current_language())
        self._has_table, self._is_in_notebook = has_table, False
        self._thread = PageThread()
        self._address = address
        if address is not None:
            address.on_back = self._go_back
        self._page = pn.Column(sizing_mode="stretch_both", stylesheets=[PAGE_STYLE])
        self._show({name: given[name] for name in _SEEN if name in given})

    @property
    def view(self) -> dict[str, Any]:
        """What a person sees now."""
        return {**self._panel.state, "dark": self._dark, "lang": self._language}

    def __panel__(self):
        return self._page

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Any:
        """The page in the output of a notebook's cell."""
        load()
        self._is_in_notebook = True
        self._paint()
        return super()._repr_mimebundle_(include, exclude)

    def _show(self, view: dict[str, Any]) -> None:
        """Put the parts of the page together, in its language."""
        with speaking(self._language):
            self._bar = TrainingBar(self._act, sizing_mode="stretch_width")
            self._panel = InspectorPanel(*self.trainings, state=view, dark=self._dark)
            self._cells = Markup(css=CELL_CSS, sizing_mode="stretch_width", visible=any(
                training.cell for training in self.trainings))
            self._panel.param.watch(keep_language(self._note), "state")
            top = [self._bar] if self._address is None else [self._bar, self._address]
            row = LandmarkRow(*top, sizing_mode="stretch_width", stylesheets=[BAR_STYLE], css_classes=["vp-bar"])
            self._paint()
            self._page.objects = [
                pn.Column(row, stylesheets=[TOP_STYLE], css_classes=["vp-top"]),
                Landmark(self._panel, self._cells, sizing_mode="stretch_width", stylesheets=[_BODY_STYLE],
                         css_classes=["vp-body"], html_attributes={
                             "role": "main", "aria-label": _("Layers, timeline and figures")})]
            self._note()

    def _paint(self) -> None:
        """Take the light or the dark appearance."""
        classes = {"vp-training-page": True, DARK_CLASS: self._dark, NOTEBOOK_CLASS: self._is_in_notebook}
        self._page.css_classes = [name for name, wanted in classes.items() if wanted]
        self._bar.html = bar_html(self.trainings, self._language, self._dark, self._has_table)

    def _note(self, *_events: Any) -> None:
        """Bring the drawn cells and the address up to date."""
        view = self._panel.state
        if self._cells.visible:
            self._cells.html = cells_html(self.trainings, view["epoch"], view["scale"], palette(self._dark),
                                          bool(view.get("biases")))
        before, self._seen = self._seen, {**self._defaults, **self.view}
        if self._address is not None:
            self._address.show_view(view_query(self.view), self._language,
                                    any(before[name] != self._seen[name] for name in _STEPS))

    def _go_back(self, query: str) -> list[str]:
        """Show what the address that the browser went back to says."""
        found, messages = view_from_query(query.removeprefix("?"), self.trainings, MEASURES)
        # An address without a query is that of the page as it was opened.
        view = {**self._defaults, **(found if query.removeprefix("?") else self._given)}
        self._dark = bool(view["dark"])
        language = str(view.get("lang") or self._language)
        if language != self._language:
            self._language = language
            self._show({name: view[name] for name in _SEEN})
        else:
            self._panel.dark = self._dark
            self._panel.state = {name: view[name] for name in _SEEN}
            with speaking(self._language):
                self._paint()
                self._note()
        return [translated(each) for each in messages]

    def _act(self, action: str) -> None:
        """Do what a button asks for."""
        if action == "dark":
            self._dark = not self._dark
            self._panel.dark = self._dark
            with speaking(self._language):
                self._paint()
                self._note()
        elif action.startswith("lang:") and action.removeprefix("lang:") in LANGUAGES:
            self._language = action.removeprefix("lang:")
            self._show(self._panel.state)
        elif action == "report":
            self._make(".html", "text/html", partial(_report, self.trainings, self.view))
        elif action == "csv":
            self._make(".csv", "text/csv", partial(_figures, self.trainings, self.view))

    def _make(self, ending: str, kind: str, work: Callable[[], bytes]) -> None:
        """Make a file on another thread and hand it over."""
        if self._bar.busy:
            return
        name = file_name(self.trainings[0].title) + ending
        self._bar.param.update(busy=True, refused=False, said=_("Making {file} …").format(file=name))
        run_in_background(self._thread, work, partial(self._made, name, kind), self._failed)

    def _made(self, name: str, kind: str, content: bytes) -> None:
        """Hand a file over."""
        self._bar.hand_over(name, kind, content)
        self._bar.param.update(busy=False, said=_("Saved {file}, {size}.").format(
            file=name, size=f"{len(content) / 1e6:.1f} MB"))

    def _failed(self, error: VanasError) -> None:
        """Say what went wrong."""
        self._bar.param.update(busy=False, refused=True, said=translated(error))


class TrainingAddress(AddressBar):
    """The browser's address on the page of a training, and the button that copies it.

    Parameters
    ----------
    kept : str, optional
        What stands before the view in every link, such as which training it is of.
    **params
        As for `AddressBar`.
    """

    def __init__(self, messages: tuple[str, ...] = (), kept: str = "", **params: Any):
        super().__init__(messages, **params)
        self._kept = kept

    def show_view(self, query: str, language: str, begins: bool = False) -> None:
        """Let the address be that of a view.

        Parameters
        ----------
        query : str
        language : str
            Of the page.
        begins : bool, optional
            Whether it is a step of its own in the browser's history. What Back brings is none.
        """
        whole = "&".join(filter(None, (self._kept, query)))
        step, last, before = self.entry
        with speaking(language):
            self.param.update(language=language, texts=address_texts(), changed=self.changed or bool(before),
                              entry=[step + (begins and not self._is_going_back), last, whole])

    def _write(self, begins: bool, visit: int | None = None) -> None:
        """Say which step of the browser's history the address is of."""
        step, last, query = self.entry
        self.entry = [step + begins, last if visit is None else visit, query]


def training_page(training: Training, second: Training | None = None, query: str = "", accepted_languages: str = "",
                  kept: str = "", has_table: bool = False) -> TrainingPage:
    """The page that a link describes, which keeps the address of the browser at its view.

    Parameters
    ----------
    training : Training
    second : Training, optional
    query : str, optional
        Of an address; any text.
    accepted_languages : str, optional
        The browser's ``Accept-Language``; where the link names no language, the page takes the best of them.
    kept : str, optional
        As `TrainingAddress` takes it.
    has_table : bool, optional
        As `TrainingPage` takes it.

    Returns
    -------
    TrainingPage
    """
    trainings = [training] if second is None else [training, second]
    view, messages = view_from_query(query, trainings, MEASURES)
    with speaking(view.get("lang") or preferred_language(accepted_languages)):
        address = TrainingAddress(tuple(translated(each) for each in messages), kept)
        return TrainingPage(training, second, view, address, has_table)


def explore(training: Training, second: Training | None = None, **view: Any) -> TrainingPage:
    """The page of a training, see `vanas_panel.inspector.explore`."""
    load()
    return TrainingPage(training, second, view)


def _report(trainings: tuple[Training, ...], view: Mapping[str, Any]) -> bytes:
    """The report of what is shown."""
    with tempfile.TemporaryDirectory() as folder:
        path = save_training_report(trainings[0], Path(folder) / "training.html", lang=view["lang"],
                                    second=trainings[1] if len(trainings) > 1 else None,
                                    scale=view.get("scale", "all"), biases=bool(view.get("biases")))
        return path.read_bytes()


def _figures(trainings: tuple[Training, ...], view: Mapping[str, Any]) -> bytes:
    """The figures of every layer at every epoch, as the command line writes them."""
    table = compared_changes(trainings, view.get("scale", "all"), bool(view.get("biases")))
    return table.to_csv(index=False).encode("utf-8")

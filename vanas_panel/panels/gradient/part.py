"""Searches for networks in the drawer *Search*: begun, stopped, continued, opened, and shown epoch by epoch."""

from __future__ import annotations

import base64
import binascii
from dataclasses import replace
from functools import partial
from typing import Any

import panel as pn

from vanas_panel.core.genotype import Genotype
from vanas_panel.draw.html import Html
from vanas_panel.draw.theme import palette
from vanas_panel.errors import SearchError, VanasError
from vanas_panel.neat.genome import Genome
from vanas_panel.neat.genome_run import GenomeRun
from vanas_panel.neat.run import NeatRun
from vanas_panel.neat.settings import NeatSettings
from vanas_panel.panels.gradient import text
from vanas_panel.panels.gradient.css import GRADIENT_CSS
from vanas_panel.panels.gradient.form_part import FormPart
from vanas_panel.panels.gradient.neat_picture import best_at
from vanas_panel.panels.gradient.picture import ShownRun, has_groups, shown_html
from vanas_panel.panels.gradient.saved import savings_of
from vanas_panel.panels.gradient.words import file_label, first_of, method_words, player_words
from vanas_panel.panels.search.css import STACK
from vanas_panel.panels.search.files import FileBox
from vanas_panel.panels.search.player import QueryPlayer
from vanas_panel.searches.gradient_opened import ENDINGS, OpenedGradient, check_size, open_gradient_file
from vanas_panel.searches.gradient_plan import Followed, GradientPlan, GradientRun, epochs_of, stages_of
from vanas_panel.searches.gradient_progress import KeptGradient
from vanas_panel.state.gradient_view import COLOURS, KINDS, MOST_SHOWN, VALUES, GradientView
from vanas_panel.state.searching import MOST_SEARCHES
from vanas_panel.state.session import Session
from vanas_panel.text.language import Message, translated
from vanas_panel.text.language import gettext as _
from vanas_panel.training.text_settings import TextSettings
from vanas_panel.widgets.markup import Markup
from vanas_panel.widgets.threads import PageThread, run_in_background, watch_runs
from vanas_panel.widgets.tools import Tools

WIDTHS = {1: 560, 2: 430}
"""Pixels of a picture, by how many searches stand side by side."""


SMALLEST = Genome.from_text("1:0>1", inputs=(0,), output=1)
"""What the form of a training has before anything is shown."""


class GradientPart:
    """What the drawer does with searches by gradient and by NEAT.

    Parameters
    ----------
    session : Session
        Its ``gradient`` is what is shown; nothing is while that is None.
    tools : Tools
        Its ``gradients`` runs the searches; where there are none, files can still be opened.

    Attributes
    ----------
    box : Column
    """

    def __init__(self, session: Session, tools: Tools):
        self._session, self._user, self._searches = session, tools.user, tools.gradients
        self._thread = PageThread()
        self._kept: tuple[KeptGradient, ...] = ()
        self._seen: int | None = None
        self._is_reading = self._is_drawing = False
        self._drawn: object = None
        self._asked = self._problem = ""
        self._form = FormPart(session, tools, self._begun)
        self._train = FormPart(session, tools, lambda _plan: self._look(), SMALLEST)
        self._parts = {name: Markup(css=GRADIENT_CSS, on_action=self._act, sizing_mode="stretch_width",
                                    css_classes=[f"gradient-{name}"]) for name in ("list", "choices", "picture")}
        self._files = FileBox(self._file, sizing_mode="stretch_width", css_classes=["gradient-files"],
                              endings=list(ENDINGS), kinds=[])
        hint = _("Open a search (.jsonl of DARTS or NEAT, .zip of DG-DARTS), a study (.zip of its folder), or a "
                 "genotype or a genome (.txt)")
        self._files.texts = {**self._files.texts, "open_hint": hint}
        self._player = QueryPlayer(self._go, sizing_mode="stretch_width", css_classes=["gradient-player"])
        self._player.texts = {**self._player.texts, **player_words([])}
        parts = self._parts
        self.box = pn.Column(self._form.box, parts["list"], self._files, self._player, parts["choices"],
                             self._train.box, parts["picture"], sizing_mode="stretch_width", margin=0,
                             stylesheets=[STACK])
        session.param.watch(self._update, ["drawer", "gradient", "dark", "opened_gradients"])
        if self._searches is not None:
            self._watch = watch_runs(self._searches, self._look)
        self._update()

    # What is shown ---------------------------------------------------------------------------------------------------

    @property
    def _view(self) -> GradientView | None:
        """What is shown; None where this part is closed."""
        return self._session.gradient if self._session.drawer == "search" else None

    def _update(self, *events: Any) -> None:
        """Follow the session; another process may have added something while the drawer was closed."""
        if self._view is None:
            self._seen = None
            return
        self._look()
        self._show()

    def _look(self) -> None:
        """Read what is kept, where that may have changed; on the thread of the page."""
        searches = self._searches
        if self._view is None or searches is None or self._is_reading or self._seen == searches.changes:
            return
        self._is_reading, self._seen = True, searches.changes
        run_in_background(self._thread, partial(searches.all, self._user), self._take_kept, self._not_read)

    def _take_kept(self, kept: list[KeptGradient]) -> None:
        """Show what is kept, and read once more where that has changed meanwhile."""
        self._is_reading, self._kept = False, tuple(kept)
        self._form.known()
        self._train.known()
        self._show()
        self._look()

    def _not_read(self, error: VanasError) -> None:
        """Say why nothing is there."""
        self._is_reading = False
        self._refuse(error)

    @property
    def shown(self) -> list[ShownRun]:
        """The searches that are shown, with an epoch or generation at least."""
        view = self._view or GradientView()
        known = {each.plan.name: ShownRun(each.plan.name, method_words(each.plan), each.run)
                 for each in self._kept if each.run is not None and epochs_of(each.run)}
        known |= {name: ShownRun(name, file_label(each), each.run)
                  for name, each in self._session.opened_gradients.items()}
        return [known[name] for name in view.runs if name in known]

    def _show(self) -> None:
        """Update list, slider and pictures."""
        view, searches = self._view, self._searches
        if view is None:
            return
        progress = {} if searches is None else {
            each.plan.name: found for each in self._kept
            if (found := searches.progress(each.plan, self._user)) is not None}
        self._parts["list"].html = text.list_html(self._kept, list(self._session.opened_gradients.values()), progress,
                                                  view, self._asked, self._problem)
        shown = self.shown
        last = max((epochs_of(each.run) for each in shown), default=0)
        # Cells of two kinds, alphas and groups are of searches by gradient alone.
        cells = [each.run for each in shown if isinstance(each.run, GradientRun | Genotype)]
        self._parts["choices"].visible = bool(cells)
        # A single epoch leaves nothing to slide to.
        self._player.visible = last > 1
        if shown:
            runs = [each.run for each in shown]
            self._player.param.update(search=hash(view.runs) % 2 ** 31, last=last,
                                      query=min(view.epoch, last) or last, first=first_of(runs),
                                      texts={**self._player.texts, **player_words(runs)})
            has_reduction = any(isinstance(each, Genotype) or stages_of(each)[0].kept.shape[0] == 2 for each in cells)
            has_epochs = any(not isinstance(each, Genotype) for each in cells)
            self._parts["choices"].html = text.choices_html(view, has_reduction=has_reduction, has_epochs=has_epochs,
                                                         has_groups=has_groups(shown, view.epoch))
        self._offer(view, shown)
        self._draw(view, shown)

    def _offer(self, view: GradientView, shown: list[ShownRun]) -> None:
        """Offer to train the genome that is shown, the left one of two."""
        found = next((each for each in (genome_shown(one.run, view.epoch) for one in shown) if each is not None), None)
        self._train.box.visible = found is not None and self._searches is not None
        if found is not None:
            self._train.offer(*found)

    def _draw(self, view: GradientView, shown: list[ShownRun]) -> None:
        """Have the pictures drawn elsewhere; those that are asked for meanwhile follow the ones at work."""
        picture = self._parts["picture"]
        if not shown:
            self._drawn = None
            picture.html = self._nothing(view)
            return
        trainings = [each.run for each in self._kept if isinstance(each.run, GenomeRun)]
        wanted = (view, tuple((each.name, epochs_of(each.run)) for each in shown), self._session.dark,
                  tuple((each.plan.name, len(each.run), each.run.is_finished) for each in self._kept
                        if isinstance(each.run, GenomeRun)))
        if wanted == self._drawn or self._is_drawing:
            return
        self._is_drawing = True
        draw = partial(shown_html, shown, view, palette(self._session.dark), WIDTHS[len(shown)], trainings)

        def take(html: Html) -> None:
            self._is_drawing, self._drawn = False, wanted
            if self._view is not None:
                picture.html = html
                # The slider may have moved on.
                self._draw(self._view, self.shown)

        def refuse(error: VanasError) -> None:
            take(text.note_html(translated(error)))

        run_in_background(self._thread, draw, take, refuse)

    def _nothing(self, view: GradientView) -> str:
        """What stands where no search is shown."""
        if not view.runs or self._is_reading:
            return ""
        if any(each.plan.name in view.runs for each in self._kept):
            return text.note_html(_("No epoch has come to its end."))
        return text.note_html(_("The link names a search that is not kept here for you. Open its file instead."))

    # What a person does ----------------------------------------------------------------------------------------------

    def _act(self, action: str) -> None:
        """Do what a button asks for."""
        name, _colon, value = action.partition(":")
        view = self._view
        if view is None:
            return
        self._problem, asked, self._asked = "", self._asked, ""
        plan = next((each.plan for each in self._kept if each.plan.name == value), None)
        known = value in self._session.opened_gradients or plan is not None
        if name == "show" and known:
            self._session.gradient = replace(view, runs=(value,), epoch=0)
        elif name == "beside" and known:
            runs = [each for each in view.runs if each != value]
            self._session.gradient = replace(view, runs=(*runs, *([value] if value not in view.runs else ()))[
                -MOST_SHOWN:])
        elif name == "values" and value in VALUES:
            self._session.gradient = replace(view, values=value)
        elif name == "kind" and value in KINDS:
            self._session.gradient = replace(view, kind=value)
        elif name == "colours" and value in COLOURS:
            self._session.gradient = replace(view, colours=value)
        elif name == "close" and value in self._session.opened_gradients:
            self._close(value)
        elif name.startswith("save-"):
            self._save(name.removeprefix("save-"), value)
        elif plan is not None:
            self._change(name, plan, asked)
        self._show()

    def _change(self, name: str, plan: GradientPlan, asked: str) -> None:
        """Stop a search that is kept, let it go on, or delete it."""
        searches = self._searches
        if searches is None:
            return
        if name == "stop":
            searches.stop(plan, self._user)
        elif name == "go-on":
            run_in_background(self._thread, partial(searches.go_on, plan, self._user), lambda _nothing: self._look(),
                              self._refuse)
        elif name == "delete":
            self._asked = plan.name
        elif name == "sure" and asked == plan.name:
            run_in_background(self._thread, partial(searches.remove, plan, self._user),
                              lambda _nothing: self._leave(plan.name), self._refuse)

    def _leave(self, name: str) -> None:
        """Show a search no longer that is gone."""
        view = self._view
        if view is not None:
            self._session.gradient = replace(view, runs=tuple(each for each in view.runs if each != name))
        self._look()

    def _close(self, name: str) -> None:
        """Let go of an opened file."""
        left = {each: opened for each, opened in self._session.opened_gradients.items() if each != name}
        self._session.opened_gradients = left
        self._leave(name)

    def _begun(self, plan: GradientPlan) -> None:
        """Show a search that has begun."""
        view = self._view or GradientView()
        self._session.gradient = replace(view, runs=(plan.name,), epoch=0)
        self._look()

    def _refuse(self, error: VanasError) -> None:
        """Say why something was not done."""
        self._problem = translated(error)
        self._show()

    def _go(self, epoch: int) -> None:
        """Go to an epoch or generation; at the last one, new ones are followed."""
        view, shown = self._view, self.shown
        if view is not None and shown:
            last = max(epochs_of(each.run) for each in shown)
            self._session.gradient = replace(view, epoch=0 if epoch >= last else max(1, epoch))

    # Files -----------------------------------------------------------------------------------------------------------

    def _file(self, message: dict[str, Any]) -> None:
        """Open a file that the browser has sent."""
        name = message.get("name")
        if message.get("do") == "open" and isinstance(name, str):
            self._answer(_("Reading {file} …").format(file=name[-80:]))
            run_in_background(self._thread, partial(_read, message, name), self._take_file, self._refuse_file)

    def _take_file(self, opened: OpenedGradient) -> None:
        """Show the search of a file."""
        session = self._session
        if opened.name not in session.opened_gradients and len(session.opened_gradients) >= MOST_SEARCHES:
            self._refuse_file(SearchError(Message("Found {most} opened files on the page; expected room for one more. "
                                                  "Remove one first.", most=MOST_SEARCHES)))
            return
        session.opened_gradients = {**session.opened_gradients, opened.name: opened}
        view = session.gradient or GradientView()
        session.gradient = replace(view, runs=(opened.name,), epoch=0)
        self._answer(_("Opened {file}. The link of the page leaves it out: open the file again on another machine.")
                     .format(file=opened.file))

    def _save(self, kind: str, name: str) -> None:
        """Hand over what a person saves of a search."""
        view, found = self._view, next((each for each in self.shown if each.name == name), None)
        if view is None or found is None:
            return
        work = savings_of(found.run, view.epoch)
        if kind in work:
            self._answer("")
            run_in_background(self._thread, work[kind], lambda made: self._files.hand_over(*made), self._refuse_file)

    def _answer(self, words: str) -> None:
        """Say what was done with a file."""
        self._files.param.update(said=words, refused=False)

    def _refuse_file(self, error: VanasError) -> None:
        """Say why nothing was done with a file."""
        self._files.param.update(said=translated(error), refused=True)


def genome_shown(run: Followed, epoch: int) -> tuple[Genome, NeatSettings] | None:
    """The genome that a picture shows, and the settings of the search that it comes from; None where there is none."""
    if isinstance(run, NeatRun):
        # The form offers images alone.
        is_text = isinstance(run.settings.data, TextSettings)
        return None if is_text else (run.individual(best_at(run, epoch)).genome, run.settings)
    if isinstance(run, GenomeRun):
        training = run.settings.training
        return run.settings.genome, NeatSettings(epochs=training.epochs, channels=training.channels,
                                                 cells=training.cells, batch_size=training.batch_size)
    return (run, NeatSettings()) if isinstance(run, Genome) else None


def _read(message: dict[str, Any], name: str) -> OpenedGradient:
    """The search of a file that a browser has sent."""
    size, content = message.get("size"), message.get("content")
    if isinstance(size, int):
        check_size(size)
    try:
        whole = base64.b64decode(content if isinstance(content, str) else "", validate=True)
    except (ValueError, binascii.Error):
        whole = b""
    return open_gradient_file(whole, name)



"""The text of searches for networks in the drawer *Search*: pure functions from plain data to HTML."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from vanas_panel.draw.format import format_count
from vanas_panel.draw.html import Html, pieces
from vanas_panel.draw.searches.words import seconds_words
from vanas_panel.errors import VanasError
from vanas_panel.neat.genome_run import GenomeRun
from vanas_panel.panels.gradient.form import CONFIGURED, GradientForm
from vanas_panel.panels.gradient.genome_form import GenomeForm
from vanas_panel.panels.gradient.words import count_words, file_label, method_words
from vanas_panel.panels.training.results import date_words
from vanas_panel.searches.gradient_opened import OpenedGradient
from vanas_panel.searches.gradient_plan import GENOME, EpochSeconds, GradientPlan, epochs_of, without_folders
from vanas_panel.searches.gradient_progress import GradientProgress, KeptGradient
from vanas_panel.searches.live_progress import FAILED, RUNNING, STARTING, STOPPING, WAITING
from vanas_panel.state.gradient_view import COLOURS, KINDS, MOST_SHOWN, VALUES, GradientView
from vanas_panel.text.language import gettext as _
from vanas_panel.text.language import marked, ngettext, translated
from vanas_panel.training.settings import DataSettings
from vanas_panel.training.text_settings import TextSettings

_PIECES = pieces(__file__)

_STATES = {WAITING: marked("Waits for another search by gradient."), STARTING: marked("Waits for a worker …"),
           STOPPING: marked("Stopping …")}
_VALUE_WORDS = {"weights": marked("Weights"), "alphas": marked("Alphas"), "gradients": marked("Gradients")}
_KIND_WORDS = {"normal": marked("Normal"), "reduction": marked("Reduction")}
_COLOUR_WORDS = {"operations": marked("Operations"), "groups": marked("Groups")}


def part_html(is_gradient: bool) -> Html:
    """The choice between the two parts of the drawer."""
    choices = [{"value": "table", "label": _("Over the table"), "pressed": str(not is_gradient).lower(),
                "tooltip": _("Searches that ask for cells of the open table")},
               {"value": "gradient", "label": _("Networks: DARTS, DG-DARTS, NEAT"), "pressed": str(is_gradient).lower(),
                "tooltip": _("DARTS and DG-DARTS train all operations at once and weigh them; NEAT grows networks by "
                             "mutations")}]
    return _PIECES.part(choices=choices, label=_("Kind of search"))


def form_html(form: GradientForm | GenomeForm, sets: Mapping[str, DataSettings], *, expanded: bool, folded: bool,
              cost: str, can_measure: bool, problem: VanasError | None, why_not: str) -> Html:
    """The form of the next search, or of a training.

    Parameters
    ----------
    form : GradientForm or GenomeForm
    sets : mapping of str to DataSettings
        The images that can be chosen.
    expanded, folded : bool
        Whether all settings are shown, and whether nothing is but the button that unfolds it.
    cost : str
        What the search would cost, in words.
    can_measure : bool
        Whether to offer that steps are measured.
    problem : VanasError, optional
        Why the search could not run.
    why_not : str
        Why none can; empty where one can.
    """
    fields = {name: {"name": name, "words": _(words), "value": form.value(name)} for name, (words, *_limits) in
              form.limits.items()}
    label, tooltip = (_("Measure"), _("Take a few steps on a worker now, and say how long the whole search would take"))
    return _PIECES.form(
        words={"new": _(form.title), "method": _("Method"), "data": _("Images"),
               "settings": _("Settings"), "run": _("Run"),
               "about": _(form.about)},
        methods=[{"value": name, "label": _(words), "chosen": name == form.method}
                 for name, words in form.methods.items()],
        sets=[{"value": name, "label": _data_words(name, data), "chosen": name == form.data} for name, data in
              sets.items()],
        numbers=[fields[name] for name in form.shown],
        more=[each for name, each in fields.items() if name not in form.shown] if expanded else [],
        expanded=str(expanded).lower(), is_folded=folded, why_not=why_not,
        cost={"words": cost, "label": label if can_measure else "", "tooltip": tooltip},
        problem="" if problem is None else translated(problem))


def _data_words(name: str, data: DataSettings | TextSettings) -> str:
    """Images for a person: the path of a file is the server's own."""
    if name == CONFIGURED or "/" in name:
        return _("Those of this server ({count} images)").format(count=format_count(data.train))
    return {"mnist_5k": "MNIST (5,000)", "mnist": "MNIST", "fashion-mnist": "Fashion-MNIST",
            "cifar10": "CIFAR-10"}.get(name, name)


def cost_words(plan: GradientPlan | None, seconds: EpochSeconds | None, *, is_measured: bool,
               is_measuring: bool) -> str:
    """What a search would cost.

    Parameters
    ----------
    plan : GradientPlan, optional
        None for a form that describes none.
    seconds : EpochSeconds, optional
        Of its epochs; None where they are not known.
    is_measured, is_measuring : bool
        Whether that was measured in steps, or is being measured.
    """
    if plan is None:
        return ""
    data = plan.stage.data
    examples = data.train * (1 if isinstance(data, TextSettings) else data.copies)
    # A search halves its examples: one half trains the weights.
    steps = examples // (1 if plan.method == GENOME else 2) // plan.stage.batch_size
    said = ngettext("{epochs} epoch of {steps} steps", "{epochs} epochs of {steps} steps", plan.epochs).format(
        epochs=format_count(plan.epochs), steps=format_count(steps))
    if is_measuring:
        return _("{work}. Measuring …").format(work=said)
    whole = None if seconds is None else seconds.of_plan(plan)
    if whole is None:
        return (_("{work}. How long they take is unknown: no such training was run here.") if plan.method == GENOME else
                _("{work}. How long they take is unknown: no such search was run here.")).format(work=said)
    source = (_("by steps that were measured now") if is_measured else
              _("as in the last training of this network here") if plan.method == GENOME else
              _("as in the last search of this kind here"))
    total, each = seconds_words(whole), seconds_words(whole / plan.epochs)
    if plan.method == "dg-darts":
        return _("{work}, {each} each ({source}): at most about {total}, since the second stage has fewer "
                 "operations.").format(work=said, each=each, source=source, total=total)
    return _("{work}, {each} each ({source}): about {total}.").format(work=said, each=each,
                                                                      source=source, total=total)


def list_html(kept: Sequence[KeptGradient], opened: Sequence[OpenedGradient],
              progress: Mapping[str, GradientProgress], view: GradientView, asked: str, problem: str) -> Html:
    """The searches of a person and the files that were opened.

    Parameters
    ----------
    kept : sequence of KeptGradient
        The newest first.
    opened : sequence of OpenedGradient
    progress : mapping of str to GradientProgress
        Of those that ran in this process, by name.
    view : GradientView
    asked : str
        Name of the one that is to be deleted, if that is confirmed.
    problem : str
        What went wrong.
    """
    rows = [_file_row(each, view) for each in opened]
    rows += [_kept_row(each, progress.get(each.plan.name), view, asked) for each in kept]
    words = {"title": _("Searches for networks"), "show": _("Show this search"),
             "none": _("No search for networks yet. Run one, or open the file of one.")}
    return _PIECES.list(rows=rows, words=words, problem=problem)


def _row(name: str, label: str, says: str, view: GradientView, buttons: list[dict[str, str]], *,
         can_show: bool) -> dict[str, Any]:
    """A row of the list; another search than the one that is shown can be put beside it."""
    is_shown = name in view.runs
    if can_show and view.runs and (not is_shown or len(view.runs) == MOST_SHOWN):
        buttons = [{"action": f"beside:{name}", "label": _("Beside"), "pressed": str(is_shown).lower(),
                    "tooltip": (_("Show {search} no longer") if is_shown else
                                _("Show {search} beside the one that is shown")).format(search=label)}, *buttons]
    return {"name": name, "label": label, "says": says, "pressed": str(is_shown).lower(),
            "buttons": [{"pressed": "", **each} for each in buttons]}


def _file_row(each: OpenedGradient, view: GradientView) -> dict[str, Any]:
    """An opened file."""
    label = file_label(each)
    says = [_("a file: links of the page leave it out")]
    if counted := count_words(each.run):
        says.insert(0, counted)
    return _row(each.name, label, " · ".join(says), view, [{"action": f"close:{each.name}", "label": "×", "tooltip":
                                                _("Remove {search}").format(search=label)}], can_show=True)


def _kept_row(each: KeptGradient, progress: GradientProgress | None, view: GradientView, asked: str) -> dict[str, Any]:
    """A search that is kept."""
    plan, name = each.plan, each.plan.name
    label = method_words(plan)
    done = 0 if each.run is None else epochs_of(each.run)
    done = done if progress is None else max(done, progress.done)
    state = None if progress is None else progress.state
    says = [translated(_STATES[state])] if state in _STATES else []
    says.append(_("{done} of {count} epochs").format(done=format_count(done), count=format_count(plan.epochs)))
    if progress is not None and state == RUNNING and progress.left is not None:
        says.append(_("about {time} left").format(time=seconds_words(float(math.ceil(progress.left)))))
    if progress is not None and state == FAILED and progress.error is not None:
        says.append(without_folders(translated(progress.error), plan))
    elif each.error is not None:
        says.append(without_folders(translated(each.error), plan))
    says += [_data_words(plan.stage.data.source, plan.stage.data), date_words(plan.begun)]
    is_done = each.run.is_finished if isinstance(each.run, GenomeRun) else done == plan.epochs
    buttons = _buttons(plan, label, state, asked, is_done=is_done)
    return _row(name, label, " · ".join(says), view, buttons, can_show=each.run is not None and done > 0)


def _buttons(plan: GradientPlan, label: str, state: str | None, asked: str, *, is_done: bool) -> list[dict[str, str]]:
    """What can be done with a search that is kept."""
    name = plan.name
    if asked == name:
        return [{"action": f"sure:{name}", "label": _("Delete"), "tooltip": _("It cannot be undone")},
                {"action": "keep", "label": _("Keep"), "tooltip": _("Leave it where it is")}]
    if state == STOPPING:
        return []
    if state in (WAITING, STARTING, RUNNING):
        return [{"action": f"stop:{name}", "label": _("Stop"), "tooltip":
                 _("Stop {search}; the epoch under way is computed again when it goes on").format(search=label)}]
    found = [] if is_done else [{"action": f"go-on:{name}", "label": _("Go on"),
                                 "tooltip": _("Let {search} go on").format(search=label)}]
    return [*found, {"action": f"delete:{name}", "label": "×", "tooltip": _("Delete {search}").format(search=label)}]


def choices_html(view: GradientView, *, has_reduction: bool, has_epochs: bool, has_groups: bool) -> Html:
    """What of the searches is shown; a genotype by itself has neither weights nor groups.

    Where there are no groups yet, operations have their own colours, whatever was chosen.
    """
    groups = [("values", _("Show:"), VALUES, _VALUE_WORDS, view.values),
              ("kind", _("Cell:"), KINDS if has_reduction else KINDS[:1], _KIND_WORDS, view.kind),
              ("colours", _("Colours:"), COLOURS, _COLOUR_WORDS, view.colours if has_groups else COLOURS[0])]
    return _PIECES.choices(groups=[
        {"name": name, "label": label, "choices": [{"value": each, "label": _(words[each]),
                                                    "pressed": str(each == chosen).lower()} for each in known]}
        for name, label, known, words, chosen in groups if has_epochs or name == "kind"])


def note_html(words: str) -> Html:
    """A quiet sentence."""
    return _PIECES.note(words=words)

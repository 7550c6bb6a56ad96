"""What searches for networks are called on the page, and how far they have come."""

from __future__ import annotations

from collections.abc import Sequence

from vanas_panel.core.genotype import Genotype
from vanas_panel.draw.format import format_count
from vanas_panel.neat.genome import Genome
from vanas_panel.neat.genome_run import GenomeRun, GenomeSettings
from vanas_panel.neat.run import NeatRun
from vanas_panel.panels.gradient.form import METHODS
from vanas_panel.searches.gradient_opened import OpenedGradient
from vanas_panel.searches.gradient_plan import Followed, GradientPlan, KeptRun, Still, epochs_of, stages_of
from vanas_panel.studies.results import Study
from vanas_panel.text.language import gettext as _
from vanas_panel.text.language import ngettext
from vanas_panel.training.darts.dg_run import DgDartsRun, DgDartsSettings


def method_words(run: KeptRun | NeatRun | GradientPlan) -> str:
    """A search for a person: its method and its seed."""
    if isinstance(run, NeatRun):
        words, seed = _("Networks drawn at random") if run.settings.random else "NEAT", run.settings.seed
    elif isinstance(settings := run.settings, GenomeSettings):
        words, seed = _("A network of NEAT, trained"), settings.training.seed
    elif isinstance(run, GradientPlan):
        stage = settings.stage if isinstance(settings, DgDartsSettings) else settings
        words, seed = _gradient_words(run.method == "dg-darts", stage.order), stage.seed
    else:
        stage = stages_of(run)[0].settings
        words, seed = _gradient_words(isinstance(run, DgDartsRun), stage.order), stage.seed
    return _("{strategy}, seed {seed}").format(strategy=words, seed=seed)


def _gradient_words(is_dg: bool, order: int) -> str:
    """A method by gradient."""
    return _(METHODS["dg-darts" if is_dg else f"darts-{order}"])


def file_label(opened: OpenedGradient) -> str:
    """An opened search for a person."""
    run = opened.run
    words = (_("Genotype") if isinstance(run, Genotype) else _("Genome") if isinstance(run, Genome) else
             _("Study") if isinstance(run, Study) else method_words(run))
    return f"{words} · {opened.file}"


def count_words(run: Followed) -> str:
    """How far a search or a study has come; empty of a genotype and of a genome."""
    if isinstance(run, Study):
        count = len(run.seeds)
        return ngettext("{networks} trainings, {count} seed", "{networks} trainings, {count} seeds", count).format(
            networks=format_count(len(run.trainings)), count=count)
    if isinstance(run, Still):
        return ""
    if isinstance(run, NeatRun) and run.settings.random:
        done = sum(len(each.members) for each in run.generations)
        return _("{done} of {count} networks").format(done=format_count(done), count=format_count(run.settings.random))
    if isinstance(run, NeatRun):
        return _("{done} of {count} generations").format(done=format_count(len(run)),
                                                         count=format_count(run.settings.generations))
    epochs = run.settings.training.epochs if isinstance(run, GenomeRun) else stages_of(run)[0].settings.epochs
    return _("{done} of {count} epochs").format(
        done=format_count(epochs_of(run)), count=format_count(2 * epochs if isinstance(run, DgDartsRun) else epochs))


def first_of(runs: Sequence[Followed]) -> int:
    """The number that the slider begins with: generations are counted from 0, and epochs from 1."""
    followed = [each for each in runs if not isinstance(each, Still)]
    return 0 if followed and all(isinstance(each, NeatRun) for each in followed) else 1


def player_words(runs: Sequence[Followed]) -> dict[str, str]:
    """Texts of the slider: through epochs, generations or rounds at random from 0, or both.

    Parameters
    ----------
    runs : sequence of DartsRun, DgDartsRun, NeatRun, Genotype, Genome or Study
        What is shown.
    """
    if runs and all(isinstance(each, NeatRun) and each.settings.random for each in runs):
        return {"back": _("One step back"), "on": _("One step on"), "slider": _("Round of the search"),
                "of": _("{query} of 0 to {last}")}
    if first_of(runs) == 0:
        return {"back": _("One generation back"), "on": _("One generation on"), "slider": _("Generation of the search"),
                "of": _("{query} of 0 to {last}")}
    if any(isinstance(each, NeatRun) for each in runs):
        return {"back": _("One step back"), "on": _("One step on"), "slider": _("Epoch or generation of the searches"),
                "of": _("{query} of {last}")}
    return {"back": _("One epoch back"), "on": _("One epoch on"), "slider": _("Epoch of the search"),
            "of": _("{query} of {last}")}

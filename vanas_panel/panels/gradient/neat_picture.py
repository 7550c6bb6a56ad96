"""What is shown of a search by NEAT at a generation, as plain functions from a run to HTML."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from vanas_panel.draw.format import format_count
from vanas_panel.draw.html import Html, joined, pieces
from vanas_panel.draw.neat.fitness import fitness_svg
from vanas_panel.draw.neat.genes import genes_svg
from vanas_panel.draw.neat.innovations import innovations_html
from vanas_panel.draw.neat.network import network_svg
from vanas_panel.draw.neat.streams import streams_svg
from vanas_panel.draw.neat.training import training_svg
from vanas_panel.draw.neat.tree import pedigree, tree_svg
from vanas_panel.draw.theme import Palette
from vanas_panel.neat.expression import find_network
from vanas_panel.neat.genome import Genome
from vanas_panel.neat.genome_run import GenomeRun
from vanas_panel.neat.run import NeatRun
from vanas_panel.text.language import gettext as _

_PIECES = pieces(__file__)

_ROWS = 12
"""Of the innovation table."""


def generation_at(run: NeatRun, epoch: int) -> int:
    """The generation at a place of the slider, from 0; a later place than there is is the last generation.

    Parameters
    ----------
    run : NeatRun
        At least one generation.
    epoch : int
        From 1; 0 for the last one.
    """
    return min(epoch or len(run), len(run)) - 1


def best_at(run: NeatRun, epoch: int) -> int:
    """The number of the best genome of a generation, the first one of equal ones.

    A champion's copies stand for the genome that it was first, which has the parents. Of networks drawn at random it is
    the best one so far, since they know no generations.

    Parameters
    ----------
    run : NeatRun
    epoch : int
        As for `generation_at`.
    """
    past = run.up_to(generation_at(run, epoch))
    if run.settings.random:
        return past.best
    fitness = past.history[-1].fitness
    first = len(past.genomes) - len(fitness)
    return pedigree(past, first + int(np.argmax(fitness)), 1).relatives[-1].number


def genome_text(run: NeatRun, epoch: int) -> str:
    """The best genome of a generation as Python reads it back."""
    return repr(run.individual(best_at(run, epoch)).genome)


def chance_for(run: NeatRun, others: Sequence[object]) -> NeatRun | None:
    """The search at random among others whose settings and images are those of a search; None where there is none."""
    return next((each for each in others if isinstance(each, NeatRun) and each.settings.random
                 and not run.settings.random and replace(each.settings, random=0) == run.settings
                 and each.header["images"] == run.header["images"]), None)


def neat_parts(run: NeatRun, epoch: int, colors: Palette, width: int, chance: NeatRun | None = None,
               trainings: Sequence[GenomeRun] = ()) -> list[dict[str, object]]:
    """Titles and pictures of a search by NEAT, or of one at random.

    Parameters
    ----------
    run : NeatRun
        At least one generation.
    epoch : int
        As for `generation_at`.
    colors : Palette
    width : int
        In pixels.
    chance : NeatRun, optional
        Random search at equal cost.
    trainings : sequence of GenomeRun, optional
        Genomes that were trained by themselves; those of the network that is drawn stand below it.
    """
    generation = generation_at(run, epoch)
    past, best = run.up_to(generation), best_at(run, epoch)
    fitness: dict[str, object] = {"title": "", "content": fitness_svg(
        run, colors, chance=chance, generation=generation, width=width, height=200)}
    network: dict[str, object] = {"title": _best_title(run, past, best), "content": joined(
        [network_svg(run.individual(best).genome, colors), _said(_measured(run, best))])}
    trained = training_parts(run.individual(best).network, trainings, colors, width)
    if run.settings.random:
        done = len(past.genomes)
        title = _("{done} of {count} networks, drawn at random").format(done=format_count(done),
                                                                        count=format_count(run.settings.random))
        return [{**fitness, "title": title}, network, *trained]
    title = _("Generation {generation}, of 0 to {last}").format(generation=generation,
                                                                last=run.settings.generations - 1)
    return [{"title": title, "content": joined([_said(_told(past)), streams_svg(run, colors, generation=generation,
                                                                                width=width, height=190)])},
            fitness, network, *trained,
            {"title": _("Its genes, with those of its parents"), "content": genes_svg(past, best, colors, width=width)},
            {"title": _("Its ancestors"), "content": tree_svg(past, colors, number=best, width=width)},
            {"title": _("Innovations"), "content": innovations_html(past, colors, most=_ROWS)}]


def genome_parts(genome: Genome, colors: Palette) -> list[dict[str, object]]:
    """Title and picture of a genome by itself."""
    network = find_network(genome)
    words = _("No path leads from the input to the output.") if network is None else _(
        "{counted} of {genes} connections lie on a path that counts.").format(counted=len(network.edges),
                                                                               genes=len(genome))
    return [{"title": _("The genome of the file"), "content": joined([network_svg(genome, colors), _said(words)])}]


def training_parts(network: str, trainings: Sequence[GenomeRun], colors: Palette, width: int
                   ) -> list[dict[str, object]]:
    """Titles and pictures of the trainings of a network, the newest first; those without an epoch are left out."""
    return [{"title": _training_title(each), "content": joined([training_svg(each, colors, width=width),
                                                                _said(_training_words(each))])}
            for each in trainings if len(each) and str(each.settings.plan) == network]


def _training_title(run: GenomeRun) -> str:
    """What was trained, and how."""
    settings = run.settings.training
    return _("Trained by itself: {done} of {count} epochs, channels {channels}, cells {cells}, seed {seed}").format(
        done=len(run), count=settings.epochs, channels=settings.channels, cells=settings.cells, seed=settings.seed)


def _training_words(run: GenomeRun) -> str:
    """What came of a training so far."""
    last, found = run.history[-1], run.result
    if found is None:
        return _("{validation} on the validation set so far; mean loss {loss}.").format(
            validation=f"{100 * last.validation_accuracy:.1f} %", loss=f"{last.train_loss:.3f}")
    return _("{validation} on the validation set and {test} on the test set; {parameters} trainable "
             "parameters.").format(
        validation=f"{100 * found.validation_accuracy:.1f} %", test=f"{100 * found.test_accuracy:.1f} %",
        parameters=format_count(found.parameters))


def _said(words: str) -> Html:
    """A quiet sentence."""
    return _PIECES.said(words=words)


def _best_title(run: NeatRun, past: NeatRun, best: int) -> str:
    """Which genome is drawn."""
    if run.settings.random:
        return _("The best network so far, {number}").format(number=f"#{best}")
    born = int(run.genomes["generation"][best])
    if born < len(past) - 1:
        return _("The best genome of the generation, {number}, kept since generation {born}").format(
            number=f"#{best}", born=born)
    return _("The best genome of the generation, {number}").format(number=f"#{best}")


def _told(past: NeatRun) -> str:
    """The numbers of the last generation."""
    row = past.progress.iloc[-1]
    return _("Best fitness {best}, mean {mean}. Species: {species}. Networks trained: {trained}; genomes that needed "
             "no training: {repeated}.").format(
                 best=f"{100 * row['best']:.1f} %", mean=f"{100 * row['mean']:.1f} %", species=int(row["species"]),
                 trained=int(row["trained"]), repeated=int(row["repeated"]))


def _measured(run: NeatRun, number: int) -> str:
    """What was measured of a genome."""
    found = run.trained.get(run.individual(number).network)
    if found is None:
        return _("No path leads from the input to the output.")
    if found.problem:
        return found.problem
    return _("{validation} on the validation set, which chose it, and {test} on the test set; {parameters} trainable "
             "parameters.").format(validation=f"{100 * found.validation_accuracy:.1f} %",
                                   test=f"{100 * found.test_accuracy:.1f} %",
                                   parameters=format_count(found.parameters))

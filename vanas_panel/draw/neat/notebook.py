"""A search by NEAT as the last line of a notebook's cell: its numbers in words, its species, and its best genome."""

from __future__ import annotations

from dataclasses import replace

from vanas_panel.draw.html import Html, pieces
from vanas_panel.draw.neat.fitness import fitness_svg
from vanas_panel.draw.neat.genes import genes_svg
from vanas_panel.draw.neat.innovations import innovations_html
from vanas_panel.draw.neat.network import network_svg
from vanas_panel.draw.neat.streams import streams_svg
from vanas_panel.draw.neat.tree import tree_svg
from vanas_panel.draw.notebook import ANY_THEME
from vanas_panel.draw.theme import Palette
from vanas_panel.neat.genome import Genome
from vanas_panel.neat.run import NeatRun
from vanas_panel.text.language import gettext as _

_PIECES = pieces(__file__)

_THEME = replace(ANY_THEME, line="rgba(127, 127, 127, 0.35)", faint="rgba(127, 127, 127, 0.6)")
"""Lines are quiet on light and on dark pages."""


def neat_html(run: NeatRun, chance: NeatRun | None = None, colors: Palette = _THEME) -> Html:
    """Describe a search by NEAT, or one at random.

    Parameters
    ----------
    run : NeatRun
    chance : NeatRun, optional
        Random search at equal cost, see `vanas_panel.neat.random_search`.
    colors : Palette, optional
        They may be CSS variables.
    """
    title = _("Networks drawn at random") if run.settings.random else "NEAT"
    if not len(run):
        return _PIECES.search(title=title, said=_("No generation has come to its end."), parts=[], warning="")
    best = run.best
    parts = [{"title": "", "content": fitness_svg(run, colors, chance=chance)}]
    if not run.settings.random:
        parts.insert(0, {"title": "", "content": streams_svg(run, colors)})
    parts.append({"title": _("The best genome, {number}").format(number=f"#{best}"),
                  "content": network_svg(run.individual(best).genome, colors)})
    if not run.settings.random:
        parts += [{"title": _("Its genes, with those of its parents"), "content": genes_svg(run, best, colors)},
                  {"title": _("Its ancestors"), "content": tree_svg(run, colors)},
                  {"title": _("Innovations"), "content": innovations_html(run, colors, most=12)}]
    warning = _("The validation accuracy chose this genome: judge it by the test accuracy, beside random search at "
                "equal cost.")
    return _PIECES.search(title=title, said=said_of(run), parts=parts, warning=warning)


def genome_svg(genome: Genome) -> Html:
    """Draw a genome as a network."""
    return network_svg(genome, _THEME)


def said_of(run: NeatRun) -> str:
    """Where a search has come to, in words.

    Parameters
    ----------
    run : NeatRun
        At least one generation.
    """
    best = run.genomes.loc[run.best]
    members, repeated = len(run.genomes), run.repeated
    return _("{count} generations, {genomes} genomes; {trained} networks were trained in {seconds} s, {repeated} "
             "genomes ({share}) needed no training. Best: {fitness} on the validation set, {test} on the test set."
             ).format(
                 count=len(run), genomes=members, trained=members - repeated, seconds=f"{run.seconds:.0f}",
                 repeated=repeated, share=f"{100 * repeated / members:.0f} %", fitness=f"{100 * best['fitness']:.1f} %",
                 test=f"{100 * best['test_accuracy']:.1f} %")

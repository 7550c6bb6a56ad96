"""Species over the generations as areas on top of each other, as SVG."""

from __future__ import annotations

from collections import Counter

from vanas_panel.draw.html import Html, joined, pieces
from vanas_panel.draw.searches.frame import Axis, svg, text_svg
from vanas_panel.draw.theme import Palette
from vanas_panel.neat.run import NeatRun
from vanas_panel.tables.metrics import Metric
from vanas_panel.text.language import gettext as _
from vanas_panel.text.language import ngettext, pgettext

_PIECES = pieces(__file__)

_LEFT, _RIGHT, _TOP, _BOTTOM = 46.0, 14.0, 26.0, 36.0
_LABEL = 13.0
"""Height of an area from which on its species is named in it."""
_STRENGTHS = (0.45, 0.2, 0.32)
"""Opacity of an area; it changes where the colours begin again."""


def streams_svg(run: NeatRun, colors: Palette, *, generation: int | None = None, width: int = 780,
                height: int = 220) -> Html:
    """How many genomes each species has in every generation, as one SVG element.

    Parameters
    ----------
    run : NeatRun
        At least one generation.
    colors : Palette
        They may be CSS variables.
    generation : int, optional
        From 0; it is marked, and what came later is pale. The last one by default.
    width, height : int, optional
        In pixels.

    Returns
    -------
    Html
        Older species are below younger ones. Areas have outlines, and their numbers where there is room.

    Raises
    ------
    TrainingError
        Where no generation has come to its end.
    """
    last = int(run.genomes["generation"][run.best]) if not len(run) else len(run) - 1
    generation = last if generation is None else generation
    counts = [Counter(each.labels) for each in run.generations]
    most = max(len(each.members) for each in run.generations)
    x = Axis(0.0, float(max(1, len(run) - 1)), _LEFT, width - _RIGHT, Metric("generation", "generation"))
    y = Axis(0.0, float(most), height - _BOTTOM, _TOP, Metric("genomes", "genomes"))
    species = sorted(set().union(*counts))
    stacks = [_stack(each, species) for each in counts]
    parts = [_area(label, place, [stack[place:place + 2] for stack in stacks], x, y, colors)
             for place, label in enumerate(species)]
    parts += [text_svg(_LEFT, _TOP - 11, _("Genomes of each species"), colors.text, strong=True),
              text_svg(_LEFT - 6, y.end, str(most), colors.muted, "end", middle=True),
              text_svg(_LEFT - 6, y.start, "0", colors.muted, "end", middle=True),
              *generation_words(x, height - _BOTTOM + 16, run, colors)]
    named = [_label(label, [stack[place:place + 2] for stack in stacks], x, y, generation, colors)
             for place, label in enumerate(species)]
    # What came later is below the veil, its names too.
    parts += [words for biggest, words in named if biggest > generation]
    parts.append(until_svg(x, generation, _TOP, height - _BOTTOM, colors))
    parts += [words for biggest, words in named if biggest <= generation]
    number = len(counts[generation])
    said = ngettext("Generation {generation}: {count} species, of {all} that there were.",
                    "Generation {generation}: {count} species, of {all} that there were.",
                    number).format(generation=generation, count=number, all=len(species))
    return svg(width, height, said, parts, kind="vp-streams")


def species_look(label: int, colors: Palette) -> tuple[str, float]:
    """Colour and opacity of a species, by its number.

    Examples
    --------
    >>> from vanas_panel.draw.theme import LIGHT
    >>> species_look(6, LIGHT) == (LIGHT.series_2, 0.2)
    True
    """
    series = colors.series
    return series[label % len(series)], _STRENGTHS[label // len(series) % len(_STRENGTHS)]


def generation_words(x: Axis, bottom: float, run: NeatRun, colors: Palette) -> list[Html]:
    """Numbers of generations below an axis, at most about a dozen of them; networks at random come in rounds."""
    count, words = len(run), pgettext("axis", "generation")
    if run.settings.random:
        words = _("rounds of {count} networks").format(count=run.settings.population)
    step = max(1, -(-count // 12))
    found = [text_svg(float(x.at(float(number))), bottom, str(number), colors.muted, "middle")
             for number in range(0, count, step)]
    return [*found, text_svg((x.start + x.end) / 2, bottom + 15, words, colors.muted, "middle")]


def until_svg(x: Axis, generation: int, top: float, bottom: float, colors: Palette) -> Html:
    """A line at a generation, and a veil over what came later.

    Parameters
    ----------
    x : Axis
        Of the generations.
    generation : int
        From 0.
    top, bottom : float
        Of the chart, in pixels.
    colors : Palette
        Without a colour of cards there is no veil.
    """
    at = float(x.at(float(generation)))
    marker = _PIECES.marker(x=at, top=top, bottom=bottom, color=colors.text)
    if generation >= x.high or colors.card == "none":
        return marker
    return joined([_PIECES.veil(x=at, y=top, width=x.end + 4 - at, height=bottom - top, color=colors.card), marker])


def _stack(counts: Counter[int], species: list[int]) -> list[float]:
    """The lower ends of all areas, and the upper end of the last one."""
    ends = [0.0]
    for label in species:
        ends.append(ends[-1] + counts[label])
    return ends


def _area(label: int, place: int, ends: list[list[float]], x: Axis, y: Axis, colors: Palette) -> Html:
    """The area of a species, from the generation before its first to the one behind its last."""
    alive = [number for number, (low, high) in enumerate(ends) if high > low]
    first, last = max(0, alive[0] - 1), min(len(ends) - 1, alive[-1] + 1)
    color, strength = species_look(label, colors)
    if len(ends) == 1:
        # One generation alone is a bar as wide as the chart.
        low, high = (float(y.at(end)) for end in ends[0])
        path = f"M{x.start:.1f} {low:.1f}L{x.end:.1f} {low:.1f}L{x.end:.1f} {high:.1f}L{x.start:.1f} {high:.1f}Z"
    else:
        points = [(float(x.at(float(number))), float(y.at(ends[number][1]))) for number in range(first, last + 1)]
        points += [(float(x.at(float(number))), float(y.at(ends[number][0]))) for number in range(last, first - 1, -1)]
        path = "M" + "L".join(f"{a:.1f} {b:.1f}" for a, b in points) + "Z"
    sizes = [int(high - low) for low, high in ends]
    biggest = max(alive, key=lambda number: sizes[number])
    words = ngettext("Species {label}: generations {first} to {last}, at most {count} genome",
                     "Species {label}: generations {first} to {last}, at most {count} genomes",
                     sizes[biggest]).format(label=label, first=alive[0], last=alive[-1], count=sizes[biggest])
    return _PIECES.area(path=path, color=color, strength=strength, words=words,
                        line=colors.faint if colors.card == "none" else colors.card)


def _label(label: int, ends: list[list[float]], x: Axis, y: Axis, generation: int, colors: Palette) -> tuple[int, Html]:
    """The generation in which a species is largest, and its number there if there is room."""
    sizes = [high - low for low, high in ends]
    biggest = max(range(len(ends)), key=lambda number: sizes[number])
    low, high = (float(y.at(end)) for end in ends[biggest])
    if low - high < _LABEL:
        return biggest, joined([])
    # The line at the marked generation passes it.
    at = float(x.at(float(biggest))) - (10 if biggest == generation else 0)
    at = min(max(at, x.start + 10), x.end - 10)
    return biggest, text_svg(at, (low + high) / 2, str(label), colors.text, "middle", middle=True, strong=True)

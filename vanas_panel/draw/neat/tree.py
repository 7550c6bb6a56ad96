"""The family tree of a genome as SVG: ancestors by generation, the fitter parent drawn through, the other dashed."""

from __future__ import annotations

from typing import NamedTuple

from vanas_panel.draw.html import Html, pieces
from vanas_panel.draw.neat.streams import species_look
from vanas_panel.draw.searches.frame import svg, text_svg
from vanas_panel.draw.theme import Palette
from vanas_panel.neat.run import NeatRun, Relation
from vanas_panel.text.language import gettext as _
from vanas_panel.text.language import ngettext

_PIECES = pieces(__file__)

_LEFT, _BOX, _HIGH, _GAP, _ROW, _TOP, _BOTTOM = 34.0, 122.0, 34.0, 10.0, 62.0, 24.0, 24.0


Point = tuple[float, float]


class Pedigree(NamedTuple):
    """The ancestors that are drawn.

    Attributes
    ----------
    relatives : list of Relation
        The oldest first; the last one is the genome itself.
    parents : dict of int to tuple of int
        By number, the drawn ones; a champion's copies stand for the genome that it was first.
    left_out : int
        Ancestors that are not drawn, copies not counted.
    """

    relatives: list[Relation]
    parents: dict[int, tuple[int, ...]]
    left_out: int


def pedigree(run: NeatRun, number: int | None = None, most_in_row: int = 8) -> Pedigree:
    """The ancestors of a genome without copies of champions, and of each generation those nearest to it.

    Parameters
    ----------
    run : NeatRun
    number : int, optional
        The best one by default.
    most_in_row : int, optional
        Most genomes of a generation.

    Raises
    ------
    TrainingError
        Where there is no such genome.
    """
    everyone = {each.number: each for each in run.lineage(number)}

    def original(each: int) -> int:
        """The genome that a champion's copies are copies of."""
        while everyone[each].individual.how == "champion":
            [each] = everyone[each].individual.parents
        return each

    own = original(max(everyone))
    originals = {each for each, found in everyone.items() if found.individual.how != "champion" and each <= own}
    kept: set[int] = set()
    rows: dict[int, int] = {}
    waiting = [own]
    # Breadth first: those nearest to the genome get their place first.
    while waiting:
        each = waiting.pop(0)
        generation = everyone[each].generation
        if each in kept or rows.get(generation, 0) >= most_in_row:
            continue
        kept.add(each)
        rows[generation] = rows.get(generation, 0) + 1
        waiting += [original(parent) for parent in everyone[each].individual.parents]
    parents = {each: tuple(dict.fromkeys(found for parent in everyone[each].individual.parents
                                         if (found := original(parent)) in kept)) for each in kept}
    return Pedigree([everyone[each] for each in sorted(kept)], parents, len(originals) - len(kept))


def tree_svg(run: NeatRun, colors: Palette, *, number: int | None = None, width: int = 780) -> Html:
    """The family tree of a genome, as one SVG element.

    Parameters
    ----------
    run : NeatRun
        At least one generation.
    colors : Palette
        They may be CSS variables.
    number : int, optional
        Of the genome; the best one by default.
    width : int, optional
        In pixels, at least 140.

    Returns
    -------
    Html
        A row for each generation in which an ancestor was made. Copies of champions are not drawn.

    Raises
    ------
    TrainingError
        Where there is no such genome.
    """
    found = pedigree(run, number, max(1, int((width - _LEFT) // (_BOX + _GAP))))
    rows: dict[int, list[Relation]] = {}
    for each in found.relatives:
        rows.setdefault(each.generation, []).append(each)
    tops = {generation: _TOP + place * _ROW for place, generation in enumerate(sorted(rows))}
    places = _places(rows, found.parents, width)
    born = {each.number: each.generation for each in found.relatives}
    parts = []
    for child, parents in found.parents.items():
        for place, parent in enumerate(parents):
            between = [generation for generation in sorted(rows) if born[parent] < generation < born[child]]
            lane = _lane(places[parent], places[child],
                         [places[each.number] for generation in between for each in rows[generation]])
            parts.append(_line((places[parent], tops[born[parent]] + _HIGH), (places[child], tops[born[child]]),
                               [(lane, tops[generation]) for generation in between], colors, is_first=place == 0))
    labels = run.genomes["species"]
    for each in found.relatives:
        parts += _box(each, int(labels[each.number]), places[each.number], tops[each.generation], colors,
                      is_last=each is found.relatives[-1])
    parts += [text_svg(4, top + _HIGH / 2, str(generation), colors.muted, middle=True)
              for generation, top in tops.items()]
    parts.append(text_svg(4, 12, _("Generation"), colors.muted))
    height = _TOP + len(rows) * _ROW - (_ROW - _HIGH) + _BOTTOM
    count = len(found.relatives) - 1
    said = ngettext("{count} ancestor of genome {number}.", "{count} ancestors of genome {number}.", count).format(
        count=count, number=found.relatives[-1].number)
    key = [_("Drawn through: the fitter parent. Dashed: the other one.")]
    if found.left_out:
        key.append(ngettext("{count} farther ancestor is not drawn.", "{count} farther ancestors are not drawn.",
                            found.left_out).format(count=found.left_out))
    parts += [text_svg(4, height - 6 + 15 * row, words, colors.muted) for row, words in enumerate(key)]
    return svg(width, height + 15 * (len(key) - 1), " ".join([said, *key]), parts, kind="vp-tree")


def _places(rows: dict[int, list[Relation]], parents: dict[int, tuple[int, ...]], width: float) -> dict[int, float]:
    """The middle of every box: near those of its children, in the order of these."""
    children: dict[int, list[int]] = {}
    for child, owners in parents.items():
        for owner in owners:
            children.setdefault(owner, []).append(child)
    places: dict[int, float] = {}
    for generation in sorted(rows, reverse=True):
        row = rows[generation]
        wanted = {each.number: _mean([places[child] for child in children.get(each.number, ()) if child in places],
                                     (width + _LEFT) / 2) for each in row}
        ordered = sorted(row, key=lambda each: (wanted[each.number], each.number))
        step = _BOX + _GAP
        start = _mean([wanted[each.number] for each in row], 0.0) - step * (len(row) - 1) / 2
        start = min(max(start, _LEFT + _BOX / 2), width - _BOX / 2 - 2 - step * (len(row) - 1))
        places |= {each.number: start + step * place for place, each in enumerate(ordered)}
    return places


def _mean(values: list[float], default: float) -> float:
    """The mean of some values."""
    return sum(values) / len(values) if values else default


def _lane(parent: float, child: float, boxes: list[float]) -> float:
    """Where a line passes boxes that lie between its ends: as near to the middle of these as there is room."""
    middle = (parent + child) / 2
    free = [middle, *(box + side * (_BOX / 2 + _GAP / 2) for box in boxes for side in (-1, 1))]
    return min((x for x in free if all(abs(x - box) > _BOX / 2 for box in boxes)), key=lambda x: abs(x - middle),
               default=middle)


def _line(start: Point, end: Point, rows: list[Point], colors: Palette, *, is_first: bool) -> Html:
    """From a parent to a child, past the rows between them: straight within a row, bent between two."""
    path, (x, y) = f"M{start[0]:.1f} {start[1]:.1f}", start
    for to_x, to_y in (*rows, end):
        bend = (to_y - y) / 2
        path += f"C{x:.1f} {y + bend:.1f} {to_x:.1f} {to_y - bend:.1f} {to_x:.1f} {to_y:.1f}"
        x, y = to_x, to_y
        if (to_x, to_y) != end:
            y += _HIGH
            path += f"V{y:.1f}"
    return _PIECES.line(path=path, color=colors.muted, is_dashed=not is_first)


def _box(each: Relation, species: int, x: float, top: float, colors: Palette, *, is_last: bool) -> list[Html]:
    """A genome: its number, how it came, its fitness, and its species."""
    how = how_words(each.individual.how)
    words = _("Genome {number}, {how}, species {species}: {fitness}. {genes}").format(
        number=each.number, how=how, species=species, fitness=f"{100 * each.fitness:.1f} %",
        genes=str(each.individual.genome))
    color, _strength = species_look(species, colors)
    left = x - _BOX / 2
    return [_PIECES.box(x=left, y=top, width=_BOX, height=_HIGH, fill=colors.card, mark=color,
                        bar=f"M{left + 3:.1f} {top + 4:.1f}h4v{_HIGH - 8:.1f}h-4Z",
                        line=colors.accent if is_last else colors.terminal_line, is_last=is_last, words=words),
            text_svg(left + 12, top + 11, f"#{each.number} {how}", colors.muted, middle=True),
            text_svg(left + 12, top + 24, f"{100 * each.fitness:.1f} %", colors.text, middle=True, strong=True),
            text_svg(left + _BOX - 6, top + 24, _("species {label}").format(label=species), colors.muted, "end",
                     middle=True)]


def how_words(how: str) -> str:
    """How a genome came to be.

    Examples
    --------
    >>> how_words("crossover")
    'crossed'
    """
    return {"start": _("first"), "champion": _("kept"), "mutation": _("mutated"), "crossover": _("crossed"),
            "random": _("drawn")}[how]

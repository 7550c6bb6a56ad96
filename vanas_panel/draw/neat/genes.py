"""A genome's connection genes beside those of its parents, aligned by their innovation numbers, as SVG."""

from __future__ import annotations

from collections.abc import Sequence

from vanas_panel.draw.format import letters
from vanas_panel.draw.html import Html, pieces
from vanas_panel.draw.searches.frame import LETTER, svg, text_svg
from vanas_panel.draw.theme import Palette
from vanas_panel.neat.crossing import align
from vanas_panel.neat.genome import Genome
from vanas_panel.neat.run import NeatRun
from vanas_panel.text.language import gettext as _

_PIECES = pieces(__file__)

_LEFT, _BOX, _GAP, _HIGH, _ROW, _TOP, _KEY = 92.0, 52.0, 6.0, 34.0, 40.0, 8.0, 26.0
KINDS = ("matching", "disjoint", "excess")
_CROSSED = "crossed"


def genes_svg(run: NeatRun, number: int, colors: Palette, *, width: int = 780) -> Html:
    """The genes of a genome below those of its parents, as one SVG element.

    Parameters
    ----------
    run : NeatRun
    number : int
        Of the genome.
    colors : Palette
        They may be CSS variables.
    width : int, optional
        In pixels, at least 220; genes that do not fit go on in further rows.

    Returns
    -------
    Html
        Genes are matching, disjoint or excess ones between two parents, or between one parent and its child. Each kind
        has a shape and a colour. A disabled gene is pale, and crossed out.

    Raises
    ------
    TrainingError
        Where there is no such genome.
    """
    child = run.individual(number)
    rows = [(f"#{parent}", run.individual(parent).genome) for parent in child.parents] + [(f"#{number}", child.genome)]
    kinds = kinds_of([genome for _name, genome in rows])
    numbers = sorted({gene.innovation for _name, genome in rows for gene in genome.genes})
    columns = max(1, int((width - _LEFT) // (_BOX + _GAP)))
    bands = [numbers[start:start + columns] for start in range(0, len(numbers), columns)]
    parts: list[Html] = []
    for place, band in enumerate(bands):
        top = _TOP + place * (_ROW * len(rows) + 16)
        for row, (name, genome) in enumerate(rows):
            words = name if row < len(rows) - 1 else _("{name}, child").format(name=name) if len(rows) > 1 else name
            parts.append(text_svg(4, top + row * _ROW + _HIGH / 2, words, colors.text, middle=True,
                                  strong=row == len(rows) - 1))
            for column, innovation in enumerate(band):
                parts += _gene(genome, innovation, kinds.get(innovation, ""), _LEFT + column * (_BOX + _GAP),
                               top + row * _ROW, colors)
    bottom = _TOP + len(bands) * (_ROW * len(rows) + 16)
    if len(rows) > 1:
        legend, bottom = _legend(bottom, width, colors)
        parts += legend
    counts = {kind: sum(each == kind for each in kinds.values()) for kind in KINDS}
    said = _("Genome {number}: {matching} matching, {disjoint} disjoint and {excess} excess genes.").format(
        number=number, **counts) if len(rows) > 1 else _("Genome {number}, without parents.").format(number=number)
    return svg(width, bottom, said, parts, kind="vp-genes")


def kinds_of(genomes: Sequence[Genome]) -> dict[int, str]:
    """What each innovation number is between the first two of some genomes; one of neither of them is new.

    Parameters
    ----------
    genomes : sequence of Genome
        Parents, then the child.

    Examples
    --------
    >>> parent = Genome.from_text("1:0>1", (0,), 1)
    >>> kinds_of([parent, Genome.from_text("1:0>1! 2:0>2 3:2>1", (0,), 1)])
    {1: 'matching', 2: 'excess', 3: 'excess'}
    """
    if len(genomes) < 2:
        return {}
    found = align(genomes[0], genomes[1])
    return dict(sorted((number, kind) for kind in KINDS for number in getattr(found, kind)))


def _gene(genome: Genome, innovation: int, kind: str, left: float, top: float, colors: Palette) -> list[Html]:
    """One gene; a dot where the genome lacks it."""
    gene = genome.gene(innovation)
    if gene is None:
        return [_PIECES.absent(x=left + _BOX / 2, y=top + _HIGH / 2, color=colors.faint)]
    words = _("{gene}, {operation}").format(gene=str(gene).rstrip("!"), operation=genome.operation(gene))
    if not gene.enabled:
        words = _("{words}, disabled").format(words=words)
    middle = left + _BOX / 2
    return [_shape(kind, left, top, _BOX, _HIGH, words, colors, crossed=not gene.enabled),
            text_svg(middle, top + 11, str(innovation), colors.muted, "middle", middle=True),
            text_svg(middle, top + 24, f"{gene.source}→{gene.target}", colors.text, "middle", middle=True, strong=True)]


def _shape(kind: str, left: float, top: float, width: float, height: float, words: str, colors: Palette, *,
           crossed: bool = False) -> Html:
    """The outline of a kind: a box, a rounded box, a box with cut corners; a double one for what is new."""
    looks = {"matching": (colors.series_1, "box"), "disjoint": (colors.series_2, "round"),
             "excess": (colors.series_3, "cut")}
    color, shape = looks.get(kind, (colors.text, "box"))
    # Corners are cut straight or by quarters of a circle.
    cut = {"box": 0.0, "round": height / 2, "cut": min(6.0, height / 3)}[shape]
    arc = f"a{cut:.1f} {cut:.1f} 0 0 1 " if shape == "round" else "l"
    along, down = width - 2 * cut, height - 2 * cut
    outline = (f"M{left + cut:.1f} {top:.1f}h{along:.1f}{arc}{cut:.1f} {cut:.1f}v{down:.1f}{arc}{-cut:.1f} {cut:.1f}"
               f"h{-along:.1f}{arc}{-cut:.1f} {-cut:.1f}v{-down:.1f}{arc}{cut:.1f} {-cut:.1f}Z")
    cross = f"M{left + 4:.1f} {top + height - 3:.1f}L{left + width - 4:.1f} {top + 3:.1f}" if crossed else ""
    return _PIECES.gene(outline=outline, cross=cross, color=color, words=words)


def _legend(top: float, width: float, colors: Palette) -> tuple[list[Html], float]:
    """What the shapes mean, in as many rows as they need, and where these end."""
    parts, left = [], 4.0
    for kind, words in zip((*KINDS, "", _CROSSED), (_("matching"), _("disjoint"), _("excess"), _("new in the child"),
                                                    _("disabled")), strict=True):
        wide = 30 + LETTER * letters(words)
        if left > 4 and left + wide > width:
            left, top = 4.0, top + _KEY - 6
        parts.append(_shape(kind, left, top + 2, 24, 14, words, colors, crossed=kind == _CROSSED))
        parts.append(text_svg(left + 30, top + 9, words, colors.muted, middle=True))
        left += wide + 16
    return parts, top + _KEY

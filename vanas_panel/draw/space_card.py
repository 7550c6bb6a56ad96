"""Cards of search spaces for notebooks: what a space is, what is counted of it, and a picture of some cells."""

from __future__ import annotations

from vanas_panel.draw.cell.thumbnail import cell_svg
from vanas_panel.draw.format import count_edges, count_vertices, format_count
from vanas_panel.draw.html import Html, pieces
from vanas_panel.draw.notebook import ANY_THEME, facts_grid, framed, headline, paragraph, shown_name
from vanas_panel.draw.theme import LIGHT, Palette, operation_label
from vanas_panel.searches.gallery import GallerySpace
from vanas_panel.text.language import gettext as _

_PIECES = pieces(__file__)
_WIDTH, _HEIGHT, _GAP = 100, 96, 12


def space_html(space: GallerySpace) -> Html:
    """A card of a search space.

    Examples
    --------
    >>> import vanas_panel as vp
    >>> "364" in space_html(vp.spaces["chain"])
    True
    """
    return framed(
        headline(f"{space.title} ({space.name})"), paragraph(space.words), paragraph(space.limits),
        paragraph(_picture(space, ANY_THEME)),
        facts_grid((), [(head, shown_name(said)) for head, said in facts(space)]),
        paragraph(_PIECES.small(words=space.source)))


def space_svg(space: GallerySpace) -> Html:
    """A picture of a search space on white: some of its largest cells.

    Examples
    --------
    >>> import vanas_panel as vp
    >>> space_svg(vp.spaces["chain"]).count("<title>")
    6
    """
    return _picture(space, LIGHT, "#ffffff")


def facts(space: GallerySpace) -> list[tuple[str, str]]:
    """What is counted of a search space: what it is, and how much, in words.

    Examples
    --------
    >>> import vanas_panel as vp
    >>> dict(facts(vp.spaces["chain"]))["Cells"]
    '364 different ones'
    """
    limits = space.space
    said = [
        (_("Limits"), _("at most {vertices} and {edges}; operations {operations}").format(
            vertices=count_vertices(limits.max_vertices), edges=count_edges(limits.max_edges),
            operations=", ".join(map(operation_label, limits.operations)))),
        (_("Cells"), _("{count} different ones").format(count=format_count(len(space)))),
        (_("Raw cells"), _("{count}, of which {share} stand for one of these cells").format(
            count=format_count(space.raw_cells), share=f"{100 * space.valid:.1f} %")),
    ]
    for queries, different, duplicates in space.cost()[["queries", "different", "duplicates"]].itertuples(index=False):
        said.append((_("{queries} random queries").format(queries=format_count(queries)),
                     _("ask {different} different cells on average; {duplicates} ask one again").format(
                         different=format_count(round(different)), duplicates=f"{100 * duplicates:.1f} %")))
    return said


def _picture(space: GallerySpace, colors: Palette, background: str = "") -> Html:
    """Some cells of a space side by side."""
    cells = space.examples
    drawn = [{"x": _GAP + place * (_WIDTH + _GAP), "y": _GAP,
              "drawing": cell_svg(cell, space.space.operations, colors, _WIDTH, _HEIGHT)}
             for place, cell in enumerate(cells)]
    return _PIECES.picture(width=_GAP + len(cells) * (_WIDTH + _GAP), height=_HEIGHT + 2 * _GAP, background=background,
                           cells=drawn)

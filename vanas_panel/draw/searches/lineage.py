"""The family tree of a cell as HTML: small cells from the oldest ancestor on, with each change and what it brought."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from vanas_panel.draw.format import format_count, format_difference, format_value
from vanas_panel.draw.html import Html, pieces
from vanas_panel.draw.searches.small_cell import change_words, changed_cell_svg
from vanas_panel.draw.searches.words import how_words
from vanas_panel.draw.theme import Palette, difference_color
from vanas_panel.searches.lineage import Descent, Lineage, Relative
from vanas_panel.tables.metrics import Metric
from vanas_panel.text.language import gettext as _
from vanas_panel.text.language import ngettext

_PIECES = pieces(__file__)


def lineage_html(tree: Lineage, metric: Metric, operations: tuple[str, ...], colors: Palette, *,
                 sends: Callable[[Relative], str] | None = None,
                 loads: Callable[[Relative], str] | None = None) -> Html:
    """The ancestors of a cell and the cell itself, each with the change from its parents and what that brought.

    Parameters
    ----------
    tree : Lineage
        From `vanas_panel.searches.lineage`.
    metric : Metric
        The one that was searched.
    operations : tuple of str
        Of the search space.
    colors : Palette
        They may be CSS variables.
    sends : callable, optional
        What a click on a cell sends to the page as its action, see `vanas_panel.widgets.markup.Markup`; nothing where
        it is empty.
    loads : callable, optional
        The cell that a click loads in a report, as JSON. Without one of both, cells are no buttons.

    Returns
    -------
    Html
        Without style sheets.

    Examples
    --------
    >>> import vanas_panel as vp
    >>> from vanas_panel.draw.theme import LIGHT
    >>> from vanas_panel.searches import lineage
    >>> table = vp.open_table("mnist-cells")
    >>> tree = lineage(vp.search(table, "regularised-evolution:naszilla", queries=100, seed=1))
    >>> html = lineage_html(tree, table.metric("validation_accuracy"), table.space.operations, LIGHT)
    >>> html.count("<svg") == len(tree.relatives)
    True
    """
    descents: dict[int, list[Descent]] = {}
    for descent in tree.descents:
        descents.setdefault(descent.child, []).append(descent)
    cards = [_card(each, descents.get(each.number, []), metric, operations, colors,
                   "" if sends is None else sends(each), "" if loads is None else loads(each),
                   winner=each.number == tree.number)
             for each in tree.relatives]
    return _PIECES.tree(size=size_words(tree), cards=cards, key=_key(tree), muted=colors.muted)


def size_words(tree: Lineage) -> str:
    """How many ancestors there are, and how many are shown."""
    if not tree.ancestors:
        return _("This cell has no ancestors: {how}.").format(how=how_words(tree.relatives[-1].how))
    generations = ngettext("{count} generation", "{count} generations", tree.generations).format(
        count=format_count(tree.generations))
    if tree.left_out:
        return _("The {shown} nearest of {count} ancestors are shown; the longest line has {generations}.").format(
            shown=format_count(len(tree.relatives) - 1), count=format_count(tree.ancestors), generations=generations)
    return ngettext("{count} ancestor in {generations}.", "{count} ancestors in {generations}.", tree.ancestors).format(
        count=format_count(tree.ancestors), generations=generations)


def _key(tree: Lineage) -> str:
    """What the marks mean."""
    if not tree.ancestors:
        return ""
    return _("Drawn through in the accent: an edge that no parent has. Dashed: an edge that all parents have and the "
             "child has not. Outlined: another operation. Pale: on no path from input to output.")


def _card(each: Relative, descents: list[Descent], metric: Metric, operations: tuple[str, ...], colors: Palette,
          sends: str, loads: str, *, winner: bool) -> Html:
    """One cell with its words."""
    parents = " × ".join(f"#{parent}" for parent in each.parents)
    origin = _("{how} of {parents}").format(how=how_words(each.how), parents=parents) if parents else (
        how_words(each.how))
    return _PIECES.card(
        title=change_words(each.new), origin=f"#{each.number} · {origin}",
        drawing=changed_cell_svg(each.drawn, each.new, operations, colors),
        value=_value(each, metric),
        gains=[_brought(descent, metric, colors, named=len(each.parents) > 1) for descent in descents],
        frame=colors.accent if winner else colors.line, muted=colors.muted, sends=sends, loads=loads)


def _value(each: Relative, metric: Metric) -> str:
    """The value of a cell, and after which training budget where there are several."""
    if math.isnan(each.value):
        return _("no value")
    value = format_value(metric, each.value)
    return _("{value} after {budget}").format(value=value, budget=format_count(each.budget)) if each.budget else value


def _brought(descent: Descent, metric: Metric, colors: Palette, *, named: bool) -> dict[str, Any]:
    """What a change brought, over which parent where there are two."""
    before, after = descent.budgets
    words = format_difference(metric, descent.difference)
    if before != after:
        # More training is no change of the cell.
        words = _("trained for {after} instead of {before}").format(after=format_count(after),
                                                                    before=format_count(before))
    if named:
        words = _("{difference} over {parent}").format(difference=words, parent=f"#{descent.parent}")
    return {"words": words, "color": difference_color(metric, descent.difference, colors)}

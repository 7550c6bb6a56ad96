"""The weights of all operations of a cell over the epochs: a small chart for every edge, in its place in the cell."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from vanas_panel.core.genotype import Genotype
from vanas_panel.draw.html import Html, joined, pieces
from vanas_panel.draw.searches.frame import svg, text_svg
from vanas_panel.draw.theme import Palette
from vanas_panel.text.language import gettext as _
from vanas_panel.text.language import ngettext
from vanas_panel.training.darts.dropping import Dropping
from vanas_panel.training.darts.network_shape import KIND, NONE, SKIP, edge_of
from vanas_panel.training.darts.run_file import DartsRun

_PIECES = pieces(__file__)

_LEFT, _TOP, _GAP, _HEAD, _ROW = 58.0, 40.0, 10.0, 14.0, 84.0
_DASHES = {1: "1.5 2.5", 3: "", 5: "5 3"}
"""How the size of an operation is drawn."""


def weights_svg(run: DartsRun, colors: Palette, *, kind: int = 0, epoch: int | None = None,
                dropping: Dropping | None = None, width: int = 780) -> Html:
    """The softmax weights of all edges of a cell over the epochs, as one SVG element.

    Parameters
    ----------
    run : DartsRun
        At least one epoch.
    colors : Palette
        They may be CSS variables.
    kind : int, optional
        0 for normal cells, 1 for reduction cells where there are any.
    epoch : int, optional
        From 1; what DARTS would take after it is framed, and named. The last one by default.
    dropping : Dropping, optional
        What DG-DARTS keeps of this stage: other operations are pale.
    width : int, optional
        In pixels.

    Returns
    -------
    Html
        Rows are the nodes of the cell, columns what leads to them: its two inputs, then the nodes before. The height of
        every chart is the highest weight of the whole cell.

    Raises
    ------
    TrainingError
        Where there is no such epoch.
    """
    epoch = len(run) if epoch is None else epoch
    genotype = run.genotype_at(epoch)
    weights, operations = run.weights[:, kind], run.settings.operations
    nodes = run.settings.nodes
    room = (width - _LEFT - _GAP * (nodes + 1)) / (nodes + 1)
    highest = float(weights.max())
    taken = dict(_taken(genotype, kind))
    parts: list[Html] = [_legend(operations, colors, width)]
    for source in range(nodes + 1):
        words = _("input {number}").format(number=source + 1) if source < 2 else _("node {number}").format(
            number=source - 1)
        parts.append(text_svg(_LEFT + source * (room + _GAP), _TOP + 8, words, colors.muted))
    for node in range(nodes):
        top = _TOP + _HEAD + node * (_ROW + _GAP)
        parts.append(text_svg(4, top + _ROW / 2, _("node {number}").format(number=node + 1), colors.muted,
                              middle=True))
        for source in range(node + 2):
            edge = edge_of(node, source)
            kept = run.kept[kind, edge] if dropping is None else dropping.kept[kind, edge]
            parts.append(_chart(weights[:, edge], operations, kept, highest, _LEFT + source * (room + _GAP), top, room,
                                epoch, taken.get((node, source), ""), colors))
    title = (_("Weights of reduction cells over {count} epochs") if kind else
             _("Weights of normal cells over {count} epochs")).format(count=len(run))
    height = _TOP + _HEAD + nodes * (_ROW + _GAP) + 20
    notes = _notes(run, kind, highest, dropping)
    parts.append(text_svg(4, height - 6, notes, colors.muted))
    return svg(width, height, f"{title}. {_said(taken)} {notes}", parts, kind="vp-weights")


def _taken(genotype: Genotype, kind: int) -> Iterator[tuple[tuple[int, int], str]]:
    """The operation of every edge that is taken, by node and source."""
    for number, (name, source) in enumerate(genotype.reduce if kind else genotype.normal):
        yield (number // 2, source), name


def _said(taken: dict[tuple[int, int], str]) -> str:
    """What is taken, for those who do not see it."""
    found = "; ".join(f"{source} → {node + 2}: {name}" for (node, source), name in sorted(taken.items()))
    return _("Taken: {edges}.").format(edges=found)


def _notes(run: DartsRun, kind: int, highest: float, dropping: Dropping | None) -> str:
    """What stands below the charts."""
    words = [_("Each chart goes from 0 to {highest}; framed: what would be taken.").format(highest=f"{highest:.2f}")]
    if dropping is not None:
        count = int(dropping.outvoted[kind].sum())
        words.append(ngettext("Pale: dropped. {count} of {edges} edges loses its strongest operation.",
                              "Pale: dropped. {count} of {edges} edges lose their strongest operation.",
                              count).format(count=count, edges=len(dropping.outvoted[kind])))
    elif not run.kept[kind].all():
        words.append(_("Operations that were dropped are not drawn."))
    return " ".join(words)


def _chart(weights: np.ndarray, operations: tuple[str, ...], kept: np.ndarray, highest: float, left: float, top: float,
           room: float, epoch: int, taken: str, colors: Palette) -> Html:
    """One edge: a line for each operation, ``weights`` of shape (epochs, operations)."""
    x = left + room * (np.arange(len(weights)) / max(1, len(weights) - 1))
    lines = []
    for number, name in enumerate(operations):
        if not weights[:, number].any():
            continue
        y = top + _ROW * (1 - weights[:, number] / highest)
        # One epoch alone is a short line.
        points = list(zip(x, y, strict=True)) if len(x) > 1 else [(left, y[0]), (left + room, y[0])]
        color, dash = operation_line(name, colors)
        lines.append(_PIECES.line(path="M" + "L".join(f"{a:.1f} {b:.1f}" for a, b in points), color=color, dash=dash,
                                  width=2.2 if name == taken else 1.2, strength=1.0 if kept[number] else 0.22,
                                  words=f"{name}: {weights[epoch - 1, number]:.3f}"))
    marker = _PIECES.marker(x=float(x[epoch - 1]), top=top, bottom=top + _ROW, color=colors.faint)
    frame = _PIECES.frame(x=left, y=top, width=room, height=_ROW, color=colors.accent if taken else colors.line,
                          is_taken=bool(taken))
    label = [text_svg(left + 4, top + 10, taken, colors.text, strong=True)] if taken else []
    return joined([frame, marker, *lines, *label])


def operation_line(name: str, colors: Palette) -> tuple[str, str]:
    """Colour and dashes of an operation: its kind is the colour, its size the dashes.

    Examples
    --------
    >>> from vanas_panel.draw.theme import LIGHT
    >>> operation_line("sep_conv_5x5", LIGHT) == (LIGHT.series_1, "5 3")
    True
    """
    found = KIND.fullmatch(name)
    if name == NONE:
        return colors.muted, "2 2"
    if name == SKIP or found is None:
        return colors.series_3, ""
    kinds = {"sep_conv": colors.series_1, "dil_conv": colors.series_4, "max_pool": colors.series_2,
             "avg_pool": colors.series_5}
    return kinds[found[1]], _DASHES[int(found[2])]


def _legend(operations: tuple[str, ...], colors: Palette, width: int) -> Html:
    """Every operation with its line."""
    parts, step = [], (width - 8) / max(1, len(operations))
    for number, name in enumerate(operations):
        color, dash = operation_line(name, colors)
        left = 4 + number * step
        parts.append(_PIECES.line(path=f"M{left:.1f} 12L{left + 18:.1f} 12", color=color, dash=dash, width=2,
                                  strength=1.0, words=name))
        parts.append(text_svg(left, 28, name, colors.text))
    return joined(parts)

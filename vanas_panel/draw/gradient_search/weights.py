"""What a search knew of the operations of a cell over the epochs: a small chart for every edge, in its place."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np

from vanas_panel.core.genotype import Genotype
from vanas_panel.draw.gradient_search.lines import group_letter, group_line, operation_line, short_operation
from vanas_panel.draw.html import Html, joined, pieces
from vanas_panel.draw.searches.frame import svg, text_svg
from vanas_panel.draw.theme import Palette
from vanas_panel.errors import TrainingError
from vanas_panel.text.language import Message, marked, ngettext
from vanas_panel.text.language import gettext as _
from vanas_panel.training.darts.dropping import Dropping
from vanas_panel.training.darts.network_shape import NONE, edge_of
from vanas_panel.training.darts.run_file import DartsRun

_PIECES = pieces(__file__)

_BOLD = 7.2
"""Width of a bold letter, in pixels."""
_LEFT, _TOP, _GAP, _HEAD, _ROW = 58.0, 40.0, 10.0, 14.0, 84.0
_NEAR = 0.5
"""Where all weights are above this share of the highest one, charts do not begin at 0."""

VALUES = {
    "weights": (marked("Weights of normal cells over {count} epochs"),
                marked("Weights of reduction cells over {count} epochs")),
    "alphas": (marked("Alphas of normal cells over {count} epochs"),
               marked("Alphas of reduction cells over {count} epochs")),
    "gradients": (marked("Gradients of the alphas of normal cells over {count} epochs"),
                  marked("Gradients of the alphas of reduction cells over {count} epochs")),
}
"""What can be drawn of an edge, and what the picture is called."""

_Look = Callable[[int, int], tuple[str, str]]
"""Colour and dashes by edge and operation."""


def weights_svg(run: DartsRun, colors: Palette, *, kind: int = 0, epoch: int | None = None,
                dropping: Dropping | None = None, width: int = 780, values: str = "weights",
                groups: Dropping | None = None) -> Html:
    """The softmax weights of all edges of a cell over the epochs, or their alphas or gradients, as one SVG element.

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
    values : str, optional
        One of `VALUES`.
    groups : Dropping, optional
        Whose groups give the colours; by default every operation has its own.

    Returns
    -------
    Html
        Rows are the nodes of the cell, columns what leads to them: its two inputs, then the nodes before. All charts
        have the same scale: weights from 0 to the highest of the whole cell, others from the lowest to the highest,
        and so weights that are all near each other.

    Raises
    ------
    TrainingError
        Where there is no such epoch, or no such values.
    """
    if values not in VALUES:
        raise TrainingError(Message("Found {found}; expected one of {known}. Choose one of these.", found=repr(values),
                                    known=", ".join(VALUES)))
    epoch = len(run) if epoch is None else epoch
    genotype = run.genotype_at(epoch)
    shown, operations = getattr(run, values)[:, kind], run.settings.operations
    nodes = run.settings.nodes
    room = (width - _LEFT - _GAP * (nodes + 1)) / (nodes + 1)
    low, high = _scale(shown[:, run.kept[kind]], values)
    taken = dict(_taken(genotype, kind))
    look = _look(operations, kind, groups, colors)
    parts: list[Html] = [_legend(operations, colors, width) if groups is None else _group_legend(groups, colors)]
    top = _top(operations, width) if groups is None else _TOP
    for source in range(nodes + 1):
        words = _("input {number}").format(number=source + 1) if source < 2 else _("node {number}").format(
            number=source - 1)
        parts.append(text_svg(_LEFT + source * (room + _GAP), top + 8, words, colors.muted))
    for node in range(nodes):
        row = top + _HEAD + node * (_ROW + _GAP)
        parts.append(text_svg(4, row + _ROW / 2, _("node {number}").format(number=node + 1), colors.muted,
                              middle=True))
        for source in range(node + 2):
            edge = edge_of(node, source)
            kept = run.kept[kind, edge] if dropping is None else dropping.kept[kind, edge]
            parts.append(_chart(shown[:, edge], operations, run.kept[kind, edge], kept, (low, high),
                                _LEFT + source * (room + _GAP), row, room, epoch, taken.get((node, source), ""),
                                colors, partial(look, edge)))
    title = _(VALUES[values][1 if kind else 0]).format(count=len(run))
    height = top + _HEAD + nodes * (_ROW + _GAP) + 20
    notes = _notes(run, kind, (low, high), dropping, values)
    lines = _broken(notes, int(width / 5.6))
    parts += [text_svg(4, height - 6 + 14 * number, line, colors.muted) for number, line in enumerate(lines)]
    return svg(width, height + 14 * (len(lines) - 1), f"{title}. {_said(taken)} {notes}", parts, kind="vp-weights")


def _scale(shown: np.ndarray, values: str) -> tuple[float, float]:
    """The lowest and the highest value of the charts."""
    if values == "weights":
        low, high = float(shown.min()), float(shown.max())
        # What hardly moves is drawn larger, and the sentence below says so.
        return (low, high) if high > low > _NEAR * high else (0.0, high)
    low, high = min(0.0, float(shown.min())), max(0.0, float(shown.max()))
    # Alphas that were never moved lie on the line at 0.
    return (low, high) if high > low else (-1.0, 1.0)


def _look(operations: tuple[str, ...], kind: int, groups: Dropping | None, colors: Palette) -> _Look:
    """How the line of an operation of an edge is drawn."""
    if groups is None:
        return lambda edge, number: operation_line(operations[number], colors, operations)
    labels = groups.labels[kind]
    return lambda edge, number: group_line(int(labels[edge, number]), operations[number] == NONE, colors)


def _taken(genotype: Genotype, kind: int) -> Iterator[tuple[tuple[int, int], str]]:
    """The operation of every edge that is taken, by node and source."""
    for number, (name, source) in enumerate(genotype.reduce if kind else genotype.normal):
        yield (number // 2, source), name


def _said(taken: dict[tuple[int, int], str]) -> str:
    """What is taken, for those who do not see it."""
    found = "; ".join(f"{source} → {node + 2}: {name}" for (node, source), name in sorted(taken.items()))
    return _("Taken: {edges}.").format(edges=found)


def _notes(run: DartsRun, kind: int, scale: tuple[float, float], dropping: Dropping | None, values: str) -> str:
    """What stands below the charts."""
    low, high = _told_apart(scale)
    words = [_("Each chart goes from 0 to {highest}; framed: what would be taken.").format(highest=f"{scale[1]:.2f}")
             if values == "weights" and scale[0] == 0 else
             _("Each chart goes from {low} to {high}; framed: what would be taken.").format(low=low, high=high)]
    if dropping is not None:
        count = int(dropping.outvoted[kind].sum())
        words.append(ngettext("Pale: dropped. {count} of {edges} edges loses its strongest operation.",
                              "Pale: dropped. {count} of {edges} edges lose their strongest operation.",
                              count).format(count=count, edges=len(dropping.outvoted[kind])))
    elif not run.kept[kind].all():
        words.append(_("Operations that were dropped are not drawn."))
    return " ".join(words)


def _told_apart(scale: tuple[float, float]) -> list[str]:
    """Two ends of a scale in three digits, or in as many as tell them apart."""
    for digits in range(3, 18):
        words = [f"{each:.{digits}g}".replace("-", "−") for each in scale]
        if words[0] != words[1]:
            break
    return words


def _broken(words: str, letters: int) -> list[str]:
    """A text in lines, broken between words."""
    lines = [""]
    for word in words.split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) > letters:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def _chart(shown: np.ndarray, operations: tuple[str, ...], there: np.ndarray, kept: np.ndarray,
           scale: tuple[float, float], left: float, top: float, room: float, epoch: int, taken: str, colors: Palette,
           look: Callable[[int], tuple[str, str]]) -> Html:
    """One edge: a line for each operation that it has, ``shown`` of shape (epochs, operations)."""
    low, high = scale
    x = left + room * (np.arange(len(shown)) / max(1, len(shown) - 1))
    lines = []
    for number, name in enumerate(operations):
        if not there[number]:
            continue
        y = top + _ROW * (high - shown[:, number]) / (high - low)
        # One epoch alone is a short line.
        points = list(zip(x, y, strict=True)) if len(x) > 1 else [(left, y[0]), (left + room, y[0])]
        color, dash = look(number)
        lines.append(_PIECES.line(path="M" + "L".join(f"{a:.1f} {b:.1f}" for a, b in points), color=color, dash=dash,
                                  width=2.2 if name == taken else 1.2, strength=1.0 if kept[number] else 0.22,
                                  words=f"{name}: {shown[epoch - 1, number]:.3f}".replace("-", "−")))
    marker = _PIECES.marker(x=float(x[epoch - 1]), top=top, bottom=top + _ROW, color=colors.faint)
    zero = top + _ROW * high / (high - low)
    base = [_PIECES.level(left=left, right=left + room, y=zero, color=colors.faint)] if low < 0 < high else []
    frame = _PIECES.frame(x=left, y=top, width=room, height=_ROW, color=colors.accent if taken else colors.line,
                          is_taken=bool(taken))
    words = taken if _BOLD * len(taken) <= room - 6 else short_operation(taken)
    label = [_PIECES.label(x=left + 4, y=top + 10, words=words, color=colors.text, halo=colors.card,
                           room=room - 6, is_wide=_BOLD * len(words) > room - 6)] if taken else []
    return joined([frame, *base, marker, *lines, *label])


def _per_row(operations: tuple[str, ...], width: int) -> int:
    """Operations in a row of the legend: each has room for its name."""
    return max(1, int((width - 8) // (6.2 * max(map(len, operations)) + 14)))


def _top(operations: tuple[str, ...], width: int) -> float:
    """Where the charts begin, below the legend."""
    return _TOP + 32 * ((len(operations) - 1) // _per_row(operations, width))


def _legend(operations: tuple[str, ...], colors: Palette, width: int) -> Html:
    """Every operation with its line."""
    per_row = min(len(operations), _per_row(operations, width))
    parts, step = [], (width - 8) / per_row
    for number, name in enumerate(operations):
        color, dash = operation_line(name, colors, operations)
        left, top = 4 + number % per_row * step, 32 * (number // per_row)
        parts.append(_PIECES.line(path=f"M{left:.1f} {top + 12}L{left + 18:.1f} {top + 12}", color=color, dash=dash,
                                  width=2, strength=1.0, words=name))
        parts.append(text_svg(left, top + 28, name, colors.text))
    return joined(parts)


def _group_legend(groups: Dropping, colors: Palette) -> Html:
    """Every group with its line; each edge has groups of its own."""
    parts, count = [], groups.sums.shape[-1]
    for group in range(count):
        # The group of `none` is the last one, also where no edge has it.
        is_none = group == count - 1
        if is_none and NONE not in groups.operations:
            continue
        color, dash = group_line(group, is_none, colors)
        left = 4 + group * 96
        words = NONE if is_none else _("group {letter}").format(letter=group_letter(group, is_none))
        parts.append(_PIECES.line(path=f"M{left} 12L{left + 18} 12", color=color, dash=dash, width=2, strength=1.0,
                                  words=words))
        parts.append(text_svg(left, 28, words, colors.text))
    return joined(parts)

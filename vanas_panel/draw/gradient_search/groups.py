"""The groups of operations of every edge: their weights together, what stays of them, and the votes that were split."""

from __future__ import annotations

from typing import Any

import numpy as np

from vanas_panel.draw.gradient_search.lines import group_letter, group_line, short_operation
from vanas_panel.draw.html import Html, pieces
from vanas_panel.draw.theme import Palette
from vanas_panel.text.language import gettext as _
from vanas_panel.text.language import ngettext
from vanas_panel.training.darts.dropping import Dropping
from vanas_panel.training.darts.network_shape import NONE

_PIECES = pieces(__file__)


def groups_html(dropping: Dropping, colors: Palette, *, kind: int = 0) -> Html:
    """The groups of every edge of a cell, as a table.

    Parameters
    ----------
    dropping : Dropping
    colors : Palette
        They may be CSS variables.
    kind : int, optional
        0 for normal cells, 1 for reduction cells where there are any.

    Returns
    -------
    Html
        A row for each edge: a bar of the weights of its groups, the operations of each group with those struck out that
        go, and where the vote was split, the operation that lost although it had the most weight.
    """
    edges = dropping.labels.shape[1]
    nodes = next(count for count in range(1, edges + 1) if count * (count + 3) // 2 == edges)
    places = [(node, source) for node in range(nodes) for source in range(node + 2)]
    rows = [_row(dropping, kind, edge, place, colors) for edge, place in enumerate(places)]
    split = int(dropping.outvoted[kind].sum())
    words = {
        "title": _("Groups of reduction cells") if kind else _("Groups of normal cells"), "edge": _("Edge"),
        "sums": _("Weights of the groups"), "stays": _("Operations by group; struck out: dropped"),
        "split": ngettext("{count} of {edges} edges splits its vote: the operation with the most weight goes, since "
                          "its group has less than another one.",
                          "{count} of {edges} edges split their vote: the operation with the most weight goes, since "
                          "its group has less than another one.", split).format(count=split, edges=edges)}
    return _PIECES.groups(rows=rows, words=words, colors=colors)


def _row(dropping: Dropping, kind: int, edge: int, place: tuple[int, int], colors: Palette) -> dict[str, Any]:
    """One edge."""
    node, source = place
    labels, sums = dropping.labels[kind, edge], dropping.sums[kind, edge]
    none = len(sums) - 1
    found = [group for group in range(len(sums)) if np.isfinite(sums[group])]
    strongest = int(dropping.strongest[kind, edge])
    bars, groups = [], []
    for group in found:
        color, _dash = group_line(group, group == none, colors)
        letter = group_letter(group, group == none)
        members = np.flatnonzero(labels == group).tolist()
        share = f"{sums[group]:.2f}"
        bars.append({"color": color, "share": f"{100 * sums[group] / np.nansum(sums):.2f}", "is_kept":
                     group == strongest, "letter": letter, "words": f"{letter}: {share}"})
        groups.append({"letter": letter, "share": share, "color": color, "is_kept": group == strongest, "operations": [
            {"name": short_operation(dropping.operations[number]), "full": dropping.operations[number],
             "stays": bool(dropping.kept[kind, edge, number]), "weight": f"{dropping.weights[kind, edge, number]:.3f}"}
            for number in members]})
    words = _("input {number}").format(number=source + 1) if source < 2 else _("node {number}").format(
        number=source - 1)
    target = _("node {number}").format(number=node + 1)
    return {"edge": f"{words} → {target}", "bars": bars, "groups": groups, "lost": _lost(dropping, kind, edge)}


def _lost(dropping: Dropping, kind: int, edge: int) -> str:
    """The operation that goes although it has the most weight; nothing where there is none."""
    if not dropping.outvoted[kind, edge]:
        return ""
    weights = dropping.weights[kind, edge].copy()
    if NONE in dropping.operations:
        weights[dropping.operations.index(NONE)] = -1
    number = int(weights.argmax())
    return _("Split vote: {operation} ({weight}) goes.").format(operation=dropping.operations[number],
                                                               weight=f"{weights[number]:.3f}")

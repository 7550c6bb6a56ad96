"""Shared parts of report sections: buttons that save, and links that load a cell."""

from __future__ import annotations

import json
import re
from collections import Counter

from vanas_panel.core.draft import Draft
from vanas_panel.draw.html import Html, pieces
from vanas_panel.draw.theme import operation_label
from vanas_panel.text.language import gettext as _

_PIECES = pieces(__file__)


def save_html(name: str, *kinds: str) -> Html:
    """Buttons that save a figure or a table as a file."""
    titles = {"svg": _("Save this figure as SVG"), "png": _("Save this figure as PNG"),
              "csv": _("Save these numbers as CSV")}
    return _PIECES.save(name=name, buttons=[{"kind": kind, "title": titles[kind], "label": kind.upper()}
                                            for kind in kinds])


def operations_words(cell: Draft, operations: tuple[str, ...]) -> str:
    """Operations of a cell with their numbers, in the order of the search space.

    Examples
    --------
    >>> operations_words(Draft(["input", "b", "a", "b", "output"]), ("a", "b"))
    'a, 2 × b'
    """
    counts = Counter(cell.operations[1:-1])
    ordered = sorted(counts, key=lambda operation: operations.index(operation) if operation in operations else 99)
    return ", ".join(f"{counts[each]} × {operation_label(each)}" if counts[each] > 1 else operation_label(each)
                     for each in ordered) or _("none")


def load_value(draft: Draft) -> str:
    """The value of the attribute ``data-vanas-load``: a click loads the draft into the designer of the file."""
    return json.dumps({"operations": list(draft.operations), "edges": [list(edge) for edge in draft.edges]},
                      separators=(",", ":"))


def file_name(title: str) -> str:
    """A name for a file, from a title that may hold anything.

    Examples
    --------
    >>> file_name("NAS-Bench-101: what makes a cell good?"), file_name("../..")
    ('nas-bench-101-what-makes-a-cell-good', 'report')
    """
    words = re.findall(r"[a-z0-9]+", title.lower())
    return "-".join(words)[:60].strip("-") or "report"

"""What the sections of a report share: buttons that save something, and what loads a cell."""

from __future__ import annotations

import json
import re
from collections import Counter

from vanas_panel.core.draft import Draft
from vanas_panel.views.markup import text
from vanas_panel.views.theme import operation_label


def save_html(name: str, *kinds: str) -> str:
    """Buttons that save a figure or a table as a file."""
    titles = {"svg": "Save this figure as SVG", "png": "Save this figure as PNG", "csv": "Save these numbers as CSV"}
    buttons = "".join(f'<button type="button" data-save="{kind}" data-name="{text(name)}" title="{titles[kind]}">'
                      f"{kind.upper()}</button>" for kind in kinds)
    return f'<span class="save">{buttons}</span>'


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
                     for each in ordered) or "none"


def load_attribute(draft: Draft) -> str:
    """The attribute that makes a click load a draft into the designer of the file."""
    value = json.dumps({"operations": list(draft.operations), "edges": [list(edge) for edge in draft.edges]},
                       separators=(",", ":"))
    return f'data-vanas-load="{text(value)}"'


def file_name(title: str) -> str:
    """A name for a file, from a title that may hold anything.

    Examples
    --------
    >>> file_name("NAS-Bench-101: what makes a cell good?"), file_name("../..")
    ('nas-bench-101-what-makes-a-cell-good', 'report')
    """
    words = re.findall(r"[a-z0-9]+", title.lower())
    return "-".join(words)[:60].strip("-") or "report"

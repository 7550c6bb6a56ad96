"""How a report was made: settings, versions, and the code that makes the same one."""

from __future__ import annotations

import platform
from importlib.metadata import version

from vanas_panel._version import __version__
from vanas_panel.report.plan import PARTS, Plan
from vanas_panel.report.recipe import code_of
from vanas_panel.views.format import format_count
from vanas_panel.views.markup import text
from vanas_panel.views.theme import operation_label

_LIBRARIES = ("numpy", "numba", "pandas", "bokeh", "holoviews", "datashader", "panel")


def settings_of(plan: Plan) -> list[tuple[str, str]]:
    """Every setting that decides what a report says, in words."""
    session, table = plan.session, plan.table
    rows = session.rows
    pinned = session.pinned
    maps = []
    for axes in plan.axes:
        x, y = (f"{table.metric(name).label} ({name}{', logarithmic' if log else ''})"
                for name, log in zip(axes[:2], axes[2:], strict=True))
        maps.append(f"{x} across, {y} up")
    return [
        ("Ranked and coloured by", f"{table.metric(session.metric).label} ({session.metric}); "
         f"{table.metric(session.metric).better}"),
        ("Maps", "\n".join(maps)),
        ("Selection", "the whole table" if rows is None else
         f"{format_count(rows.size)} of {format_count(len(table))} cells"),
        ("Draft", _draft_words(session.draft.operations, session.draft.edges)),
        ("Row of the cell", "not in the table" if session.row is None else format_count(session.row)),
        ("Pinned cell", "none" if pinned is None else _draft_words(pinned.operations, pinned.edges)),
        ("Extra vertices of completions", str(session.extra_vertices)),
        ("Rows of the best cells", str(plan.best)),
        ("Parts", "all" if plan.parts == frozenset(PARTS) else
         ", ".join(words for name, words in PARTS.items() if name in plan.parts) or "none"),
        ("Made on", plan.made.isoformat()),
    ]


def versions_of() -> list[tuple[str, str]]:
    """Versions of the program and of what computes and draws."""
    return [("vanas-panel", __version__), ("Python", platform.python_version()),
            *((name, version(name)) for name in _LIBRARIES)]


def made_html(plan: Plan) -> str:
    """The section, with all text escaped."""
    return ('<section id="made"><div class="top"><h2>How this report was made</h2></div><div class="made">'
            f'<div class="columns halves"><div><h3>Versions</h3><dl class="num short">'
            f"{_pairs_html(versions_of())}</dl></div><div><h3>Settings</h3>"
            f"<dl>{_pairs_html(settings_of(plan))}</dl></div></div>"
            '<div><div class="top"><h3>Python that makes the same report</h3>'
            '<span class="save"><button type="button" data-copy="code" title="Copy this code">Copy</button></span>'
            "</div>"
            f'<pre id="code" tabindex="0"><code>{text(code_of(plan))}</code></pre></div></div></section>')


def _pairs_html(pairs: list[tuple[str, str]]) -> str:
    """Names and values."""
    lines = [(name, "<br>".join(text(line) for line in value.split("\n"))) for name, value in pairs]
    return "".join(f"<dt>{text(name)}</dt><dd>{words}</dd>" for name, words in lines)


def _draft_words(operations: tuple[str, ...], edges: tuple[tuple[int, int], ...]) -> str:
    """A draft in full: its operations and its edges by their indices."""
    names = ", ".join(operation_label(operation) for operation in operations)
    return f"{names}; edges {' '.join(f'{source}-{target}' for source, target in edges) or 'none'}"

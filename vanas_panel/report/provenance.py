"""Provenance of a report: settings, versions, and the code that makes it again."""

from __future__ import annotations

import platform
from importlib.metadata import version
from typing import Any

from vanas_panel._version import __version__
from vanas_panel.draw.format import day_words, format_count
from vanas_panel.draw.html import Html, pieces
from vanas_panel.draw.theme import operation_label
from vanas_panel.report.plan import PARTS, Plan
from vanas_panel.report.recipe import code_of
from vanas_panel.tables.metrics import better_words, label_of
from vanas_panel.text.language import LANGUAGES
from vanas_panel.text.language import gettext as _

_PIECES = pieces(__file__)
_LIBRARIES = ("numpy", "numba", "pandas", "bokeh", "holoviews", "datashader", "panel")


def settings_of(plan: Plan) -> list[tuple[str, str]]:
    """Every setting that decides what a report says, in words."""
    session, table = plan.session, plan.table
    rows = session.rows
    pinned, metric = session.pinned, table.metric(session.metric)
    maps = []
    for axes in plan.axes:
        x, y = ((_("{label} ({name}, logarithmic)") if log else "{label} ({name})").format(
            label=label_of(table.metric(name)), name=name) for name, log in zip(axes[:2], axes[2:], strict=True))
        maps.append(_("{x} across, {y} up").format(x=x, y=y))
    return [
        (_("Ranked and coloured by"), f"{label_of(metric)} ({session.metric}); {better_words(metric)}"),
        (_("Maps"), "\n".join(maps)),
        (_("Selection"), _("the whole table") if rows is None else _("{count} of {total} cells").format(
            count=format_count(rows.size), total=format_count(len(table)))),
        (_("Draft"), _draft_words(session.draft.operations, session.draft.edges)),
        (_("Row of the cell"), _("not in the table") if session.row is None else format_count(session.row)),
        (_("Pinned cell"), _("none") if pinned is None else _draft_words(pinned.operations, pinned.edges)),
        *((_("Pin {mark}").format(mark=pin.mark), _draft_words(pin.cell.operations, pin.cell.edges))
          for pin in session.pins if pin.cell is not pinned),
        (_("Extra vertices of completions"), str(session.extra_vertices)),
        (_("Rows of the best cells"), str(plan.best)),
        (_("Parts"), _("all") if plan.parts == frozenset(PARTS) else
         ", ".join(_(words) for name, words in PARTS.items() if name in plan.parts) or _("none")),
        (_("Language"), LANGUAGES[plan.language]),
        (_("Made on"), day_words(plan.made)),
    ]


def versions_of() -> list[tuple[str, str]]:
    """Versions of the program and of what computes and draws."""
    return [("vanas-panel", __version__), ("Python", platform.python_version()),
            *((name, version(name)) for name in _LIBRARIES)]


def made_html(plan: Plan) -> Html:
    """The section, with all text escaped."""
    return _PIECES.section(
        title=_("How this report was made"),
        columns=[{"title": _("Versions"), "is_short": True, "pairs": _pairs(versions_of())},
                 {"title": _("Settings"), "is_short": False, "pairs": _pairs(settings_of(plan))}],
        code_title=_("Python that makes the same report"), copy_tooltip=_("Copy this code"), copy=_("Copy"),
        code=code_of(plan))


def _pairs(pairs: list[tuple[str, str]]) -> list[dict[str, Any]]:
    """Names and the lines of values."""
    return [{"name": name, "lines": value.split("\n")} for name, value in pairs]


def _draft_words(operations: tuple[str, ...], edges: tuple[tuple[int, int], ...]) -> str:
    """A draft in full: its operations and its edges by their indices."""
    names = ", ".join(operation_label(operation) for operation in operations)
    pairs = " ".join(f"{source}-{target}" for source, target in edges) or _("none")
    return _("{operations}; edges {edges}").format(operations=names, edges=pairs)

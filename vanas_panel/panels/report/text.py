"""The words, choices and buttons of the report drawer as HTML."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from vanas_panel.draw.css import ACCENT, FAINT, LINE, MUTED, NEGATIVE, PAGE, POSITIVE
from vanas_panel.draw.format import format_count, lower_label
from vanas_panel.draw.html import Html, pieces
from vanas_panel.report.exports import EXPORTS, Export
from vanas_panel.report.plan import PARTS, Axes
from vanas_panel.state.session import Session
from vanas_panel.tables.metrics import label_of
from vanas_panel.text.language import gettext as _
from vanas_panel.text.language import marked, ngettext

_PIECES = pieces(__file__)

CSS = f"""
.vp-markup {{ height: auto; gap: 12px; }}
label {{ display: block; }}
.field {{ display: grid; gap: 4px; font-weight: 600; }}
.field input, .field textarea {{
  width: 100%; margin: 0; padding: 7px 9px; font: inherit; font-weight: 400; color: inherit; background: {PAGE};
  border: 1px solid {LINE}; border-radius: 6px; }}
.field textarea {{ min-height: 84px; resize: vertical; }}
.field :focus-visible {{ outline: 2px solid {ACCENT}; outline-offset: 1px; }}
::placeholder {{ color: {MUTED}; opacity: .8; font-weight: 400; }}
fieldset {{ margin: 0; padding: 0; border: 0; min-width: 0; display: grid; gap: 5px; }}
legend {{ padding: 0 0 3px; font-weight: 600; }}
fieldset label {{ display: flex; gap: 7px; align-items: baseline; overflow-wrap: anywhere; }}
fieldset .two {{ display: grid; grid-template-columns: 1fr 1fr; gap: 5px 12px; }}
input[type=checkbox] {{ accent-color: {ACCENT}; margin: 0; flex: none; transform: translateY(1px); }}
input:focus-visible {{ outline: 2px solid {ACCENT}; outline-offset: 1px; }}
.choices {{ display: grid; gap: 12px; }}
.go {{ display: flex; gap: 10px; align-items: center; }}
button.main {{ padding: 8px 16px; font-weight: 600; border-color: {ACCENT}; }}
.said {{ border-left: 3px solid {POSITIVE}; background: {PAGE}; border-radius: 6px; padding: 8px 10px;
  overflow-wrap: anywhere; }}
.said[role=alert] {{ border-left-color: {NEGATIVE}; }}
.said:empty {{ display: none; }}
.singles {{ display: grid; gap: 6px; border-top: 1px solid {FAINT}; padding-top: 12px; }}
.singles h3 {{ margin: 0 0 2px; font-size: 13px; font-weight: 650; }}
.single {{ display: flex; align-items: center; justify-content: space-between; gap: 10px; }}
.single span:last-child {{ display: flex; gap: 5px; }}
.single button {{ padding: 4px 9px; font-size: 11px; min-width: 44px; }}
"""

CITE = marked("To cite: Choi, Hong and Jo, VANAS: A Visual Analytics System for Neural Architecture Search (2021); for "
              "its cells Ying et al., NAS-Bench-101: Towards Reproducible Neural Architecture Search (ICML 2019).")
"""The works that a report of NAS-Bench-101 cites."""

_TITLES = {"svg": marked("Save {figure} as SVG, sharp at any size"), "png": marked("Save {figure} as PNG"),
           "csv": marked("Save {figure} as CSV")}


def form_html(session: Session, axes: Sequence[Axes], entries: Sequence[Any]) -> Html:
    """The choices and the buttons that save, as HTML with all text escaped.

    Parameters
    ----------
    session : Session
    axes : sequence of Axes
        The maps that are offered; the first one is that of the screen.
    entries : sequence of vanas_panel.shelf.Entry
        The shelf entries that are offered.

    Returns
    -------
    Html
        Check boxes named ``axes``, ``parts`` and ``entries``, a button ``data-do="report"``, and buttons with
        ``data-export`` and ``data-kind``.
    """
    groups = [_axes(session, axes), *([_entries(entries)] if entries else []), _parts(entries)]
    return _PIECES.form(
        groups=groups, save_tooltip=_("One file that opens without a network"), save=_("Save the report"),
        about=_about(session), singles=_singles(session), cite=_(CITE))


def _about(session: Session) -> str:
    """Describe the screen in a few words, and what of it no report shows."""
    words = _("of the page on the screen")
    if session.rows is not None:
        count = session.rows.size
        words = ngettext("about {count} selected cell", "about {count} selected cells", count).format(
            count=format_count(count))
    if session.followed_belief:
        # Its colours would be those of a query that the report does not name.
        words += "; " + _("its maps show measured values, not what the search expects")
    return words


def _axes(session: Session, axes: Sequence[Axes]) -> dict[str, Any]:
    """The maps to choose from."""
    boxes = []
    for index, each in enumerate(axes):
        x, y = (session.table.metric(name) for name in each[:2])
        pattern = _("{y} over {x}") if index else _("{y} over {x}, as on the screen")
        boxes.append(_box(str(index), pattern.format(y=label_of(y), x=lower_label(x)), checked=True))
    return {"title": _("Maps"), "name": "axes", "boxes": boxes, "hidden": ""}


def _entries(entries: Sequence[Any]) -> dict[str, Any]:
    """The shelf entries to choose from."""
    boxes = [_box(str(entry.id), f"{entry.name}{f' · {entry.user}' if entry.user else ''}") for entry in entries]
    return {"title": _("From the shelf"), "name": "entries", "boxes": boxes, "hidden": ""}


def _parts(entries: Sequence[Any]) -> dict[str, Any]:
    """The parts to choose from."""
    boxes = [_box(name, _(words), checked=True) for name, words in PARTS.items() if name != "shelf" or entries]
    # Entries that were ticked are wanted, so this one is no choice of its own where there is no shelf.
    return {"title": _("Parts"), "name": "parts", "boxes": boxes, "hidden": "" if entries else "shelf"}


def _box(value: str, words: str, *, checked: bool = False) -> dict[str, Any]:
    """One check box."""
    return {"value": value, "words": words, "checked": checked}


def _singles(session: Session) -> dict[str, Any]:
    """Buttons for single figures and tables."""
    exports = [{
        "name": name, "label": _label(session, name),
        # Only a measured cell has contributions.
        "disabled": name == "contributions" and session.row is None,
        "buttons": [{"kind": kind, "label": kind.upper(), "tooltip": _saves(export, kind)} for kind in export.kinds],
    } for name, export in EXPORTS.items()]
    return {"title": _("Single figures and tables"), "exports": exports}


def _label(session: Session, name: str) -> str:
    """Name of the file's content."""
    if name == "selection" and session.rows is None:
        return _("All cells")
    return _(EXPORTS[name].label)


def _saves(export: Export, kind: str) -> str:
    """Tooltip of a button that saves."""
    return _(_TITLES[kind]).format(figure=_(export.label).lower())

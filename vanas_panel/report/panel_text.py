"""The words, choices and buttons of the report drawer as HTML."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from vanas_panel.report.figures import EXPORTS
from vanas_panel.report.plan import PARTS, Axes
from vanas_panel.session import Session
from vanas_panel.views.format import format_count, lower_label
from vanas_panel.views.markup import text
from vanas_panel.views.style import ACCENT, FAINT, LINE, MUTED, NEGATIVE, PAGE, POSITIVE

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

CITE = ("To cite: Choi, Hong and Jo, VANAS: A Visual Analytics System for Neural Architecture Search (2021); for "
        "its cells Ying et al., NAS-Bench-101: Towards Reproducible Neural Architecture Search (ICML 2019).")
"""What a report of NAS-Bench-101 draws on."""

_TITLES = {"svg": "as SVG, sharp at any size", "png": "as PNG", "csv": "as CSV"}


def form_html(session: Session, axes: Sequence[Axes], entries: Sequence[Any]) -> str:
    """What can be chosen and saved, as HTML with all text escaped.

    Parameters
    ----------
    session : Session
    axes : sequence of Axes
        The maps that are offered; the first one is that of the screen.
    entries : sequence of vanas_panel.shelf.Entry
        The shelf entries that are offered.

    Returns
    -------
    str
        Check boxes named ``axes``, ``parts`` and ``entries``, a button ``data-do="report"``, and buttons with
        ``data-export`` and ``data-kind``.
    """
    return (f'<div class="choices">{_axes_html(session, axes)}{_entries_html(entries)}{_parts_html(session, entries)}'
            '</div><div class="go"><button class="main" data-do="report" title="One file that opens without a network">'
            f'Save the report</button><span class="quiet">{text(_about(session))}</span></div>'
            f'<div class="said"></div>{_singles_html(session)}<p class="quiet">{text(CITE)}</p>')


def _about(session: Session) -> str:
    """What is on the screen, in a few words."""
    if session.rows is None:
        return "of what is on the screen"
    return f"about {format_count(session.rows.size)} selected cells"


def _axes_html(session: Session, axes: Sequence[Axes]) -> str:
    """The maps to choose from."""
    boxes = []
    for place, each in enumerate(axes):
        x, y = (session.table.metric(name) for name in each[:2])
        words = f"{y.label} over {lower_label(x)}{', as on the screen' if not place else ''}"
        boxes.append(_box("axes", str(place), words, checked=True))
    return f"<fieldset><legend>Maps</legend>{''.join(boxes)}</fieldset>"


def _entries_html(entries: Sequence[Any]) -> str:
    """The shelf entries to choose from."""
    if not entries:
        return ""
    boxes = "".join(_box("entries", str(entry.id), f"{entry.name}{f' · {entry.user}' if entry.user else ''}")
                    for entry in entries)
    return f'<fieldset><legend>From the shelf</legend><div class="scroll list">{boxes}</div></fieldset>'


def _parts_html(session: Session, entries: Sequence[Any]) -> str:
    """The parts to choose from."""
    boxes = "".join(_box("parts", name, words, checked=True) for name, words in PARTS.items()
                    if name != "shelf" or entries)
    # Entries that were ticked are wanted, so this one is no choice of its own where there is no shelf.
    more = "" if entries else '<input type="checkbox" name="parts" value="shelf" checked hidden>'
    return f'<fieldset><legend>Parts</legend><div class="two">{boxes}{more}</div></fieldset>'


def _box(group: str, value: str, words: str, *, checked: bool = False) -> str:
    """One check box."""
    return (f'<label><input type="checkbox" name="{group}" value="{text(value)}"{" checked" if checked else ""}>'
            f"<span>{text(words)}</span></label>")


def _singles_html(session: Session) -> str:
    """Buttons for single figures and tables."""
    rows = "".join(
        f'<div class="single"><span>{text(_label(session, name))}</span><span>'
        + "".join(f'<button data-export="{name}" data-kind="{kind}" title="Save {text(export.label.lower())} '
                  f'{_TITLES[kind]}"{_disabled(session, name)}>{kind.upper()}</button>' for kind in export.kinds)
        + "</span></div>" for name, export in EXPORTS.items())
    return f'<div class="singles"><h3>Single figures and tables</h3>{rows}</div>'


def _label(session: Session, name: str) -> str:
    """What is saved."""
    if name == "selection" and session.rows is None:
        return "All cells"
    return EXPORTS[name].label


def _disabled(session: Session, name: str) -> str:
    """Only a measured cell has contributions."""
    return " disabled" if name == "contributions" and session.row is None else ""

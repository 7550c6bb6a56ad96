"""Style sheets of the drawer *Search*."""

from __future__ import annotations

from vanas_panel.draw.css import ACCENT, CARD, FAINT, LINE, MUTED, NEGATIVE, TEXT
from vanas_panel.draw.theme import FONT

CSS = f"""
.line {{ color: {MUTED}; font-size: 11px; }}
label {{ display: flex; flex-direction: column; gap: 3px; min-width: 0; font: 500 11px/1.3 {FONT}; color: {MUTED}; }}
label select, label input {{ width: 100%; min-width: 0; }}
input:not([type=range]) {{
  font: 500 12px/1.2 {FONT}; color: {TEXT}; background: {CARD}; border: 1px solid {LINE}; border-radius: 6px;
  height: 28px; padding: 0 8px; margin: 0;
}}
input:focus-visible {{ outline: 2px solid {ACCENT}; outline-offset: 1px; border-color: {FAINT}; }}
.form {{ display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 8px 10px; align-items: end; }}
.form .more, .form .run, .form .problem, .form .wide {{ grid-column: 1 / -1; }}
.form p.wide {{ margin: 0; overflow-wrap: anywhere; }}
.form .origin {{ display: flex; gap: 6px; }}
.form .origin button {{ flex: 1; padding: 6px 8px; }}
.form .origin button[aria-pressed=true] {{ border-color: {ACCENT}; font-weight: 600; }}
details summary {{ cursor: pointer; color: {MUTED}; font-size: 11px; }}
details p {{ color: {MUTED}; font-size: 11px; padding: 4px 0 0; margin: 0; }}
.kept h3 {{ margin: 0 0 4px; font-size: 12px; font-weight: 650; }}
.form .more {{
  justify-self: start; border: 0; padding: 2px 0; background: none; color: {MUTED}; font-size: 11px;
}}
.form .more::before {{ content: "▸ "; }}
.form .more[aria-expanded=true]::before {{ content: "▾ "; }}
.form .more:hover {{ background: none; text-decoration: underline; }}
.form .run {{ display: flex; align-items: center; gap: 12px; }}
.form .run .line {{ flex: 1; }}
button.new {{ align-self: flex-start; padding: 6px 12px; }}
button.main {{ border-color: {ACCENT}; font-weight: 600; padding: 7px 18px; }}
.problem {{ border-left: 3px solid {NEGATIVE}; color: {TEXT}; overflow-wrap: anywhere; }}
.runs {{ list-style: none; margin: 0; padding: 0; display: flex; flex-direction: column; gap: 2px; }}
.runs li {{ display: flex; align-items: center; gap: 4px; }}
.runs .entry {{
  flex: 1; min-width: 0; display: grid; grid-template-columns: auto 1fr; align-items: center; gap: 2px 9px;
  border: 1px solid transparent; background: none; padding: 5px 8px; text-align: left;
}}
.runs .entry .line {{ grid-column: 2; font-weight: 400; }}
.runs .entry .name {{ min-width: 0; overflow-wrap: anywhere; }}
.runs .entry[aria-pressed=true] {{ border-color: {ACCENT}; }}
.as-code code {{
  flex: 1; min-width: 0; max-height: 92px; overflow: auto; overflow-wrap: anywhere; color: {MUTED};
  font: 11px/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace; padding: 0 8px;
}}
.swatch {{ width: 11px; height: 11px; border-radius: 6px; }}
.query {{ display: flex; gap: 14px; align-items: flex-start; }}
.query .facts {{ flex: 1; min-width: 0; display: flex; flex-direction: column; gap: 3px; }}
.query .change {{ flex: none; }}
.buttons, .kinds, .tabs {{ display: flex; flex-wrap: wrap; gap: 5px; align-items: center; }}
.tabs .options {{ display: flex; flex-wrap: wrap; align-items: center; gap: 5px; margin-left: auto; }}
.picture {{ overflow: auto hidden; }}
.picture svg {{ max-width: 100%; height: auto; }}
"""

STACK = ":host { gap: 12px; padding-bottom: 18px; }"
"""For the column of the drawer's parts."""

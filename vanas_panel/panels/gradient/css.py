"""Style sheets of the part *Networks* of the drawer *Search*."""

from __future__ import annotations

from vanas_panel.draw.css import ACCENT, LINE, MUTED, TEXT
from vanas_panel.panels.search.css import CSS

GRADIENT_CSS = f"""{CSS}
.runs .entry {{ grid-template-columns: 1fr; }}
.runs .entry .line {{ grid-column: 1; }}
.shown {{ display: grid; grid-template-columns: repeat(var(--vp-shown, 1), minmax(0, 1fr)); gap: 18px; }}
.shown > section {{ min-width: 0; display: flex; flex-direction: column; gap: 8px; }}
.shown h3 {{ margin: 0; font-size: 12px; font-weight: 650; color: {TEXT}; overflow-wrap: anywhere; }}
.shown h4 {{ margin: 6px 0 0; font-size: 11px; font-weight: 600; color: {MUTED}; }}
.shown svg {{ max-width: 100%; height: auto; }}
.shown > section + section {{ border-left: 1px solid {LINE}; padding-left: 14px; }}
.shown p.said {{ margin: 0 0 6px; }}
.shown .vp-innovations {{ font-size: 11px; overflow-x: auto; }}
.choices {{ display: flex; flex-wrap: wrap; gap: 6px 16px; align-items: center; }}
.choices [role=group] {{ display: flex; flex-wrap: wrap; gap: 5px; align-items: center; }}
.part {{ display: flex; gap: 6px; }}
.part button {{ flex: 1; padding: 6px 8px; }}
.part button[aria-pressed=true] {{ border-color: {ACCENT}; font-weight: 600; }}
"""

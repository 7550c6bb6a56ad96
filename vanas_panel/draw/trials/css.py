"""Style sheets of the page of a table of trials."""

from __future__ import annotations

from vanas_panel.draw.css import ACCENT, CARD, FAINT, LINE, MUTED, NARROW, NEGATIVE, POSITIVE, TEXT, WIDE

CARDS = f"""
.vp-markup {{ gap: 6px; }}
.head {{ flex-wrap: wrap; gap: 4px 10px; }}
.head .choices {{ display: flex; flex-wrap: wrap; gap: 4px 8px; align-items: center; }}
.head label {{ color: {MUTED}; }}
select {{ max-width: 170px; }}
svg {{ display: block; width: 100%; height: auto; overflow: visible; }}
svg text {{ fill: {MUTED}; font-size: 11px; }}
.grid {{ stroke: {LINE}; }}
.dim {{ stroke: {FAINT}; }}
.ring {{ fill: none; stroke: {ACCENT}; stroke-width: 2.5; }}
.halo {{ fill: none; stroke: {CARD}; stroke-width: 5; }}
.drawn-box {{ fill: {ACCENT}; fill-opacity: .1; stroke: {ACCENT}; stroke-dasharray: 4 3; }}
.way {{ fill: none; stroke: {ACCENT}; stroke-width: 2; }}
.axis-line {{ stroke: {FAINT}; }}
svg .axis-name {{ fill: {TEXT}; font-weight: 600; }}
.better {{ color: {POSITIVE}; }} .worse {{ color: {NEGATIVE}; }}
.wide {{ overflow-x: auto; }}
table {{ border-collapse: collapse; width: 100%; font-size: 12px; }}
th, td {{ padding: 3px 8px 3px 0; border-bottom: 1px solid {LINE}; text-align: left; font-weight: 400; }}
th {{ color: {MUTED}; }}
caption {{ text-align: left; padding: 2px 0; }}
td.num, th.num {{ text-align: right; white-space: nowrap; }}
td button, th button {{ white-space: nowrap; font-size: 11px; padding: 2px 6px; min-height: 24px; }}
tr.chosen td {{ background: color-mix(in srgb, {ACCENT} 9%, {CARD}); }}
.long {{ overflow-wrap: anywhere; }}
"""
"""What all cards of the page share."""

BARS = f"""
.bars {{ display: flex; flex-direction: column; gap: 2px; max-height: 430px; padding-right: 6px; }}
.bars button {{
  display: grid; grid-template-columns: minmax(0, 1.5fr) minmax(0, 1fr) 74px 42px; gap: 8px; align-items: center;
  width: 100%; padding: 2px 6px; min-height: 24px; text-align: left; border-color: transparent; font-weight: 400;
  flex: none;
}}
.bars .name {{ overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }}
.bars .value, .bars .count {{ text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }}
.bars .count {{ color: {MUTED}; }}
.track {{ position: relative; height: 14px; }}
.track i {{ position: absolute; top: 2px; bottom: 2px; border-radius: 2px; background: currentColor; min-width: 1px; }}
.track u {{ position: absolute; top: 6.5px; height: 1px; background: {TEXT}; }}
.track b {{ position: absolute; top: 0; bottom: 0; width: 1px; background: {FAINT}; }}
"""

FORM = f"""
.form {{
  display: grid; grid-template-columns: minmax(70px, auto) minmax(0, 1fr) 26px; gap: 5px 8px; align-items: center;
}}
.form .ends {{ display: flex; gap: 6px; align-items: center; min-width: 0; }}
.form input {{
  font: inherit; color: {TEXT}; background: {CARD}; border: 1px solid {LINE}; border-radius: 6px; height: 28px;
  padding: 0 7px; width: 50%; min-width: 0;
}}
.form input::placeholder {{ color: {MUTED}; opacity: 1; }}
.form input:focus-visible {{ outline: 2px solid {ACCENT}; outline-offset: 1px; }}
.form select {{ max-width: 100%; width: 100%; }}
.form .name {{ overflow-wrap: anywhere; }}
.form .set {{ font-weight: 650; }}
.form button {{ padding: 0; height: 24px; width: 24px; }}
.form h3 {{ grid-column: 1 / -1; margin: 4px 0 0; font-size: 11px; font-weight: 600; color: {MUTED}; }}
.matches {{ font-size: 14px; font-weight: 650; }}
.wrong {{ color: {NEGATIVE}; }}
.few {{ display: flex; flex-wrap: wrap; gap: 6px; }}
"""

MAP = f"""
svg[data-plot] {{ cursor: crosshair; touch-action: pan-x pan-y; user-select: none; -webkit-user-select: none; }}
.scale {{ display: flex; flex-wrap: wrap; gap: 2px 8px; align-items: center; color: {MUTED}; font-size: 11px; }}
.ramp {{ display: inline-flex; height: 9px; }}
.ramp i {{ width: 9px; }}
"""

BODY = f"""
.scroll-button {{ display: none; }}
:host {{
  display: grid; box-sizing: border-box; gap: 12px; padding: 12px; margin: 0; width: 100%; height: auto;
  max-height: none; grid-template-columns: minmax(0, 1fr); align-items: start;
}}
.vp-card, .vp-stack {{ margin: 0; width: auto; height: auto; min-width: 0; max-height: none; }}
@container vp-page (min-width: {NARROW}px) {{
  :host {{ grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); }}
  .vp-below {{ grid-column: 1 / -1; }}
}}
@container vp-page (min-width: {WIDE}px) {{
  :host {{ grid-template-columns: minmax(0, 1.25fr) minmax(0, 1.1fr) minmax(320px, 1fr); }}
}}
"""
"""For the layout of the cards: three columns, two, or one; the table below them."""

STACK = """
.scroll-button { display: none; }
:host { display: flex; flex-direction: column; gap: 12px; margin: 0; min-width: 0; }
.vp-card { margin: 0; width: auto; height: auto; min-width: 0; max-height: none; }
"""
"""For cards one above the other."""

"""Print style sheets of the page: one column on white, without what only a screen needs."""

from __future__ import annotations

from vanas_panel.draw.css import DARK_CLASS, light_declarations

PAGE_PRINT = f"""
@media print {{
  :host, :host(.{DARK_CLASS}) {{
    {light_declarations()} color-scheme: light; --vp-print-filter: none; display: block; container-type: normal;
    height: auto; min-height: 0; overflow: visible; background: #fff; border: 0;
    -webkit-print-color-adjust: exact; print-color-adjust: exact;
  }}
  :host(.{DARK_CLASS}) {{ --vp-print-filter: invert(1) hue-rotate(180deg); }}
  .vp-top {{ position: static; }}
}}
"""
"""For the root of the page. Canvases keep their pixels while a browser prints: dark ones are inverted."""

BAR_PRINT = """
@media print { .vp-drawer, .vp-address { display: none; } }
"""
"""For the line of the header, and for what hangs below it."""

BODY_PRINT = """
@media print {
  :host, :host(.vp-beside) { display: block; padding: 0; }
  .vp-column-0, .vp-column-1, .vp-column-2 { display: block; height: auto; min-height: 0; }
}
"""
"""For the columns of cards."""

COLUMN_PRINT = """
@media print {
  :host, :host(.vp-column-2) { display: block; }
  .vp-card { height: auto; min-height: 0; margin: 0 0 12px; overflow: visible; break-inside: avoid; }
  .vp-presets { display: none; }
}
"""
"""For one column; presets are buttons only."""

CARD_PRINT = """
@media print { :host { display: block; overflow: visible; } :host > * { height: auto !important; } }
"""
"""For a card."""

FIGURE_PRINT = "@media print { .bk-Canvas { filter: var(--vp-print-filter, none); } }"
"""For a figure."""

NOT_PRINTED = "@media print { :host { display: none; } }"
"""For what is of use on a screen only."""

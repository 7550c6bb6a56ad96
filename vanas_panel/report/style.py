"""Style sheets of a report: on the screen in both appearances, and on A4 paper."""

from __future__ import annotations

from dataclasses import asdict

from vanas_panel.draw import cards_html
from vanas_panel.draw.compared import table as compared
from vanas_panel.draw.css import (
    ACCENT,
    CARD,
    FAINT,
    LINE,
    MUTED,
    NEGATIVE,
    PAGE,
    POSITIVE,
    SOFT_ACCENT,
    TERMINAL,
    TEXT,
    variable,
)
from vanas_panel.draw.theme import DARK, FONT, LIGHT, Palette

VARIABLES = Palette(**{name: variable(name) for name in asdict(LIGHT)})
"""The palette as CSS variables, for drawings that follow the appearance of the report."""


def _declared(colors: Palette) -> str:
    """The palette as CSS custom properties."""
    return " ".join(f"--vp-{name.replace('_', '-')}: {value};" for name, value in asdict(colors).items())


_SCREEN = f"""
:root {{ {_declared(LIGHT)} color-scheme: light; }}
@media screen and (prefers-color-scheme: dark) {{
  :root:not([data-theme=light]) {{ {_declared(DARK)} color-scheme: dark; }}
}}
@media screen {{ :root[data-theme=dark] {{ {_declared(DARK)} color-scheme: dark; }} }}
* {{ box-sizing: border-box; }}
html {{ scroll-behavior: smooth; -webkit-text-size-adjust: 100%; }}
body {{ margin: 0; background: {PAGE}; color: {TEXT}; font: 13.5px/1.5 {FONT}; }}
main, .masthead {{ max-width: 1200px; margin: 0 auto; padding: 0 24px; }}
.masthead {{ padding-top: 34px; padding-bottom: 10px; }}
.masthead .row {{ display: flex; gap: 24px; align-items: flex-start; justify-content: space-between; }}
.eyebrow {{ margin: 0 0 6px; color: {ACCENT}; font-size: 12px; font-weight: 650; letter-spacing: .04em; }}
h1 {{ margin: 0; font-size: 28px; line-height: 1.2; font-weight: 700; letter-spacing: -.012em;
  overflow-wrap: anywhere; text-wrap: balance; }}
.meta {{ margin: 8px 0 0; color: {MUTED}; }}
.notes {{ max-width: 74ch; margin: 16px 0 0; padding: 2px 0 2px 14px; border-left: 3px solid {ACCENT};
  overflow-wrap: anywhere; }}
.notes p {{ margin: 0 0 8px; white-space: pre-line; }}
.notes p:last-child {{ margin: 0; }}
.banner {{ margin: 16px 0 0; padding: 9px 14px; border: 1px solid {ACCENT}; border-radius: 8px;
  background: {SOFT_ACCENT}; }}
nav {{ display: flex; flex-wrap: wrap; gap: 4px 18px; margin: 18px 0 0; padding: 9px 0;
  border-block: 1px solid {LINE}; font-size: 12.5px; }}
nav a {{ color: {MUTED}; text-decoration: none; }}
nav a:hover {{ color: {ACCENT}; text-decoration: underline; text-underline-offset: 3px; }}
#tradeoffs .columns {{ margin-top: 12px; }}
#tradeoffs td small {{ display: block; color: {MUTED}; font-size: 10.5px; }}
section {{ margin: 0 0 16px; padding: 18px 20px 20px; background: {CARD}; border: 1px solid {LINE};
  border-radius: 10px; min-width: 0; scroll-margin-top: 12px; }}
h2 {{ margin: 0; font-size: 16px; font-weight: 650; letter-spacing: -.005em; }}
h3 {{ margin: 0 0 8px; font-size: 13px; font-weight: 650; }}
p {{ margin: 0; }}
.top {{ display: flex; flex-wrap: wrap; gap: 4px 16px; align-items: baseline; justify-content: space-between;
  margin-bottom: 12px; }}
.quiet, figcaption, .aside {{ color: {MUTED}; }}
.aside {{ font-size: 12.5px; }}
figure {{ margin: 0; min-width: 0; }}
figcaption {{ margin-top: 10px; font-size: 12.5px; max-width: 96ch; }}
figcaption b, .paper b, .panel-words b {{ color: {TEXT}; font-weight: 650; }}
.num {{ font-variant-numeric: tabular-nums; }}
.note {{ color: {MUTED}; background: {PAGE}; border-radius: 6px; padding: 9px 12px; }}
button {{ font: 500 12px/1.2 {FONT}; color: {TEXT}; background: {CARD}; border: 1px solid {LINE};
  border-radius: 6px; padding: 6px 10px; margin: 0; cursor: pointer;
  transition: background-color .12s, border-color .12s; }}
button:hover {{ background: {TERMINAL}; border-color: {FAINT}; }}
button:focus-visible, a:focus-visible, [tabindex]:focus-visible, summary:focus-visible {{
  outline: 2px solid {ACCENT}; outline-offset: 1px; }}
button[aria-pressed=true], button[aria-selected=true] {{ border-color: {ACCENT}; background: {SOFT_ACCENT}; }}
.actions {{ display: flex; gap: 6px; flex: none; }}
.saves {{ display: flex; flex-wrap: wrap; gap: 2px 14px; }}
.save {{ display: flex; gap: 2px; align-items: center; color: {MUTED}; font-size: 11px; }}
.save button {{ border-color: transparent; background: none; color: {MUTED}; padding: 3px 6px; font-size: 11px; }}
.save button:hover {{ color: {TEXT}; background: {TERMINAL}; }}
svg {{ display: block; max-width: 100%; height: auto; }}
.wide {{ overflow-x: auto; }}
"""

_TABLES = f"""
table {{ width: 100%; border-collapse: collapse; font-size: 12.5px; }}
th {{ text-align: left; color: {MUTED}; font-weight: 500; padding: 0 10px 6px 0; vertical-align: bottom;
  border-bottom: 1px solid {FAINT}; }}
td {{ padding: 5px 10px 5px 0; border-bottom: 1px solid {LINE}; vertical-align: middle; }}
th.n, td.n {{ text-align: right; padding-right: 14px; white-space: nowrap; font-variant-numeric: tabular-nums; }}
dl {{ display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 5px 18px; margin: 0;
  align-content: start; }}
dt {{ color: {MUTED}; }}
dd {{ margin: 0; overflow-wrap: anywhere; }}
.best td svg {{ margin: -2px 0; }}
.best .ops {{ color: {MUTED}; white-space: nowrap; }}
tr[data-vanas-load] {{ cursor: pointer; }}
tr[data-vanas-load]:hover td {{ background: {PAGE}; }}
tr[aria-current=true] td {{ background: {SOFT_ACCENT}; }}
.chip {{ display: inline-block; width: 10px; height: 10px; border-radius: 3px; margin-right: 7px; }}
"""

_LAYOUT = f"""
.columns {{ display: grid; grid-template-columns: minmax(0, 1fr); gap: 16px; }}
.columns > section {{ margin: 0; }}
main > .columns {{ margin-bottom: 16px; }}
@media (min-width: 860px) {{
  .halves {{ grid-template-columns: minmax(0, 1fr) minmax(0, 2fr); gap: 34px; }}
  .charts {{ grid-template-columns: minmax(0, 1.32fr) minmax(0, 1fr); }}
  .fronts {{ grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); gap: 34px; }}
}}
.tabs {{ display: flex; flex-wrap: wrap; gap: 6px; margin-bottom: 8px; }}
.live {{ position: relative; }}
.map .live {{ height: clamp(330px, 46vh, 440px); }}
.paper {{ display: none; }}
.no-script .paper {{ display: block; }}
.no-script .paper + .paper {{ margin-top: 16px; }}
.no-script :is(.panel, .live, .tabs, .explain, .actions, .save, .screen-only) {{ display: none; }}
.explain {{ margin-top: 8px; min-height: 3em; font-size: 12.5px; color: {MUTED}; }}
.explain b {{ color: {TEXT}; }}
.shelf {{ display: grid; grid-template-columns: repeat(auto-fill, minmax(min(300px, 100%), 1fr)); gap: 12px; }}
.entry {{ display: grid; grid-template-columns: auto minmax(0, 1fr); gap: 2px 14px; padding: 12px; text-align: left;
  border: 1px solid {LINE}; border-radius: 8px; background: none; font-weight: 400; font-size: 12.5px;
  line-height: 1.45; align-content: start; overflow-wrap: anywhere; }}
.entry svg {{ grid-row: 1 / span 4; }}
.entry b {{ font-size: 13.5px; font-weight: 650; }}
.entry .words {{ white-space: pre-line; }}
.tag {{ display: inline-block; margin: 2px 4px 0 0; padding: 0 7px; border-radius: 9px; background: {TERMINAL};
  font-size: 11px; }}
.has-designer .still {{ display: none; }}
.side {{ display: grid; gap: 18px; align-content: start; }}
#cell .vo-panel {{ border: 0; padding: 0; background: none; }}
#cell .vo-hint {{ right: 0; top: 0; }}
#completions .vo-list {{ grid-template-columns: minmax(0, 1fr); }}
.peek {{ position: fixed; right: 18px; bottom: 18px; z-index: 5; padding: 9px 16px; border-radius: 9px; color: {TEXT};
  background: {CARD}; border: 1px solid {ACCENT}; box-shadow: 0 6px 24px rgb(0 0 0 / .2); text-decoration: none; }}
.peek b {{ display: block; font-size: 15px; }}
.peek small {{ color: {MUTED}; }}
@media screen {{ body:has(#peek:not([hidden])) footer {{ padding-bottom: 96px; }} }}
[hidden] {{ display: none !important; }}
caption.sr {{ position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }}
.panel-words {{ margin-top: 6px; font-size: 12.5px; }}
h3.after {{ margin: 18px 0 2px; }}
pre {{ margin: 0; padding: 14px 16px; max-height: 420px; overflow: auto; background: {PAGE}; border: 1px solid {LINE};
  border-radius: 8px; font: 12px/1.55 ui-monospace, 'SF Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace;
  white-space: pre-wrap; overflow-wrap: anywhere; tab-size: 4; }}
.charts-of-searches {{ display: grid; gap: 14px 26px;
  grid-template-columns: repeat(auto-fit, minmax(min(360px, 100%), 1fr)); }}
.run-of-searches {{ display: grid; grid-template-columns: minmax(0, 1fr); gap: 14px 30px; margin-top: 8px;
  font-size: 12.5px; }}
@media (min-width: 860px) {{ .run-of-searches {{ grid-template-columns: minmax(0, 1fr) minmax(0, 1.1fr); }} }}
.ranks-of-searches {{ margin-top: 12px; font-size: 12.5px; }}
.made {{ display: grid; gap: 22px; }}
footer {{ max-width: 1200px; margin: 0 auto; padding: 6px 24px 40px; color: {MUTED}; font-size: 12px; }}
.gain {{ color: {POSITIVE}; }}
.loss {{ color: {NEGATIVE}; }}
@media (max-width: 620px) {{
  main, .masthead, footer {{ padding-left: 12px; padding-right: 12px; }}
  section {{ padding: 14px 14px 16px; }}
  .masthead {{ padding-top: 18px; }}
  .masthead .row {{ flex-direction: column-reverse; gap: 10px; }}
  h1 {{ font-size: 22px; }}
  #data .unit {{ display: none; }}
  :is(#data, #tradeoffs) table {{ font-size: 11.5px; }}
  :is(#data, #tradeoffs) :is(th, td) {{ padding-right: 6px; }}
  dl:not(.short) {{ grid-template-columns: minmax(0, 1fr); gap: 0; }}
  dl:not(.short) dd {{ margin-bottom: 7px; }}
}}
"""

_PRINT = f"""
@page {{ size: A4; margin: 16mm 15mm 17mm; }}
@media print {{
  :root:root:root {{ {_declared(LIGHT)} color-scheme: light; }}
  * {{ -webkit-print-color-adjust: exact; print-color-adjust: exact; }}
  body {{ background: none; font-size: 10pt; line-height: 1.42; }}
  main, .masthead, footer {{ max-width: none; padding: 0; }}
  .masthead {{ padding-bottom: 6mm; }}
  h1 {{ font-size: 20pt; }}
  section {{ margin: 0 0 7mm; padding: 0; border: 0; border-radius: 0; background: none; }}
  h2 {{ font-size: 13pt; padding-bottom: 1.5mm; border-bottom: 1px solid {FAINT}; width: 100%; }}
  h2, h3, .top {{ break-after: avoid; }}
  figure, .paper, .card, .entry, .changes li, tr, dl > div, .banner {{ break-inside: avoid; }}
  figure:has(.paper) {{ break-inside: auto; }}
  .cell {{ grid-template-columns: minmax(0, 1fr); gap: 5mm; }}
  .drawing {{ max-width: 118mm; }}
  .top .aside {{ display: none; }}
  .columns, .charts, .halves {{ display: block; }}
  #data .halves {{ display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1.7fr); gap: 8mm; font-size: 8.6pt; }}
  #data .halves > * {{ margin: 0; }}
  #data dl {{ grid-template-columns: minmax(0, 1fr); gap: 0; }}
  #data dd {{ margin-bottom: 1.2mm; }}
  #data table {{ font-size: 8.2pt; }}
  #data td, #data th {{ padding: 1mm 2mm 1mm 0; }}
  .halves > * + *, main .columns > section + section {{ margin-top: 7mm; }}
  .has-designer:not(.changed) .still {{ display: grid; }}
  .changed #designer-live {{ display: block !important; }}
  .panel, .live, .tabs, .actions, .save, nav, .explain, .screen-only {{ display: none !important; }}
  .paper {{ display: block; }}
  .paper + .paper {{ margin-top: 6mm; }}
  .paper svg {{ width: 100%; max-height: 84mm; }}
  .wide {{ overflow: visible; }}
  thead {{ display: table-header-group; }}
  pre {{ max-height: none; overflow: visible; font-size: 8.4pt; white-space: pre-wrap; overflow-wrap: anywhere; }}
  .best {{ font-size: 8.6pt; }}
  .best td, .best th {{ padding-right: 6px; }}
  a {{ color: inherit; text-decoration: none; }}
}}
"""

CELL = f"""
.cell {{ display: grid; grid-template-columns: minmax(0, 1fr); gap: 16px 26px; }}
@media (min-width: 900px) {{ .cell {{ grid-template-columns: minmax(0, 1.1fr) minmax(0, 1fr); }} }}
.presets {{ display: grid; grid-template-columns: repeat(auto-fit, minmax(84px, 1fr)); gap: 8px; margin-bottom: 16px; }}
.presets button {{ display: flex; flex-direction: column; align-items: center; gap: 5px; padding: 8px 4px 6px;
  min-width: 0; font-size: 11.5px; line-height: 1.2; text-align: center; }}
.completions {{ display: grid; grid-template-columns: repeat(auto-fill, minmax(min(230px, 100%), 1fr)); gap: 0 14px; }}
.completions button {{ display: grid; grid-template-columns: auto 1fr; gap: 12px; align-items: center; text-align: left;
  padding: 5px 6px; border-color: transparent; border-bottom-color: {LINE}; border-radius: 0; background: none;
  font-weight: 400; }}
.completions button:hover {{ border-radius: 6px; background: {TERMINAL}; }}
.completions b {{ font-size: 14px; font-weight: 650; }}
.completions small {{ color: {MUTED}; font-size: 11px; }}
.changes {{ display: grid; grid-template-columns: repeat(auto-fill, minmax(min(250px, 100%), 1fr)); gap: 6px 12px;
  list-style: none; margin: 8px 0; padding: 0; }}
.changes button {{ display: grid; grid-template-columns: auto minmax(0, 1fr); gap: 12px; align-items: center;
  width: 100%; height: 100%; text-align: left; font-weight: 400; background: none; overflow-wrap: anywhere; }}
.changes small {{ color: {MUTED}; font-size: 11.5px; }}
.changes span > .num + :is(.num, em), .changes .num + em {{ margin-left: 7px; }}
.changes .worst {{ border: 2px solid {NEGATIVE}; }}
.changes em {{ color: {NEGATIVE}; font-style: normal; font-weight: 650; font-size: 11.5px; }}
.drawing {{ max-width: 560px; margin: 0 auto; width: 100%; }}
.drawing svg {{ width: 100%; }}
.pinned-cells {{ {compared.CSS} }}
.performance {{ {cards_html.CSS} .cards {{ grid-template-columns: repeat(auto-fill, minmax(140px, 1fr)); }} }}
"""

STYLE = _SCREEN + _TABLES + _LAYOUT + CELL + _PRINT
"""Everything."""

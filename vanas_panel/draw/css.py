"""Style sheets of the page, built from one set of CSS variables for light and dark.

Every rule reads a colour as ``var(--vp-text, ...)`` with the light colour behind it. The page sets the variables once,
on its root, and they reach every shadow root below it; a view that is shown alone in a notebook takes the light ones.
"""

from __future__ import annotations

from dataclasses import asdict

from vanas_panel.draw.theme import DARK, FONT, LIGHT, Palette

DARK_CLASS = "vp-dark"
"""CSS class of the page's root while it is dark."""

NOTEBOOK_CLASS, NOTEBOOK_HEIGHT = "vp-notebook", 920
"""CSS class of the page's root in a notebook, where it cannot be as high as the window, and its height in pixels."""

WIDE, NARROW = 1180, 720
"""Widths of the page in pixels from which it has three columns, and below which it has one."""

ROOMY = 1380
"""Width of the page in pixels from which map and designer have room beside the wide drawer of cells."""

DRAWER = 430
"""Width of the drawer in pixels. It covers the third column, which takes that width, or all of a narrow page."""

WIDE_DRAWER, WIDER_DRAWER = 620, 960
"""Widths of the drawer while it shows a search by gradient, and two side by side; it covers what is below."""


def variable(name: str) -> str:
    """A colour of the palette as CSS, ``card`` as ``var(--vp-card, #ffffff)``.

    Examples
    --------
    >>> variable("terminal_line")
    'var(--vp-terminal-line, #b9c5d3)'
    """
    return f"var(--vp-{name.replace('_', '-')}, {getattr(LIGHT, name)})"


def _declarations(colors: Palette) -> str:
    """The palette as CSS custom properties."""
    return " ".join(f"--vp-{name.replace('_', '-')}: {value};" for name, value in asdict(colors).items())


def light_declarations() -> str:
    """The light palette as CSS custom properties, for paper."""
    return _declarations(LIGHT)


CARD, LINE, TEXT, MUTED, FAINT = (variable(name) for name in ("card", "line", "text", "muted", "faint"))
PAGE, ACCENT, TERMINAL = (variable(name) for name in ("page", "accent", "terminal"))
POSITIVE, NEGATIVE = variable("positive"), variable("negative")
SOFT_ACCENT = f"color-mix(in srgb, {ACCENT} 9%, {CARD})"

_FOCUS = f"outline: 2px solid {ACCENT}; outline-offset: 1px;"

_PILL = f"""
  font: 500 12px/1.2 {FONT}; color: {TEXT}; background: {CARD}; border: 1px solid {LINE}; border-radius: 6px;
  box-shadow: none; transition: background-color .12s, border-color .12s;
"""

# Panel gives every column a hidden button for scrolling, which would take a cell of a grid.
_NO_BUTTON = ".scroll-button { display: none; }"

_SEEN = """
@media (forced-colors: active) {
  button:focus-visible, select:focus-visible, input:focus-visible, textarea:focus-visible, [tabindex]:focus-visible {
    outline: 2px solid Highlight; outline-offset: 1px;
  }
  .bk-btn.bk-active, button[aria-pressed=true], button[aria-checked=true], button[aria-selected=true] {
    forced-color-adjust: none; background: Highlight !important; border-color: Highlight !important;
    color: HighlightText !important;
  }
  button:disabled, .bk-btn:disabled { color: GrayText; border-color: GrayText; opacity: 1; }
}
@media (prefers-reduced-motion: reduce) { * { transition: none !important; animation: none !important; } }
"""
"""Focus and what is pressed where the browser takes colours of its own, and no motion for who wants none."""

CONTROLS = f"""
:host {{ font-family: {FONT}; font-size: 12px; color: {TEXT}; margin: 0; }}
.bk-btn, .bk-btn-default, .bk-btn-light, select, select.bk-input, input.bk-input {{ {_PILL} }}
.bk-btn, .bk-btn-default, .bk-btn-light {{ min-height: 28px; height: 28px; padding: 0 10px; cursor: pointer; }}
.bk-btn:hover:not(:disabled), select:hover {{ background: {TERMINAL}; border-color: {FAINT}; color: {TEXT}; }}
.bk-btn:focus-visible, select:focus-visible, input:focus-visible {{ {_FOCUS} }}
.bk-btn:disabled {{ color: {MUTED}; opacity: .45; cursor: default; }}
.bk-btn.bk-active {{ background: {SOFT_ACCENT}; border-color: {ACCENT}; color: {TEXT}; }}
select, select.bk-input {{ min-height: 28px; height: 28px; padding: 0 24px 0 8px; cursor: pointer; }}
select option {{ background: {CARD}; color: {TEXT}; }}
label, .bk-input-group label {{ font: 500 11px/1.3 {FONT}; color: {MUTED}; }}
input[type=checkbox], input[type=radio] {{ accent-color: {ACCENT}; margin: 0 4px 0 0; }}
{_SEEN}"""
"""For the ``stylesheets`` of a Panel widget: quiet pills that turn to the accent only where they are active."""

CARD_STYLE = f"""
{_NO_BUTTON}
:host {{
  box-sizing: border-box; margin: 0; padding: 11px 14px 12px; gap: 8px; min-width: 0; min-height: 0;
  background: {CARD}; border: 1px solid {LINE}; border-radius: 8px; color: {TEXT}; overflow: hidden;
}}
:host(.vp-performance) > *, :host(.vp-completions) > * {{ flex: none !important; height: auto !important; }}
:host(.vp-designer) > * {{ flex: 1 0 auto !important; height: auto !important; }}
"""
"""For the layout around a view."""

ALONE_STYLE = f"""
:host {{ {_declarations(LIGHT)} color-scheme: light; font-family: {FONT}; }}
:host(.{DARK_CLASS}) {{ {_declarations(DARK)} color-scheme: dark; }}
"""
"""For the frame of a view that stands alone in a notebook."""

MARKUP = f"""
:host {{ font: 12px/1.35 {FONT}; color: {TEXT}; margin: 0; min-width: 0; min-height: 0; }}
* {{ box-sizing: border-box; }}
.vp-markup {{ width: 100%; height: 100%; min-height: 0; display: flex; flex-direction: column; gap: 8px; }}
h2 {{ margin: 0; font-size: 13px; font-weight: 650; white-space: nowrap; }}
.head {{ display: flex; align-items: baseline; gap: 10px; justify-content: space-between; min-height: 20px; }}
.aside {{ color: {MUTED}; font-size: 12px; text-align: right; }}
p {{ margin: 0; }}
.quiet {{ color: {MUTED}; }}
.note {{ color: {MUTED}; background: {PAGE}; border-radius: 6px; padding: 8px 10px; }}
.scroll {{
  overflow: hidden auto; min-height: 0; flex: 1 1 auto; scrollbar-width: thin; scrollbar-color: {FAINT} transparent;
}}
button {{ {_PILL} margin: 0; cursor: pointer; }}
button:hover {{ background: {TERMINAL}; border-color: {FAINT}; }}
button:focus-visible {{ {_FOCUS} }}
button:disabled, button:disabled:hover {{
  color: {MUTED}; background: none; border-color: {LINE}; opacity: .5; cursor: default;
}}
select {{ {_PILL} height: 28px; padding: 0 6px; margin: 0; cursor: pointer; }}
select:hover {{ background: {TERMINAL}; border-color: {FAINT}; }}
select:focus-visible, [tabindex]:focus-visible {{ {_FOCUS} }}
button.small {{ padding: 3px 8px; font-size: 11px; }}
button[aria-pressed=true], button[aria-checked=true] {{ border-color: {ACCENT}; background: {SOFT_ACCENT}; }}
.num {{ font-variant-numeric: tabular-nums; }}
@media print {{ .head button:not([aria-checked=true]) {{ display: none; }} }}
{_SEEN}"""
"""For HTML text in `vanas_panel.widgets.markup.Markup`."""

CODE = f"""
.code {{
  font: 11.5px/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace; color: {TEXT};
  background: {PAGE}; border: 1px solid {LINE}; border-radius: 6px; padding: 8px 10px; margin: 0; tab-size: 4;
}}
pre.code {{ overflow: auto; white-space: pre; }}
textarea.code:focus-visible, pre.code:focus-visible {{ {_FOCUS} outline-offset: -1px; }}
"""
"""For text that a program reads, in ``pre`` and ``textarea``."""

PAGE_STYLE = f"""
{_NO_BUTTON}
:host {{ {_declarations(LIGHT)} color-scheme: light; }}
:host(.{DARK_CLASS}) {{ {_declarations(DARK)} color-scheme: dark; }}
:host {{
  --vp-height: calc(100vh - var(--vp-below, 0px)); container: vp-page / inline-size;
  box-sizing: border-box; width: 100%; margin: 0; gap: 0;
  height: var(--vp-height); min-height: 640px;
  background: {PAGE}; color: {TEXT}; font: 12px/1.35 {FONT}; overflow: hidden auto;
}}
@supports (height: 100dvh) {{ :host {{ --vp-height: calc(100dvh - var(--vp-below, 0px)); }} }}
:host(.{NOTEBOOK_CLASS}) {{ --vp-height: {NOTEBOOK_HEIGHT}px; border: 1px solid {LINE}; border-radius: 8px; }}
.vp-top {{ flex: none; margin: 0; width: 100%; height: auto; max-height: none; position: sticky; top: 0; z-index: 3; }}
.vp-body {{ flex: none; height: auto; min-height: 0; max-height: none; min-width: 0; }}
@container vp-page (min-width: {WIDE}px) {{ .vp-body {{ flex: 1 0 auto; }} }}
"""
"""For the root of the page. Widths are asked of the page, not of the window, so that a notebook's column works too."""

BODY_STYLE = f"""
{_NO_BUTTON}
:host {{
  display: grid; box-sizing: border-box; gap: 12px; padding: 12px; margin: 0; width: 100%;
  grid-template-columns: minmax(0, 1fr); align-items: stretch;
}}
.vp-column-0, .vp-column-1, .vp-column-2 {{
  margin: 0; width: auto; height: auto; min-width: 0; min-height: 0; max-height: none;
}}
@container vp-page (min-width: {NARROW}px) {{
  :host {{ grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); }}
  .vp-column-2 {{ grid-column: 1 / -1; }}
}}
@container vp-page (min-width: {WIDE}px) {{
  :host {{
    grid-template-columns: minmax(0, 1.22fr) minmax(0, 1.36fr) minmax(330px, .87fr);
    grid-template-rows: minmax(min-content, 1fr);
  }}
  :host(.vp-beside) {{ grid-template-columns: minmax(0, 1.22fr) minmax(0, 1.36fr) {DRAWER - 12}px; }}
  .vp-column-0, .vp-column-1, .vp-column-2 {{ grid-column: auto; }}
}}
@container vp-page (min-width: {ROOMY}px) {{
  :host(.vp-beside-cells) {{ grid-template-columns: minmax(0, 1.22fr) minmax(0, 1.36fr) {WIDE_DRAWER - 12}px; }}
}}
@container vp-page (min-width: {WIDE}px) {{
  .vp-column-2 {{ height: 0; min-height: 100%; }}
}}
"""
"""For the layout of the columns: three, then two with the third below them, then one. ``vp-beside`` while a drawer is
open: where there are three it covers the third exactly, so that a drawing and the drawer are seen side by side;
``vp-beside-cells`` while that is the wider one of cells."""

COLUMN_STYLE = f"""
{_NO_BUTTON}
:host {{ display: flex; flex-direction: column; gap: 12px; margin: 0; min-width: 0; }}
.vp-card {{ margin: 0; width: auto; height: auto; min-width: 0; min-height: 0; max-height: none; }}
.vp-overview {{ flex: 1 1 400px; min-height: 340px; }}
.vp-importance {{ flex: none; height: 390px; }}
.vp-presets {{ flex: none; }}
.vp-designer {{ flex: 1 0 auto; }}
.vp-performance, .vp-completions {{ flex: none; }}
@container vp-page (min-width: {NARROW}px) and (max-width: {WIDE - 0.02}px) {{
  :host(.vp-column-2) {{ flex-direction: row; }}
  .vp-overview {{ min-height: 440px; }}
  :host(.vp-column-2) .vp-card {{ flex: 1 1 0; }}
}}
@container vp-page (min-width: {WIDE}px) {{
  .vp-completions {{ flex: 0 0 auto; }}
  .vp-performance {{ flex: 0 1 auto; min-height: 300px; overflow: hidden auto; scrollbar-width: thin; }}
}}
"""
"""For the layout of one column of cards. Performance and completions are as high as what they say, so that neither is
cut while the other has room; a table of very many metrics scrolls within its card."""

TOP_STYLE = f"""
{_NO_BUTTON}
:host {{ display: flex; flex-direction: column; overflow: visible; }}
.vp-bar {{ flex: none; width: 100%; margin: 0; position: relative; z-index: 2; }}
.vp-drawer {{
  position: absolute; top: 100%; right: 0; z-index: 1; width: {DRAWER}px; margin: 0;
  min-height: 0; max-height: none; height: calc(var(--vp-height) - 100%);
}}
.vp-drawer.vp-wide {{ width: min(100%, {WIDE_DRAWER}px); }}
.vp-drawer.vp-wider {{ width: min(100%, {WIDER_DRAWER}px); }}
@container vp-page (max-width: {NARROW}px) {{ .vp-drawer {{ width: 100%; }} }}
"""
"""For the header with the drawer below it, which takes no room of its own: however many lines the header has and
however far the page is scrolled, it hangs from the header and ends with the window."""

BAR_STYLE = f"""
{_NO_BUTTON}
:host {{
  display: flex; flex-wrap: wrap; align-items: stretch; overflow: visible; background: {CARD};
  border-bottom: 1px solid {LINE};
}}
/* One pixel, so that a line that is as wide as the page never stands beside it. */
.vp-header {{ flex: 1 1 1px; width: auto; min-width: 0; margin: 0; }}
@container vp-page (max-width: {NARROW}px) {{ :host:has(.vp-address) {{ --vp-corner: 40px; }} }}
"""
"""For the line of the header with the buttons at its end and messages in lines below."""

DRAWER_STYLE = f"""
{_NO_BUTTON}
.vp-card {{
  width: 100%; height: 100%; margin: 0; border-radius: 0; border-width: 0 0 0 1px; overflow: hidden auto;
  box-shadow: -8px 0 28px rgb(0 0 0 / .16); scrollbar-width: thin; scrollbar-color: {FAINT} transparent;
}}
"""
"""For the drawer; where its view is higher than the window, it scrolls."""

DRAWER_HEAD = """
.vp-markup { flex-direction: row; align-items: center; justify-content: space-between; }
h2 { font-size: 15px; }
button { width: 28px; height: 28px; padding: 0; font-size: 16px; line-height: 1; }
"""
"""For title and closing button of a drawer."""

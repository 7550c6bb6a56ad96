"""Style sheets of the page: one set of CSS variables for light and dark, and what is built from them.

Every rule reads a colour as ``var(--vp-text, ...)`` with the light colour behind it. The page sets the variables once,
on its root, and they reach every shadow root below it; a view that is shown alone in a notebook takes the light ones.
"""

from __future__ import annotations

from dataclasses import asdict

from vanas_panel.views.theme import DARK, FONT, LIGHT, Palette

DARK_CLASS = "vp-dark"
"""CSS class of the page's root while it is dark."""

WIDE, NARROW = 1180, 720
"""Widths of the page in pixels from which it has three columns, and below which it has one."""


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


CARD, LINE, TEXT, MUTED, FAINT = (variable(name) for name in ("card", "line", "text", "muted", "faint"))
PAGE, ACCENT, TERMINAL = (variable(name) for name in ("page", "accent", "terminal"))
POSITIVE, NEGATIVE = variable("positive"), variable("negative")
SOFT_ACCENT = f"color-mix(in srgb, {ACCENT} 9%, {CARD})"

_FOCUS = f"outline: 2px solid {ACCENT}; outline-offset: 1px;"

_PILL = f"""
  font: 500 12px/1.2 {FONT}; color: {TEXT}; background: {CARD}; border: 1px solid {LINE}; border-radius: 6px;
  box-shadow: none; transition: background-color .12s, border-color .12s;
"""

# Panel gives every column a hidden button for scrolling, which would take a place of its own in a grid.
_NO_BUTTON = ".scroll-button { display: none; }"

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
"""
"""For the ``stylesheets`` of a Panel widget: quiet pills that turn to the accent only where they are active."""

CARD_STYLE = f"""
{_NO_BUTTON}
:host {{
  box-sizing: border-box; margin: 0; padding: 11px 14px 12px; gap: 8px; min-width: 0; min-height: 0;
  background: {CARD}; border: 1px solid {LINE}; border-radius: 8px; color: {TEXT}; overflow: hidden;
}}
"""
"""For the layout around a view."""

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
button.small {{ padding: 3px 8px; font-size: 11px; }}
button[aria-pressed=true], button[aria-checked=true] {{ border-color: {ACCENT}; background: {SOFT_ACCENT}; }}
.num {{ font-variant-numeric: tabular-nums; }}
"""
"""For HTML text in `vanas_panel.views.markup.Markup`."""

PAGE_STYLE = f"""
{_NO_BUTTON}
:host {{ {_declarations(LIGHT)} color-scheme: light; }}
:host(.{DARK_CLASS}) {{ {_declarations(DARK)} color-scheme: dark; }}
:host {{
  container: vp-page / inline-size; box-sizing: border-box; width: 100%; margin: 0; gap: 0;
  height: 100vh; height: 100dvh; min-height: 640px;
  background: {PAGE}; color: {TEXT}; font: 12px/1.35 {FONT}; overflow: hidden auto;
}}
.vp-header {{ flex: none; margin: 0; width: 100%; position: sticky; top: 0; }}
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
  .vp-column-0, .vp-column-1, .vp-column-2 {{ grid-column: auto; }}
}}
"""
"""For the layout of the columns: three, then two with the third below them, then one."""

COLUMN_STYLE = f"""
{_NO_BUTTON}
:host {{ display: flex; flex-direction: column; gap: 12px; margin: 0; min-width: 0; }}
.vp-card {{ margin: 0; width: auto; height: auto; min-width: 0; min-height: 0; max-height: none; }}
.vp-overview {{ flex: 1 1 400px; min-height: 340px; }}
.vp-importance {{ flex: none; height: 378px; }}
.vp-presets {{ flex: none; }}
.vp-designer {{ flex: 1 0 auto; }}
.vp-performance {{ flex: none; height: 520px; }}
.vp-completions {{ flex: none; height: 380px; }}
@container vp-page (min-width: {NARROW}px) and (max-width: {WIDE - 0.02}px) {{
  :host(.vp-column-2) {{ flex-direction: row; }}
  :host(.vp-column-2) .vp-card {{ flex: 1 1 0; height: 440px; }}
}}
@container vp-page (min-width: {WIDE}px) {{
  .vp-performance {{ flex: 1 1 446px; height: auto; min-height: 300px; }}
  .vp-completions {{ flex: 1 1 360px; height: auto; min-height: 300px; }}
}}
"""
"""For the layout of one column of cards."""

DRAWER_STYLE = f"""
{_NO_BUTTON}
:host {{
  position: sticky; top: 47px; height: 0; min-height: 0; width: min(430px, 100%); margin: 0; z-index: 3; flex: none;
  align-self: flex-end; overflow: visible;
}}
.vp-card {{
  position: absolute; top: 0; right: 0; width: 100%; height: calc(100vh - 47px); height: calc(100dvh - 47px);
  border-radius: 0; border-width: 0 0 0 1px; box-shadow: -8px 0 28px rgb(0 0 0 / .16); overflow: hidden auto;
}}
"""
"""For the drawer: no room of its own on the page, and over its right side however far that is scrolled."""

DRAWER_HEAD = """
.vp-markup { flex-direction: row; align-items: center; justify-content: space-between; }
h2 { font-size: 15px; }
button { width: 28px; height: 28px; padding: 0; font-size: 16px; line-height: 1; }
"""
"""For title and closing button of a drawer."""

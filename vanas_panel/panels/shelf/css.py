"""Style of the shelf's drawer."""

from __future__ import annotations

from vanas_panel.draw.css import ACCENT, CARD, CONTROLS, FAINT, LINE, MUTED, NEGATIVE, PAGE, POSITIVE, TEXT
from vanas_panel.draw.theme import FONT

CSS = f"""
.note button {{ margin-left: 4px; }}
.quiet, .line {{ color: {MUTED}; }}
.line {{ font-size: 11px; font-weight: 400; }}
.drawn {{ display: flex; align-items: center; gap: 10px; }}
.drawn .what {{ flex: 1; }}
.drawn button {{ min-height: 28px; padding: 0 10px; white-space: nowrap; }}
ul, ol {{ list-style: none; margin: 0; padding: 0; }}
.entries {{ display: flex; flex-direction: column; }}
.entries > li {{ border-top: 1px solid {LINE}; padding: 6px 0 8px; }}
.entries article {{ display: flex; flex-direction: column; gap: 4px; min-width: 0; }}
.load {{
  display: grid; grid-template-columns: auto minmax(0, 1fr) auto; gap: 10px; align-items: center; width: 100%;
  padding: 4px 6px; text-align: left; border-color: transparent; background: none;
}}
.load[aria-pressed=true] {{ border-color: {ACCENT}; }}
.what {{ display: flex; flex-direction: column; gap: 2px; min-width: 0; }}
.name {{ font-size: 13px; font-weight: 600; overflow-wrap: anywhere; color: {TEXT}; }}
.what .line, .words, p.line {{ overflow-wrap: anywhere; }}
.value {{ text-align: right; max-width: 110px; font-size: 11px; }}
.value b {{ font-size: 14px; font-weight: 650; white-space: nowrap; }}
.words {{ white-space: pre-wrap; padding: 0 6px; max-height: 8.1em; overflow-y: auto; scrollbar-width: thin; }}
article > .line {{ padding: 0 6px; }}
.tools {{ display: flex; flex-wrap: wrap; align-items: center; gap: 4px; padding: 0 6px; }}
.tools .space {{ flex: 1 1 0; }}
.tag {{
  padding: 1px 8px; border-radius: 10px; font-size: 11px; background: {PAGE}; max-width: 100%;
  overflow: hidden; text-overflow: ellipsis;
}}
.ask {{ font-weight: 600; }}
.danger {{ border-color: {NEGATIVE}; color: {NEGATIVE}; font-weight: 650; }}
.versions {{ border-left: 2px solid {LINE}; margin: 2px 0 2px 8px; padding-left: 6px; }}
.versions li + li {{ margin-top: 8px; }}
.versions .name {{ font-size: 12px; padding: 0 6px; }}
.versions .line {{ padding: 0 6px; }}
.said {{ border-left: 3px solid {ACCENT}; }}
.theirs {{
  border: 1px solid {LINE}; border-radius: 6px; padding: 6px 2px; margin-top: 6px; background: {CARD}; color: {TEXT};
}}
.theirs .name, .theirs .line {{ padding: 0 6px; }}
.row {{ display: flex; flex-wrap: wrap; gap: 6px; align-items: center; }}
.row button, .row select {{ min-height: 28px; padding: 0 10px; }}
.row select {{ max-width: 170px; font: 500 12px/1.2 {FONT}; border: 1px solid {LINE}; border-radius: 6px;
  background: {CARD}; color: {TEXT}; }}
.row select:focus-visible {{ outline: 2px solid {ACCENT}; outline-offset: 1px; }}
.row .space {{ flex: 1 1 0; }}
.main {{ border-color: {ACCENT}; font-weight: 650; }}
.pair {{ display: grid; grid-template-columns: 1fr auto 1fr; gap: 4px 10px; align-items: center; text-align: center;
  border: 1px solid {LINE}; border-radius: 7px; padding: 8px 10px; }}
.pair .side {{ display: flex; flex-direction: column; align-items: center; gap: 2px; min-width: 0; }}
.pair .side .line {{ overflow-wrap: anywhere; }}
.pair b {{ font-size: 15px; font-weight: 650; }}
.pair .gap {{ font-weight: 650; font-size: 12px; }}
.pair .wide {{ grid-column: 1 / -1; }}
.gain {{ color: {POSITIVE}; }}
.loss {{ color: {NEGATIVE}; }}
"""

INPUT = f"""
{CONTROLS}
.bk-input-group {{ margin: 0; }}
input.bk-input, textarea.bk-input {{
  font: 400 13px/1.4 {FONT}; color: {TEXT}; background: {CARD}; border: 1px solid {LINE}; border-radius: 6px;
  padding: 4px 8px; cursor: text;
}}
input.bk-input {{ min-height: 30px; height: 30px; }}
textarea.bk-input {{ resize: vertical; min-height: 60px; }}
input.bk-input::placeholder, textarea.bk-input::placeholder {{ color: {MUTED}; opacity: 1; }}
input.bk-input:focus, textarea.bk-input:focus {{
  outline: 2px solid {ACCENT}; outline-offset: 1px; border-color: {FAINT}; box-shadow: none;
}}
"""

STACK = ":host { display: flex; flex-direction: column; gap: 10px; min-height: 0; }"

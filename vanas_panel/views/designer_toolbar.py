"""The designer's heading and buttons."""

from __future__ import annotations

from vanas_panel.session import Session
from vanas_panel.views.labels import IN_BUTTON, short_labels
from vanas_panel.views.markup import text
from vanas_panel.views.theme import FONT, operation_colors, operation_label, palette

_LAYERS = (
    '<svg width="14" height="14" viewBox="0 0 14 14" aria-hidden="true">'
    '<rect x="4" y="0.5" width="6" height="3" rx="1"/>'
    '<rect x="0" y="5.5" width="6" height="3" rx="1"/><rect x="8" y="5.5" width="6" height="3" rx="1"/>'
    '<rect x="4" y="10.5" width="6" height="3" rx="1"/></svg>'
)

HINT = "click two vertices to connect, an edge to remove it"
TOUCH_HINT = "tap two to connect, hold one to move it"
"""The same for a finger."""

TOOLBAR_STYLE = f"""
@media print {{ .tools {{ display: none !important; }} }}
.vp-markup {{ font: 12px/1.35 {FONT}; }}
.tools {{ display: flex; flex-wrap: wrap; gap: 5px; align-items: center; }}
.tools button {{ min-height: 28px; padding: 0 7px; display: inline-flex; align-items: center; gap: 5px; }}
.tools button:disabled {{ opacity: .45; cursor: default; }}
.tools .acts {{ display: flex; gap: 5px; margin-left: auto; }}
.swatch {{ width: 10px; height: 10px; border-radius: 3px; flex: none; }}
.tools .icon {{ min-width: 28px; padding: 0 6px; justify-content: center; font-size: 15px; line-height: 1; }}
.icon svg {{ display: block; fill: currentColor; }}
.head h2 {{ flex: none; }}
.aside {{ overflow: hidden; text-overflow: ellipsis; white-space: nowrap; min-width: 0; }}
.by-touch {{ display: none; }}
@media (pointer: coarse) {{ .by-mouse {{ display: none; }} .by-touch {{ display: inline; }} }}
"""


def toolbar_html(session: Session) -> str:
    """Heading, a button for every operation, and undo, redo, tidy and clear.

    Parameters
    ----------
    session : Session

    Returns
    -------
    str
        HTML for `vanas_panel.views.markup.Markup`; actions are ``add:1`` (the first operation), ``undo``, ``redo``,
        ``tidy`` and ``clear``.
    """
    operations = session.table.space.operations
    buttons = [_operation_button(number, operation, operations, session.dark)
               for number, operation in enumerate(operations, start=1)]
    nothing = not session.draft.edges and len(session.draft.operations) == 2
    return (
        f'<div class="head"><h2>Designer</h2><span class="aside" title="{text(HINT)}">'
        f'<span class="by-mouse">{text(HINT)}</span><span class="by-touch">{text(TOUCH_HINT)}</span></span></div>'
        f'<div class="tools" role="toolbar" aria-label="Designer">{"".join(buttons)}<span class="acts">'
        f'{_tool("undo", "↶", "Undo (Ctrl+Z)", not session.can_undo, icon=True)}'
        f'{_tool("redo", "↷", "Redo (Ctrl+Shift+Z or Ctrl+Y)", not session.can_redo, icon=True)}'
        f'{_tool("tidy", _LAYERS, "Arrange the vertices in layers", not session.positions, icon=True)}'
        f'{_tool("clear", "Clear", "Clear: leave input and output only", nothing)}</span></div>'
    )


def _operation_button(number: int, operation: str, operations: tuple[str, ...], dark: bool) -> str:
    """The button that adds a vertex."""
    fill, _ = operation_colors(operation, operations, palette(dark))
    label, short = operation_label(operation), short_labels(operations, IN_BUTTON)[operation]
    # A screen reader says the whole of it.
    name = "" if label == short else f' aria-label="{text(label)}"'
    key = f" (key {number})" if number <= 9 else ""
    return (f'<button data-action="add:{number}" title="{text(f"Add a {operation} vertex{key}")}"{name}>'
            f'<span class="swatch" style="background:{text(fill)}"></span>{text(short)}</button>')


def _tool(action: str, face: str, title: str, disabled: bool, *, icon: bool = False) -> str:
    """A button that has nothing to do with an operation; its face is the program's own HTML."""
    return (f'<button data-action="{action}" title="{text(title)}" aria-label="{text(title)}"'
            f'{" class=icon" if icon else ""}{" disabled" if disabled else ""}>{face}</button>')

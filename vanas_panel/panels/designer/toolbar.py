"""The designer's heading and buttons."""

from __future__ import annotations

from typing import Any

from vanas_panel.draw.css import ACCENT, SOFT_ACCENT
from vanas_panel.draw.html import Html, pieces
from vanas_panel.draw.labels import IN_BUTTON, short_labels
from vanas_panel.draw.theme import FONT, operation_colors, operation_label, palette
from vanas_panel.state.attributing import SHAPLEY
from vanas_panel.state.session import Session
from vanas_panel.text.language import gettext as _
from vanas_panel.text.language import marked

_PIECES = pieces(__file__)

HINT = marked("click two vertices to connect, an edge to remove it")
TOUCH_HINT = marked("tap two to connect, hold one to move it")
"""The same for a finger."""

TOOLBAR_STYLE = f"""
@media print {{ .tools {{ display: none !important; }} }}
.vp-markup {{ font: 12px/1.35 {FONT}; }}
.tools {{ display: flex; flex-wrap: wrap; gap: 5px; align-items: center; }}
.tools button {{ min-height: 28px; padding: 0 7px; display: inline-flex; align-items: center; gap: 5px; }}
.tools button:disabled {{ opacity: .45; cursor: default; }}
.tools .acts {{ display: flex; gap: 5px; margin-left: auto; }}
.tools .change {{ color: {ACCENT}; font-weight: 600; }}
.swatch {{ width: 10px; height: 10px; border-radius: 3px; flex: none; }}
.tools .icon {{ min-width: 28px; padding: 0 6px; justify-content: center; font-size: 15px; line-height: 1; }}
.icon svg {{ display: block; fill: currentColor; }}
.values {{ min-height: 24px; padding: 0 8px; flex: none; }}
.values[aria-pressed=true] {{ font-weight: 600; color: {ACCENT}; border-color: {ACCENT}; background: {SOFT_ACCENT}; }}
@media print {{ .values {{ display: none !important; }} }}
.head h2 {{ flex: none; }}
.aside {{ overflow: hidden; text-overflow: ellipsis; white-space: nowrap; min-width: 0; }}
.by-touch {{ display: none; }}
@media (pointer: coarse) {{ .by-mouse {{ display: none; }} .by-touch {{ display: inline; }} }}
"""


def toolbar_html(session: Session, vertex: int | None = None) -> Html:
    """Heading, a button for every operation, and undo, redo, tidy and clear.

    Parameters
    ----------
    session : Session
    vertex : int, optional
        An inner vertex that is chosen: the buttons change its operation then, and add none.

    Returns
    -------
    Html
        For `vanas_panel.widgets.markup.Markup`; its actions are ``add:1`` (the first operation) or ``change:1``,
        ``undo``, ``redo``, ``tidy`` and ``clear``.
    """
    operations = session.table.space.operations
    present = None if vertex is None else session.draft.operations[vertex]
    buttons = [_operation_button(number, operation, operations, session.dark, present)
               for number, operation in enumerate(operations, start=1)]
    nothing = not session.draft.edges and len(session.draft.operations) == 2
    values = {"face": _("Shapley"), "title": _("Show Shapley values on the edges instead of contributions"),
              "pressed": str(session.edge_values == SHAPLEY).lower()}
    tools = [
        _tool("undo", "↶", _("Undo (Ctrl+Z)"), not session.can_undo, icon="face"),
        _tool("redo", "↷", _("Redo (Ctrl+Shift+Z or Ctrl+Y)"), not session.can_redo, icon="face"),
        _tool("tidy", "", _("Arrange the vertices in layers"), not session.positions, icon="layers"),
        _tool("clear", _("Clear"), _("Clear: leave input and output only"), nothing),
    ]
    return _PIECES.whole(name=_("Designer"), hint=_(HINT), touch_hint=_(TOUCH_HINT), operations=buttons, tools=tools,
                         values=values, change="" if vertex is None else _("Change to"))


def _operation_button(number: int, operation: str, operations: tuple[str, ...], dark: bool,
                      present: str | None) -> dict[str, Any]:
    """The button that adds a vertex, or changes a chosen one, which has an operation at present."""
    label, short = operation_label(operation), short_labels(operations, IN_BUTTON)[operation]
    if present is None:
        action = "add"
        words = _("Add a {operation} vertex (key {key})") if number <= 9 else _("Add a {operation} vertex")
    else:
        action = "change"
        words = (_("Change the chosen vertex to {operation} (Shift and key {key})") if number <= 9
                 else _("Change the chosen vertex to {operation}"))
    # A screen reader says the whole of a label that is shortened.
    return {"action": f"{action}:{number}", "tooltip": words.format(operation=operation, key=number),
            "disabled": operation == present, "name": "" if label == short else label, "label": short,
            "fill": operation_colors(operation, operations, palette(dark))[0]}


def _tool(action: str, face: str, title: str, disabled: bool, *, icon: str = "") -> dict[str, Any]:
    """A button that has nothing to do with an operation: with words, a character, or the drawing of layers."""
    return {"action": action, "face": face, "title": title, "disabled": disabled, "icon": icon}

"""What a person sees of a view and does to it, without a browser.

Every function takes a view (or another thing that Panel can show) and looks for a part among those that are shown, the
way a person finds it: a button by its action, a figure as the only one. So a test needs no name of what a view keeps to
itself, and fails where a button is gone or disabled.
"""

from __future__ import annotations

from typing import Any, TypeVar

import panel as pn
from bokeh.document import Document
from bokeh.events import ModelEvent
from bokeh.plotting import figure
from demo_tables import Page

from vanas_panel.widgets.keyboard import Keyboard
from vanas_panel.widgets.markup import Markup
from vanas_panel.widgets.script_component import ScriptComponent

T = TypeVar("T")


def parts(view: Any, kind: type[T]) -> list[T]:
    """All parts of a kind, from the top."""
    return pn.panel(view).select(kind)


def part(view: Any, kind: type[T], css_class: str = "") -> T:
    """The only part of a kind; the only one with a CSS class where one is named."""
    found = [each for each in parts(view, kind) if not css_class or css_class in each.css_classes]
    assert len(found) == 1, f"{len(found)} of {kind.__name__} {css_class}"
    return found[0]


def html(view: Any, css_class: str = "") -> str:
    """The HTML of what is shown of a view, or of the part with a CSS class."""
    return "\n".join(each.html for each in parts(view, Markup)
                     if each.visible and (not css_class or css_class in each.css_classes))


def page(view: Any, css_class: str = "") -> Page:
    """The same, as a browser reads it."""
    return Page(html(view, css_class))


def click(view: Any, action: str) -> None:
    """Press the button with an action, or choose that option of a select: ``metric:flops``."""
    name, _, value = action.partition(":")
    for each in parts(view, Markup):
        shown = Page(each.html)
        buttons = shown.all("button", data_action=action)
        offers = shown.all("select", data_action=name) and shown.all("option", value=value)
        if each.visible and (offers or buttons):
            assert not any("disabled" in button for button in buttons), f"{action} is disabled"
            each.receive(action)
            return
    raise AssertionError(f"nothing offers {action}")


def send(view: Any, *messages: Any, kind: type[ScriptComponent] = Markup) -> None:
    """Let the first part of a kind receive messages from a browser, also such as no button of the page would send."""
    first, *_ = parts(view, kind)
    for message in messages:
        first.receive(message)


def press(view: Any, *keys: str) -> None:
    """Press keys while the figure of a view has the focus."""
    send(view, *keys, kind=Keyboard)


def figure_of(view: Any) -> figure:
    """The figure that a view shows."""
    return part(view, pn.pane.Bokeh).object


def fire(event: ModelEvent) -> None:
    """Let an event of a figure arrive as from a browser, which Bokeh hands out within a document."""
    document = event.model.document
    if document is not None:
        document.callbacks.trigger_event(event)
        return
    document = Document()
    document.add_root(event.model)
    try:
        document.callbacks.trigger_event(event)
    finally:
        document.remove_root(event.model)

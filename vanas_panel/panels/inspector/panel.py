"""Recorded trainings on a page: one, or two beside each other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import panel as pn
import param
from panel.viewable import Viewable, Viewer

from vanas_panel.draw.inspector.packed_scene import packed_scene
from vanas_panel.inspector.training import Training
from vanas_panel.inspector.weight_change import SCALES
from vanas_panel.panels.inspector.view import plain_view
from vanas_panel.widgets.training_view import TrainingView


class InspectorPanel(Viewer):
    """The view of a training, or of two at the same epoch and on the same scale.

    Parameters
    ----------
    training : Training
    second : Training, optional
        Another one beside it.
    state : mapping, optional
        The view at the start, as `state` was.
    **params
        ``epoch``, ``focus``, ``scale`` or ``dark``.
    """

    epoch = param.Integer(0, doc="Number of the epoch that is shown, as recorded.")
    focus = param.String("", doc="Name of the layer that stands out; empty where all are seen alike.")
    scale = param.Selector(default="all", objects=list(SCALES), doc="What changes are divided by.")
    dark = param.Boolean(False, doc="Whether the page is dark.")
    state = param.Dict({}, doc="The whole view as plain values, for links: `plain_view` says which.")

    def __init__(self, training: Training, second: Training | None = None, *, state: Mapping[str, Any] | None = None,
                 **params: Any):
        given = {name: params.pop(name) for name in ("epoch", "focus", "scale") if name in params}
        start = {"epoch": int(training.epochs[-1]), "scale": "all", **plain_view({**(state or {}), **given})}
        super().__init__(state=start, **_named(start), **params)
        self._is_told = False
        self._view = TrainingView(
            self._take, scene=packed_scene(training), start=start, dark=self.dark,
            second=b"" if second is None else packed_scene(second))
        self.param.watch(self._tell, ["epoch", "focus", "scale"])
        self.param.watch(self._tell_all, "state")
        self.param.watch(lambda event: self._view.param.update(dark=event.new), "dark")

    def __panel__(self) -> Viewable:
        """The component."""
        return pn.Column(self._view, sizing_mode="stretch_width", margin=0)

    def _take(self, message: Any) -> None:
        """Take over what a person has changed."""
        changes = plain_view(message)
        if changes:
            self._hold({**self.state, **changes})

    def _tell(self, *events: param.parameterized.Event) -> None:
        """Show what Python has set by one of the three names."""
        if not self._is_told:
            self.state = {**self.state, **plain_view({event.name: event.new for event in events})}

    def _tell_all(self, event: param.parameterized.Event) -> None:
        """Show a view that Python has set."""
        if not self._is_told:
            changes = plain_view(event.new)
            self._hold({**event.old, **changes})
            self._view.change_view(changes)

    def _hold(self, view: dict[str, Any]) -> None:
        """Keep a view that the browser shows, or is about to."""
        self._is_told = True
        try:
            self._view.start = view
            self.param.update(state=view, **_named(view))
        finally:
            self._is_told = False


def _named(view: dict[str, Any]) -> dict[str, Any]:
    """The entries of a view that are parameters of their own."""
    return {name: view[name] for name in ("epoch", "focus", "scale") if name in view}

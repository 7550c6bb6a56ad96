"""The bars of edge importance without a pointer: a frame that keys move from bar to bar."""

from __future__ import annotations

from collections.abc import Callable

from bokeh.plotting import figure

from vanas_panel.session import Session
from vanas_panel.views.importance_figure import importance_columns, show_focus
from vanas_panel.views.keyboard import Keyboard
from vanas_panel.views.theme import palette

_STEPS = {"ArrowUp": -1, "ArrowDown": 1, "PageUp": -8, "PageDown": 8}
KEYS = (*_STEPS, "Home", "End", "Enter", "Escape")

HELP = ("Arrow keys go from bar to bar, Home and End to the first and the last; "
        "Enter draws an edge of that type in the designer.")
"""What a screen reader says of the bars after their name."""


class ImportanceKeys:
    """What the keys of the bars do. It remembers an edge type, which stays where other values order the bars anew.

    Parameters
    ----------
    session : Session
    chart : figure
        The figure of `vanas_panel.views.importance_figure.importance_figure`.
    on_enter : callable
        Takes the operations of the source and of the target.

    Attributes
    ----------
    view : Keyboard
        To be placed in the layout of the figure.
    focused : (str, str) or None
        The edge type that the keyboard is at.
    """

    def __init__(self, session: Session, chart: figure, on_enter: Callable[[str, str], None]):
        self._session, self._chart, self._on_enter = session, chart, on_enter
        self.focused: tuple[str, str] | None = None
        self.view = Keyboard(self.press, keys=list(KEYS), apart=True)
        self.follow()

    def _types(self) -> list[tuple[str, str]]:
        """All edge types from the top."""
        importance = self._session.importance
        return list(zip(importance["source"], importance["target"], strict=True))

    def follow(self) -> None:
        """Show the frame where its edge type is now, and say what holds there."""
        place = self._show()
        # What was said may hold of another metric, direction or selection.
        if self.view.said:
            self.view.said = "" if place is None else self._words(place)

    def _show(self) -> int | None:
        """Show the frame where its edge type is, and say in which row."""
        types = self._types()
        place = types.index(self.focused) if self.focused in types else None
        metric = self._session.table.metric(self._session.metric)
        show_focus(self._chart, place)
        self.view.param.update(
            label=f"Bars of edge importance, by {metric.label}, {len(types)} edge types. {HELP}",
            busy=place is not None, at=None if place is None else (place + 0.5) / len(types),
            frame=palette(self._session.dark).accent,
        )
        return place

    def press(self, key: str) -> None:
        """Do what a key is for, and say what came of it."""
        types = self._types()
        place = types.index(self.focused) if self.focused in types else None
        done = ""
        if key in ("Home", "End"):
            place = 0 if key == "Home" else len(types) - 1
        elif key == "Escape":
            place = None
        elif key in _STEPS:
            place = 0 if place is None else min(max(place + _STEPS[key], 0), len(types) - 1)
        elif key == "Enter" and place is not None:
            self._on_enter(*types[place])
            done = self._session.message or "Drawn in the designer."
        elif key == "Enter":
            place = 0
        self.focused = None if place is None or not types else types[place]
        self._show()
        words = "" if self.focused is None or place is None else self._words(place)
        self.view.said = f"{done} {words}".strip()

    def _words(self, place: int) -> str:
        """What is said of a bar."""
        session = self._session
        one = session.importance.iloc[place:place + 1]
        columns = importance_columns(one, session.table.metric(session.metric), palette(session.dark))
        name, value, *rest = (columns[each][0] for each in ("full_name", "full_text", "with_text", "without_text",
                                                            "reason"))
        return f"{name}: {value}; {', '.join(filter(None, rest))}. Bar {place + 1} of {len(session.importance)}."

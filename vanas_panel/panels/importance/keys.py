"""Keyboard navigation of the bars of edge importance."""

from __future__ import annotations

from collections.abc import Callable

from bokeh.plotting import figure

from vanas_panel.draw.bars import importance_columns, show_focus
from vanas_panel.draw.selection.words import selection_words
from vanas_panel.draw.theme import palette
from vanas_panel.state.conditions import HasEdge
from vanas_panel.state.session import Session
from vanas_panel.tables.metrics import label_of
from vanas_panel.text.language import gettext as _
from vanas_panel.text.language import marked
from vanas_panel.widgets.keyboard import Keyboard

_STEPS = {"ArrowUp": -1, "ArrowDown": 1, "PageUp": -8, "PageDown": 8}
KEYS = (*_STEPS, "Home", "End", "Enter", "Escape", "s")

HELP = marked("Arrow keys go from bar to bar, Home and End to the first and the last; "
              "Enter draws an edge of that type in the designer, S selects the cells that have one.")
"""Description of the bars for screen readers."""


class ImportanceKeys:
    """The keys of the bars. This class remembers an edge type, which stays when other values reorder the bars.

    Parameters
    ----------
    session : Session
    chart : figure
        The figure of `vanas_panel.draw.bars.importance_figure`.
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
        index = self._show()
        # The last announcement may be of another metric, direction or selection.
        if self.view.said:
            self.view.said = "" if index is None else self._words(index)

    def _show(self) -> int | None:
        """Show the frame where its edge type is, and say in which row."""
        types = self._types()
        index = types.index(self.focused) if self.focused in types else None
        show_focus(self._chart, index)
        self.view.param.update(
            label=f"{self._label(len(types))} {_(HELP)}",
            busy=index is not None, at=None if index is None else (index + 0.5) / len(types),
            frame=palette(self._session.dark).accent,
        )
        return index

    def _label(self, count: int) -> str:
        """Description of the bars."""
        metric = label_of(self._session.table.metric(self._session.metric))
        return _("Bars of edge importance, by {metric}, {count} edge types.").format(metric=metric, count=count)

    def press(self, key: str) -> None:
        """Do what a key is for, and say what came of it."""
        types = self._types()
        index = types.index(self.focused) if self.focused in types else None
        done = ""
        if key in ("Home", "End"):
            index = 0 if key == "Home" else len(types) - 1
        elif key == "Escape":
            index = None
        elif key in _STEPS:
            index = 0 if index is None else min(max(index + _STEPS[key], 0), len(types) - 1)
        elif key == "Enter" and index is not None:
            self._on_enter(*types[index])
            done = self._session.message or _("Drawn in the designer.")
        elif key == "s" and index is not None:
            self._session.toggle_condition(HasEdge(*types[index]))
            done = selection_words(self._session.selection) + "."
        elif key in ("Enter", "s"):
            index = 0
        self.focused = None if index is None or not types else types[index]
        self._session.pointed = self._pointed()
        self._show()
        words = "" if self.focused is None or index is None else self._words(index)
        self.view.said = f"{done} {words}".strip()

    def _pointed(self) -> tuple[str, str] | None:
        """The edge type that other views light up."""
        return None if self.focused is None else self.focused[:2]

    def _words(self, index: int) -> str:
        """Describe a bar."""
        session = self._session
        one = session.importance.iloc[index:index + 1]
        columns = importance_columns(one, session.table.metric(session.metric), palette(session.dark))
        name, value, *rest = (columns[each][0] for each in ("full_name", "full_text", "with_text", "without_text",
                                                            "reason"))
        where = _("Bar {number} of {count}.").format(number=index + 1, count=len(session.importance))
        return f"{name}: {value}; {', '.join(filter(None, rest))}. {where}"

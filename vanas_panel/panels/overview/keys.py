"""Keyboard navigation of the map, and selection of a box by keys."""

from __future__ import annotations

from collections.abc import Callable

from bokeh.plotting import figure

from vanas_panel.draw.format import count_cells
from vanas_panel.draw.map.axes import Window
from vanas_panel.draw.map.focus import BOX, FOCUS, Extent, extent_of, show_extent
from vanas_panel.draw.map.walk import WAYS, Map, best_bin, bin_at, bin_words, next_bin, outermost_bin, shifted, zoomed
from vanas_panel.draw.spans import reach
from vanas_panel.draw.theme import palette
from vanas_panel.state.selection import Box
from vanas_panel.tables.metrics import label_of
from vanas_panel.text.language import gettext as _
from vanas_panel.text.language import marked
from vanas_panel.widgets.keyboard import Keyboard

_ZOOM = 2.0
_ENDS = {"Home": (-1, 0), "End": (1, 0), "PageUp": (0, 1), "PageDown": (0, -1)}
_NONE = {"ArrowLeft": marked("No bin to the left."), "ArrowRight": marked("No bin to the right."),
         "ArrowUp": marked("No bin above."), "ArrowDown": marked("No bin below.")}
KEYS = (*WAYS, *(f"Shift+{way}" for way in WAYS), *_ENDS, "Enter", "Escape", "+", "=", "-", "0", "b")

HELP = marked(
    "Arrow keys go from bin to bin; Home, End, Page Up and Page Down to the outermost ones; B to the best. "
    "Enter opens the best cell of the bin in the designer. Shift with arrow keys draws a box, which Enter selects. "
    "Plus and minus zoom, zero shows everything. Escape gives up the box, then the selection.")
"""Description of the map for screen readers and in the help of the view."""


class MapKeys:
    """The keys of the map. This class remembers a cell, so that its bin is found again however the map is drawn.

    Parameters
    ----------
    shown : Map
    drawn : figure
        The figure of the map, after `add_focus`.

    Attributes
    ----------
    view : Keyboard
        To be placed in the layout of the figure.
    row : int or None
        The best cell of the bin that the keyboard is at.
    """

    def __init__(self, shown: Map, drawn: figure):
        self._map, self._drawn = shown, drawn
        self.row: int | None = None
        self._corner: Extent | None = None
        self.view = Keyboard(self.press, keys=list(KEYS))
        self.follow()

    def focused_bin(self) -> int | None:
        """The bin that the keyboard is at, as an index into the arrays of the map's bins."""
        if self.row is None:
            return None
        x, y = self._position(self.row)
        return bin_at(self._map.bins, self._map.points, self._map.window, x, y)

    def box(self) -> Box | None:
        """The box from the bin where it was begun to the one where the keyboard is."""
        index, corner, session = self.focused_bin(), self._corner, self._map.session
        if corner is None or index is None:
            return None
        return Box(session.x, session.y, *(reach(*ends) for ends in corner.to(extent_of(self._map.bins, index))))

    def at_row(self, row: int) -> None:
        """Start from the bin of a cell that was opened otherwise."""
        if self.row is not None:
            self.row = row
            self.follow()

    def follow(self, *, afresh: bool = False) -> None:
        """Show frame and box where they are on the map as it is now, and say what is there.

        Parameters
        ----------
        afresh : bool, optional
            Whether the axes are others, so that a box makes no sense any longer.
        """
        if afresh:
            self._corner = None
        self._show()
        # The last announcement may be of another metric, direction or selection.
        if self.view.said:
            self.view.said = self._box_words() or self._bin_words()

    def _show(self) -> None:
        """Show frame and box where they are."""
        if self.row is not None and self.row not in self._map.points.rows:
            self.row = None
        index, box = self.focused_bin(), self.box()
        show_extent(self._drawn, FOCUS, None if index is None else extent_of(self._map.bins, index))
        show_extent(self._drawn, BOX, None if box is None else Extent(box.x_range, box.y_range))
        names = [label_of(axis.metric) for axis in (self._map.points.x, self._map.points.y)]
        self.view.param.update(
            label=" ".join(filter(None, (
                _("Map of all cells: {x} to the right, {y} upwards.").format(x=names[0], y=names[1]),
                self._belief_words(), _(HELP)))),
            busy=self.row is not None or self._map.session.rows is not None,
            frame=palette(self._map.session.dark).accent, at=self._height(),
        )

    # Keys ------------------------------------------------------------------------------------------------------------

    def press(self, key: str) -> None:
        """Do what a key is for, and say what came of it."""
        way = key.removeprefix("Shift+")
        if way in WAYS:
            said = self._walk(way, widen=way != key)
        elif key in _ENDS:
            said = self._jump(outermost_bin(self._map.bins, self._map.points, self._map.window, _ENDS[key]))
        else:
            actions: dict[str, Callable[[], str]] = {
                "Enter": self._enter, "Escape": self._escape, "b": self._best, "0": self._whole,
                "+": lambda: self._zoom(1 / _ZOOM), "=": lambda: self._zoom(1 / _ZOOM), "-": lambda: self._zoom(_ZOOM),
            }
            said = actions[key]() if key in actions else ""
        self._show()
        self._map.show_best(self.row)
        self.view.said = said

    def _walk(self, way: str, *, widen: bool) -> str:
        """Go to the next bin, on another part of the map if need be; the first key only shows where one is."""
        index = self.focused_bin()
        if index is None:
            return self._jump(self._start())
        if not widen:
            self._corner = None
        elif self._corner is None:
            self._corner = extent_of(self._map.bins, index)
        found = self._next(index, way)
        if found is None:
            return f"{_(_NONE[way])} {self._box_words() or self._bin_words()}"
        self.row = int(self._map.bins.row[found])
        return self._box_words() or self._bin_words()

    def _next(self, index: int, way: str) -> int | None:
        """The next bin; where the window has none, one beyond it."""
        shown = self._map
        while True:
            found = next_bin(shown.bins, shown.points, shown.window, index, WAYS[way], shown.screen_size())
            if found is not None:
                return found
            beyond = shifted(shown.points, shown.window, self._bounds(), WAYS[way])
            if beyond == shown.window:
                return None
            shown.go(beyond)
            again = self.focused_bin()
            if again is None:
                return None
            index = again

    def _start(self) -> int | None:
        """Where to start from: the cell in the designer, where it is on the map, else the best bin."""
        shown = self._map
        row = shown.session.row
        if row is not None and row in shown.points.rows:
            x, y = self._position(row)
            if shown.window.contains(x, y):
                return bin_at(shown.bins, shown.points, shown.window, x, y)
        return best_bin(shown.bins, shown.points)

    def _jump(self, index: int | None) -> str:
        """Go to a bin and begin no box there."""
        self._corner = None
        if index is None:
            return _("No cell is on this map.")
        self.row = int(self._map.bins.row[index])
        return self._bin_words()

    def _best(self) -> str:
        return self._jump(best_bin(self._map.bins, self._map.points))

    def _whole(self) -> str:
        self._map.show_whole()
        return f"{_('The whole map.')} {self._bin_words()}"

    def _zoom(self, factor: float) -> str:
        """Zoom around the bin, or around the middle of the map."""
        shown = self._map
        if self.row is not None:
            middle = self._position(self.row)
        else:
            middle = (sum(end / 2 for end in shown.window.x), sum(end / 2 for end in shown.window.y))
        x_range, y_range = self._drawn.x_range, self._drawn.y_range
        wanted = zoomed(shown.points, shown.window, self._bounds(), middle, factor,
                        (x_range.min_interval, y_range.min_interval))
        if wanted == shown.window:
            limit = _("The map zooms no farther in.") if factor < 1 else _("The map zooms no farther out.")
            return f"{limit} {self._bin_words()}"
        shown.go(wanted)
        words = _("{cells} in this part of the map.").format(cells=count_cells(shown.points.inside(wanted)))
        return f"{words} {self._bin_words()}"

    def _enter(self) -> str:
        """Select the box, or open the best cell of the bin."""
        session, box, index = self._map.session, self.box(), self.focused_bin()
        if box is not None:
            self._corner = None
            session.select_on_map(box.shortened(session.table))
            words = _("{cells} selected.").format(
                cells=count_cells(0 if session.rows is None else session.rows.size))
            return f"{words} {self._bin_words()}"
        if index is None:
            return self._jump(self._start())
        session.load_row(int(self._map.bins.row[index]))
        return f"{_('In the designer now.')} {self._bin_words()}"

    def _escape(self) -> str:
        """Give up the box, else the selection, else the focused bin."""
        session = self._map.session
        if self._corner is not None:
            self._corner = None
            return f"{_('No box.')} {self._bin_words()}"
        if session.rows is not None:
            session.select(None)
            return f"{_('All cells are selected.')} {self._bin_words()}"
        self.row = None
        return ""

    # Words and numbers -----------------------------------------------------------------------------------------------

    def _bin_words(self) -> str:
        index = self.focused_bin()
        if index is None:
            return ""
        return bin_words(self._map.points, self._map.bins, index, self._map.session.rows is not None) + "."

    def _belief_words(self) -> str:
        """What colours the map, where that is not the ranking metric."""
        belief = self._map.points.belief
        return "" if belief is None else _("Colour: {value}, {after}.").format(value=belief.words, after=belief.after)

    def _box_words(self) -> str:
        box = self.box()
        if box is None:
            return ""
        words = _("Box of {cells}; Enter selects them.").format(
            cells=count_cells(box.rows(self._map.session.table).size))
        return f"{words} {self._bin_words()}"

    def _position(self, row: int) -> tuple[float, float]:
        """Where a cell is drawn, in data units."""
        points, table = self._map.points, self._map.session.table
        x, y = (float(axis.drawn(float(table.column(axis.metric.name)[row]))) for axis in (points.x, points.y))
        return x, y

    def _height(self) -> float | None:
        """How far below the top of the map the bin is, as a share of its height."""
        if self.row is None:
            return None
        axis, ends = self._map.points.y, self._map.window.y
        low, high, value = (float(axis.to_screen(each)) for each in (*ends, self._position(self.row)[1]))
        return min(max((high - value) / (high - low), 0.0), 1.0)

    def _bounds(self) -> Window:
        """How far the map goes."""
        return Window(*((each.bounds[0], each.bounds[1]) for each in (self._drawn.x_range, self._drawn.y_range)))


"""Overview: the whole table as a map of bins, each in the colour of its best cell."""

from __future__ import annotations

from itertools import starmap
from typing import Any

import panel as pn
from bokeh.events import PointEvent, RangesUpdate, SelectionGeometry

from vanas_panel.draw.chart import CLICKS
from vanas_panel.draw.map.axes import Window, home_window, is_part, whole_window
from vanas_panel.draw.map.belief import MapBelief
from vanas_panel.draw.map.bins import Bins, Points, believed_points, bin_points, nearest_bin
from vanas_panel.draw.map.colour import bins_scale, session_points
from vanas_panel.draw.map.figure import BIN_PIXELS, overview_figure, show_bins, source_of
from vanas_panel.draw.map.focus import add_focus, recolor_focus
from vanas_panel.draw.map.front import add_front, recolor_front, show_front
from vanas_panel.draw.map.picture import MapPicture, mark_columns, mark_of
from vanas_panel.draw.map.pins import add_pins, drawn_pins, recolor_pins, show_pins
from vanas_panel.draw.map.style import MARK, recolor_map, replot_map, rescale_map
from vanas_panel.draw.map.text import CSS, belief_words, caption_html, current_settings, direction_html
from vanas_panel.draw.map.trail import Trail, add_trail, recolor_trail, show_trail, trail_of, trail_of_rows
from vanas_panel.draw.selection.shapes import add_shapes, outlines, recolor_shapes, short_lasso, show_shapes
from vanas_panel.draw.spans import reach
from vanas_panel.draw.theme import palette, run_color
from vanas_panel.panels.overview.belief import FollowedBelief
from vanas_panel.panels.overview.hints import MapHints
from vanas_panel.panels.overview.keys import MapKeys
from vanas_panel.state.boxes import Box
from vanas_panel.state.conditions import Lasso, mask_of
from vanas_panel.state.map_colour import STATISTICS
from vanas_panel.state.session import Session
from vanas_panel.tables.metrics import DIRECTIONS
from vanas_panel.text.language import gettext as _
from vanas_panel.widgets.markup import Markup
from vanas_panel.widgets.notebook import View
from vanas_panel.widgets.threads import run_callback

# Before the browser has said how large the map is: what it is in a window of 1440 x 900.
_FIRST_SIZE = {"inner_width": 364, "inner_height": 241}
_WAIT_MS = 25
# Changes after which the map has the same bins in other colours.
_COLORS = frozenset({"metric", "color", "statistic", "dark", "belief"})

SLACK = 0.2
"""By what share the number of bins may miss the one for the size of the map before it is binned again.

A line more or less of the settings above the map makes a difference of a sixth."""


class Overview(View):
    """The map of the table. A click opens the best cell of a bin, a box selects cells, zooming bins again.

    Parameters
    ----------
    session : Session
    **params
        As for any viewer.

    Attributes
    ----------
    points : Points
        The cells that the map can show.
    window : Window
        The visible part.
    bins : Bins
        The bins to draw.
    home : Window
        The part that the map starts with.
    keys : MapKeys
        The keyboard on the map.
    hints : MapHints
        What it shows of what is pointed at.
    waiting : bool
        Whether the map is to be binned again soon, for another window or size.
    """

    notebook_height = 430

    def __init__(self, session: Session, **params: Any):
        super().__init__(**params)
        self.session = session
        self._note = ""
        self.waiting = False
        self._size = dict(_FIRST_SIZE)
        self._belief: FollowedBelief | None = None
        self._settings = Markup(current_settings(session), self._act, css=CSS, sizing_mode="stretch_width",
                                css_classes=["overview-settings"])
        self._caption = Markup("", self._act, css=CSS, sizing_mode="stretch_width", css_classes=["overview-caption"])
        self._pane = pn.pane.Bokeh(None, sizing_mode="stretch_both", margin=0, min_height=180,
                                   css_classes=["overview-map"])
        self._view = pn.Column(sizing_mode="stretch_both", margin=0, css_classes=["overview"], styles={"gap": "4px"})
        self._look_up()
        self._draw()
        self._belief = FollowedBelief(session, self.spoken(self._follow_belief))
        self._belief.follow()
        self.follow(self._belief.follow, ["followed", "runs", "belief"])
        self.follow(self._restyle, ["x", "y", "log_x", "log_y", "window", "metric", "better", "dark", "color",
                                    "statistic"])
        self.follow_language(self._speak)
        self.follow(self._follow_rows, "rows")
        self.follow(self._move_mark, "draft")
        self.follow(self._move_trail, ["followed", "runs", "way", "draft"])
        self.follow(self._move_pins, ["pinned", "other_pins"])
        self.follow(lambda *_events: self.hints.follow(), "pointed")
        self.follow(self._move_front, ["drawer", "front", "without", "rows", "metric", "better"])

    def __panel__(self) -> pn.viewable.Viewable:
        return self._view

    @property
    def belief(self) -> MapBelief | None:
        """What a Gaussian process believes, where that colours the map."""
        return None if self._belief is None else self._belief.shown

    @property
    def shape(self) -> tuple[int, int]:
        """How many bins the map was aimed at."""
        return self._shape

    # The display ---------------------------------------------------------------------------------------------------

    def _look_up(self) -> None:
        """Find the points for the axes of the session, and start with all of the map."""
        session, belief = self.session, self.belief
        logs = session.log_x, session.log_y
        self.points: Points = (session_points(session, session.x, session.y, *logs) if belief is None
                               else believed_points(session.table, session.x, session.y, belief, *logs))
        self.home: Window = home_window(session.table, self.points.x, self.points.y)
        self.window: Window = self._known_window()

    def _draw(self) -> None:
        """Make the figure."""
        colors = palette(self.session.dark)
        self.bins: Bins = self._binned()
        self._shape = self._wanted_shape()
        drawn = overview_figure(self._picture(), colors)
        add_front(drawn, colors)
        add_trail(drawn, colors)
        add_pins(drawn, colors)
        add_focus(drawn, colors)
        add_shapes(drawn, colors)
        for kind in CLICKS:
            drawn.on_event(kind, lambda event: run_callback(self.spoken(self._open), event))
        drawn.on_event(SelectionGeometry, lambda event: run_callback(self.spoken(self._select), event))
        drawn.on_event(RangesUpdate, self.spoken(self._zoom))
        for side in ("inner_width", "inner_height"):
            drawn.on_change(side, self.spoken(self._fit))
        self._figure, self._mark_source = drawn, source_of(drawn, MARK)
        self.hints = MapHints(self, drawn)
        self.keys = MapKeys(self, drawn)
        self._pane.object = drawn
        self._show_shapes()
        self._move_trail()
        self._move_pins()
        self._move_front()
        self._say()
        self._view.objects = [self._settings, self._pane, self.hints.view, self.keys.view, self._caption]

    def _speak(self, *_events: Any) -> None:
        """Go on in another language, with the same part of the map."""
        self._note = ""
        self._settings.html = current_settings(self.session, self.belief)
        self._draw()

    def _picture(self) -> MapPicture:
        """The picture of the map."""
        session = self.session
        scale = bins_scale(session.table, self.points, self.bins)
        return MapPicture(self.points, self.bins, self.window, scale, self._mark(), session.rows is not None)

    def _binned(self) -> Bins:
        """The bins of the window."""
        return bin_points(self.points, self.window, self._wanted_shape(), self.session.rows)

    def _wanted_shape(self) -> tuple[int, int]:
        """How many bins the size of the map has room for."""
        width, height = (max(8, pixels // BIN_PIXELS) for pixels in self._size.values())
        return width, height

    def _rebin(self) -> None:
        """Bin the visible part again and hand only the data to the browser."""
        self.waiting = False
        if self.window != self._known_window():
            self.session.window = None if self.window == self.home else (*self.window.x, *self.window.y)
        self._shape = self._wanted_shape()
        self.bins = self._binned()
        picture = self._picture()
        show_bins(self._figure, picture.columns)
        self._show_shapes()
        if self.points.statistic == "count":
            rescale_map(self._figure, picture)
        self.keys.follow()
        self.hints.follow()
        self._move_trail()
        self._move_pins()
        self._move_front()
        self._say()

    def _rebin_soon(self) -> None:
        """Bin once for a burst of events, as a turn of the wheel sends many."""
        document = self._figure.document
        if document is None or document.session_context is None:
            self._rebin()
        elif not self.waiting:
            self.waiting = True
            document.add_timeout_callback(lambda: run_callback(self.spoken(self._rebin)), _WAIT_MS)

    def _known_window(self) -> Window:
        """The window as the session knows it."""
        ends = self.session.window
        return self.home if ends is None else Window((ends[0], ends[1]), (ends[2], ends[3]))

    def _mark(self) -> tuple[float, float] | None:
        """Where the designer's cell is on the map, None where the map cannot show it."""
        return mark_of(self.session.table, self.session.row, self.points, self.window)

    def _say(self) -> None:
        """Bring the words under the map up to date."""
        rows, window = self.session.rows, self.window
        self._caption.html = caption_html(self.points, self.points.inside(window), None if rows is None else rows.size,
                                          is_home=window == self.home, note=self._note,
                                          direction=direction_html(self.session.table, self.session.metric),
                                          belief=self._belief_words())

    def _belief_words(self) -> str:
        """What the map shows of a Gaussian process; nothing where it shows the ranking metric."""
        belief = self._belief
        return "" if belief is None else belief_words(belief.shown, belief.wanted, belief.problem)

    # Changes of the session ------------------------------------------------------------------------------------------

    def _restyle(self, *events: Any) -> None:
        """Follow the axes, the metric and the appearance; the window stays where the axes do."""
        changed = {"metric" if event.name == "better" else event.name for event in events}
        if changed == {"window"} and self.window == self._known_window():
            return
        self._note = ""
        self._recolor(changed)

    def _follow_belief(self) -> None:
        """Follow what a Gaussian process believes; where only something else is computed by now, just say so."""
        if self.belief is self.points.belief:
            self._say()
        else:
            self._recolor({"belief"})

    def _recolor(self, changed: set[str]) -> None:
        """Draw the map again, where some parameters of the session have changed."""
        window, was_home = self.window, self.window == self.home
        self._look_up()
        # Where a map starts depends on what is better; only a part that the user has chosen stays.
        if changed <= _COLORS and not was_home:
            self.window = window
        picture, colors = self._picture(), palette(self.session.dark)
        self._settings.html = current_settings(self.session, self.belief)
        if "dark" in changed:
            recolor_map(self._figure, picture, colors)
            recolor_focus(self._figure, colors)
            recolor_front(self._figure, colors)
            recolor_shapes(self._figure, colors)
            recolor_pins(self._figure, colors)
            self._move_pins()
            self.hints.recolor()
            self._recolor_trail()
        if changed - {"dark"}:
            replot_map(self._figure, picture, colors)
            self._rebin()
        self.keys.follow(afresh=bool(changed - _COLORS))
        self._move_mark()

    def _follow_rows(self, *_events: Any) -> None:
        """Follow the selection."""
        self._note = ""
        self._rebin()

    def _move_mark(self, *_events: Any) -> None:
        """Follow the cell in the designer."""
        if self._note:
            self._note = ""
            self._say()
        self._mark_source.data = mark_columns(self._mark())

    def _move_pins(self, *_events: Any) -> None:
        """Follow the pins."""
        session = self.session
        show_pins(self._figure, drawn_pins(session.pins, session.table, self.points, self.window, self.screen_size()),
                  palette(session.dark))

    @property
    def trail(self) -> Trail | None:
        """The path that is walked, else the way of the search that is followed; None without either."""
        session = self.session
        if session.way is not None:
            rows = session.way["row"].to_numpy()
            now = session.row if session.row in rows else None
            return trail_of_rows(rows, now, self.points, self.window, session.table)
        run = session.followed_run
        if run is None or not len(run):
            return None
        return trail_of(run, session.followed_query, self.points, self.window, session.table)

    def _move_trail(self, *_events: Any) -> None:
        """Follow the search that the session follows."""
        if self.session.followed is not None or self.session.way is not None:
            self._recolor_trail()
        show_trail(self._figure, self.trail)

    def _move_front(self, *_events: Any) -> None:
        """Show the front while the drawer of trade-offs is open."""
        is_open = self.session.drawer == "tradeoffs"
        show_front(self._figure, self.session.trade_offs if is_open else None, self.points, self.window,
                   self.session.table)

    def _recolor_trail(self) -> None:
        """Give the trail the colour of its search."""
        colors = palette(self.session.dark)
        followed = None if self.session.way is not None else self.session.followed
        recolor_trail(self._figure, colors, colors.accent if followed is None else run_color(followed[0], colors))

    # Actions of the user ---------------------------------------------------------------------------------------------

    def _act(self, action: str) -> None:
        """Take a setting, or one of the words under the map."""
        name, _, value = action.partition(":")
        session = self.session
        if name in ("x", "y") and value in session.table.numbers:
            session.param.update(**{name: value})
        elif name == "metric" and value in session.table.metrics:
            session.param.update(metric=value, color="")
        elif name == "metric" and value in session.table.structure_metrics:
            session.color = value
        elif name == "statistic" and value in STATISTICS:
            session.statistic = value
        elif action in ("log_x", "log_y"):
            session.param.update(**{action: not getattr(session, action)})
        elif name == "direction" and value in DIRECTIONS:
            session.better = {**session.better, session.metric: DIRECTIONS[value]}
        elif action == "measured":
            session.belief = ""
        elif action == "clear":
            session.select(None)
        elif action in ("whole", "home"):
            self.go(whole_window(self.points.x, self.points.y) if action == "whole" else self.home)

    def screen_size(self) -> tuple[float, float]:
        """Width and height of the map in pixels."""
        width, height = self._size.values()
        return width, height

    def show_whole(self) -> None:
        """Show all of the map."""
        self._act("whole")

    def show_best(self, row: int | None) -> None:
        """Draw the best cell of a bin in a corner of the map; nothing with None."""
        self.hints.show_cell(row)

    def go(self, window: Window) -> None:
        """Show another part of the map."""
        self.window = window
        self._figure.x_range.update(start=window.x[0], end=window.x[1])
        self._figure.y_range.update(start=window.y[0], end=window.y[1])
        self._rebin()
        self._move_mark()

    def _zoom(self, event: RangesUpdate) -> None:
        """Follow a zoom, a pan or a reset in the browser."""
        ends = (event.x0, event.x1), (event.y0, event.y1)
        if not all(starmap(is_part, zip((self.points.x, self.points.y), ends, strict=True))):
            return
        self.window = Window(*ends)
        self._note = ""
        self._move_mark()
        self._rebin_soon()

    def _fit(self, name: str, _old: Any, new: int) -> None:
        """Follow the size of the map, where bins would become much larger or smaller."""
        self._size[name] = new
        if any(abs(wanted - count) > SLACK * count for wanted, count in zip(self._wanted_shape(), self._shape,
                                                                            strict=True)):
            self._rebin_soon()

    def _open(self, event: PointEvent) -> None:
        """Put the best cell of the bin at a point, or of the nearest one, into the designer."""
        index = None
        if event.x is not None and event.y is not None:
            index = nearest_bin(self.bins, self.points, self.window, event.x, event.y)
        self._note = "" if index is not None else _("No cell near there.")
        self._say()
        if index is not None:
            self.session.load_row(int(self.bins.row[index]))
            self.keys.at_row(int(self.bins.row[index]))

    def _select(self, event: SelectionGeometry) -> None:
        """Select the cells in a box or a lasso."""
        ends, table = event.geometry, self.session.table
        if not event.final or ends.get("type") not in ("rect", "poly"):
            return
        shape: Box | Lasso | None
        if ends["type"] == "rect":
            shape = Box(self.session.x, self.session.y, *(reach(ends[f"{axis}0"], ends[f"{axis}1"]) for axis in "xy"))
        else:
            shape = short_lasso(self.points.x, self.points.y, ends["x"], ends["y"], self.window)
        if shape is not None and mask_of(shape, table).any():
            # Few digits, so that it is the very box that a link selects.
            self.session.select_on_map(shape.shortened(table) if isinstance(shape, Box) else shape)
        else:
            self._note = _("No cell lies in that box.") if isinstance(shape, Box) else _("No cell lies in that lasso.")
            self._say()

    def _show_shapes(self) -> None:
        """Show the outlines of what was drawn."""
        session = self.session
        show_shapes(self._figure, outlines(session.conditions, self.points.x, self.points.y, self.window))

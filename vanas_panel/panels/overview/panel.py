"""Overview: the whole table as a map of bins, each in the colour of its best cell."""

from __future__ import annotations

from itertools import starmap
from typing import Any

import panel as pn
from bokeh.events import PointEvent, RangesUpdate, SelectionGeometry

from vanas_panel.draw.chart import CLICKS
from vanas_panel.draw.map.axes import Window, home_window, is_part, whole_window
from vanas_panel.draw.map.belief import MapBelief
from vanas_panel.draw.map.bins import Bins, Points, believed_points, bin_points, nearest_bin, points_of
from vanas_panel.draw.map.figure import BIN_PIXELS, overview_figure, show_bins, source_of
from vanas_panel.draw.map.focus import add_focus, recolor_focus
from vanas_panel.draw.map.picture import MapPicture, mark_columns, mark_of
from vanas_panel.draw.map.style import MARK, recolor_map, replot_map
from vanas_panel.draw.map.text import CSS, belief_words, caption_html, current_settings, direction_html
from vanas_panel.draw.map.trail import Trail, add_trail, recolor_trail, show_trail, trail_of
from vanas_panel.draw.scale import scale_of
from vanas_panel.draw.spans import reach
from vanas_panel.draw.theme import palette, run_color
from vanas_panel.panels.overview.belief import FollowedBelief
from vanas_panel.panels.overview.keys import MapKeys
from vanas_panel.state.selection import Box
from vanas_panel.state.session import Session
from vanas_panel.tables.metrics import DIRECTIONS
from vanas_panel.text.language import gettext as _
from vanas_panel.widgets.markup import Markup
from vanas_panel.widgets.notebook import View
from vanas_panel.widgets.threads import run_callback

# Before the browser has said how large the map is: what it is in a window of 1440 x 900.
_FIRST_SIZE = {"inner_width": 364, "inner_height": 241}
_WAIT_MS = 25

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
        self.follow(self._restyle, ["x", "y", "log_x", "log_y", "window", "metric", "better", "dark"])
        self.follow_language(self._speak)
        self.follow(self._follow_rows, "rows")
        self.follow(self._move_mark, "draft")
        self.follow(self._move_trail, ["followed", "runs"])

    def __panel__(self) -> pn.viewable.Viewable:
        return self._view

    @property
    def belief(self) -> MapBelief | None:
        """What a Gaussian process believes, where that colours the map."""
        return None if self._belief is None else self._belief.shown

    # The display ---------------------------------------------------------------------------------------------------

    def _look_up(self) -> None:
        """Find the points for the axes of the session, and start with all of the map."""
        session, belief = self.session, self.belief
        logs = session.log_x, session.log_y
        self.points: Points = (points_of(session.table, session.x, session.y, session.metric, *logs) if belief is None
                               else believed_points(session.table, session.x, session.y, belief, *logs))
        self.home: Window = home_window(session.table, self.points.x, self.points.y)
        self.window: Window = self._known_window()

    def _draw(self) -> None:
        """Make the figure."""
        colors = palette(self.session.dark)
        self.bins: Bins = self._binned()
        self._shape = self._wanted_shape()
        drawn = overview_figure(self._picture(), colors)
        add_trail(drawn, colors)
        add_focus(drawn, colors)
        for kind in CLICKS:
            drawn.on_event(kind, lambda event: run_callback(self.spoken(self._open), event))
        drawn.on_event(SelectionGeometry, lambda event: run_callback(self.spoken(self._select), event))
        drawn.on_event(RangesUpdate, self.spoken(self._zoom))
        for side in ("inner_width", "inner_height"):
            drawn.on_change(side, self.spoken(self._fit))
        self._figure, self._mark_source = drawn, source_of(drawn, MARK)
        self.keys = MapKeys(self, drawn)
        self._pane.object = drawn
        self._move_trail()
        self._say()
        self._view.objects = [self._settings, self._pane, self.keys.view, self._caption]

    def _speak(self, *_events: Any) -> None:
        """Go on in another language, with the same part of the map."""
        self._note = ""
        self._settings.html = current_settings(self.session, self.belief)
        self._draw()

    def _picture(self) -> MapPicture:
        """The picture of the map."""
        session = self.session
        scale = scale_of(session.table, session.metric) if self.belief is None else self.belief.scale
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
        show_bins(self._figure, self._picture().columns)
        self.keys.follow()
        self._move_trail()
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
        if changed <= {"metric", "dark", "belief"} and not was_home:
            self.window = window
        picture, colors = self._picture(), palette(self.session.dark)
        self._settings.html = current_settings(self.session, self.belief)
        if "dark" in changed:
            recolor_map(self._figure, picture, colors)
            recolor_focus(self._figure, colors)
            self._recolor_trail()
        if changed - {"dark"}:
            replot_map(self._figure, picture, colors)
            self._rebin()
        self.keys.follow(afresh=bool(changed - {"metric", "dark", "belief"}))
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

    @property
    def trail(self) -> Trail | None:
        """The way of the search that is followed; None without one."""
        session = self.session
        run = session.followed_run
        if run is None or not len(run):
            return None
        return trail_of(run, session.followed_query, self.points, self.window, session.table)

    def _move_trail(self, *_events: Any) -> None:
        """Follow the search that the session follows."""
        if self.session.followed is not None:
            self._recolor_trail()
        show_trail(self._figure, self.trail)

    def _recolor_trail(self) -> None:
        """Give the trail the colour of its search."""
        colors, followed = palette(self.session.dark), self.session.followed
        recolor_trail(self._figure, colors, colors.accent if followed is None else run_color(followed[0], colors))

    # Actions of the user ---------------------------------------------------------------------------------------------

    def _act(self, action: str) -> None:
        """Take a setting, or one of the words under the map."""
        name, _, value = action.partition(":")
        session = self.session
        if name in ("x", "y", "metric") and value in session.table.metrics:
            session.param.update(**{name: value})
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
        """Select the cells in a box."""
        ends = event.geometry
        if not event.final or ends.get("type") != "rect":
            return
        box = Box(self.session.x, self.session.y, *(reach(ends[f"{axis}0"], ends[f"{axis}1"]) for axis in "xy"))
        if box.rows(self.session.table).size:
            # Few digits, so that it is the very box that a link selects.
            self.session.select_box(box.shortened(self.session.table))
        else:
            self._note = _("No cell lies in that box.")
            self._say()

"""The designer's canvas as a Bokeh figure: a graph of boxes and routed edges that can be dragged in the browser."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from bokeh.core.properties import value
from bokeh.models import (
    Arrow,
    ColumnDataSource,
    CustomJS,
    EdgesOnly,
    GlyphRenderer,
    GraphRenderer,
    HoverTool,
    Line,
    MultiLine,
    NormalHead,
    Quad,
    Range1d,
    Rect,
    StaticLayoutProvider,
    Text,
)
from bokeh.plotting import figure as bokeh_figure

from vanas_panel.draw.cell.canvas import BOTTOM, BOX_WIDTH, HEIGHT, LEFT, RIGHT, STRIP_HEIGHT, TOP, WIDTH, box_size
from vanas_panel.draw.cell.scene import Scene, edge_columns, value_words, vertex_columns
from vanas_panel.draw.chart import add_glyph, keep_one_look
from vanas_panel.draw.gestures import share_with_page
from vanas_panel.draw.html import Html, pieces
from vanas_panel.draw.print_css import FIGURE_PRINT
from vanas_panel.draw.theme import FONT, Palette
from vanas_panel.text.language import gettext as _

_PIECES = pieces(__file__)
_DRAG = Path(__file__).with_name("designer_drag.js").read_text(encoding="utf-8")
_DRAG_EVENTS = ("panstart", "pan", "panend", "press", "mousemove", "mouseleave", "pressup")

# The nearest edge alone, none behind a vertex, and nothing at all during a drag.
_NEAREST_EDGE = """
const {x, y} = cb_data.vars;
if (edges.drag?.held?.moved) return false;
const {data} = vertices;
const half_width = (data.right[0] - data.left[0]) / 2;
const half_height = (data.top[0] - data.bottom[0]) / 2;
for (let i = 0; i < data.x.length; i++)
  if (Math.abs(x - data.x[i]) <= half_width && Math.abs(y - data.y[i]) <= half_height) return false;
const distance = (xs, ys) => {
  let least = Infinity;
  for (let i = 0; i + 1 < xs.length; i++) {
    const [dx, dy] = [xs[i + 1] - xs[i], ys[i + 1] - ys[i]];
    const t = Math.min(1, Math.max(0, ((x - xs[i]) * dx + (y - ys[i]) * dy) / (dx * dx + dy * dy || 1)));
    least = Math.min(least, Math.hypot(x - xs[i] - t * dx, y - ys[i] - t * dy));
  }
  return least;
};
const all = edges.data.xs.map((xs, i) => distance(xs, edges.data.ys[i]));
return all.indexOf(Math.min(...all)) == cb_data.vars.index;
"""
_NOT_DRAGGING = "return !edges.drag?.held?.moved;"
# Words must fit their boxes however narrow the canvas is, and be readable; they grow with a large one.
_FIT_TEXT = """
const {data} = vertices;
const share = (data.right[0] - data.left[0]) / width;
// Boxes of a large draft are small, and so are their words.
const small = Math.min(1, (share * width) / full);
const room = 0.94 * figure.inner_width * share;
const scale = Math.min(1.6, Math.max(1, Math.min(figure.inner_width / width, figure.inner_height / height)));
const pen = (globalThis.vanasPen ??= document.createElement("canvas").getContext("2d"));
pen.font = `100px ${font}`;
const wide = (word) => pen.measureText(word).width / 100;
const size = Math.max(small < 1 ? 9.5 : 11, Math.min(12.5 * scale * small, room / Math.max(...data.text.map(wide))));
const fitting = (word) => {
  if (wide(word) * size <= room) return word;
  for (let kept = word.length - 1; kept > 2; kept--) {
    const short = word.slice(0, Math.ceil(kept / 2)) + "…" + word.slice(word.length - Math.floor(kept / 2));
    if (wide(short) * size <= room) return short;
  }
  return "…";
};
data.word = data.text.map(fitting);
text.setv({text_font_size: {value: `${size.toFixed(1)}px`}}, {sync: false});
const note = Math.min(10.5 * scale * small, room / Math.max(...data.note.map(wide), 1));
notes.setv({text_font_size: {value: `${note.toFixed(1)}px`}}, {sync: false});
tags.setv({text_font_size: {value: `${(11 * Math.sqrt(scale)).toFixed(1)}px`}}, {sync: false});
vertices.change.emit();
"""


class DesignerCanvas:
    """A figure that shows a `Scene` and is brought up to date without being rebuilt.

    Parameters
    ----------
    scene : Scene
        The scene to show first.
    height : int
        In pixels, at least; both follow the page.

    Attributes
    ----------
    figure : bokeh.plotting.figure
    vertices, edges : ColumnDataSource
        Columns as `vanas_panel.draw.cell.scene` makes them.
    lit : ColumnDataSource
        The edges that are lit up: ``xs`` and ``ys``.
    drop : ColumnDataSource
        The browser's message at the end of a drag, one row: ``kind`` (``move``, ``delete`` or, for a slow click,
        ``tap``), ``vertex``, ``x``, ``y``, ``serial``.
    """

    def __init__(self, scene: Scene, height: int = 520):
        self.vertices = ColumnDataSource(vertex_columns(scene), name="vertices")
        self.edges = ColumnDataSource(edge_columns(scene), name="edges")
        self.drop = ColumnDataSource({"kind": [], "vertex": [], "x": [], "y": [], "serial": []}, name="drop")
        self.layout = StaticLayoutProvider(graph_layout=dict(scene.positions))
        self.figure = _blank_figure(height)
        self._strip = _add_strip(self.figure)
        self._lit = _add_lit(self.figure)
        self.lit = self._lit.data_source
        self._head = _add_lines(self.figure, self.edges)
        self._band = _add_band(self.figure)
        self._graph = self._add_graph()
        self._rings, self._text, self._tags, self._notes = _add_labels(self.figure, self.vertices, self.edges)
        self._hover = self._add_hover()
        keep_one_look(self.figure)
        self._add_drag()
        self._paint(scene)

    def draw(self, scene: Scene, *, afresh: bool = False) -> None:
        """Show another scene.

        Parameters
        ----------
        scene : Scene
        afresh : bool, optional
            Send everything even where Python's side of it has not changed, since a drag moved the browser's.
        """
        if afresh:
            self.layout.graph_layout, self.vertices.data, self.edges.data = {}, {}, {}
        # The columns first: a new layout makes the browser read them again, and it must not find them half changed.
        self.vertices.data = vertex_columns(scene)
        self.edges.data = edge_columns(scene)
        self.layout.graph_layout = dict(scene.positions)
        self._paint(scene)

    def light_up(self, scene: Scene, edge_type: tuple[str, str] | None) -> None:
        """Light up the edges of a type, by a wide line under each; none with None."""
        lines = [scene.lines[edge] for edge in scene.draft.edges
                 if scene.draft.edge_type(edge) == edge_type] if edge_type else []
        columns = {"xs": [xs.tolist() for xs, _ in lines], "ys": [ys.tolist() for _, ys in lines]}
        if dict(self.lit.data) != columns:
            self.lit.data = columns

    def _paint(self, scene: Scene) -> None:
        """Colours that are not in the columns."""
        colors = scene.colors
        width, height = box_size(len(scene.draft.operations))
        self._graph.node_renderer.glyph.update(width=width, height=height)
        self._rings.update(width=width + 9, height=height + 9)
        self._tags.background_fill_color = colors.card
        self._strip.data = {**self._strip.data, "fill": [colors.negative], "text_color": [colors.negative]}
        self._graph.edge_renderer.hover_glyph.line_color = colors.faint
        self._band.glyph.line_color = colors.accent
        self._lit.glyph.line_color = colors.accent
        at_edges, at_vertices = self._hover
        at_edges.tooltips = _tooltip(colors, "@title", _with_value(value_words(scene)), "@detail")
        at_vertices.tooltips = _tooltip(colors, "@text", {"before": "@what", "value": "", "after": ""}, "@degree")

    def _add_graph(self) -> GraphRenderer:
        """The graph: boxes, and wide invisible edges for the pointer."""
        graph = GraphRenderer(layout_provider=self.layout, name="graph")
        graph.node_renderer.data_source = self.vertices
        graph.node_renderer.glyph = Rect(border_radius=6, fill_color="fill", fill_alpha="alpha",
                                         line_color="outline", line_alpha="alpha")
        graph.edge_renderer.data_source = self.edges
        graph.edge_renderer.glyph = MultiLine(line_width=16, line_alpha=0)
        graph.edge_renderer.hover_glyph = MultiLine(line_width=12, line_alpha=0.45, line_cap="round")
        graph.inspection_policy = EdgesOnly()
        self.figure.renderers.append(graph)
        return graph

    def _add_hover(self) -> tuple[HoverTool, HoverTool]:
        """The hover texts of edges and vertices."""
        arguments = {"edges": self.edges, "vertices": self.vertices}
        at_edges = HoverTool(
            renderers=[self._graph], line_policy="interp", attachment="horizontal", show_arrow=False,
            filters={"@title": CustomJS(args=arguments, code=_NEAREST_EDGE)},
        )
        # The graph inspects its edges; boxes by their sides let the text stand beside them.
        boxes = add_glyph(self.figure, Quad(left="left", right="right", top="top", bottom="bottom", fill_alpha=0,
                                            line_alpha=0), self.vertices)
        at_vertices = HoverTool(
            renderers=[boxes], anchor="center_right", attachment="right", show_arrow=False,
            filters={"@text": CustomJS(args={"edges": self.edges}, code=_NOT_DRAGGING)},
        )
        self.figure.add_tools(at_edges, at_vertices)
        return at_edges, at_vertices

    def _add_drag(self) -> None:
        """Dragging, in the browser; and words that fit."""
        drag = CustomJS(code=_DRAG, module=False, args={
            "graph": self._graph, "vertices": self.vertices, "edges": self.edges, "strip": self._strip,
            "band": self._band.data_source, "drop": self.drop,
            "range": [LEFT, RIGHT, BOTTOM, TOP],
            "strip_height": STRIP_HEIGHT,
        })
        for event in _DRAG_EVENTS:
            self.figure.js_on_event(event, drag)
        self.vertices.js_on_change("data", drag)
        share_with_page(self.figure, dragged=self.edges)
        fit = CustomJS(code=_FIT_TEXT, args={
            "figure": self.figure, "text": self._text, "tags": self._tags, "notes": self._notes,
            "vertices": self.vertices, "font": FONT,
            "full": BOX_WIDTH, "width": WIDTH, "height": HEIGHT})
        self.figure.js_on_change("inner_width", fit)
        self.figure.js_on_change("inner_height", fit)
        self.vertices.js_on_change("data", fit)


def designer_figure(scene: Scene, height: int = 520) -> bokeh_figure:
    """The canvas of the designer, as for a report or a notebook where nothing answers.

    Parameters
    ----------
    scene : Scene
    height : int, optional
        In pixels.

    Returns
    -------
    bokeh.plotting.figure
    """
    return DesignerCanvas(scene, height).figure


def _tooltip(colors: Palette, title: str, line: Mapping[str, str], detail: str) -> Html:
    """A template of what the pointer reads; the columns are put into it as text."""
    return _PIECES.hover(font=FONT, colors=colors, title=title, line=line, detail=detail)


def _with_value(words: str) -> Mapping[str, str]:
    """A line of a hover in which the value is set in bold."""
    before, _value, after = words.partition("{value}")
    return {"before": before, "value": "@value", "after": after}


def _blank_figure(height: int) -> bokeh_figure:
    """A figure without axes whose ranges stay as they are."""
    plot = bokeh_figure(
        height=height, min_height=height, sizing_mode="stretch_both", min_width=280, toolbar_location=None, tools="",
        min_border=0,
        x_range=Range1d(0, WIDTH, bounds=(0, WIDTH)), y_range=Range1d(0, HEIGHT, bounds=(0, HEIGHT)),
        background_fill_color=None, border_fill_color=None, outline_line_color=None, css_classes=["designer-canvas"],
        stylesheets=[FIGURE_PRINT],
    )
    plot.below, plot.left, plot.center = [], [], []
    return plot


def _add_strip(plot: bokeh_figure) -> ColumnDataSource:
    """The strip at the bottom on which vertices are dropped to delete them, seen only while one is dragged."""
    source = ColumnDataSource({
        "x": [WIDTH / 2], "y": [STRIP_HEIGHT / 2 - 1], "text": [_("drop here to delete")], "fill": ["red"],
        "fill_alpha": [0.0], "text_color": ["red"], "text_alpha": [0.0],
    }, name="strip")
    add_glyph(plot, Rect(x="x", y="y", width=WIDTH - 4, height=STRIP_HEIGHT - 6, fill_color="fill",
                         fill_alpha="fill_alpha", line_color="fill", line_alpha="fill_alpha", border_radius=6), source)
    add_glyph(plot, Text(x="x", y="y", text="text", text_align="center", text_baseline="middle",
                         text_color="text_color", text_alpha="text_alpha", text_font=value(FONT),
                         text_font_size="11.5px"), source)
    return source


def _add_lines(plot: bokeh_figure, edges: ColumnDataSource) -> Arrow:
    """The visible lines and their heads."""
    add_glyph(plot, MultiLine(xs="line_xs", ys="line_ys", line_color="color", line_alpha="alpha", line_width="width",
                              line_dash="dash"), edges, name="lines")
    head = NormalHead(size="head", fill_color="color", fill_alpha="alpha", line_color="color", line_alpha="alpha",
                      line_width=0)
    arrow = Arrow(x_start="tail_x", y_start="tail_y", x_end="tip_x", y_end="tip_y", source=edges, end=head,
                  line_alpha=0, level="glyph")
    plot.add_layout(arrow)
    return arrow


def _add_band(plot: bokeh_figure) -> GlyphRenderer:
    """The line from a picked vertex to the pointer, below the boxes; only the browser fills and empties it."""
    source = ColumnDataSource({"x": [], "y": []}, name="band")
    return add_glyph(plot, Line(x="x", y="y", line_width=2, line_dash=[5, 4]), source)


def _add_lit(plot: bokeh_figure) -> GlyphRenderer:
    """Wide lines under the edges that are lit up."""
    return add_glyph(plot, MultiLine(xs="xs", ys="ys", line_width=13, line_alpha=0.4, line_cap="round"),
                     ColumnDataSource({"xs": [], "ys": []}, name="lit"))


def _add_labels(plot: bokeh_figure, vertices: ColumnDataSource,
                edges: ColumnDataSource) -> tuple[Rect, Text, Text, Text]:
    """Words and notes in the boxes, rings around chosen ones, and the contributions on the edges."""
    rings = Rect(x="x", y="y", fill_color=None, border_radius=9, line_color="ring", line_alpha="ring_alpha",
                 line_width="ring_width", line_dash="ring_dash")
    add_glyph(plot, rings, vertices, name="rings")
    words = Text(x="x", y="y", y_offset="word_shift", text="word", text_color="text_color", text_alpha="text_alpha",
                 text_align="center", text_baseline="middle", text_font=value(FONT), text_font_size="12.5px")
    tags = Text(x="tag_x", y="tag_y", text="tag", text_color="color", text_align="center", text_baseline="middle",
                text_font=value(FONT), text_font_size="11px", padding=2, border_radius=4,
                background_fill_alpha="tag_alpha")
    notes = Text(x="x", y="y", y_offset=7.5, text="note", text_color="text_color", text_alpha="text_alpha",
                 text_align="center", text_baseline="middle", text_font=value(FONT), text_font_size="10.5px")
    add_glyph(plot, words, vertices, name="words")
    add_glyph(plot, notes, vertices, name="notes")
    add_glyph(plot, tags, edges, name="tags")
    return rings, words, tags, notes

"""Hands for the browser tests of the designer: a page with one, and what a person can do on it."""

from __future__ import annotations

import re
from functools import lru_cache

import numpy as np
import panel as pn

from vanas_panel.core.draft import Draft
from vanas_panel.core.enumeration import enumerate_cells
from vanas_panel.core.space import NASBENCH101, CellSpace
from vanas_panel.draw.cell.canvas import HEIGHT, WIDTH
from vanas_panel.draw.cell.layout import route
from vanas_panel.panels.designer.panel import Designer
from vanas_panel.state.session import Session
from vanas_panel.tables.metrics import known_metric
from vanas_panel.tables.table import BenchmarkTable

C3, C1, MP = NASBENCH101.operations
CHAIN = Draft(("input", C3, C1, "output"), ((0, 1), (1, 2), (2, 3)))


@lru_cache(maxsize=1)
def made_up_table() -> BenchmarkTable:
    """The cells of NAS-Bench-101 with at most four vertices, and accuracies that nobody measured."""
    cells = enumerate_cells(CellSpace(NASBENCH101.operations, max_vertices=4, max_edges=6))
    values = np.random.default_rng(3).uniform(0.7, 0.95, cells.size)
    return BenchmarkTable(NASBENCH101, cells, {"test_accuracy": known_metric("test_accuracy")},
                          {"test_accuracy": values}, name="made-up")


class InCompany(pn.viewable.Viewer):
    """A designer between a text field and a long page."""

    def __init__(self):
        super().__init__()
        self.designer = Designer(Session(made_up_table()))
        self.field = pn.widgets.TextInput(label="Words")

    def __panel__(self):
        return pn.Column(self.field, self.designer, pn.Spacer(height=900))


class Story:
    """A page with a designer, and hands for it."""

    def __init__(self, page, app, eventually):
        self.page, self.app, self.eventually = page, app, eventually
        self.sent: list[str] = []
        page.on("websocket", lambda socket: socket.on("framesent", lambda frame: self.sent.append(str(frame))))
        page.goto(app.url)
        page.locator(".designer-canvas").wait_for()
        page.get_by_role("button", name="conv 3×3", exact=True).wait_for()
        # The canvas is laid out once the figure knows its width, and stands still once all around it is laid out, too.
        page.wait_for_function("Bokeh.documents[0]?.get_model_by_name('graph') && Bokeh.documents[0].is_idle")
        eventually(self.stands_still, "a canvas")

    def stands_still(self) -> bool:
        """Whether the canvas has a size and stays where it is."""
        canvas = self.page.locator(".designer-canvas")
        before = canvas.bounding_box()
        self.page.wait_for_timeout(60)
        return before == canvas.bounding_box() and before["width"] > 200

    @property
    def designer(self) -> Designer:
        built = self.app.built[-1]
        return getattr(built, "designer", built)

    @property
    def session(self) -> Session:
        return self.designer.session

    def load(self, draft) -> None:
        self.app.call(lambda _: self.session.load_cell(draft))
        self.settle()

    def settle(self) -> None:
        """Wait until the browser shows what the server holds."""
        # What it holds is asked for each time: the designer follows the session a moment later.
        self.eventually(lambda: self.shown() == self.held(), "the browser shows what the server holds")

    def held(self):
        """Positions and edges on the server."""
        positions = {str(v): list(map(float, at)) for v, at in self.designer.positions.items()}
        return positions, [list(edge) for edge in self.session.draft.edges]

    def shown(self):
        """Positions and edges in the browser."""
        positions, starts, ends = self.page.evaluate("""() => {
            const graph = Bokeh.documents[0].get_model_by_name("graph")
            const {start, end} = graph.edge_renderer.data_source.data
            const positions = {}
            for (const [vertex, at] of graph.layout_provider.graph_layout) positions[vertex] = Array.from(at)
            return [positions, Array.from(start), Array.from(end)]
        }""")
        return positions, [list(pair) for pair in zip(starts, ends, strict=True)]

    def column(self, source, name):
        """A column in the browser."""
        return self.page.evaluate("([source, name]) => Array.from(Bokeh.documents[0].get_model_by_name(source)"
                                  ".data[name], (value) => value?.length === undefined || typeof value === 'string' ?"
                                  " value : Array.from(value))", [source, name])

    def pixel(self, x, y):
        """Where a point of the canvas is on the page."""
        box = self.page.locator(".designer-canvas").bounding_box()
        return box["x"] + x / WIDTH * box["width"], box["y"] + (1 - y / HEIGHT) * box["height"]

    def at(self, vertex):
        return self.pixel(*self.designer.positions[vertex])

    def on_edge(self, edge, share=0.5):
        xs, ys = route(self.session.draft, self.designer.positions)[edge]
        index = int(share * (xs.size - 1))
        return self.pixel(xs[index], ys[index])

    def click(self, *point) -> None:
        self.page.mouse.click(*point)

    def drag(self, start, end, *, hold=0, release=True) -> None:
        self.page.mouse.move(*start)
        self.page.mouse.down()
        self.page.wait_for_timeout(hold)
        self.page.mouse.move(*end, steps=6)
        if release:
            self.page.mouse.up()

    def button(self, name):
        return self.page.get_by_role("button", name=re.compile(f"^{re.escape(name)}"))

    def says(self, words) -> None:
        """Wait for words under the canvas."""
        self.page.locator(".designer-status").get_by_text(words).wait_for()

    def until(self, draft) -> None:
        """Wait until the session holds a draft, and the browser shows it."""
        self.eventually(lambda: self.session.draft == draft, f"{draft}, not {self.session.draft}")
        self.settle()

"""Small tables for the tests of the views, with made-up measurements: good enough to click on, wrong to learn from."""

from __future__ import annotations

import csv
import re
from functools import lru_cache
from io import StringIO

import numpy as np

from vanas_panel.core.cost import multiply_accumulates, trainable_parameters
from vanas_panel.core.enumeration import enumerate_cells
from vanas_panel.core.space import NASBENCH101, CellSpace
from vanas_panel.state.session import Session
from vanas_panel.tables.metrics import Metric, known_metric
from vanas_panel.tables.table import BenchmarkTable

CELLS = enumerate_cells(CellSpace(NASBENCH101.operations, max_vertices=4, max_edges=6))
"""The 91 cells of NAS-Bench-101 with at most four vertices."""

FIVE = enumerate_cells(CellSpace(NASBENCH101.operations, max_vertices=5, max_edges=9))
"""All cells with at most five vertices, 2,532 of them."""


def demo_columns(seed: int = 7) -> dict[str, np.ndarray]:
    """Columns over `CELLS`: three repeats of the accuracy, a budget, a time that is known for half, exact costs."""
    rng = np.random.default_rng(seed)
    return {
        "test_accuracy": rng.uniform(0.7, 0.95, (CELLS.size, 3)),
        "validation_accuracy": np.where(rng.random(CELLS.size) < 0.5, rng.uniform(0.7, 0.95, CELLS.size), np.nan),
        "validation_accuracy_4": np.where(rng.random(CELLS.size) < 0.5, rng.uniform(0.3, 0.6, CELLS.size), np.nan),
        "training_time": np.where(rng.random(CELLS.size) < 0.5, rng.uniform(300, 4000, CELLS.size), np.nan),
        "trainable_parameters": trainable_parameters(CELLS, NASBENCH101),
        "flops": multiply_accumulates(CELLS, NASBENCH101),
        "never_measured": np.full(CELLS.size, np.nan),
    }


def table_of(columns: dict[str, np.ndarray], *, rows: slice = slice(None), metrics: dict[str, Metric] | None = None,
             title: str = "Demo") -> BenchmarkTable:
    """A table of some of `CELLS`."""
    known = {name: known_metric(name) for name in columns}
    return BenchmarkTable(NASBENCH101, CELLS[rows], {**known, **(metrics or {})},
                          {name: values[rows] for name, values in columns.items()}, name="demo", title=title)


@lru_cache(maxsize=1)
def demo_table() -> BenchmarkTable:
    """All columns and all cells but the last one, which a test can draw to be outside the table."""
    return table_of(demo_columns(), rows=slice(0, -1))


@lru_cache(maxsize=1)
def structure_table() -> BenchmarkTable:
    """A table in which nothing is measured."""
    columns = demo_columns()
    return table_of({name: columns[name] for name in ("trainable_parameters", "flops")}, title="Structure only")


class Page:
    """What the text of some HTML is once a browser has read it: its elements with their attributes and its words."""

    def __init__(self, html: str):
        from html.parser import HTMLParser

        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        parser = HTMLParser()
        parser.handle_starttag = lambda tag, attributes: self.elements.append((tag, dict(attributes)))
        parser.handle_startendtag = parser.handle_starttag
        parser.handle_data = self.words.append
        parser.feed(html)
        parser.close()

    @property
    def text(self) -> str:
        """All words."""
        return " ".join(" ".join(self.words).split())

    def all(self, tag: str, **wanted: str) -> list[dict[str, str | None]]:
        """Attributes of every element of a tag that has these attributes."""
        return [attributes for name, attributes in self.elements
                if name == tag and all(attributes.get(key.replace("_", "-")) == value for key, value in wanted.items())]

    def actions(self) -> list[str]:
        """The actions of its buttons, in order."""
        return [str(attributes["data-action"]) for name, attributes in self.elements
                if name == "button" and "data-action" in attributes]


def formula_session() -> Session:
    """A session whose operations and metrics have the names of formulas."""
    space = CellSpace(("+1", "=cmd|' /C calc'!A0", "\rx"), max_vertices=4, max_edges=6)
    packed = enumerate_cells(space)
    values = np.linspace(-0.5, 0.9, packed.size)
    metrics = {name: known_metric(name) for name in ("=loss", "-gain")}
    session = Session(BenchmarkTable(space, packed, metrics, dict.fromkeys(metrics, values), name="formulas"))
    session.load_row(next(row for row in range(packed.size)
                          if {"+1", "=cmd|' /C calc'!A0"} < {*session.table.cell(row).operations}))
    session.select(np.arange(20, 40))
    return session


def formulas_in(text: str) -> list[str]:
    """Cells that a spreadsheet would run, of a file that it splits at commas, semicolons or tabs."""
    cells = [cell.strip('"') for separator in ",;\t"
             for row in csv.reader(StringIO(text, newline=""), delimiter=separator) for cell in row]
    return [cell for cell in cells if cell[:1] in tuple("=+-@\t\r\n＝＋－＠")
            and not re.fullmatch(r"-\d+(\.\d+)?(e[+-]\d+)?", cell)]

"""A table packed into a file: canonical keys and the metrics that were chosen, compressed.

The keys, ascending, fall into runs of equal vertices and operations: a run is the difference to the one before and its
length, and within it every edge field is the difference to the one before. Numbers of that kind are written seven bits
to a byte, the lowest first, the highest bit set where more follow. All sections are deflated together, and put
into JSON as base64, since browsers have both on board. The order of the rows, and of the vertices within a cell, is the
canonical one; the order of the source is kept for the rows that share a value, which the page lists in it.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from vanas_panel.core.encoding import EDGE_FIELD, OPERATION_SHIFT
from vanas_panel.draw.html import Html, pieces
from vanas_panel.draw.labels import IN_BOX, IN_BUTTON, short_labels
from vanas_panel.draw.table_words import title_of
from vanas_panel.draw.theme import LIGHT, operation_colors, operation_label
from vanas_panel.report.offline.columns import code_column, code_order
from vanas_panel.tables.metrics import label_of
from vanas_panel.tables.table import BenchmarkTable

FORMAT = 2
"""Number of this format, to be raised with every change of it."""

_PIECES = pieces(__file__)


@dataclass(frozen=True)
class PackedTable:
    """A table as a file holds it.

    Attributes
    ----------
    header : dict
        Ready for JSON: ``format``, ``name``, ``title``, ``count``, ``space``, ``metrics`` (with the coding of each, and
        ``error``, the largest difference between a value of the source and the restored one), ``order``, the coding of
        the order of the source among tied rows, or null where it is the packed one, and ``sections``, the lengths of
        all sections in bytes.
    data : bytes
        All sections, deflated without a header.
    table : BenchmarkTable
        What a browser will see: the same cells, each in its canonical order, in the order of their keys.
    sizes : dict of str to int
        Compressed bytes of the keys, of every metric and of the order on its own, and of the whole script.
    """

    header: dict
    data: bytes
    table: BenchmarkTable
    sizes: dict[str, int]
    _packed_rows: np.ndarray

    def packed_rows(self, rows: Iterable[int]) -> list[int]:
        """Rows of the packed table that rows of the source have become."""
        return self._packed_rows[np.asarray(list(rows), dtype=np.int64)].tolist()

    def script(self, element_id: str = "vanas-table") -> Html:
        """The data block for a page."""
        whole = {**self.header, "data": base64.b64encode(self.data).decode()}
        # In a script only "</script" and "<!--" could end or change it.
        text = json.dumps(whole, separators=(",", ":"), allow_nan=False).replace("<", "\\u003c")
        return _PIECES.data(name=element_id, json=Html(text))


def pack_table(table: BenchmarkTable, metrics: Iterable[str] | None = None) -> PackedTable:
    """Pack a table for a page that has no server.

    Parameters
    ----------
    table : BenchmarkTable
        Of any search space.
    metrics : iterable of str, optional
        Which metrics to take along, the first one ranking; all that are known for any cell by default.

    Returns
    -------
    PackedTable

    Raises
    ------
    UnknownMetricError
        Where the table lacks one of them.

    Examples
    --------
    >>> import vanas_panel as vp
    >>> packed = pack_table(vp.open_table("structure4"), ["trainable_parameters"])
    >>> packed.header["count"], packed.header["metrics"][0]["error"]
    (91, 0.0)
    """
    names = [name for name in table.metrics if table.known(name)] if metrics is None else list(dict.fromkeys(metrics))
    keys, order = table.lookup
    coded = {name: code_column(table.column(name)[order]) for name in names}
    kept, order_sections = code_order(order, [_score(table, name, column.restored) for name, column in coded.items()])
    parts = {"keys": _key_sections(keys), **{name: column.sections for name, column in coded.items()},
             "order": order_sections}
    sections = [section for part in parts.values() for section in part]
    space, described = table.space, []
    for name, column in coded.items():
        metric = table.metric(name)
        described.append({"name": name, "label": label_of(metric), "unit": metric.unit,
                          "higher": metric.higher_is_better, **column.description})
    header = {"format": FORMAT, "name": table.name, "title": title_of(table), "count": len(table),
              "space": {"operations": list(space.operations), "maxVertices": space.max_vertices,
                        "maxEdges": space.max_edges, "looks": _looks(space.operations)},
              "metrics": described, "order": kept, "sections": [len(section) for section in sections]}
    seen = BenchmarkTable(space, keys, {name: table.metric(name) for name in names},
                          {name: column.restored for name, column in coded.items()}, name=table.name,
                          title=table.title, keys=keys)
    packed_rows = np.empty(len(table), dtype=np.int64)
    packed_rows[order] = np.arange(len(table))
    sizes = {part: len(_deflated(b"".join(texts))) for part, texts in parts.items()}
    packed = PackedTable(header, _deflated(b"".join(sections)), seen, sizes, packed_rows)
    packed.sizes["script"] = len(packed.script())
    return packed


def packed_script(table: BenchmarkTable, metrics: Iterable[str] | None = None, *,
                  element_id: str = "vanas-table") -> Html:
    """The data block of a table, see `pack_table` and `PackedTable.script`."""
    return pack_table(table, metrics).script(element_id)


def _score(table: BenchmarkTable, name: str, values: np.ndarray) -> np.ndarray:
    """The sort keys of completions, ascending: unknown values are tied with the worst possible one."""
    return np.where(np.isnan(values), np.inf, values if table.metric(name).higher_is_better is False else -values)


def _looks(operations: tuple[str, ...]) -> list[list[str]]:
    """Label, fill and text colour of every operation, and its label in a box and in a button, in light and dark."""
    box, button = short_labels(operations, IN_BOX), short_labels(operations, IN_BUTTON)
    return [[operation_label(operation), *operation_colors(operation, operations, LIGHT), box[operation],
             button[operation]] for operation in operations]


def _deflated(text: bytes) -> bytes:
    """Deflated without a header, which browsers call ``deflate-raw``."""
    compressor = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return compressor.compress(text) + compressor.flush()


def _key_sections(keys: np.ndarray) -> tuple[bytes, bytes, bytes]:
    """Runs of equal heads, their lengths, and the edge fields within them."""
    heads, edges = keys >> OPERATION_SHIFT, keys & EDGE_FIELD
    distinct, starts, lengths = np.unique(heads, return_index=True, return_counts=True)
    differences = np.diff(edges, prepend=0)
    differences[starts] = edges[starts]
    return _varints(np.diff(distinct, prepend=0)), _varints(lengths), _varints(differences)


def _varints(numbers: np.ndarray) -> bytes:
    """Whole numbers of at most 35 bits, seven bits to a byte, lowest first."""
    groups = numbers[:, None] >> (7 * np.arange(5)) & 127
    used = np.maximum(1, 5 - np.argmax(groups[:, ::-1] != 0, axis=1))
    used[(groups == 0).all(axis=1)] = 1
    index = np.arange(5)
    groups[index < used[:, None] - 1] |= 128
    return groups[index < used[:, None]].astype(np.uint8).tobytes()

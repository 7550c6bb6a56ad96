"""Files of one to five rows with odd columns open; every column colours the page and is its axes, and is reported."""

from __future__ import annotations

import datetime as dt
import json
import re
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest
from page_parts import html

import vanas_panel as vp
from vanas_panel.report.exports import exported

CELLS = ["input,conv3x3-bn-relu,output", "input,maxpool3x3,output", "input,conv1x1-bn-relu,output",
         "input,conv3x3-bn-relu,maxpool3x3,output", "input,maxpool3x3,maxpool3x3,output"]
MATRICES = ["010001000"] * 3 + ["0100001000010000"] * 2
NUMBERS = {
    "test_accuracy": [1.0, 0.0, 1.0, 1.0, 0.0],
    "minus_zero": [-0.0, 0.0, -0.0, -0.0, 0.0],
    "subnormal": [5e-324, 0.0, 1e-323, 5e-324, 5e-324],
    "nearly_huge": [1e300, 1.000000000000001e300, 1e300, 1e300, 1e300],
    "opposite": [-1.7e308, 1.7e308, 0.0, 1e-300, 1.0],
    "first_only": [3.5, None, None, None, None],
    "identity": [2**53, 2**53 + 1, 2**62, 2**60, 7],
    "mixed": [1, 2.5, -3, 4.25, 5],
    "flag": [True, False, True, True, False],
}
DAY = dt.datetime(2024, 5, 6)
NO_NUMBERS = {
    "stamp": pa.array([DAY] * 5, pa.timestamp("ns", "UTC")), "day": pa.array([DAY.date()] * 5),
    "took": pa.array([dt.timedelta(1)] * 5), "clock": pa.array([dt.time(1)] * 5), "list": pa.array([[1.0]] * 5),
    "bytes": pa.array([b"1"] * 5), "kind": pa.array([DAY] * 5).dictionary_encode(),
}
TYPES = {
    "half": pa.array(np.array([1.5] * 5, np.float16)), "small": pa.array([-128, 127, 0, None, 1], pa.int8()),
    "large": pa.array([Decimal(10) ** 60] * 5, pa.decimal256(70, 2)), "most": pa.array([2**64 - 1] * 5, pa.uint64()),
    "coded": pa.array([1.5, None, 1.5, 2.5, 1.5]).dictionary_encode(),
}


def opened(folder, rows, ending):
    """The table in a file of so many rows, and the names of its metrics."""
    columns = {"adjacency": MATRICES, "operations": CELLS, **NUMBERS}
    if ending == "parquet":
        columns |= NO_NUMBERS | TYPES
    table = pa.table({name: values if isinstance(values, pa.Array) else pa.array(values, from_pandas=True)
                      for name, values in columns.items()}).slice(0, rows)
    path = folder / f"few.{ending}"
    (pa.csv.write_csv if ending == "csv" else pq.write_table)(table, path)
    return vp.open_table(path)


@pytest.mark.slow
@pytest.mark.parametrize(("rows", "ending"), [(1, "csv"), (2, "parquet"), (3, "csv"), (5, "parquet")])
def test_odd_columns_of_few_rows_are_a_page_and_a_report(tmp_path, monkeypatch, rows, ending):
    monkeypatch.setenv("VANAS_PANEL_CACHE", str(tmp_path / "cache"))
    table = opened(tmp_path, rows, ending)
    names = [*NUMBERS] + ([*TYPES] if ending == "parquet" else [])
    assert [*table.metrics] == names and len(table) == rows
    for name, values in NUMBERS.items():
        np.testing.assert_array_equal(table.column(name), np.array(values[:rows], float))
    if ending == "parquet":
        assert f"Columns left out, since not numbers: {', '.join(NO_NUMBERS)}." in table.notes
        assert table.column("large").tolist() == [1e60] * rows and table.column("most").tolist() == [2.0**64] * rows
    page = vp.explore(table)
    assert page.__panel__().get_root() is not None
    session = page.session
    for index, name in enumerate(names):
        session.param.update(metric=name, x=name, y=names[index - 1], log_x=bool(index % 2), log_y=not index % 2)
        session.load_row(index % rows)
        shown = page.views["overview"]
        assert int(shown.bins.cells.sum()) == len(shown.points)
        texts = re.sub(r"<[^>]*>", " ", exported(session, "overview", "svg") + html(page.views["performance"]))
        assert not re.search(r"\b(nan|inf|None)\b", texts)
    session.param.update(x=names[0], y=names[0], metric="opposite")
    saved = vp.save_report(table, tmp_path / "few.html", session=session).read_text()

    def refuse(constant):
        raise AssertionError(constant)

    assert json.loads(re.search(r'id="report-data">(.*?)</script>', saved, re.S)[1], parse_constant=refuse)

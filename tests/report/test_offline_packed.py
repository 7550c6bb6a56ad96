"""What is packed comes back: keys exactly, values exactly or within the bound that the file states."""

from __future__ import annotations

import json
import re
import zlib

import numpy as np
import pytest
from demo_tables import CELLS, demo_table, table_of

from vanas_panel.errors import UnknownMetricError
from vanas_panel.readers import open_table
from vanas_panel.report.offline import offline_html, offline_module, pack_table, packed_script
from vanas_panel.report.offline.columns import MOST_LEVELS, RELATIVE_ERROR, code_column, code_order

RNG = np.random.default_rng(11)


def coding(values) -> str:
    coded = code_column(np.asarray(values, dtype=float))
    return coded.description["coding"]


@pytest.mark.parametrize("images", [9984, 10_000])
def test_accuracies_in_single_precision_are_counts_of_images_and_come_back_to_the_bit(images):
    values = (RNG.integers(1000, images, 200_000) / images).astype(np.float32).astype(float)
    values[::7] = np.nan
    coded = code_column(values)
    assert (coded.description["coding"], coded.description["per_unit"]) == ("steps", images)
    assert coded.description["error"] == 0.0
    np.testing.assert_array_equal(coded.restored, values)
    assert sum(map(len, coded.sections)) <= 2 * coded.description["known"] + values.size // 8 + 1


def test_means_of_three_repeats_in_single_precision_keep_to_thirds_of_an_image():
    repeats = (RNG.integers(1000, 9984, (200_000, 3)) / 9984).astype(np.float32).astype(float)
    values = repeats.mean(axis=1)
    coded = code_column(values)
    assert (coded.description["coding"], coded.description["per_unit"]) == ("steps", 3 * 9984)
    assert 0 < coded.description["error"] == np.abs(coded.restored - values).max() < 2.0**-24


def test_few_distinct_values_round_trip_to_the_bit():
    values = np.array([1 / 3, np.pi, -1e300, np.inf, 5e-324, -0.0, np.nan, np.pi])
    coded = code_column(values)
    assert coded.description["coding"] == "levels"
    np.testing.assert_array_equal(coded.restored, values)


def test_many_different_values_keep_to_the_relative_bound_and_say_so():
    values = RNG.lognormal(7, 1, MOST_LEVELS + 1000)
    coded = code_column(values)
    assert coded.description["coding"] == "float24"
    errors = np.abs(coded.restored - values)
    assert (errors <= RELATIVE_ERROR * values).all()
    assert coded.description["error"] == errors.max() > 0


@pytest.mark.parametrize(("values", "expected"), [
    ([], "levels"), ([np.nan, np.nan], "levels"), ([0.0], "steps"), ([-3.0, 4.0], "steps"), ([0.1, 0.25], "steps"),
])
def test_small_columns_have_a_coding_too(values, expected):
    coded = code_column(np.asarray(values, dtype=float))
    assert coded.description["coding"] == expected
    np.testing.assert_array_equal(coded.restored, np.asarray(values, dtype=float))


def test_a_table_comes_back_in_the_order_of_its_keys():
    table = demo_table()
    packed = pack_table(table)
    assert (np.diff(packed.table.keys) > 0).all()
    assert "never_measured" not in packed.table.metrics
    rows = packed.packed_rows(range(len(table)))
    for name in packed.table.metrics:
        np.testing.assert_array_equal(packed.table.column(name)[rows], table.column(name))
    assert packed.table.keys[rows].tolist() == table.keys.tolist()
    assert packed.header["metrics"][0]["error"] == 0.0


def test_keys_are_read_back_from_the_bytes():
    packed = pack_table(table_of({"edges": np.arange(CELLS.size)}))
    text = zlib.decompress(packed.data, -zlib.MAX_WBITS)
    sections, start = [], 0
    for length in packed.header["sections"]:
        sections.append(text[start:start + length])
        start += length
    assert start == len(text)
    heads, lengths, differences = (list(numbers(section)) for section in sections[:3])
    keys, index = [], 0
    for run, length in enumerate(lengths):
        for row in range(length):
            keys.append((sum(heads[:run + 1]) << 28) + sum(differences[index:index + row + 1]))
        index += length
    assert keys == packed.table.keys.tolist()


def numbers(section: bytes):
    """Whole numbers of seven bits to a byte, lowest first, one digit at a time."""
    digits = []
    for byte in section:
        digits.append(byte % 128)
        if byte < 128:
            yield sum(digit * 128**index for index, digit in enumerate(digits))
            digits = []


def test_only_requested_metrics_are_packed_and_unknown_ones_refused():
    packed = pack_table(demo_table(), ["training_time", "test_accuracy", "training_time"])
    assert [metric["name"] for metric in packed.header["metrics"]] == ["training_time", "test_accuracy"]
    assert set(packed.sizes) == {"keys", "training_time", "test_accuracy", "order", "script"}
    with pytest.raises(UnknownMetricError):
        pack_table(demo_table(), ["no_such_metric"])


def test_a_hostile_title_cannot_leave_the_data_block():
    table = table_of({"edges": np.arange(CELLS.size)}, title="</script><!--<script>alert(1)")
    script = packed_script(table)
    assert script.lower().count("<script") == script.lower().count("</script") == 1
    assert "<!--" not in script
    assert json.loads(script[script.index(">") + 1:script.rindex("<")])["title"] == table.title


def test_modules_are_bundled_without_a_trace_of_imports_and_ask_for_nothing():
    module = offline_module()
    assert module.count("</script") == 1
    assert not re.search(r"^\s*(import|export)\b", module, re.MULTILINE)
    html = offline_html(demo_table())
    assert "http" not in html.replace("http://www.w3.org/2000/svg", "")


def test_the_order_of_the_source_takes_room_only_where_there_are_ties_out_of_order():
    assert pack_table(table_of({"edges": np.arange(CELLS.size)})).header["order"] is None
    description, sections = code_order(np.arange(8), [np.ones(8)])
    assert (description, sections) == (None, ())
    # Rows 1 and 3 are tied and turned, 0 and 2 tied in order, and all others have no equal.
    description, (present, codes) = code_order(np.array([0, 9, 3, 2, 7]), [np.array([4.0, 5, 4, 5, 6])])
    assert (description["known"], present, codes) == (2, bytes([0b01010]), bytes([1, 0]))


@pytest.mark.slow
@pytest.mark.real
def test_the_whole_of_nasbench101_is_packed_without_loss_in_few_megabytes(real_table_path):
    table = open_table(real_table_path)
    packed = pack_table(table)
    # Nearly every cell shares a value with another one, and the order of 423,624 rows has 938,000 bytes of information.
    assert packed.sizes["order"] < 1_050_000
    assert packed.sizes["script"] < 3_100_000
    assert {metric["error"] for metric in packed.header["metrics"]} == {0.0}
    rows = packed.packed_rows(range(len(table)))
    for name in table.metrics:
        np.testing.assert_array_equal(packed.table.column(name)[rows], table.column(name))

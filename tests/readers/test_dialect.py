"""CSV as spreadsheets and programs write it: separators, decimal signs, blanks and encodings."""

from __future__ import annotations

import numpy as np
import pytest

from vanas_panel.errors import SourceError
from vanas_panel.readers.formats.tabular import read_csv

LABELS = ["conv3x3-bn-relu", "maxpool3x3", "conv1x1-bn-relu"]


@pytest.fixture
def read(tmp_path):
    """Read a CSV file of that text."""

    def run(text: str, encoding: str = "utf-8"):
        path = tmp_path / "some.csv"
        path.write_bytes(text.encode(encoding))
        return read_csv(path, lambda count: None)

    return run


def sheet(separator, accuracy, time, quote=""):
    """Three cells with values as they are written, blanks in `separator` included."""
    rows = [separator.join(("010001000", f"{quote}input,{label},output{quote}", *values))
            for label, *values in zip(LABELS, accuracy, time, strict=True)]
    return "\n".join([separator.join(("adjacency", "operations", "test_accuracy", "training_time")), *rows]) + "\n"


def check(table, time=(100.5, 50.25, 75)):
    """Cells and values are the right ones."""
    assert [table.cell(row).operations[1] for row in range(3)] == LABELS
    np.testing.assert_array_equal(table.column("test_accuracy"), [0.9, 0.7, 0.8])
    np.testing.assert_array_equal(table.column("training_time"), time)


@pytest.mark.parametrize("separator", [";", "\t", "; ", "\t "])
@pytest.mark.parametrize("quote", ["", '"'])
@pytest.mark.parametrize("decimal", [",", "."])
def test_semicolons_and_tabs_separate_with_either_decimal_sign(read, separator, quote, decimal):
    accuracy, time = [f"0{decimal}{digit}" for digit in "978"], [f"100{decimal}5", f"50{decimal}25", "75"]
    check(read(sheet(separator, accuracy, time, quote)))


@pytest.mark.parametrize("separator", [", ", ",   "])
def test_blanks_after_separators_are_no_part_of_names_and_values(read, separator):
    check(read(sheet(separator, ["0.9", "0.7", "0.8"], ["100.5", "50.25", "75"], '"')))


def test_blanks_in_the_header_alone_or_before_a_separator_do_no_harm(read):
    text = sheet(",", ["0.9", "0.7", "0.8"], ["100.5", "50.25", "75"], '"')
    check(read(text.replace("adjacency,operations,", "adjacency, operations , ")))


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
@pytest.mark.parametrize("first", ["", "sep=;\r\n"])
def test_a_byte_order_mark_and_a_line_with_the_separator_are_understood(read, encoding, first):
    text = first + sheet(";", ["0,9", "0,7", "0,8"], ["100,5", "50,25", "75"])
    check(read(text, encoding))


def test_integers_and_empty_fields_keep_their_types(read):
    table = read(sheet(";", ["0,9", "", "0,8"], ["1234", "7", "75"]))
    np.testing.assert_array_equal(table.column("test_accuracy"), [0.9, np.nan, 0.8])
    np.testing.assert_array_equal(table.column("training_time"), [1234, 7, 75])


def test_three_digits_after_a_comma_are_decimals_where_semicolons_separate(read):
    check(read(sheet(";", ["0,9", "0,7", "0,8"], ["1,234", "2,345", "7"])), (1.234, 2.345, 7))


def test_two_decimal_signs_are_refused_with_both(read):
    with pytest.raises(SourceError, match=r"row 2: Found '0,7' in column 'test_accuracy' and '1.234' in column "
                                          r"'training_time'; expected either points or commas as decimal signs"):
        read(sheet(";", ["1", "0,7", "0,8"], ["1.234", "5", "6"]))


def test_a_comma_that_may_stand_between_thousands_is_refused(read):
    with pytest.raises(SourceError, match="'1,234' in column 'training_time', whose comma may be a decimal sign or"):
        read(sheet("\t", ["1", "0", "1"], ["1,234", "5", "6"]))


def test_a_text_among_numbers_with_decimal_commas_is_refused(read):
    with pytest.raises(SourceError, match="row 2: Found 'failed' in column 'training_time'; expected a number"):
        read(sheet(";", ["0,9", "0,7", "0,8"], ["100,5", "failed", "75,5"]))


def test_a_line_with_another_separator_is_explained(read):
    with pytest.raises(SourceError, match="Separate the columns of every line by semicolons"):
        read(sheet(";", ["1", "0", "1"], ["4", "5", "6"]) + '010001000,"input,maxpool3x3,output",1,1\n')
    with pytest.raises(SourceError, match="write decimals with points"):
        read(sheet(",", ["0,9", "0,7", "0,8"], ["4", "5", "6"], '"'))


def test_missing_columns_are_named_one_by_one_for_every_separator(read):
    with pytest.raises(SourceError, match="Found columns graph, operations; expected one column named adjacency or"):
        read("graph;operations\n010001000;input,maxpool3x3,output\n")

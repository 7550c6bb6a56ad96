"""Numbers that people type: options, links and environment variables take plain digits."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

import vanas_panel as vp
from vanas_panel.cli import command_line as cli
from vanas_panel.errors import LinkError, TrainingError
from vanas_panel.state import link_text
from vanas_panel.text.numerals import decimal_number, whole_number
from vanas_panel.training.runs import CELLS_PER_DEVICE, Runs

NONE = ["0x10", "1_000", "１２", "٣", " 5", "5 ", "", "0b11", "1,000", "--5", "9" * 41]


@pytest.mark.parametrize("text", NONE)
def test_numerals_that_only_python_takes_are_refused(text):
    assert whole_number(text) is None and math.isnan(decimal_number(text))


@given(st.integers(-10**30, 10**30), st.floats(allow_nan=False))
def test_numbers_written_by_python_are_read(whole, decimal):
    assert whole_number(str(whole)) == whole and decimal_number(repr(decimal)) == decimal


@pytest.mark.parametrize("option", [["serve", "--session-lifetime"], ["serve", "--port"], ["serve", "--num-procs"],
                                    ["train-space", "--max-vertices"], ["train-space", "--workers"],
                                    ["train-space", "--cells-per-device"]])
@pytest.mark.parametrize("text", ["0x10", "1_0", "５"])
def test_options_take_plain_digits(capsys, option, text):
    with pytest.raises(SystemExit):
        cli.main([*option, text])
    told = capsys.readouterr().err
    assert f"found {text!r}; expected" in told and "Traceback" not in told


@pytest.mark.parametrize("text", ["1_0", "５", "0x10"])
def test_links_and_the_environment_take_plain_digits(monkeypatch, text):
    with pytest.raises(LinkError, match="expected a number"):
        link_text.read_positions(f"1:{text}:0", vp.Draft(["input", "a", "output"], [(0, 1)]))
    monkeypatch.setenv(CELLS_PER_DEVICE, text)
    with pytest.raises(TrainingError, match="expected a whole number"):
        _ = Runs().cells_per_device

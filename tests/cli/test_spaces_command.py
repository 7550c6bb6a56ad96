"""The command that lists search spaces and takes one out of a table."""

import pytest

import vanas_panel as vp
from vanas_panel.cli.command_line import main
from vanas_panel.cli.parsers import choices
from vanas_panel.core.kinds import KINDS


def test_all_spaces_are_listed(capsys):
    assert main(["spaces"]) == 0
    said = capsys.readouterr().out
    for name, count in (("chain", "364"), ("branches", "202,731"), ("cells", "423,624"), ("hierarchical", "165,027")):
        assert f"{name}: {vp.spaces[name].title}\n  {vp.spaces[name].words}" in said
        assert f"Cells: {count} different ones" in said
    assert said.count("500 random queries: ask ") == 4


def test_the_cells_of_a_space_become_a_file_that_opens_and_is_searched(tmp_path, capsys):
    path = tmp_path / "chain.parquet"
    assert main(["spaces", "chain", "mnist-cells", "--out", str(path)]) == 0
    said = capsys.readouterr().out
    cost = vp.spaces["chain"].cost(vp.open_table("mnist-cells"))
    assert "On mnist-cells: 40 of 2,532 cells." in said and f"Wrote {path}." in said
    assert cost["seconds"][1] == pytest.approx(311, abs=0.5) and "500 random queries would train for 5 min 11 s" in said
    assert len(vp.open_table(path)) == 40
    assert main(["search", str(path), "--queries", "100"]) == 0
    assert "100 queries on chain" in capsys.readouterr().out


def test_a_table_without_times_has_no_cost_in_seconds(capsys):
    assert main(["spaces", "branches", "structure4"]) == 0
    said = capsys.readouterr().out
    assert "of 91 cells." in said and "would train" not in said


@pytest.mark.parametrize(("arguments", "words"), [
    (["chain", "--out", "x.parquet"], "Found --out without a table"),
    (["chain", "mnist-cells", "--out", "x.csv"], "a name that ends in .parquet"),
    (["chain", "mnist-cells", "--out", "/dev/null/x.parquet"], "expected a place to write to"),
    (["chain", "no-such-table"], "no-such-table"),
])
def test_mistakes_get_one_line(capsys, arguments, words):
    assert main(["spaces", *arguments]) == 2
    error = capsys.readouterr().err
    assert words in error and error.count("\n") == 1 and error.startswith("vanas-panel spaces: ")


def test_an_unknown_name_is_refused_with_the_known_ones(capsys):
    with pytest.raises(SystemExit, match="2"):
        main(["spaces", "chians"])
    error = capsys.readouterr().err
    assert "chians" in error and all(name in error for name in KINDS)


def test_help_knows_all_spaces():
    assert tuple(KINDS) == choices.SPACES == tuple(vp.spaces)

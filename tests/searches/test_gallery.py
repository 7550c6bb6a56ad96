"""The gallery of search spaces: its counts and costs against brute force, and its tables on page, file and search."""

import pickle
import sys
from itertools import product

import live_hands
import numpy as np
import pytest

import vanas_panel as vp
from tests.searches.test_random_curve import counted
from vanas_panel.core.kinds import KindSpace
from vanas_panel.readers import write_table
from vanas_panel.searches import ledger
from vanas_panel.searches import live as live_module
from vanas_panel.searches.gallery import GallerySpace
from vanas_panel.tables.metrics import known_metric
from vanas_panel.training.personal import Personal

SMALL = vp.CellSpace(["a", "b"], max_vertices=4, max_edges=5)
KINDS = ("chain", "branches", "cells", "hierarchical")


@pytest.fixture(scope="module")
def mnist():
    return vp.open_table("mnist-cells")


def timed_table():
    """Some cells of a small space with a time each."""
    packed = vp.enumerate_cells(SMALL)[::2]
    seconds = np.arange(1.0, packed.size + 1)
    metrics = {name: known_metric(name) for name in ("test_accuracy", "training_time")}
    return vp.BenchmarkTable(SMALL, packed, metrics, {"test_accuracy": 1 / seconds, "training_time": seconds}, name="t")


def test_the_spaces_of_nasbench101():
    assert [len(space) for space in vp.spaces.values()] == [364, 202_731, 423_624, 165_027]
    assert {space.raw_cells for space in vp.spaces.values()} == {509_607_936}
    # 373,754,169 valid raw cells, and 43.8 % duplicates after 500 queries: docs/explanation/random-search.md.
    assert vp.spaces["cells"].valid == 373_754_169 / 509_607_936
    assert vp.spaces["cells"].cost()["duplicates"].tolist() == pytest.approx([0.316, 0.438], abs=5e-4)


@pytest.mark.parametrize("kind", KINDS)
def test_valid_raw_cells_are_counted_one_by_one(kind):
    space = vp.spaces[kind].within(SMALL)
    raws = counted(SMALL)
    inside = [count for key, count in raws.items() if KindSpace("ab", 4, 5, kind).holds([key])[0]]
    assert space.valid == sum(inside) / (2**6 * 2**2) and len(space) == len(inside)


@pytest.mark.parametrize("kind", KINDS)
def test_costs_are_the_mean_over_all_sequences(kind):
    table = timed_table()
    part = vp.spaces[kind].of(table)
    raws = counted(SMALL)
    counts = np.array([raws[key] for key in part.keys.tolist()])
    chances, seconds = counts / counts.sum(), part["training_time"]
    different = spent = wasted = 0.0
    for sequence in product(range(len(part)), repeat=3):
        chance = np.prod(chances[list(sequence)])
        different += chance * len(set(sequence))
        spent += chance * seconds[list(sequence)].sum()
        wasted += chance * (seconds[list(sequence)].sum() - seconds[list(set(sequence))].sum())
    # The limits of the space that is asked make no difference: those of the table count.
    (cost,) = vp.spaces[kind].cost(table, [3]).to_dict("records")
    assert cost == pytest.approx({"queries": 3, "different": different, "duplicates": 1 - different / 3,
                                  "seconds": spent, "wasted_seconds": wasted})


def test_costs_without_known_times_are_unknown(mnist):
    assert vp.spaces["chain"].cost()["seconds"].isna().all()
    assert vp.spaces["chain"].cost(vp.open_table("structure4"))["wasted_seconds"].isna().all()
    assert (vp.spaces["chain"].cost(mnist)["wasted_seconds"] > 0).all()


@pytest.mark.parametrize("kind", KINDS)
def test_the_part_of_a_table_keeps_cells_repeats_and_metrics(kind, mnist):
    part = vp.spaces[kind].of(mnist)
    space = KindSpace(mnist.space.operations, 7, 9, kind)
    rows = [row for row, cell in enumerate(mnist) if not cell.problems(space)]
    assert len(part) == len(rows) == {"chain": 40, "branches": 2_028, "cells": 2_532, "hierarchical": 1_407}[kind]
    assert part.packed.tolist() == mnist.packed[rows].tolist() and part.metrics == mnist.metrics
    np.testing.assert_array_equal(part.repeats("test_accuracy"), mnist.repeats("test_accuracy")[rows])
    assert part.notes[0] == f"{len(rows)} of the 2532 cells of mnist-cells: those of the search space {kind}."
    assert part.training == mnist.training and len(pickle.loads(pickle.dumps(part))) == len(part)


@pytest.mark.parametrize("strategy", ["random", "local-search", "regularised-evolution:naszilla", "reinforce"])
@pytest.mark.parametrize("kind", KINDS)
def test_search_of_a_subspace_asks_and_tells_only_its_cells(kind, strategy, mnist, tmp_path):
    part = vp.spaces[kind].of(mnist)
    run = vp.search(part, strategy, queries=20, seed=2, out=tmp_path / "run.jsonl")
    assert len(run) == 20 and (run.trials["row"] >= 0).all()
    assert part.find(run.best) == run.trials["row"][run.trials["incumbent"].iloc[-1] - 1]
    again = vp.read_search(tmp_path / "run.jsonl")
    assert again.trials["value"].tolist() == run.trials["value"].tolist()


def test_exact_random_curve_of_a_subspace_equals_the_mean_of_runs(mnist):
    frame = vp.compare_searches(vp.spaces["chain"].of(mnist), ["random"], queries=60, seeds=300)
    last = frame[frame["query"] == 60].set_index("strategy")
    assert last.loc["random", "duplicates"] == pytest.approx(last.loc["random (exact)", "duplicates"], abs=0.01)
    assert vp.spaces["chain"].cost(mnist, [60])["duplicates"][0] == pytest.approx(
        last.loc["random (exact)", "duplicates"])


def test_a_run_on_a_part_is_set_beside_chance_in_that_part(mnist):
    part = vp.spaces["chain"].of(mnist)
    chance = ledger(vp.search(part, "random", queries=60, seed=1), part).chance
    assert chance.duplicates / 60 == pytest.approx(vp.spaces["chain"].cost(mnist, [60])["duplicates"][0])


@pytest.mark.parametrize("strategy", ["random", "grid"])
def test_a_live_search_trains_cells_of_the_kind_only(strategy, monkeypatch, tmp_path):
    workers = type("Workers", (live_hands.FakeCluster,), {})
    monkeypatch.setitem(sys.modules, "vanas_panel.training.live", live_hands.use(workers))
    monkeypatch.setattr(live_module, "missing_words", lambda settings: "")
    space = vp.spaces["chain"].within(live_hands.SPACE)
    run = vp.search_live(space, strategy, live_hands.tiny_settings(tmp_path), out=tmp_path / "run.jsonl", queries=12,
                         workers=1, personal=Personal(tmp_path / "trained.sqlite"))
    trained = [vp.Cell.from_packed(key, live_module.TRAINABLE) for key in workers.last.trained]
    assert trained and all(not cell.problems(space.space) for cell in trained)
    assert len(run) == (12 if strategy == "random" else len(run)) and (strategy == "grid" or run.asked_in_vain)


def test_a_part_opens_on_the_page_whose_designer_knows_its_kind(mnist):
    page = vp.explore(vp.spaces["chain"].of(mnist))
    session = page.session
    session.load_cell(vp.Draft(["input", "maxpool3x3", "output"], [(0, 1), (1, 2)]))
    assert session.cell is not None and session.draft.problems(session.table.space) == ()
    session.add_edge(0, 2)
    assert session.cell is None
    assert [problem.kind for problem in session.draft.problems(session.table.space)] == ["not of this kind"]


def test_a_part_is_written_and_read(mnist, tmp_path):
    path = tmp_path / "chain.parquet"
    write_table(vp.spaces["chain"].of(mnist), path)
    table = vp.open_table(path)
    assert len(table) == 40 and table.title == f"{mnist.title} (chain)"


def test_all_cells_make_a_table_without_measurements():
    table = vp.spaces["hierarchical"].within(vp.CellSpace(vp.NASBENCH101.operations, 5, 9)).table()
    whole = vp.open_table("structure4")
    assert list(table.metrics) == ["trainable_parameters", "flops", "vertices", "edges"]
    for cell in list(table)[:20]:
        row = whole.find(cell)
        assert table["edges"][table.find(cell)] == whole["edges"][row]
        assert table["trainable_parameters"][table.find(cell)] == whole["trainable_parameters"][row]
    other = vp.spaces["chain"].within(vp.CellSpace(["lstm", "gru"], 5, 9)).table()
    assert list(other.metrics) == ["vertices", "edges"] and len(other) == 15


def test_a_table_without_a_cell_of_the_kind_is_refused():
    packed = vp.enumerate_cells(SMALL)[-1:]
    table = vp.BenchmarkTable(SMALL, packed, {"test_accuracy": known_metric("test_accuracy")},
                              {"test_accuracy": [0.5]}, name="one")
    with pytest.raises(vp.SearchSpaceError, match="Found no cell of the kind chain in one; expected at least one."):
        vp.spaces["chain"].of(table)


@pytest.mark.parametrize("name", ["chains", "Chain", 3, None, ["chain"]])
def test_an_unknown_name_is_refused_and_the_known_ones_are_said(name):
    with pytest.raises(KeyError) as caught:
        vp.spaces[name]
    assert "expected one of chain, branches, cells, hierarchical" in str(caught.value)
    assert isinstance(caught.value, vp.SearchSpaceError)
    assert name not in vp.spaces


def test_within_wants_a_space():
    with pytest.raises(vp.SearchSpaceError, match=r"vp\.CellSpace\(operations, max_vertices, max_edges\)"):
        vp.spaces["chain"].within(7)


def test_names_complete_at_the_prompt():
    assert vp.spaces._ipython_key_completions_() == list(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_cards_say_what_is_counted_and_show_cells_of_the_kind(kind):
    space = vp.spaces[kind]
    card, picture = space._repr_html_(), space._repr_svg_()
    for words in (space.title, space.words, space.limits, f"{len(space):,} different ones", "509,607,936"):
        assert words in card
    assert len(space.examples) == 6 == picture.count("<title>")
    assert {len(cell.operations) for cell in space.examples} == {7}
    assert card in vp.spaces._repr_html_()


def test_a_space_of_one_cell_has_one_example():
    tiny = GallerySpace(KindSpace(["a"], 2, 1, "chain"))
    assert len(tiny) == 1 == len(tiny.examples) and tiny.valid == 0.5
    assert tiny.cost(queries=[4])["duplicates"].tolist() == pytest.approx([0.75])

"""Random search in closed form, against every raw cell of a small space counted one by one, and against runs."""

from itertools import product

import numpy as np
import pandas as pd
import pytest

import vanas_panel as vp
from vanas_panel.core.encoding import VERTEX_SHIFT, pack
from vanas_panel.errors import SearchError
from vanas_panel.searches import kept_counts
from vanas_panel.searches.random_curve import RandomCurve, raw_counts
from vanas_panel.searches.raw_cells import RawSpace

SMALL = vp.CellSpace(["a", "b"], max_vertices=4, max_edges=4)


def counted(space):
    """Raw cells of every cell, one by one."""
    raws, counts = RawSpace(space), {}
    for bits in range(2**raws.edges):
        for labels in product(range(raws.operations), repeat=raws.inner):
            raw = pack(labels, []) | bits
            assert raw >> VERTEX_SHIFT == space.max_vertices
            key = raws.key(raw)
            if key >= 0:
                counts[key] = counts.get(key, 0) + 1
    return counts


@pytest.mark.parametrize("space", [SMALL, vp.CellSpace(["a"], 2, 1), vp.CellSpace(["a", "b", "c"], 4, 2)])
def test_raw_cells_are_counted(space):
    keys, counts = raw_counts(space)
    assert dict(zip(keys.tolist(), counts.tolist(), strict=True)) == counted(space)
    assert (keys == np.sort(vp.enumerate_cells(space))).all()


CHANCES = np.array([0.4, 0.1, 0.2, 0.0, 0.3])
MERITS = np.array([2.0, 5.0, 2.0, 9.0, 1.0])
OTHER = np.array([10.0, 20.0, 40.0, 0.0, 50.0])


def every_sequence(queries):
    """Probability, cells in their order, for all sequences of queries."""
    cells = [cell for cell in range(5) if CHANCES[cell] > 0]
    for sequence in product(cells, repeat=queries):
        yield float(np.prod(CHANCES[list(sequence)])), sequence


@pytest.mark.parametrize("queries", [1, 2, 5])
def test_the_closed_form_is_the_mean_over_all_sequences(queries):
    best = judged = again = 0.0
    reached = {}
    for chance, sequence in every_sequence(queries):
        winner = max(sequence, key=lambda cell: (MERITS[cell], -sequence.index(cell)))
        best += chance * MERITS[winner]
        judged += chance * OTHER[winner]
        again += chance * (1 - len(set(sequence)) / queries)
        reached[MERITS[winner]] = reached.get(MERITS[winner], 0) + chance
    curve = RandomCurve(CHANCES, MERITS)
    assert curve.best([queries]) == pytest.approx([best])
    assert curve.judged([queries], OTHER) == pytest.approx([judged])
    assert curve.duplicates([queries]) == pytest.approx([again])
    for share in (0.1, 0.5, 0.9):
        total, expected = 0.0, None
        for merit in sorted(reached):
            total += reached[merit]
            if expected is None and total >= share:
                expected = merit
        assert curve.quantile([queries], share) == [expected]


def test_an_unknown_value_of_a_cell_that_may_win_stays_unknown():
    other = OTHER.copy()
    other[1] = np.nan
    assert np.isnan(RandomCurve(CHANCES, MERITS).judged([3], other)).all()


def test_many_queries_cost_no_digits():
    generator = np.random.default_rng(0)
    chances, merits = generator.dirichlet(np.full(3_000, 0.3)), generator.random(3_000)
    order = np.argsort(merits)
    upto = np.cumsum(chances[order])
    upto /= upto[-1]
    for queries in (1, 40, 500, 100_000):
        every = np.diff(upto**queries, prepend=0.0) @ merits[order]
        assert RandomCurve(chances, merits).best([queries])[0] == pytest.approx(every, rel=1e-9)


def test_counts_are_kept_in_the_cache_and_counted_again_where_they_are_damaged(tmp_path, monkeypatch):
    monkeypatch.setenv("VANAS_PANEL_CACHE", str(tmp_path))
    space = vp.CellSpace(["a", "b"], max_vertices=6, max_edges=6)
    counted_times = []

    def counting(asked):
        counted_times.append(asked)
        return raw_counts(asked)

    monkeypatch.setattr(kept_counts, "raw_counts", counting)
    expected = raw_counts(space)
    for damage, times in ((None, 1), (None, 1), (b"torn", 2), (None, 2)):
        if damage:
            next((tmp_path / "counts").glob("*.npy")).write_bytes(damage)
        found = kept_counts.kept_raw_counts(space)
        assert (found[0] == expected[0]).all() and (found[1] == expected[1]).all() and len(counted_times) == times
    (tmp_path / "file").write_bytes(b"")
    monkeypatch.setenv("VANAS_PANEL_CACHE", str(tmp_path / "file"))
    assert (kept_counts.kept_raw_counts(space)[1] == expected[1]).all()


def test_the_exact_curve_can_be_asked_for_single_queries():
    table = vp.open_table("mnist-cells")
    every = vp.compare_searches(table, ["random"], queries=50, seeds=2)
    some = vp.compare_searches(table, ["random"], queries=50, seeds=2, exact=[7, 50])
    curve = every[every["strategy"] == "random (exact)"].set_index("query")
    found = some[some["strategy"] == "random (exact)"].set_index("query")
    pd.testing.assert_frame_equal(found, curve.loc[[7, 50]])
    with pytest.raises(SearchError, match="Found query 51"):
        vp.compare_searches(table, ["random"], queries=50, seeds=2, exact=[51])


@pytest.mark.real
def test_random_search_on_the_whole_of_nasbench101(real_table_path):
    table = vp.open_table(real_table_path)
    frame = vp.compare_searches(table, ["random"], metric="test_accuracy", queries=500, seeds=50)
    at = frame.set_index(["strategy", "query"])
    exact, run = at.loc["random (exact)"], at.loc["random"]
    # In percentage points; NAS-Bench-101, test accuracy of repeat 0.
    assert exact.loc[[150, 500], "regret"].tolist() == pytest.approx([0.00829, 0.00693], abs=5e-6)
    assert exact.loc[[150, 500], "duplicates"].tolist() == pytest.approx([0.316, 0.438], abs=5e-4)
    assert run.loc[500, "regret"] == pytest.approx(0.00693, abs=0.0006)
    assert run.loc[500, "duplicates"] == pytest.approx(0.438, abs=0.01)
    _, counts = raw_counts(table.space)
    assert counts.sum() == 373_754_169 and counts[0] / counts.sum() == pytest.approx(0.097, abs=5e-4)


@pytest.mark.real
def test_regret_of_strategies_on_nasbench101_is_in_the_published_band(real_table_path):
    table = vp.open_table(real_table_path)
    frame = vp.compare_searches(table, ["regularised-evolution:nasbench101", "local-search", "reinforce"],
                                metric="test_accuracy", queries=500, seeds=50, exact=False)
    last = frame[frame["query"] == 500].set_index("strategy")["regret"] * 100
    assert last["regularised-evolution:nasbench101"] == pytest.approx(0.446, abs=0.05)
    assert 0.27 < last["local-search:first"] < 0.42
    assert last["reinforce:nas_benchmarks"] == pytest.approx(0.674, abs=0.05)

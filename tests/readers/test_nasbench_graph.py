"""NAS-Bench-Graph: files as the package has them, made here; and the package itself where it is installed."""

from __future__ import annotations

import pickle
import zipfile
from itertools import permutations
from pathlib import Path

import numpy as np
import pytest

import vanas_panel as vp
from tests.readers.test_forms import nested
from vanas_panel.core.trees import GRAPH_OPERATIONS, LINKS, read_graph_hash
from vanas_panel.errors import SourceError

EXPECTED = "expected a file of NAS-Bench-Graph"


def made(hashes, seed=0):
    """Measurements such as the package has them: one number as NumPy's."""
    random = np.random.default_rng(seed)
    return {number: {"valid_perf": random.random(), "perf": random.random(), "latency": random.random() / 100,
                     "para": np.float64(random.random())} for number in hashes}


def some_hashes(count, seed=0):
    """Distinct hashes of distinct cells: one operation on each node, in the order of a chain or side by side."""
    random = np.random.default_rng(seed)
    found = {}
    while len(found) < count:
        number = int(random.integers(0, 9)) * 10_000 + int("".join(map(str, random.integers(0, 9, 4))))
        found.setdefault(nested(*read_graph_hash(number)), number)
    return list(found.values())


def test_a_file_of_one_data_set(tmp_path):
    hashes = some_hashes(300)
    bench = made(hashes)
    path = tmp_path / "cora.bench"
    path.write_bytes(pickle.dumps(bench, 3))
    table = vp.open_table(path)
    assert [*table.metrics] == ["valid_perf", "perf", "latency", "para"] and len(table) == 300
    for name in table.metrics:
        np.testing.assert_array_equal(table[name], [float(said[name]) for said in bench.values()])
    assert table.metrics["perf"].label == "Test performance" and table.metrics["latency"].higher_is_better is False
    assert table.name == "cora" and "NAS-Bench-Graph" in table.notes[0]


def test_the_package_has_a_metric_for_each_data_set_or_one_is_chosen(tmp_path):
    hashes = some_hashes(50)
    sets = {"cora": made(hashes, 1), "proteins": made(hashes[:20], 2)}
    path = tmp_path / "nas_bench_graph-1.4.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("nas_bench_graph/architecture.py", "")
        for name, bench in sets.items():
            archive.writestr(f"nas_bench_graph/light/{name}.bench", pickle.dumps(bench, 3))
    table = vp.open_table(path)
    assert len(table) == 50 and len(table.metrics) == 8
    np.testing.assert_array_equal(table["perf_dataset_cora"], [each["perf"] for each in sets["cora"].values()])
    assert np.isnan(table["perf_dataset_proteins"]).sum() == 30
    assert not any("repeats of one cell" in note for note in table.notes)
    chosen = vp.open_table(path, conditions={"dataset": {"choose": "proteins"}})
    assert len(chosen) == 20 and [*chosen.metrics] == ["valid_perf", "perf", "latency", "para"]


class Runs:
    """Asks for a call when it is unpickled."""

    def __init__(self, mark: Path):
        self.mark = mark

    def __reduce__(self):
        return exec, (f"open({str(self.mark)!r}, 'w').close()",)


def test_no_pickle_is_run(tmp_path):
    mark, path = tmp_path / "ran", tmp_path / "cora.bench"
    path.write_bytes(pickle.dumps({**made([0]), 1: {"perf": Runs(mark)}}))
    with pytest.raises(SourceError, match=f"none of plain values .it asks for .*exec.*{EXPECTED}"):
        vp.open_table(path)
    assert not mark.exists()


@pytest.mark.parametrize("data", [
    b"junk", pickle.dumps([1]), pickle.dumps({}), pickle.dumps({"a": {"perf": 1.0}}), pickle.dumps({9: {"perf": 1.0}}),
    pickle.dumps({0: {"perf": "high"}}), pickle.dumps({0: {}}), pickle.dumps(made([0, 1]))[:-9]])
def test_other_files_of_that_ending_are_refused(tmp_path, data):
    path = tmp_path / "cora.bench"
    path.write_bytes(data)
    with pytest.raises(SourceError, match=EXPECTED):
        vp.open_table(path)


def test_other_packages_are_refused(tmp_path):
    path = tmp_path / "other-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("other.py", "")
    with pytest.raises(SourceError, match="a package of Python without files of NAS-Bench-Graph"):
        vp.open_table(path)
    path.write_bytes(path.read_bytes()[:40])
    with pytest.raises(SourceError, match="a damaged package of Python"):
        vp.open_table(path)


@pytest.mark.slow
def test_the_package_itself_says_the_same():
    package = pytest.importorskip("nas_bench_graph", reason="needs nas-bench-graph, of the extra `samples`")
    from nas_bench_graph.architecture import Arch, gnn_list, link_list

    assert tuple(gnn_list) == GRAPH_OPERATIONS and tuple(map(tuple, link_list)) == LINKS
    path = Path(package.__file__).with_name("light") / "cora.bench"
    bench = package.light_read("cora")
    table = vp.open_table(path)
    assert len(table) == len(bench) == 26_206  # all of them differ in our canonical form as well
    np.testing.assert_array_equal(table["perf"], [said["perf"] for said in bench.values()])
    hashes = [*bench]
    for row in np.random.default_rng(0).choice(len(hashes), 300):
        links, operations = read_graph_hash(hashes[row])
        arch = Arch([*links], [*operations])
        assert arch.hash_arch() == arch.valid_hash() == hashes[row] and arch.check_isomorph()
        # Any order in which the package accepts the nodes is the same cell.
        orders = [order for order in permutations(range(4))
                  if all(not link or order.index(link - 1) < order.index(node) for node, link in enumerate(links))]
        order = orders[row % len(orders)]
        place = {0: 0, **{int(old) + 1: new + 1 for new, old in enumerate(order)}}
        other = vp.Draft(["input", *(operations[old] for old in order), "output"],
                         [(place[links[old]], place[old + 1]) for old in range(4)]
                         + [(place[old + 1], 5) for old in range(4) if old + 1 not in links])
        assert table.find(vp.Cell(other.operations, other.edges, space=table.space)) == row

"""What a person may ask to open, and what they are told where it cannot be."""

from __future__ import annotations

import os
import pickle
import zipfile

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest

from tests.readers.conftest import no_super_user
from tests.readers.tfrecord_writer import write_records
from vanas_panel import readers
from vanas_panel.core.enumeration import enumerate_cells
from vanas_panel.core.space import NASBENCH101
from vanas_panel.errors import SourceError
from vanas_panel.readers import READERS, embedded_tables, open_table, write_table

CONTENT = 'adjacency,operations,loss\n010001000,"input,maxpool3x3,output",0.5\n'


@pytest.fixture
def source(tmp_path):
    """A small CSV file."""
    path = tmp_path / "some.csv"
    path.write_text(CONTENT)
    return path


@pytest.mark.parametrize("kind", [str, lambda path: path, lambda path: str(path).replace(".csv", ".CSV")])
def test_paths_may_be_texts_or_paths(source, kind):
    source.with_name("some.CSV").write_text(CONTENT)
    assert len(open_table(kind(source))) == 1


def test_a_relative_path_with_spaces_is_a_path(tmp_path, monkeypatch):
    folder = tmp_path / "a folder"
    folder.mkdir()
    (folder / "b c.csv").write_text(CONTENT)
    monkeypatch.chdir(folder)
    assert open_table("b c.csv").name == "b c"
    monkeypatch.chdir(tmp_path)
    assert open_table("a folder/b c.csv").name == "b c"


@pytest.mark.parametrize(("name", "found"), [
    ("nothing.csv", "Found no file of that name; expected an existing file (.parquet, .pq, .csv, .tsv, "
     ".tab, .txt, .jsonl, .ndjson, .tfrecord, .bench, .whl, .json). Check"),
    ("nothing/at all.csv", "Found no file of that name"),
    ("folder", "Found a directory; expected a file"),
    ("folder.csv", "Found a directory; expected a file"),
    ("some.pickle", "Found a file whose name ends in '.pickle'; expected one of .parquet, .pq, .csv, .tsv, .tab, .txt, "
     ".jsonl, .ndjson, .tfrecord, .bench, .whl, .json. It may run code when it is loaded, so it is never opened here."),
    ("some", "Found a file whose name ends in ''; expected one of"),
    ("empty.csv", "Found an empty file"),
    ("empty.parquet", "Found an empty file"),
    ("empty.tfrecord", "Found an empty file"),
])
def test_unreadable_file_is_refused_with_the_reason(tmp_path, name, found):
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder.csv").mkdir()
    for file in ("some.pickle", "some"):
        (tmp_path / file).write_text("x")
    for file in ("empty.csv", "empty.parquet", "empty.tfrecord"):
        (tmp_path / file).touch()
    with pytest.raises(SourceError) as caught:
        open_table(tmp_path / name)
    assert found in str(caught.value)
    assert caught.value.path == tmp_path / name


@pytest.mark.parametrize("ending", [".tsv", ".TAB", ".txt", ".csv"])
@pytest.mark.parametrize("separator", ["\t", ",", ";"])
def test_separator_of_a_text_is_detected_whatever_the_file_ending(tmp_path, ending, separator):
    path = tmp_path / f"results{ending}"
    path.write_text("\n".join(separator.join(row) for row in [
        ["adjacency", "operations", "test_accuracy"], ["010001000", '"input,maxpool3x3,output"', "0.5"]]))
    table = open_table(path)
    assert table.name == "results" and table.column("test_accuracy").tolist() == [0.5]
    assert open_table("results").name == "results"


def test_parquet_may_be_called_pq(tmp_path):
    path = tmp_path / "results.pq"
    pd.DataFrame({"adjacency": ["0100"], "operations": ["input,output"], "m": [1.0]}).to_parquet(path)
    assert open_table(path).metrics.keys() == {"m"}
    own = tmp_path / "own.PQ"
    write_table(open_table(path), own)
    assert open_table(own).metrics.keys() == {"m"}


@pytest.mark.parametrize(("name", "start", "advice"), [
    ("r.csv.gz", b"x", "Found a file that is not packed as .gz"), ("r.tar", b"x", "Unpack it first, and open"),
    ("r.zip", b"x", "Unpack it first"),
    ("r.xlsx", b"x", "save the sheet as CSV"), ("r.ods", b"x", "save the sheet as CSV"),
    ("r.jsonl", b"x", "frame.to_json"), ("r.feather", b"x", "frame.to_parquet"), ("r.npz", b"x", "frame.to_parquet"),
    ("r.dat", b"x", "give its name that ending"),
    ("r.csv", b"\x1f\x8b\x08\x00", "packed with gzip; expected text, as its ending says. Unpack it first"),
    ("r.txt", b"PK\x03\x04\x14", "a packed file or a spreadsheet"), ("r.csv", b"PAR1\x15", "ends in .parquet"),
    ("r.tsv", b"\xd0\xcf\x11\xe0\xa1", "Found an Excel file"), ("r.csv", b"\x28\xb5\x2f\xfd", "packed with zstd"),
])
def test_common_wrong_files_are_refused_with_advice(tmp_path, name, start, advice):
    (tmp_path / name).write_bytes(start)
    with pytest.raises(SourceError, match="expected") as caught:
        open_table(tmp_path / name)
    assert advice in str(caught.value) and len(str(caught.value).removeprefix(str(tmp_path))) <= 500


@pytest.mark.parametrize("suffix", READERS)
@pytest.mark.parametrize("forbidden", ["file", "folder"])
def test_no_permission_is_said(public_folder, suffix, forbidden):
    folder = public_folder / "folder"
    folder.mkdir()
    path = folder / f"some{suffix}"
    path.write_text(CONTENT)
    (path if forbidden == "file" else folder).chmod(0)
    try:
        with no_super_user(), pytest.raises(SourceError, match=r"no permission to read it.*Check the perm") as caught:
            open_table(path)
        assert caught.value.path == path
    finally:
        folder.chmod(0o755)


def test_the_home_folder_may_be_abbreviated(source, monkeypatch):
    monkeypatch.setenv("HOME", str(source.parent))
    assert len(open_table("~/some.csv")) == 1


@pytest.mark.parametrize("suffix", READERS)
def test_a_name_that_is_no_utf_8_is_no_obstacle(source, few_trainings, suffix):
    path = source.with_name(os.fsdecode(b"caf\xe9") + suffix)
    path.write_text(CONTENT + CONTENT.splitlines()[1].replace("0.5", "0.25"))
    if suffix in (".parquet", ".pq"):
        with path.open("rb") as file:
            rows = pyarrow.csv.read_csv(file, convert_options=pyarrow.csv.ConvertOptions(
                column_types={"adjacency": pa.string()}))
        with path.open("wb") as file:
            pq.write_table(rows, file)
    elif suffix in (".jsonl", ".ndjson"):
        text = pd.read_csv(path, dtype={"adjacency": str}).to_json(orient="records", lines=True)
        path.write_text(text)
    elif suffix == ".tfrecord":
        write_records(path, few_trainings[:2])
    elif suffix in (".bench", ".whl"):
        path.write_bytes(pickle.dumps({0: {"perf": 0.5}}))
        if suffix == ".whl":
            data = path.read_bytes()
            with zipfile.ZipFile(path, "w") as archive:
                archive.writestr("light/cora.bench", data)
    elif suffix == ".json":
        path.write_text('{"01201201": {"test_acc": [90.5]}}')
    titles = {".json": "NAS-Bench-Macro (Su et al., AAAI 2021)", ".tfrecord": "NAS-Bench-101 (Ying et al., ICML 2019)",
              **dict.fromkeys((".bench", ".whl"), "NAS-Bench-Graph (Qin et al., NeurIPS 2022)")}
    for _ in range(2):
        table = open_table(path)
        assert (table.name, len(table)) == ("caf\N{REPLACEMENT CHARACTER}", 1)
        assert table.title == titles.get(suffix, table.name)


def test_a_pipe_is_no_file(tmp_path):
    os.mkfifo(tmp_path / "pipe.csv")
    with pytest.raises(SourceError, match="Found a device or a pipe"):
        open_table(tmp_path / "pipe.csv")


def test_a_dangling_link_is_no_file(tmp_path):
    (tmp_path / "link.csv").symlink_to(tmp_path / "nothing.csv")
    with pytest.raises(SourceError, match="no file of that name"):
        open_table(tmp_path / "link.csv")


def test_an_unknown_name_is_answered_with_the_known_ones(source):
    open_table(source)
    with pytest.raises(SourceError, match=r"no table named 'nasbench102'; expected a file, or one of .*some.*fetch"):
        open_table("nasbench102")


def test_the_bare_name_of_a_folder_is_answered_as_a_folder_unless_a_table_has_it(source, tmp_path, monkeypatch):
    open_table(source)
    monkeypatch.chdir(tmp_path)
    for name in ("results", "mlruns/0", source.stem):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "mlruns" / "0" / "meta.yaml").write_text('experiment_id: "0"\n')
    with pytest.raises(SourceError, match="Found a directory; .* Name a file in it"):
        open_table("results")
    with pytest.raises(SourceError, match="Found a folder of MLflow"):
        open_table("mlruns")
    assert open_table(source.stem).column("loss").tolist() == [0.5]


def test_embedded_tables_are_opened_by_name(source, tmp_path, monkeypatch, cache):
    folder = tmp_path / "data"
    folder.mkdir()
    table = open_table(source)
    write_table(table, folder / "second.parquet")
    write_table(table, folder / "first table.parquet")
    monkeypatch.setattr(readers, "EMBEDDED", folder)
    assert [*embedded_tables()] == ["first table", "second"]
    for name in ("second", "first table", "default"):
        assert open_table(name).column("loss").tolist() == [0.5]
    write_table(table, folder / "default.parquet")
    (folder / "default.parquet").write_bytes(b"PAR1" * 3)
    with pytest.raises(SourceError, match=r"default.parquet: Found a damaged file"):
        open_table("default")


def test_a_table_in_our_own_form_is_opened_as_it_is(source, tmp_path, cache):
    table = open_table(source)
    path = tmp_path / "written.parquet"
    write_table(table, path)
    before = sorted(cache.rglob("*"))
    assert open_table(path).name == "written"
    assert sorted(cache.rglob("*")) == before


def test_every_embedded_table_opens_and_is_whole():
    for name in embedded_tables():
        table = open_table(name)
        assert len(table) > 0
        for metric in table.metrics:
            assert table.repeats(metric).shape[0] == len(table)


def test_the_official_format_is_opened_by_way_of_the_cache(tmp_path, few_trainings):
    path = write_records(tmp_path / "nasbench_only108.tfrecord", few_trainings)
    cold, warm = open_table(path), open_table(path)
    assert len(cold) == len(warm) == 91
    assert [*cold.metrics] == [*warm.metrics]
    for name in cold.metrics:
        np.testing.assert_array_equal(cold.repeats(name), warm.repeats(name))
    assert warm.repeats("test_accuracy")[0].tolist() == [few_trainings[row].evaluations[2][4] for row in range(3)]


@pytest.mark.slow
@pytest.mark.real
def test_the_real_table_is_the_whole_space(real_table_path, real_frame):
    for _ in range(2):
        table = open_table(real_table_path)
        assert len(table) == 423_624
        assert table.space is NASBENCH101 or table.space == NASBENCH101
        np.testing.assert_array_equal(np.sort(table.keys), enumerate_cells(NASBENCH101))
        for name in table.metrics:
            np.testing.assert_array_equal(table.column(name), real_frame[name].to_numpy(np.float64))
        for row in np.random.default_rng(8).choice(len(table), 200, replace=False):
            cell = table.cell(int(row))
            assert cell.module_hash == real_frame.module_hash[row]
            assert "".join(map(str, cell.matrix.ravel())) == real_frame.module_adjacency[row]
            assert ",".join(cell.operations) == real_frame.module_operations[row]
    assert table.notes == ()

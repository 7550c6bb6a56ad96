"""The cache: one conversion per content, nothing damaged trusted, nothing half-written left."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import orjson
import pytest

from tests.readers.conftest import no_super_user
from tests.readers.tfrecord_writer import write_records
from vanas_panel.errors import SourceError
from vanas_panel.readers import READERS, open_table
from vanas_panel.readers import cache as cache_module
from vanas_panel.readers.cache import cache_folder, cached_sources, open_converted
from vanas_panel.readers.formats.nasbench import read_nasbench
from vanas_panel.readers.formats.stored import read_stored

ROW = '010001000,"input,{},output",{}\n'


@pytest.fixture
def source(tmp_path) -> Path:
    """A small CSV file that is old enough to be recognised by its times."""
    path = tmp_path / "some.csv"
    path.write_text("adjacency,operations,loss\n" + ROW.format("maxpool3x3", 0.5) + ROW.format("conv3x3-bn-relu", 0.25))
    return aged(path)


def aged(path: Path) -> Path:
    """The file, last changed a while ago. (Its other time stamp, that of the inode, cannot be set: see `settled`.)"""
    os.utime(path, (time.time() - 100,) * 2)
    return path


@pytest.fixture(autouse=True)
def settled(monkeypatch):
    """Trust the index at once; the tests below change files in ways that always change a stamp."""
    monkeypatch.setattr(cache_module, "SETTLED", 0)


@pytest.fixture
def counted(monkeypatch):
    """How often something was converted and how often hashed."""
    counts = {"conversions": 0, "hashes": 0}
    bar, hash_ = cache_module.tqdm, cache_module.content_key

    def counting_bar(*given, **options):
        # Every conversion says how far it is.
        counts["conversions"] += 1
        return bar(*given, **options)

    def counting_hash(path):
        counts["hashes"] += 1
        return hash_(path)

    monkeypatch.setattr(cache_module, "tqdm", counting_bar)
    monkeypatch.setattr(cache_module, "content_key", counting_hash)
    return counts


def loss(path) -> list[float]:
    """The losses of a table."""
    return open_table(path).column("loss").tolist()


def tables(cache: Path) -> list[Path]:
    """Converted tables in the cache."""
    return sorted((cache / "tables").glob("*.parquet"))


def test_a_source_is_converted_once_and_hashed_once(source, cache, counted):
    for _ in range(3):
        assert loss(source) == [0.5, 0.25]
    assert counted == {"conversions": 1, "hashes": 1}
    assert len(tables(cache)) == 1
    assert [path.name for path in cache.rglob("*.tmp")] == []


def test_the_folder_is_that_of_the_environment_or_the_user(monkeypatch, tmp_path):
    assert cache_folder() == tmp_path / "cache folder"
    monkeypatch.delenv("VANAS_PANEL_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_folder().name == "vanas-panel"


def test_a_copy_is_recognised_by_its_content_and_keeps_its_own_name(source, tmp_path, counted):
    open_table(source)
    copy = tmp_path / "folder" / "other name.csv"
    copy.parent.mkdir()
    copy.write_bytes(source.read_bytes())
    table = open_table(copy)
    assert (table.name, len(table)) == ("other name", 2)
    assert counted == {"conversions": 1, "hashes": 2}


def test_a_changed_source_is_converted_again(source, counted):
    open_table(source)
    source.write_text(source.read_text().replace("0.25", "0.75"))
    assert loss(source) == [0.5, 0.75]
    # The same size and the same times do not hide a change: the inode's own time stamp cannot be set back.
    status = source.stat()
    source.write_text(source.read_text().replace("0.75", "0.85"))
    os.utime(source, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert loss(source) == [0.5, 0.85]
    assert counted["conversions"] == 3


def test_a_description_is_part_of_the_source(source, counted):
    assert open_table(source).metrics["loss"].unit == ""
    beside = source.with_name("some.csv.json")
    beside.write_text('{"metrics": {"loss": {"unit": "nats"}}}')
    assert open_table(source).metrics["loss"].unit == "nats"
    beside.unlink()
    assert open_table(source).metrics["loss"].unit == ""
    assert counted["conversions"] == 2


def test_a_source_that_has_just_changed_is_hashed_again(source, counted, monkeypatch):
    monkeypatch.setattr(cache_module, "SETTLED", 2_000_000_000)
    open_table(source)
    open_table(source)
    assert counted == {"conversions": 1, "hashes": 2}


def test_a_source_is_converted_again_once_readers_make_something_else_of_it(source, cache, counted, monkeypatch):
    open_table(source)
    monkeypatch.setattr(cache_module, "READING", cache_module.READING + 1)
    open_table(source)
    assert counted["conversions"] == 2
    assert len(tables(cache)) == 2


def test_cached_reading_of_a_removed_source_still_opens(source, counted, monkeypatch):
    open_table(source)
    source.unlink()
    monkeypatch.setattr(cache_module, "READING", cache_module.READING + 1)
    assert open_table("some").column("loss").tolist() == [0.5, 0.25]
    assert counted["conversions"] == 1


def test_a_copy_of_a_source_has_its_own_name_and_title(source, tmp_path, counted):
    source.write_text(source.read_text() + source.read_text().splitlines()[1] + "\n")
    copy = tmp_path / "copied.csv"
    copy.write_bytes(source.read_bytes())
    for path, name in ((source, "some"), (copy, "copied"), (source, "some")):
        table = open_table(path)
        assert (table.name, table.title) == (name, name)
        assert len(table.notes) == 1 and not any("some" in note or "copied" in note for note in table.notes)
    assert counted["conversions"] == 1
    copy.with_name("copied.csv.json").write_text('{"title": "Said"}')
    assert open_table(copy).title == "Said" and open_table(source).title == "some"


@pytest.mark.parametrize("damage", [
    lambda content: content[: len(content) // 2],
    lambda content: b"",
    lambda content: content[:100] + bytes([content[100] ^ 1]) + content[101:],
    lambda content: content[:-20] + bytes([content[-20] ^ 1]) + content[-19:],
    lambda content: content + b"\0",
])
def test_damaged_cache_is_rebuilt(source, cache, counted, damage):
    open_table(source)
    [file] = tables(cache)
    whole = file.read_bytes()
    file.write_bytes(damage(whole))
    assert loss(source) == [0.5, 0.25]
    assert counted["conversions"] == 2
    assert [path.read_bytes() for path in tables(cache)] == [whole]


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"path": 1, "stamp": [], "seen": 0, "key": "ab"}',
                                     b'{"path": "x", "stamp": [], "seen": "0", "key": "ab"}',
                                     b'{"path": "x", "stamp": [], "seen": 0, "key": "../../etc"}'])
def test_damaged_index_is_rebuilt(source, cache, counted, content):
    open_table(source)
    [entry] = (cache / "index").iterdir()
    entry.write_bytes(content)
    assert loss(source) == [0.5, 0.25]
    assert loss(source) == [0.5, 0.25]
    assert counted == {"conversions": 1, "hashes": 2}


def test_a_file_that_takes_another_ones_name_is_not_trusted(source, tmp_path, cache):
    open_table(source)
    other = tmp_path / "other.csv"
    other.write_text(source.read_text().replace("0.25", "0.125"))
    open_table(other)
    one, two = tables(cache)
    one_content = one.read_bytes()
    one.write_bytes(two.read_bytes())
    two.write_bytes(one_content)
    assert loss(source) == [0.5, 0.25]
    assert loss(other) == [0.5, 0.125]


def test_a_conversion_that_fails_leaves_nothing(source, cache):
    source.write_text(source.read_text() + ROW.format("maxpool3x3", "text"))
    for _ in range(2):
        with pytest.raises(SourceError, match="row 3"):
            open_table(source)
    assert tables(cache) == []
    assert list((cache / "index").glob("*")) == []


def test_a_source_that_changes_meanwhile_is_refused(source, cache):
    def reader(path, advance, asked):
        table = READERS[".csv"](path, advance)
        path.write_text(path.read_text() + ROW.format("conv1x1-bn-relu", 1))
        return table

    with pytest.raises(SourceError, match="changed while it was read"):
        open_converted(source, reader)
    assert tables(cache) == []


@pytest.mark.slow
def test_a_process_that_is_killed_while_writing_leaves_nothing_that_is_trusted(source, cache, tmp_path):
    code = f"""
import os
from vanas_panel.readers import cache, open_table
write = cache.write_unpublished
def half(table, path):
    write(table, path)
    os.truncate(path, 200)
    os._exit(9)
cache.write_unpublished = half
open_table({str(source)!r})
"""
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 9
    assert tables(cache) == []
    assert loss(source) == [0.5, 0.25]


@pytest.mark.slow
def test_processes_that_convert_at_once_do_not_disturb_each_other(tmp_path, few_trainings, cache):
    path = write_records(tmp_path / "some.tfrecord", few_trainings)
    read_nasbench(path, lambda count: None)  # compiles: several processes should not do that at once
    code = f"""
from vanas_panel.readers import open_table
print(open_table({str(path)!r}).column("test_accuracy").sum())
"""
    running = [subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) for _ in range(3)]
    sums = {process.communicate(timeout=300)[0] for process in running}
    assert [process.returncode for process in running] == [0] * 3
    assert len(sums) == 1
    assert len(tables(cache)) == 1
    assert [path.name for path in cache.rglob("*.tmp")] == []
    expected = np.mean([training.evaluations[2][4] for training in few_trainings]) * len(few_trainings) / 3
    assert float(sums.pop()) == pytest.approx(expected)


def test_reading_works_without_a_writable_cache(public_folder, monkeypatch):
    path = public_folder / "some.csv"
    path.write_text("adjacency,operations,loss\n" + ROW.format("maxpool3x3", 0.5))
    folder = public_folder / "cache"
    folder.mkdir(mode=0o555)
    monkeypatch.setenv("VANAS_PANEL_CACHE", str(folder))
    with no_super_user():
        table = open_table(path)
    assert table.column("loss").tolist() == [0.5]
    assert "could not be cached" in table.notes[-1]
    assert list(folder.iterdir()) == []


def test_reading_works_where_the_system_has_no_locks(source, monkeypatch):
    def refuse(self):
        raise NotImplementedError

    monkeypatch.setattr("filelock.FileLock.acquire", refuse)
    assert loss(source) == [0.5, 0.25]


def test_names_of_opened_tables(source, tmp_path, cache):
    assert cached_sources() == {}
    open_table(source)
    assert cached_sources() == {"some": [source]}
    assert open_table("some").column("loss").tolist() == [0.5, 0.25]


def test_a_name_works_after_its_source_is_gone_until_the_cache_is_damaged(source, cache):
    open_table(source)
    source.unlink()
    assert open_table("some").column("loss").tolist() == [0.5, 0.25]
    [file] = tables(cache)
    file.write_bytes(file.read_bytes()[:-1])
    with pytest.raises(SourceError, match="no table named 'some'"):
        open_table("some")


def test_a_name_of_two_sources_is_ambiguous(source, tmp_path):
    other = tmp_path / "folder" / "some.csv"
    other.parent.mkdir()
    other.write_text(source.read_text())
    open_table(source)
    open_table(other)
    with pytest.raises(SourceError, match=r"several tables named 'some': .*some.csv, .*some.csv; .* by its path"):
        open_table("some")


def test_a_downloaded_source_hides_others_of_its_name(source, cache):
    (cache / "downloads").mkdir(parents=True)
    downloaded = cache / "downloads" / "some.csv"
    downloaded.write_text(source.read_text().replace("0.25", "0.125"))
    open_table(source)
    open_table(downloaded)
    assert open_table("some").column("loss").tolist() == [0.5, 0.125]


def test_index_entry_holds_path_and_key(source, cache):
    open_table(source)
    [entry] = (cache / "index").iterdir()
    said = orjson.loads(entry.read_bytes())
    assert said["path"] == str(source)
    assert tables(cache)[0].name.startswith(said["key"])


def test_the_cached_file_has_our_own_form(source, cache):
    open_table(source)
    [file] = tables(cache)
    assert read_stored(file).column("loss").tolist() == [0.5, 0.25]


@pytest.mark.parametrize(("asked", "shown"), [(True, True), (False, False), (None, False)])
def test_a_progress_bar_is_shown_where_it_is_asked_for(tmp_path, few_trainings, capsys, asked, shown):
    path = write_records(tmp_path / "some.tfrecord", few_trainings)
    open_table(path, progress=asked)
    assert ("Converting some.tfrecord" in capsys.readouterr().err) == shown
    open_table(path, progress=asked)
    assert capsys.readouterr().err == ""

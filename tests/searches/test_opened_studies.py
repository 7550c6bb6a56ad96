"""Studies that are handed to a page as an archive of their folder: what is read, and what is refused."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from pathlib import Path

import pandas as pd
import pytest

import vanas_panel as vp
from vanas_panel.errors import SearchError
from vanas_panel.searches.gradient_opened import open_gradient_file
from vanas_panel.studies.insides import insides

DATA = Path(__file__).resolve().parents[2] / "data"


def archive(name="study-images", folder="", change=None, **more):
    """The study of the source as an archive, with other files in place of some."""
    files = {str(path.relative_to(DATA / name)): path.read_bytes() for path in sorted((DATA / name).rglob("*"))
             if path.is_file()}
    files = {**files, **(change or {}), **more}
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as packed:
        for path, content in files.items():
            if content is not None:
                packed.writestr(f"{folder}{path}", content)
    return held.getvalue()


@pytest.mark.parametrize("name", ["study-images", "study-texts"])
@pytest.mark.parametrize("folder", ["", "mine/"])
def test_an_archive_is_the_study_of_its_folder(name, folder):
    expected, found = vp.read_study(DATA / name), open_gradient_file(archive(name, folder), "mine.zip").run
    # The folder that it was unpacked into is gone.
    assert not found.folder.exists() and found.plan == expected.plan
    pd.testing.assert_frame_equal(found.trainings, expected.trainings)
    pd.testing.assert_frame_equal(found.summary, expected.summary)
    pd.testing.assert_frame_equal(insides(found), insides(expected))


def test_other_files_are_left_where_they_are():
    others = {"../study.txt": b"?", "searches/notes.md": b"?", "mnist/../../x.jsonl": b"?", "elsewhere.jsonl": b"?"}
    assert len(open_gradient_file(archive(change=others), "mine.zip").run.trainings) == 42


PLAN = json.loads((DATA / "study-images" / "study.json").read_bytes())


@pytest.mark.parametrize(("change", "words"), [
    ({"study.json": b"{"}, "mine.zip/study.json: Found something else"),
    ({"study.json": b"[" * 100_000}, "Found something else"),
    ({"study.json": json.dumps({**PLAN, "random": 0}).encode()}, "random = 0"),
    ({"searches/darts-1.jsonl.gz": None}, "mine.zip/searches/darts-1.jsonl"),
    ({"searches/darts-1.jsonl.gz": b"nothing"}, "no archive that can be read"),
    ({"searches/darts-1.jsonl.gz": gzip.compress(b"nothing\n")}, "no search of this form"),
    ({"mnist/darts.jsonl": b"{}\n"}, "mine.zip/mnist/darts.jsonl, line 1"),
    ({"searches/darts-1.jsonl": b"{}"}, "files of several searches"),
    ({"other/study.json": b"{}"}, "several studies"),
    ({f"set-{number}/darts.jsonl": b"" for number in range(300)}, "more than 300 files"),
    # 41 MiB of blanks, packed twice: a kilobyte of the archive.
    ({"searches/darts-1.jsonl.gz": gzip.compress(b" " * (41 << 20))}, "MiB unpacked"),
])
def test_damaged_studies_are_one_clear_error(change, words):
    with pytest.raises(SearchError, match="Found") as caught:
        open_gradient_file(archive(change=change), "mine.zip")
    assert words in caught.value.words and "/tmp" not in caught.value.words and "Found Found" not in caught.value.words


def test_a_study_without_trainings_says_so():
    none = {path: None for path in zipfile.ZipFile(io.BytesIO(archive())).namelist() if path.endswith(".jsonl")}
    with pytest.raises(SearchError, match="without a finished training"):
        open_gradient_file(archive(change=none), "mine.zip")

"""Files of searches by gradient that are handed to a page."""

import io
import json
import struct
import tracemalloc
import zipfile

import pytest
from gradient_runs import SMALL, searched, searched_twice

from vanas_panel.core.genotype import Genotype
from vanas_panel.errors import SearchError
from vanas_panel.neat import Genome
from vanas_panel.searches.gradient_opened import check_size, gradient_file, open_gradient_file
from vanas_panel.searches.gradient_plan import stages_of


def packed(folder="", method=zipfile.ZIP_DEFLATED, more=(), **files):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", method) as archive:
        for name, content in {**{f"{folder}{name.replace('_', '.')}": each for name, each in files.items()},
                              **dict(more)}.items():
            archive.writestr(name, content)
    return held.getvalue()


def damaged(content):
    """An archive whose packed bytes are no longer any."""
    begin = 30 + len("stage0.jsonl")
    return content[:begin] + b"\xff" * 20 + content[begin + 20:]


def forged(content, size):
    """An archive that says of its only file that it has another size."""
    changed = bytearray(content)
    central = content.index(b"PK\x01\x02")
    struct.pack_into("<I", changed, central + 24, size)
    struct.pack_into("<I", changed, 22, size)
    return bytes(changed)


def genotype_text(nodes):
    """A genotype of so many nodes."""
    cell = [("skip_connect", source) for node in range(nodes) for source in (node, node + 1)]
    return str(Genotype(cell, [2], cell[:2], [2])).encode()


def genome_text(genes):
    """A genome of so many nodes in a row."""
    row = " ".join(f"{number}:{number}>{number + 1}" for number in range(1, genes + 1))
    return repr(Genome.from_text(row, (1,), genes + 1)).encode()


@pytest.mark.parametrize("run", [searched(SMALL, 4), searched_twice(3)])
def test_what_is_saved_is_read_back(run):
    name, content = gradient_file(run, "mine")
    opened = open_gradient_file(content, name)
    assert type(opened.run) is type(run) and opened.file == name and opened.name.startswith("file-")
    for mine, other in zip(stages_of(run), stages_of(opened.run), strict=True):
        assert mine.settings == other.settings and (mine.alphas == other.alphas).all()
        assert (mine.gradients == other.gradients).all() and mine.epochs.equals(other.epochs)
    assert open_gradient_file(content, f"again{name[-6:]}").name == opened.name


STAGE = gradient_file(searched(SMALL, 2), "x")[1]
KNOWN = ("expected a search by DARTS or NEAT (.jsonl), a search by DG-DARTS or a study (.zip), or a genotype or a "
         "genome (.txt).")


@pytest.mark.parametrize(("name", "content", "words"), [
    ("run.parquet", STAGE, KNOWN),
    ("run.jsonl", b"", KNOWN),
    ("run.txt", b"import os", KNOWN),
    ("run.txt", b"Genotype(1)", "expected a genotype as the code of DARTS writes it"),
    ("run.txt", b"\xff\xfe", KNOWN),
    ("run.jsonl", b"{}\n", KNOWN),
    ("run.jsonl", b'{"form": "vanas-panel-study-neat-1"}\n', KNOWN),
    ("run.jsonl", STAGE.replace(b'"nodes":2', b'"nodes":0'), "run.jsonl, line 1: Found nodes = 0"),
    ("run.jsonl", STAGE[:STAGE.index(b"\n") + 1], "without a finished epoch"),
    ("run.jsonl", STAGE.replace(b'"epoch":2', b'"epoch":3'), "no epoch 2"),
    ("run.zip", b"PK", "no archive that can be read"),
    ("run.zip", packed(other_txt="x"), "no file stage0.jsonl"),
    ("run.zip", packed(settings_json="{", stage0_jsonl=STAGE), "settings that cannot be read"),
    ("run.zip", packed(settings_json='{"clusters": "x"}', stage0_jsonl=STAGE), "settings that cannot be read"),
    ("run.zip", packed(settings_json='{"clusters": 1e999}', stage0_jsonl=STAGE), "settings that cannot be read"),
    ("run.zip", packed(settings_json="[" * 200_000, stage0_jsonl=STAGE), "settings that cannot be read"),
    ("run.zip", packed(settings_json="7", stage0_jsonl=STAGE), "settings that cannot be read"),
    ("run.zip", packed(stage0_jsonl=b"nothing\n"), "no search of this form"),
    ("run.zip", packed(stage0_jsonl=b" " * (41 << 20)), "MiB unpacked"),
    ("run.zip", packed(method=zipfile.ZIP_BZIP2, stage0_jsonl=b" " * (41 << 20)), "another method than deflate"),
    ("run.zip", packed(method=zipfile.ZIP_LZMA, stage0_jsonl=STAGE), "another method than deflate"),
    ("run.zip", damaged(packed(stage0_jsonl=STAGE)), "no archive that can be read"),
    ("run.zip", packed(folder="one/", stage0_jsonl=STAGE, more={"two/stage1.jsonl": STAGE}), "of several searches"),
    ("run.txt", genotype_text(13), "a cell of 13 nodes; expected at most 12"),
    ("run.txt", b"Genome(1)", "expected a genome as Python writes it"),
    ("run.txt", b"Genome.from_text('1:0>0', inputs=(0,), output=1)", "connections that lead to no input"),
    ("run.txt", genome_text(41), "a genome of 41 genes; expected at most 40"),
])
def test_other_files_are_one_clear_error(name, content, words):
    with pytest.raises(SearchError, match="Found") as caught:
        open_gradient_file(content, name)
    assert words in caught.value.words and "/tmp" not in caught.value.words and "Found Found" not in caught.value.words


def test_a_large_file_is_refused_before_it_is_sent():
    with pytest.raises(SearchError, match="Found a file of 6 MiB; expected at most 5 MiB"):
        check_size(5 * 2**20 + 1)
    with pytest.raises(SearchError, match="at most 5 MiB"):
        open_gradient_file(b" " * (5 * 2**20 + 1), "run.jsonl")


def test_settings_of_an_archive_are_those_of_its_groups():
    content = gradient_file(searched_twice(), "x")[1]
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert json.loads(archive.read("settings.json")) == {"clusters": 2, "least": 2}
        other = packed(stage0_jsonl=archive.read("stage0.jsonl"), stage1_jsonl=archive.read("stage1.jsonl"))
    with pytest.raises(SearchError, match="clusters = 3 and least = 3"):
        open_gradient_file(other, "x.zip")


def test_what_an_archive_says_of_its_sizes_is_not_believed():
    content = forged(packed(stage0_jsonl=b" " * (400 << 20)), 1_000)
    tracemalloc.start()
    try:
        with pytest.raises(SearchError, match="no archive that can be read"):
            open_gradient_file(content, "x.zip")
        assert tracemalloc.get_traced_memory()[1] < 100 << 20
    finally:
        tracemalloc.stop()


def test_an_archive_may_have_its_files_in_a_folder():
    run = searched_twice()
    with zipfile.ZipFile(io.BytesIO(gradient_file(run, "x")[1])) as archive:
        files = {f"dg/{name}": archive.read(name) for name in archive.namelist()}
    others = {"__MACOSX/dg/stage0.jsonl": b"?", "dg/notes.txt": b"?"}
    opened = open_gradient_file(packed(more={**files, **others}), "x.zip")
    assert str(opened.run.genotype) == str(run.genotype)


def test_a_genotype_of_as_many_nodes_as_can_be_drawn_is_read():
    assert len(open_gradient_file(genotype_text(12), "x.txt").run.normal) == 24


def test_a_genome_is_read_as_it_was_saved_by_itself():
    genome = Genome.from_text("1:0>1! 2:0>2 3:2>1", (0,), 1, nodes="2:sep_conv_3x3,none/relu/add")
    assert open_gradient_file(f"\ufeff{genome!r}\n".encode(), "genome.txt").run == genome
    assert len(open_gradient_file(genome_text(40), "genome.txt").run) == 40

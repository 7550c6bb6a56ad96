"""Packed texts open as the same table; those that grow beyond the limits are refused in little memory."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

import vanas_panel as vp
from vanas_panel.errors import SourceError
from vanas_panel.readers import check_names
from vanas_panel.readers.formats.compressed import PACKED, blocks
from vanas_panel.readers.options import Asked
from vanas_panel.tables.limits import Limits

TEXT = 'adjacency,operations,acc,seed\n010001000,"input,a,output",0.5,1\n010001000,"input,b,output",0.25,2\n'


def zipped(content: bytes, *names: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names or ("results.csv",):
            archive.writestr(name, content)
    return file.getvalue()


def zstandard(content: bytes) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.CompressedOutputStream(sink, "zstd") as packed:
        packed.write(content)
    return sink.getvalue().to_pybytes()


WITH_CHECKSUM = bytes.fromhex(
    "28b52ffd04585d0200f40361646a6163656e63792c6f7065726174696f6e732c6163632c736565640a303130302c22696e70"
    "75742c612c6f7574707574222c302e352c316232352c320a0300c01089f2a65bf704b441c6f6")
"""`TEXT` as `zstd --check` packs it."""
PACK = {".gz": gzip.compress, ".bz2": bz2.compress, ".xz": lzma.compress, ".zip": zipped, ".zst": zstandard}


def written(tmp_path: Path, ending: str, content: bytes) -> Path:
    path = tmp_path / f"results{ending}"
    path.write_bytes(content)
    return path


def refused(path: Path, words: str, **keywords) -> str:
    with pytest.raises(SourceError, match=words) as caught:
        vp.open_table(path, **keywords)
    assert caught.value.path == path and len(str(caught.value).removeprefix(str(path))) <= 500
    return str(caught.value)


def test_every_ending_is_tried():
    assert PACK.keys() == PACKED.keys()


@pytest.mark.parametrize("packing", PACK)
@pytest.mark.parametrize(("ending", "separator"), [(".csv", ","), (".tsv", "\t"), (".TXT", ";")])
def test_a_packed_text_is_the_same_table(tmp_path, packing, ending, separator):
    text = TEXT if separator == "," else TEXT.replace('"', "").replace("input,", "input#").replace(
        ",output", "#output").replace(",", separator).replace("#", ",")
    path = written(tmp_path, ending + packing, PACK[packing](text.encode("utf-16" if ending == ".TXT" else "utf-8")))
    table = vp.open_table(path)
    assert table.name == "results" and table.column("acc").tolist() == [0.5, 0.25] and len(table.notes) == 1
    np.testing.assert_array_equal(vp.open_table("results").packed, table.packed)
    assert vp.open_table("results", conditions={"seed": "split"}).metrics.keys() == {"acc_seed_1", "acc_seed_2"}


def test_a_description_stands_beside_it(tmp_path):
    path = written(tmp_path, ".csv.gz", gzip.compress(TEXT.encode()))
    path.with_name("results.csv.gz.json").write_text(json.dumps({"title": "Packed", "ignore": ["seed"]}))
    assert vp.open_table(path).title == "Packed"


@pytest.mark.parametrize("packing", PACK)
def test_names_are_found_in_the_header(tmp_path, packing):
    path = written(tmp_path, f".csv{packing}", PACK[packing](TEXT.encode() * 20_000))
    check_names([str(path)], Asked({"seed": "split"}, "", {"acc": True}, True))
    with pytest.raises(SourceError, match="a direction for 'ac'.*Write 'acc'"):
        check_names([str(path)], Asked({}, "", {"ac": True}, True))


@pytest.mark.parametrize("packing", [".gz", ".bz2", ".xz", ".zst"])
def test_several_parts_one_after_the_other_are_one_text(tmp_path, packing):
    pack, text = PACK[packing], TEXT.encode()
    path = written(tmp_path, f".csv{packing}", pack(text[:60]) + pack(b"") + pack(text[60:]))
    assert b"".join(blocks(path)) == text and len(vp.open_table(path)) == 2


@pytest.mark.parametrize("packing", PACK)
def test_damaged_and_cut_files_are_refused(tmp_path, packing):
    noise = np.random.default_rng(0).integers(0, 1 << 30, 20_000)
    whole = PACK[packing](TEXT.encode() + "".join(f"0100,x,{value}\n" for value in noise).encode())
    for index in range(8, len(whole), len(whole) // 9):
        refused(written(tmp_path, f".csv{packing}", whole[:index]), "does not unpack")
    if packing == ".zst":
        # As the program zstd writes files, with a checksum: Arrow writes none.
        whole = WITH_CHECKSUM
        assert len(vp.open_table(written(tmp_path, ".csv.zst", whole))) == 2
    damaged = bytearray(whole)
    damaged[len(whole) // 2] ^= 0xFF
    refused(written(tmp_path, f".csv{packing}", bytes(damaged)), "does not unpack")


def test_frames_without_data_are_passed_over(tmp_path):
    # As pzstd writes them: a mark, a length, and so many bytes.
    skipped = b"\x50\x2a\x4d\x18" + (5).to_bytes(4, "little") + b"hello"
    text = TEXT.encode()
    path = written(tmp_path, ".csv.zst", skipped + zstandard(text[:60]) + skipped + zstandard(text[60:]) + skipped)
    assert b"".join(blocks(path)) == text and len(vp.open_table(path)) == 2
    refused(written(tmp_path, ".csv.zst", zstandard(text) + b"and more"), "does not unpack")
    refused(written(tmp_path, ".csv.zst", skipped + TEXT.encode()), "does not unpack")


def test_a_file_that_asks_for_much_memory_is_refused(tmp_path):
    # A frame of .zst whose window is 2 GiB (RFC 8878, section 3.1.1.1.2), with one block of one byte.
    frame = b"\x28\xb5\x2f\xfd" + bytes([0, (31 - 10) << 3]) + (1 | 1 << 3).to_bytes(3, "little") + b"a"
    refused(written(tmp_path, ".csv.zst", frame), "does not unpack .*too much memory")


@pytest.mark.parametrize("packing", PACK)
def test_plain_file_with_a_packed_ending_is_reported(tmp_path, packing):
    said = refused(written(tmp_path, f".csv{packing}", TEXT.encode()), f"a file that is not packed as {packing}")
    assert f"Take {packing} from its name, if it is plain text" in said
    refused(written(tmp_path, f".parquet{packing}", PACK[packing](b"PAR1")), "a packed text opens where its name says")


def test_an_archive_holds_one_table(tmp_path):
    refused(written(tmp_path, ".csv.zip", zipped(b"x", "a.csv", "b.csv")), "Found 2 files in a packed file")
    whole = written(tmp_path, ".csv.zip", zipped(TEXT.encode(), "folder/a.csv", "__MACOSX/a.csv"))
    assert len(vp.open_table(whole)) == 2
    locked = bytearray(zipped(TEXT.encode()))
    for mark, index in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        locked[locked.index(mark) + index] |= 1
    refused(written(tmp_path, ".csv.zip", bytes(locked)), "locked with a password")


@pytest.mark.parametrize("packing", PACK)
def test_limits_apply_to_unpacked_sizes(tmp_path, packing):
    text = TEXT + '010001000,"input,a,output",0.5,1\n' * 40
    path = written(tmp_path, f".csv{packing}", PACK[packing](text.encode()))
    refused(path, "43 lines; expected at most 42", limits=Limits(rows=42))
    refused(path, "more than 41 lines", limits=Limits(rows=41))
    most = len(text) - 1
    said = refused(path, f"more than {most:,} bytes once it is unpacked; expected at most", limits=Limits(bytes=most))
    assert "--limit bytes=NUMBER" in said
    assert len(vp.open_table(path, limits=Limits(bytes=len(text), rows=43))) == 2


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_an_archive_is_packed_as_usual(tmp_path, method):
    # Python unpacks these a megabyte at a time, which may become gigabytes.
    with zipfile.ZipFile(tmp_path / "results.csv.zip", "w", method) as archive:
        archive.writestr("results.csv", TEXT.encode())
    refused(tmp_path / "results.csv.zip", "a .zip that is packed by another method than usual")


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="the peak is asked of Linux")
@pytest.mark.parametrize("packing", PACK)
def test_a_bomb_is_refused_in_little_memory(tmp_path, packing):
    path = written(tmp_path, f".csv{packing}", PACK[packing](TEXT.encode() + bytes(100 << 20)))
    assert path.stat().st_size < 1 << 20
    code = ("import resource, sys, vanas_panel as vp\n"
            "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
            "try:\n    vp.open_table(sys.argv[1], limits=vp.Limits(bytes=80 << 20))\n"
            "except vp.VanasError as error:\n    print(error)\n"
            "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)\n")
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True,
                          env={**os.environ, "VANAS_PANEL_CACHE": str(tmp_path / "cache")})
    said, grown = done.stdout.rsplit("\n", 2)[:2]
    assert "more than 83,886,080 bytes once it is unpacked" in said
    assert int(grown) < 40 << 10  # kilobytes

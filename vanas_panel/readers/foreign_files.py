"""Files and folders that are not read here: what each is, by its content, and how to make a table of it.

Nothing of them is run or unpacked: first bytes, names within an archive, and a few words among the first of a pickle
tell the formats apart.
"""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import NamedTuple

from vanas_panel.readers.endings_advice import PANDAS, SPREADSHEET
from vanas_panel.text.language import Constant, Message, marked

FIRST_BYTES = 1 << 16
"""How many bytes tell what a file is."""


class Foreign(NamedTuple):
    """What a file is, and what to do with it."""

    found: str
    advice: str


_PICKLE = Foreign(marked("a pickle of Python"), Message(
    "It may run code when it is loaded, so it is never opened here. {pandas}", pandas=Constant(PANDAS)))
_201_ADVICE = marked("It may run code when it is loaded, so it is never opened here. Load it with its own package, and "
                     "write a CSV file with the architecture strings (api.meta_archs) and their accuracies "
                     "(api.get_more_info)")
_OWN_PACKAGE = marked("It may run code when it is loaded, so it is never opened here. Load it with its own package, "
                      "and write a CSV file with a row for each architecture string and what was measured of it")
_NATS = Foreign(marked("a benchmark file of NATS-Bench (a packed pickle)"), _201_ADVICE)

_BY_WORDS = (
    ((b"meta_archs", b"arch2infos"), Foreign(marked("a benchmark file of NAS-Bench-201 (saved by PyTorch)"),
                                             _201_ADVICE)),
    ((b"edgegpu_latency",), Foreign(marked("HW-NAS-Bench (a pickle)"), _OWN_PACKAGE)),
    ((b"class_scene", b"room_layout"), Foreign(marked("TransNAS-Bench-101 (saved by PyTorch)"), _OWN_PACKAGE)),
)
"""Formats of pickles by words that stand among their first ones."""

_BY_START = (
    (b"\x89HDF\r\n\x1a\n", Foreign(marked("an HDF5 file"), marked(
        "Write it from Python with pandas: pandas.read_hdf(...).to_parquet('results.parquet')"))),
    (b"ARROW1", Foreign(marked("an Arrow or Feather file"), marked(
        "Write it from Python with pandas: pandas.read_feather(...).to_parquet('results.parquet')"))),
    (b"FEA1", Foreign(marked("a Feather file of the first version"), marked(
        "Write it from Python with pandas: pandas.read_feather(...).to_parquet('results.parquet')"))),
    (b"ORC", Foreign(marked("an ORC file"), marked(
        "Write it from Python with pandas: pandas.read_orc(...).to_parquet('results.parquet')"))),
    (b"Obj\x01", Foreign(marked("an Avro file"), PANDAS)),
    (b"\x93NUMPY", Foreign(marked("an array of NumPy"), PANDAS)),
    (b"MATLAB 5.0", Foreign(marked("a MATLAB file"), PANDAS)),
    (b"<stata_dta>", Foreign(marked("a Stata file"), marked(
        "Write it from Python with pandas: pandas.read_stata(...).to_parquet('results.parquet')"))),
    (b"\xd0\xcf\x11\xe0", Foreign(marked("an Excel file (.xls)"), SPREADSHEET)),
    (b":W&B", Foreign(marked("a run of Weights & Biases as it is kept on disk"), marked(
        "Save the table of runs as CSV on its web page, or write api.runs(...) as CSV from Python, and open that"))),
    (b"%PDF", Foreign(marked("a PDF"), marked("Copy its table into a CSV file"))),
    (b"version https://git-lfs", Foreign(marked("a pointer of Git LFS in the place of the file"), marked(
        "Fetch the file itself: git lfs pull"))),
)
_PAGES = (b"<!doctype html", b"<html")
_PAGE = Foreign(marked("a web page, as a download gives that went wrong"), marked("Download the file itself"))
_EVENTS = Foreign(marked("an event file of TensorBoard"), marked(
    "It holds curves of one run. Write one row for each run as CSV, with its parameters and last values, or save its "
    "curves as CSV in TensorBoard, and open that"))
_XLSX = Foreign(marked("an Excel file"), SPREADSHEET)
_ODS = Foreign(marked("an OpenDocument sheet"), SPREADSHEET)
_NPZ = Foreign(marked("arrays of NumPy (.npz)"), PANDAS)
_TORCH = Foreign(marked("a file that PyTorch saved"), Message(
    "It may run code when it is loaded, so it is never opened here. {pandas}", pandas=Constant(PANDAS)))


def foreign_file(path: Path, start: bytes) -> Foreign | None:
    """What a file is that nothing here reads, and what to do; None where that is not known.

    Parameters
    ----------
    path : Path
    start : bytes
        Its first `FIRST_BYTES`.

    Examples
    --------
    >>> foreign_file(Path("some.h5"), bytes.fromhex("894844460d0a1a0a")).found
    'an HDF5 file'
    """
    for magic, foreign in _BY_START:
        if start.startswith(magic):
            return foreign
    if start[:64].lstrip().lower().startswith(_PAGES):
        return _PAGE
    # A record of TensorFlow: its length, a checksum, and the version that every event file begins with.
    if b"brain.Event:" in start[12:48]:
        return _EVENTS
    if start.startswith(b"BZh") and path.name.endswith((".pickle.pbz2", ".pkl.pbz2")):
        return _NATS
    if start.startswith(b"PK\x03\x04"):
        return _archive(path)
    if start[:1] == b"\x80" and start[1:2] in b"\x02\x03\x04\x05":
        return _of_words(start) or _PICKLE
    return None


def _archive(path: Path) -> Foreign | None:
    """What a ZIP archive is, by the names within it."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            pickles = [name for name in names if name.endswith("/data.pkl") or name == "data.pkl"]
            if pickles:
                with archive.open(pickles[0]) as member:
                    return _of_words(member.read(FIRST_BYTES)) or _TORCH
            if "xl/workbook.xml" in names or "xl/workbook.bin" in names:
                return _XLSX
            if "mimetype" in names and "content.xml" in names:
                return _ODS
            return _NPZ if names and all(name.endswith(".npy") for name in names) else None
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, OSError, ValueError):
        return None


def _of_words(start: bytes) -> Foreign | None:
    """The benchmark whose words stand at the beginning of a pickle."""
    return next((foreign for words, foreign in _BY_WORDS if any(word in start for word in words)), None)


_FOLDERS = (
    (("meta.pickle.pbz2",), Foreign(marked("the folder of NATS-Bench (packed pickles)"), _201_ADVICE)),
    (("*/surrogate_model.model", "surrogate_model.model", "*/*/surrogate_model.model"), Foreign(
        marked("surrogate models of NAS-Bench-301"), marked(
            "They predict, and hold no measurements. Write the architectures that you ask them for and what they "
            "predict as CSV or JSON lines, and open that"))),
    (("results.csv.zip", "*/results.csv.zip"), Foreign(marked("a folder of Syne Tune"), marked(
        "Open the file results.csv.zip in it"))),
    (("*/meta.yaml", "meta.yaml"), Foreign(marked("a folder of MLflow"), marked(
        "Write its runs from Python: mlflow.search_runs(...).to_csv('runs.csv'), and open that"))),
    (("run-*.wandb", "run-*/run-*.wandb", "offline-run-*/run-*.wandb", "wandb/*run-*/run-*.wandb"), Foreign(
        marked("runs of Weights & Biases as they are kept on disk"), marked(
            "Save the table of runs as CSV on its web page, or write api.runs(...) as CSV from Python, and open "
            "that"))),
    (("*.tfevents.*", "*/*.tfevents.*", "*/*/*.tfevents.*"), Foreign(marked("a folder of event files of TensorBoard"),
                                                                   _EVENTS.advice)),
    (("*.bench",), Foreign(marked("a folder of NAS-Bench-Graph"), marked(
        "Open one of its .bench files, or the package with all data sets as pip download nas-bench-graph saves it"))),
)


def foreign_folder(path: Path) -> Foreign | None:
    """What a folder is that nothing here reads, and what to do; None where that is not known."""
    try:
        return next((foreign for patterns, foreign in _FOLDERS
                     if any(next(path.glob(pattern), None) is not None for pattern in patterns)), None)
    except OSError:
        return None

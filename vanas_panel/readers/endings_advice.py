"""Advice on files that no reader reads, by the endings of their names or their first bytes."""

from __future__ import annotations

from pathlib import Path

from vanas_panel.text.language import Constant, Message, marked

SPREADSHEET = marked("Open it in the spreadsheet and save the sheet as CSV, the cells' columns as text")
"""What to do with a spreadsheet."""
PANDAS = marked("Write it from Python with pandas: frame.to_parquet('results.parquet')")
"""What to do with what Python loads."""
_ADVICE = {
    (".gz", ".bz2", ".xz", ".zst", ".zip", ".7z", ".tar", ".tgz"):
        marked("Unpack it first, and open the file in it; a packed text opens where its name says both, as in "
               "results.csv.gz"),
    (".xlsx", ".xls", ".xlsm", ".ods", ".numbers"): SPREADSHEET,
    (".json",):
        marked("Write one row for each cell as CSV or Parquet, from Python with pandas.read_json(...).to_parquet(...)"),
    (".pkl", ".pickle", ".pt", ".pth", ".joblib"):
        Message("It may run code when it is loaded, so it is never opened here. {pandas}", pandas=Constant(PANDAS)),
    (".feather", ".arrow", ".h5", ".hdf5", ".hdf", ".npz", ".npy", ".mat", ".rds", ".dta", ".db", ".sqlite"): PANDAS,
}
_BY_ENDING = {ending: advice for endings, advice in _ADVICE.items() for ending in endings}
_BY_START = {
    b"\x1f\x8b": (marked("a file that is packed with gzip"), marked("Unpack it first, or end its name in .csv.gz")),
    b"BZh": (marked("a file that is packed with bzip2"), marked("Unpack it first, or end its name in .csv.bz2")),
    b"\xfd7zXZ": (marked("a file that is packed with xz"), marked("Unpack it first, or end its name in .csv.xz")),
    b"\x28\xb5\x2f\xfd": (marked("a file that is packed with zstd"),
                          marked("Unpack it first, or end its name in .csv.zst")),
    b"PK\x03\x04": (marked("a packed file or a spreadsheet"),
                    Message("Unpack it first. {spreadsheet}", spreadsheet=Constant(SPREADSHEET))),
    b"PAR1": (marked("a Parquet file"), marked("Give it a name that ends in .parquet")),
}


def advice_for(path: Path) -> str:
    """Advice on a file whose ending no reader knows.

    Examples
    --------
    >>> advice_for(Path("results.tar"))
    'Unpack it first, and open the file in it; a packed text opens where its name says both, as in results.csv.gz'
    """
    return _BY_ENDING.get(path.suffix.lower(), marked(
        "Convert it to CSV or Parquet as docs/schema.md describes; where it is one of these, give its name that "
        "ending"))


def mistaken_text(start: bytes) -> tuple[str, str] | None:
    """The kind of a file that should be text, and advice, where its first bytes tell; else None.

    Examples
    --------
    >>> mistaken_text(b"PAR1...")
    ('a Parquet file', 'Give it a name that ends in .parquet')
    """
    return next((found for magic, found in _BY_START.items() if start.startswith(magic)), None)

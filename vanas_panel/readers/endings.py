"""What to do with files that people have and no reader reads, by the endings of their names or their first bytes."""

from __future__ import annotations

from pathlib import Path

_SPREADSHEET = "Open it in the spreadsheet and save the sheet as CSV, the cells' columns as text"
_PANDAS = "Write it from Python with pandas: frame.to_parquet('results.parquet')"
_ADVICE = {
    (".gz", ".bz2", ".xz", ".zst", ".zip", ".7z", ".tar", ".tgz"):
        "Unpack it first, and open the file in it; a packed text opens where its name says both, as in results.csv.gz",
    (".xlsx", ".xls", ".xlsm", ".ods", ".numbers"): _SPREADSHEET,
    (".json", ".jsonl", ".ndjson"):
        "Write one row for each cell as CSV or Parquet, from Python with pandas.read_json(...).to_parquet(...)",
    (".pkl", ".pickle", ".pt", ".pth", ".joblib"):
        f"It may run code when it is loaded, so it is never opened here. {_PANDAS}",
    (".feather", ".arrow", ".h5", ".hdf5", ".hdf", ".npz", ".npy", ".mat", ".rds", ".dta", ".db", ".sqlite"): _PANDAS,
}
_BY_ENDING = {ending: advice for endings, advice in _ADVICE.items() for ending in endings}
_BY_START = {
    b"\x1f\x8b": ("a file that is packed with gzip", "Unpack it first, or end its name in .csv.gz"),
    b"BZh": ("a file that is packed with bzip2", "Unpack it first, or end its name in .csv.bz2"),
    b"\xfd7zXZ": ("a file that is packed with xz", "Unpack it first, or end its name in .csv.xz"),
    b"\x28\xb5\x2f\xfd": ("a file that is packed with zstd", "Unpack it first"),
    b"PK\x03\x04": ("a packed file or a spreadsheet", f"Unpack it first. {_SPREADSHEET}"),
    b"\xd0\xcf\x11\xe0": ("a spreadsheet", _SPREADSHEET),
    b"PAR1": ("a Parquet file", "Give it a name that ends in .parquet"),
}

FIRST_BYTES = max(map(len, _BY_START))
"""How many bytes tell what a file is."""


def advice_for(path: Path) -> str:
    """What to do with a file whose ending no reader knows.

    Examples
    --------
    >>> advice_for(Path("results.tar"))
    'Unpack it first, and open the file in it; a packed text opens where its name says both, as in results.csv.gz'
    """
    return _BY_ENDING.get(path.suffix.lower(), "Convert it to CSV or Parquet as docs/schema.md describes; where it is "
                                               "one of these, give its name that ending")


def mistaken_text(start: bytes) -> tuple[str, str] | None:
    """What a file is that should be text, and what to do, where its first bytes tell; else None.

    Examples
    --------
    >>> mistaken_text(b"PAR1...")
    ('a Parquet file', 'Give it a name that ends in .parquet')
    """
    return next((found for magic, found in _BY_START.items() if start.startswith(magic)), None)

"""Results on disk: one line of JSON a cell, only appended, so that an interrupted run can go on."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from vanas_panel.core.cell import Cell
from vanas_panel.errors import TrainingError
from vanas_panel.files.disk_errors import cause
from vanas_panel.files.json_schema import SchemaError, fitted, read_json
from vanas_panel.providers import provided
from vanas_panel.text.language import Message
from vanas_panel.training.result_form import MOST_BYTES, ResultForm, check_result
from vanas_panel.training.settings import FLOAT32, Settings

_MOST_FILE_BYTES = 1 << 30


@dataclass(frozen=True)
class Record:
    """A trained cell: one line of a results file.

    Attributes
    ----------
    key : int
        Canonical key of the cell, with the operation indices of NAS-Bench-101.
    operations, edges : list
        The cell in the order of the key, as `Cell` takes it.
    trainable_parameters, multiply_accumulates : int
        Of the network of one repeat, for one image; computed, not measured.
    repeats : list of dict
        As `Repeat`, every one that was asked for, failed ones included.
    settings_hash : str
        `Settings.digest` of the settings below.
    settings : dict
        `Settings.to_dict`.
    images : str
        `Images.digest` of the images.
    versions : dict of str to str
        Of vanas-panel, Python, PyTorch and NumPy.
    threads : int
        Threads that PyTorch used.
    seconds : float
        Time on the clock for the cell, evaluations included.
    finished : str
        Date and time of the end, UTC, ISO 8601.
    device : str
        The device: ``cpu``, ``cuda:0``, ``mps``. Results of before there was a choice are of a processor.
    device_name : str
        The maker's name of the device; empty where unknown.
    precision : str
        `Settings.precision` of the settings.
    cells_per_device : int
        So many cells at most were trained on the device at once; 0 where that was not limited.
    """

    key: int
    operations: list[str]
    edges: list[list[int]]
    trainable_parameters: int
    multiply_accumulates: int
    repeats: list[dict[str, Any]]
    settings_hash: str
    settings: dict[str, Any]
    images: str
    versions: dict[str, str] = field(default_factory=dict)
    threads: int = 1
    seconds: float = 0.0
    finished: str = ""
    device: str = "cpu"
    device_name: str = ""
    precision: str = FLOAT32
    cells_per_device: int = 0

    def _repr_html_(self) -> str:
        return provided("HTML of a record")(self)

    @property
    def device_kind(self) -> str:
        """``cpu``, ``cuda`` or ``mps``: times of one kind only can be compared."""
        return self.device.partition(":")[0]

    @property
    def cell(self) -> Cell:
        """The cell; its limits are not those of any search space."""
        return Cell(tuple(self.operations), tuple((source, target) for source, target in self.edges), None)

    def to_json(self) -> str:
        """The record as one line of JSON."""
        return json.dumps(asdict(self), allow_nan=False)

    @classmethod
    def from_json(cls, text: str | bytes) -> Record:
        """The record that `to_json` gave; names that are not known are left out.

        Raises
        ------
        SchemaError
            Where the text holds none, or one that cannot be true: see `vanas_panel.training.result_form`.
        """
        content = read_json(text, longest=MOST_BYTES)
        check_result(fitted(content, ResultForm))
        names = {item.name for item in fields(cls)}
        return cls(**{name: value for name, value in content.items() if name in names})


def where_words(record: Record) -> str:
    """Where and how exactly a cell was trained.

    Examples
    --------
    >>> where_words(Record(0, [], [], 0, 0, [], "", {}, "", {"torch": "2.13.0"}, device="cuda:0", device_name="X1"))
    'cuda:0 (X1), float32, PyTorch 2.13.0'
    """
    name = f" ({record.device_name})" if record.device_name else ""
    return f"{record.device}{name}, {record.precision}, PyTorch {record.versions.get('torch', '?')}"


@dataclass(frozen=True)
class Results:
    """The content of a results file.

    Attributes
    ----------
    records : tuple of Record
        In the order of the file, one for each cell: the first where a cell is there twice.
    torn : bytes
        A last line that was broken off while it was being written; empty where the file is whole.
    repeated : int
        Records left out because their cell was there before.
    """

    records: tuple[Record, ...] = ()
    torn: bytes = b""
    repeated: int = 0

    def _repr_html_(self) -> str:
        return provided("HTML of results")(self)

    @property
    def keys(self) -> frozenset[int]:
        """Canonical keys of the cells."""
        return frozenset(record.key for record in self.records)


def read_results(path: str | Path) -> Results:
    """Read a results file.

    Parameters
    ----------
    path : path-like
        Need not exist: then there are no results yet.

    Returns
    -------
    Results

    Raises
    ------
    TrainingError
        Where the file cannot be read, or a line is no record; only the last one may have been broken off.
    """
    path = Path(path)
    try:
        size = path.stat().st_size
        if size > _MOST_FILE_BYTES:
            raise TrainingError(Message("{path}: Found {size:,} bytes; expected results, at most {most:,}. "
                                        "Check the path, or write to several files.", path=path, size=size,
                                        most=_MOST_FILE_BYTES))
        content = path.read_bytes()
    except FileNotFoundError:
        return Results()
    except OSError as error:
        raise TrainingError(Message("{path}: Found no readable file ({cause}); expected results. Check the path.",
                                    path=path, cause=cause(error))) from None
    *lines, last = content.split(b"\n")
    records = list(_records(lines, path))
    torn = b""
    if last:
        # Behind the last line end: cut off by a crash, or whole, where an editor left the line end out.
        try:
            records.append(Record.from_json(last))
        except SchemaError as error:
            if not (error.broken and last.startswith(b"{")):
                # Whole, but no result, and perhaps no results file: nothing that may be cut off.
                raise _no_record(path, len(lines) + 1, error) from None
            torn = last
    by_key: dict[int, Record] = {}
    for record in records:
        by_key.setdefault(record.key, record)
    return Results(tuple(by_key.values()), torn, len(records) - len(by_key))


def _records(lines: Iterable[bytes], path: Path) -> Iterator[Record]:
    """Records of whole lines, or an error that says which one is none."""
    for number, line in enumerate(lines, start=1):
        try:
            yield Record.from_json(line)
        except SchemaError as error:
            raise _no_record(path, number, error) from None


def _no_record(path: Path, number: int, error: SchemaError) -> TrainingError:
    """The error for a line that is no record."""
    return TrainingError(Message("{path}, line {number}: Found no record ({error}); expected the result of one cell "
                                 "in JSON. Restore the file, or remove this line to train its cell again.", path=path,
                                 number=number, error=error))


class ResultsFile:
    """A results file to append to; use it in a ``with`` statement.

    Parameters
    ----------
    path : path-like
        Made where it is not there, with its folder. A torn last line is cut off: its cell is trained again.
    settings : Settings
        All records must be of these settings.

    Attributes
    ----------
    results : Results
        Content of the file when it was opened.
    keys : set of int
        Canonical keys of the cells it holds now.

    Raises
    ------
    TrainingError
        Where the file has records of other settings, or cannot be read or written.
    """

    def __init__(self, path: str | Path, settings: Settings):
        self.path = Path(path)
        self.results = read_results(self.path)
        self.keys = set(self.results.keys)
        others = sorted({record.settings_hash for record in self.results.records} - {settings.digest})
        if others:
            raise TrainingError(Message("{path}: Found results of the settings {others}; expected those of {digest}, "
                                        "with which you train. Use the settings inside the file, or write to another "
                                        "one.", path=self.path, others=", ".join(others), digest=settings.digest))
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            # Without a buffer, so that nothing is left to be written at the end of a failure.
            self._stream = self.path.open("ab", buffering=0)
        except OSError as error:
            raise TrainingError(Message("{path}: Found no file that can be written ({cause}); expected a place for "
                                        "results. Choose another path.", path=self.path, cause=cause(error))) from None
        if self.results.torn:
            self._stream.truncate(self.path.stat().st_size - len(self.results.torn))
        elif self.results.records and not self.path.read_bytes().endswith(b"\n"):
            self._write(b"\n")

    def append(self, record: Record) -> None:
        """Write a record, and return when it is on the disk.

        Raises
        ------
        TrainingError
            Where the disk is full, for one; the file is then as it was before.
        """
        self._write(record.to_json().encode() + b"\n")
        self.keys.add(record.key)

    def _write(self, content: bytes) -> None:
        """Write all of it, or nothing."""
        before = os.fstat(self._stream.fileno()).st_size
        try:
            rest = memoryview(content)
            while rest:
                rest = rest[self._stream.write(rest):]
            os.fsync(self._stream.fileno())
        except OSError as error:
            # Half a line would be taken for one broken off, but only at the end of the file.
            with suppress(OSError):
                self._stream.truncate(before)
            raise TrainingError(Message("{path}: Found no room for another result ({cause}); expected a file that can "
                                        "be written. Make room, then run the same command again: the results in the "
                                        "file are kept.", path=self.path, cause=cause(error))) from None

    def __enter__(self) -> ResultsFile:
        return self

    def __exit__(self, *_) -> None:
        self._stream.close()

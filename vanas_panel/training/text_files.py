"""Texts and their labels as they lie in files: CSV and TSV (SST-2), and IMDb's folders of one text a file."""

from __future__ import annotations

import csv
import hashlib
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from vanas_panel.errors import TrainingError, brief
from vanas_panel.files.disk_errors import cause
from vanas_panel.text.language import Constant, Message, marked

TEXT_COLUMNS = ("text", "sentence", "review", "phrase", "content")
LABEL_COLUMNS = ("label", "sentiment", "class", "polarity", "target")
"""Headings of the columns, the first that is there; capital letters count as small ones."""

_ENDINGS = (".tsv", ".csv")
_FOLDER_CLASSES = ("neg", "pos")


@dataclass(frozen=True, eq=False)
class Texts:
    """Texts as they were read.

    Attributes
    ----------
    texts : tuple of str
    labels : int64 (n,)
        Classes from 0.
    classes : tuple of str
        Their names as the file has them, numbers in their order, others by the alphabet.
    test_from : int or None
        Index of the first test text, where the source has a test set of its own.
    """

    texts: tuple[str, ...]
    labels: np.ndarray
    classes: tuple[str, ...]
    test_from: int | None = None

    @cached_property
    def digest(self) -> str:
        """First 16 hexadecimal digits of the SHA-256 of texts, labels and where the test texts begin."""
        digest = hashlib.sha256(repr((self.classes, self.test_from)).encode())
        digest.update("\0".join(self.texts).encode("utf-8", "surrogatepass"))
        digest.update(np.ascontiguousarray(self.labels, dtype="<i8").tobytes())
        return digest.hexdigest()[:16]


def load_texts(source: str, only: str = "") -> Texts:
    """Read texts.

    Parameters
    ----------
    source, only : str
        As those of `vanas_panel.training.text_settings.TextSettings`.

    Returns
    -------
    Texts

    Raises
    ------
    TrainingError
        Where they are not there, have no labels, or fewer than two classes.
    """
    path = Path(source)
    if path.is_dir() and (path / "train" / _FOLDER_CLASSES[0]).is_dir():
        return _texts(*(_from_folders(path / part) for part in ("train", "test")), path=path)
    if not path.is_dir():
        return _texts(_from_table(path, only), path=path)
    train = _part(path, "train")
    if train is None:
        raise _refused(path, Message("no train.tsv, train.csv or train/neg"))
    own = next((_from_table(found, only) for found in (_part(path, "test"), _part(path, "dev"))
                if found is not None and _columns(found)[1]), None)
    return _texts(_from_table(train, only), *([own] if own else []), path=path)


def _part(folder: Path, name: str) -> Path | None:
    """The file of a set in a folder."""
    return next((folder / f"{name}{ending}" for ending in _ENDINGS if (folder / f"{name}{ending}").is_file()), None)


def _texts(*parts: tuple[Sequence[str], Sequence[str]], path: Path) -> Texts:
    """One or two sets, the second one for tests, with their classes numbered."""
    names = [name for _texts, labels in parts for name in labels]
    classes = tuple(sorted(set(names), key=lambda name: (0, int(name), name) if _is_number(name) else (1, 0, name)))
    if len(classes) < 2 or len(classes) > 1_000:
        raise _unusable(path, Message("{count:,} different labels: {names}", count=len(classes),
                                      names=brief(", ".join(classes), 80)), marked("2 to 1,000"),
                        marked("Check which column holds the labels."))
    number = {name: index for index, name in enumerate(classes)}
    return Texts(tuple(text for texts, _labels in parts for text in texts),
                 np.array([number[name] for name in names], dtype=np.int64), classes,
                 len(parts[0][0]) if len(parts) > 1 else None)


def _is_number(name: str) -> bool:
    """Whether a label is a whole number of a usual size."""
    return name.removeprefix("-").isascii() and name.removeprefix("-").isdigit() and len(name) < 10


def _table_of(path: Path, rows: int | None = None) -> pd.DataFrame:
    """A file as text, nothing in it taken for a number or for missing."""
    if path.suffix.lower() not in _ENDINGS:
        raise _refused(path, Message("a name that ends with {ending}", ending=repr(path.suffix)))
    is_tabbed = path.suffix.lower() == ".tsv"
    try:
        with warnings.catch_warnings():
            # Rows of another length would be shifted or cut.
            warnings.simplefilter("error", pd.errors.ParserWarning)
            # Quotation marks of SST-2 are parts of sentences.
            table = pd.read_csv(path, sep="\t" if is_tabbed else ",", dtype=str, keep_default_na=False, nrows=rows,
                                quoting=csv.QUOTE_NONE if is_tabbed else csv.QUOTE_MINIMAL, encoding="utf-8-sig",
                                index_col=False)
    except OSError as error:
        raise _refused(path, cause(error)) from None
    except UnicodeDecodeError as error:
        raise _unusable(path, Message("bytes that are no UTF-8, the first one at {place:,}", place=error.start),
                        marked("text in UTF-8"), marked("Save it in UTF-8.")) from None
    except pd.errors.EmptyDataError:
        raise _unusable(path, marked("an empty file"), marked("a heading, then a text and a label a line"),
                        marked("Check the path.")) from None
    except (ValueError, pd.errors.ParserError, pd.errors.ParserWarning) as error:
        raise _unusable(path, brief(str(error).strip(), 120),
                        marked("as many columns in every line as the heading has"),
                        marked("Put texts with commas in quotation marks.")) from None
    table.columns = pd.Index([str(name).strip() for name in table.columns])
    return table


def _columns(path: Path) -> tuple[str | None, str | None]:
    """Headings of the texts and of the labels of a file; None where there is none."""
    headings = {name.lower(): name for name in _table_of(path, 0).columns[::-1]}
    found = [next((headings[name] for name in known if name in headings), None)
             for known in (TEXT_COLUMNS, LABEL_COLUMNS)]
    return found[0], found[1]


def _from_table(path: Path, only: str) -> tuple[list[str], list[str]]:
    """Texts and labels of a file."""
    table = _table_of(path)
    (text, label), (column, _equals, value) = _columns(path), only.partition("=")
    if table.columns.has_duplicates:
        raise _unusable(path, Message("two columns {name}", name=table.columns[table.columns.duplicated()][0]),
                        marked("each heading once"), marked("Rename one."))
    for heading, known in ((text, TEXT_COLUMNS), (label, LABEL_COLUMNS)):
        if heading is None:
            raise _refused(path, Message("the columns {columns}, and none of {known}", known=", ".join(known),
                                         columns=brief(", ".join(table.columns), 80)))
    if only:
        chosen = table.get(column.strip())
        table = table if chosen is None else table[chosen == value.strip()]
        if chosen is None or table.empty:
            raise _refused(path, Message("no line with {only}", only=brief(only, 80)))
    missing = np.flatnonzero((table[label].str.strip() == "").to_numpy() | table[label].isna().to_numpy())
    if missing.size:
        raise _unusable(path, Message("no label in {count:,} of {rows:,} rows, the first one row {row:,}",
                                      count=missing.size, rows=len(table), row=int(table.index[missing[0]]) + 1),
                        marked("one in each"), marked("Fill them in, or leave these rows out."))
    return table[text].fillna("").tolist(), table[label].str.strip().tolist()


def _from_folders(folder: Path) -> tuple[list[str], list[str]]:
    """Texts of a folder that has one for each class, a file each."""
    texts, labels = [], []
    for name in _FOLDER_CLASSES:
        files = sorted((folder / name).glob("*.txt"))
        if not files:
            raise _refused(folder / name, Message("no file *.txt"))
        for each in files:
            try:
                texts.append(each.read_text(encoding="utf-8"))
            except (OSError, UnicodeDecodeError) as error:
                raise _refused(each, cause(error) if isinstance(error, OSError) else str(error)) from None
            labels.append(name)
    return texts, labels


def _refused(path: Path, found: str) -> TrainingError:
    """The error for texts that cannot be read."""
    return TrainingError(Message("{path}: Found {found}; expected texts and labels: a .csv or .tsv file with the "
                                 "columns text and label, a folder with train and dev or test as such files, or a "
                                 "folder with train/pos, train/neg, test/pos and test/neg. Check the path.", path=path,
                                 found=found))


def _unusable(path: Path, found: str, expected: str, advice: str) -> TrainingError:
    """The error for a file of texts in which something is wrong."""
    said = [each if isinstance(each, Message) else Constant(each) for each in (found, expected, advice)]
    return TrainingError(Message("{path}: Found {found}; expected {expected}. {advice}", path=path, found=said[0],
                                 expected=said[1], advice=said[2]))

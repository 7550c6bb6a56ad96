"""Results of trained genotypes: one line of JSON each, only appended, so that a comparison can go on."""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from os import PathLike
from pathlib import Path
from typing import Any

import filelock
import orjson
import pandas as pd

from vanas_panel.core.genotype import Genotype
from vanas_panel.errors import TrainingError, VanasError
from vanas_panel.files.disk_errors import cause
from vanas_panel.text.language import Message
from vanas_panel.training.darts.genotype_settings import GenotypeSettings
from vanas_panel.training.darts.lines import content_of

FORM = "vanas-panel-genotype-1"
_NUMBERS = ("validation_accuracy", "test_accuracy", "train_loss", "seconds")


@dataclass(frozen=True)
class GenotypeResult:
    """A trained genotype.

    Attributes
    ----------
    genotype : Genotype
    settings : GenotypeSettings
    images : str
        Digest of the images.
    parameters, multiply_accumulates : int
        Of its network, for one image; computed, not measured.
    validation_accuracy, test_accuracy : float
        Fractions, after the last epoch.
    train_loss : float
        Mean over the last epoch.
    seconds : float
        Time on the clock, of the training alone.
    device : str
    versions : dict of str to str
    """

    genotype: Genotype
    settings: GenotypeSettings
    images: str
    parameters: int
    multiply_accumulates: int
    validation_accuracy: float
    test_accuracy: float
    train_loss: float
    seconds: float
    device: str
    versions: dict[str, str]

    @property
    def key(self) -> tuple[str, str, str]:
        """Equal for trainings that come to the same."""
        return str(self.genotype), self.settings.digest, self.images


def append_result(path: str | PathLike, result: GenotypeResult) -> None:
    """Add a result to a file; a torn last line, as a killed process leaves it, is cut off first.

    Raises
    ------
    TrainingError
        Where the file is of something else or cannot be written.
    """
    target = Path(path)
    line = {"form": FORM, **asdict(result), "genotype": str(result.genotype), "settings": result.settings.to_dict()}
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with filelock.FileLock(target.with_name(f".{target.name}.lock"), timeout=60), target.open("a+b") as file:
            file.seek(0)
            content = file.read()
            if content:
                _lines(content, target)
                file.truncate(content.rfind(b"\n") + 1)
            file.write(orjson.dumps(line) + b"\n")
            file.flush()
            os.fsync(file.fileno())
    except (OSError, filelock.Timeout) as error:
        reason = cause(error) if isinstance(error, OSError) else error
        raise TrainingError(Message("{path}: Found {reason}; expected a file that can be written. Choose another.",
                                    path=target, reason=reason)) from None


def read_genotype_results(path: str | PathLike) -> list[GenotypeResult]:
    """Read the results of trained genotypes. PyTorch is not needed.

    Parameters
    ----------
    path : path-like
        As `train_genotype` wrote it. A last line that was cut off is left out.

    Returns
    -------
    list of GenotypeResult

    Raises
    ------
    TrainingError
        Where it cannot be read or is no such file; the message names the line.
    """
    target = Path(path)
    return _lines(content_of(target, _unreadable), target)


def results_frame(results: Sequence[GenotypeResult]) -> pd.DataFrame:
    """Results as a table, a row each: genotype as text, seed, costs, accuracies (fractions), loss, seconds, device."""
    names = ["genotype", "seed", "parameters", "multiply_accumulates", *_NUMBERS, "device"]
    return pd.DataFrame([{"genotype": str(each.genotype), "seed": each.settings.seed,
                          **{name: getattr(each, name) for name in names[2:]}} for each in results], columns=names)


def _lines(content: bytes, path: Path) -> list[GenotypeResult]:
    """The results of all whole lines."""
    found = []
    for number, line in enumerate(content.split(b"\n")[:-1], start=1):
        try:
            found.append(_result_of(orjson.loads(line)))
        except (ValueError, KeyError, TypeError, AttributeError, VanasError) as error:
            if isinstance(error, VanasError):
                raise TrainingError(Message("{path}, line {line}: {error}", path=path, line=number,
                                            error=error)) from None
            raise _unreadable(path, number, Message("something else")) from None
    return found


def _result_of(line: Any) -> GenotypeResult:
    """The result of a line; ValueError and the like where it is none."""
    if line["form"] != FORM or set(line) != {"form", *(item.name for item in fields(GenotypeResult))}:
        raise ValueError
    line = {name: value for name, value in line.items() if name != "form"}
    if not all(isinstance(line[name], int | float) and math.isfinite(line[name]) for name in _NUMBERS) or not all(
            type(line[name]) is int for name in ("parameters", "multiply_accumulates")) or not all(
            isinstance(line[name], str) for name in ("images", "device")) or not isinstance(line["versions"], dict):
        raise ValueError
    return GenotypeResult(**{**line, "genotype": Genotype.from_text(line["genotype"]),
                             "settings": GenotypeSettings.from_dict(line["settings"])})


def _unreadable(path: Path, line: int, found: str) -> TrainingError:
    """The error for a line that cannot be read."""
    return TrainingError(Message("{path}, line {line}: Found {found}; expected results of genotypes as train_genotype "
                                 "writes them. Choose another file.", path=path, line=line, found=found))

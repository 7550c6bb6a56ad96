"""Encoding of a metric's values as bytes: as few as the data need, with a stated error bound.

Three codings, each over the known values in the order of the packed rows; what is missing is a bitmap before them.

``steps``
    Every value is ``(first + code) / per_unit``, rounded to single precision where ``single``. Accuracies are such:
    counts of images, divided by how many there were (and by the number of repeats that were averaged).
``levels``
    Every value is one of at most 65,536 different ones, which stand before the codes. Nothing is lost.
``float24``
    The upper three bytes of single precision, rounded to nearest: a relative error of at most 2**-16.

Codes and levels are written in planes, all lowest bytes first, which compresses better than number by number.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

MOST_LEVELS = 65_536
_SINGLE = (1e-30, 1e30)
"""Sizes that single precision holds with all its digits."""
_MOST_EXACT = 2.0**40
_LEAST_STEP = 1e-30
RELATIVE_ERROR = 2.0**-16
"""The most that the coding ``float24`` may lose, as a share of the value."""

_MOST_STEPS = 1 << 17
_SAMPLE = 96
_HALF_UNIT = 2.0**-24
"""Relative rounding error of a number that was kept in single precision."""


@dataclass(frozen=True)
class CodedColumn:
    """Values of one metric as bytes.

    Attributes
    ----------
    description : dict
        What a reader needs to restore the values, ready for JSON: ``coding`` and what belongs to it, ``known``, and
        ``error``, the largest difference between a value and its restored one.
    sections : tuple of bytes
        In the order in which they are read.
    restored : float64 (n,)
        The values as a reader will see them, NaN where unknown.
    """

    description: dict
    sections: tuple[bytes, ...]
    restored: np.ndarray


def code_column(values: np.ndarray) -> CodedColumn:
    """Write a column in the coding that takes least room among those that lose nothing, else in the nearest one.

    Parameters
    ----------
    values : float64 (n,)
        NaN where unknown.

    Returns
    -------
    CodedColumn

    Examples
    --------
    >>> code_column(np.array([0.25, np.nan, 0.5])).description["coding"]
    'steps'
    """
    known = ~np.isnan(values)
    present = values[known]
    tried = [coded for coded in (_steps(present), _levels(present)) if coded is not None] or [_nearest(present)]
    # A coding that is exact to the last bit comes before a smaller one that is exact to single precision.
    exact = [coded for coded in tried if not _error(coded[2], present)] or tried
    description, sections, restored = min(exact, key=lambda coded: sum(len(zlib.compress(part)) for part in coded[1]))
    whole = np.full(values.shape, np.nan)
    whole[known] = restored
    if not known.all():
        sections = (np.packbits(known, bitorder="little").tobytes(), *sections)
    return CodedColumn({**description, "known": int(known.sum()), "missing": not known.all(),
                        "error": _error(restored, present)}, sections, whole)


def code_order(source_rows: np.ndarray, scores: Sequence[np.ndarray]) -> tuple[dict | None, tuple[bytes, ...]]:
    """Write the order of the source where ties need it: nothing where the packed rows have tied cells in that order.

    Parameters
    ----------
    source_rows : int64 (n,)
        Row of the source of every packed row.
    scores : sequence of float64 (n,)
        What is ranked by, without NaN: rows with equal ones are tied.

    Returns
    -------
    description : dict or None
        As of a column in the coding ``steps``, whose values count the rows of ties in the order of the source.
    sections : tuple of bytes

    Examples
    --------
    >>> description, _ = code_order(np.array([2, 0, 1]), [np.array([0.5, 0.5, 0.7])])
    >>> description["known"]
    2
    """
    asked = np.zeros(source_rows.size, dtype=bool)
    for score in scores:
        ties = np.unique(score, return_inverse=True)[1].reshape(-1)
        rows = np.argsort(ties, kind="stable")
        turned = (np.diff(source_rows[rows]) < 0) & (np.diff(ties[rows]) == 0)
        asked |= np.isin(ties, ties[rows[1:][turned]])
    if not asked.any():
        return None, ()
    codes = np.argsort(np.argsort(source_rows[asked]))
    planes = max(1, -(-int(codes.size - 1).bit_length() // 8))
    present = () if asked.all() else (np.packbits(asked, bitorder="little").tobytes(),)
    sections = (*present, _planes(codes, planes))
    return {"coding": "steps", "per_unit": 1, "first": 0, "single": False, "planes": planes,
            "known": int(asked.sum()), "missing": not asked.all()}, sections


def _error(restored: np.ndarray, values: np.ndarray) -> float:
    """Largest difference, 0 for equal infinities."""
    same = restored == values
    return float(np.abs(restored[~same] - values[~same]).max(initial=0.0))


def _steps(values: np.ndarray) -> tuple | None:
    """The coding ``steps``, where the values are multiples of something that is not too small."""
    if not values.size or not np.isfinite(values).all():
        return None
    per_unit = _steps_per_unit(values)
    if per_unit is None:
        return None
    numbers = np.rint(values * per_unit).astype(np.int64)
    codes = numbers - numbers.min()
    if codes.max() >= 1 << 31:
        return None
    as_double = numbers / per_unit
    as_single = as_double.astype(np.float32).astype(np.float64)
    single = _error(as_single, values) < _error(as_double, values)
    planes = max(1, -(-int(codes.max()).bit_length() // 8))
    return ({"coding": "steps", "per_unit": per_unit, "first": int(numbers.min()), "single": single, "planes": planes},
            (_planes(codes, planes),), as_single if single else as_double)


def _steps_per_unit(values: np.ndarray) -> int | None:
    """The least whole number whose product with each value is whole, up to the rounding of single precision."""
    largest = float(np.abs(values).max())
    if largest > _MOST_EXACT or 0 < largest < _LEAST_STEP:
        return None
    noise = largest * _HALF_UNIT
    # Beyond, the noise is more than a fortieth of a step, and anything looks like a multiple sooner or later.
    most = _MOST_STEPS if noise == 0 else min(_MOST_STEPS, int(1 / (40 * noise)))
    spread = np.unique(values)
    sample = spread[np.linspace(0, spread.size - 1, min(_SAMPLE, spread.size)).astype(int)]
    candidates = np.arange(1, most + 1)
    for value in sample:
        products = candidates * value
        candidates = candidates[np.abs(products - np.rint(products)) <= candidates * abs(value) * _HALF_UNIT * 1.01]
    for candidate in candidates.tolist():
        products = spread * candidate
        if (np.abs(products - np.rint(products)) <= candidate * np.abs(spread) * _HALF_UNIT * 1.01).all():
            return candidate
    return None


def _nearest(values: np.ndarray) -> tuple:
    """The coding ``float24``, or ``levels`` with as many of them as it takes where single precision has no room."""
    sizes = np.abs(values[values != 0])
    if sizes.size and not (_SINGLE[0] < sizes.min() and sizes.max() < _SINGLE[1]):
        return _levels(values, values.size) or _float24(values)
    return _float24(values)


def _levels(values: np.ndarray, most: int = MOST_LEVELS) -> tuple | None:
    """The coding ``levels``, where there are few enough of them."""
    levels, codes = np.unique(values, return_inverse=True)
    if levels.size > most:
        return None
    planes = max(1, -(-int(max(0, levels.size - 1)).bit_length() // 8))
    return ({"coding": "levels", "levels": int(levels.size), "planes": planes},
            (_planes(levels.view(np.int64), 8), _planes(codes.reshape(-1), planes)), values)


def _float24(values: np.ndarray) -> tuple:
    """The coding ``float24``."""
    with np.errstate(over="ignore"):
        bits = values.astype(np.float32).view(np.uint32).astype(np.int64)
    codes = (bits + 0x80) >> 8
    restored = (codes << 8).astype(np.uint32).view(np.float32).astype(np.float64)
    return {"coding": "float24", "planes": 3}, (_planes(codes, 3),), restored


def _planes(numbers: np.ndarray, planes: int) -> bytes:
    """All lowest bytes, then all second ones, and so on."""
    return np.ascontiguousarray(numbers.astype("<i8")).view(np.uint8).reshape(-1, 8)[:, :planes].T.tobytes()

"""The checkpoints of a training in the order of the numbers in their names."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from vanas_panel.errors import SourceError
from vanas_panel.text.language import Constant, Message, joined, marked

EPOCH, STEP, CHECKPOINT = marked("epoch"), marked("step"), marked("checkpoint")
UNITS = (EPOCH, STEP, CHECKPOINT)
"""What numbers of checkpoints count."""

_DIGITS = r"[=_. -]{0,2}(\d{1,18})(?!\d)"
_KEYS = ((EPOCH, re.compile(rf"(?<![a-z])(?:epochs?|ep|e){_DIGITS}", re.IGNORECASE)),
         (STEP, re.compile(rf"(?<![a-z])(?:global_?steps?|steps?|iterations?|iters?|it){_DIGITS}", re.IGNORECASE)))
_NUMBER = re.compile(r"\d{1,18}")


class FileOrder(NamedTuple):
    """Files in the order of training.

    Attributes
    ----------
    paths : tuple of Path
    numbers : tuple of int
        Increasing, one a file.
    unit : {"epoch", "step", "checkpoint"}
        What they count.
    notes : tuple of Message
        Files without a number that were left out.
    """

    paths: tuple[Path, ...]
    numbers: tuple[int, ...]
    unit: str
    notes: tuple[Message, ...]


def natural_key(text: str) -> tuple[tuple[int, int, str], ...]:
    """A key by which numbers in texts are ordered as numbers.

    Examples
    --------
    >>> sorted(["layer10", "layer9", "head"], key=natural_key)
    ['head', 'layer9', 'layer10']
    """
    parts = re.split(r"(\d{1,18})", text)
    return tuple((0, int(part), "") if place % 2 else (1, 0, part) for place, part in enumerate(parts))


def ordered_files(paths: Sequence[Path]) -> FileOrder:
    """The order of files by the numbers in their names.

    An epoch counts before a step, a step before other numbers. Where several files have one epoch and each its own
    step, steps count. Files whose names are alike are told by their folders. Without numbers, files stay as they are
    given, and are numbered from 0 on.

    Parameters
    ----------
    paths : sequence of Path

    Raises
    ------
    SourceError
        Where two files have one number.

    Examples
    --------
    >>> found = ordered_files([Path("step_100.pt"), Path("step_15.pt")])
    >>> found.numbers, found.unit
    ((15, 100), 'step')
    >>> ordered_files([Path("epoch=3-step=1200.ckpt"), Path("epoch=2-step=900.ckpt"), Path("last.ckpt")]).numbers
    (2, 3)
    """
    texts = [_stem(path) for path in paths]
    if len(paths) > 1 and len(set(texts)) == 1:
        unit, (number,) = _numbers(texts[:1])
        if unit != CHECKPOINT:
            raise _twice(unit, number, *paths[:2])
        # The Trainer of Transformers names its folders by steps.
        texts = [re.sub(r"^checkpoint-(?=\d+$)", "step-", path.parent.name) for path in paths]
    unit, numbers = _numbers(texts)
    with_number = [place for place, number in enumerate(numbers) if number is not None]
    if len(with_number) < min(2, len(paths)):
        return FileOrder(tuple(paths), tuple(range(len(paths))), CHECKPOINT, ())
    order = sorted(with_number, key=lambda place: numbers[place] or 0)
    for first, second in pairwise(order):
        if numbers[first] == numbers[second]:
            raise _twice(unit, numbers[first], paths[first], paths[second])
    left = [paths[place].name for place, number in enumerate(numbers) if number is None]
    notes = (Message("Without a number in their names, and left out: {names}", names=listed(left)),) if left else ()
    return FileOrder(tuple(paths[place] for place in order), tuple(numbers[place] or 0 for place in order), unit, notes)


def gaps(numbers: Sequence[int], unit: str) -> tuple[Message, ...]:
    """A note of where numbers that are evenly spaced otherwise have a gap.

    Examples
    --------
    >>> [str(note) for note in gaps([0, 1, 2, 5, 6], "epoch")]
    ['Nothing was recorded between epoch 2 and 5; the change from one to the other counts as one.']
    >>> gaps([1, 2, 5, 10, 20], "epoch")
    ()
    """
    steps = [second - first for first, second in pairwise(numbers)]
    usual = max(set(steps), key=steps.count, default=0)
    wide = [place for place, step in enumerate(steps) if step > usual]
    if not wide or 2 * steps.count(usual) <= len(steps):
        return ()
    pieces = [Message("{first} and {last}", first=numbers[place], last=numbers[place + 1]) for place in wide[:5]]
    return (Message("Nothing was recorded between {unit} {places}; the change from one to the other counts as one.",
                    unit=Constant(unit), places=joined(", ", pieces)),)


def listed(names: Sequence[str], most: int = 3) -> Message:
    """Some names, and how many there are beside them.

    Examples
    --------
    >>> str(listed(["a", "b", "c", "d", "e"]))
    'a, b, c and 2 more'
    """
    shown = ", ".join(names[:most])
    if len(names) <= most:
        return Message("{names}", names=shown)
    return Message("{names} and {more} more", names=shown, more=len(names) - most)


def _stem(path: Path) -> str:
    """The name of a file without its endings."""
    return path.name.removesuffix(path.suffix).removesuffix(".weights")


def _numbers(texts: Sequence[str]) -> tuple[str, list[int | None]]:
    """What the numbers of names count, and the number of each, None where it has none."""
    found = {unit: [_first(pattern.search, text) for text in texts] for unit, pattern in _KEYS}
    epochs, steps = found[EPOCH], found[STEP]
    if _told(epochs) and not (_repeated(epochs) and _told(steps) and not _repeated(steps)):
        return EPOCH, epochs
    if _told(steps):
        return STEP, steps
    return CHECKPOINT, _varying(texts)


def _first(search: Callable[[str], re.Match[str] | None], text: str) -> int | None:
    """The number that a pattern finds in a name."""
    match = search(text)
    return int(match[1]) if match else None


def _told(numbers: Sequence[int | None]) -> bool:
    """Whether most names have a number."""
    return 2 * sum(number is not None for number in numbers) > len(numbers)


def _repeated(numbers: Sequence[int | None]) -> bool:
    """Whether a number is there twice."""
    some = [number for number in numbers if number is not None]
    return len(set(some)) < len(some)


def _varying(texts: Sequence[str]) -> list[int | None]:
    """The numbers at the first place of names where each is another one; else the last ones that are not all alike."""
    each = [[int(number) for number in _NUMBER.findall(text)] for text in texts]
    lengths = {len(numbers) for numbers in each if numbers}
    if len(lengths) == 1:
        columns = [[numbers[place] if numbers else None for numbers in each] for place in range(*lengths)]
        various = [column for column in columns if len(set(column) - {None}) > 1 or len(texts) == 1]
        return next((column for column in various if not _repeated(column)),
                    various[-1] if various else [None] * len(texts))
    return [numbers[-1] if numbers else None for numbers in each]


def _twice(unit: str, number: int | None, first: Path, second: Path) -> SourceError:
    """The error for two files of one epoch."""
    return SourceError(Message("{unit} {number} twice, in {first} and here", unit=Constant(unit), number=number,
                               first=first.name), "one file for every number",
                       "Name the files of one training alone, or rename one of the two", path=second)

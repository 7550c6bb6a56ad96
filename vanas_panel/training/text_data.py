"""Texts for a training: cut into words, numbered by a vocabulary, and split, reproducibly."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np

from vanas_panel.errors import TrainingError
from vanas_panel.text.language import Message
from vanas_panel.training.data import Dataset, ImageSet, split
from vanas_panel.training.text_files import Texts
from vanas_panel.training.text_settings import TextSettings

PADDING, UNKNOWN = 0, 1
"""Numbers of what fills short texts up, and of words outside of the vocabulary."""

_MARKUP = re.compile(r"<[^<>]{1,40}>")
_WORD = re.compile(r"\w+(?:['’]\w+)*|[!?]")


def words_of(text: str) -> list[str]:
    """The words of a text in small letters; marks of HTML are left out, and ``!`` and ``?`` are words.

    Examples
    --------
    >>> words_of("It's <br />GREAT, isn't it?")
    ["it's", 'great', "isn't", 'it', '?']
    """
    return _WORD.findall(_MARKUP.sub(" ", text).lower())


def vocabulary(texts: Iterable[str], most: int) -> tuple[str, ...]:
    """The most frequent words, equally frequent ones by the alphabet.

    Examples
    --------
    >>> vocabulary(["b a", "c b"], 2)
    ('b', 'a')
    """
    counts = Counter(word for text in texts for word in words_of(text))
    return tuple(sorted(counts, key=lambda word: (-counts[word], word))[:most])


def numbered(texts: Sequence[str], words: Sequence[str], length: int) -> np.ndarray:
    """Texts as numbers of words: 0 for padding, 1 for an unknown word, 2 for the first of the vocabulary.

    Returns
    -------
    int64 (n, length)

    Examples
    --------
    >>> numbered(["b a b d", "a"], ("b", "a"), 3).tolist()
    [[2, 3, 2], [3, 0, 0]]
    """
    number = {word: index + 2 for index, word in enumerate(words)}
    found = np.full((len(texts), length), PADDING, dtype=np.int64)
    for row, text in enumerate(texts):
        values = [number.get(word, UNKNOWN) for word in words_of(text)[:length]]
        found[row, :len(values)] = values
    return found


def prepare_texts(texts: Texts, settings: TextSettings) -> tuple[Dataset, int]:
    """Make the three sets; the vocabulary is that of the training texts alone.

    Parameters
    ----------
    texts : Texts
    settings : TextSettings

    Returns
    -------
    Dataset
        Its images are numbers of words, int64 ``(n, 1, length, 1)``.
    int
        Numbers that words may have.

    Raises
    ------
    TrainingError
        Where a class has too few texts, a set does not divide among the classes, or no training text has a word.
    """
    parts = split(texts.labels, texts.test_from, settings)
    by_part = [[texts.texts[row] for row in rows] for rows in parts]
    words = vocabulary(by_part[0], settings.words)
    if not words:
        raise TrainingError(Message("Found {count:,} training texts without a word; expected words. Check the texts.",
                                    count=len(by_part[0])))
    train, validation, test = (ImageSet(numbered(chosen, words, settings.length)[:, None, :, None],
                                        texts.labels[rows])
                               for chosen, rows in zip(by_part, parts, strict=True))
    return Dataset(train, validation, test, train), len(words) + 2

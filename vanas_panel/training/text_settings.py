"""How texts become training, validation and test sets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from vanas_panel.core.plain import plain_int, plain_text
from vanas_panel.errors import TrainingError, brief
from vanas_panel.text.language import Message
from vanas_panel.training.settings import DataSettings, named

KIND = "text"
"""What ``kind`` says in settings that name texts."""


@dataclass(frozen=True)
class TextSettings:
    """How texts become training, validation and test sets.

    Parameters
    ----------
    source : str
        The path of a ``.csv`` or ``.tsv`` file with a heading, a text and a label a line; of a folder with ``train``,
        and perhaps ``dev`` and ``test``, as such files, as SST-2 has; or of a folder with ``train/pos``, ``train/neg``,
        ``test/pos`` and ``test/neg``, as IMDb has. Where a source has a test set of its own, test texts come from that
        alone. In SST-2 the labels of ``test`` are secret, and ``dev`` takes its place.
    only : str
        Which lines, as ``column=value``: in a file of several collections, those of one. All of them by default.
    length : int
        Words of a text; longer ones are cut off, shorter ones are padded.
    words : int
        Most words of the vocabulary, the most frequent ones of the training texts. Others are one unknown word.
    train, validation, test : int
        Texts of each set. Every class gives the same number to a set.
    seed : int
        Decides the split.

    Examples
    --------
    >>> TextSettings("reviews.csv", only="imdb")
    Traceback (most recent call last):
        ...
    vanas_panel.errors.TrainingError: Found only = 'imdb'; expected column=value. Change it.
    """

    source: str = ""
    only: str = ""
    length: int = 32
    words: int = 5_000
    train: int = 4_000
    validation: int = 1_000
    test: int = 2_000
    seed: int = 0

    def __post_init__(self):
        for name in ("source", "only"):
            value = plain_text(getattr(self, name))
            if not isinstance(value, str):
                raise TrainingError(Message("Found {name} = {found}; expected a value of type {kind}. Change it.",
                                            name=name, found=brief(repr(value), 80), kind="str"))
            object.__setattr__(self, name, value)
        if self.only and not all(self.only.partition("=")):
            raise TrainingError(Message("Found {name} = {found}; expected {wanted}. Change it.", name="only",
                                        found=brief(repr(self.only), 80), wanted="column=value"))
        for name, low, high in (("length", 1, 4_096), ("words", 1, 1_000_000), ("train", 1, 10 ** 9),
                                ("validation", 1, 10 ** 9), ("test", 1, 10 ** 9), ("seed", 0, 2 ** 63 - 1)):
            number = plain_int(getattr(self, name))
            if number is None or not low <= number <= high:
                raise TrainingError(Message("Found {name} = {found}; expected {low} to {high}. Change it.", name=name,
                                            found=brief(repr(getattr(self, name)), 80), low=low, high=high))
            object.__setattr__(self, name, number)


def data_dict(data: DataSettings | TextSettings) -> dict[str, Any]:
    """Settings of images or texts as JSON can hold them; those of texts say so.

    Examples
    --------
    >>> data_dict(TextSettings("reviews.csv"))["kind"]
    'text'
    """
    return {"kind": KIND, **asdict(data)} if isinstance(data, TextSettings) else asdict(data)


def data_of(content: Any, images: DataSettings) -> DataSettings | TextSettings:
    """Settings of images or of texts, from what JSON holds of them.

    Parameters
    ----------
    content : DataSettings, TextSettings or mapping
        With ``kind: text`` those of texts.
    images : DataSettings
        What is left out of settings of images.

    Raises
    ------
    TrainingError
        Where a name is unknown or a value cannot be used.

    Examples
    --------
    >>> data_of({"kind": "text", "source": "reviews.csv"}, DataSettings()).length
    32
    """
    if isinstance(content, DataSettings | TextSettings):
        return content
    if isinstance(content, Mapping) and content.get("kind", KIND) != KIND:
        raise TrainingError(Message("Found {name} = {found}; expected {wanted}. Change it.", name="kind",
                                    found=brief(repr(content["kind"]), 60), wanted=KIND))
    if isinstance(content, Mapping) and "kind" in content:
        return TextSettings(**named(TextSettings, {name: value for name, value in content.items() if name != "kind"},
                                    "data"))
    return DataSettings(**{**asdict(images), **named(DataSettings, content, "data")})


def check_data(data: Any) -> None:
    """Refuse what are settings neither of images nor of texts.

    Raises
    ------
    TrainingError
    """
    if not isinstance(data, DataSettings | TextSettings):
        raise TrainingError(Message("Found {name} = {found}; expected a value of type {kind}. Change it.", name="data",
                                    found=brief(repr(data), 80), kind="DataSettings | TextSettings"))

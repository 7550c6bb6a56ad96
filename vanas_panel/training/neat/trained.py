"""What the training of a network gave, and the line of a file that holds it. PyTorch is not needed."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, fields
from typing import Any

_NUMBERS = ("validation_accuracy", "test_accuracy", "train_loss", "seconds")


@dataclass(frozen=True)
class Trained:
    """A trained network.

    Attributes
    ----------
    network : str
        The text of its plan.
    parameters : int
        Trainable ones.
    validation_accuracy, test_accuracy : float
        Fractions, after the last epoch. Both 0 where `problem` says why there are none.
    train_loss : float
        Mean over the last epoch; 0 likewise.
    seconds : float
        Processor time of the process, of training and measuring.
    problem : str
        Empty, or why the network has no accuracy: its loss was no finite number.
    """

    network: str
    parameters: int
    validation_accuracy: float
    test_accuracy: float
    train_loss: float
    seconds: float
    problem: str = ""

    def to_dict(self) -> dict[str, Any]:
        """As JSON holds it."""
        return asdict(self)

    @classmethod
    def from_dict(cls, line: Any) -> Trained | None:
        """What a line of JSON holds; None where it is none."""
        if not isinstance(line, dict) or set(line) != {item.name for item in fields(cls)}:
            return None
        numbers = [line[name] for name in _NUMBERS]
        if not all(type(each) in (int, float) and math.isfinite(each) and each >= 0 for each in numbers):
            return None
        if not (isinstance(line["network"], str) and isinstance(line["problem"], str)
                and type(line["parameters"]) is int and max(numbers[:2]) <= 1):
            return None
        return cls(**line)

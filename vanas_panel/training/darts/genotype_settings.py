"""Settings of the training of a genotype; without PyTorch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from vanas_panel.training.darts.optimizer import fill_defaults
from vanas_panel.training.darts.settings import check_number, digest_of, without_defaults
from vanas_panel.training.settings import DataSettings, named
from vanas_panel.training.text_settings import TextSettings, check_data, data_dict, data_of

_DATA = DataSettings(noise=0.0, copies=1)


@dataclass(frozen=True)
class GenotypeSettings:
    """Settings of the training of a genotype.

    The defaults are those of the published code, at a size that a processor computes in minutes: 4 cells of 8 channels
    in place of 20 of 36, 20 epochs in place of 600, no cut-outs and no auxiliary classifier.

    Parameters
    ----------
    cells, channels : int
        See `vanas_panel.training.darts.network_shape.Shape`.
    epochs, batch_size : int
    learning_rate, momentum, weight_decay, clip : float
        Of the optimiser; the rate falls to 0 on half a cosine, from 0.025 for ``sgd`` and from 0.003 for ``adam``.
    drop_path : float
        Probability that the result of an operation is dropped for an image, identities left out. It grows from 0 in
        the first epoch to this in the last one.
    seed : int
        Of weights, batches and dropped paths.
    data : DataSettings or TextSettings
        The images or texts. The whole training set trains, the validation set says which genotype is better, and the
        test set judges.
    optimizer : str
        ``sgd``, or ``adam`` with decoupled weight decay; by default ``sgd`` for images and ``adam`` for texts.
    dropout : float
        Probability that an entry is dropped in training: of the vectors of words, and of what is classified; 0 for
        images and 0.5 for texts by default.

    Examples
    --------
    >>> GenotypeSettings(drop_path=1)
    Traceback (most recent call last):
        ...
    vanas_panel.errors.TrainingError: Found drop_path = 1.0; expected 0 to 0.99. Change it.
    """

    cells: int = 4
    channels: int = 8
    epochs: int = 20
    batch_size: int = 96
    # None is replaced by what fits the data, see `fill_defaults`.
    learning_rate: float = None  # type: ignore[assignment]
    momentum: float = 0.9
    weight_decay: float = 3e-4
    clip: float = 5.0
    drop_path: float = 0.3
    seed: int = 0
    data: DataSettings | TextSettings = field(default=_DATA)
    optimizer: str = None  # type: ignore[assignment]
    dropout: float = None  # type: ignore[assignment]

    def __post_init__(self):
        check_data(self.data)
        fill_defaults(self)
        for name, low, high in (("cells", 1, 40), ("channels", 1, 256), ("epochs", 1, 10_000), ("batch_size", 2, 4_096),
                                ("seed", 0, 2 ** 63 - 1)):
            check_number(self, name, int, low, high)
        for name, least, most in (("learning_rate", 1e-9, 1e6), ("momentum", 0, 0.9999), ("weight_decay", 0, 1e6),
                                  ("clip", 1e-9, 1e6), ("drop_path", 0, 0.99), ("dropout", 0, 0.99)):
            check_number(self, name, float, least, most)

    @property
    def digest(self) -> str:
        """First 16 hexadecimal digits of the SHA-256 of the settings as JSON with sorted keys."""
        return digest_of(self.to_dict())

    def to_dict(self) -> dict[str, Any]:
        """As JSON can hold them."""
        return without_defaults({**asdict(self), "data": data_dict(self.data)})

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> GenotypeSettings:
        """Settings from what `to_dict` gives; what is left out keeps its default.

        Raises
        ------
        TrainingError
            Where a name is unknown or a value cannot be used.
        """
        content = named(cls, content, "settings")
        return cls(**{**content, "data": data_of(content.get("data", {}), _DATA)})

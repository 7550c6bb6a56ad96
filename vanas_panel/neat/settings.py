"""Settings of a search by NEAT; without PyTorch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from vanas_panel.core.plain import plain_text
from vanas_panel.errors import TrainingError, brief
from vanas_panel.neat.crossing import RULES
from vanas_panel.neat.node_genes import ACTIVATIONS, AGGREGATIONS
from vanas_panel.text.language import Message
from vanas_panel.training.darts.genotype_settings import GenotypeSettings
from vanas_panel.training.darts.network_shape import OPERATIONS, TEXT_OPERATIONS, check_heads, check_operations
from vanas_panel.training.darts.optimizer import SGD
from vanas_panel.training.darts.settings import check_number, digest_of, without_defaults
from vanas_panel.training.settings import DataSettings, named
from vanas_panel.training.text_settings import TextSettings, check_data, data_dict, data_of

KINDS = ("add_node", "add_connection", "change_operation", "change_activation", "change_aggregation")
"""Kinds of mutation, each with a rate of its own."""

_DATA = DataSettings(noise=0.0, copies=1)
_TEXT_OPERATIONS = tuple(name for name in TEXT_OPERATIONS if not name.startswith("attention")) + ("attention_8",)
_RATE = 0.1


@dataclass(frozen=True)
class NeatSettings:
    """Settings of NEAT.

    Parameters
    ----------
    population, generations : int
        Genomes of a generation, and generations, the first one among them.
    mutation : float
        Probability of each kind of mutation, for every child that is no copy of a champion.
    add_node, add_connection, change_operation, change_activation, change_aggregation : float, optional
        That of one kind, where it is another.
    rule : str
        Of crossover: ``stanley`` or ``union``, see `vanas_panel.neat.crossover`.
    mating : float
        Share of children that have two parents; the others have one.
    interspecies : float
        Probability that the second parent comes from any species.
    species : int
        Species that there are to be; the threshold moves by `step` after every generation.
    threshold, step : float
    c1, c2, c3 : float
    small : int
        See `vanas_panel.neat.distance`.
    survival : float
        Share of a species that has children, the best ones; the best two at least.
    champions : int
        The best genome of a species with more members than this goes on unchanged.
    stagnation : int
        Generations without a better genome after which a species has no children any more; that of the best genome of
        the generation always has.
    operations, activations, aggregations : tuple of str
        What nodes choose from; operations are those of images or of texts, by default all of the article's.
    cells, channels, epochs, batch_size, learning_rate, momentum, weight_decay, clip, drop_path
        Of the training of a network, see `vanas_panel.GenotypeSettings`. `channels` are those of every node.
    random : int
        As many different networks drawn at random in place of NEAT; 0 for NEAT. See `vanas_panel.neat.random_search`.
    seed : int
        Of everything.
    data : DataSettings or TextSettings
        The images or texts. The validation accuracy is the fitness; the test accuracy is kept beside it and chooses
        nothing.

    Examples
    --------
    >>> NeatSettings(mutation=2)
    Traceback (most recent call last):
        ...
    vanas_panel.errors.TrainingError: Found mutation = 2.0; expected 0 to 1. Change it.
    """

    population: int = 50
    generations: int = 10
    mutation: float = 0.2
    add_node: float | None = None
    add_connection: float | None = None
    change_operation: float | None = None
    change_activation: float | None = None
    change_aggregation: float | None = None
    rule: str = "stanley"
    mating: float = 0.75
    interspecies: float = 0.001
    species: int = 5
    threshold: float = 0.3
    step: float = 0.15
    c1: float = 1.0
    c2: float = 1.0
    c3: float = 0.4
    small: int = 0
    survival: float = 0.2
    champions: int = 5
    stagnation: int = 15
    operations: tuple[str, ...] = ()
    activations: tuple[str, ...] = ACTIVATIONS[:2]
    aggregations: tuple[str, ...] = AGGREGATIONS[:1]
    cells: int = 1
    channels: int = 8
    epochs: int = 10
    batch_size: int = 32
    # None is replaced by what fits the data: 0.1 for images, and what a training of texts has.
    learning_rate: float = None  # type: ignore[assignment]
    momentum: float = 0.9
    weight_decay: float = 3e-4
    clip: float = 5.0
    drop_path: float = 0.0
    random: int = 0
    seed: int = 0
    data: DataSettings | TextSettings = field(default=_DATA)
    optimizer: str = None  # type: ignore[assignment]
    dropout: float = None  # type: ignore[assignment]

    def __post_init__(self):
        for name, low, high in (("population", 2, 10_000), ("generations", 1, 10_000), ("species", 1, 10_000),
                                ("small", 0, 1_000_000), ("champions", 0, 10_000), ("stagnation", 1, 10_000),
                                ("random", 0, 1_000_000), ("seed", 0, 2 ** 63 - 1)):
            check_number(self, name, int, low, high)
        rates = [name for name in KINDS if getattr(self, name) is not None]
        for name in ("mutation", "mating", "interspecies", "survival", *rates):
            check_number(self, name, float, 0, 1)
        for name, least in (("threshold", 1e-6), ("step", 0), ("c1", 0), ("c2", 0), ("c3", 0)):
            check_number(self, name, float, least, 1e6)
        check_data(self.data)
        usual, known_operations = ((_TEXT_OPERATIONS, TEXT_OPERATIONS) if isinstance(self.data, TextSettings) else
                                   (OPERATIONS, OPERATIONS))
        if self.operations == ():
            object.__setattr__(self, "operations", usual)
        for name, known in (("operations", known_operations), ("activations", ACTIVATIONS),
                            ("aggregations", AGGREGATIONS)):
            object.__setattr__(self, name, _names(name, getattr(self, name), known))
        check_operations(self.operations, known=known_operations)
        rule = plain_text(self.rule)
        if rule not in RULES:
            raise TrainingError(Message("Found {name} = {found}; expected one of {known}. Change it.", name="rule",
                                        found=brief(repr(self.rule), 80), known=", ".join(RULES)))
        object.__setattr__(self, "rule", rule)
        training = self.training
        for name in ("cells", "channels", "epochs", "batch_size", "learning_rate", "momentum", "weight_decay", "clip",
                     "drop_path", "optimizer", "dropout"):
            object.__setattr__(self, name, getattr(training, name))
        check_heads(self.operations, self.channels)

    @property
    def rates(self) -> dict[str, float]:
        """The probability of every kind of mutation."""
        return {name: self.mutation if getattr(self, name) is None else getattr(self, name) for name in KINDS}

    @property
    def training(self) -> GenotypeSettings:
        """Those of the training of a network."""
        is_usual = self.learning_rate is None and not isinstance(self.data, TextSettings)
        return GenotypeSettings(self.cells, self.channels, self.epochs, self.batch_size,
                                _RATE if is_usual and self.optimizer in (None, SGD) else self.learning_rate,
                                self.momentum, self.weight_decay, self.clip, self.drop_path, self.seed, self.data,
                                self.optimizer, self.dropout)

    @property
    def digest(self) -> str:
        """First 16 hexadecimal digits of the SHA-256 of the settings as JSON with sorted keys."""
        return digest_of(self.to_dict())

    def to_dict(self) -> dict[str, Any]:
        """As JSON can hold them."""
        content = {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()}
        return without_defaults({**content, "data": data_dict(self.data)})

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> NeatSettings:
        """Settings from what `to_dict` gives; what is left out keeps its default.

        Raises
        ------
        TrainingError
            Where a name is unknown or a value cannot be used.
        """
        content = named(cls, content, "settings")
        return cls(**{**content, "data": data_of(content.get("data", {}), _DATA)})


def _names(name: str, given: Any, known: tuple[str, ...]) -> tuple[str, ...]:
    """Some of the known names, each once."""
    found = tuple(map(plain_text, given)) if isinstance(given, list | tuple) else ()
    if not found or len(set(found)) < len(found) or not set(found) <= set(known):
        raise TrainingError(Message("Found {name} = {found}; expected some of {known}, each of them once. Change it.",
                                    name=name, found=brief(repr(given), 80), known=", ".join(known)))
    return found

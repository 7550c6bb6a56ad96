"""Samplers of Optuna as strategies, by ask and tell: every edge and every operation is a categorical parameter.

Optuna is an extra, and is loaded only where one of its samplers is to be asked.
"""

from __future__ import annotations

import importlib.util
import warnings
from dataclasses import dataclass
from typing import Any

from vanas_panel.core.encoding import VERTEX_SHIFT
from vanas_panel.errors import SearchError
from vanas_panel.searches.asking import Asking, Proposal
from vanas_panel.searches.raw_cells import RawSpace, _shift
from vanas_panel.text.language import Message

SAMPLERS = ("tpe", "gp", "nsga2")
SEVERAL = ("tpe", "nsga2")
"""Those that take several metrics at once."""
MOST_TRIALS = 5_000
"""Queries of one search: every proposal looks at all earlier ones."""
MOST_REDRAWS = 200
"""Invalid cells in a row; after them a random cell is asked in the sampler's name."""


@dataclass(frozen=True)
class OptunaSettings:
    """Settings of a sampler of Optuna; all others are Optuna's own.

    Attributes
    ----------
    sampler : str
        ``tpe``: tree-structured Parzen estimator; ``gp``: Gaussian process, which needs PyTorch; ``nsga2``: NSGA-II.
    """

    sampler: str = "tpe"

    def __post_init__(self):
        if self.sampler not in SAMPLERS:
            raise SearchError(Message("Found {name} {value}; expected one of {known}. Change this setting.",
                                      name="sampler", value=repr(self.sampler), known=", ".join(SAMPLERS)))


class OptunaSearch(Asking):
    """A sampler of Optuna over raw cells.

    The sampler is told of an invalid cell, and of one without a value, that its trial has failed.

    Raises
    ------
    SearchError
        Where Optuna is not installed, or the sampler needs PyTorch, and that is not.
    """

    def __init__(self, raws: RawSpace, settings: OptunaSettings, seed: int):
        super().__init__(raws, seed)
        self.settings, self._seed = settings, int(self.generator.random() * 2**32)
        self.study = _study(settings.sampler, self._seed)
        self.trials: dict[int, Any] = {}
        # Texts as Optuna takes them, in the order of the bits.
        size = raws.space.max_vertices
        self.edges = [f"edge_{source}_{target}" for target in range(1, size) for source in range(target)]
        self.operations = [f"operation_{vertex}" for vertex in range(1, size - 1)]

    def expect(self, metrics: int) -> None:
        """Expect so many merits of each proposal; to be called before the first one is asked for."""
        super().expect(metrics)
        self.study = _study(self.settings.sampler, self._seed, metrics)

    def _propose(self) -> tuple[int, int, tuple[int, ...], str]:
        for _ in range(MOST_REDRAWS):
            trial, raw = self._drawn()
            key = self.raws.key(raw)
            if key >= 0:
                self.trials[self.asked] = trial
                return raw, key, (), "acquisition"
            self.study.tell(trial, state=_failed())
        raw, key, parents, how = self._random()
        self.study.enqueue_trial(self.parameters(raw))
        self.trials[self.asked] = self._drawn()[0]
        return raw, key, parents, how

    def _drawn(self) -> tuple[Any, int]:
        """A trial, and the raw cell of its parameters, valid or not."""
        trial = self.study.ask()
        raw = self.raws.space.max_vertices << VERTEX_SHIFT
        for bit, name in enumerate(self.edges):
            raw |= trial.suggest_categorical(name, (0, 1)) << bit
        for vertex, name in enumerate(self.operations, start=1):
            raw |= trial.suggest_categorical(name, tuple(range(self.raws.operations))) << _shift(vertex)
        return trial, raw

    def parameters(self, raw: int) -> dict[str, int]:
        """The parameters of a raw cell."""
        parameters = {name: raw >> bit & 1 for bit, name in enumerate(self.edges)}
        return parameters | {name: raw >> _shift(vertex) & 15 for vertex, name in enumerate(self.operations, start=1)}

    def _learn(self, proposal: Proposal, merit: float | tuple[float, ...] | None) -> None:
        trial = self.trials.pop(proposal.number)
        if merit is None:
            self.study.tell(trial, state=_failed())
        else:
            self.study.tell(trial, merit)


def _failed() -> Any:
    """The state of a trial without a value."""
    import optuna

    return optuna.trial.TrialState.FAIL


def _study(sampler: str, seed: int, metrics: int = 1) -> Any:
    """A study in memory whose sampler has a seed, for so many metrics."""
    for package, extra in (("optuna", "optuna"), *((("torch", "train"),) if sampler == "gp" else ())):
        if importlib.util.find_spec(package) is None:
            raise SearchError(Message("Found no package {package}; expected it for the strategy optuna:{sampler}. "
                                      "Install it: pip install {extra}", package=package, sampler=sampler,
                                      extra=f"'vanas-panel[{extra}]'"))
    import optuna

    kinds = {"tpe": optuna.samplers.TPESampler, "gp": optuna.samplers.GPSampler,
             "nsga2": optuna.samplers.NSGAIISampler}
    before = optuna.logging.get_verbosity()
    # It would say that it has made a study.
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    try:
        # Some samplers are called experimental. Filters belong to the whole process: one that is put aside for a moment
        # is lost where threads do so at once.
        warnings.filterwarnings("ignore", category=optuna.exceptions.ExperimentalWarning)
        return optuna.create_study(directions=["maximize"] * metrics, sampler=kinds[sampler](seed=seed))
    finally:
        optuna.logging.set_verbosity(before)

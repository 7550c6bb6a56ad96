"""The strategies by name, one file each, and their presets.

No two sources agree on the settings of regularised evolution, so every preset names its source.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

import numpy as np

from vanas_panel.errors import SearchError
from vanas_panel.searches.asking import Asking
from vanas_panel.searches.raw_cells import RawSpace
from vanas_panel.searches.strategies.evolution import Evolution, EvolutionSettings, run_evolution
from vanas_panel.searches.strategies.gaussian_process import (
    MOST_OBSERVED,
    GaussianProcess,
    GaussianProcessSettings,
    run_gaussian_process,
)
from vanas_panel.searches.strategies.halving import Halving, HalvingSettings, HyperbandSettings
from vanas_panel.searches.strategies.halving_kernel import run_halving
from vanas_panel.searches.strategies.local import LocalSearch, LocalSettings, run_local
from vanas_panel.searches.strategies.nsga2 import Nsga2, Nsga2Settings
from vanas_panel.searches.strategies.nsga2_kernel import run_nsga2
from vanas_panel.searches.strategies.optuna_samplers import (
    MOST_TRIALS,
    SAMPLERS,
    SEVERAL,
    OptunaSearch,
    OptunaSettings,
)
from vanas_panel.searches.strategies.random import (
    GridSearch,
    RandomSearch,
    RandomSettings,
    UniformSearch,
    run_grid,
    run_random,
    run_uniform,
)
from vanas_panel.searches.strategies.reinforce import Reinforce, ReinforceSettings, run_reinforce
from vanas_panel.text.language import Message, marked


@dataclass(frozen=True)
class Preset:
    """Settings under a name.

    Attributes
    ----------
    settings : object
        Of the strategy's kind.
    source : str
        Where they come from.
    """

    settings: Any
    source: str = ""


@dataclass(frozen=True)
class StrategyKind:
    """A strategy that can be chosen.

    Attributes
    ----------
    label : str
        Its name for a person, in English: `gettext` translates it.
    settings : type
        Frozen dataclass of its settings.
    presets : mapping of str to Preset
        The first one is the default.
    make : callable
        From `RawSpace`, settings, seed, the canonical keys of all cells and the budget to the strategy in Python.
    kernel : callable or None
        The same over a table, see `vanas_panel.searches.table_search`; None where there is only the one in Python,
        which shows no states.
    learns : bool
        Whether values change what it asks.
    most_queries : int or None
        The largest budget that it can use up in reasonable time; None for any.
    several : tuple of str
        Presets that take several metrics at once. The kernel of a strategy that learns then takes their merits last,
        ``float64 (n, m)``, without a column where there is one metric.
    budgets : bool
        Whether it asks for cells after several training budgets, which have to be told before the first proposal.
    """

    label: str
    settings: type
    presets: Mapping[str, Preset]
    make: Callable[[RawSpace, Any, int, np.ndarray, int], Asking]
    kernel: Callable | None
    learns: bool = True
    most_queries: int | None = None
    several: tuple[str, ...] = ()
    budgets: bool = False


_NOTHING = {"": Preset(RandomSettings())}
_EVOLUTIONS = {
    "nasbench101": Preset(EvolutionSettings(50, 10, edge_flip=1 / 7, operation_change=1 / 5),
                          marked("notebook of NAS-Bench-101")),
    "naslib": Preset(EvolutionSettings(30, 10, edge_flip=1 / 7, operation_change=1 / 3), "NASLib"),
    "naszilla": Preset(EvolutionSettings(30, 10, 10, edge_flip=1 / 21, operation_change=1 / 5), "naszilla"),
    "nas_benchmarks": Preset(EvolutionSettings(100, 10, exactly_one=True), "nas_benchmarks"),
    "nni": Preset(EvolutionSettings(100, 25, edge_flip=0.05, operation_change=0.05), "NNI"),
}
_NSGA2 = {
    "vanas-panel": Preset(Nsga2Settings(30, 0.5, edge_flip=1 / 7, operation_change=1 / 5, distinct=True),
                          marked("tried on NAS-Bench-101")),
    "deb": Preset(Nsga2Settings(100), marked("Deb et al. 2002, a change for one of the 26 choices of NAS-Bench-101")),
}

STRATEGIES: dict[str, StrategyKind] = {
    "random": StrategyKind(marked("Random, over raw cells"), RandomSettings, _NOTHING,
                           lambda raws, settings, seed, keys, queries: RandomSearch(raws, settings, seed), run_random,
                           learns=False, several=("",)),
    "random-cells": StrategyKind(
        marked("Random, over cells"), RandomSettings, _NOTHING,
        lambda raws, settings, seed, keys, queries: UniformSearch(raws, settings, seed, keys), run_uniform,
        learns=False, several=("",)),
    "grid": StrategyKind(
        marked("Grid"), RandomSettings, _NOTHING,
        lambda raws, settings, seed, keys, queries: GridSearch(raws, settings, seed, keys, queries), run_grid,
        learns=False, several=("",)),
    "local-search": StrategyKind(
        marked("Local search"), LocalSettings,
        {"first": Preset(LocalSettings("first")), "best": Preset(LocalSettings("best"))},
        lambda raws, settings, seed, keys, queries: LocalSearch(raws, settings, seed), run_local),
    "regularised-evolution": StrategyKind(
        marked("Regularised evolution"), EvolutionSettings, _EVOLUTIONS,
        lambda raws, settings, seed, keys, queries: Evolution(raws, settings, seed), run_evolution),
    "evolution": StrategyKind(
        marked("Evolution with crossover"), EvolutionSettings,
        {name: Preset(EvolutionSettings(50, 10, selection=name, crossover=0.5, replaced="worst"))
         for name in ("tournament", "rank", "fitness")},
        lambda raws, settings, seed, keys, queries: Evolution(raws, settings, seed), run_evolution),
    "nsga2": StrategyKind(
        marked("NSGA-II"), Nsga2Settings, _NSGA2,
        lambda raws, settings, seed, keys, queries: Nsga2(raws, settings, seed), run_nsga2, several=tuple(_NSGA2)),
    "reinforce": StrategyKind(
        marked("REINFORCE"), ReinforceSettings,
        {"nas_benchmarks": Preset(ReinforceSettings(0.1, 0.9), "nas_benchmarks")},
        lambda raws, settings, seed, keys, queries: Reinforce(raws, settings, seed), run_reinforce),
    "gaussian-process": StrategyKind(
        marked("Gaussian process"), GaussianProcessSettings,
        {"vanas-panel": Preset(GaussianProcessSettings(), marked("tried on NAS-Bench-101")),
         "naszilla": Preset(GaussianProcessSettings(candidates=10, pool=100, parents=1, random_share=0.0),
                            marked("candidates as in naszilla's BANANAS"))},
        lambda raws, settings, seed, keys, queries: GaussianProcess(raws, settings, seed, queries),
        run_gaussian_process, most_queries=MOST_OBSERVED),
    "successive-halving": StrategyKind(
        marked("Successive halving"), HalvingSettings, {"": Preset(HalvingSettings())},
        lambda raws, settings, seed, keys, queries: Halving(raws, settings, seed), run_halving, budgets=True),
    "hyperband": StrategyKind(
        marked("Hyperband"), HyperbandSettings, {"": Preset(HyperbandSettings(), marked("Li et al. 2018"))},
        lambda raws, settings, seed, keys, queries: Halving(raws, settings, seed), run_halving, budgets=True),
    "optuna": StrategyKind(
        marked("Sampler of Optuna"), OptunaSettings,
        {name: Preset(OptunaSettings(name), "Optuna") for name in SAMPLERS},
        lambda raws, settings, seed, keys, queries: OptunaSearch(raws, settings, seed), None,
        most_queries=MOST_TRIALS, several=SEVERAL),
}
"""Every strategy by the name that calls and commands take."""


@dataclass(frozen=True)
class Chosen:
    """A strategy with its settings.

    Attributes
    ----------
    name : str
        In `STRATEGIES`.
    preset : str
        Empty where the settings are the caller's own.
    settings : object
    """

    name: str
    preset: str
    settings: Any

    @property
    def kind(self) -> StrategyKind:
        """What can be said of all settings."""
        return STRATEGIES[self.name]

    @property
    def title(self) -> str:
        """Name and preset as calls take them."""
        return f"{self.name}:{self.preset}" if self.preset else self.name

    @property
    def takes_several(self) -> bool:
        """Whether it takes several metrics at once."""
        # With settings of one's own it is as the preset whose name they hold, if any does.
        several = self.kind.several
        return bool(several) and (self.preset or getattr(self.settings, "sampler", several[0])) in several

    def numbers(self) -> tuple:
        """The settings as the kernel takes them."""
        return self.settings.numbers() if hasattr(self.settings, "numbers") else ()

    def described(self) -> dict[str, Any]:
        """Everything as JSON."""
        return {"name": self.name, "preset": self.preset, "settings": asdict(self.settings)}


def choose(strategy: str, settings: Any = None) -> Chosen:
    """A strategy by its name, with a preset behind a colon, or with settings of its kind.

    Parameters
    ----------
    strategy : str
        Such as ``random`` or ``regularised-evolution:naszilla``.
    settings : object or mapping, optional
        In place of a preset: an instance of the strategy's settings, or the ones that differ from the preset by name.

    Raises
    ------
    SearchError
        Where there is no such strategy, preset or setting.

    Examples
    --------
    >>> choose("regularised-evolution:naszilla", {"population": 20}).settings.population
    20
    """
    name, _, preset = str(strategy).partition(":")
    if name not in STRATEGIES:
        raise SearchError(Message("Found strategy {found}; expected one of {known}. Choose one of these.",
                                  found=repr(strategy), known=", ".join(STRATEGIES)))
    kind = STRATEGIES[name]
    preset = preset or next(iter(kind.presets))
    if preset not in kind.presets:
        known = ", ".join(f"{name}:{each}" if each else name for each in kind.presets)
        raise SearchError(Message("Found preset {found} of {name}; expected {known}. Choose one of these.",
                                  found=repr(preset), name=name, known=known))
    if settings is None:
        return Chosen(name, preset, kind.presets[preset].settings)
    if isinstance(settings, kind.settings):
        return Chosen(name, "", settings)
    if not isinstance(settings, Mapping):
        raise SearchError(Message("Found settings of type {found}; expected {expected} or a mapping. Give one of "
                                  "these.",
                                  found=type(settings).__name__, expected=kind.settings.__name__))
    known_names = [field.name for field in fields(kind.settings)]
    for each in settings:
        if each not in known_names:
            raise SearchError(Message("Found setting {found} of {name}; expected {known}. Choose one of these.",
                                      found=repr(each), name=name, known=", ".join(known_names) or "none"))
    base = asdict(kind.presets[preset].settings)
    if "population" in settings and base.get("initial") == base["population"]:
        # The preset begins with a full population, so the changed one does, too.
        base["initial"] = 0
    return Chosen(name, "", kind.settings(**{**base, **settings}))

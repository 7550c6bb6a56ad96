"""How far a search by gradient is, as pages show it."""

from __future__ import annotations

from dataclasses import dataclass

from vanas_panel.errors import VanasError
from vanas_panel.searches.gradient_plan import GradientPlan, KeptRun
from vanas_panel.searches.live_progress import ENDED


@dataclass(frozen=True)
class GradientProgress:
    """How far a search is, at one moment.

    Attributes
    ----------
    state : str
        As for `vanas_panel.searches.live_progress.LiveProgress`.
    done : int
        Epochs that have come to their end, in all stages.
    left : float or None
        Seconds that the rest is expected to take; None where that cannot be told.
    error : VanasError or None
        What it failed with.
    version : int
        Grows with every epoch.
    """

    state: str
    done: int = 0
    left: float | None = None
    error: VanasError | None = None
    version: int = 0

    @property
    def ended(self) -> bool:
        """Whether nothing more will come by itself."""
        return self.state in ENDED


@dataclass(frozen=True)
class KeptGradient:
    """A search that is kept.

    Attributes
    ----------
    plan : GradientPlan
    run : DartsRun, DgDartsRun, GenomeRun or None
        As far as it has come; None where its files cannot be read.
    error : VanasError or None
        Why they cannot.
    """

    plan: GradientPlan
    run: KeptRun | None
    error: VanasError | None = None

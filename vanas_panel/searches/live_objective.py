"""What a live search is told of a trained cell: a metric that its training measures, and what else is reported."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from vanas_panel.core.cell import Cell
from vanas_panel.core.plain import plain_int, plain_text
from vanas_panel.errors import SearchError, UnknownMetricError
from vanas_panel.searches.asking import generator_of
from vanas_panel.searches.live_file import Told
from vanas_panel.searches.objective import SECONDS
from vanas_panel.tables.table import BenchmarkTable
from vanas_panel.text.language import Message
from vanas_panel.training.reasons import reason_message
from vanas_panel.training.results import Record
from vanas_panel.training.settings import Settings
from vanas_panel.training.table import ACCURACIES, results_table
from vanas_panel.training.trainable import TRAINABLE, canonical_cell

_NAN = float("nan")


@dataclass(frozen=True)
class LiveObjective:
    """A metric of a training as a live search is told it.

    Attributes
    ----------
    metric : str
        As tables of trained cells have it: ``validation_accuracy`` after the last step, ``validation_accuracy_45``
        after 45 of them, ``training_time``.
    higher_is_better : bool
    repeat : str or int
        ``mean`` of the repeats that did not fail, ``draw``: one of them, drawn at every query; or the index of one.
    report : tuple of str
        Metrics that the best cells are judged by.
    budgets : tuple of int
        Steps of the trainings that a strategy asks for, ascending; empty where all are those of the settings.
    """

    metric: str
    higher_is_better: bool
    repeat: str | int
    report: tuple[str, ...]
    budgets: tuple[int, ...] = ()

    @property
    def sign(self) -> float:
        """What values are multiplied with, so that higher is better."""
        return 1.0 if self.higher_is_better else -1.0

    def told(self, number: int, record: Record, seed: int) -> Told:
        """What a proposal is told of a training.

        Parameters
        ----------
        number : int
            Of the proposal.
        record : Record
        seed : int
            Of the search, for a repeat that is drawn.
        """
        table = results_table([record], name="live")
        repeats = table.repeats(self.metric)[0]
        known = repeats[~np.isnan(repeats)]
        others = _NAN
        if self.repeat == "mean":
            value = float(known.mean()) if known.size else _NAN
        else:
            # By number, so that it does not matter in which order values come.
            place = (int(generator_of(seed, 2 + number).random() * known.size) if self.repeat == "draw"
                     else int(self.repeat))
            left = known if self.repeat == "draw" else repeats
            value = float(left[place]) if left.size else _NAN
            rest = np.delete(left, place) if left.size else left
            rest = rest[~np.isnan(rest)]
            others = float(rest.mean()) if rest.size else _NAN
        failed = next((repeat["reason"] for repeat in record.repeats if repeat["failed"]), "")
        error = str(reason_message(failed)) if math.isnan(value) else ""
        return Told(number, value, record.seconds, tuple(_mean(table, name) for name in self.report), others,
                    record.device, error)

    def described(self) -> dict[str, Any]:
        """The objective as JSON; the best value of all cells is not known."""
        described = {"metric": self.metric, "higher_is_better": self.higher_is_better, "repeat": self.repeat,
                     "report": list(self.report), "best": None}
        if self.budgets:
            described["budgets"] = [{"metric": self.metric, "epochs": steps} for steps in self.budgets]
        return described


def live_objective(settings: Settings, metric: str | None, repeat: str | int, report: Sequence[str] | None, *,
                   has_budgets: bool = False) -> LiveObjective:
    """The objective of a call, with what it leaves open.

    Parameters
    ----------
    settings, metric, repeat, report
        As `vanas_panel.searches.live.LiveSearch` takes them.
    has_budgets : bool, optional
        Whether the strategy asks for trainings of fewer steps: those of the settings' budgets, each from the start.

    Raises
    ------
    SearchError
        Where a training with these settings has no such metric, repeat or budgets.
    """
    if metric is not None and not isinstance(metric, str):
        raise SearchError(Message("Found several metrics for a search that trains; expected one. Search several at "
                                  "once on a table."))
    table = results_table([_example(settings)], name="live")
    name = "validation_accuracy" if metric is None else plain_text(metric)
    if report is None:
        report = [each for each in ("test_accuracy",) if each != name]
    reported = tuple(dict.fromkeys(plain_text(each) for each in ([report] if isinstance(report, str) else report)))
    for each in (name, *reported):
        try:
            higher = table.metric(each).higher_is_better
        except UnknownMetricError:
            higher = None
        if higher is None:
            known = ", ".join(one for one in table.metrics if table.metrics[one].higher_is_better is not None)
            raise SearchError(Message("Found metric {name}; expected one that a training measures: {known}. Choose one "
                                      "of these.", name=repr(each), known=known))
    number = plain_int(repeat)
    if number is not None and 0 <= number < settings.repeats:
        repeat = number
    elif repeat not in ("mean", "draw"):
        raise SearchError(Message("Found repeat {found}; expected mean, draw or a number from 0 to {last}. Choose one "
                                  "of these.", found=repr(repeat), last=settings.repeats - 1))
    if has_budgets and len(settings.budgets) < 2:
        raise SearchError(Message("Found settings with one training budget, {steps} steps; expected several. Give the "
                                  "setting budgets lower ones, such as {example}, or choose another strategy.",
                                  steps=settings.steps, example=[max(1, settings.steps // 4), settings.steps]))
    looks = [each for each in (name, *reported) if each not in ACCURACIES and each != SECONDS]
    if has_budgets and looks:
        raise SearchError(Message("Found metric {name} for a strategy with several training budgets; expected one "
                                  "after the last step, which every budget has: {known}. Choose one of these.",
                                  name=looks[0], known=", ".join(ACCURACIES)))
    return LiveObjective(name, bool(table.metric(name).higher_is_better), repeat, reported,
                         settings.budgets if has_budgets else ())


def settings_after(settings: Settings, steps: int) -> Settings:
    """The settings of a training of fewer steps, with a schedule of its own; 0 leaves them as they are."""
    if steps in (0, settings.steps):
        return settings
    return replace(settings, steps=steps, budgets=tuple(each for each in settings.budgets if each <= steps))


def _mean(table: BenchmarkTable, name: str) -> float:
    """A metric of the only cell of a table."""
    return float(table.column(name)[0])


def _example(settings: Settings) -> Record:
    """A result such as trainings with these settings have, which says what they measure."""
    values = [0.5] * len(settings.budgets)
    repeat = {"failed": False, "reason": "", "loss": values, "training_seconds": values,
              **{name: values for name in ACCURACIES}}
    key, cell = canonical_cell(Cell(("input", TRAINABLE.operations[0], "output"), ((0, 1), (1, 2))))
    return Record(key, list(cell.operations), [list(edge) for edge in cell.edges], 1, 1,
                  [{"repeat": number, **repeat} for number in range(settings.repeats)], settings.digest,
                  settings.to_dict(), "")

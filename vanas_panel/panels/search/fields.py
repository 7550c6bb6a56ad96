"""Options of the fields in the form of the drawer *Search*."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from vanas_panel.draw.format import format_count
from vanas_panel.errors import VanasError
from vanas_panel.searches.budget_objective import BudgetObjective
from vanas_panel.searches.strategies import STRATEGIES
from vanas_panel.tables.table import BenchmarkTable
from vanas_panel.text.language import gettext as _


def choices(labels: Mapping[str, str], chosen: str) -> list[dict[str, Any]]:
    """Options of a select."""
    return [{"value": value, "label": label, "chosen": value == chosen} for value, label in labels.items()]


def repeat_words(count: int) -> dict[str, str]:
    """Which repeat a search may be told."""
    return {"mean": _("mean of all"), "draw": _("one drawn at each query"),
            **{str(index): _("repeat {number}").format(number=index + 1) for index in range(count)}}


def budgets_in(table: BenchmarkTable, metric: str) -> list[int]:
    """The training budgets after which a table has a metric; empty where it has but one."""
    try:
        return BudgetObjective(table, metric).epochs.tolist()
    except VanasError:
        return []


def budget_words(strategy: str, budgets: Sequence[int]) -> list[str]:
    """What queries are of a strategy that asks for several training budgets; nothing of others."""
    if not STRATEGIES[strategy].budgets or not budgets:
        return []
    said = _("Queries count full trainings; budgets are {budgets} epochs or steps.")
    return [said.format(budgets=", ".join(map(format_count, budgets)))]

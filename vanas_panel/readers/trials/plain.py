"""Tables of trials of no program in particular: names and values of the columns say what they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from vanas_panel.readers.trials.found import Found, flat, merged_attributes, states_of
from vanas_panel.readers.trials.last_reports import REPORTS, REPORTS_REASON, last_reports, repeats_its_trials
from vanas_panel.tables.trial_columns import IDENTIFIER, Coded, coded
from vanas_panel.text.language import marked

FORMAT = marked("a table whose columns say by their names and values what they are")
_TRIALS = ("trial_id", "trial", "run_id", "run", "job_id", "config_id")
_STEPS = ("epoch", "step", "iteration", "training_iteration", "_step", "round")
_STATES = ("state", "State", "status", "Status")


def read_plain(columns: Mapping[str, Coded]) -> Found:
    """The trials of a table; several rows of one trial that differ in their epoch are reports of it."""
    notes: list[str] = []
    by_lower = {name.lower(): name for name in reversed([*columns])}
    trial = next((by_lower[name] for name in _TRIALS if name in by_lower), "")
    step = next((by_lower[name] for name in _STEPS if name in by_lower), "")
    if repeats_its_trials(columns, trial, step):
        columns, notes = last_reports(columns, trial, step)
    count = next(iter(columns.values())).values.size if columns else 0
    found = Found(FORMAT, count, notes=notes)
    for name, column in columns.items():
        if name in _STATES and found.states is None:
            found.states, more = states_of(column)
            found.notes += more
            if found.states is not None:
                continue
        is_count = name == REPORTS and bool(notes)
        found.add(name, column, IDENTIFIER if is_count else "", REPORTS_REASON if is_count else "")
    return found


def columns_of(rows: Sequence[Mapping[str, Any]]) -> dict[str, Coded]:
    """Columns of objects of JSON, those within each other flattened."""
    return {name: coded(values) for name, values in merged_attributes([flat(row) for row in rows]).items()}

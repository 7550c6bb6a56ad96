"""Results of Syne Tune: ``results.csv.zip``, a row for each report of a trial."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from vanas_panel.readers.trials.found import Found, states_of
from vanas_panel.readers.trials.kinds import guessed_kind
from vanas_panel.readers.trials.last_reports import REPORTS, REPORTS_REASON, last_reports
from vanas_panel.tables.trial_columns import CODES, COMPLETE, CONDITION, IDENTIFIER, METRIC, PARAMETER, Coded
from vanas_panel.text.language import Message, marked

FORMAT = marked("results of Syne Tune")
_GIVEN = marked("Syne Tune lists it among the settings of the trial")
_REPORTED = marked("a number that the trial reported")
_TEXT = marked("a text that the trial reported")
_BUDGET = marked("after how much training the values are")
_WRITTEN = marked("Syne Tune writes it to every result")
_TIME = marked("Syne Tune measured it")


def is_syne_tune(columns: Mapping[str, Any]) -> bool:
    """Whether columns are those of Syne Tune."""
    return {"trial_id", "st_tuner_time"} <= {*columns}


def read_syne_tune(columns: Mapping[str, Coded]) -> Found:
    """The trials of ``results.csv``: the last report of each."""
    step = "st_worker_iter" if "st_worker_iter" in columns else "st_tuner_time"
    last, notes = last_reports(columns, "trial_id", step)
    found = Found(FORMAT, last["trial_id"].values.size, notes=notes)
    if "st_status" in last:
        found.states, more = states_of(last["st_status"])
        found.notes += more
        if found.states is not None and (open_ := found.states == CODES["running"]).any():
            # The state is that of the moment of the report, so a trial that ended after its last one says the same.
            found.states = np.where(open_, CODES[COMPLETE], found.states).astype(np.int8)
            found.notes.append(Message(
                "{found:,} of {total:,} trials were in progress when they reported last. How they ended is not "
                "written, so they count as complete.", found=int(open_.sum()), total=open_.size))
    for name, column in last.items():
        is_number = column.levels is None
        if name.startswith("config_"):
            found.add(name.removeprefix("config_"), column, PARAMETER, _GIVEN, beside=name)
        elif name == REPORTS:
            found.add(name, column, IDENTIFIER, REPORTS_REASON)
        elif name == "st_worker_time":
            found.add(name, column, METRIC, _TIME)
        elif name.startswith("st_") or name == "trial_id":
            found.add(name, column, IDENTIFIER, _WRITTEN)
        elif guessed_kind(name, column)[0] == CONDITION:
            found.add(name, column, CONDITION, _BUDGET)
        else:
            found.add(name, column, METRIC if is_number else IDENTIFIER, _REPORTED if is_number else _TEXT)
    return found

"""Studies of Optuna in a journal: a file with one operation in each line, which are played once more."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from vanas_panel.errors import SourceError
from vanas_panel.readers.trials.found import Found, merged_attributes
from vanas_panel.readers.trials.json_texts import objects
from vanas_panel.readers.trials.optuna_study import StudyRecords, chosen_study, found_study, parameter_value
from vanas_panel.text.language import Message, marked

FORMAT = marked("an Optuna study (journal)")
(_CREATE_STUDY, _DELETE_STUDY, _, _STUDY_ATTRIBUTE, _CREATE_TRIAL, _PARAMETER, _STATE, _INTERMEDIATE, _ATTRIBUTE,
 _SYSTEM_ATTRIBUTE) = range(10)
_STATES = ("RUNNING", "COMPLETE", "PRUNED", "FAIL", "WAITING")
_DIRECTIONS = {1: False, 2: True}


@dataclass(eq=False)
class _Trial:
    """A trial as the operations so far have left it."""

    state: str = "RUNNING"
    start: str | None = None
    end: str | None = None
    values: list[float] | None = None
    parameters: dict[str, Any] = field(default_factory=dict)
    attributes: dict[str, Any] = field(default_factory=dict)
    steps: set[str] = field(default_factory=set)


@dataclass(eq=False)
class _Study:
    """A study as the operations so far have left it."""

    name: str
    directions: list[bool | None]
    metric_names: list[str] = field(default_factory=list)
    trials: list[_Trial] = field(default_factory=list)
    is_deleted: bool = False


def read_optuna_journal(path: Path, study: str) -> Found:
    """Read one study of a journal.

    Raises
    ------
    SourceError
        Where an operation makes no sense, or the file holds several studies and none is chosen.
    """
    notes: list[str] = []
    studies = [each for each in _played(objects(path, notes), path) if not each.is_deleted]
    chosen = studies[chosen_study([each.name for each in studies], [len(each.trials) for each in studies], study, path)]
    trials = chosen.trials
    records = StudyRecords(
        chosen.name, chosen.directions, chosen.metric_names, [*range(len(trials))], [each.state for each in trials],
        [each.start for each in trials], [each.end for each in trials], steps=[len(each.steps) for each in trials])
    records.values = [[each.values[place] if each.values and place < len(each.values) else None for each in trials]
                      for place in range(len(chosen.directions))]
    records.parameters = merged_attributes([each.parameters for each in trials])
    records.attributes = merged_attributes([each.attributes for each in trials])
    found = found_study(records, FORMAT)
    found.notes += notes
    return found


def _played(operations: Iterable[dict[str, Any]], path: Path) -> list[_Study]:
    """The studies after all operations."""
    studies: list[_Study] = []
    trials: list[_Trial] = []
    for number, operation in enumerate(operations):
        try:
            _play(operation, studies, trials, path)
        except (KeyError, IndexError, TypeError, ValueError, AttributeError) as error:
            raise SourceError(Message("an operation that makes no sense in line {number:,} ({reason!r:.80})",
                                      number=number + 1, reason=error),
                              "a journal that Optuna has written", "Copy the file again", path=path) from error
    return studies


def _play(operation: dict[str, Any], studies: list[_Study], trials: list[_Trial], path: Path) -> None:
    """Play one operation."""
    code = operation["op_code"]
    if code == _CREATE_STUDY:
        if any(each.name == operation["study_name"] and not each.is_deleted for each in studies):
            return  # Two programs made it at once, and Optuna takes the first.
        studies.append(_Study(str(operation["study_name"]), [_DIRECTIONS.get(each) for each in
                                                             operation["directions"]]))
    elif code == _DELETE_STUDY:
        _at(studies, operation["study_id"]).is_deleted = True
    elif code == _STUDY_ATTRIBUTE:
        _name_metrics(_at(studies, operation["study_id"]), operation["system_attr"])
    elif code == _CREATE_TRIAL:
        trial = _created(operation, path)
        _at(studies, operation["study_id"]).trials.append(trial)
        trials.append(trial)
    elif code in (_PARAMETER, _STATE, _INTERMEDIATE, _ATTRIBUTE):
        _change(_at(trials, operation["trial_id"]), code, operation, path)


def _at(items: Sequence[Any], number: int) -> Any:
    """The item of that number; a negative one is an error, and none from the end."""
    if number < 0:
        raise IndexError(number)
    return items[number]


def _name_metrics(study: _Study, attributes: dict[str, Any]) -> None:
    """Take the names of the objectives, where there are as many."""
    names = attributes.get("study:metric_names", [])
    if len({*names}) == len(study.directions) and all(isinstance(name, str) for name in names):
        study.metric_names = names


def _created(operation: dict[str, Any], path: Path) -> _Trial:
    """A new trial; one that was added as a whole has all it needs in one operation."""
    trial = _Trial(_at(_STATES, operation.get("state", 0)), operation.get("datetime_start"),
                   operation.get("datetime_complete"))
    values = operation.get("values") if operation.get("values") is not None else operation.get("value")
    trial.values = values if values is None or isinstance(values, list) else [values]
    distributions = operation.get("distributions") or {}
    trial.parameters = {name: parameter_value(value, distributions[name], name, path)
                        for name, value in (operation.get("params") or {}).items()}
    trial.attributes = dict(operation.get("user_attrs") or {})
    trial.steps = {*(operation.get("intermediate_values") or {})}
    return trial


def _change(trial: _Trial, code: int, operation: dict[str, Any], path: Path) -> None:
    """Change a trial; one that has ended stays as it is, as Optuna has it."""
    if trial.state in ("COMPLETE", "PRUNED", "FAIL"):
        return
    if code == _PARAMETER:
        name = operation["param_name"]
        trial.parameters[name] = parameter_value(operation["param_value_internal"], operation["distribution"], name,
                                                 path)
    elif code == _INTERMEDIATE:
        trial.steps.add(str(operation["step"]))
    elif code == _ATTRIBUTE:
        trial.attributes |= operation["user_attr"]
    else:
        trial.state = _at(_STATES, operation["state"])
        trial.values = operation["values"] if operation["values"] is not None else trial.values
        trial.start = operation.get("datetime_start", trial.start)
        trial.end = operation.get("datetime_complete", trial.end)

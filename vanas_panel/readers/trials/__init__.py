"""Readers of trials: what searches of hyperparameters wrote, one module a program, and `open_trials` above them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from vanas_panel.errors import ArgumentKindError
from vanas_panel.readers.description import Description, describe
from vanas_panel.readers.source import table_name
from vanas_panel.readers.trials.assembled import assembled
from vanas_panel.readers.trials.recognised import of_columns, read_trials
from vanas_panel.readers.trials.tables import frame_columns
from vanas_panel.tables.limits import Limits, limited, out_of_memory
from vanas_panel.tables.trials import TrialTable
from vanas_panel.text.language import Message

FRAME = Path("DataFrame")
"""The name of a frame in messages, in the place of a file's path."""

__all__ = ["open_trials"]


def open_trials(source: str | os.PathLike[str] | pd.DataFrame, *, kinds: Mapping[str, str] | None = None,
                study: str | None = None, directions: Mapping[str, bool | None] | None = None,
                limits: Limits | None = None) -> TrialTable:
    """Open a table of trials: what a search of hyperparameters or architectures evaluated.

    The format is found out from the content: Optuna (``.db``, journal, ``trials_dataframe``, CSV of its dashboard), NNI
    (``.sqlite``, export), Ray Tune (folder, ``result.json``, ``progress.csv``, data frame), Syne Tune
    (``results.csv.zip``), HiPlot (CSV, experiment), Weights & Biases (CSV), and any table as CSV, Parquet or JSON
    lines. None of these programs is needed. The file is only read, never changed.

    Parameters
    ----------
    source : str, path-like or pandas.DataFrame
        A file, a folder of Ray Tune, or a data frame.
    kinds : Mapping of str to str, optional
        By column: ``metric``, ``parameter``, ``condition``, ``repeat`` or ``identifier``, where the guess is wrong.
        These come before what a description says, see docs/trials.md.
    study : str, optional
        The study to open, where a file of Optuna holds several.
    directions : Mapping of str to bool or None, optional
        By metric: whether higher values are better; None where neither is.
    limits : Limits, optional
        How large the table may be; by default as `vanas_panel.tables.limits` says.

    Returns
    -------
    TrialTable
        One row per trial, nothing averaged. Of a trial that reported several times, the last report.

    Raises
    ------
    SourceError
        Where it cannot be read, holds no trials, or several studies of which none is chosen.
    UnknownMetricError
        Where it has no metric of a name in `directions`.

    Examples
    --------
    >>> frame = pd.DataFrame({"optimizer": ["adam", "sgd"], "lr": [0.01, 0.1], "val_acc": [0.9, 0.8]})
    >>> trials = open_trials(frame, directions={"val_acc": True})
    >>> trials.parameters, trials.metrics["val_acc"].better
    (('optimizer', 'lr'), 'higher is better')
    """
    with limited(limits):
        try:
            table = _opened(source, dict(kinds or {}), study or "")
        except MemoryError as error:
            raise out_of_memory(source) from error
    for name, direction in (directions or {}).items():
        table = table.with_direction(name, direction)
    return table.as_opened()


def _opened(source: object, kinds: Mapping[str, str], study: str) -> TrialTable:
    """The table of a file, a folder or a frame."""
    if isinstance(source, pd.DataFrame):
        return assembled(of_columns(frame_columns(source, FRAME)), FRAME, Description(), kinds, FRAME.name)
    if not isinstance(source, str | os.PathLike):
        raise ArgumentKindError(Message("Found something of type {kind}; expected a path or a pandas.DataFrame. Pass "
                                        "one of these.", kind=type(source).__name__))
    path = Path(source).expanduser()
    description = describe(path) if path.name else Description()
    found = read_trials(path, study or description.study)
    return assembled(found, path, description, kinds, table_name(path))

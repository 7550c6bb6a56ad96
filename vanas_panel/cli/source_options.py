"""The options of `vanas_panel.cli.parsers.source`, in the form that readers take."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from functools import partial
from pathlib import Path

from vanas_panel.readers.description import REFUSE, SET_ASIDE
from vanas_panel.readers.options import Asked
from vanas_panel.readers.trials import open_trials
from vanas_panel.tables.trials import TrialTable

_INFINITE = {"set-aside": SET_ASIDE, "refuse": REFUSE}


def asked_of(arguments: argparse.Namespace, *, where_there: bool = False) -> Asked:
    """The reading options of a command line; `where_there` as for `vanas_panel.readers.options.Asked`."""
    return Asked(dict(arguments.condition), _INFINITE.get(arguments.infinite, ""), dict(arguments.better), where_there,
                 none=arguments.none or "")


def trials_reader(arguments: argparse.Namespace) -> Callable[[Path], TrialTable]:
    """What opens a table of trials as a command line says."""
    return partial(open_trials, kinds=dict(arguments.kind), study=arguments.study, directions=dict(arguments.better))

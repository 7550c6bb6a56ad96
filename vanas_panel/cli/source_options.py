"""The options of `vanas_panel.cli.parsers.source`, in the form that readers take."""

from __future__ import annotations

import argparse

from vanas_panel.readers.description import REFUSE, SET_ASIDE
from vanas_panel.readers.options import Asked

_INFINITE = {"set-aside": SET_ASIDE, "refuse": REFUSE}


def asked_of(arguments: argparse.Namespace, *, where_there: bool = False) -> Asked:
    """The reading options of a command line; `where_there` as for `vanas_panel.readers.options.Asked`."""
    return Asked(dict(arguments.condition), _INFINITE.get(arguments.infinite, ""), dict(arguments.better), where_there)

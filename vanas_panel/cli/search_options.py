"""Options of ``vanas-panel search`` that go together, and those that set the strategy."""

from __future__ import annotations

import argparse
from typing import Any

from vanas_panel.errors import SearchError, brief
from vanas_panel.searches.plan import read_settings
from vanas_panel.text.language import Message


def check_options(arguments: argparse.Namespace) -> None:
    """Refuse options that do not go together.

    Raises
    ------
    SearchError
    """
    if arguments.live is None:
        given = [name for name in ("scheduler", "workers", "device", "cells_per_device", "no_record")
                 if getattr(arguments, name) is not None]
        if given:
            raise SearchError(Message("Found --{option} without --live; expected both, since a search on a table "
                                      "trains nothing. Give the settings of the trainings with --live.",
                                      option=given[0].replace("_", "-")))
    elif arguments.out is None:
        raise SearchError(Message("Found --live without --out; expected a file that keeps what was trained. Give one "
                                  "with --out."))
    elif len(",".join(arguments.metric or ()).split(",")) > 1:
        raise SearchError(Message("Found several metrics for a search that trains; expected one. Search several at "
                                  "once on a table."))
    elif arguments.compare is not None:
        raise SearchError(Message("Found --compare together with --live; expected one of them. Compare strategies on "
                                  "a table."))


def settings_of(strategy: str, arguments: argparse.Namespace) -> dict[str, Any] | None:
    """The settings that ``--set`` changes; None where it changes none.

    Raises
    ------
    SearchError
        Where one is not of the form NAME=VALUE, is given twice, or has no number where it is one.
    """
    texts: dict[str, str] = {}
    for given in arguments.set or ():
        name, equals, value = given.partition("=")
        if not (name and equals):
            raise SearchError(Message("Found --set {given}; expected NAME=VALUE, such as population=20. Write it so.",
                                      given=repr(brief(given, 60))))
        if name in texts:
            raise SearchError(Message("Found --set {name} twice; expected one value. Leave one out.", name=repr(name)))
        texts[name] = value
    return read_settings(strategy, texts) or None

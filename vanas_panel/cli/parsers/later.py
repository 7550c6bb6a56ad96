"""Commands that are loaded when they are run."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from functools import partial
from importlib import import_module


def later(module: str, function: str) -> Callable[[argparse.Namespace], None]:
    """A command that stands in another module of ``vanas_panel.cli``.

    Parameters
    ----------
    module, function : str
        Where it is defined, and its name there.

    Returns
    -------
    callable
        Takes the parsed arguments. It loads the module first: help, and mistakes in arguments, need none of the
        libraries that do the work.
    """
    return partial(_run, module, function)


def _run(module: str, function: str, arguments: argparse.Namespace) -> None:
    """Load a command and run it."""
    getattr(import_module(f"vanas_panel.cli.{module}"), function)(arguments)

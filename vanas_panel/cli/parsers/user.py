"""The options of ``vanas-panel user``."""

from __future__ import annotations

import argparse
from pathlib import Path

from vanas_panel.cli.parsers.later import later
from vanas_panel.text.language import gettext as _


def add_parsers(commands: argparse._SubParsersAction) -> None:
    """Add the command to those of ``vanas-panel``.

    Parameters
    ----------
    commands : argparse subparsers
    """
    parser = commands.add_parser("user", help=_("say who may sign in to a server"),
                                 description=_("Keep the file of the people who may sign in: vanas-panel serve "
                                               "--auth-file FILE. A running server follows its changes."))
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    add = actions.add_parser("add", help=_("add a user"),
                             description=_("Add a user. The command asks for the password twice, or reads it from the "
                                           "first line of a pipe."))
    add.add_argument("name", metavar="NAME")
    add.add_argument("--change", action="store_true", help=_("give an existing user another password"))
    add.set_defaults(run=later("user", "add"))
    remove = actions.add_parser("remove", help=_("remove a user"),
                                description=_("Remove a user and sign them out."))
    remove.add_argument("name", metavar="NAME")
    remove.set_defaults(run=later("user", "remove"))
    names = actions.add_parser("list", help=_("list all users"), description=_("List all users, one name a line."))
    names.set_defaults(run=later("user", "list_names"))
    for action in (add, remove, names):
        action.add_argument("--file", type=Path, default=None, metavar="FILE",
                            help=_("file of users; by default one in the user's data folder"))

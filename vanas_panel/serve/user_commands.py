"""The part of the command line that is about people: ``vanas-panel user``."""

from __future__ import annotations

import argparse
import getpass
import sys
from pathlib import Path

from vanas_panel.errors import UserFileError
from vanas_panel.folders import data_folder
from vanas_panel.serve.users import LONGEST, UserFile
from vanas_panel.terminal import say


def add_parsers(commands: argparse._SubParsersAction) -> None:
    """Add the command to those of ``vanas-panel``.

    Parameters
    ----------
    commands : argparse subparsers
    """
    parser = commands.add_parser("user", help="say who may sign in to a server",
                                 description="Keep the file of the people who may sign in: vanas-panel serve "
                                             "--auth-file FILE. A running server follows its changes.")
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    add = actions.add_parser("add", help="add somebody", description="Add somebody. The password is asked for twice, "
                                                                     "or read from the first line of what is piped in.")
    add.add_argument("name", metavar="NAME")
    add.add_argument("--change", action="store_true", help="give somebody who is there another password")
    add.set_defaults(run=_add)
    remove = actions.add_parser("remove", help="remove somebody", description="Remove somebody, and sign them out.")
    remove.add_argument("name", metavar="NAME")
    remove.set_defaults(run=_remove)
    names = actions.add_parser("list", help="list everybody", description="List everybody, one name a line.")
    names.set_defaults(run=_list)
    for action in (add, remove, names):
        action.add_argument("--file", type=Path, default=None, metavar="FILE",
                            help="file of users; by default one in the user's data folder")


def _add(arguments: argparse.Namespace) -> None:
    """Add somebody."""
    users = _users(arguments)
    users.refuse(arguments.name, change=arguments.change)
    users.add(arguments.name, _password(), change=arguments.change)
    say(f"{users.path}: {'changed the password of' if arguments.change else 'added'} {arguments.name}.")
    if not arguments.change:
        say(f"To serve for them: vanas-panel serve --auth-file {users.path}")


def _remove(arguments: argparse.Namespace) -> None:
    """Remove somebody."""
    users = _users(arguments)
    users.remove(arguments.name)
    say(f"{users.path}: removed {arguments.name}.")


def _list(arguments: argparse.Namespace) -> None:
    """List everybody."""
    for name in _users(arguments).names():
        say(name)


def _users(arguments: argparse.Namespace) -> UserFile:
    """The file of users."""
    return UserFile(arguments.file or data_folder() / "users")


def _password() -> str:
    """A password, from a person or from a pipe, never from the command line, which others can read."""
    if not sys.stdin.isatty():
        return sys.stdin.readline(2 * LONGEST).rstrip("\r\n")
    password = getpass.getpass("Password: ")
    if getpass.getpass("Once more: ") != password:
        raise UserFileError("Found two different passwords; expected the same one twice. Nothing was changed; try "
                            "again.")
    return password

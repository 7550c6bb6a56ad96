"""The command ``vanas-panel user``: who may sign in to a server."""

from __future__ import annotations

import argparse
import getpass
import sys

from vanas_panel.errors import UserFileError
from vanas_panel.files.user_folders import data_folder
from vanas_panel.serve.auth.users import LONGEST, UserFile
from vanas_panel.text.language import gettext as _
from vanas_panel.text.terminal import say


def add(arguments: argparse.Namespace) -> None:
    """Add a user."""
    users = _users(arguments)
    users.refuse(arguments.name, change=arguments.change)
    users.add(arguments.name, _password(), change=arguments.change)
    words = _("{path}: changed the password of {name}.") if arguments.change else _("{path}: added {name}.")
    say(words.format(path=users.path, name=arguments.name))
    if not arguments.change:
        say(_("To serve for them: vanas-panel serve --auth-file {path}").format(path=users.path))


def remove(arguments: argparse.Namespace) -> None:
    """Remove a user."""
    users = _users(arguments)
    users.remove(arguments.name)
    say(_("{path}: removed {name}.").format(path=users.path, name=arguments.name))


def list_names(arguments: argparse.Namespace) -> None:
    """List all users."""
    for name in _users(arguments).names():
        say(name)


def _users(arguments: argparse.Namespace) -> UserFile:
    """The file of users."""
    return UserFile(arguments.file or data_folder() / "users")


def _password() -> str:
    """A password, from a person or from a pipe, never from the command line, which others can read."""
    if not sys.stdin.isatty():
        return sys.stdin.readline(2 * LONGEST).rstrip("\r\n")
    password = getpass.getpass(_("Password: "))
    if getpass.getpass(_("Once more: ")) != password:
        raise UserFileError("Found two different passwords; expected the same one twice. Nothing was changed; try "
                            "again.")
    return password

"""The secret that signs cookies and tokens.

It comes from the environment or from a file, never from the command line, which every user of a machine can read.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import stat
from dataclasses import dataclass, field
from pathlib import Path

from vanas_panel.errors import ServeError
from vanas_panel.files.atomic import clear_left_over
from vanas_panel.files.disk_errors import cause
from vanas_panel.files.user_folders import data_folder
from vanas_panel.serve.auth.private_files import NO_TEXT, write_private
from vanas_panel.text.language import Message

ENVIRONMENT = "VANAS_PANEL_SECRET"
"""The environment variable that holds the secret, or is unset."""

SHORTEST = 32
"""Characters that a secret has at least."""


@dataclass(frozen=True)
class Secret:
    """A secret, and the keys that are made from it, one for every use.

    Parameters
    ----------
    text : str
        Never shown.
    folder : Path, optional
        Where a server that holds this secret keeps notes that all its processes share.
    """

    text: str = field(repr=False)
    folder: Path | None = None

    def key(self, use: str) -> str:
        """A key of 64 hexadecimal digits that tells nothing about the secret, nor about other keys.

        Examples
        --------
        >>> secret = Secret("s" * 32)
        >>> secret.key("pages") == secret.key("cookies"), len(secret.key("pages"))
        (False, 64)
        """
        key = hashlib.sha512(self.text.encode()).digest()
        return hashlib.blake2b(use.encode(), key=key, digest_size=32).hexdigest()


def passing_secret() -> Secret:
    """A secret that ends with the process, for a server without sign-in."""
    return Secret(secrets.token_urlsafe(48))


def kept_secret(path: Path | None = None) -> Secret:
    """The secret of a server to which people sign in; it outlives restarts, so that they stay signed in.

    Parameters
    ----------
    path : Path, optional
        A file, which is made where it is missing. By default the environment variable `ENVIRONMENT`, and where that is
        not set a file in the user's data folder.

    Raises
    ------
    ServeError
        Where the secret is too short, can be read by others, or cannot be read or written at all.
    """
    given = os.environ.get(ENVIRONMENT)
    if path is None and given is not None:
        return Secret(_checked(given, Message("the environment variable {variable}", variable=ENVIRONMENT)),
                      data_folder())
    file = path or data_folder() / "secret"
    clear_left_over(file.parent)
    try:
        if not file.exists():
            # Where two processes start at once, the first one's stays.
            write_private(file, secrets.token_urlsafe(48) + "\n", replace=False)
        if os.name == "posix" and stat.S_IMODE(file.stat().st_mode) & 0o077:
            raise ServeError(Message("{path}: Found a secret that others can read; expected a file that only its owner "
                                     "can read. Replace it if others may have seen it, then run chmod 600 on it.",
                                     path=file))
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeError) as error:
        reason = cause(error) if isinstance(error, OSError) else NO_TEXT
        raise ServeError(Message("{path}: Found {reason}; expected a file with a secret, or a place to make one. "
                                 "Choose another with --secret-file.", path=file, reason=reason)) from None
    return Secret(_checked(text.strip(), str(file)), file.parent)


def _checked(text: str, source: str) -> str:
    """A secret that is long enough."""
    if len(text) < SHORTEST:
        raise ServeError(Message("{source}: Found a secret of {length} characters; expected {least} or more. Make one "
                                 "with {command}.", source=source, length=len(text), least=SHORTEST,
                                 command="python -c 'import secrets; print(secrets.token_urlsafe(48))'"))
    return text

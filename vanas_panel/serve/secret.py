"""The secret with which a server signs what browsers hand back to it.

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
from vanas_panel.folders import data_folder
from vanas_panel.readers.atomic import clear_left_over
from vanas_panel.serve.folder import write_private

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
    """A secret that ends with the process, for a server that nobody signs in to."""
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
        return Secret(_checked(given, f"the environment variable {ENVIRONMENT}"), data_folder())
    file = path or data_folder() / "secret"
    clear_left_over(file.parent)
    try:
        if not file.exists():
            # Where two processes start at once, the first one's stays.
            write_private(file, secrets.token_urlsafe(48) + "\n", replace=False)
        if os.name == "posix" and stat.S_IMODE(file.stat().st_mode) & 0o077:
            raise ServeError(f"{file}: Found a secret that others can read; expected a file of its owner alone. Run "
                             f"chmod 600 on it, after replacing it if others may have seen it.")
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "no text"
        raise ServeError(f"{file}: Found {str(reason).lower()}; expected a file with a secret, or a place to make one. "
                         "Choose another with --secret-file.") from None
    return Secret(_checked(text.strip(), str(file)), file.parent)


def _checked(text: str, place: str) -> str:
    """A secret that is long enough."""
    if len(text) < SHORTEST:
        raise ServeError(f"{place}: Found a secret of {len(text)} characters; expected {SHORTEST} or more. Make one "
                         "with python -c 'import secrets; print(secrets.token_urlsafe(48))'.")
    return text

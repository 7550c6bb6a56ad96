"""A file of the people who may sign in: one line for each, ``name:hash``, the hash salted and slow (Argon2id).

The file is read again whenever it has changed, so that a server need not be started again.
"""

from __future__ import annotations

import hashlib
import logging
import re
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from argon2 import Parameters as HashParameters
from argon2 import PasswordHasher, Type, extract_parameters
from argon2.exceptions import InvalidHashError, VerificationError
from filelock import FileLock, Timeout

from vanas_panel.errors import UserFileError, brief
from vanas_panel.files.atomic import clear_left_over
from vanas_panel.files.disk_errors import cause
from vanas_panel.serve.auth.private_files import NO_TEXT, write_private
from vanas_panel.text.language import Message, marked

NAME = re.compile(r"[^\W_][\w.@+-]{0,63}")
"""The form of a name: 1 to 64 letters, digits and ``_ . @ + -``, a letter or digit first."""

SHORTEST, LONGEST = 8, 1024
"""Characters of a password."""

LONGEST_NAME = 64
"""Characters of a name, see `NAME`."""

MOST_MEMORY, MOST_PASSES, MOST_LANES = 256 << 10, 16, 16
"""KiB of memory, passes over it and lanes that a hash may ask for; ours ask for 64 MiB, 3 and 4."""

MOST_WORK = 1 << 20
"""KiB times passes that a hash may ask for, which is what a sign-in takes: about a second of one processor core."""

_LONGEST_LINE = 1024
_LONGEST_FILE = 16 << 20
_WRITTEN = 4
"""Code points that one letter may be written with, at most, before `tidy` makes it one."""

_PATIENCE = 10.0
HASHER = PasswordHasher(type=Type.ID)
"""Makes the salted hashes of passwords, and verifies them."""
# Checked for an unknown name, so that an answer for an unknown name takes as long as one for a known name.
_NOBODY = HASHER.hash("nobody")
_log = logging.getLogger(__name__)


class UserFile:
    """The people who may sign in, as a file says.

    Parameters
    ----------
    path : path-like
        It need not exist before the first user is added.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     users = UserFile(Path(folder) / "users")
    ...     users.add("ada", "difference engine")
    ...     users.names(), users.check("ada", "difference engine"), users.check("ada", "guess")
    (('ada',), True, False)
    """

    def __init__(self, path: str | Path):
        self.path = Path(path)
        clear_left_over(self.path.parent)
        self._seen: tuple | None = None
        self._hashes: dict[str, str] = {}

    def names(self) -> tuple[str, ...]:
        """All names, in alphabetical order.

        Raises
        ------
        UserFileError
            Where the file is missing, cannot be read, or has a line that is no user.
        """
        return tuple(sorted(self._read()))

    def check(self, name: str, password: str) -> bool:
        """Whether a user has that password; takes about a tenth of a second either way."""
        # Lengths first: making sixty thousand letters tidy takes a second.
        if not can_be_name(name) or len(password) > _WRITTEN * LONGEST or len(tidy(password)) > LONGEST:
            return False
        known = self._known().get(tidy(name))
        try:
            return HASHER.verify(known or _NOBODY, tidy(password)) and known is not None
        except (VerificationError, InvalidHashError, UnicodeEncodeError):
            # The last one for half a character, which no password has.
            return False

    def proper(self, name: str) -> str:
        """A name as the file has it, however it was typed."""
        return tidy(name)

    def mark(self, name: str) -> str | None:
        """A mark that changes with the password of a user; None for an unknown name."""
        known = self._known().get(name)
        return None if known is None else hashlib.sha256(known.encode()).hexdigest()[:16]

    def add(self, name: str, password: str, *, change: bool = False) -> None:
        """Add a user, or change a user's password.

        Parameters
        ----------
        name, password : str
        change : bool, optional
            Whether to change the password of an existing user.

        Raises
        ------
        UserFileError
            Where name or password cannot be used, or the file cannot be written.
        """
        self.refuse(name, change=change)
        name = tidy(name)
        if len(password) <= _WRITTEN * LONGEST:
            password = tidy(password)
        if not SHORTEST <= len(password) <= LONGEST:
            raise UserFileError(Message("Found a password of {length} characters; expected {least} to {most}. Choose "
                                        "another; a few words in a row are easy to keep in mind.",
                                        length=len(password), least=SHORTEST, most=LONGEST))
        if any("\ud800" <= letter <= "\udfff" for letter in password):
            raise UserFileError("Found half a character (a lone surrogate) in the password; expected whole ones. Type "
                                "it again.")
        with self._locked():
            hashes = self._read() if self.path.exists() else {}
            self._refuse(name, hashes, change)
            self._write({**hashes, name: HASHER.hash(password)})

    def refuse(self, name: str, *, change: bool = False) -> None:
        """Refuse a name that `add` would refuse, before a password is asked for; errors as there."""
        if can_be_name(name):
            name = tidy(name)
        if not NAME.fullmatch(name):
            raise UserFileError(Message("Found {name} as a name; expected 1 to {most} letters, digits or _ . @ + -, "
                                        "the first one a letter or digit. Choose another.",
                                        name=brief(repr(name), 80), most=LONGEST_NAME))
        self._refuse(name, self._read() if self.path.exists() else {}, change)

    def _refuse(self, name: str, hashes: dict[str, str], change: bool) -> None:
        """Refuse a name that is taken, or one that is not where it is to be changed."""
        if change and name not in hashes:
            raise UserFileError(Message("{path}: Found no user named {name!r}; expected one to change. Add them "
                                        "without --change.", path=self.path, name=name))
        if name in hashes and not change:
            raise UserFileError(Message("{path}: Found a user named {name!r} already; expected a new name. Give them "
                                        "another password with --change, or choose another name.",
                                        path=self.path, name=name))

    def remove(self, name: str) -> None:
        """Remove a user and end their sign-ins.

        Raises
        ------
        UserFileError
            Where the name is unknown, or the file cannot be written.
        """
        with self._locked():
            hashes = self._read()
            if hashes.pop(tidy(name), None) is None:
                if not hashes:
                    raise UserFileError(Message("{path}: Found no user named {name!r}, nor any other; expected a user "
                                                "to remove. Look for them in another file with --file.",
                                                path=self.path, name=name))
                raise UserFileError(Message("{path}: Found no user named {name!r}; expected one of {known}. Choose one "
                                            "of them.", path=self.path, name=name, known=", ".join(sorted(hashes))))
            self._write(hashes)

    def _known(self) -> dict[str, str]:
        """The current hashes of the file; none where it cannot be read."""
        try:
            state = self.path.stat()
            seen = (state.st_mtime_ns, state.st_size, state.st_ino)
            if seen != self._seen:
                self._hashes = self._read()
                self._seen = seen
        except (OSError, UserFileError) as error:
            _log.error("Nobody can sign in: %s", error)
            self._seen, self._hashes = None, {}
        return self._hashes

    def _read(self) -> dict[str, str]:
        """Read the file."""
        try:
            with self.path.open("rb") as file:
                content = file.read(_LONGEST_FILE + 1)
            if len(content) > _LONGEST_FILE:
                raise UserFileError(Message("{path}: Found more than {most:,} bytes; expected a file of users. Choose "
                                            "another.", path=self.path, most=_LONGEST_FILE))
            lines = content.decode("utf-8-sig").splitlines()
        except FileNotFoundError:
            raise UserFileError(Message("{path}: Found no such file; expected a file of users. Make one with "
                                        "vanas-panel user add NAME --file {path}.", path=self.path)) from None
        except (OSError, UnicodeError) as error:
            reason = cause(error) if isinstance(error, OSError) else NO_TEXT
            raise UserFileError(Message("{path}: Found {reason}; expected a file of users that can be read. Choose "
                                        "another.", path=self.path, reason=reason)) from None
        hashes: dict[str, str] = {}
        for number, line in enumerate(lines, start=1):
            name, colon, hashed = line.partition(":")
            if not line.strip() or line.startswith("#"):
                continue
            # The line itself is not shown: it may hold a password by mistake.
            named = len(line) <= _LONGEST_LINE and colon and NAME.fullmatch(name)
            asked = _asked(hashed) if named else None
            if asked is None or name in hashes:
                found = (Message("a second user {name!r}", name=name) if name in hashes else
                         Message("a line of another form"))
                raise UserFileError(Message("{path}, line {number}: Found {found}; expected name:hash as vanas-panel "
                                            "user add writes it. Remove the line and add the user again.",
                                            path=self.path, number=number, found=found))
            if trouble := _too_much(asked):
                raise UserFileError(Message("{path}, line {number}: Found a hash of user {name!r} that asks for "
                                            "{trouble}. Remove the line, then give the user a new password with "
                                            "vanas-panel user add {name}.", path=self.path, number=number, name=name,
                                            trouble=trouble))
            hashes[name] = hashed
        return hashes

    def _write(self, hashes: dict[str, str]) -> None:
        """Write the file."""
        text = "".join(f"{name}:{hashed}\n" for name, hashed in sorted(hashes.items()))
        try:
            write_private(self.path.resolve(), text, replace=True)
        except OSError as error:
            raise self._unwritable(error) from None

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Keep others from changing the file meanwhile."""
        lock = FileLock(f"{self.path}.lock", timeout=_PATIENCE, mode=0o600)
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            lock.acquire()
        except Timeout:
            raise UserFileError(Message("{path}: Found another program that changes it; expected to be the only one. "
                                        "Try again.", path=self.path)) from None
        except OSError as error:
            raise self._unwritable(error) from None
        try:
            yield
        finally:
            lock.release()

    def _unwritable(self, error: OSError) -> UserFileError:
        """The error for a file that cannot be written."""
        return UserFileError(Message("{path}: Found {reason}; expected a file that this user can write. Choose another "
                                     "with --file.", path=self.path, reason=cause(error)))


def can_be_name(text: str) -> bool:
    """Whether a text is short enough for a user's name; nothing else is checked here."""
    return len(text) <= _WRITTEN * LONGEST_NAME


def tidy(text: str) -> str:
    """The same letters from every keyboard: é is one character, not e and an accent."""
    return unicodedata.normalize("NFC", text)


def _asked(text: str) -> HashParameters | None:
    """The work that a salted hash asks for; None where the text is no hash."""
    try:
        asked = extract_parameters(text)
    except (InvalidHashError, ValueError):
        return None
    whole = 8 <= asked.salt_len <= 64 and 12 <= asked.hash_len <= 128 and asked.version in (16, 18, 19)
    least = asked.time_cost >= 1 and asked.parallelism >= 1 and asked.memory_cost >= 8 * asked.parallelism
    return asked if asked.type is Type.ID and whole and least else None


def _too_much(asked: HashParameters) -> str:
    """Which limit a hash asks to exceed; empty where it exceeds none."""
    for words, found, most in (
            (marked("{found} KiB of memory; expected at most {most:,}"), asked.memory_cost, MOST_MEMORY),
            (marked("{found} passes; expected at most {most:,}"), asked.time_cost, MOST_PASSES),
            (marked("{found} lanes; expected at most {most:,}"), asked.parallelism, MOST_LANES),
            (marked("{found} KiB times passes; expected at most {most:,}"), asked.memory_cost * asked.time_cost,
             MOST_WORK)):
        if found > most:
            return Message(words, found=brief(format(found, ","), 40), most=most)
    return ""

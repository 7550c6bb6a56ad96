"""All options of a server."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path

from vanas_panel.errors import ServeError
from vanas_panel.readers.options import NOTHING, Asked
from vanas_panel.serve.auth.oauth import OAuth
from vanas_panel.serve.auth.users import UserFile
from vanas_panel.serve.process.connections import IDLE_SECONDS, MOST_CONNECTIONS
from vanas_panel.serve.process.liveness import STOP_TIMEOUT
from vanas_panel.serve.process.visits import MOST_PER_ADDRESS, MOST_PER_USER
from vanas_panel.serve.requests.network import is_loopback
from vanas_panel.text.language import Message

MIB = 2**20
_PATH = re.compile(r"(/[\w-][\w.-]*)+", re.ASCII)


@dataclass(frozen=True)
class ServeOptions:
    """The options of a server.

    Parameters
    ----------
    sources : tuple of str, optional
        As for `vanas_panel.open_table`; by default those of the environment, else the embedded table.
    asked : Asked, optional
        How they are to be read.
    port : int, optional
        0 takes any free one.
    address : str, optional
        The address to listen on. The default one is reached from this machine only.
    origins : tuple of str, optional
        Further ``host`` or ``host:port`` that people type into their browser to reach the page.
    prefix : str, optional
        Path under which a proxy hands requests over, such as ``/vanas``.
    xheaders : bool, optional
        Take the visitor's address and ``https`` from the headers of a proxy. Only right behind one.
    tls_cert, tls_key : Path, optional
        Files of a certificate and its key, both or none; with them the server speaks TLS itself.
    auth_file : Path, optional
        File of the people who may sign in, see `vanas_panel.serve.auth.users.UserFile`.
    oauth : OAuth, optional
        Where people sign in otherwise.
    allowed_users : tuple of str, optional
        Names that may use the page after signing in elsewhere, ``*`` standing for anything; empty for all of them.
    secret_file : Path, optional
        File of the secret that signs the cookies, made where it is missing; by default one in the data folder.
    sign_in_hours : float, optional
        How long a sign-in lasts.
    allow_anyone : bool, optional
        Listen on an address that others reach although the server has no sign-in.
    shelf : str, optional
        Where people save cells, as for `vanas_panel.shelf.Shelf`.
    ready_searches : bool, optional
        Whether the kernels of searches are compiled before the server answers, where they are not yet; otherwise a page
        compiles each when it is first used.
    follow : bool, optional
        Whether files are looked at again and again, and pages say what is new in them.
    num_procs : int, optional
        Processes that share the port and the tables.
    stop_timeout : float, optional
        Seconds that running work has to finish in when the server is stopped.
    log_format : {"text", "json"}, optional
        How the log is written, to the standard error.
    log_level : str, optional
        From which level on: debug, info, warning or error; by default info as JSON, warning as text.
    check_unused_milliseconds, unused_lifetime_milliseconds : int, optional
        How often pages without a browser are looked for, and how long such a page is kept.
    max_message_bytes : int, optional
        The largest single message that a browser may send.
    most_connections : int, optional
        Connections at once, of each process; fewer where the system has no file descriptors for them.
    most_pages_per_user, most_pages_per_address : int, optional
        Pages that one person, or one address, may have open at once, in each process.
    idle_seconds : float, optional
        How long a connection may take to send the head of a request.

    Examples
    --------
    >>> ServeOptions(port=8080, prefix="vanas/").url
    'http://127.0.0.1:8080/vanas/'
    >>> ServeOptions(address="0.0.0.0").check()
    Traceback (most recent call last):
    ...
    vanas_panel.errors.ServeError: Found address '0.0.0.0', which others can reach, and nobody has to sign in; ...
    """

    sources: tuple[str, ...] = ()
    asked: Asked = NOTHING
    port: int = 5006
    address: str = "127.0.0.1"
    origins: tuple[str, ...] = ()
    prefix: str = ""
    xheaders: bool = False
    tls_cert: Path | None = None
    tls_key: Path | None = None
    auth_file: Path | None = None
    oauth: OAuth | None = None
    allowed_users: tuple[str, ...] = ()
    secret_file: Path | None = None
    sign_in_hours: float = 12.0
    allow_anyone: bool = False
    shelf: str | None = None
    ready_searches: bool = True
    follow: bool = True
    num_procs: int = 1
    stop_timeout: float = STOP_TIMEOUT
    log_format: str = "text"
    log_level: str | None = None
    check_unused_milliseconds: int = 17_000
    unused_lifetime_milliseconds: int = 15_000
    max_message_bytes: int = 8 * MIB
    most_connections: int = MOST_CONNECTIONS
    most_pages_per_user: int = MOST_PER_USER
    most_pages_per_address: int = MOST_PER_ADDRESS
    idle_seconds: float = IDLE_SECONDS

    @property
    def signs_in(self) -> bool:
        """Whether people have to sign in."""
        return self.auth_file is not None or self.oauth is not None

    @property
    def path(self) -> str:
        """The prefix with one slash before it and none behind it; empty where there is none."""
        bare = self.prefix.strip("/")
        return f"/{bare}" if bare else ""

    @property
    def url(self) -> str:
        """Where the page is, for a person on this machine."""
        host = f"[{self.address}]" if ":" in self.address else self.address
        return f"{'https' if self.tls_cert else 'http'}://{host}:{self.port}{self.path}/"

    def on(self, port: int) -> ServeOptions:
        """The same on another port."""
        return replace(self, port=port)

    def check(self) -> None:
        """Refuse what contradicts itself or would leave the page open to everyone by mistake.

        Raises
        ------
        ServeError
            Saying what to do instead.
        """
        if not (self.signs_in or self.allow_anyone or is_loopback(self.address)):
            raise ServeError(Message("Found address {address!r}, which others can reach, and nobody has to sign in; "
                                     "expected a way to sign in. Name a file of users with --auth-file, or say "
                                     "--allow-anyone.", address=self.address))
        if self.auth_file is not None and self.oauth is not None:
            raise ServeError("Found --auth-file and --oauth-provider; expected one way to sign in. Leave out one of "
                             "them.")
        if self.auth_file is not None and not UserFile(self.auth_file).names():
            raise ServeError(Message("{path}: Found no users; expected one at least. Add one with vanas-panel user add "
                                     "NAME --file {path}.", path=self.auth_file))
        if self.oauth is not None:
            self.oauth.check()
        if self.path and not _PATH.fullmatch(self.path):
            raise ServeError(Message("Found {prefix!r} as a prefix; expected a path such as /vanas of letters, digits "
                                     "and _ . - between slashes. Choose such a path.", prefix=self.prefix))
        if (self.tls_cert is None) != (self.tls_key is None):
            raise ServeError("Found one of --tls-cert and --tls-key; expected both or none. Name the other file, too.")
        for file in filter(None, (self.tls_cert, self.tls_key)):
            if not file.is_file():
                raise ServeError(Message("{path}: Found no such file; expected one in PEM form. Name another.",
                                         path=file))

    def doubts(self) -> tuple[str, ...]:
        """Warnings about options that seem to be missing, in sentences; none keeps the server from starting.

        Examples
        --------
        >>> ServeOptions().doubts(), len(ServeOptions(auth_file=Path("users"), prefix="/vanas").doubts())
        ((), 1)
        """
        behind = self.path or (self.origins and is_loopback(self.address))
        if not behind or self.xheaders or not self.signs_in:
            return ()
        return (Message("It looks as if a proxy stood before this server, whose headers are not read: all visitors "
                        "count as one address, for wrong passwords, connections and pages. If the proxy sets "
                        "X-Forwarded-For itself, start with --use-xheaders."),)

"""Addresses, ports, and the hosts under which a server may be reached."""

from __future__ import annotations

import errno
import ipaddress
import socket
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from vanas_panel.errors import ServeError
from vanas_panel.text.language import Message

FORWARDED = ("X-Forwarded-For", "X-Real-Ip", "Forwarded")
"""Headers by which a proxy says for whom it asks."""


def is_relayed(headers: Mapping[str, str], *, believed: bool) -> bool:
    """Whether a request came through a proxy whose address, not the visitor's, is the one that the server sees.

    Parameters
    ----------
    headers : mapping of str to str
        Of the request.
    believed : bool
        Whether the server runs behind a known proxy, and takes the visitor's address from its headers.

    Examples
    --------
    >>> forwarded = {"X-Forwarded-For": "203.0.113.7"}
    >>> is_relayed(forwarded, believed=False), is_relayed(forwarded, believed=True), is_relayed({}, believed=False)
    (True, False, False)
    """
    if believed and any(name in headers for name in ("X-Forwarded-For", "X-Real-Ip")):
        return False
    return any(name.title().startswith("X-Forwarded-") or name.title() in (*FORWARDED, "Via") for name in headers)


def is_loopback(address: str) -> bool:
    """Whether an address is reached from this machine only.

    Parameters
    ----------
    address : str
        An IP address or a name. A name that cannot be resolved is not.

    Examples
    --------
    >>> [is_loopback(address) for address in ("127.0.0.1", "127.8.0.3", "::1", "0.0.0.0", "::", "", "10.0.0.1")]
    [True, True, True, False, False, False, False]
    """
    if not address:
        return False
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        pass
    try:
        found = {str(entry[4][0]) for entry in socket.getaddrinfo(address, None)}
    except (OSError, UnicodeError):
        return False
    return all(ipaddress.ip_address(number.partition("%")[0]).is_loopback for number in found)


def free_port(port: int, address: str) -> int:
    """Check that a port can be opened, and choose one for 0.

    Raises
    ------
    ServeError
        Where it cannot.
    """
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        with socket.create_server((address, port), family=family) as opened:
            return opened.getsockname()[1]
    except (OSError, UnicodeError) as error:
        raise unusable(port, address, error) from None


def unusable(port: int, address: str, error: Exception) -> ServeError:
    """The error for a port that could not be opened."""
    code = getattr(error, "errno", None)
    if code == errno.EADDRINUSE:
        return ServeError(Message("Found port {port} of {address} in use; expected a free one. Stop the program that "
                                  "uses it, or choose another with --port (0 takes any free one).",
                                  port=port, address=address))
    if code in (errno.EACCES, errno.EPERM):
        return ServeError(Message("Found no permission to open port {port} of {address}; expected one that this user "
                                  "may open. Choose a port above 1023 with --port.", port=port, address=address))
    return ServeError(Message("Found address {address!r}, which this machine cannot listen on; expected one of its "
                              "own. Choose 127.0.0.1 for this machine only, or 0.0.0.0 for every network it is in.",
                              address=address))


def allowed_hosts(address: str, port: int, origins: Iterable[str] = ()) -> frozenset[str]:
    """Every ``host:port`` under which a browser may reach the server.

    Parameters
    ----------
    address : str
        That the server listens on.
    port : int
    origins : iterable of str, optional
        ``host``, which stands for its ports 80 and 443, or ``host:port``.

    Returns
    -------
    frozenset of str
        In small letters, each with its port, IPv6 addresses in square brackets.

    Raises
    ------
    ServeError
        Where one of `origins` is not a host.

    Examples
    --------
    >>> sorted(allowed_hosts("::1", 5006, ["Lab.example"]) - allowed_hosts("::1", 5006))
    ['lab.example:443', 'lab.example:80']
    """
    own = {address, "localhost", "127.0.0.1", socket.gethostname()}
    hosts = {with_port(f"[{host}]" if ":" in host else host, port) for host in own if host}
    for origin in origins:
        host, given = split_host(origin)
        if not host or not host.isascii() or any(letter in host for letter in "/*?#@ ,") or given is None:
            raise ServeError(Message("Found {origin!r} as an allowed origin; expected a host such as lab.example or "
                                     "lab.example:8443. Leave out the scheme and the path.", origin=origin))
        hosts |= {with_port(host, known) for known in ((given,) if given else (80, 443))}
    return frozenset(hosts)


@dataclass(frozen=True)
class Hosts:
    """The names of a server.

    Parameters
    ----------
    own : frozenset of str
        ``host:port`` of what the server listens on; reached only by the scheme that it speaks.
    further : frozenset of str
        ``host:port`` of proxies before it; reached by whatever they speak.

    Examples
    --------
    >>> hosts = Hosts(frozenset({"localhost:5006"}), frozenset({"lab.example:443"}))
    >>> [hosts.admit("localhost:5006", scheme, spoken="http") for scheme in ("http", "https")]
    [True, False]
    >>> hosts.admit("lab.example", "https", spoken="http"), hosts.know("localhost:5006", "https")
    (True, True)
    """

    own: frozenset[str]
    further: frozenset[str]

    @classmethod
    def of(cls, address: str, port: int, origins: Iterable[str]) -> Hosts:
        """The names of a server; parameters and errors as for `allowed_hosts`."""
        own = allowed_hosts(address, port)
        return cls(own, allowed_hosts(address, port, origins) - own)

    def admit(self, host: str, scheme: str, spoken: str) -> bool:
        """Whether ``scheme://host`` is an origin of this server's pages; `spoken` is the scheme of the request."""
        full = _full(host, scheme)
        return full in self.further or (full in self.own and scheme == spoken)

    def know(self, host: str, scheme: str) -> bool:
        """Whether the server goes by the name `host`, whatever its scheme."""
        return _full(host, scheme) in self.own | self.further


def _full(host: str, scheme: str) -> str | None:
    """A host with its port; None where that is no number."""
    name, port = split_host(host)
    return None if port is None else with_port(name, port or (443 if scheme == "https" else 80))


def with_port(host: str, port: int) -> str:
    """A host with its port, in small letters.

    Examples
    --------
    >>> with_port("Lab.example", 80)
    'lab.example:80'
    """
    return f"{host.lower()}:{port}"


def split_host(text: str) -> tuple[str, int | None]:
    """Host and port of ``host[:port]``; the port is 0 where there is none, and None where it is no number.

    Examples
    --------
    >>> split_host("lab.example:8443"), split_host("[::1]:80"), split_host("[::1]"), split_host("lab:x")
    (('lab.example', 8443), ('[::1]', 80), ('[::1]', 0), ('lab', None))
    """
    head, colon, tail = text.rpartition(":")
    if not colon or tail.endswith("]"):
        return text, 0
    return head, int(tail) if tail.isascii() and tail.isdigit() and 0 < int(tail) < 65536 else None

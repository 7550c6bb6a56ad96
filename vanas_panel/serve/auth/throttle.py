"""Rate-limit failed sign-ins per address and per name.

Wrong passwords are counted at *doors*. A sign-in comes by one of three ways, and is counted at its doors only:

- a browser in which this account signed in before (a signed cookie says so): by that browser;
- else the address from which this account signed in last, its *home*: by account and address together, and by the
  address for all who are at home there, at which one waits seconds only;
- else as a stranger: by the account, wherever the guesses come from, and by the address, whatever the names.

So guesses of strangers lock no user out of where they work. The address of a proxy is never a home. Doors are
keyed digests, since what is typed as a name may be a password.
"""

from __future__ import annotations

import hmac
import ipaddress
import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from vanas_panel.serve.auth.attempt_counters import HeldAttempts
from vanas_panel.shelf import Count

FORGET = 900.0
"""Seconds without a try after which the wrong passwords at a door are forgotten."""

FORGET_HOMES = 180 * 86_400.0
"""Seconds after which it is forgotten where an account signed in."""

_TIDY_SECONDS = 60.0


@dataclass(frozen=True)
class Rule:
    """How one kind of door slows people down.

    Attributes
    ----------
    free : int
        Wrong passwords that cost nothing. After one more, one waits 2 seconds, and twice as long with each further one.
    longest : float
        Seconds that one waits at most.
    """

    free: int
    longest: float


RULES = {"account": Rule(5, 300.0), "address": Rule(30, 300.0), "home": Rule(5, 30.0), "neighbours": Rule(30, 5.0),
         "browser": Rule(10, 30.0)}
"""The kinds of doors. An address may be that of a whole course; at home one is not to be kept waiting by others, so
that *neighbours*, all who are at home at one address, wait seconds at most. An account has as many free tries at home
as elsewhere: one more would tell that there is such an account."""


class Store(Protocol):
    """Where counts are kept; see `vanas_panel.shelf.Attempts`."""

    def change(self, doors: Sequence[str], decide: Callable[[Mapping[str, Count]], Mapping[str, Count]]) -> None:
        """Look at some doors and change them, alone."""

    def home(self, account: str) -> str | None:
        """From where an account signed in last."""

    def settle(self, account: str, address: str, now: float) -> None:
        """Note from where an account has signed in."""

    def forget(self, attempts_before: float, homes_before: float) -> None:
        """Remove what is older than a time."""


def waiting(rule: Rule, found: Count, now: float) -> float:
    """Seconds to wait at a door; 0 where a password may be tried now.

    Examples
    --------
    >>> rule = Rule(free=5, longest=300.0)
    >>> [waiting(rule, Count(wrong, 100.0), now=101.0) for wrong in (5, 6, 7, 8, 20)]
    [0.0, 1.0, 3.0, 7.0, 299.0]
    """
    found = current(found, now)
    if found.wrong <= rule.free:
        return 0.0
    # No further than 2 ** 20, which is longer than any rule has it, so that nothing overflows.
    pause = min(rule.longest, 2.0 ** min(found.wrong - rule.free, 20))
    return max(0.0, found.last + pause - now)


def current(found: Count, now: float) -> Count:
    """The attempts at a door that still count. A time to come, as after the clock was set back, is taken for now."""
    return Count() if now - found.last > FORGET else Count(found.wrong, min(found.last, now))


@dataclass(frozen=True)
class Try:
    """The answer to a request to try a password.

    Attributes
    ----------
    wait : float
        Seconds to wait; 0 where the try is granted, and then counted as wrong until `Throttle.right` takes it back.
    doors : tuple of str
        Where it was counted.
    relayed : bool
        Whether the address is that of a proxy, which is never a home.
    """

    wait: float
    doors: tuple[str, ...]
    relayed: bool = False


class Throttle:
    """How long to wait before another password may be tried.

    Every try counts as a wrong one until it turns out to be right, so that many at once gain nothing.

    Parameters
    ----------
    key : str, optional
        Of the digests; servers that share it, and the store, count together.
    store : Store, optional
        By default the memory of this process.
    clock : callable, optional
        Seconds since 1970.

    Examples
    --------
    >>> throttle = Throttle(clock=lambda: 0.0)
    >>> [throttle.attempt("ada", "203.0.113.7").wait for _ in range(8)]
    [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 2.0, 2.0]
    >>> throttle.attempt("ada", "203.0.113.8").wait, throttle.attempt("bob", "203.0.113.7").wait
    (2.0, 0.0)
    """

    def __init__(self, key: str = "", store: Store | None = None, clock: Callable[[], float] = time.time):
        self._key = (key or secrets.token_hex(32)).encode()
        self._store: Store = store or HeldAttempts()
        self._clock = clock
        self._tidied = clock()

    def attempt(self, account: str, address: str, browser: str = "", *, relayed: bool = False) -> Try:
        """Ask for leave to try a password.

        Parameters
        ----------
        account : str
            As it was typed; whether there is such an account does not matter.
        address : str
        browser : str, optional
            The number of a browser in which this account has signed in before.
        relayed : bool, optional
            Whether the address is that of a proxy that the server does not know. All visitors through it share the
            address, so it is never a home.
        """
        now = self._clock()
        who, where = self.digest("account", account), self.digest("address", network(address))
        if browser:
            rules = {self.digest("browser", browser): RULES["browser"]}
        elif not relayed and self._store.home(who) == where:
            rules = {self.digest("home", who, where): RULES["home"],
                     self.digest("neighbours", where): RULES["neighbours"]}
        else:
            rules = {who: RULES["account"], where: RULES["address"]}
        wait = 0.0

        def decide(found: Mapping[str, Count]) -> Mapping[str, Count]:
            nonlocal wait
            wait = max(waiting(rule, found[door], now) for door, rule in rules.items())
            return {} if wait > 0 else {door: Count(current(found[door], now).wrong + 1, now) for door in rules}

        self._store.change(tuple(rules), decide)
        self._tidy(now)
        return Try(wait, tuple(rules), relayed)

    def right(self, tried: Try, account: str, address: str) -> None:
        """Take back a try: the password was right, and the account is at home now where it came from, if no proxy is.

        Only this one is taken back, or a user could reset the count of guesses at other accounts.
        """
        self._store.change(tried.doors, lambda found: {
            door: Count(max(0, count.wrong - 1), count.last) for door, count in found.items()})
        if not tried.relayed:
            self._store.settle(self.digest("account", account), self.digest("address", network(address)), self._clock())

    def digest(self, kind: str, *parts: str) -> str:
        """A keyed digest of what is not to be read in a table, 64 hexadecimal digits."""
        return hmac.digest(self._key, "\0".join((kind, *parts)).encode("utf-8", "surrogatepass"), "sha256").hex()

    def _tidy(self, now: float) -> None:
        """Remove what no longer counts, once a minute at most."""
        if not 0 <= now - self._tidied < _TIDY_SECONDS:
            self._tidied = now
            self._store.forget(now - FORGET, now - FORGET_HOMES)


def network(address: str) -> str:
    """Who an address belongs to: of IPv6, one household has a whole network.

    Examples
    --------
    >>> network("203.0.113.7"), network("2001:db8::7"), network("::ffff:203.0.113.7")
    ('203.0.113.7', '2001:db8::/64', '203.0.113.7')
    """
    try:
        number = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(number, ipaddress.IPv6Address):
        return str(number.ipv4_mapped or ipaddress.ip_network((int(number), 64), strict=False))
    return str(number)

"""Slowing down whoever guesses passwords."""

from __future__ import annotations

import ipaddress
import time
from collections import OrderedDict
from collections.abc import Callable

FREE = 5
"""Wrong passwords of one address that cost nothing."""

LONGEST = 300.0
"""Seconds that an address waits at most."""

FORGET = 900.0
"""Seconds after which the wrong passwords of an address are forgotten."""

_MOST_ADDRESSES = 10_000


class Throttle:
    """How long an address has to wait before it may try another password.

    Every try counts as a wrong one until it turns out to be right, so that many at once gain nothing.

    Parameters
    ----------
    clock : callable, optional
        Seconds of a clock that never goes back.

    Examples
    --------
    >>> throttle = Throttle(clock=lambda: 0.0)
    >>> [throttle.attempt("203.0.113.7") for _ in range(8)]
    [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 2.0, 2.0]
    >>> throttle.attempt("203.0.113.8")
    0.0
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic):
        self._clock = clock
        # Of every address: how many wrong passwords, when the last one was.
        self._wrong: OrderedDict[str, tuple[int, float]] = OrderedDict()

    def attempt(self, address: str) -> float:
        """Ask for leave to try a password.

        Parameters
        ----------
        address : str

        Returns
        -------
        float
            Seconds to wait; 0 where the try is granted, and then counted.
        """
        network, now = _network(address), self._clock()
        count, last = self._wrong.get(network, (0, now))
        if now - last > FORGET:
            count = 0
        wait = last + min(LONGEST, 2.0 ** (count - FREE)) - now if count > FREE else 0.0
        if wait > 0:
            return wait
        self._wrong[network] = (count + 1, now)
        self._wrong.move_to_end(network)
        if len(self._wrong) > _MOST_ADDRESSES:
            self._wrong.popitem(last=False)
        return 0.0

    def right(self, address: str) -> None:
        """Take back the last try of an address: the password was right."""
        network = _network(address)
        count, last = self._wrong.get(network, (0, 0.0))
        if count > 1:
            self._wrong[network] = (count - 1, last)
        else:
            self._wrong.pop(network, None)


def _network(address: str) -> str:
    """Who an address belongs to: of IPv6, one household has a whole network."""
    try:
        number = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ipaddress.ip_network((number, 64), strict=False)) if number.version == 6 else address

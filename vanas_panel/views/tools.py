"""What a page may use besides its session: who is looking, and what all pages of a process share."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Tools:
    """What the drawers of a page work with. Whoever opens the page decides; the defaults do without.

    Parameters
    ----------
    user : str
        The name under which somebody is signed in; empty where nobody signs in.
    """

    user: str = ""

"""What a page may use besides its session: who is looking, and what all pages of a process share."""

from __future__ import annotations

from dataclasses import dataclass

from vanas_panel.shelf import Shelf
from vanas_panel.training.runs import Runs


@dataclass(frozen=True)
class Tools:
    """What the drawers of a page work with. Whoever opens the page decides; the defaults do without.

    Parameters
    ----------
    user : str
        The name under which somebody is signed in; empty where nobody signs in.
    runs : Runs or None
        What trains cells; None where that is not offered.
    shelf : Shelf or None
        Where people save cells; None where that is not offered.
    sign_out : str
        What the form to sign out hands to the server to show that it is of this page; empty where a link does.
    """

    user: str = ""
    runs: Runs | None = None
    shelf: Shelf | None = None
    sign_out: str = ""

"""Tools of a page besides its session: the user, trainings and shelf."""

from __future__ import annotations

from dataclasses import dataclass

from vanas_panel.searches.gradient_searches import GradientSearches
from vanas_panel.searches.live_searches import LiveSearches
from vanas_panel.searches.run import SearchRun
from vanas_panel.shelf import Shelf
from vanas_panel.state.followed import Followed
from vanas_panel.tables.table import BenchmarkTable
from vanas_panel.training.runs import Runs


@dataclass(frozen=True)
class OtherPage:
    """A page of the same server that the choice of tables offers.

    Attributes
    ----------
    title : str
        Of its table.
    query : str
        Of the link to it.
    """

    title: str
    query: str


@dataclass(frozen=True)
class Tools:
    """The services of a page's drawers. The opener of the page sets them; the defaults are absent.

    Parameters
    ----------
    user : str
        Name of the signed-in user; empty on a server without sign-in.
    runs : Runs or None
        The trainer of cells; None where that is not offered.
    shelf : Shelf or None
        Where people save cells; None where that is not offered.
    live : LiveSearches or None
        The searches that train their cells; None where that is not offered.
    gradients : GradientSearches or None
        The searches by gradient; None where that is not offered.
    inspects : bool
        Whether a link of the form ``?training=ROW.REPEAT`` opens the page of a recorded training, as on a server.
    followed : tuple of Followed or None
        For every table of the page what follows its file; empty where none is followed.
    run_files : tuple of Followed
        Files of searches that the page shows and follows, in its drawer *Search*.
    others : tuple of OtherPage
        Pages of tables of trials.
    sign_out : str
        The token that the form to sign out sends to show that it is of this page; empty where a link does.
    """

    user: str = ""
    runs: Runs | None = None
    shelf: Shelf | None = None
    sign_out: str = ""
    live: LiveSearches | None = None
    gradients: GradientSearches | None = None
    inspects: bool = False
    followed: tuple[Followed[BenchmarkTable] | None, ...] = ()
    run_files: tuple[Followed[SearchRun], ...] = ()
    others: tuple[OtherPage, ...] = ()

"""The command ``vanas-panel compile``."""

from __future__ import annotations

import argparse

from vanas_panel.serve.kernels import ready_searches
from vanas_panel.serve.page_kernels import ready_page
from vanas_panel.text.language import gettext as _
from vanas_panel.text.language import translated
from vanas_panel.text.terminal import say


def run(_arguments: argparse.Namespace) -> None:
    """Compile the kernels of the page and of searches.

    Parameters
    ----------
    _arguments : argparse.Namespace
        There are none.
    """
    for ready in (ready_page, ready_searches):
        ready(lambda line: say(translated(line)))
    say(_("The kernels of the page and of searches are compiled."))

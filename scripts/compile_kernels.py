"""Compile the kernels of the page and of searches into the cache, before the processes that use them start."""

from __future__ import annotations

import vanas_panel as vp
from vanas_panel.serve.kernels import ready_searches
from vanas_panel.serve.tables import warm

if __name__ == "__main__":
    warm(vp.open_table("structure4"))
    ready_searches(print)

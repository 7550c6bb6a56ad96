"""Compile the kernels of the page and of searches into the cache, before the processes that use them start."""

from __future__ import annotations

from vanas_panel.serve.kernels import ready_searches
from vanas_panel.serve.page_kernels import ready_page

if __name__ == "__main__":
    ready_page(print)
    ready_searches(print)

"""Which thread changes a page: everything that a view needs of threads is here.

- Run every callback of the page through `run_callback`: what a person does, one thing after the other.
- Run what may take its time, such as a query of a database, with `run_in_background`.
- Let `Latest` run what takes its time and follows a slider: only the last place counts, once the slider rests.
- Watch trainings, which change on other threads, with `watch_runs`.

A server says with `use_callback_thread` where callbacks run, and asks `is_working` before it stops.
"""

from vanas_panel.widgets.threads.background import is_working, run_in_background
from vanas_panel.widgets.threads.document_thread import run_callback, use_callback_thread
from vanas_panel.widgets.threads.latest import Latest
from vanas_panel.widgets.threads.page_thread import PageThread
from vanas_panel.widgets.threads.watch import Watch, watch_runs

__all__ = ["Latest", "PageThread", "Watch", "is_working", "run_callback", "run_in_background", "use_callback_thread",
           "watch_runs"]

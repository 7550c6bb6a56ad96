"""Serving the page. Nothing outside this folder knows that it is on a server.

`serve` is what ``vanas-panel serve`` calls; ``panel serve vanas_panel/serve/app.py`` does the same by Panel's own
means. All sessions of a process share the tables; everything else belongs to one session.
"""

from vanas_panel.serve.options import ServeOptions
from vanas_panel.serve.pages import TITLE, page
from vanas_panel.serve.server import build_server, serve
from vanas_panel.serve.tables import ENVIRONMENT, named_sources, shared_tables, warm

__all__ = ["ENVIRONMENT", "TITLE", "ServeOptions", "build_server", "named_sources", "page", "serve", "shared_tables",
           "warm"]

"""``/health``: whether the server is well, for a load balancer, with details for its operator."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

from bokeh.server.tornado import BokehTornado
from tornado.web import RequestHandler

import vanas_panel
from vanas_panel.serve.auth.signin import SignIn
from vanas_panel.serve.compat import connections
from vanas_panel.serve.process.liveness import Life
from vanas_panel.serve.requests.network import FORWARDED, is_loopback
from vanas_panel.tables.table import BenchmarkTable


class Health(RequestHandler):
    """Answers 200 with ``{"status": "ok"}``, and 503 with ``{"status": "stopping"}`` once the process stops.

    No sign-in is needed for that. Signed-in users learn more: pages and memory of the process that answered, its
    tables, its version, and since when it runs. On a server without sign-in, so do requests from this machine itself,
    and not through a proxy.
    """

    def initialize(self, life: Life, sign_in: SignIn | None, tables: Sequence[BenchmarkTable]) -> None:
        """Take what is looked at; called by Tornado."""
        self._life, self._sign_in, self._tables = life, sign_in, tables

    def get(self) -> None:
        """Answer."""
        stopping = self._life.stopping
        self.set_status(503 if stopping else 200)
        self.set_header("Cache-Control", "no-store")
        answer: dict[str, Any] = {"status": "stopping" if stopping else "ok"}
        if self._may_know():
            answer |= self._detail()
        self.finish(answer)

    def head(self) -> None:
        """Answer without words."""
        self.get()

    def check_xsrf_cookie(self) -> None:
        """Nothing is changed here."""

    def _may_know(self) -> bool:
        """Whether the request may learn more than that the server is well."""
        if self._sign_in is not None:
            return self._sign_in.visitor(self.request) is not None
        forwarded = any(name in self.request.headers for name in FORWARDED)
        return not forwarded and is_loopback(self.request.remote_ip or "")

    def _detail(self) -> dict[str, Any]:
        """How the process is."""
        server = cast(BokehTornado, self.application)
        return {
            "version": vanas_panel.__version__,
            "process": {"number": self._life.number, "id": os.getpid(), "uptime_seconds": round(self._life.uptime, 1),
                        "memory_bytes": resident_memory()},
            "pages": {"held": sum(len(server.get_sessions(path)) for path in server.app_paths),
                      "connected": len(connections(server))},
            "tables": [{"title": table.title, "cells": len(table)} for table in self._tables],
        }


def resident_memory() -> int | None:
    """Bytes of memory that this process has in use; None where the system does not say.

    Examples
    --------
    >>> import sys
    >>> resident_memory() > 1_000_000 if sys.platform == "linux" else True
    True
    """
    if sys.platform != "linux":
        return None
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")

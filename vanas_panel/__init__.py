"""Visual analytics for the results of neural architecture searches.

``open_table`` opens a table of trained cells, ``explore`` shows it as a page, and the numbers behind the page are plain
functions: ``edge_importance``, ``edge_contributions``, ``complete``, ``enumerate_cells``.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from vanas_panel import exchange
from vanas_panel._version import __version__
from vanas_panel.core.cell import Cell
from vanas_panel.core.completion import complete
from vanas_panel.core.contribution import edge_contributions
from vanas_panel.core.draft import Draft, Problem
from vanas_panel.core.enumeration import enumerate_cells
from vanas_panel.core.importance import edge_importance
from vanas_panel.core.space import NASBENCH101, CellSpace
from vanas_panel.errors import (
    CellNotInTableError,
    DownloadError,
    ExchangeError,
    InvalidCellError,
    InvalidDraftError,
    ReportError,
    SearchSpaceError,
    SelectionError,
    ServeError,
    SourceError,
    TooManyEdgesError,
    UnknownMetricError,
    UnknownOperationError,
    VanasError,
)
from vanas_panel.limits import Limits
from vanas_panel.metrics import Metric
from vanas_panel.readers import open_table
from vanas_panel.session import Session
from vanas_panel.table import BenchmarkTable

if TYPE_CHECKING:
    from vanas_panel import views
    from vanas_panel.dashboard import Dashboard, explore
    from vanas_panel.report import save_report

__all__ = [
    "NASBENCH101",
    "BenchmarkTable",
    "Cell",
    "CellNotInTableError",
    "CellSpace",
    "Dashboard",
    "DownloadError",
    "Draft",
    "ExchangeError",
    "InvalidCellError",
    "InvalidDraftError",
    "Limits",
    "Metric",
    "Problem",
    "ReportError",
    "SearchSpaceError",
    "SelectionError",
    "ServeError",
    "Session",
    "SourceError",
    "TooManyEdgesError",
    "UnknownMetricError",
    "UnknownOperationError",
    "VanasError",
    "__version__",
    "complete",
    "edge_contributions",
    "edge_importance",
    "enumerate_cells",
    "exchange",
    "explore",
    "open_table",
    "save_report",
    "views",
]

# Panel takes over a second to load, which scripts and workers that never show anything should not pay.
_SHOWN = {"Dashboard": "vanas_panel.dashboard", "explore": "vanas_panel.dashboard",
          "save_report": "vanas_panel.report"}


def __getattr__(name: str) -> Any:
    """Load what needs Panel when it is first used."""
    if name == "views":
        return import_module("vanas_panel.views")
    if name in _SHOWN:
        return getattr(import_module(_SHOWN[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

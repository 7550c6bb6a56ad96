"""Visual analytics for the results of neural architecture searches.

``open_table`` opens a table of trained cells, ``explore`` shows it as a page, and the numbers behind the page are plain
functions: ``edge_importance``, ``edge_contributions``, ``complete``, ``enumerate_cells``. ``search`` runs a strategy
on a table, and ``compare_searches`` compares several with chance.
"""

from functools import partial as _partial
from importlib import import_module as _import_module
from typing import TYPE_CHECKING

from vanas_panel import providers as _providers
from vanas_panel._version import __version__

if TYPE_CHECKING:
    from vanas_panel import exchange, inspector, neat, views
    from vanas_panel.core.cell import Cell
    from vanas_panel.core.completion import complete
    from vanas_panel.core.contribution import edge_contributions
    from vanas_panel.core.draft import Draft, Problem
    from vanas_panel.core.enumeration import enumerate_cells
    from vanas_panel.core.genotype import Genotype
    from vanas_panel.core.importance import edge_importance
    from vanas_panel.core.space import NASBENCH101, CellSpace
    from vanas_panel.errors import (
        CellNotInTableError,
        DownloadError,
        ExchangeError,
        InvalidCellError,
        InvalidDraftError,
        ReportError,
        SearchError,
        SearchSpaceError,
        SelectionError,
        ServeError,
        SourceError,
        TooManyEdgesError,
        UnknownMetricError,
        UnknownOperationError,
        VanasError,
    )
    from vanas_panel.inspector.opened import open_training
    from vanas_panel.inspector.training import Training
    from vanas_panel.inspector.weight_change import weight_change
    from vanas_panel.page.dashboard import Dashboard, explore
    from vanas_panel.readers import open_table
    from vanas_panel.report import save_report
    from vanas_panel.report.study import save_study_report
    from vanas_panel.report.training import save_training_report
    from vanas_panel.searches.compare import compare_searches
    from vanas_panel.searches.gallery import spaces
    from vanas_panel.searches.live import LiveSearch, search_live
    from vanas_panel.searches.reading import read_search
    from vanas_panel.searches.run import SearchRun
    from vanas_panel.searches.table_search import search
    from vanas_panel.state.session import Session
    from vanas_panel.studies.plan import StudyPlan
    from vanas_panel.studies.results import Study, read_study
    from vanas_panel.studies.run import run_study
    from vanas_panel.tables.limits import Limits
    from vanas_panel.tables.metrics import Metric
    from vanas_panel.tables.table import BenchmarkTable
    from vanas_panel.training.darts.baselines import baseline_genotype
    from vanas_panel.training.darts.dg_run import DgDartsRun, DgDartsSettings, read_dg_darts
    from vanas_panel.training.darts.entry import (
        architecture_gradient,
        search_darts,
        search_dg_darts,
        train_genotype,
    )
    from vanas_panel.training.darts.genotype_results import GenotypeResult, read_genotype_results
    from vanas_panel.training.darts.genotype_settings import GenotypeSettings
    from vanas_panel.training.darts.groups import group_operations
    from vanas_panel.training.darts.random_genotypes import random_genotypes
    from vanas_panel.training.darts.run_file import DartsRun, read_darts
    from vanas_panel.training.darts.settings import DartsSettings
    from vanas_panel.training.text_settings import TextSettings

__all__ = [
    "NASBENCH101",
    "BenchmarkTable",
    "Cell",
    "CellNotInTableError",
    "CellSpace",
    "DartsRun",
    "DartsSettings",
    "Dashboard",
    "DgDartsRun",
    "DgDartsSettings",
    "DownloadError",
    "Draft",
    "ExchangeError",
    "Genotype",
    "GenotypeResult",
    "GenotypeSettings",
    "InvalidCellError",
    "InvalidDraftError",
    "Limits",
    "LiveSearch",
    "Metric",
    "Problem",
    "ReportError",
    "SearchError",
    "SearchRun",
    "SearchSpaceError",
    "SelectionError",
    "ServeError",
    "Session",
    "SourceError",
    "Study",
    "StudyPlan",
    "TextSettings",
    "TooManyEdgesError",
    "Training",
    "UnknownMetricError",
    "UnknownOperationError",
    "VanasError",
    "__version__",
    "architecture_gradient",
    "baseline_genotype",
    "compare_searches",
    "complete",
    "edge_contributions",
    "edge_importance",
    "enumerate_cells",
    "exchange",
    "explore",
    "group_operations",
    "inspector",
    "neat",
    "open_table",
    "open_training",
    "random_genotypes",
    "read_darts",
    "read_dg_darts",
    "read_genotype_results",
    "read_search",
    "read_study",
    "run_study",
    "save_report",
    "save_study_report",
    "save_training_report",
    "search",
    "search_darts",
    "search_dg_darts",
    "search_live",
    "spaces",
    "train_genotype",
    "views",
    "weight_change",
]

# Where each public name is defined. A name is loaded when it is first used: pandas, Numba and Arrow take over a second,
# and Panel several, which neither the command line's help nor a script that needs one function should pay.
_DEFINED_IN = {
    "NASBENCH101": "core.space",
    "BenchmarkTable": "tables.table",
    "Cell": "core.cell",
    "CellSpace": "core.space",
    "DartsRun": "training.darts.run_file",
    "DartsSettings": "training.darts.settings",
    "Dashboard": "page.dashboard",
    "DgDartsRun": "training.darts.dg_run",
    "DgDartsSettings": "training.darts.dg_run",
    "Draft": "core.draft",
    "Genotype": "core.genotype",
    "GenotypeResult": "training.darts.genotype_results",
    "GenotypeSettings": "training.darts.genotype_settings",
    "Limits": "tables.limits",
    "LiveSearch": "searches.live",
    "Metric": "tables.metrics",
    "Problem": "core.draft",
    "SearchRun": "searches.run",
    "Session": "state.session",
    "Study": "studies.results",
    "StudyPlan": "studies.plan",
    "TextSettings": "training.text_settings",
    "Training": "inspector.training",
    "architecture_gradient": "training.darts.entry",
    "baseline_genotype": "training.darts.baselines",
    "compare_searches": "searches.compare",
    "complete": "core.completion",
    "edge_contributions": "core.contribution",
    "edge_importance": "core.importance",
    "enumerate_cells": "core.enumeration",
    "explore": "page.dashboard",
    "group_operations": "training.darts.groups",
    "open_table": "readers",
    "open_training": "inspector.opened",
    "random_genotypes": "training.darts.random_genotypes",
    "read_darts": "training.darts.run_file",
    "read_dg_darts": "training.darts.dg_run",
    "read_genotype_results": "training.darts.genotype_results",
    "read_search": "searches.reading",
    "read_study": "studies.results",
    "run_study": "studies.run",
    "save_report": "report",
    "save_study_report": "report.study",
    "save_training_report": "report.training",
    "search": "searches.table_search",
    "search_darts": "training.darts.entry",
    "search_dg_darts": "training.darts.entry",
    "search_live": "searches.live",
    "spaces": "searches.gallery",
    "train_genotype": "training.darts.entry",
    "weight_change": "inspector.weight_change",
}
# Parts of the package that need no import of their own: `vanas_panel.errors.SourceError` has always worked.
_MODULES = frozenset({"address", "core", "errors", "exchange", "files", "inspector", "neat", "readers", "report",
                      "selection", "shelf", "state", "tables", "text", "views"})

# Work of lower rooms that higher ones do, see vanas_panel/providers.py.
_DONE_BY = {
    "table of a frame": ("readers.formats.frames", "read_frame"),
    "HTML of a table": ("draw.notebook", "table_html"),
    "HTML of a draft": ("draw.notebook", "draft_html"),
    "HTML of a search": ("draw.searches.notebook", "search_html"),
    "HTML of DARTS": ("draw.gradient_search.notebook", "darts_html"),
    "HTML of a study": ("draw.studies.notebook", "study_html"),
    "HTML of DG-DARTS": ("draw.gradient_search.notebook", "dg_darts_html"),
    "HTML of NEAT": ("draw.neat.notebook", "neat_html"),
    "SVG of a genome": ("draw.neat.notebook", "genome_svg"),
    "SVG of a draft": ("draw.notebook", "draft_svg"),
    "HTML of a session": ("draw.notebook", "session_html"),
    "HTML of a run": ("draw.notebook", "run_html"),
    "HTML of a record": ("draw.notebook", "record_html"),
    "HTML of results": ("draw.notebook", "results_html"),
    "HTML of a space": ("draw.space_card", "space_html"),
    "SVG of a space": ("draw.space_card", "space_svg"),
    "page of a training": ("page.training_page", "explore"),
    "HTML of a training": ("draw.inspector.about", "training_html"),
}


def _defined(module: str, name: str) -> object:
    """The object that a module of the package defines under a name."""
    return getattr(_import_module(f"{__name__}.{module}"), name)


for _work, (_module, _name) in _DONE_BY.items():
    _providers.provide(_work, _partial(_defined, _module, _name))


def __getattr__(name: str) -> object:
    """Load a public name when it is first used."""
    if name in _MODULES:
        return _import_module(f"{__name__}.{name}")
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = _defined(_DEFINED_IN.get(name, "errors"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """The public names, for ``dir`` and for completion at a prompt."""
    return sorted(__all__)

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
    from vanas_panel.core.alignment import Alignment, align_cells, common_edges
    from vanas_panel.core.all_contributions import all_contributions, contribution_distribution
    from vanas_panel.core.cell import Cell
    from vanas_panel.core.certainty import confidence_set, probability_better, rank_intervals
    from vanas_panel.core.comparison import compare_cells
    from vanas_panel.core.completion import complete
    from vanas_panel.core.contribution import edge_contributions
    from vanas_panel.core.draft import Draft, Problem
    from vanas_panel.core.edit_path import edit_path
    from vanas_panel.core.enumeration import enumerate_cells
    from vanas_panel.core.front_chance import front_probability
    from vanas_panel.core.genotype import Genotype
    from vanas_panel.core.importance import edge_importance
    from vanas_panel.core.matched import matched_importance, matched_pairs
    from vanas_panel.core.neighbours import neighbours
    from vanas_panel.core.operation_contribution import operation_contributions
    from vanas_panel.core.operation_importance import operation_importance
    from vanas_panel.core.pareto import pareto_front
    from vanas_panel.core.shapley import edge_shapley
    from vanas_panel.core.space import NASBENCH101, CellSpace
    from vanas_panel.core.structure import structure
    from vanas_panel.core.trade_offs import operation_losses, rows_without, trade_offs
    from vanas_panel.core.trial_importance import matched_parameter_importance, parameter_importance
    from vanas_panel.core.trial_matches import matching_trials
    from vanas_panel.core.trial_nearest import nearest_trials
    from vanas_panel.errors import (
        CellNotInTableError,
        DirectionError,
        DownloadError,
        ExchangeError,
        InvalidCellError,
        InvalidDraftError,
        LargerCellsError,
        NoEditPathError,
        NoiseUnknownError,
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
    from vanas_panel.readers.trials import open_trials
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
    from vanas_panel.tables.trials import TrialTable
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
    "Alignment",
    "BenchmarkTable",
    "Cell",
    "CellNotInTableError",
    "CellSpace",
    "DartsRun",
    "DartsSettings",
    "Dashboard",
    "DgDartsRun",
    "DgDartsSettings",
    "DirectionError",
    "DownloadError",
    "Draft",
    "ExchangeError",
    "Genotype",
    "GenotypeResult",
    "GenotypeSettings",
    "InvalidCellError",
    "InvalidDraftError",
    "LargerCellsError",
    "Limits",
    "LiveSearch",
    "Metric",
    "NoEditPathError",
    "NoiseUnknownError",
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
    "TrialTable",
    "UnknownMetricError",
    "UnknownOperationError",
    "VanasError",
    "__version__",
    "align_cells",
    "all_contributions",
    "architecture_gradient",
    "baseline_genotype",
    "common_edges",
    "compare_cells",
    "compare_searches",
    "complete",
    "confidence_set",
    "contribution_distribution",
    "edge_contributions",
    "edge_importance",
    "edge_shapley",
    "edit_path",
    "enumerate_cells",
    "exchange",
    "explore",
    "front_probability",
    "group_operations",
    "inspector",
    "matched_importance",
    "matched_pairs",
    "matched_parameter_importance",
    "matching_trials",
    "nearest_trials",
    "neat",
    "neighbours",
    "open_table",
    "open_training",
    "open_trials",
    "operation_contributions",
    "operation_importance",
    "operation_losses",
    "parameter_importance",
    "pareto_front",
    "probability_better",
    "random_genotypes",
    "rank_intervals",
    "read_darts",
    "read_dg_darts",
    "read_genotype_results",
    "read_search",
    "read_study",
    "rows_without",
    "run_study",
    "save_report",
    "save_study_report",
    "save_training_report",
    "search",
    "search_darts",
    "search_dg_darts",
    "search_live",
    "spaces",
    "structure",
    "trade_offs",
    "train_genotype",
    "views",
    "weight_change",
]

# Where each public name is defined. A name is loaded when it is first used: pandas, Numba and Arrow take over a second,
# and Panel several, which neither the command line's help nor a script that needs one function should pay.
_DEFINED_IN = {
    "NASBENCH101": "core.space",
    "Alignment": "core.alignment",
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
    "TrialTable": "tables.trials",
    "all_contributions": "core.all_contributions",
    "align_cells": "core.alignment",
    "architecture_gradient": "training.darts.entry",
    "baseline_genotype": "training.darts.baselines",
    "common_edges": "core.alignment",
    "compare_cells": "core.comparison",
    "compare_searches": "searches.compare",
    "complete": "core.completion",
    "confidence_set": "core.certainty",
    "contribution_distribution": "core.all_contributions",
    "edge_contributions": "core.contribution",
    "operation_contributions": "core.operation_contribution",
    "operation_importance": "core.operation_importance",
    "edge_importance": "core.importance",
    "edit_path": "core.edit_path",
    "edge_shapley": "core.shapley",
    "enumerate_cells": "core.enumeration",
    "explore": "page.dashboard",
    "front_probability": "core.front_chance",
    "group_operations": "training.darts.groups",
    "neighbours": "core.neighbours",
    "matched_importance": "core.matched",
    "matched_pairs": "core.matched",
    "matched_parameter_importance": "core.trial_importance",
    "matching_trials": "core.trial_matches",
    "nearest_trials": "core.trial_nearest",
    "open_table": "readers",
    "open_training": "inspector.opened",
    "open_trials": "readers.trials",
    "operation_losses": "core.trade_offs",
    "parameter_importance": "core.trial_importance",
    "pareto_front": "core.pareto",
    "probability_better": "core.certainty",
    "random_genotypes": "training.darts.random_genotypes",
    "rank_intervals": "core.certainty",
    "read_darts": "training.darts.run_file",
    "read_dg_darts": "training.darts.dg_run",
    "read_genotype_results": "training.darts.genotype_results",
    "read_search": "searches.reading",
    "read_study": "studies.results",
    "rows_without": "core.trade_offs",
    "run_study": "studies.run",
    "save_report": "report",
    "save_study_report": "report.study",
    "save_training_report": "report.training",
    "search": "searches.table_search",
    "search_darts": "training.darts.entry",
    "search_dg_darts": "training.darts.entry",
    "search_live": "searches.live",
    "spaces": "searches.gallery",
    "structure": "core.structure",
    "trade_offs": "core.trade_offs",
    "train_genotype": "training.darts.entry",
    "weight_change": "inspector.weight_change",
}
# Parts of the package that need no import of their own: `vanas_panel.errors.SourceError` has always worked.
_MODULES = frozenset({"address", "core", "errors", "exchange", "files", "inspector", "neat", "readers", "report",
                      "selection", "shelf", "state", "tables", "text", "views"})

# Work of lower rooms that higher ones do, see vanas_panel/providers.py.
_DONE_BY = {
    "table of a frame": ("readers.formats.frames", "read_frame"),
    "kept arrays": ("readers.kept_arrays", "kept_arrays"),
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

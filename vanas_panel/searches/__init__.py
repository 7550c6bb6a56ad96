"""Searches: strategies that ask for cells and are told values, run over a table, kept as files, and compared."""

from vanas_panel.searches.budget_agreement import budget_agreement
from vanas_panel.searches.compare import compare_searches
from vanas_panel.searches.ledger import ledger
from vanas_panel.searches.lineage import lineage
from vanas_panel.searches.live import LiveSearch, search_live
from vanas_panel.searches.posterior import posterior
from vanas_panel.searches.ranks import search_ranks
from vanas_panel.searches.reading import read_search
from vanas_panel.searches.run import SearchRun
from vanas_panel.searches.strategies import STRATEGIES
from vanas_panel.searches.table_search import search

__all__ = ["STRATEGIES", "LiveSearch", "SearchRun", "budget_agreement", "compare_searches", "ledger", "lineage",
           "posterior", "read_search", "search", "search_live", "search_ranks"]

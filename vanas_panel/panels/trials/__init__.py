"""The cards of the page of a table of trials."""

from vanas_panel.panels.trials.cards import TrialsCards

__all__ = ["TrialsCards"]

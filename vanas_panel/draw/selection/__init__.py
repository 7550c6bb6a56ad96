"""Conditions of a selection in words, and their shapes on the map."""

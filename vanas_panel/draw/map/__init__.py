"""The map of the overview: bins, axes, figure and words."""

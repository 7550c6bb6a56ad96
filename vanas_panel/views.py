"""The views of the page as a library: `Overview`, `Designer` and the others, for notebooks and other pages.

They are defined in `vanas_panel.panels`.
"""

from vanas_panel.panels import VIEWS, Completions, Designer, Importance, Overview, Performance, Presets

__all__ = ["VIEWS", "Completions", "Designer", "Importance", "Overview", "Performance", "Presets"]

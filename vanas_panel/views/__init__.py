"""One file per view; every view takes a `vanas_panel.session.Session` and nothing else."""

from vanas_panel.views.completion import Completions
from vanas_panel.views.designer import Designer
from vanas_panel.views.importance import Importance
from vanas_panel.views.overview import Overview
from vanas_panel.views.performance import Performance
from vanas_panel.views.presets import Presets

VIEWS = {
    "overview": Overview,
    "importance": Importance,
    "presets": Presets,
    "designer": Designer,
    "performance": Performance,
    "completions": Completions,
}
"""Every view of the page by its name. To add one, write its file and one line here, and give it a place in
`vanas_panel.dashboard.COLUMNS`."""

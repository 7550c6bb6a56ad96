"""The panels of the page. Each takes a `vanas_panel.state.session.Session`."""

from vanas_panel.panels.completions import Completions
from vanas_panel.panels.designer.panel import Designer
from vanas_panel.panels.importance.panel import Importance
from vanas_panel.panels.overview.panel import Overview
from vanas_panel.panels.performance import Performance
from vanas_panel.panels.presets import Presets

VIEWS = {
    "overview": Overview,
    "importance": Importance,
    "presets": Presets,
    "designer": Designer,
    "performance": Performance,
    "completions": Completions,
}
"""Every view of the page by its name. To add one, write its file and one line here, and name it in
`vanas_panel.page.dashboard.COLUMNS`."""

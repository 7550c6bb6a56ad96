"""The view of recorded trainings on a page."""

from vanas_panel.panels.inspector.panel import InspectorPanel

__all__ = ["InspectorPanel"]

"""Presets: well-chosen cells to start from, each a small drawing that loads it into the designer."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from vanas_panel.draw.cell.thumbnail import cell_svg
from vanas_panel.draw.css import ACCENT, LINE
from vanas_panel.draw.html import Html, pieces
from vanas_panel.draw.presets.choice import INCEPTION_LIKE, RESNET_LIKE, Preset, presets, shortage
from vanas_panel.draw.theme import Palette, palette
from vanas_panel.state.session import Session
from vanas_panel.text.language import gettext as _
from vanas_panel.widgets.markup import Markup, number_after
from vanas_panel.widgets.notebook import View

__all__ = ["INCEPTION_LIKE", "RESNET_LIKE", "Preset", "Presets", "presets", "presets_html"]

_PIECES = pieces(__file__)

CSS = f"""
.presets {{ display: grid; grid-template-columns: repeat(auto-fit, minmax(48px, 1fr)); gap: 6px; }}
.presets button {{
  display: flex; flex-direction: column; align-items: center; gap: 2px; padding: 4px 1px 3px; min-width: 0;
  border-color: {LINE}; border-radius: 7px; font-size: 11px; font-weight: 500; line-height: 1.15; text-align: center;
  word-break: keep-all;
}}
.presets button[aria-pressed=true] {{ border-color: {ACCENT}; }}
.presets svg {{ max-width: 100%; flex: none; }}
@container vp-page (max-width: 1380px) {{ .presets button {{ letter-spacing: -.035em; }} }}
.presets span {{ min-height: 2.3em; display: flex; align-items: center; }}
"""


def presets_html(offered: Sequence[Preset], operations: tuple[str, ...], colors: Palette,
                 active: int | None = None, note: str = "") -> Html:
    """Presets as HTML.

    Parameters
    ----------
    offered : sequence of Preset
    operations : tuple of str
        Of the search space.
    colors : Palette
    active : int, optional
        Which of them the designer holds.
    note : str, optional
        A remark about the presets.

    Returns
    -------
    Html
        A row of buttons with the actions ``preset:0``, ``preset:1``, ... and all text escaped.
    """
    drawn = [{
        "pressed": str(index == active).lower(), "tooltip": f"{preset.description} {_('Click to load it.')}",
        "drawing": cell_svg(preset.cell, operations, colors, width=50, height=54, title=preset.description),
        "label": preset.label} for index, preset in enumerate(offered)]
    return _PIECES.whole(title=_("Presets"), presets=drawn, note=note)


class Presets(View):
    """A row of presets by the metric that ranks; a click loads one, and the one in the designer is highlighted.

    Parameters
    ----------
    session : Session
    **params
        As for any viewer.
    """

    notebook_height = 170

    def __init__(self, session: Session, **params):
        super().__init__(**params)
        self.session = session
        self._markup = Markup(self._html(), self._act, css=CSS, sizing_mode="stretch_width")
        self.follow(self._update, ["draft", "dark", "metric", "better"])
        self.follow_language(self._update)

    def __panel__(self):
        return self._markup

    @property
    def offered(self) -> tuple[Preset, ...]:
        """The presets by the metric that ranks now."""
        return presets(self.session.table, self.session.metric)

    @property
    def active(self) -> int | None:
        """Which preset the designer holds."""
        cell, row = self.session.cell, self.session.row
        if cell is None:
            return None
        same: Callable[[Preset], bool] = (lambda preset: preset.row == row) if row is not None else (
            lambda preset: preset.row is None and preset.cell == cell)
        return next((index for index, preset in enumerate(self.offered) if same(preset)), None)

    def _html(self) -> str:
        """The view for the session as it is."""
        session = self.session
        note = shortage(session.table, session.metric)
        return presets_html(self.offered, session.table.space.operations, palette(session.dark), self.active, note)

    def _update(self, *_events) -> None:
        """Follow the session."""
        self._markup.html = self._html()

    def _act(self, action: str) -> None:
        """Load a preset."""
        index = number_after(action, "preset")
        if index is not None and index < len(self.offered):
            self.session.load_cell(self.offered[index].cell)

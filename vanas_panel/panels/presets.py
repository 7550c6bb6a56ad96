"""Presets: well-chosen cells to start from, each a small drawing that loads it into the designer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from vanas_panel.draw.cell.thumbnail import cell_svg
from vanas_panel.draw.css import ACCENT, LINE, MUTED
from vanas_panel.draw.format import format_count, lower_label
from vanas_panel.draw.html import Html, pieces
from vanas_panel.draw.noise_words import validation_button
from vanas_panel.draw.presets.choice import INCEPTION_LIKE, RESNET_LIKE, Preset, presets, shortage
from vanas_panel.draw.theme import Palette, palette
from vanas_panel.state.session import Session
from vanas_panel.text.language import current_language, ngettext
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
.of {{ color: {MUTED}; font-size: 11px; margin-right: auto; }}
.presets span {{ min-height: 2.3em; display: flex; align-items: center; }}
"""


def presets_html(offered: Sequence[Preset], operations: tuple[str, ...], colors: Palette,
                 active: int | None = None, note: str = "", *, of: str = "",
                 advice: Mapping[str, str] | None = None) -> Html:
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
    of : str, optional
        What they are presets of, beside the heading.
    advice : mapping of str to str, optional
        The button that ranks by validation instead, see `vanas_panel.draw.noise_words.validation_button`.

    Returns
    -------
    Html
        A row of buttons with the actions ``preset:0``, ``preset:1``, ..., that of the advice, and all text
        escaped.
    """
    drawn = [{
        "pressed": str(index == active).lower(), "tooltip": f"{preset.description} {_('Click to load it.')}",
        "drawing": cell_svg(preset.cell, operations, colors, width=50, height=54, title=preset.description),
        "label": preset.label} for index, preset in enumerate(offered)]
    return _PIECES.whole(title=_("Presets"), presets=drawn, note=note, of=of, advice=advice)


class Presets(View):
    """A row of presets by the metric that ranks, of the selected cells; a click loads one.

    The one in the designer is highlighted.

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
        self._held: tuple[tuple, tuple[Preset, ...]] = ((), ())
        self._markup = Markup(self._html(), self._act, css=CSS, on_point=self._point, sizing_mode="stretch_width")
        self.follow(self._update, ["draft", "dark", "metric", "better", "rows"])
        self.follow_language(self._update)

    def __panel__(self):
        return self._markup

    @property
    def offered(self) -> tuple[Preset, ...]:
        """The presets by the metric that ranks now, of the selected cells where some are selected."""
        session = self.session
        key = session.table, session.metric, session.selection, current_language()
        if self._held[0] != key:
            self._held = key, presets(session.table, session.metric, self._rows)
        return self._held[1]

    @property
    def _rows(self) -> np.ndarray | None:
        """The rows that presets are chosen among; None for all, also where none is selected."""
        rows = self.session.rows
        return rows if rows is not None and rows.size else None

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
        rows, of = session.rows, ""
        note = shortage(session.table, session.metric, self._rows)
        if rows is not None and rows.size:
            of = ngettext("of {count} selected cell", "of {count} selected cells", rows.size).format(
                count=format_count(rows.size))
        elif rows is not None:
            note = " ".join(filter(None, (_("No cell is selected: these are the presets of all cells."), note)))
        advice = validation_button(session.table, session.metric)
        if advice is not None:
            by = _("by {metric}").format(metric=lower_label(session.table.metric(session.metric)))
            of = ", ".join(filter(None, (of, by)))
        return presets_html(self.offered, session.table.space.operations, palette(session.dark), self.active, note,
                            of=of, advice=advice)

    def _update(self, *_events) -> None:
        """Follow the session."""
        self._markup.html = self._html()

    def _point(self, action: str) -> None:
        """Point at the cell of a preset."""
        index, table = number_after(action, "preset"), self.session.table
        preset = self.offered[index] if index is not None and index < len(self.offered) else None
        if preset is not None and preset.row is None:
            row = table.find_key(table.space.key_of(preset.cell))
            self.session.pointed = None if row < 0 else row
        else:
            self.session.pointed = None if preset is None else preset.row

    def _act(self, action: str) -> None:
        """Load a preset, or rank by another metric."""
        if action.startswith("metric:") and action.removeprefix("metric:") in self.session.table.metrics:
            self.session.metric = action.removeprefix("metric:")
        index = number_after(action, "preset")
        if index is not None and index < len(self.offered):
            self.session.load_cell(self.offered[index].cell)

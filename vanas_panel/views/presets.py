"""Presets: well-chosen cells to start from, each a small drawing that loads it into the designer."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np

from vanas_panel.core.cell import Cell
from vanas_panel.core.draft import Draft
from vanas_panel.core.space import INPUT, OUTPUT
from vanas_panel.metrics import FRACTION
from vanas_panel.session import Session
from vanas_panel.table import BenchmarkTable
from vanas_panel.views.cards import row_of
from vanas_panel.views.drawing import cell_svg
from vanas_panel.views.format import format_value
from vanas_panel.views.markup import Markup, number_after, text
from vanas_panel.views.notebook import View
from vanas_panel.views.style import ACCENT, LINE
from vanas_panel.views.theme import Palette, palette

CSS = f"""
.presets {{ display: grid; grid-template-columns: repeat(auto-fit, minmax(48px, 1fr)); gap: 6px; }}
.presets button {{
  display: flex; flex-direction: column; align-items: center; gap: 2px; padding: 4px 1px 3px; min-width: 0;
  border-color: {LINE}; border-radius: 7px; font-size: 11px; font-weight: 500; line-height: 1.15; text-align: center;
}}
.presets button[aria-pressed=true] {{ border-color: {ACCENT}; }}
.presets svg {{ max-width: 100%; flex: none; }}
@container vp-page (max-width: 1380px) {{ .presets button {{ letter-spacing: -.035em; }} }}
.presets span {{ min-height: 2.3em; display: flex; align-items: center; }}
"""

SMALL = 5e6
"""Parameters of a small network, where a table has smaller ones and others."""
GOOD = 0.9
"""Accuracy of a good network, where a table has any."""

_NB = "\N{NO-BREAK SPACE}"
_CONV3, _CONV1, _POOL = "conv3x3-bn-relu", "conv1x1-bn-relu", "maxpool3x3"

RESNET_LIKE = Draft((INPUT, _CONV3, _CONV3, OUTPUT), ((0, 1), (0, 3), (1, 2), (2, 3)))
"""Two 3x3 convolutions in a row with a skip around them, after the basic block of He et al. (CVPR 2016)."""

INCEPTION_LIKE = Draft((INPUT, _CONV1, _CONV1, _CONV3, _POOL, _CONV1, OUTPUT),
                       ((0, 1), (1, 6), (0, 2), (2, 3), (3, 6), (0, 4), (4, 5), (5, 6)))
"""Parallel branches 1x1, 1x1 then 3x3, and max-pooling then 1x1, after Szegedy et al. (CVPR 2015)."""


@dataclass(frozen=True)
class Preset:
    """One well-chosen cell.

    Attributes
    ----------
    label : str
        A few words, with spaces where a line may break.
    description : str
        What it is, as a sentence.
    cell : Cell
    row : int or None
        Its row, None where the table does not have it.
    """

    label: str
    description: str
    cell: Cell
    row: int | None


_chosen: WeakKeyDictionary[BenchmarkTable, tuple[Preset, ...]] = WeakKeyDictionary()


def presets(table: BenchmarkTable) -> tuple[Preset, ...]:
    """The presets that a table can offer; chosen once for each table.

    Parameters
    ----------
    table : BenchmarkTable
        A preset that needs a metric it lacks is left out, and so is a shape that its search space does not allow.

    Returns
    -------
    tuple of Preset
        No preset where no row meets its condition.
    """
    if table not in _chosen:
        _chosen[table] = (*_measured_presets(table), *_shaped_presets(table))
    return _chosen[table]


def _measured_presets(table: BenchmarkTable) -> list[Preset]:
    """The presets that are rows of the table."""
    size = "trainable_parameters" if _known(table, "trainable_parameters") else None
    time = "training_time" if _known(table, "training_time") else None
    accuracy = _accuracy(table)
    found: list[tuple[str, str, int | None]] = []
    if accuracy:
        name = table.metrics[accuracy].label.lower()
        found.append(("Best accuracy", f"The best {name} of all cells", table.best(accuracy)))
        limit = _good(table, accuracy)
        good, percent = np.flatnonzero(table.column(accuracy) > limit), f"{100 * limit:.0f}"
        if size:
            most = _small(table, size)
            small, words = np.flatnonzero(table.column(size) < most), _round_words(most)
            found.append((f"Best <{_NB}{words.replace(' ', _NB)}",
                          f"The best {name} with fewer than {words} parameters", table.best(accuracy, small)))
            found.append((f"Smallest >{_NB}{percent}{_NB}%", f"The fewest parameters with more than {percent} % {name}",
                          _lowest(table, size, good)))
        if time:
            found.append((f"Fastest >{_NB}{percent}{_NB}%", f"The shortest training with more than {percent} % {name}",
                          _lowest(table, time, good)))
    elif size:
        found.append(("Smallest", "The fewest parameters of all cells", _lowest(table, size)))
    if size:
        found.append(("Largest", "The most parameters of all cells", _lowest(table, size, sign=-1)))
    if accuracy:
        found.append(("Worst", f"The worst {name} of all cells", table.best(accuracy, worst=True)))
    return [Preset(label, f"{words}: {_in_words(table, row)}.", table.cell(row), row)
            for label, words, row in found if row is not None]


def _shaped_presets(table: BenchmarkTable) -> list[Preset]:
    """The presets with a well-known shape, as far as the search space allows them."""
    shapes = (
        ("ResNet-like", "Like a ResNet block: two 3×3 convolutions with a skip around them", RESNET_LIKE),
        ("Inception-like", "Like an Inception block: branches of 1×1, 1×1 then 3×3, and max-pooling then 1×1",
         INCEPTION_LIKE),
    )
    made = []
    for label, words, draft in shapes:
        if not draft.problems(table.space):
            cell = Cell(draft.operations, draft.edges, table.space)
            row = row_of(table, cell)
            known = "not in this table" if row is None else _in_words(table, row)
            made.append(Preset(label, f"{words}: {known}.", cell, row))
    return made


def _small(table: BenchmarkTable, size: str) -> float:
    """How many parameters a small network has fewer of: `SMALL`, or a round tenth of the most in the table."""
    sizes = table.sorted_column(size)
    if sizes[0] < SMALL <= sizes[-1]:
        return SMALL
    tenth = max(1.0, float(sizes[-1]) / 10)
    power = 10.0 ** math.floor(math.log10(tenth))
    return min((step * power for step in (1, 2, 5, 10)), key=lambda each: abs(math.log(each / tenth)))


def _good(table: BenchmarkTable, accuracy: str) -> float:
    """The accuracy that a good network has more of: `GOOD`, or the last multiple of 5 % well below the best."""
    best = float(table.sorted_column(accuracy)[-1])
    return GOOD if best > GOOD else max(0, math.floor((100 * max(best, 0.0) - 2) / 5)) / 20


def _round_words(count: float) -> str:
    """A round number in short, ``5 M``."""
    if count >= 1e15:
        return f"{count:.0e}"
    power = min(4, max(0, math.floor(math.log10(count) / 3 + 1e-9)))
    return f"{count / 1000**power:.0f} {('', 'k', 'M', 'G', 'T')[power]}".rstrip()


def _accuracy(table: BenchmarkTable) -> str | None:
    """The accuracy that presets are chosen by: on the test set if there is one, else the first."""
    names = [metric.name for metric in table.metrics.values() if metric.unit == FRACTION and metric.higher_is_better]
    names.sort(key=lambda name: name != "test_accuracy")
    return next((name for name in names if _known(table, name)), None)


def _known(table: BenchmarkTable, name: str) -> bool:
    """Whether a table has any value of a metric."""
    return name in table.metrics and table.known(name) > 0


def _lowest(table: BenchmarkTable, name: str, rows: np.ndarray | None = None, sign: int = 1) -> int | None:
    """Row of the lowest value, the highest with `sign` -1; of several the most accurate; None where none is known.

    It does not ask the metric's direction, which a table may leave open.
    """
    values = sign * (table.column(name) if rows is None else table.column(name)[rows])
    if not np.any(~np.isnan(values)):
        return None
    ties = np.flatnonzero(values == np.nanmin(values))
    ties = ties if rows is None else rows[ties]
    accuracy = _accuracy(table)
    first = table.best(accuracy, ties) if accuracy else None
    return int(ties[0]) if first is None else first


def _in_words(table: BenchmarkTable, row: int) -> str:
    """The main numbers of a row."""
    wanted = (_accuracy(table), "trainable_parameters", "training_time")
    names = [name for name in wanted if name and _known(table, name)]
    known = [(table.metrics[name], float(table.column(name)[row])) for name in names]
    parts = [f"{metric.label.lower()} {format_value(metric, value)}" for metric, value in known if not np.isnan(value)]
    return ", ".join(parts) or "nothing measured"


def presets_html(offered: Sequence[Preset], operations: tuple[str, ...], colors: Palette,
                 active: int | None = None) -> str:
    """Presets as HTML.

    Parameters
    ----------
    offered : sequence of Preset
    operations : tuple of str
        Of the search space.
    colors : Palette
    active : int, optional
        Which of them the designer holds.

    Returns
    -------
    str
        A row of buttons with the actions ``preset:0``, ``preset:1``, ... and all text escaped.
    """
    buttons = "".join(
        f'<button data-action="preset:{place}" aria-pressed="{str(place == active).lower()}" '
        f'title="{text(preset.description)} Click to load it.">'
        f"{cell_svg(preset.cell, operations, colors, width=50, height=54, title=preset.description)}"
        f"<span>{text(preset.label)}</span></button>"
        for place, preset in enumerate(offered)
    )
    return f'<div class="head"><h2>Presets</h2></div><div class="presets">{buttons}</div>'


class Presets(View):
    """A row of presets; a click loads one, and the one in the designer is highlighted.

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
        self.offered = presets(session.table)
        self._markup = Markup(self._html(), self._act, css=CSS, sizing_mode="stretch_width")
        self.follow(self._update, ["draft", "dark"])

    def __panel__(self):
        return self._markup

    @property
    def active(self) -> int | None:
        """Which preset the designer holds."""
        cell, row = self.session.cell, self.session.row
        if cell is None:
            return None
        same: Callable[[Preset], bool] = (lambda preset: preset.row == row) if row is not None else (
            lambda preset: preset.row is None and preset.cell == cell)
        return next((place for place, preset in enumerate(self.offered) if same(preset)), None)

    def _html(self) -> str:
        """The view for the session as it is."""
        space = self.session.table.space
        return presets_html(self.offered, space.operations, palette(self.session.dark), self.active)

    def _update(self, *_events) -> None:
        """Follow the session."""
        self._markup.html = self._html()

    def _act(self, action: str) -> None:
        """Load a preset."""
        place = number_after(action, "preset")
        if place is not None and place < len(self.offered):
            self.session.load_cell(self.offered[place].cell)

"""Choice of presets: cells that are worth starting from, for the ranking metric and its direction."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np

from vanas_panel.core.cell import Cell
from vanas_panel.core.draft import Draft
from vanas_panel.core.space import INPUT, OUTPUT
from vanas_panel.draw.cards import row_of
from vanas_panel.draw.format import format_value, lower_label
from vanas_panel.draw.presets.limits import good, small
from vanas_panel.draw.presets.part import Cells, Part, row_in_table
from vanas_panel.draw.presets.words import SIZE, TIME, End, end_of, limit_label, limit_words
from vanas_panel.readers.columns.exact import follows_from_cell
from vanas_panel.state.session import first_choices
from vanas_panel.tables.metrics import FRACTION, TIME_WORDS, words_of
from vanas_panel.tables.table import BenchmarkTable
from vanas_panel.text.language import current_language
from vanas_panel.text.language import gettext as _

_CONV3, _CONV1, _POOL = "conv3x3-bn-relu", "conv1x1-bn-relu", "maxpool3x3"

RESNET_LIKE = Draft((INPUT, _CONV3, _CONV3, OUTPUT), ((0, 1), (0, 3), (1, 2), (2, 3)))
"""Two 3x3 convolutions in a row with a skip around them, after the basic block of He et al. (CVPR 2016)."""

INCEPTION_LIKE = Draft((INPUT, _CONV1, _CONV1, _CONV3, _POOL, _CONV1, OUTPUT),
                       ((0, 1), (1, 6), (0, 2), (2, 3), (3, 6), (0, 4), (4, 5), (5, 6)))
"""Parallel branches 1x1, 1x1 then 3x3, and max-pooling then 1x1, after Szegedy et al. (CVPR 2015)."""

Found = tuple[str, str, int | None]


@dataclass(frozen=True)
class Preset:
    """One well-chosen cell.

    Attributes
    ----------
    label : str
        A few words, with spaces where a line may break.
    description : str
        Its description, a sentence.
    cell : Cell
    row : int or None
        Its row, None where the table does not have it.
    """

    label: str
    description: str
    cell: Cell
    row: int | None


_chosen: WeakKeyDictionary[BenchmarkTable, dict[tuple[str, str], tuple[Preset, ...]]] = WeakKeyDictionary()


def presets(table: BenchmarkTable, metric: str | None = None, rows: np.ndarray | None = None) -> tuple[Preset, ...]:
    """The presets that a table can offer to who ranks by a metric; chosen once for each table, metric and language.

    Parameters
    ----------
    table : BenchmarkTable
        A preset that needs a metric it lacks is left out, and so is a shape that its search space does not allow.
    metric : str, optional
        The metric that ranks; its direction is that of the table. By default the one that a page starts with.
    rows : int64 (m,), optional
        Selected rows, ascending: presets are then chosen among them as among the rows of a table that has no others,
        its limits too. Well-known shapes are offered all the same. These are not kept.

    Returns
    -------
    tuple of Preset
        No preset where no row meets its condition.

    Raises
    ------
    UnknownMetricError
        Where the table lacks the metric, or has none.

    Examples
    --------
    >>> import vanas_panel as vp
    >>> [preset.label for preset in presets(vp.open_table("structure4"), "edges")]
    ['Most edges', 'Fewest edges', 'Smallest', 'Largest', 'ResNet-like', 'Inception-like']
    """
    name = first_choices(table)["metric"] if metric is None else table.metric(metric).name
    if rows is not None:
        part = Part(table, rows)
        return *_measured(part, name), *_shaped(part, name)
    known, key = _chosen.setdefault(table, {}), (name, current_language())
    if key not in known:
        known[key] = (*_measured(table, name), *_shaped(table, name))
    return known[key]


def shortage(table: BenchmarkTable, metric: str, rows: np.ndarray | None = None) -> str:
    """Why there are fewer presets than usual, in words; empty where there is nothing to say.

    Parameters
    ----------
    table : BenchmarkTable
    metric : str
        The metric that ranks.
    rows : int64 (m,), optional
        As for `presets`.
    """
    said = []
    name, values = lower_label(table.metric(metric)), (table if rows is None else Part(table, rows)).column(metric)
    values = values[~np.isnan(values)]
    if not values.size:
        words = (_("Nothing is measured for {metric}.") if rows is None else
                 _("Nothing is measured for {metric} among the selected cells."))
        said.append(words.format(metric=name))
    elif values.size > 1 and values.min() == values.max():
        words = (_("All measured cells have the same {metric}.") if rows is None else
                 _("All selected cells have the same {metric}."))
        said.append(words.format(metric=name))
    if not any(_known(table, each) for each in (SIZE, TIME)):
        words = _("Presets of small and of fast cells need a column {size} or {time}; this table has neither.")
        said.append(words.format(size=SIZE, time=TIME))
    return " ".join(said)


def _measured(table: Cells, metric: str) -> list[Preset]:
    """The presets that are rows of the table, each label once."""
    direction = table.metric(metric).higher_is_better
    if direction is None or not _known(table, metric):
        found = _neutral(table, metric)
    else:
        found = _of_a_cost(table, metric) if _is_cost(table, metric) else _of_a_quality(table, metric)
    made: dict[str, Preset] = {}
    for label, words, row in found:
        if row is not None and label not in made:
            made[label] = Preset(label, f"{words}: {_in_words(table, metric, row)}.", table.cell(row),
                                 row_in_table(table, row))
    return list(made.values())


def _of_a_quality(table: Cells, metric: str) -> Iterator[Found]:
    """Presets by a metric that says how good a network is: accuracies, losses, errors."""
    highest = bool(table.metric(metric).higher_is_better)
    limit = good(table, metric)
    yield _extreme(table, metric, highest, metric)
    if _known(table, SIZE):
        yield _below_size(table, metric, metric)
    if limit is not None:
        costs = [name for name in (SIZE, TIME) if _known(table, name)] or _other_costs(table, metric)[:1]
        rows, words = limit.rows(table, metric), limit_words(table.metric(metric), limit)
        for name in costs:
            end = end_of(table.metric(name), False)
            row = _end(table, name, False, metric, rows)
            yield limit_label(end.label, limit), _best_with(table, end, words), row
    if _known(table, SIZE):
        yield _extreme(table, SIZE, True, metric)
    yield _extreme(table, metric, not highest, metric)


def _of_a_cost(table: Cells, metric: str) -> Iterator[Found]:
    """Presets by a metric that says what a network costs: parameters, times, latency, FLOPs."""
    highest, quality = bool(table.metric(metric).higher_is_better), _quality(table, metric)
    own, end = good(table, metric), end_of(table.metric(metric), highest)
    tie = quality or metric
    yield _extreme(table, metric, highest, tie)
    limit = good(table, quality) if quality else None
    if quality and limit is not None:
        yield (limit_label(end.label, limit), _best_with(table, end, limit_words(table.metric(quality), limit)),
               _end(table, metric, highest, quality, limit.rows(table, quality)))
    if metric != SIZE and _known(table, SIZE):
        yield _below_size(table, metric, tie)
    if own is not None:
        rows, words = own.rows(table, metric), limit_words(table.metric(metric), own)
        if quality:
            best = end_of(table.metric(quality), bool(table.metric(quality).higher_is_better))
            yield limit_label(best.label, own), _best_with(table, best, words), table.best(quality, rows)
        elif metric != SIZE and _known(table, SIZE):
            fewest = end_of(table.metric(SIZE), False)
            row = _end(table, SIZE, False, tie, rows)
            yield limit_label(fewest.label, own), _best_with(table, fewest, words), row
    if metric != SIZE and _known(table, SIZE):
        yield _extreme(table, SIZE, True, tie)
    yield _extreme(table, metric, not highest, tie)


def _neutral(table: Cells, metric: str) -> Iterator[Found]:
    """Presets by a metric of which neither end is better, or of which nothing is known."""
    quality = _quality(table, metric)
    tie = quality or metric
    if _known(table, metric):
        yield _extreme(table, metric, True, tie)
        yield _extreme(table, metric, False, tie)
    if quality:
        yield _extreme(table, quality, bool(table.metric(quality).higher_is_better), tie)
    for name, highest in ((SIZE, False), (TIME, False), (SIZE, True)):
        if _known(table, name):
            yield _extreme(table, name, highest, tie)


def _extreme(table: Cells, name: str, highest: bool, tie: str) -> Found:
    """The highest or the lowest of all cells."""
    end = end_of(table.metric(name), highest)
    words = _("The {best} of the selected cells") if isinstance(table, Part) else _("The {best} of all cells")
    return end.label, words.format(best=end.phrase), _end(table, name, highest, tie)


def _best_with(table: Cells, end: End, limit: str) -> str:
    """The best of the cells that keep a limit, in words."""
    words = (_("The {best} of the selected cells with {limit}") if isinstance(table, Part) else
             _("The {best} with {limit}"))
    return words.format(best=end.phrase, limit=limit)


def _below_size(table: Cells, metric: str, tie: str) -> Found:
    """The best of the small cells."""
    highest, limit = bool(table.metric(metric).higher_is_better), small(table, SIZE)
    end = end_of(table.metric(metric), highest)
    return (limit_label(end.start, limit), _best_with(table, end, limit_words(table.metric(SIZE), limit)),
            _end(table, metric, highest, tie, limit.rows(table, SIZE)))


def _end(table: Cells, name: str, highest: bool, tie: str, rows: np.ndarray | None = None) -> int | None:
    """Row of the highest or the lowest value; of several the best by `tie`, then the first; None where none is known.

    It does not ask the metric's direction, which a table may leave open.
    """
    values = table.column(name) if rows is None else table.column(name)[rows]
    known = values[~np.isnan(values)]
    if not known.size:
        return None
    ties = np.flatnonzero(values == (known.max() if highest else known.min()))
    ties = ties if rows is None else rows[ties]
    first = table.best(tie, ties)
    return int(ties[0]) if first is None else first


def _known(table: Cells, name: str) -> bool:
    """Whether a table has any value of a metric."""
    return name in table.metrics and table.known(name) > 0


def _is_cost(table: Cells, name: str) -> bool:
    """Whether a metric says what a network costs: size and time, and whatever has a unit and is better when lower."""
    metric = table.metrics[name]
    if name in (SIZE, TIME) or follows_from_cell(metric):
        return True
    return metric.higher_is_better is False and (
        metric.unit not in ("", FRACTION) or not TIME_WORDS.isdisjoint(words_of(name)))


def _other_costs(table: Cells, metric: str) -> list[str]:
    """Costs other than size, time and a metric."""
    return [name for name in table.metrics
            if name not in (SIZE, TIME, metric) and _is_cost(table, name) and _known(table, name)]


def _quality(table: Cells, metric: str) -> str | None:
    """A measure of quality other than a metric: test accuracy, another accuracy, or the first with a direction."""
    names = [name for name, each in table.metrics.items() if name != metric and each.higher_is_better is not None
             and not _is_cost(table, name) and _known(table, name)]

    def preference(name: str) -> int:
        each = table.metrics[name]
        return 0 if name == "test_accuracy" else 1 if each.unit == FRACTION and each.higher_is_better else 2

    return min(names, key=preference, default=None)


def _shaped(table: Cells, metric: str) -> list[Preset]:
    """The presets with a well-known shape, as far as the search space allows them."""
    shapes = (
        (_("ResNet-like"), _("Like a ResNet block: two 3×3 convolutions with a skip around them"), RESNET_LIKE),
        (_("Inception-like"), _("Like an Inception block: branches of 1×1, 1×1 then 3×3, and max-pooling then 1×1"),
         INCEPTION_LIKE),
    )
    made = []
    for label, words, draft in shapes:
        if not draft.problems(table.space):
            cell = Cell(draft.operations, draft.edges, table.space)
            whole = table.table if isinstance(table, Part) else table
            row = row_of(whole, cell)
            known = _("not in this table") if row is None else _in_words(whole, metric, row)
            if row is not None and isinstance(table, Part) and not table.has(row):
                known = _("{values}, not selected").format(values=known)
            made.append(Preset(label, f"{words}: {known}.", cell, row))
    return made


def _in_words(table: Cells, metric: str, row: int) -> str:
    """The main numbers of a row, the metric that ranks first."""
    wanted = dict.fromkeys((metric, *(() if _is_accuracy(table, metric) else (_quality(table, metric),)), SIZE, TIME))
    known = [(table.metrics[name], float(table.column(name)[row])) for name in wanted if name and _known(table, name)]
    parts = [f"{lower_label(metric)} {format_value(metric, value)}" for metric, value in known if not np.isnan(value)]
    return ", ".join(parts) or _("nothing measured")


def _is_accuracy(table: Cells, name: str) -> bool:
    """Whether a metric is a fraction of which more is better."""
    return table.metrics[name].unit == FRACTION and table.metrics[name].higher_is_better is True

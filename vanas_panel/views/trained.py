"""Results of trainings in words and numbers: plain data to HTML text."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from vanas_panel.metrics import FRACTION, PARAMETERS, SECONDS, Metric
from vanas_panel.training.personal import Trained
from vanas_panel.training.results import Record, where_words
from vanas_panel.training.settings import FLOAT32, Settings
from vanas_panel.views.format import format_count, format_range, format_value
from vanas_panel.views.markup import text
from vanas_panel.views.style import ACCENT, LINE, MUTED, SOFT_ACCENT

CSS = f"""
.tag {{
  display: inline-block; border: 1px solid {ACCENT}; color: {ACCENT}; border-radius: 9px; padding: 0 7px;
  font-size: 11px; font-weight: 600; line-height: 16px; white-space: nowrap;
}}
.own {{ border: 1px solid {LINE}; border-left: 3px solid {ACCENT}; border-radius: 6px; padding: 7px 10px; }}
.own .line {{ color: {MUTED}; font-size: 11px; }}
.own .value {{ font-size: 20px; font-weight: 650; white-space: nowrap; }}
.own .value small {{ font-size: 12px; font-weight: 500; color: {MUTED}; }}
.own .top {{ display: flex; align-items: center; justify-content: space-between; gap: 8px; flex-wrap: wrap; }}
.own table {{ width: 100%; border-collapse: collapse; font-size: 11px; margin: 5px 0; }}
.own th {{ color: {MUTED}; font-weight: 500; text-align: right; padding: 2px; }}
.own td {{ text-align: right; padding: 2px; border-top: 1px solid {LINE}; color: inherit; font-weight: inherit; }}
.own th:first-child, .own td:first-child {{ text-align: left; }}
.own.soft {{ background: {SOFT_ACCENT}; }}
"""

_ACCURACY = Metric("accuracy", "Accuracy", FRACTION, True)
_TIME = Metric("time", "Time", SECONDS, False)
_COUNT = Metric("count", "Count", PARAMETERS, False)
_SETS = ("train", "validation", "test")


@dataclass(frozen=True)
class Spread:
    """Several repeats in one line.

    Attributes
    ----------
    mean : float
        NaN where every repeat failed.
    deviation : float
        Sample standard deviation; NaN with fewer than two repeats.
    low, high : float
    known : int
        Repeats that did not fail.
    """

    mean: float
    deviation: float
    low: float
    high: float
    known: int


def spread(record: Record, name: str) -> Spread:
    """The last accuracies of a result.

    Parameters
    ----------
    record : Record
    name : str
        ``train``, ``validation`` or ``test``.
    """
    last = [repeat[f"{name}_accuracy"][-1] for repeat in record.repeats]
    values = np.array([value for value in last if value is not None], dtype=np.float64)
    if not values.size:
        return Spread(math.nan, math.nan, math.nan, math.nan, 0)
    deviation = float(values.std(ddof=1)) if values.size > 1 else math.nan
    return Spread(float(values.mean()), deviation, float(values.min()), float(values.max()), values.size)


def accuracy_words(found: Spread) -> str:
    """Mean and spread of accuracies.

    Examples
    --------
    >>> accuracy_words(Spread(0.875, 0.0042, 0.871, 0.879, 3))
    '87.50 % ± 0.42'
    >>> accuracy_words(Spread(0.875, float("nan"), 0.875, 0.875, 1))
    '87.50 %'
    """
    if not found.known:
        return "failed"
    more = "" if math.isnan(found.deviation) else f" ± {100 * found.deviation:.2f}"
    return f"{format_value(_ACCURACY, found.mean)}{more}"


def time_words(seconds: float) -> str:
    """A time with its unit."""
    return format_value(_TIME, seconds)


def count_words(count: int) -> str:
    """A count with a prefix."""
    return format_value(_COUNT, count)


def date_words(finished: str) -> str:
    """A moment of ISO 8601 for a person.

    Examples
    --------
    >>> date_words("2025-03-04T05:06:07+00:00")
    '4 Mar 2025, 05:06 UTC'
    """
    try:
        moment = datetime.fromisoformat(finished)
    except ValueError:
        return finished
    return f"{moment.day} {moment:%b %Y, %H:%M} {moment.tzname() or ''}".rstrip()


def settings_words(settings: Settings) -> str:
    """Settings as sentences.

    Examples
    --------
    >>> settings_words(Settings())[:52]
    '3 repeats of 180 steps with batches of 64 images. Tr'
    """
    data, skeleton = settings.data, settings.skeleton
    source = "MNIST digits" if data.source == "mnist_5k" else f"images of {data.source}"
    cells = "one cell" if skeleton.cells_per_stack == 1 else f"{skeleton.cells_per_stack} cells"
    stacks = "stack" if skeleton.stacks == 1 else "stacks"
    copies = f" in {data.copies} noisy copies" if data.noise and data.copies > 1 else ""
    return (f"{_counted(settings.repeats, 'repeat')} of {_counted(settings.steps, 'step')} with batches of "
            f"{settings.batch_size} images. Trained on {format_count(data.train)} {source} of {skeleton.image_size} × "
            f"{skeleton.image_size} pixels{copies}, validated on {format_count(data.validation)}, tested on "
            f"{format_count(data.test)}. {skeleton.stacks} {stacks} of {cells}, {skeleton.stem_channels} channels in "
            f"the first. Learning rate {settings.learning_rate:g}, weight decay {settings.weight_decay:g}."
            + ("" if settings.precision == FLOAT32 else f" Mixed precision in {settings.precision}."))


def own_html(row: Trained, note: str = "") -> str:
    """What was trained of a cell, briefly, for a place among measured numbers.

    Parameters
    ----------
    row : Trained
    note : str, optional
        More to say, as text.
    """
    record, found = row.record, spread(row.record, "test")
    line = " · ".join(part for part in (_repeats_words(found) if found.known > 1 else "",
                                        f"settings {record.settings_hash[:8]}", note) if part)
    tooltip = (f"Trained here on {date_words(record.finished)} with the settings {record.settings_hash}: test accuracy "
               f"{accuracy_words(found)}.")
    return (f'<div class="own soft" title="{text(tooltip)}"><div class="top"><span>Test accuracy <b class="num">'
            f'{text(accuracy_words(found))}</b></span><span class="tag">trained here</span></div>'
            f'<div class="line num">{text(line)}</div></div>')


def result_html(row: Trained) -> str:
    """Everything about what was trained of a cell."""
    record, found = row.record, spread(row.record, "test")
    number, _, deviation = accuracy_words(found).partition(" ± ")
    more = f' <small title="Standard deviation of the repeats">± {text(deviation)} points</small>' if deviation else ""
    lines = "".join(_repeat_html(repeat) for repeat in record.repeats)
    failed = "".join(f'<p class="line">Repeat {repeat["repeat"] + 1}: {text(repeat["reason"])}</p>'
                     for repeat in record.repeats if repeat["failed"])
    return ('<div class="own" data-own><div class="top"><span class="tag">trained here</span>'
            f'<span class="line">{text(date_words(record.finished))}</span></div>'
            f'<div class="value num">{text(number)}{more}</div>'
            f'<div class="line num">test accuracy{", " + text(_repeats_words(found)) if found.known > 1 else ""}</div>'
            '<table><tr><th>repeat</th><th>train</th><th>validation</th><th>test</th>'
            f'<th>{"processor time" if record.device_kind == "cpu" else "device time"}</th></tr>'
            f'{lines}</table>{failed}<div class="line num">Settings {text(record.settings_hash)} · images '
            f'{text(record.images)} · {text(time_words(record.seconds))} on the clock · '
            f'{text(where_words(record))}</div></div>')


def rows_for(rows: Sequence[Trained], settings: Settings) -> Trained | None:
    """The newest of some rows with these settings, else the newest at all."""
    same = [row for row in rows if row.record.settings_hash == settings.digest]
    return next(iter(same or rows), None)


def _repeat_html(repeat: dict) -> str:
    """A line of the table of repeats."""
    values = [format_value(_ACCURACY, repeat[f"{name}_accuracy"][-1]) for name in _SETS]
    seconds = repeat["training_seconds"][-1]
    cells = "".join(f'<td class="num">{text(value)}</td>'
                    for value in (*values, "" if seconds is None else time_words(seconds)))
    return f"<tr><td>{repeat['repeat'] + 1}</td>{cells}</tr>"


def _repeats_words(found: Spread) -> str:
    """How far the repeats lie apart."""
    return f"{_counted(found.known, 'repeat')} {format_range(_ACCURACY, found.low, found.high)}"


def _counted(count: int, noun: str) -> str:
    """A number with its noun."""
    return f"{format_count(count)} {noun}{'' if count == 1 else 's'}"

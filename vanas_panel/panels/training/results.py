"""Results of trainings in words and numbers: plain data to HTML text."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np

from vanas_panel.draw.css import ACCENT, LINE, MUTED, SOFT_ACCENT
from vanas_panel.draw.format import count_cells, date_time, format_count, format_range, format_value
from vanas_panel.draw.html import Html, pieces
from vanas_panel.tables.metrics import FRACTION, PARAMETERS, SECONDS, Metric
from vanas_panel.text.language import gettext as _
from vanas_panel.text.language import ngettext
from vanas_panel.training.personal import Trained
from vanas_panel.training.reasons import reason_words
from vanas_panel.training.results import Record, where_words
from vanas_panel.training.settings import FLOAT32, Settings

_PIECES = pieces(__file__)

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
.own .recorded {{ display: flex; flex-wrap: wrap; gap: 2px 8px; margin: 4px 0; }}
.own .recorded a {{ color: {ACCENT}; font-weight: 600; }}
.own .recorded code {{ overflow-wrap: anywhere; font-size: 11px; user-select: all; }}
.own.soft {{ background: {SOFT_ACCENT}; }}
"""

# Metrics for the formats of their values alone; their labels are shown nowhere.
_ACCURACY = Metric("accuracy", "accuracy", FRACTION, True)
_TIME = Metric("time", "time", SECONDS, False)
_COUNT = Metric("count", "count", PARAMETERS, False)
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
        return _("failed")
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
    return f"{date_time(moment)} {moment.tzname() or ''}".rstrip()


def settings_words(settings: Settings) -> str:
    """Settings as sentences.

    Examples
    --------
    >>> settings_words(Settings())[:52]
    '3 repeats of 180 steps with batches of 64 images. Tr'
    """
    data, skeleton = settings.data, settings.skeleton
    source = _("MNIST digits") if data.source == "mnist_5k" else _("images of {source}").format(source=data.source)
    copies = (_("Trained on {train} {source} of {size} × {size} pixels in {copies} noisy copies, validated on "
                "{validation}, tested on {test}.") if data.noise and data.copies > 1 else
              _("Trained on {train} {source} of {size} × {size} pixels, validated on {validation}, tested on {test}."))
    cells = _("one cell") if skeleton.cells_per_stack == 1 else count_cells(skeleton.cells_per_stack)
    sentences = [
        _("{repeats} of {steps} with batches of {batch} images.").format(
            repeats=_repeats(settings.repeats), batch=settings.batch_size, steps=ngettext(
                "{count} step", "{count} steps", settings.steps).format(count=format_count(settings.steps))),
        copies.format(train=format_count(data.train), source=source, size=skeleton.image_size, copies=data.copies,
                      validation=format_count(data.validation), test=format_count(data.test)),
        ngettext("{count} stack of {cells}, {channels} channels in the first.",
                 "{count} stacks of {cells}, {channels} channels in the first.", skeleton.stacks).format(
                     count=skeleton.stacks, cells=cells, channels=skeleton.stem_channels),
        _("Learning rate {rate}, weight decay {decay}.").format(
            rate=f"{settings.learning_rate:g}", decay=f"{settings.weight_decay:g}"),
    ]
    if settings.precision != FLOAT32:
        sentences.append(_("Mixed precision in {precision}.").format(precision=settings.precision))
    return " ".join(sentences)


def own_html(row: Trained, note: str = "") -> Html:
    """The trained results of a cell, briefly, to be shown among measured numbers.

    Parameters
    ----------
    row : Trained
    note : str, optional
        More to say, as text.
    """
    record, found = row.record, spread(row.record, "test")
    line = " · ".join(part for part in (_repeats_words(found) if found.known > 1 else "",
                                        _("settings {hash}").format(hash=record.settings_hash[:8]), note) if part)
    tooltip = _("Trained here on {date} with the settings {hash}: test accuracy {accuracy}.").format(
        date=date_words(record.finished), hash=record.settings_hash, accuracy=accuracy_words(found))
    return _PIECES.brief(tooltip=tooltip, label=_("Test accuracy"), accuracy=accuracy_words(found),
                         tag=_("trained here"), line=line)


@dataclass(frozen=True)
class Recorded:
    """The recordings of a training, and how they are opened from where the result is shown.

    Attributes
    ----------
    repeats : tuple of int
        Which have one.
    path : str
        File of the first one, for code; empty where links open them.
    """

    repeats: tuple[int, ...] = ()
    path: str = ""


def result_html(row: Trained, recorded: Recorded | None = None) -> Html:
    """Everything about what was trained of a cell.

    Parameters
    ----------
    row : Trained
    recorded : Recorded, optional
        Its recordings.
    """
    record, found = row.record, spread(row.record, "test")
    number, _sign, deviation = accuracy_words(found).partition(" ± ")
    more = {"tooltip": _("Standard deviation of the repeats"),
            "words": _("{number} points").format(number=f"± {deviation}")}
    measured = ", ".join([_("test accuracy"), *([_repeats_words(found)] if found.known > 1 else [])])
    heads = (_("repeat"), _("train"), _("validation"), _("test"),
             _("processor time") if record.device_kind == "cpu" else _("device time"))
    foot = _("Settings {hash} · images {images} · {time} on the clock · {where}").format(
        hash=record.settings_hash, images=record.images, time=time_words(record.seconds), where=where_words(record))
    return _PIECES.full(
        tag=_("trained here"), date=date_words(record.finished), number=number, spread=more if deviation else None,
        measured=measured, heads=heads, repeats=[_repeat(repeat) for repeat in record.repeats],
        failures=[_failure(repeat) for repeat in record.repeats if repeat["failed"]], foot=foot,
        recorded=_recorded(row, recorded or Recorded()))


def _recorded(row: Trained, recorded: Recorded) -> dict[str, Any] | None:
    """Ways to the recordings of a training; None where there are none."""
    if not recorded.repeats:
        return None
    links = [] if recorded.path else [
        {"address": f"?training={row.row_id}.{repeat}", "label": _("repeat {number}").format(number=repeat)}
        for repeat in recorded.repeats]
    code = f"vp.inspector.explore(vp.open_training({recorded.path!r}))" if recorded.path else ""
    return {"label": _("Inspect this training:"), "links": links, "code": code,
            "tooltip": _("How far every weight has moved, layer by layer, step by step")}


def rows_for(rows: Sequence[Trained], settings: Settings) -> Trained | None:
    """The newest of some rows with these settings, else the newest at all."""
    same = [row for row in rows if row.record.settings_hash == settings.digest]
    return next(iter(same or rows), None)


def _repeat(repeat: dict) -> dict[str, Any]:
    """A line of the table of repeats."""
    values = [format_value(_ACCURACY, repeat[f"{name}_accuracy"][-1]) for name in _SETS]
    seconds = repeat["training_seconds"][-1]
    return {"number": repeat["repeat"] + 1, "row": [*values, "" if seconds is None else time_words(seconds)]}


def _failure(repeat: dict) -> str:
    """A failed repeat with its reason."""
    return _("Repeat {count}: {reason}").format(count=repeat["repeat"] + 1, reason=reason_words(repeat["reason"]))


def _repeats_words(found: Spread) -> str:
    """How far the repeats lie apart."""
    return _("{repeats} {range}").format(
        repeats=_repeats(found.known),
        range=format_range(_ACCURACY, found.low, found.high))


def _repeats(count: int) -> str:
    """A number of repeats with its noun."""
    return ngettext("{count} repeat", "{count} repeats", count).format(count=format_count(count))

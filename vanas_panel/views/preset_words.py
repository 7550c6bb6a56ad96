"""The words of presets: what the highest and the lowest values of a metric are called."""

from __future__ import annotations

from typing import NamedTuple

from vanas_panel.metrics import FRACTION, Metric, measures, words_of
from vanas_panel.views.format import lower_label
from vanas_panel.views.preset_limits import Limit

SIZE, TIME = "trainable_parameters", "training_time"
"""The metrics that small and fast networks are found by."""

_COUNTS = ("vertices", "edges")
_NB = "\N{NO-BREAK SPACE}"
_LONGEST = 10


class End(NamedTuple):
    """What one end of a metric is called.

    Attributes
    ----------
    label : str
        Alone, ``Best accuracy``.
    start : str
        In front of a limit, ``Best``.
    phrase : str
        Inside a sentence, ``best test accuracy``.
    """

    label: str
    start: str
    phrase: str


def end_of(metric: Metric, highest: bool) -> End:
    """What the highest or the lowest value of a metric is called, as the direction of the metric says.

    Examples
    --------
    >>> from vanas_panel.metrics import known_metric
    >>> end_of(known_metric("test_accuracy"), True).label, end_of(known_metric("my_loss"), False).label
    ('Best accuracy', 'Lowest loss')
    >>> end_of(known_metric("training_time"), False).phrase
    'shortest training'
    """
    if metric.name == SIZE:
        word = "Largest" if highest else "Smallest"
        return End(word, word, "most parameters" if highest else "fewest parameters")
    if metric.name == TIME:
        word = "Slowest" if highest else "Fastest"
        return End(word, word, "longest training" if highest else "shortest training")
    name = lower_label(metric)
    if metric.name in _COUNTS:
        word = "Most" if highest else "Fewest"
        return End(f"{word} {name}", word, f"{word.lower()} {name}")
    if metric.higher_is_better is not None and highest is not metric.higher_is_better:
        return End("Worst", "Worst", f"highest, that is worst, {name}" if highest else f"worst {name}")
    plain = "Lowest" if not highest else "Best" if metric.higher_is_better else "Highest"
    return End(f"{plain} {_short(metric)}".rstrip(), plain, f"{plain.lower()} {name}")


def limit_label(start: str, limit: Limit) -> str:
    """A label with a limit, whose own words stay in one line."""
    return f"{start} {limit.sign}{_NB}{limit.words.replace(' ', _NB)}"


def limit_words(metric: Metric, limit: Limit) -> str:
    """A limit inside a sentence, behind *with*.

    Examples
    --------
    >>> from vanas_panel.metrics import known_metric
    >>> limit_words(known_metric("test_accuracy"), Limit(0.9, False, "90 %"))
    'more than 90 % test accuracy'
    >>> limit_words(known_metric("val_loss"), Limit(0.3, True, "0.3"))
    'val loss below 0.3'
    """
    if metric.name == SIZE:
        return f"{'fewer' if limit.below else 'more'} than {limit.words} parameters"
    if metric.unit == FRACTION:
        return f"{'less' if limit.below else 'more'} than {limit.words} {lower_label(metric)}"
    return f"{lower_label(metric)} {'below' if limit.below else 'above'} {limit.words}"


def _short(metric: Metric) -> str:
    """The last word of a label where that says what is measured, all of a short one, else nothing."""
    label = lower_label(metric).split(",")[0].strip()
    last = label.split()[-1] if label else ""
    if len(last) <= _LONGEST and measures(last.lower()) and "per" not in words_of(label):
        return last
    return label if len(label) <= _LONGEST else ""

"""Words for the highest and the lowest values of a metric: largest, smallest, slowest, fastest."""

from __future__ import annotations

from typing import NamedTuple

from vanas_panel.draw.format import lower_label
from vanas_panel.draw.presets.limits import Limit
from vanas_panel.tables.metrics import FRACTION, Metric, measures, words_of
from vanas_panel.text.language import gettext as _

SIZE, TIME = "trainable_parameters", "training_time"
"""The metrics that small and fast networks are found by."""

_COUNTS = ("vertices", "edges")
_NB = "\N{NO-BREAK SPACE}"
_LONGEST = 10


class End(NamedTuple):
    """Name of one end of a metric.

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
    """Name of the highest or the lowest value of a metric, by the metric's direction.

    Examples
    --------
    >>> from vanas_panel.tables.metrics import known_metric
    >>> end_of(known_metric("test_accuracy"), True).label, end_of(known_metric("my_loss"), False).label
    ('Best accuracy', 'Lowest loss')
    >>> end_of(known_metric("training_time"), False).phrase
    'shortest training'
    """
    if metric.name == SIZE:
        word = _("Largest") if highest else _("Smallest")
        return End(word, word, _("most parameters") if highest else _("fewest parameters"))
    if metric.name == TIME:
        word = _("Slowest") if highest else _("Fastest")
        return End(word, word, _("longest training") if highest else _("shortest training"))
    name = lower_label(metric)
    if metric.name in _COUNTS:
        if highest:
            return End(_("Most {metric}").format(metric=name), _("Most"), _("most {metric}").format(metric=name))
        return End(_("Fewest {metric}").format(metric=name), _("Fewest"), _("fewest {metric}").format(metric=name))
    if metric.higher_is_better is not None and highest is not metric.higher_is_better:
        phrase = _("highest, that is worst, {metric}") if highest else _("worst {metric}")
        return End(_("Worst"), _("Worst"), phrase.format(metric=name))
    if not highest:
        label, start, phrase = _("Lowest {metric}"), _("Lowest"), _("lowest {metric}")
    elif metric.higher_is_better:
        label, start, phrase = _("Best {metric}"), _("Best"), _("best {metric}")
    else:
        label, start, phrase = _("Highest {metric}"), _("Highest"), _("highest {metric}")
    short = _short(metric)
    return End(label.format(metric=short) if short else start, start, phrase.format(metric=name))


def limit_label(start: str, limit: Limit) -> str:
    """A label with a limit, whose own words stay in one line."""
    return f"{start} {limit.sign}{_NB}{limit.words.replace(' ', _NB)}"


def limit_words(metric: Metric, limit: Limit) -> str:
    """A limit inside a sentence, behind *with*.

    Examples
    --------
    >>> from vanas_panel.tables.metrics import known_metric
    >>> limit_words(known_metric("test_accuracy"), Limit(0.9, False, "90 %"))
    'more than 90 % test accuracy'
    >>> limit_words(known_metric("val_loss"), Limit(0.3, True, "0.3"))
    'val loss below 0.3'
    """
    if metric.name == SIZE:
        pattern = _("fewer than {limit} parameters") if limit.below else _("more than {limit} parameters")
    elif metric.unit == FRACTION:
        pattern = _("less than {limit} {metric}") if limit.below else _("more than {limit} {metric}")
    else:
        pattern = _("{metric} below {limit}") if limit.below else _("{metric} above {limit}")
    return pattern.format(limit=limit.words, metric=lower_label(metric))


def _short(metric: Metric) -> str:
    """The last word of a label where that says what is measured, all of a short one, else nothing."""
    label = lower_label(metric).split(",")[0].strip()
    last = label.split()[-1] if label else ""
    if len(last) <= _LONGEST and measures(last.lower()) and "per" not in words_of(label):
        return last
    return label if len(label) <= _LONGEST else ""

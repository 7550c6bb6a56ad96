"""Formatting of metric values as text with their unit."""

from __future__ import annotations

import math
from datetime import date, datetime
from unicodedata import east_asian_width

from vanas_panel.tables.metrics import FRACTION, MACS, PARAMETERS, SECONDS, Metric, label_of
from vanas_panel.text.language import ENGLISH, current_language, marked, ngettext
from vanas_panel.text.language import gettext as _

NOT_MEASURED = marked("not measured")
MOST_SHORT = 1e4
"""The largest difference of fractions that is written in points alone; there should be none beyond 1."""

PREFIXES = ("", "k", "M", "G", "T", "P")
"""Of thousands, millions and so on."""
_SIGNIFICANT = 3
_USUAL = (1e-6, 1e18)
"""Sizes of times and counts that are written out; others take a power of ten."""
_MOST_PERCENT = 1e9
"""Fractions beyond, which are none, are written as plain numbers."""


def format_count(count: int) -> str:
    """A whole number with its thousands set apart, ``423,624``."""
    return f"{count:,}"


def count_cells(count: int) -> str:
    """A number of cells with its noun, ``423,624 cells``."""
    return ngettext("{count} cell", "{count} cells", count).format(count=format_count(count))


def count_vertices(count: int) -> str:
    """A number of vertices with its noun."""
    return ngettext("{count} vertex", "{count} vertices", count).format(count=count)


def count_edges(count: int) -> str:
    """A number of edges with its noun."""
    return ngettext("{count} edge", "{count} edges", count).format(count=count)


_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def number_word(count: int) -> str:
    """A small number as a word where the language writes it so, ``three``, else in digits."""
    is_word = current_language() == ENGLISH and count < len(_NUMBERS)
    return _NUMBERS[count] if is_word else format_count(count)


def letters(words: str) -> float:
    """How wide a text is in ordinary letters: those of Korean and its neighbours take the room of almost two."""
    return sum(1.8 if east_asian_width(letter) in "WF" else 1.0 for letter in words)


def date_time(moment: datetime) -> str:
    """A date and a time of day by 24 hours, in the order of the language; without the time zone."""
    language = current_language()
    if language == ENGLISH:
        return f"{moment.day} {moment:%b %Y, %H:%M}"
    # Babel knows how other languages write dates, and takes a while to load.
    from babel.dates import format_date

    return f"{format_date(moment, 'long', locale=language)} {moment:%H:%M}"


def day_words(day: date | str) -> str:
    """A day in the order of the language; in English as ``2026-01-31``.

    Parameters
    ----------
    day : date or str
        A text that is no such date stays as it is.

    Examples
    --------
    >>> from vanas_panel.text.language import speaking
    >>> with speaking("ko"):
    ...     day_words("2026-01-31"), day_words("soon")
    ('2026년 1월 31일', 'soon')
    """
    try:
        day = date.fromisoformat(day) if isinstance(day, str) else day
    except ValueError:
        return str(day)
    language = current_language()
    if language == ENGLISH:
        return day.isoformat()
    from babel.dates import format_date

    return str(format_date(day, "long", locale=language))


def capitalised(words: str) -> str:
    """Words as the start of a sentence."""
    return words[:1].upper() + words[1:]


def split_value(metric: Metric, value: float | None) -> tuple[str, str]:
    """A value as a number and a unit that may be set in a smaller type.

    Parameters
    ----------
    metric : Metric
        Gives the unit.
    value : float or None
        As tables hold it: fractions in [0, 1], times in seconds, counts. NaN and None stand for an unknown value.

    Returns
    -------
    number, unit : str
        The unit is empty where there is none, and where the value is not known.

    Examples
    --------
    >>> from vanas_panel.tables.metrics import known_metric
    >>> split_value(known_metric("flops"), 6.1346e9)
    ('6.13', 'G')
    >>> split_value(known_metric("training_time"), 1768.2)
    ('29 min 28', 's')
    """
    if value is None or math.isnan(value):
        return _(NOT_MEASURED), ""
    if math.isinf(value):
        return ("−∞" if value < 0 else "∞"), "%" if metric.unit == FRACTION else _own_unit(metric)
    if metric.unit == FRACTION and abs(value) < _MOST_PERCENT / 100:
        return _signed(f"{100 * value:.2f}"), "%"
    if metric.unit == SECONDS and _is_usual(value):
        return _split_time(value)
    if metric.unit in (PARAMETERS, MACS) and _is_usual(value):
        return _split_count(value)
    return _plain(value), _own_unit(metric)


def format_value(metric: Metric, value: float | None) -> str:
    """A value with its unit.

    Parameters
    ----------
    metric, value
        As for `split_value`.

    Returns
    -------
    str
        ``not measured`` for NaN and None.

    Examples
    --------
    >>> from vanas_panel.tables.metrics import known_metric
    >>> format_value(known_metric("test_accuracy"), 0.94661)
    '94.66 %'
    >>> format_value(known_metric("trainable_parameters"), 41694474)
    '41.7 M'
    >>> format_value(known_metric("training_time"), float("nan"))
    'not measured'
    """
    return " ".join(part for part in split_value(metric, value) if part)


def format_difference(metric: Metric, difference: float | None) -> str:
    """A difference of two values with its sign and unit; fractions differ by percentage points.

    Parameters
    ----------
    metric : Metric
        Gives the unit.
    difference : float or None
        NaN and None stand for an unknown one.

    Returns
    -------
    str
        ``undefined`` where it is not known.

    Examples
    --------
    >>> from vanas_panel.tables.metrics import known_metric
    >>> format_difference(known_metric("test_accuracy"), 0.0263)
    '+2.63 points'
    >>> format_difference(known_metric("trainable_parameters"), -9.24e6)
    '−9.24 M'
    """
    if difference is None or math.isnan(difference):
        return _("undefined")
    number, unit = split_value(metric, abs(difference))
    is_zero = not any(digit in number for digit in "123456789∞")
    sign = "±" if is_zero else ("−" if difference < 0 else "+")
    if unit == "%":
        # TRANSLATORS: a difference of percentages, percentage points
        return _("{number} points").format(number=f"{sign}{number}")
    return f"{sign}{number} {unit}".rstrip()


def format_range(metric: Metric, low: float, high: float) -> str:
    """Two values of a metric with as many digits as it takes to tell them apart, and one unit.

    Parameters
    ----------
    metric : Metric
        Gives the unit.
    low, high : float
        In the metric's own unit, neither NaN, ``low <= high``.

    Returns
    -------
    str
        Both are written once where they are equal.

    Examples
    --------
    >>> from vanas_panel.tables.metrics import known_metric
    >>> format_range(known_metric("trainable_parameters"), 21.0e6, 21.5e6)
    '21.0–21.5 M'
    >>> format_range(known_metric("training_time"), 1750, 1768)
    '29 min 10 s – 29 min 28 s'
    """
    if low == high or max(abs(low), abs(high)) >= _USUAL[1] or high - low < _USUAL[0] ** 2:
        ends = [format_value(metric, value) for value in (low, high)]
        return ends[0] if ends[0] == ends[1] else " – ".join(ends)
    if metric.unit == SECONDS and high >= 60 and high - low >= 2:
        ends = [format_value(metric, value) for value in (low, high)]
        return " – ".join(ends) if ends[0] != ends[1] else ends[0]
    factor, unit = 1.0, metric.unit
    if metric.unit == FRACTION:
        factor, unit = 100.0, "%"
    elif metric.unit in (PARAMETERS, MACS):
        step = _prefix_step(max(abs(low), abs(high)))
        factor, unit = 1000.0**-step, PREFIXES[step]
    decimals = _decimals(low * factor, high * factor)
    ends = [_signed(f"{value * factor:,.{decimals}f}") for value in (low, high)]
    return f"{'–'.join(ends)} {unit}".rstrip()


def best_words(metric: Metric) -> str:
    """The best value of a metric in words.

    Examples
    --------
    >>> from vanas_panel.tables.metrics import known_metric
    >>> best_words(known_metric("test_accuracy")), best_words(known_metric("flops"))
    ('best test accuracy', 'lowest FLOPs')
    """
    pattern = {True: _("best {metric}"), False: _("lowest {metric}"), None: _("highest {metric}")}
    return pattern[metric.higher_is_better].format(metric=lower_label(metric))


def statistic_words(metric: Metric, statistic: str) -> str:
    """What colours a bin of the map in words.

    Parameters
    ----------
    metric : Metric
    statistic : str
        One of `vanas_panel.state.map_colour.STATISTICS`.

    Examples
    --------
    >>> from vanas_panel.tables.metrics import known_metric
    >>> [statistic_words(known_metric("flops"), each) for each in ("best", "median", "worst", "count")]
    ['lowest FLOPs', 'median FLOPs', 'highest FLOPs', 'number of cells']
    """
    if statistic == "count":
        return _("number of cells")
    if statistic == "median":
        return _("median {metric}").format(metric=lower_label(metric))
    if statistic == "worst":
        pattern = {True: _("worst {metric}"), False: _("highest {metric}"), None: _("lowest {metric}")}
        return pattern[metric.higher_is_better].format(metric=lower_label(metric))
    return best_words(metric)


def lower_label(metric: Metric) -> str:
    """The label of a metric inside a sentence; abbreviations keep their capitals."""
    label = label_of(metric)
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]


def _own_unit(metric: Metric) -> str:
    """The unit that stands behind a number without a prefix."""
    return "" if metric.unit in (FRACTION, PARAMETERS, MACS) else metric.unit


def _is_usual(value: float) -> bool:
    """Whether a time or a count is neither so small nor so large that it takes a power of ten."""
    return value == 0 or _USUAL[0] <= abs(value) < _USUAL[1]


def _split_time(seconds: float) -> tuple[str, str]:
    """A time: seconds below a minute, minutes and seconds below an hour, else hours and minutes."""
    sign = "−" if seconds < 0 else ""
    seconds = abs(seconds)
    if seconds < 59.95:
        return sign + significant(seconds), "s"
    whole = round(seconds)
    if whole < 3600:
        return f"{sign}{whole // 60} min {whole % 60}", "s"
    minutes = round(seconds / 60)
    return f"{sign}{minutes // 60:,} h {minutes % 60}", "min"


def _split_count(value: float) -> tuple[str, str]:
    """A count with three significant digits and a prefix; below a thousand all of it."""
    if abs(value) < 1000:
        return _plain(value), ""
    step = _prefix_step(value)
    return significant(value / 1000.0**step), PREFIXES[step]


def _prefix_step(value: float) -> int:
    """Which prefix leaves one to three digits in front of the point, after rounding to three."""
    step = 0
    while step < len(PREFIXES) - 1 and abs(value) >= 999.5 * 1000.0**step:
        step += 1
    return step


def significant(value: float) -> str:
    """A finite number with three significant digits, never in powers of ten.

    Examples
    --------
    >>> significant(0.00214159), significant(-1234.5)
    ('0.00214', '−1,234')
    """
    if value == 0:
        return "0"
    decimals = max(0, _SIGNIFICANT - 1 - math.floor(math.log10(abs(value))))
    if decimals and round(abs(value), decimals) >= 10.0 ** (_SIGNIFICANT - decimals):
        decimals -= 1
    return _signed(f"{value:,.{decimals}f}")


def _plain(value: float) -> str:
    """A number without a unit: whole ones in full, others with four significant digits."""
    if value == round(value) and abs(value) < 1e15:
        return _signed(f"{value:,.0f}")
    if 1e-4 <= abs(value) < 1e6:
        decimals = max(0, 3 - math.floor(math.log10(abs(value))))
        return _signed(f"{value:,.{decimals}f}")
    return _signed(f"{value:.3e}")


def _decimals(low: float, high: float) -> int:
    """Decimals that put two different numbers where they are, to a twentieth of their difference."""
    tolerance = (high - low) / 20
    for decimals in range(12):
        if max(abs(round(value, decimals) - value) for value in (low, high)) <= tolerance:
            return decimals
    return 12


def _signed(text: str) -> str:
    """A number with a true minus sign."""
    return text.replace("-", "−")

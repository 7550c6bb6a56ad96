"""What a step down a Pareto front costs: how much of the first metric goes for each unit of another one."""

from __future__ import annotations

import math
from typing import NamedTuple

from vanas_panel.draw.format import PREFIXES, format_difference, significant
from vanas_panel.tables.metrics import FRACTION, MACS, PARAMETERS, SECONDS, Metric, label_of
from vanas_panel.text.language import gettext as _

_LONG = 7200.0
"""Seconds from which on a price is that of an hour."""
_LEAST, _MOST = 1e-6, 1e9
"""Sizes of prices that are written out; others take a power of ten."""


class PriceUnit(NamedTuple):
    """The amount of a metric that a price is for.

    Attributes
    ----------
    metric : Metric
    amount : float
        In the metric's own unit.
    words : str
        Behind the price, ``M`` for a million parameters; empty for the plain number 1.
    """

    metric: Metric
    amount: float
    words: str


def price_unit(metric: Metric, span: float) -> PriceUnit:
    """The round amount of a metric that prices along a front are for.

    Parameters
    ----------
    metric : Metric
    span : float
        How far apart the values of the front are, from which the prefix of counts follows; NaN where there are none.

    Examples
    --------
    >>> from vanas_panel.tables.metrics import known_metric
    >>> price_unit(known_metric("trainable_parameters"), 39.2e6)[1:], price_unit(known_metric("training_time"), 900)[1:]
    ((1000000.0, 'M'), (1.0, 's'))
    """
    if metric.unit == FRACTION:
        # TRANSLATORS: behind a slash: the price of one percentage point
        return PriceUnit(metric, 0.01, _("point"))
    if metric.unit == SECONDS:
        return PriceUnit(metric, 3600.0, "h") if span >= _LONG else PriceUnit(metric, 1.0, "s")
    if metric.unit in (PARAMETERS, MACS):
        step = 0
        while step < len(PREFIXES) - 1 and span >= 1000.0 ** (step + 1):
            step += 1
        return PriceUnit(metric, 1000.0**step, PREFIXES[step])
    return PriceUnit(metric, 1.0, metric.unit)


def format_price(first: Metric, price: float, unit: PriceUnit) -> str:
    """What a step costs, signed as the first metric changes by it, with both units.

    Parameters
    ----------
    first : Metric
        What is given up; it has a direction.
    price : float
        As `vanas_panel.trade_offs` has it: of the first metric for one of the other, in their own units.
    unit : PriceUnit
        Of the other metric.

    Returns
    -------
    str
        Empty for NaN: there is no step, or it gains nothing of the other metric.

    Examples
    --------
    >>> from vanas_panel.tables.metrics import known_metric
    >>> millions = price_unit(known_metric("trainable_parameters"), 39.2e6)
    >>> format_price(known_metric("test_accuracy"), 3.1e-9, millions)
    '−0.310 points / M'
    """
    if math.isnan(price):
        return ""
    change = price * unit.amount * (1.0 if first.higher_is_better is False else -1.0)
    if first.unit != FRACTION:
        words = format_difference(first, change)
    else:
        # Differences of accuracies have two decimals, of which a price for one second has none left.
        size = abs(change) * 100.0
        is_usual = size == 0 or _LEAST <= size < _MOST
        number = "∞" if math.isinf(size) else significant(size) if is_usual else f"{size:.2e}".replace("-", "−")
        sign = "±" if size == 0 else "−" if change < 0 else "+"
        words = _("{number} points").format(number=f"{sign}{number}")
    return f"{words} / {unit.words or 1}"


def price_words(first: Metric, price: float, unit: PriceUnit) -> str:
    """A price as a sentence for a person.

    Examples
    --------
    >>> from vanas_panel.tables.metrics import known_metric
    >>> millions = price_unit(known_metric("trainable_parameters"), 39.2e6)
    >>> price_words(known_metric("test_accuracy"), 3.1e-9, millions)
    'Price: −0.310 points / M, the change of Test accuracy for each 1 M less of Parameters'
    """
    pattern = (_("Price: {price}, the change of {first} for each {amount} less of {other}")
               if unit.metric.higher_is_better is False else
               _("Price: {price}, the change of {first} for each {amount} more of {other}"))
    amount = f"1 {unit.words}".rstrip()
    return pattern.format(price=format_price(first, price, unit), first=label_of(first), amount=amount,
                          other=label_of(unit.metric))


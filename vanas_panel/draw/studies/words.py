"""Words of studies: methods, and accuracies with intervals."""

from __future__ import annotations

import math

from vanas_panel.studies.plan import BASELINE, DARTS, DG_DARTS, NEAT, NEAT_RANDOM, RANDOM
from vanas_panel.text.language import gettext as _


def method_words(method: str) -> str:
    """A method as people call it.

    Examples
    --------
    >>> method_words("dg-darts")
    'DG-DARTS'
    """
    known = {BASELINE: _("well-known block"), DARTS: "DARTS", DG_DARTS: "DG-DARTS", RANDOM: _("random genotypes"),
             NEAT: "NEAT", NEAT_RANDOM: _("random beside NEAT")}
    return known[method]


def percent(share: float) -> str:
    """A fraction in per cent.

    Examples
    --------
    >>> percent(0.93456)
    '93.5 %'
    """
    return f"{100 * share:.1f} %"


def with_interval(mean: float, low: float, high: float) -> str:
    """A mean in per cent with half the width of its interval.

    Examples
    --------
    >>> with_interval(0.9, 0.88, 0.92), with_interval(0.9, float("nan"), float("nan"))
    ('90.0 ± 2.0 %', '90.0 %')
    """
    return percent(mean) if math.isnan(low) else f"{100 * mean:.1f} ± {50 * (high - low):.1f} %"


def points(mean: float, low: float, high: float) -> str:
    """A difference in percentage points with half the width of its interval; empty where there is none.

    Examples
    --------
    >>> points(-0.01, -0.03, 0.01), points(float("nan"), 0, 0)
    ('−1.0 ± 2.0', '')
    """
    if math.isnan(mean):
        return ""
    # Adding 0 turns a negative zero into a positive one.
    middle = f"{round(100 * mean, 1) + 0.0:+.1f}".replace("-", "−")
    return middle if math.isnan(low) else f"{middle} ± {50 * (high - low):.1f}"

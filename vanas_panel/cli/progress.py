"""Bars with the time left, for commands that may take more than a second."""

from __future__ import annotations

import sys

from tqdm import tqdm

DELAY = 1.0
"""Seconds before a bar is shown; what is quicker shows none."""


def bar(total: int, unit: str, initial: int = 0) -> tqdm:
    """A bar on the standard error, which is shown in a terminal only.

    Parameters
    ----------
    total : int
        What it counts up to.
    unit : str
        Of what it counts, with a space before it.
    initial : int, optional
        What was done before.
    """
    # Smoothed over many updates: some trainings take much longer than others.
    return tqdm(total=total, initial=initial, unit=unit, file=sys.stderr, disable=None, delay=DELAY, smoothing=0.05,
                dynamic_ncols=True)

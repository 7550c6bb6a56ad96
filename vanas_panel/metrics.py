"""Metrics: the measured (or computed) columns of a table, and what the usual column names mean."""

from __future__ import annotations

import re
from dataclasses import dataclass

FRACTION = "fraction"
SECONDS = "s"
PARAMETERS = "parameters"
MACS = "MAC"


@dataclass(frozen=True)
class Metric:
    """A column of a table.

    Attributes
    ----------
    name : str
        The column's name, ``test_accuracy`` for instance.
    label : str
        The name for a person, ``Test accuracy``.
    unit : str
        ``fraction`` (in [0, 1], shown as per cent), ``s``, ``parameters``, ``MAC`` (multiply-accumulates of one
        image), any other text, or nothing.
    higher_is_better : bool or None
        The direction; None where neither is better, as for a count of vertices.
    """

    name: str
    label: str
    unit: str = ""
    higher_is_better: bool | None = None


_STANDARD = {
    "test_accuracy": ("Test accuracy", FRACTION, True),
    "validation_accuracy": ("Validation accuracy", FRACTION, True),
    "train_accuracy": ("Train accuracy", FRACTION, True),
    "training_time": ("Training time", SECONDS, False),
    "total_time": ("Total time", SECONDS, False),
    "trainable_parameters": ("Parameters", PARAMETERS, False),
    "flops": ("FLOPs", MACS, False),
    "vertices": ("Vertices", "", None),
    "edges": ("Edges", "", None),
    "depth": ("Depth", "", None),
}
_VARIANT = re.compile(r"(?P<base>.+?)(?:_(?P<epochs>\d+))?(?P<half>_half)?")


def known_metric(name: str) -> Metric:
    """What a column of that name means.

    The standard names of NAS-Bench-101 are known, with an optional training budget in epochs and ``_half`` for an
    evaluation half way through it (``validation_accuracy_12``, ``test_accuracy_4_half``). Any other name becomes a
    metric with its own words as the label, no unit and no direction; one that ends in ``_accuracy`` is a fraction.

    Parameters
    ----------
    name : str
        Name of a column.

    Returns
    -------
    Metric

    Examples
    --------
    >>> known_metric("validation_accuracy_12").label
    'Validation accuracy, 12 epochs'
    >>> known_metric("my_loss")
    Metric(name='my_loss', label='My loss', unit='', higher_is_better=None)
    """
    parts = _VARIANT.fullmatch(name)
    base = parts["base"] if parts else name
    if base not in _STANDARD:
        if base.endswith("_accuracy"):
            return Metric(name, _words(name), FRACTION, True)
        return Metric(name, _words(name))
    label, unit, higher_is_better = _STANDARD[base]
    if parts and parts["epochs"]:
        label += f", {parts['epochs']} epochs"
    if parts and parts["half"]:
        label += ", half way"
    return Metric(name, label, unit, higher_is_better)


def _words(name: str) -> str:
    """A column name as words."""
    words = name.replace("_", " ").strip() or name
    return words[:1].upper() + words[1:]

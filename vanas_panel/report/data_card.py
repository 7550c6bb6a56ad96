"""The data card of a report: what the table is, where it comes from, and what was measured."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vanas_panel.metrics import FRACTION, MACS, PARAMETERS, SECONDS, Metric
from vanas_panel.report.plan import Plan
from vanas_panel.training.settings import FLOAT32
from vanas_panel.views.format import format_count, format_value
from vanas_panel.views.markup import text
from vanas_panel.views.spans import middle_of
from vanas_panel.views.theme import operation_label

_DEVICES = {"cpu": "processor", "cuda": "CUDA", "mps": "MPS"}
_UNITS = {FRACTION: "per cent", SECONDS: "seconds", PARAMETERS: "count", MACS: "MAC"}


def data_card_html(plan: Plan) -> str:
    """What the table is, as HTML with all text escaped."""
    return ('<section id="data"><div class="top"><h2>The table</h2>'
            f'<span class="aside num">{text(cells_words(len(plan.table)))}</span></div>'
            f'<div class="columns halves"><dl>{_facts_html(plan)}</dl>{_metrics_html(plan)}</div></section>')


def cells_words(count: int) -> str:
    """A number of cells.

    Examples
    --------
    >>> cells_words(1), cells_words(423624)
    ('1 cell', '423,624 cells')
    """
    return f"{format_count(count)} cell{'' if count == 1 else 's'}"


def training_words(training: Mapping[str, Any]) -> str:
    """On what cells were trained: kinds of devices with their names, the precision, and the version of PyTorch.

    Parameters
    ----------
    training : Mapping
        As `vanas_panel.table.BenchmarkTable` has it. What says nothing of devices is of a time before there was a
        choice: of processors in float32.

    Examples
    --------
    >>> training_words({"devices": ["cuda"], "device_names": ["Some GPU"], "precision": "bf16", "torch": ["2.9"]})
    'CUDA (Some GPU), bf16, PyTorch 2.9'
    >>> training_words({})
    'processor, float32'
    """
    kinds = " and ".join(_DEVICES.get(kind, kind) for kind in training.get("devices", ["cpu"]))
    names = ", ".join(training.get("device_names", []))
    torch = ", ".join(training.get("torch", []))
    return ", ".join([f"{kinds} ({names})" if names else kinds, training.get("precision", FLOAT32),
                      *([f"PyTorch {torch}"] if torch else [])])


def _facts_html(plan: Plan) -> str:
    """Name, source, search space and notes."""
    table, space = plan.table, plan.table.space
    operations = ", ".join(operation_label(operation) for operation in space.operations)
    facts = [
        ("Table", [table.title]), ("Opened as", [plan.source] if plan.source != table.title else []),
        ("Cells", [cells_words(len(table))]),
        ("Search space", [f"at most {space.max_vertices} vertices and {space.max_edges} edges"]),
        ("Operations", [operations]),
    ]
    for words, training in (("Trained on", table.training), ("Trained here on", getattr(table, "own_training", None))):
        if training is not None:
            facts.append((words, [training_words(training)]))
    if table.notes:
        facts.append(("Notes", list(table.notes)))
    return "".join(f"<dt>{label}</dt><dd>{'<br>'.join(text(line) for line in lines)}</dd>"
                   for label, lines in facts if lines)


def _metrics_html(plan: Plan) -> str:
    """Every metric with its unit, its direction and the spread of its values."""
    rows = "".join(_metric_html(plan, plan.table.metric(name)) for name in plan.metrics)
    if not rows:
        return '<p class="note">No metric of this table has a value.</p>'
    return ('<div class="wide"><table><caption class="sr">Metrics</caption><thead><tr><th>Metric</th>'
            '<th class="unit">Unit</th><th class="n">Cells</th><th class="n">Least</th><th class="n">Median</th>'
            f'<th class="n">Most</th></tr></thead><tbody>{rows}</tbody></table></div>')


def _metric_html(plan: Plan, metric: Metric) -> str:
    """One line of the metrics."""
    values = plan.table.sorted_column(metric.name)
    spread = (float(values[0]), middle_of(values), float(values[-1])) if values.size else (None, None, None)
    unit = _UNITS.get(metric.unit, metric.unit or "none")
    numbers = "".join(f'<td class="n">{text(format_value(metric, value))}</td>' for value in spread)
    rank = ' <span class="quiet">· ranks</span>' if metric.name == plan.session.metric else ""
    return (f'<tr title="{text(metric.name)}: {metric.better}"><td>{text(metric.label)}{rank}</td>'
            f'<td class="quiet unit">{text(unit)}</td><td class="n">{format_count(values.size)}</td>{numbers}</tr>')

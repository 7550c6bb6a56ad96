"""The data card of a report: what the table is, where it comes from, and what was measured."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vanas_panel.draw.format import count_cells, count_edges, count_vertices, format_count, format_value
from vanas_panel.draw.html import Html, pieces
from vanas_panel.draw.spans import middle_of
from vanas_panel.draw.table_words import notes_of, title_of
from vanas_panel.draw.theme import operation_label
from vanas_panel.report.plan import Plan
from vanas_panel.report.tables import names
from vanas_panel.tables.metrics import FRACTION, MACS, PARAMETERS, SECONDS, Metric, better_words, label_of
from vanas_panel.text.language import gettext as _
from vanas_panel.text.language import marked
from vanas_panel.training.settings import FLOAT32

_PIECES = pieces(__file__)
_DEVICES = {"cpu": marked("processor"), "cuda": "CUDA", "mps": "MPS"}
_UNITS = {FRACTION: marked("per cent"), SECONDS: marked("seconds"), PARAMETERS: marked("count"), MACS: "MAC"}


def data_card_html(plan: Plan) -> Html:
    """The data card of the table, as HTML with all text escaped."""
    return _PIECES.section(title=_("The table"), cells=count_cells(len(plan.table)), facts=_facts(plan),
                           metrics=_metrics_html(plan))


def training_words(training: Mapping[str, Any]) -> str:
    """On what cells were trained: kinds of devices with their names, the precision, and the version of PyTorch.

    Parameters
    ----------
    training : Mapping
        As `vanas_panel.tables.table.BenchmarkTable` has it. What says nothing of devices is of a time before there was
        a choice: of processors in float32.

    Examples
    --------
    >>> training_words({"devices": ["cuda"], "device_names": ["Some GPU"], "precision": "bf16", "torch": ["2.9"]})
    'CUDA (Some GPU), bf16, PyTorch 2.9'
    >>> training_words({})
    'processor, float32'
    """
    kinds = names([_(_DEVICES.get(kind, kind)) for kind in training.get("devices", ["cpu"])])
    devices = ", ".join(training.get("device_names", []))
    torch = ", ".join(training.get("torch", []))
    return ", ".join([f"{kinds} ({devices})" if devices else kinds, training.get("precision", FLOAT32),
                      *([f"PyTorch {torch}"] if torch else [])])


def _facts(plan: Plan) -> list[dict[str, Any]]:
    """Name, source, search space and notes."""
    table, space = plan.table, plan.table.space
    operations = ", ".join(operation_label(operation) for operation in space.operations)
    facts = [
        (_("Table"), [title_of(table)]), (_("Opened as"), [plan.source] if plan.source != table.title else []),
        (_("Cells"), [count_cells(len(table))]),
        (_("Search space"), [_("at most {vertices} and {edges}").format(
            vertices=count_vertices(space.max_vertices), edges=count_edges(space.max_edges))]),
        (_("Operations"), [operations]),
    ]
    own = getattr(table, "own_training", None)
    for words, training in ((_("Trained on"), table.training), (_("Trained here on"), own)):
        if training is not None:
            facts.append((words, [training_words(training)]))
    if table.notes:
        facts.append((_("Notes"), list(notes_of(table))))
    return [{"label": label, "lines": lines} for label, lines in facts if lines]


def _metrics_html(plan: Plan) -> Html:
    """Every metric with its unit, its direction and the spread of its values."""
    rows = [_metric(plan, plan.table.metric(name)) for name in plan.metrics]
    if not rows:
        return _PIECES.nothing(words=_("No metric of this table has a value."))
    return _PIECES.metrics(caption=_("Metrics"), metric=_("Metric"), unit=_("Unit"), rows=rows,
                           numbers=(_("Cells"), _("Least"), _("Median"), _("Most")))


def _metric(plan: Plan, metric: Metric) -> dict[str, Any]:
    """One line of the metrics."""
    values = plan.table.sorted_column(metric.name)
    spread = (float(values[0]), middle_of(values), float(values[-1])) if values.size else (None, None, None)
    return {
        "tooltip": f"{metric.name}: {better_words(metric)}", "label": label_of(metric),
        "ranks": _("ranks") if metric.name == plan.session.metric else "",
        "unit": _(_UNITS[metric.unit]) if metric.unit in _UNITS else metric.unit or _("none"),
        "count": format_count(values.size), "spread": [format_value(metric, value) for value in spread],
    }

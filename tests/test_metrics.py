"""What the names of columns are taken to mean."""

import pytest

from vanas_panel.metrics import FRACTION, SECONDS, known_metric


@pytest.mark.parametrize(("name", "label", "unit", "higher_is_better"), [
    ("test_accuracy", "Test accuracy", FRACTION, True),
    ("validation_accuracy_12", "Validation accuracy, 12 epochs", FRACTION, True),
    ("test_accuracy_half", "Test accuracy, half way", FRACTION, True),
    ("train_accuracy_4_half", "Train accuracy, 4 epochs, half way", FRACTION, True),
    ("training_time", "Training time", SECONDS, False),
    ("trainable_parameters", "Parameters", "parameters", False),
    ("top5_accuracy", "Top5 accuracy", FRACTION, True),
    ("loss_36", "Loss 36", "", None),
    ("latency", "Latency", "", None),
])
def test_known_names_and_variants(name, label, unit, higher_is_better):
    metric = known_metric(name)
    assert (metric.name, metric.label, metric.unit, metric.higher_is_better) == (name, label, unit, higher_is_better)

"""What the names of columns are taken to mean."""

import pytest

from vanas_panel.errors import ArgumentKindError
from vanas_panel.tables.metrics import FRACTION, SECONDS, Metric, guess_direction, known_metric


@pytest.mark.parametrize(("name", "label", "unit", "higher_is_better"), [
    ("test_accuracy", "Test accuracy", FRACTION, True),
    ("validation_accuracy_12", "Validation accuracy, 12 epochs", FRACTION, True),
    ("test_accuracy_half", "Test accuracy, half way", FRACTION, True),
    ("train_accuracy_4_half", "Train accuracy, 4 epochs, half way", FRACTION, True),
    ("training_time", "Training time", SECONDS, False),
    ("trainable_parameters", "Parameters", "parameters", False),
    ("top5_accuracy", "Top5 accuracy", FRACTION, True),
    ("loss_36", "Loss 36", "", False),
    ("latency", "Latency", "", False),
    ("latency_ms", "Latency", "ms", False),
    ("train_time_s", "Train time", SECONDS, False),
    ("peak_memory_MB", "Peak memory", "MB", False),
    ("loss_min", "Loss min", "", False),
    ("depth", "Depth", "", None),
    ("_ms", "Ms", "", False),
])
def test_known_names_and_variants(name, label, unit, higher_is_better):
    metric = known_metric(name)
    assert (metric.name, metric.label, metric.unit, metric.higher_is_better) == (name, label, unit, higher_is_better)


LOWER = """test_error val_loss valLoss latency_ms top1_error err@5 params n_params FLOPs energy_mj regret perplexity
    score_time loss_per_token cross_entropy negative_log_likelihood nll model_size gpu_hours_cost accuracy_loss"""
HIGHER = """val_acc valAcc mAP mAP@0.5 F1 roc_auc bleu top-1 top5 images_per_second throughput neg_mean_squared_error
    log_likelihood psnr mean_iou accuracy/last accuracy_per_ms reward"""
NEITHER = """depth vertices batch_size kernel_size test_accuracy_std start_time timestamp score_variance lr per
    per_second width seed"""


@pytest.mark.parametrize(("names", "better"), [(LOWER, False), (HIGHER, True), (NEITHER, None)])
def test_the_direction_is_guessed_from_the_words_of_a_name(names, better):
    assert {name: guess_direction(name) for name in names.split()} == dict.fromkeys(names.split(), better)


def test_guessed_direction_is_marked_until_it_is_set():
    assert known_metric("val_loss").guessed and known_metric("auc").guessed
    assert not any(known_metric(name).guessed for name in ("test_accuracy", "flops", "depth", "top5_accuracy"))
    assert known_metric("auc").with_direction(False) == Metric("auc", "Auc", "", False, guessed=False)


@pytest.mark.parametrize("wrong", ["lower", 1, 0.0])
def test_a_direction_is_a_truth_value_or_none(wrong):
    with pytest.raises(ArgumentKindError, match="as the direction of 'flops'; expected True"):
        known_metric("flops").with_direction(wrong)

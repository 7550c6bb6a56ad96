"""Pictures of searches by gradient beside the weights: alphas and gradients, groups, losses, and the genotype."""

import re
from pathlib import Path

import numpy as np
import pytest
from gradient_runs import SMALL, searched
from test_gradient_search import lines

import vanas_panel as vp
from vanas_panel.core.genotype import Genotype
from vanas_panel.draw.gradient_search.genotype import genotype_svg, weights_at
from vanas_panel.draw.gradient_search.groups import groups_html
from vanas_panel.draw.gradient_search.lines import group_line, operation_line
from vanas_panel.draw.gradient_search.progress import progress_svg
from vanas_panel.draw.gradient_search.weights import weights_svg
from vanas_panel.draw.theme import LIGHT
from vanas_panel.errors import TrainingError
from vanas_panel.training.darts.dropping import drop_operations

STUDY = Path(__file__).resolve().parents[2] / "data" / "study-images"

PLACES = [(0, 0), (0, 1), (1, 0), (1, 1), (1, 2)]


@pytest.mark.parametrize("values", ["alphas", "gradients"])
def test_alphas_and_gradients_have_one_scale_with_a_line_at_zero(values):
    run = searched(SMALL, 6)
    shown = getattr(run, values)[:, 1]
    drawn = lines(str(weights_svg(run, LIGHT, kind=1, epoch=3, values=values)).replace(": −", ": "), run)
    low, high = min(0, shown.min()), max(0, shown.max())
    assert len(drawn) == shown[0].size
    for place, (_name, said, heights) in enumerate(drawn):
        edge, number = divmod(place, len(SMALL.operations))
        assert said == pytest.approx(abs(shown[2, edge, number]), abs=6e-4)
        top = 54 + PLACES[edge][0] * 94
        np.testing.assert_allclose(heights, top + 84 * (high - shown[:, edge, number]) / (high - low), atol=0.06)
    assert str(weights_svg(run, LIGHT, values=values)).count('stroke-dasharray="2 3"') == 5
    with pytest.raises(TrainingError, match="Found 'betas'; expected one of weights, alphas, gradients"):
        weights_svg(run, LIGHT, values="betas")


def test_a_search_that_never_moved_lies_on_the_line_at_zero():
    frozen = searched(SMALL, 1)
    drawn = lines(str(weights_svg(frozen, LIGHT, values="gradients")), frozen)
    assert {height for _name, _said, heights in drawn for height in heights} == {54 + 42.0, 54 + 94 + 42.0}


def test_groups_give_their_colours_to_the_lines():
    run = searched(SMALL, 6)
    found = drop_operations(run.gradients[1:], run.weights[-1], SMALL.operations, clusters=2, least=2)
    svg = str(weights_svg(run, LIGHT, groups=found))
    # What lies below the legend, in the order of edges and operations.
    strokes = re.findall(r'stroke="([^"]+)" stroke-width="[0-9.]+" stroke-opacity', svg)[-25:]
    expected = [group_line(int(label), name == "none", LIGHT)[0] for edge in found.labels[0]
                for label, name in zip(edge, SMALL.operations, strict=True)]
    assert strokes == expected and len(set(expected)) == 3
    assert svg.count("group A</text>") == svg.count("group B</text>") == 1 and "group C" not in svg


def test_sums_by_group_what_stays_and_the_split_votes():
    run = searched(SMALL, 6)
    # Weights that are near each other, so that votes are split.
    near = run.weights[-1] ** 0.1
    near /= near.sum(axis=-1, keepdims=True)
    found = drop_operations(run.gradients[1:], near, SMALL.operations, clusters=2, least=1)
    html = str(groups_html(found, LIGHT, kind=1))
    rows = re.findall(r"<tr style=\"border-top.*?</tr>", html, re.DOTALL)
    assert len(rows) == 5
    for edge, row in enumerate(rows):
        weights, labels = near[1, edge], found.labels[1, edge]
        sums = {group: sum(weight for weight, label in zip(weights, labels, strict=True) if label == group)
                for group in set(labels.tolist())}
        said = re.findall(r"<b [^>]*>(.) ([0-9.]+)</b>( ✓)?", row)
        assert [(letter, float(share)) for letter, share, _ in said] == [
            ("∅" if group == 2 else "AB"[group], pytest.approx(sums[group], abs=0.006)) for group in sorted(sums)]
        assert [bool(tick) for *_rest, tick in said] == [sums[group] == max(sums.values()) for group in sorted(sums)]
        widths = [float(each) for each in re.findall(r"width: ([0-9.]+)%", row)]
        np.testing.assert_allclose(widths, [100 * sums[group] for group in sorted(sums)], atol=0.01)
        assert row.count("line-through") == int((~found.kept[1, edge]).sum())
        best = max(range(1, 5), key=lambda number: weights[number])
        assert (f"Split vote: {SMALL.operations[best]}" in row) == (not found.kept[1, edge, best])
    assert f"{int(found.outvoted[1].sum())} of 5 edges" in html and found.outvoted[1].any()


def test_losses_and_accuracies_stand_at_their_epochs():
    run = searched(SMALL, 6)
    svg = str(progress_svg(run, LIGHT, epoch=2, width=400))
    paths = [[tuple(map(float, pair.split())) for pair in path.split("L")]
             for path in re.findall(r'<path d="M([^"]+)" fill="none" stroke', svg)]
    assert [len(path) for path in paths] == [6, 6, 6, 6]
    room = (400 - 46 - 58 - 12) / 2
    for number, path in enumerate(paths):
        left = 46 + (number // 2) * (room + 58)
        np.testing.assert_allclose([x for x, _y in path], left + room * np.arange(6) / 5, atol=0.06)
        heights = [y for _x, y in path]
        # Losses fall, accuracies rise; heights grow downwards.
        assert heights == sorted(heights, reverse=number >= 2)
    assert "Epoch 2 of 6: Loss 1.250 (1.000 on the half that trains the weights); Accuracy 16.0 %" in svg
    with pytest.raises(TrainingError, match="expected 1 to 6"):
        progress_svg(run, LIGHT, epoch=7)


@pytest.mark.parametrize("kind", [0, 1])
def test_a_genotype_is_drawn_edge_by_edge_the_heavier_the_thicker(kind):
    run = searched(SMALL, 6)
    genotype, weights = run.genotype_at(5), weights_at(run, 5, kind)
    genes = genotype.reduce if kind else genotype.normal
    svg = str(genotype_svg(genotype, LIGHT, kind=kind, weights=weights))
    said = re.findall(r"<title>(input \d|node \d) → (node \d|output): (\w+)(?: \(weight ([0-9.]+)\))?</title>\s*"
                      r'<polyline [^>]*stroke-width="([0-9.]+)"', svg)
    assert len(said) == len(genes) + 2 and svg.count("<rect") - svg.count('rx="4"') == 5
    for number, (operation, source) in enumerate(genes):
        name = f"input {source + 1}" if source < 2 else f"node {source - 1}"
        (found,) = [each for each in said if each[:2] == (name, f"node {number // 2 + 1}")]
        edge = PLACES.index((number // 2, source))
        weight = run.weights[4, kind, edge, SMALL.operations.index(operation)]
        assert found[2] == operation and float(found[3]) == pytest.approx(weight, abs=6e-4)
        assert float(found[4]) == pytest.approx(1.2 + 3.8 * weight / run.weights[4, kind].max(), abs=0.006)
    assert sum(each[1] == "output" for each in said) == 2


def test_genotypes_of_every_shape_are_drawn():
    twice = Genotype([("sep_conv_3x3", 0), ("skip_connect", 0)], [2], [("none", 1), ("conv_9", 1)], [2])
    for kind, words in ((0, "sep 3×3 + skip"), (1, "none + conv_9")):
        svg = str(genotype_svg(twice, LIGHT, kind=kind))
        assert words in svg and svg.count("<polyline") == 2 and ">input 2<" in svg
    nodes = 8
    long = [("skip_connect", source) for node in range(nodes) for source in (node, node + 1)]
    svg = str(genotype_svg(Genotype(long, range(2, 2 + nodes), long, [9]), LIGHT))
    assert svg.count("<polyline") == 2 * nodes + nodes


def test_operations_of_another_kind_have_looks_of_their_own():
    strange = [f"conv1d_{number}" for number in range(20)]
    looks = [operation_line(name, LIGHT, ("none", *strange, "skip_connect")) for name in ("none", *strange)]
    assert len(set(looks)) == 21


def test_a_name_that_is_wider_than_its_chart_is_written_short():
    run = vp.read_study(STUDY).searches["darts", 0]
    wide, narrow = (str(weights_svg(run, LIGHT, width=width)) for width in (1400, 460))
    names = {name for name, _source in run.genotype.normal if "conv" in name or "pool" in name}
    bold = [re.findall(r'font-weight="650"[^>]*>([^<]+)</text>', each) for each in (wide, narrow)]
    assert names and names <= set(bold[0])
    assert len(bold[0]) == len(bold[1]) and not any("_" in each for each in bold[1])

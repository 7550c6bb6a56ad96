"""Pictures of searches by gradient: every weight where it belongs, what is taken, and what was dropped."""

import re
from dataclasses import replace

import numpy as np
import pytest
from gradient_runs import SMALL, searched

from vanas_panel.draw.gradient_search.lines import operation_line
from vanas_panel.draw.gradient_search.weights import weights_svg
from vanas_panel.draw.theme import DARK, LIGHT
from vanas_panel.errors import TrainingError
from vanas_panel.training.darts.dg_run import DgDartsRun, DgDartsSettings, second_settings
from vanas_panel.training.darts.network_shape import OPERATIONS
from vanas_panel.training.darts.run_file import DartsRun, header_of


def lines(svg, run):
    """The operation, its weight in words, and the heights in shares of the chart, of every line but the legend's."""
    found = re.findall(r'<path d="(M[^"]+)"[^>]*><title>([a-z_0-9]+): ([0-9.]+)</title>', svg)
    return [(name, float(said), [float(pair.split()[1]) for pair in path[1:].split("L")]) for path, name, said in found]


@pytest.mark.parametrize("kind", [0, 1])
def test_every_weight_is_drawn_in_the_place_of_its_edge(kind):
    run = searched(SMALL, 6)
    svg = str(weights_svg(run, LIGHT, kind=kind, epoch=4))
    drawn = lines(svg, run)
    weights = run.weights[:, kind]
    assert len(drawn) == weights.shape[1] * weights.shape[2]
    highest = weights.max()
    for place, (name, said, heights) in enumerate(drawn):
        edge, number = divmod(place, len(SMALL.operations))
        node, source = [(0, 0), (0, 1), (1, 0), (1, 1), (1, 2)][edge]
        assert name == SMALL.operations[number] and said == pytest.approx(weights[3, edge, number], abs=6e-4)
        top = 54 + node * 94
        expected = top + 84 * (1 - weights[:, edge, number] / highest)
        np.testing.assert_allclose(heights, expected, atol=0.06)
        assert source <= node + 1
    genes = run.genotype_at(4).reduce if kind else run.genotype_at(4).normal
    for name, source in genes:
        assert f"{name}</text>" in svg and f"{source} → " in svg
    assert svg.count('stroke-width="1.6"') == len(genes)


def test_dropped_operations_are_pale_and_absent_in_the_second_stage():
    settings = DgDartsSettings(SMALL, clusters=2, least=2)
    first = searched(SMALL, 6)
    run = DgDartsRun(settings, first)
    dropping = run.dropping
    svg = str(weights_svg(first, LIGHT, dropping=dropping))
    assert svg.count('stroke-opacity="0.22"') == int((~dropping.kept[0]).sum()) > 0
    assert f"{int(dropping.outvoted[0].sum())} of 5 edges" in svg
    second = searched(second_settings(settings, dropping), 3)
    svg = str(weights_svg(second, DARK))
    assert len(lines(svg, second)) == int(second.kept[0].sum()) < 25 and "not drawn" in svg
    html = DgDartsRun(settings, first, second)._repr_html_()
    assert html.count("vp-weights") == 4 and "6 of 6 epochs on cpu, 4.0 s each; loss 0.417, accuracy 48.0 %" in html
    assert str(second.genotype).replace("'", "&#39;") in html and html.count("3 of 6 epochs") == 1


def test_a_search_is_shown_as_far_as_it_has_come():
    run = searched(SMALL, 1)
    assert "1 of 6 epochs" in run._repr_html_() and run._repr_html_().count("vp-weights") == 2
    # One epoch is a level line.
    assert all(len(set(heights)) == 1 for *_rest, heights in lines(str(weights_svg(run, LIGHT)), run))
    begun = DartsRun(SMALL, header_of(SMALL, "images", "cpu", {}), [])
    assert "No epoch has come to its end." in begun._repr_html_()
    with pytest.raises(TrainingError, match="Found epoch 9; expected 1 to 1"):
        weights_svg(run, LIGHT, epoch=9)


def test_every_operation_has_a_line_of_its_own():
    for colors in (LIGHT, DARK):
        looks = [operation_line(name, colors) for name in OPERATIONS]
        assert len(set(looks)) == len(looks)


def test_ends_of_a_scale_are_told_apart():
    run = searched(SMALL, 1)
    alphas = [1e-5 * np.arange(each.size).reshape(each.shape) for each in run.history[0].alphas]
    near = DartsRun(SMALL, run.header, [replace(run.history[0], alphas=alphas)])
    words = re.search(r"Each chart goes from (\S+) to (\S+);", weights_svg(near, LIGHT, kind=0, epoch=1))
    shown = near.weights[0, 0]
    assert float(words[1]) < float(words[2])
    assert [float(words[1]), float(words[2])] == pytest.approx([shown.min(), shown.max()], abs=1e-5)

"""A whole search by NEAT on small images: its file, what a killed one goes on with, and what is refused."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="PyTorch is not installed (pip install 'vanas-panel[train]')",
                            exc_type=ImportError)
from torch.nn import functional  # noqa: E402

import vanas_panel as vp  # noqa: E402
from vanas_panel.errors import SearchError, TrainingError  # noqa: E402
from vanas_panel.neat import Genome, NeatSettings  # noqa: E402
from vanas_panel.training.darts.network_shape import OPERATIONS, Shape  # noqa: E402
from vanas_panel.training.neat.network import NeatNetwork  # noqa: E402
from vanas_panel.training.neat.plan import Plan  # noqa: E402

SMALLEST = Genome.from_text("1:0>1", (0,), 1)


@pytest.fixture(scope="module")
def settings(tmp_path_factory):
    """Trainings of milliseconds: two epochs of four steps on images of 6 x 6 pixels in two classes."""
    path = tmp_path_factory.mktemp("images") / "images.npz"
    rng = np.random.default_rng(0)
    labels = np.arange(120) % 2
    images = rng.integers(0, 200, (120, 6, 6)) + 50 * labels[:, None, None] * (np.arange(6) < 3)
    np.savez(path, images=images.astype(np.uint8), labels=labels)
    return NeatSettings.from_dict({
        "population": 10, "generations": 4, "mutation": 0.5, "channels": 2, "epochs": 2, "batch_size": 16,
        "operations": ["none", "skip_connect", "max_pool_3x3", "sep_conv_3x3"], "aggregations": ["add", "multiply"],
        "data": {"source": str(path), "crop": 6, "pool": 1, "train": 64, "validation": 20, "test": 20}})


@pytest.fixture(scope="module")
def run(settings, tmp_path_factory):
    return vp.neat.search(settings, out=tmp_path_factory.mktemp("run") / "neat.jsonl", device="cpu")


def lines_of(path):
    """The lines of a file without what the clock says."""
    return [{name: value for name, value in json.loads(line).items() if name != "seconds"}
            for line in path.read_bytes().splitlines()]


def test_a_network_computes_what_its_plan_says():
    plan = Plan.from_text("in0 relu tanh/multiply sigmoid identity/add | 0>1:max_pool_3x3 0>2:skip_connect "
                          "0>4:avg_pool_3x3 1>2:skip_connect 2>3:skip_connect 3>4:skip_connect")
    torch.manual_seed(0)
    network = NeatNetwork(plan, Shape(3, 1, 1, 1, 4)).eval()
    images = torch.randn(5, 1, 7, 6)
    scale = (1 + 1e-5) ** 0.5
    features = network.stem(images)
    one = torch.relu(functional.max_pool2d(features, 3, 1, 1) / scale)
    two = torch.tanh(features * one)
    out = torch.sigmoid(two) + functional.avg_pool2d(features, 3, 1, 1, count_include_pad=False) / scale
    assert torch.allclose(network(images), network.classifier(out.mean(dim=(2, 3))), atol=1e-6)
    # Dropped paths change a training alone.
    assert torch.equal(network(images, 0.5), network(images))
    assert not torch.equal(network.train()(images, 0.9), network(images))


@pytest.mark.parametrize("name", [name for name in OPERATIONS if name != "none"])
def test_every_operation_keeps_the_size_and_learns(name):
    network = NeatNetwork(Plan.from_text(f"in0 relu | 0>1:{name}"), Shape(4, 3, 1, 3, 5))
    scores = network(torch.randn(6, 3, 9, 9))
    scores.square().sum().backward()
    assert scores.shape == (6, 5)
    assert all(each.grad is not None for each in network.parameters())


def test_a_search_trains_every_network_once(run, settings):
    assert run.is_finished and len(run) == 4 and len(run.genomes) == 40
    assert list(run.trained) == list(dict.fromkeys(name for name in run.genomes["network"] if name))
    assert int(run.genomes["is_new"].sum()) == len(run.trained) == 40 - run.repeated
    assert run.progress["trained"].sum() == len(run.trained)
    assert run.seconds == pytest.approx(run.progress["seconds"].sum()) and run.seconds > 0
    best = run.genomes.loc[run.best]
    assert best["fitness"] == run.genomes["fitness"].max() == run.progress["best"].max()
    individual = run.individual(run.best)
    # The genome of the file, trained alone, gives what the search found.
    alone = vp.neat.train(individual.genome, settings, device="cpu")
    assert replace(alone, seconds=0) == replace(run.trained[individual.network], seconds=0)
    assert repr(run) == (f"<NeatRun: 4 of 4 generations, {len(run.trained)} networks, {run.repeated} repeated>")


def test_the_family_tree_and_the_table_of_innovations(run):
    tree = run.lineage()
    assert tree[-1].number == run.best and tree[0].generation == 0
    parents = {parent for each in tree for parent in each.individual.parents}
    assert parents | {run.best} == {each.number for each in tree}
    table = run.innovations
    genes = {gene.innovation for one in run.generations for each in one.members for gene in each.genome.genes}
    assert genes <= set(table.index) and table.loc[1].tolist()[:4] == [0, 1, 0, 0]
    last = run.generations[-1].members
    assert table["genomes"].tolist() == [sum(each.genome.gene(number) is not None for each in last)
                                         for number in table.index]
    for bad in (-1, 40, 1.5, "a", None):
        with pytest.raises(TrainingError, match="expected 0 to 39"):
            run.individual(bad)


def test_a_killed_search_goes_on_with_the_same_lines(settings, run, tmp_path):
    path, whole = tmp_path / "killed.jsonl", tmp_path / "whole.jsonl"
    again = vp.neat.search(settings, out=whole, device="cpu")
    assert again.generations == run.generations
    script = ("import json, os, sys\n"
              "import vanas_panel as vp\n"
              "def die(progress):\n"
              "    if (progress.generation, progress.done) == (1, 2): os.kill(os.getpid(), 9)\n"
              "vp.neat.search(json.loads(sys.argv[1]), out=sys.argv[2], device='cpu', on_training=die)")
    killed = subprocess.run([sys.executable, "-c", script, json.dumps(settings.to_dict()), str(path)], check=False)
    assert killed.returncode == -9 and sum("generation" in line for line in lines_of(path)) == 1
    with path.open("ab") as file:
        file.write(b'{"network":"in0 re')
    assert len(vp.neat.read(path)) == 1
    # Stopped once more, then to the end.
    assert len(vp.neat.search(settings, out=path, device="cpu", stop=lambda: True)) == 1
    seen = []
    finished = vp.neat.search(settings, out=path, device="cpu", on_generation=seen.append)
    assert lines_of(path) == lines_of(whole) and [each.number for each in seen] == [1, 2, 3]
    assert vp.neat.read(path).generations == finished.generations
    assert not list(tmp_path.glob("*.lock"))


def test_random_search_trains_as_many_networks(run, tmp_path):
    chance = vp.neat.random_search(run, out=tmp_path / "random.jsonl", device="cpu")
    assert chance.is_finished and len(chance.trained) == len(run.trained) == chance.settings.random
    assert chance.repeated == 0 and set(chance.genomes["how"]) == {"random"} and chance.innovations.empty
    assert repr(chance).startswith("<NeatRun at random: ")
    assert vp.neat.read(tmp_path / "random.jsonl").genomes.equals(chance.genomes)
    with pytest.raises(TrainingError, match="Found no search that has trained a network"):
        vp.neat.random_search(None, out=tmp_path / "x")


def test_losses_that_are_no_numbers(settings, tmp_path):
    broken = replace(settings, learning_rate=1e6, clip=1e6, weight_decay=1e6)
    with pytest.raises(TrainingError, match="Found a loss that is no finite number in epoch"):
        vp.neat.train(SMALLEST, broken, device="cpu")
    with pytest.raises(TrainingError, match="no network of the first generation that can be trained: Found a loss"):
        vp.neat.search(broken, out=tmp_path / "broken.jsonl", device="cpu")


def test_what_cannot_be_trained(settings, tmp_path):
    with pytest.raises(SearchError, match="without a path of enabled connections"):
        vp.neat.train(Genome.from_text("1:0>1!", (0,), 1), settings)
    with pytest.raises(TrainingError, match="Found a network of 2 inputs; expected one"):
        vp.neat.train(Genome.from_text("1:0>2 2:1>2", (0, 1), 2), settings, device="cpu")
    with pytest.raises(TrainingError, match="Found operation 'conv'; expected one of none"):
        vp.neat.train(Genome.from_text("1:0>1", (0,), 1, nodes="1:conv,none/relu/add"), settings, device="cpu")
    with pytest.raises(TrainingError, match="Found images of 6 x 6 pixels; expected at least crop = 8"):
        vp.neat.train(SMALLEST, replace(settings, data=replace(settings.data, crop=8)), device="cpu")
    with pytest.raises(TrainingError, match="Found 64 training examples; expected a batch of 65"):
        vp.neat.search(replace(settings, batch_size=65), out=tmp_path / "x.jsonl", device="cpu")


def test_files_of_something_else(settings, run, tmp_path):
    path = tmp_path / "neat.jsonl"
    vp.neat.search(settings, out=path, device="cpu")
    with pytest.raises(TrainingError, match="Found other settings; expected the same search"):
        vp.neat.search(replace(settings, seed=1), out=path, device="cpu")
    lines = path.read_bytes().splitlines(keepends=True)
    first = next(number for number, line in enumerate(lines) if line.startswith(b'{"generation"'))

    def changed(number, before, after):
        assert before in lines[number]
        return [*lines[:number], lines[number].replace(before, after, 1), *lines[number + 1:]]

    for content, words in (
            ([], "line 1: Found no search of this form"), ([b"{}\n"], "line 1: Found no search of this form"),
            (changed(0, b'"seed":0', b'"seed":1'), "line 1: Found settings of another digest"),
            (changed(0, b'"population":10', b'"population":1'), "line 1: Found population = 1"),
            ([lines[0], *lines[2:]], f"line {first}: Found no training of"),
            ([*lines[:2], lines[1]], "line 3: Found a training without all of its numbers, or one more of"),
            (changed(1, b'"parameters":', b'"parameters":-0.'), "line 2: Found a training without"),
            (changed(first, b'"generation":0', b'"generation":1'), f"line {first + 1}: Found no generation 0"),
            (changed(first, b"1:0>1", b"1:0>1!"), f"line {first + 1}: Found a generation without all"),
            (changed(first, b"1:0>1", b"1:1>0"), f"line {first + 1}: Found Found gene 1:1>0"),
            (changed(first, b'"how":"start"', b'"how":"luck"'), f"line {first + 1}: Found a generation without"),
            (changed(first, b'"threshold":', b'"threshold":-'), f"line {first + 1}: Found a generation whose"),
            ([*lines, lines[first].replace(b'"generation":0', b'"generation":4')],
             f"line {len(lines) + 1}: Found more than 4 generations"),
            ([*lines[:first + 1], b"[]\n"], f"line {first + 2}: Found no generation 1")):
        path.write_bytes(b"".join(content))
        with pytest.raises(TrainingError, match=words):
            vp.neat.read(path)
    with pytest.raises(TrainingError, match="line 1: Found no such file"):
        vp.neat.read(tmp_path / "nowhere")

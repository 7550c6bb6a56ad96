"""The PyTorch file of a cell: it runs by itself, and computes and counts what the project's own network does."""

import json
import subprocess
import sys

import numpy as np
import pytest
from core.strategies import cells, examples
from hypothesis import example, given
from hypothesis import strategies as st

pytest.importorskip("torch", reason="PyTorch is not installed (pip install 'vanas-panel[train]')")

import torch

import vanas_panel as vp
from vanas_panel.core.cost import NASBENCH101_SKELETON, Skeleton, multiply_accumulates, trainable_parameters
from vanas_panel.core.enumeration import enumerate_cells
from vanas_panel.exchange import read, to_pytorch
from vanas_panel.training.network import GroupedNetwork
from vanas_panel.training.settings import Settings

C3, C1, MP = vp.NASBENCH101.operations
MNIST = Settings().skeleton
UNEVEN = Skeleton(7, 3, 2, 9, 2, 3)
SMALL = pytest.mark.parametrize("skeleton", [MNIST, UNEVEN], ids=["mnist", "uneven"])
RICH = vp.Cell(["input", C3, MP, C1, "output"],
               [(0, 1), (0, 2), (1, 2), (1, 3), (2, 3), (1, 4), (2, 4), (3, 4), (0, 4)])
ODD = [RICH, vp.Cell(["input", "output"], [(0, 1)]), vp.Cell(["input", MP, "output"], [(0, 1), (1, 2)]),
       vp.Cell(["input", C1, C3, "output"], [(0, 2), (2, 1), (1, 3)])]


@pytest.fixture(scope="module", autouse=True)
def one_thread():
    """Networks this small lose more by waiting for threads than they gain."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def names_in(text: str) -> dict:
    """What a file of a cell defines, in a namespace of its own, as an import would leave it."""
    names = {"__name__": "cell"}
    exec(compile(text, "cell.py", "exec"), names)
    return names


def counted(cell: vp.Cell, skeleton: Skeleton) -> int:
    space = vp.CellSpace(vp.NASBENCH101.operations, 8, 28)
    return int(trainable_parameters(np.array([cell.packed(space)]), space, skeleton)[0])


def parameters(network) -> int:
    return sum(parameter.numel() for parameter in network.parameters() if parameter.requires_grad)


def own_weights(network: GroupedNetwork) -> dict:
    """Parameters and buffers of the project's network of one seed by the names that the file gives them."""
    state = dict(network.state_dict())
    return state | {"dense.weight": state.pop("weight")[0].T, "dense.bias": state.pop("bias")[0, 0]}


def pair_of(cell: vp.Cell, skeleton: Skeleton):
    """The project's network of a cell with random weights and statistics, and the file's with the same."""
    ours = GroupedNetwork(cell, skeleton, 1)
    ours.initialise([np.random.default_rng(3)])
    generator = torch.Generator().manual_seed(4)
    with torch.no_grad():
        for module in ours.modules():
            if isinstance(module, torch.nn.BatchNorm2d):
                for tensor in (module.weight, module.bias, module.running_mean, module.running_var):
                    tensor.copy_(torch.rand(tensor.shape, generator=generator) + 0.5)
        ours.bias.copy_(torch.randn(ours.bias.shape, generator=generator))
    theirs = names_in(to_pytorch(cell, skeleton))["Network"]()
    theirs.load_state_dict(own_weights(ours))
    return ours.double(), theirs.double()


def some_images(skeleton: Skeleton):
    shape = (4, skeleton.image_channels, skeleton.image_size, skeleton.image_size)
    return torch.randn(shape, generator=torch.Generator().manual_seed(5), dtype=torch.float64)


@SMALL
@examples(60)
@given(cell=cells())
def test_parameters_are_those_that_core_counts(skeleton, cell):
    assert parameters(names_in(to_pytorch(cell, skeleton))["Network"]()) == counted(cell, skeleton)


def test_parameters_are_counted_in_every_cell_of_four_vertices_and_in_the_largest():
    space = vp.CellSpace(vp.NASBENCH101.operations, 4, 6)
    eight = vp.Cell(["input", C3, C1, MP, C3, C1, MP, "output"], [(s, t) for t in range(8) for s in range(t)], None)
    for cell in [*(vp.Cell.from_packed(int(key), space) for key in enumerate_cells(space)), eight]:
        assert parameters(names_in(to_pytorch(cell, MNIST))["Network"]()) == counted(cell, MNIST)


@pytest.mark.slow
@pytest.mark.real
def test_parameters_of_nas_bench_101_are_the_published_ones(real_frame):
    # On the device "meta" tensors have shapes and no memory, so the full networks cost nothing.
    for _, row in real_frame.sample(40, random_state=2).iterrows():
        operations = row["module_operations"].split(",")
        ones = np.array([int(digit) for digit in row["module_adjacency"]]).reshape((len(operations),) * 2)
        cell = vp.Cell.from_matrix(ones, operations)
        with torch.device("meta"):
            network = names_in(to_pytorch(cell))["Network"]()
        assert parameters(network) == row["trainable_parameters"] == counted(cell, NASBENCH101_SKELETON)


@examples(40)
@given(cell=cells())
def test_parameters_in_the_skeleton_of_nas_bench_101(cell):
    with torch.device("meta"):
        network = names_in(to_pytorch(cell))["Network"]()
    assert parameters(network) == counted(cell, NASBENCH101_SKELETON)


@SMALL
@pytest.mark.parametrize("training", [True, False], ids=["training", "evaluating"])
@examples(10)
@given(cell=cells() | st.sampled_from(ODD))
@example(cell=RICH)
@example(cell=ODD[1])
def test_outputs_and_gradients_are_those_of_the_own_network(skeleton, training, cell):
    ours, theirs = pair_of(cell, skeleton)
    images = some_images(skeleton)
    wanted, found = ours.train(training)(images)[0], theirs.train(training)(images)
    torch.testing.assert_close(found, wanted, rtol=1e-10, atol=1e-10)
    wanted.square().sum().backward()
    found.square().sum().backward()
    names = {name: parameter.grad for name, parameter in ours.named_parameters()}
    gradients = names | {"dense.weight": names.pop("weight")[0].T, "dense.bias": names.pop("bias")[0, 0]}
    for name, parameter in theirs.named_parameters():
        torch.testing.assert_close(parameter.grad, gradients[name], rtol=1e-8, atol=1e-8)


def test_outputs_in_the_skeleton_of_nas_bench_101():
    ours, theirs = (network.eval() for network in pair_of(ODD[3], Skeleton(128, 3, 3, 8, 3, 10)))
    images = some_images(Skeleton(128, 3, 3, 8, 3, 10))
    with torch.no_grad():
        torch.testing.assert_close(theirs(images), ours(images)[0], rtol=1e-9, atol=1e-9)


def test_weights_start_with_the_spread_that_the_own_network_gives_them():
    skeleton = Skeleton(64, 2, 1, 8, 3, 500)
    ours = GroupedNetwork(RICH, skeleton, 1)
    ours.initialise([np.random.default_rng(0)])
    torch.manual_seed(0)
    theirs = names_in(to_pytorch(RICH, skeleton))["Network"]()
    wanted = own_weights(ours)
    for name, tensor in theirs.state_dict().items():
        if tensor.ndim > 1:
            assert float(tensor.std() / wanted[name].std()) == pytest.approx(1, abs=0.15), name
        elif tensor.is_floating_point():
            assert torch.equal(tensor, wanted[name]), name


def test_the_order_of_drawing_is_put_straight():
    names = names_in(to_pytorch(ODD[3]))
    assert names["OPERATIONS"] == ["input", C3, C1, "output"]
    assert names["EDGES"] == [(0, 1), (1, 2), (2, 3)]


@pytest.mark.parametrize(("cell", "skeleton"), [(RICH, MNIST), (ODD[1], UNEVEN), (ODD[2], NASBENCH101_SKELETON)],
                         ids=["mnist", "uneven", "nas-bench-101"])
def test_the_file_runs_by_itself(cell, skeleton, tmp_path):
    file = tmp_path / "cell.py"
    file.write_text(to_pytorch(cell, skeleton))
    # Isolated (-I), so that nothing of this project is at hand.
    run = subprocess.run([sys.executable, "-I", "-W", "error", str(file)], cwd=tmp_path, capture_output=True, text=True,
                         timeout=300)
    assert (run.returncode, run.stderr) == (0, "")
    size, channels, classes = skeleton.image_size, skeleton.image_channels, skeleton.classes
    assert run.stdout.splitlines() == [
        f"{counted(cell, skeleton):,} trainable parameters",
        f"forward pass: images (2, {channels}, {size}, {size}) to logits (2, {classes})"]


def test_the_file_knows_nothing_of_this_project(tmp_path):
    file = tmp_path / "cell.py"
    file.write_text(to_pytorch(RICH, MNIST))
    code = ("import json, runpy, sys; runpy.run_path(sys.argv[1], run_name='__main__'); "
            "print(json.dumps([name for name in sys.modules if name.startswith('vanas_panel.')]))")
    run = subprocess.run([sys.executable, "-c", code, str(file)], capture_output=True, text=True, timeout=300,
                         check=True)
    assert json.loads(run.stdout.splitlines()[-1]) == []


def test_edited_operations_and_edges_of_the_file_are_read_back():
    text = to_pytorch(RICH).replace(f"    {MP!r},", f"    {C1!r},").replace(" (0, 4),", "")
    assert read(text) == vp.Draft(["input", C3, C1, C1, "output"], [edge for edge in RICH.edges if edge != (0, 4)])


def test_the_multiply_accumulates_of_its_convolutions_are_those_that_core_counts():
    """A third count, through hooks: every parameter of a convolution and its normalisation works once per pixel."""
    network = names_in(to_pytorch(RICH, MNIST))["Network"]().eval()
    found = []

    def count(module, _images, values):
        found.append(sum(p.numel() for p in module.parameters()) * values.shape[2] * values.shape[3])

    for module in network.modules():
        if type(module).__name__ == "ConvBnRelu":
            module.register_forward_hook(count)
    with torch.no_grad():
        network(torch.zeros(1, MNIST.image_channels, MNIST.image_size, MNIST.image_size))
    wanted = multiply_accumulates(np.array([RICH.packed(vp.NASBENCH101)]), vp.NASBENCH101, MNIST)[0]
    assert sum(found) + network.dense.weight.numel() == wanted

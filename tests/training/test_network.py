"""The grouped network computes what single ones compute, and has the parameters that core counts."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("torch", reason="PyTorch is not installed (pip install 'vanas-panel[train]')")

import torch

from vanas_panel.core.cell import Cell
from vanas_panel.core.cost import NASBENCH101_SKELETON, Skeleton, trainable_parameters
from vanas_panel.core.enumeration import enumerate_cells
from vanas_panel.core.space import NASBENCH101, CellSpace
from vanas_panel.errors import UnknownOperationError
from vanas_panel.training.network import GroupedNetwork, concatenated, truncated, vertex_channels

SMALL = Skeleton(8, 3, 1, 12, 1, 10)
FIVE = enumerate_cells(CellSpace(NASBENCH101.operations, 5, 9))
SAMPLE = [int(key) for key in np.random.default_rng(0).choice(FIVE, 12, replace=False)]
RICH = Cell(("input", "conv3x3-bn-relu", "maxpool3x3", "conv1x1-bn-relu", "output"),
            ((0, 1), (0, 2), (1, 2), (1, 3), (2, 3), (1, 4), (2, 4), (3, 4), (0, 4)))


def generators(seeds: range) -> list[np.random.Generator]:
    return [np.random.default_rng(seed) for seed in seeds]


def parameters(network) -> int:
    return sum(parameter.numel() for parameter in network.parameters())


def images(seeds: int, skeleton: Skeleton, count: int = 6):
    size = skeleton.image_size
    values = np.random.default_rng(1).standard_normal((count, seeds * skeleton.image_channels, size, size))
    return torch.from_numpy(values.astype(np.float32)).contiguous(memory_format=torch.channels_last)


def test_all_cells_of_five_vertices_have_the_counted_parameters():
    wanted = trainable_parameters(FIVE, NASBENCH101, SMALL)
    for key, count in list(zip(FIVE, wanted, strict=True))[::7]:
        assert parameters(GroupedNetwork(Cell.from_packed(int(key), NASBENCH101), SMALL)) == count


@pytest.mark.parametrize("skeleton", [SMALL, Skeleton(16, 2, 3, 7, 3, 4), Skeleton(7, 3, 2, 9, 2, 3)])
def test_parameters_of_several_seeds_are_those_of_one_times_seeds(skeleton):
    for key in SAMPLE:
        wanted = int(trainable_parameters(np.array([key]), NASBENCH101, skeleton)[0])
        cell = Cell.from_packed(key, NASBENCH101)
        assert parameters(GroupedNetwork(cell, skeleton, 3)) == 3 * wanted


def test_parameters_of_the_smallest_network_of_nas_bench_101():
    only_pooling = Cell(("input", "maxpool3x3", "output"), ((0, 1), (1, 2)))
    wanted = trainable_parameters(np.array([only_pooling.packed(NASBENCH101)]), NASBENCH101)[0]
    assert parameters(GroupedNetwork(only_pooling, NASBENCH101_SKELETON)) == wanted


@pytest.mark.parametrize("skeleton", [SMALL, Skeleton(7, 2, 2, 7, 3, 4)])
@pytest.mark.parametrize("training", [True, False])
def test_seeds_run_together_equal_seeds_run_alone(skeleton, training):
    for cell in [RICH, Cell(("input", "output"), ((0, 1),)), *(Cell.from_packed(key, NASBENCH101) for key in SAMPLE)]:
        together = GroupedNetwork(cell, skeleton, 3).train(training)
        together.initialise(generators(range(3)))
        batch = images(3, skeleton)
        in_single_precision = together(batch)
        # Gradients in double precision: rounding can move a maximum or the zero of a ReLU to another element.
        found = together.double()(batch.double())
        assert found.shape == (3, 6, skeleton.classes)
        torch.testing.assert_close(in_single_precision, found, check_dtype=False, rtol=1e-3, atol=1e-3)
        found.square().sum().backward()
        for seed in range(3):
            alone = GroupedNetwork(cell, skeleton, 1).train(training)
            alone.initialise(generators(range(seed, seed + 1)))
            wanted = alone.double()(batch.double().chunk(3, dim=1)[seed])
            torch.testing.assert_close(found[seed], wanted[0], rtol=1e-9, atol=1e-9)
            wanted.square().sum().backward()
            for one, all_of_them in zip(alone.parameters(), together.parameters(), strict=True):
                torch.testing.assert_close(all_of_them.grad.chunk(3)[seed], one.grad, rtol=1e-7, atol=1e-7)


def test_a_seed_of_nan_leaves_the_others_alone():
    network = GroupedNetwork(RICH, SMALL, 3)
    network.initialise(generators(range(3)))
    batch = images(3, SMALL)
    before = network(batch).detach()
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.chunk(3)[1].fill_(float("nan"))
    after = network(batch)
    assert after[1].isnan().all()
    assert torch.equal(after[[0, 2]], before[[0, 2]])
    after[[0, 2]].sum().backward()
    for parameter in network.parameters():
        assert all(parameter.grad.chunk(3)[seed].isfinite().all() for seed in (0, 2))


def plain_forward(network: GroupedNetwork, cell: Cell, batch):
    """An independent forward pass of a network of one seed and one cell in each stack, straight from the paper."""
    values = network.stem(batch)
    for number, (module,) in enumerate(network.stacks):
        if number:
            values = torch.nn.functional.max_pool2d(torch.nn.functional.pad(
                values, (0, values.shape[3] % 2, 0, values.shape[2] % 2), value=-torch.inf), 2)
        width = SMALL.stem_channels << number
        split = vertex_channels(cell, width)
        tensors = {0: values}
        for vertex in range(1, cell.output):
            sources = [source for source, target in cell.edges if target == vertex and source]
            inputs = [tensors[source][:, :split[vertex]] for source in sources]
            if (0, vertex) in cell.edges:
                inputs.append(module.projections[str(vertex)](values))
            tensors[vertex] = module.operations[str(vertex)](torch.stack(inputs).sum(0))
        outputs = [tensors[source] for source, target in cell.edges if target == cell.output and source]
        joined = [torch.cat(outputs, 1)] if outputs else []
        if (0, cell.output) in cell.edges:
            joined.append(module.projections[str(cell.output)](values))
        values = torch.stack(joined).sum(0)
    return values.mean((2, 3)) @ network.weight[0] + network.bias[0]


@pytest.mark.parametrize("size", [12, 9])
def test_forward_pass_is_the_one_of_the_paper(size):
    skeleton = Skeleton(8, 3, 1, size, 1, 10)
    for cell in [RICH, *(Cell.from_packed(key, NASBENCH101) for key in SAMPLE)]:
        network = GroupedNetwork(cell, skeleton).eval()
        network.initialise(generators(range(1)))
        batch = images(1, skeleton)
        torch.testing.assert_close(network(batch)[0], plain_forward(network, cell, batch), rtol=1e-4, atol=1e-4)


def test_vertex_channels_by_hand():
    # Vertices 1 to 3 share 8 channels as 3, 3 and 2.
    assert vertex_channels(RICH, 8) == {1: 3, 2: 3, 3: 2}
    chain = Cell(("input", *["maxpool3x3"] * 3, "output"), ((0, 1), (1, 2), (0, 3), (2, 4), (3, 4)))
    assert vertex_channels(chain, 9) == {1: 5, 2: 5, 3: 4}
    assert vertex_channels(Cell(("input", "output"), ((0, 1),)), 8) == {}


def test_truncating_and_joining_keep_seeds_apart():
    values = torch.arange(2 * 6 * 2 * 2.0).view(2, 6, 2, 2).contiguous(memory_format=torch.channels_last)
    assert torch.equal(truncated(values, 2, 3, 2), values[:, [0, 1, 3, 4]])
    assert truncated(values, 2, 3, 3) is values
    joined = concatenated([values, truncated(values, 2, 3, 1)], 2)
    assert torch.equal(joined, values[:, [0, 1, 2, 0, 3, 4, 5, 3]])
    assert joined.is_contiguous(memory_format=torch.channels_last)


def test_order_of_drawing_does_not_matter_for_a_topological_order_that_is_unique():
    drawn = Cell(("input", "conv1x1-bn-relu", "conv3x3-bn-relu", "output"), ((0, 2), (2, 1), (1, 3)))
    straight = Cell(("input", "conv3x3-bn-relu", "conv1x1-bn-relu", "output"), ((0, 1), (1, 2), (2, 3)))
    outputs = []
    for cell in (drawn, straight):
        network = GroupedNetwork(cell, SMALL, 2)
        network.initialise(generators(range(2)))
        outputs.append(network(images(2, SMALL)))
    assert torch.equal(*outputs)


def test_operations_without_known_weights_are_named():
    cell = Cell(("input", "conv5x5", "output"), ((0, 1), (1, 2)), None)
    with pytest.raises(UnknownOperationError, match="conv5x5"):
        GroupedNetwork(cell, SMALL)

"""Template of a cell's PyTorch source, with a field for each part that differs; see `vanas_panel.exchange.pytorch`.

It is text and not a module: this package does without PyTorch, and the file must do without this package.
"""

SOURCE = '''\
"""A cell and the network around it in plain PyTorch, by the rules of NAS-Bench-101.

Made with vanas-panel; needs PyTorch only. Run it to see its size and a forward pass.

The rules (Ying et al., ICML 2019):

* The channels of a cell are divided among the inner vertices that feed its output,
  the first ones taking one more each where some are left over. Any other inner
  vertex takes as many as the widest inner vertex that it feeds.
* An inner vertex adds up what it is fed: tensors are cut to its channels, and the
  input of the cell is projected to them by a 1x1 convolution.
* The output joins the channels of the vertices that feed it. Where the input feeds
  it, too, a projection of the input is added.
"""

import torch
from torch import nn
from torch.nn import functional

# The cell. Vertex 0 is its input, the last vertex its output; an edge is a pair of
# source and target, and points forward.
OPERATIONS = [
$operations
]
EDGES = [
$edges
]

# The network around the cells: a stem, then stacks of equal cells. Between two
# stacks the image is halved and the channels are doubled.
STEM_CHANNELS = $stem_channels
STACKS = $stacks
CELLS_PER_STACK = $cells_per_stack
IMAGE_SIZE = $image_size
IMAGE_CHANNELS = $image_channels
CLASSES = $classes


class ConvBnRelu(nn.Module):
    """A convolution that keeps the image size, batch normalisation and ReLU."""

    def __init__(self, sources, channels, kernel_size):
        super().__init__()
        self.convolution = nn.Conv2d(
            sources, channels, kernel_size, padding=kernel_size // 2, bias=False
        )
        # NAS-Bench-101 averaged over more steps: momentum=0.003 in PyTorch's terms.
        self.normalisation = nn.BatchNorm2d(channels)

    def forward(self, images):
        return functional.relu(self.normalisation(self.convolution(images)))


def make_operation(operation, channels):
    """The layer of an inner vertex."""
    if operation == "conv3x3-bn-relu":
        return ConvBnRelu(channels, channels, 3)
    if operation == "conv1x1-bn-relu":
        return ConvBnRelu(channels, channels, 1)
    if operation == "maxpool3x3":
        return nn.MaxPool2d(3, stride=1, padding=1)
    raise ValueError(f"unknown operation {operation!r}")


def sources_of(vertex):
    """The vertices that feed a vertex."""
    return [source for source, target in EDGES if target == vertex]


def targets_of(vertex):
    """The vertices that a vertex feeds."""
    return [target for source, target in EDGES if source == vertex]


def vertex_channels(channels):
    """Channels of each inner vertex of a cell that puts out so many channels."""
    output = len(OPERATIONS) - 1
    feeders = [vertex for vertex in sources_of(output) if vertex != 0]
    widths = {}
    for place, vertex in enumerate(feeders):
        left_over = 1 if place < channels % len(feeders) else 0
        widths[vertex] = channels // len(feeders) + left_over
    for vertex in range(output - 1, 0, -1):
        if vertex not in widths:
            widths[vertex] = max(widths[target] for target in targets_of(vertex))
    return widths


class Cell(nn.Module):
    """One cell, from so many channels to so many."""

    def __init__(self, sources, channels):
        super().__init__()
        self.output = len(OPERATIONS) - 1
        self.widths = vertex_channels(channels)
        self.projections = nn.ModuleDict()
        self.operations = nn.ModuleDict()
        for vertex in range(1, self.output + 1):
            width = self.widths.get(vertex, channels)
            if 0 in sources_of(vertex):
                self.projections[str(vertex)] = ConvBnRelu(sources, width, 1)
            if vertex != self.output:
                operation = make_operation(OPERATIONS[vertex], width)
                self.operations[str(vertex)] = operation

    def forward(self, images):
        values = {}
        for vertex in range(1, self.output):
            width = self.widths[vertex]
            feeders = [source for source in sources_of(vertex) if source != 0]
            parts = [values[source][:, :width] for source in feeders]
            values[vertex] = self.operations[str(vertex)](
                self.added(parts, images, vertex)
            )
        feeders = [source for source in sources_of(self.output) if source != 0]
        parts = [values[source] for source in feeders]
        joined = [torch.cat(parts, dim=1)] if parts else []
        return self.added(joined, images, self.output)

    def added(self, parts, images, vertex):
        """The sum of the parts, with the projected input where it feeds the vertex."""
        if str(vertex) in self.projections:
            parts = [*parts, self.projections[str(vertex)](images)]
        return sum(parts)


class Network(nn.Module):
    """Images (batch, image_channels, height, width) to logits (batch, classes)."""

    def __init__(
        self,
        stem_channels=STEM_CHANNELS,
        stacks=STACKS,
        cells_per_stack=CELLS_PER_STACK,
        image_channels=IMAGE_CHANNELS,
        classes=CLASSES,
    ):
        super().__init__()
        self.stem = ConvBnRelu(image_channels, stem_channels, 3)
        self.stacks = nn.ModuleList()
        sources = stem_channels
        for stack in range(stacks):
            channels = stem_channels * 2**stack
            cells = []
            for _ in range(cells_per_stack):
                cells.append(Cell(sources, channels))
                sources = channels
            self.stacks.append(nn.Sequential(*cells))
        self.dense = nn.Linear(sources, classes)
        self.initialise()

    def initialise(self):
        """Normal weights: variance 2 / fan-in in convolutions, 1 / fan-in at last."""
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, nonlinearity="relu")
        nn.init.normal_(self.dense.weight, std=self.dense.in_features**-0.5)
        nn.init.zeros_(self.dense.bias)

    def forward(self, images):
        values = self.stem(images)
        for number, stack in enumerate(self.stacks):
            if number > 0:
                values = functional.max_pool2d(values, 2, ceil_mode=True)
            values = stack(values)
        return self.dense(values.mean(dim=(2, 3)))


if __name__ == "__main__":
    network = Network().eval()
    parameters = sum(parameter.numel() for parameter in network.parameters())
    print(f"{parameters:,} trainable parameters")
    images = torch.randn(2, IMAGE_CHANNELS, IMAGE_SIZE, IMAGE_SIZE)
    with torch.no_grad():
        logits = network(images)
    print(f"forward pass: images {tuple(images.shape)} to logits {tuple(logits.shape)}")
'''

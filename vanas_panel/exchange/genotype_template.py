"""Template of a genotype's PyTorch source, with a field for each part that differs; see `genotype_pytorch`.

It is text and not a module: this package does without PyTorch, and the file must do without this package.
"""

SOURCE = '''\
"""A genotype and the network around it in plain PyTorch.

Made with vanas-panel; needs PyTorch only. Run it to see its size and a forward pass.

The rules (Liu, Simonyan and Yang, ICLR 2019): every node adds two operations on earlier states; states 0 and 1 are the
outputs of the two cells before. Cells at one and at two thirds of the network halve $halved, and double the
channels.
"""

import torch
from torch import nn

# An operation and the state that it takes; the first two make node 2, the next two node 3, and so on.
NORMAL = [
$normal
]
NORMAL_CONCAT = $normal_concat
REDUCE = [
$reduce
]
REDUCE_CONCAT = $reduce_concat

CHANNELS = $channels  # of each node of the first cell
CELLS = $cells
${constants}CLASSES = $classes


def separable(channels, size, stride, dilation=1):
    """A convolution of each channel, then one over the channels."""
    return [
        nn.Conv${d}d(channels, channels, size, stride, dilation * (size // 2), dilation, groups=channels, bias=False),
        nn.Conv${d}d(channels, channels, 1, bias=False),
    ]


class Halve(nn.Module):
    """Halves $halved: two convolutions of every second $position, one $position apart, give half the channels each."""

    def __init__(self, inputs, outputs):
        super().__init__()
        self.even = nn.Conv${d}d(inputs, outputs - outputs // 2, 1, bias=False)
        self.odd = nn.Conv${d}d(inputs, outputs // 2, 1, bias=False)
        self.norm = nn.BatchNorm${d}d(outputs)

    def forward(self, x):
        # One more $position at the end, so that odd sizes have both halves.
        shifted = nn.functional.pad(x, $pad)[$shifted]
        return self.norm(torch.cat([self.even(x[$second]), self.odd(shifted[$second])], dim=1))


class Nothing(nn.Module):
    """Zeros of the right size."""

    def __init__(self, stride):
        super().__init__()
        self.stride = stride

    def forward(self, x):
        return torch.zeros_like(x[$strided])


${attention}def operation(name, channels, stride):
    """The module of an operation's name, such as $example."""
    if name == "none":
        return Nothing(stride)
    if name == "skip_connect":
        return nn.Identity() if stride == 1 else nn.Sequential(nn.ReLU(), Halve(channels, channels))
${attends}    kind, size = name[:8], int(name[-1])
    if kind == "max_pool":
        return nn.MaxPool${d}d(size, stride, size // 2)
    if kind == "avg_pool":
        return nn.AvgPool${d}d(size, stride, size // 2, count_include_pad=False)
    if kind == "dil_conv":
        return nn.Sequential(nn.ReLU(), *separable(channels, size, stride, 2), nn.BatchNorm${d}d(channels))
    return nn.Sequential(
        nn.ReLU(), *separable(channels, size, stride), nn.BatchNorm${d}d(channels),
        nn.ReLU(), *separable(channels, size, 1), nn.BatchNorm${d}d(channels),
    )


def joined(inputs, outputs):
    """Brings the output of an earlier cell to the channels of this one."""
    return nn.Sequential(nn.ReLU(), nn.Conv${d}d(inputs, outputs, 1, bias=False), nn.BatchNorm${d}d(outputs))


class Cell(nn.Module):
    def __init__(self, genes, concat, before, last, channels, reduces, last_reduced):
        super().__init__()
        self.sources, self.concat = [source for _, source in genes], concat
        halved = nn.Sequential(nn.ReLU(), Halve(before, channels))
        self.first = halved if last_reduced else joined(before, channels)
        self.second = joined(last, channels)
        self.operations = nn.ModuleList(
            operation(name, channels, 2 if reduces and source < 2 else 1) for name, source in genes)

    def forward(self, before, last):
        states = [self.first(before), self.second(last)]
        for first in range(0, len(self.sources), 2):
            states.append(sum(self.operations[n](states[self.sources[n]]) for n in (first, first + 1)))
        return torch.cat([states[node] for node in self.concat], dim=1)


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        channels, reducing = CHANNELS, {CELLS // 3, 2 * CELLS // 3} - {0}
        before = last = 3 * channels
        self.stem = nn.Sequential($stem, nn.BatchNorm${d}d(last))
        self.cells = nn.ModuleList()
        for index in range(CELLS):
            reduces = index in reducing
            channels *= 2 if reduces else 1
            genes, concat = (REDUCE, REDUCE_CONCAT) if reduces else (NORMAL, NORMAL_CONCAT)
            self.cells.append(Cell(genes, concat, before, last, channels, reduces, index - 1 in reducing))
            before, last = last, channels * len(concat)
        self.classifier = nn.Linear(last, CLASSES)

    def forward(self, $inputs):
        before = last = self.stem($inputs)
        for cell in self.cells:
            before, last = last, cell(before, last)
        return self.classifier(last.mean(dim=$axes))


if __name__ == "__main__":
    network = Network()
    print(f"{sum(each.numel() for each in network.parameters()):,} trainable parameters")
    $inputs = $example_inputs
    print(f"{tuple($inputs.shape)} -> {tuple(network($inputs).shape)}")
'''

IMAGES = {
    "d": "2", "halved": "height and width", "position": "pixel", "pad": "(0, 1, 0, 1)", "shifted": ":, :, 1:, 1:",
    "strided": ":, :, :: self.stride, :: self.stride", "second": ":, :, ::2, ::2", "axes": "(2, 3)",
    "example": "sep_conv_3x3", "inputs": "images",
    "stem": "nn.Conv2d(IMAGE_CHANNELS, last, 3, padding=1, bias=False)", "attention": "", "attends": "",
    "example_inputs": "torch.zeros(2, IMAGE_CHANNELS, IMAGE_SIZE, IMAGE_SIZE)",
}
"""Fields where the network reads images, but for ``constants``."""

TEXTS = {
    "d": "1", "halved": "the length", "position": "word", "pad": "(0, 1)", "shifted": ":, :, 1:",
    "strided": ":, :, :: self.stride", "second": ":, :, ::2", "axes": "2",
    "example": "sep_conv_3 or attention_8", "inputs": "texts",
    "stem": "Words(last)", "example_inputs": "torch.zeros(2, LENGTH, dtype=torch.long)",
    "attends": '''\
    if name.startswith("attention"):
        return nn.Sequential(
            nn.ReLU(), Attention(channels, int(name[-1]), stride), nn.BatchNorm1d(channels))
''',
    "attention": '''\
class Words(nn.Module):
    """A learned vector for every word, 0 for padding, plus one for its position."""

    def __init__(self, channels):
        super().__init__()
        self.words = nn.Embedding(WORDS, channels, padding_idx=0)
        self.positions = nn.Parameter(torch.zeros(channels, LENGTH))
        with torch.no_grad():
            self.words.weight.mul_(0.1)

    def forward(self, texts):
        return self.words(texts).transpose(1, 2) + self.positions


class Attention(nn.Module):
    """Multi-head self-attention; every stride-th position asks, all of them answer."""

    def __init__(self, channels, heads, stride):
        super().__init__()
        self.heads, self.stride = heads, stride
        self.query, self.key, self.value, self.out = (
            nn.Conv1d(channels, channels, 1, bias=False) for _ in range(4))

    def forward(self, x):
        def by_head(y):
            return y.view(len(x), self.heads, x.shape[1] // self.heads, -1)

        query, key = by_head(self.query(x[:, :, :: self.stride])), by_head(self.key(x))
        shares = (query.transpose(2, 3) @ key / query.shape[2] ** 0.5).softmax(dim=-1)
        found = by_head(self.value(x)) @ shares.transpose(2, 3)
        return self.out(found.reshape(len(x), x.shape[1], -1))


''',
}
"""Fields where the network reads texts, but for ``constants``."""

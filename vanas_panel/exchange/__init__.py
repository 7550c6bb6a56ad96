"""Cells as text to take away, and back: JSON, the matrix of NAS-Bench-101's API, and a PyTorch network.

``to_json`` and ``to_nasbench`` write any draft, ``to_pytorch`` a valid cell; ``read`` takes each of the three back, and
much of what other programs print. ``read_noted`` also tells what it read otherwise than it stands there.
``genotype_to_pytorch`` writes the network of a genotype, ``to_architecture`` the string of a cell of NAS-Bench-201.
What is read is only ever parsed, never run.
"""

from vanas_panel.exchange.architecture import to_architecture
from vanas_panel.exchange.genotype_pytorch import genotype_to_pytorch
from vanas_panel.exchange.json_text import to_json
from vanas_panel.exchange.nasbench import to_nasbench
from vanas_panel.exchange.pytorch import to_pytorch
from vanas_panel.exchange.reading import Reading, read, read_noted

__all__ = ["Reading", "genotype_to_pytorch", "read", "read_noted", "to_architecture", "to_json", "to_nasbench",
           "to_pytorch"]

"""Cells as text to take away, and back: JSON, the matrix of NAS-Bench-101's API, and a PyTorch network.

``to_json`` and ``to_nasbench`` write any draft, ``to_pytorch`` a valid cell; ``read`` takes each of the three back.
What is read is only ever parsed, never run.
"""

from vanas_panel.exchange.json_text import to_json
from vanas_panel.exchange.nasbench import to_nasbench
from vanas_panel.exchange.pytorch import to_pytorch
from vanas_panel.exchange.reading import read

__all__ = ["read", "to_json", "to_nasbench", "to_pytorch"]

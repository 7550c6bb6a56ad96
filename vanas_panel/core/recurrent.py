"""Recurrent cells of NAS-Bench-NLP, in the form of this package.

A recurrent cell of NAS-Bench-NLP (Klyuchnikov and others, 2020) is a *recipe*: the name of each node with its operation
and its inputs. Inputs of the cell are ``x`` and the hidden states before it, ``h_prev_0`` and so on; the nodes
``h_new_0`` and so on are the hidden states behind it::

    {"node_0": {"op": "linear", "input": ["x", "h_prev_0"]},
     "h_new_0": {"op": "activation_tanh", "input": ["node_0"]}}

In the cell of this package every input is an inner vertex with its own label behind the one input, and every node is a
vertex with its operation. That of a new hidden state leads to the output, and has the name of the state in its label,
``activation_tanh h_new_0``, for hidden states are not alike. The order of the inputs of a node is not kept.
"""

from __future__ import annotations

import re
from typing import Any

from vanas_panel.core.draft import Draft
from vanas_panel.core.space import INPUT, OUTPUT

_OPERATIONS = ("activation_sigm", "activation_tanh", "activation_leaky_relu", "elementwise_sum", "elementwise_prod",
               "linear", "blend")
_STATES = 3
_INPUTS = ("x", *(f"h_prev_{number}" for number in range(_STATES)))
_NEW = re.compile(r"h_new_\d+")

RECURRENT_OPERATIONS = (*_INPUTS, *_OPERATIONS, *(f"{operation} h_new_{number}" for number in range(_STATES)
                                                for operation in _OPERATIONS))
"""The labels of the vertices of NAS-Bench-NLP's cells."""


def recurrent_draft(recipe: Any) -> Draft | None:
    """The cell of a recipe, without what leads to no new hidden state; None where it is none.

    Examples
    --------
    >>> cell = recurrent_draft({"n": {"op": "linear", "input": ["x", "h_prev_0"]},
    ...                         "h_new_0": {"op": "activation_tanh", "input": ["n"]}})
    >>> cell.operations
    ('input', 'x', 'h_prev_0', 'linear', 'activation_tanh h_new_0', 'output')
    >>> cell.edges
    ((0, 1), (0, 2), (1, 3), (2, 3), (3, 4), (4, 5))
    """
    if not isinstance(recipe, dict) or not recipe or not all(_is_node(each) for each in recipe.values()):
        return None
    taken = {name for node in recipe.values() for name in node["input"]}
    inputs = [name for name in _INPUTS if name in taken and name not in recipe]
    names = [*inputs, *recipe]
    vertex = {name: number for number, name in enumerate(names, 1)}
    if not taken <= vertex.keys() or not any(map(_NEW.fullmatch, recipe)):
        return None
    end = len(names) + 1
    edges = {(0, vertex[name]) for name in inputs}
    edges |= {(vertex[source], vertex[name]) for name, node in recipe.items() for source in node["input"]}
    edges |= {(vertex[name], end) for name in recipe if _NEW.fullmatch(name)}
    labels = [f"{recipe[name]['op']} {name}" if _NEW.fullmatch(name) else recipe[name]["op"] for name in recipe]
    draft = Draft((INPUT, *inputs, *labels, OUTPUT), sorted(edges))
    if draft.topological_order() is None or not draft.on_path()[0]:
        return None
    return draft.pruned()


def _is_node(node: Any) -> bool:
    """Whether a value is the operation and the inputs of a node."""
    return (isinstance(node, dict) and node.get("op") in _OPERATIONS and isinstance(node.get("input"), list)
            and all(isinstance(name, str) for name in node["input"]))

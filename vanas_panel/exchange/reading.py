"""Reading of a draft from pasted text, in any of the forms that are written here and close relatives."""

from __future__ import annotations

from typing import NamedTuple

from vanas_panel.core.draft import Draft
from vanas_panel.core.space import INPUT, OUTPUT
from vanas_panel.core.space_protocol import Space
from vanas_panel.core.wide.columns import MAX_WIDE_VERTICES
from vanas_panel.errors import ExchangeError, InvalidDraftError
from vanas_panel.exchange.architecture import from_architecture
from vanas_panel.exchange.foreign import refuse_foreign
from vanas_panel.exchange.graphs import edges_of_matrix, edges_of_pairs, from_nni
from vanas_panel.exchange.json_text import FORMAT
from vanas_panel.exchange.names import resolve
from vanas_panel.exchange.parts import found_parts
from vanas_panel.exchange.row import row_parts
from vanas_panel.exchange.words import bounded, listed, refuse, shown
from vanas_panel.text.language import Constant, Message, both

MAX_TEXT = 30_000
"""Most characters of a text; the longest that is written here has a quarter of them."""

MAX_LABEL = 100
"""Most characters of an operation."""

_MOST_READ = 64


class Reading(NamedTuple):
    """The cell that was found in a text.

    Attributes
    ----------
    draft : Draft
    notes : tuple of str
        What was read otherwise than it stands there, a sentence each: rows of zeros that were left out, vertices and
        edges on no path that were removed, operations that go by another name. Empty for most texts.
    """

    draft: Draft
    notes: tuple[str, ...] = ()


def read(text: str, space: Space | None = None) -> Draft:
    """The cell or draft in a text.

    Parameters
    ----------
    text : str
        At most `MAX_TEXT` characters of

        * JSON: an object of ``operations`` (or ``ops``) with ``edges`` or ``matrix``, or a list of matrix and
          operations;
        * Python text with the same, as a dictionary, as assignments (such as the file of
          `vanas_panel.exchange.to_pytorch`), as arguments of NAS-Bench-101's ``ModelSpec``, also by way of names that
          are assigned before, or as a matrix and a list of operations one after the other. The constants of
          NAS-Bench-101's examples (``INPUT``, ``CONV3X3``, ...), arrays of NumPy, and ``np.zeros`` whose items are set
          one by one are understood;
        * what Python prints: prompts of a console, and arrays with or without commas;
        * a row of a table, such as a CSV file: ``010001000,"input,maxpool3x3,output",0.93``;
        * an architecture string of NAS-Bench-201, where the space has its cells or none is given;
        * a dictionary of NNI: ``op1``, ``input1`` and so on, where the last ``input`` is that of the output.

    space : Space, optional
        Where it is given, operations may go by shorter names, such as ``conv3x3``, that only one of its own fits.

    Returns
    -------
    Draft
        Any labelled digraph of at most 24 vertices; whether it is a cell, and
        of which search space, is for the caller to ask. A matrix, and a dictionary of NNI, means what NAS-Bench-101
        makes of it: what is on no path from input to output is pruned, where there is such a path. A draft of edges
        stays as it is. `read_noted` tells what was left out.

    Raises
    ------
    ExchangeError
        For everything else, in at most 500 characters. Nothing that is read is ever run.

    Examples
    --------
    >>> read("[[0, 1, 0], [0, 0, 1], [0, 0, 0]], ['input', 'maxpool3x3', 'output']")
    Draft(operations=('input', 'maxpool3x3', 'output'), edges=((0, 1), (1, 2)))
    """
    return read_noted(text, space).draft


def read_noted(text: str, space: Space | None = None) -> Reading:
    """The cell or draft in a text, and what was read otherwise than it stands there.

    Parameters
    ----------
    text, space
        As for `read`.

    Returns
    -------
    Reading

    Raises
    ------
    ExchangeError
        As for `read`.

    Examples
    --------
    >>> read_noted("matrix = [[0, 1, 1], [0, 0, 0], [0, 0, 0]]; ops = ['input', 'maxpool3x3', 'output']").notes
    ('1 vertex and 1 edge on no path from input to output were removed.',)
    """
    if not text.strip():
        refuse("no text", "a cell as PyTorch, NAS-Bench-101 or JSON text", "Paste one first")
    if len(text) > MAX_TEXT:
        refuse(Message("{found:,} characters", found=len(text)), Message("at most {most:,}", most=MAX_TEXT),
               "Paste the part with the cell only")
    architecture = from_architecture(text, space)
    if architecture is not None:
        return Reading(architecture)
    try:
        parts = _parts(text)
    except ExchangeError:
        refuse_foreign(text.strip())  # which says more, where it is one of those that are known
        raise
    return _reading(parts, space)


def _parts(text: str) -> dict[str, object]:
    """The parts of one cell, each of which may be anything."""
    parts = row_parts(text)
    if parts is not None:
        return parts
    parts = {}
    for name, value in found_parts(text):
        if name in parts:
            refuse(Message("{name} twice", name=Constant("a cell") if name == "nni" else name), "one cell",
                   "Paste the part with one of them only")
        parts[name] = value
    if parts.pop("format", FORMAT) != FORMAT:
        refuse("a cell written by another version of vanas-panel", Message("the form {format!r}", format=FORMAT),
               "Open it with the version that wrote it")
    _check_parts(parts)
    return parts


def _reading(parts: dict[str, object], space: Space | None) -> Reading:
    """The draft of a text's parts, each of which may be anything."""
    notes: list[str] = []
    if "nni" in parts:
        labels, edges = from_nni(parts["nni"])
        operations = _operations(labels, space, notes)
    else:
        operations = _operations(parts["operations"], space, notes)
        if "edges" in parts:
            edges = edges_of_pairs(parts["edges"], len(operations))
        else:
            edges, padding = edges_of_matrix(parts["matrix"], len(operations))
            if padding:
                notes.append(Message(
                    "{count} row and column of zeros beyond the operations was left out.",
                    "{count} rows and columns of zeros beyond the operations were left out.", padding))
    try:
        draft = Draft(operations, edges)
    except InvalidDraftError as error:
        raise ExchangeError(bounded(error.words)) from None
    if "edges" not in parts:
        draft = _pruned(draft, notes)
    if len(draft.operations) > MAX_WIDE_VERTICES:
        refuse(Message("{found:,} operations", found=len(draft.operations)),
               Message("at most {most}, input and output among them", most=MAX_WIDE_VERTICES),
               "Leave some out: no search space here has larger cells")
    return Reading(draft, tuple(notes))


def _check_parts(parts: dict[str, object]) -> None:
    """Refuse parts that make no cell together."""
    if not parts:
        refuse("no cell in the text", "operations, and edges or a matrix",
               "Paste a cell as PyTorch, NAS-Bench-101 or JSON text")
    if "nni" in parts:
        if len(parts) > 1:
            refuse("a dictionary of NNI beside other parts of a cell", "one cell", "Paste one of them only")
    elif "operations" not in parts:
        refuse(Message("{parts} without operations", parts=both(list(parts))), "both",
               "Add a list of operations, 'input' first and 'output' last")
    elif len(parts) == 1:
        refuse("operations alone", "either edges or a matrix beside them", "Paste both of them together")
    elif len(parts) > 2:
        refuse(both(list(parts)), "operations, and either edges or a matrix", "Leave one of the two out")


def _operations(value: object, space: Space | None, notes: list[str]) -> tuple[str, ...]:
    """Labels of the vertices, by the names of the space where that is clear."""
    if isinstance(value, str) and "," in value:  # as the tables of NAS-Bench-101 keep them
        value = [part.strip() for part in value.split(",")]
    if not isinstance(value, list | tuple) or not all(isinstance(item, str) for item in value):
        refuse(Message("operations {value}", value=shown(value)), "a list of texts",
               "Write each operation between quotes")
    if len(value) > _MOST_READ:
        refuse(Message("{found:,} operations", found=len(value)),
               Message("at most {most}, input and output among them", most=MAX_WIDE_VERTICES),
               "Leave some out: no search space here has larger cells")
    known = () if space is None else space.operations
    for item in value:
        if item in known:
            continue
        if len(item) > MAX_LABEL or not item.isprintable():
            refuse(Message("operation {item}", item=shown(item)),
                   Message("at most {most} letters, digits and signs in one line", most=MAX_LABEL),
                   "Rename it")
    ends = {0: INPUT, len(value) - 1: OUTPUT}
    labels = [ends[index] if ends.get(index) == item.casefold() else item for index, item in enumerate(value)]
    if len(labels) < 2 or (labels[0], labels[-1]) != (INPUT, OUTPUT):
        refuse(Message("operations {value}", value=shown(value)), "'input' first and 'output' last", "Add them")
    if space is None:
        return tuple(labels)
    own = {label: _own_name(label, space) for label in labels[1:-1]}
    changed = {label: name for label, name in own.items() if label != name}
    if changed:
        notes.append(bounded(Message("{names} in this search space.", names=listed(
            [Message("{old} is {new}", old=shown(old), new=new) for old, new in changed.items()]))))
    return (INPUT, *(own[label] for label in labels[1:-1]), OUTPUT)


def _own_name(label: str, space: Space) -> str:
    """The name of an operation in a space; the name as written where none of the space fits."""
    found = resolve(label, space.operations)
    if len(found) > 1:
        refuse(Message("operation {label}, which may be {found}", label=shown(label), found=listed(found)),
               "one of them", "Write it in full")
    return found[0] if found else label


def _pruned(draft: Draft, notes: list[str]) -> Draft:
    """The draft as NAS-Bench-101 prunes it; the draft itself where nothing leads to the output."""
    vertices, on_path = draft.on_path()
    lost_vertices, lost_edges = len(draft.operations) - len(vertices), len(draft.edges) - len(on_path)
    if not vertices or not lost_vertices + lost_edges:
        return draft
    counts = [Message(one, many, count) for count, one, many in
              ((lost_vertices, "{count} vertex", "{count} vertices"), (lost_edges, "{count} edge", "{count} edges"))
              if count]
    notes.append(Message("{lost} on no path from input to output was removed.",
                         "{lost} on no path from input to output were removed.", lost_vertices + lost_edges,
                         lost=both(counts)))
    return draft.pruned()

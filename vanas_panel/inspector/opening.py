"""From a path to the checkpoints of one training: found, ordered, read, and held against each other."""

from __future__ import annotations

import glob
import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from vanas_panel.errors import SourceError
from vanas_panel.inspector.file_order import gaps, listed, natural_key, ordered_files
from vanas_panel.inspector.formats.reading import READERS
from vanas_panel.inspector.layer_names import is_meant
from vanas_panel.inspector.layers import Layer
from vanas_panel.inspector.tensor_checkpoint import TensorCheckpoint, read_checkpoint
from vanas_panel.inspector.tied_weights import tied_layers, tied_note
from vanas_panel.text.language import Constant, Message, marked

Source = str | os.PathLike[str] | Sequence[str | os.PathLike[str]]
"""A path, a pattern with ``*``, a folder, or several of these."""

_NO_WEIGHTS = re.compile(r"(optimizer|scheduler|scaler|rng_state|random_states|training_args|trainer_state)\w*\.\w+")
"""Names of files that the Trainer of Transformers and Accelerate write beside the weights."""
_PART = re.compile(r"-\d{5}-of-\d{5}$")


class OpenedCheckpoints(NamedTuple):
    """Checkpoints of one training.

    Attributes
    ----------
    title : str
        Names of the files, for people.
    epochs : tuple of int
        Numbers of the checkpoints, increasing.
    unit : {"epoch", "step", "checkpoint"}
        What they count.
    checkpoints : tuple of TensorCheckpoint
        One a number; all have the same layers in the same order.
    notes : tuple of Message
        What a reader has to know.
    """

    title: str
    epochs: tuple[int, ...]
    unit: str
    checkpoints: tuple[TensorCheckpoint, ...]
    notes: tuple[Message, ...]


def open_checkpoints(source: Source, order: Sequence[str] | None = None,
                     roles: Mapping[str, str] | None = None) -> OpenedCheckpoints:
    """The checkpoints of a training.

    Parameters
    ----------
    source : path-like or sequence of path-like
        A pattern such as ``"runs/*.safetensors"``, a folder, or several paths.
    order : sequence of str, optional
        Names of layers, or the parts of names that several begin with, in the order of the network; others follow.
    roles : mapping of str to str, optional
        ``"weight"``, ``"bias"``, ``"normalisation"`` or ``"skip"`` by the name of a layer or a part of it.

    Returns
    -------
    OpenedCheckpoints

    Raises
    ------
    SourceError
        Where there are fewer than two checkpoints, one cannot be read, two have one number, or their layers differ.

    Examples
    --------
    >>> import tempfile, numpy as np
    >>> folder = Path(tempfile.mkdtemp())
    >>> for epoch in (9, 10):
    ...     np.savez(folder / f"epoch_{epoch}.npz", **{"net.fc.weight": np.eye(3), "net.fc.bias": np.zeros(3)})
    >>> opened = open_checkpoints(folder)
    >>> opened.epochs, [layer.name for layer in opened.checkpoints[0].layers]
    ((9, 10), ['fc.weight', 'fc.bias'])
    """
    paths = files_of(source)
    _check_formats(paths)
    found = ordered_files(paths)
    if len(found.paths) < 2:
        raise SourceError("a single checkpoint", "at least two checkpoints of one training, since changes are between "
                          "two", "Name all of them, as in 'runs/*.safetensors'", path=found.paths[0])
    checkpoints: list[TensorCheckpoint] = []
    for path, number in zip(found.paths, found.numbers, strict=True):
        read = read_checkpoint(path, roles)
        checkpoints.append(read if not checkpoints else _matched(checkpoints[0], read, found.unit, number))
    checkpoints = _in_order(checkpoints, order)
    tied = tied_layers(checkpoints)
    notes = [*found.notes, *gaps(found.numbers, found.unit), *tied_note(checkpoints[0], tied)]
    notes += dict.fromkeys(note for checkpoint in (checkpoints[0], checkpoints[-1]) for note in checkpoint.skipped)
    if tied:
        single = [index for index in range(len(checkpoints[0].layers)) if index not in tied]
        checkpoints = [checkpoint.chosen(single) for checkpoint in checkpoints]
    return OpenedCheckpoints(_title(source, found.paths), found.numbers, found.unit, tuple(checkpoints), tuple(notes))


def files_of(source: Source) -> list[Path]:
    """The files that a source names: those of a pattern or folder in natural order, those of a list as they are given.

    Raises
    ------
    SourceError
        Where there are none, or several are parts of one checkpoint.
    """
    if isinstance(source, (str, os.PathLike)):
        paths = _files(os.fspath(source))
    else:
        paths = [path for each in source for path in _files(os.fspath(each))]
    if not paths:
        raise SourceError("no file of that name", Message("checkpoints ({known})", known=", ".join(READERS)),
                          "Check the pattern and the folder", place=_place(source))
    if part := next((path for path in paths if _PART.search(path.stem)), None):
        raise SourceError("a part of a checkpoint in several files", "one file for every checkpoint",
                          "Load the parts and save them again as one file", path=part)
    return list(dict.fromkeys(paths))


def _files(text: str) -> list[Path]:
    """The files of one path, pattern or folder."""
    path = Path(text)
    if path.is_dir():
        return _weights(path.iterdir()) or _weights(each for folder in _folders(path) for each in folder.iterdir())
    if not path.exists() and not glob.has_magic(text):
        raise SourceError("no file or folder of that name", "an existing one", "Check the spelling and the folder",
                          path=path)
    if not path.exists() and glob.has_magic(text):
        return sorted((found for found in map(Path, glob.iglob(text, recursive=True)) if found.is_file()
                       and not _NO_WEIGHTS.fullmatch(found.name)), key=lambda each: natural_key(str(each)))
    return [path]


def _folders(path: Path) -> list[Path]:
    return [each for each in path.iterdir() if each.is_dir() and not each.name.startswith(".")]


def _weights(paths) -> list[Path]:
    """Those files that may be checkpoints, in natural order."""
    found = [path for path in paths if path.suffix.lower() in READERS and path.is_file()
             and not _NO_WEIGHTS.fullmatch(path.name)]
    return sorted(found, key=lambda each: natural_key(str(each)))


def _check_formats(paths: Sequence[Path]) -> None:
    """Refuse files of several formats, one of which is most likely another copy of the same weights."""
    by_reader: dict[object, Path] = {}
    for path in paths:
        by_reader.setdefault(READERS.get(path.suffix.lower()), path)
    if len(by_reader) > 1:
        first, other = list(by_reader.values())[:2]
        raise SourceError(Message("checkpoints of several formats, such as {first}", first=first.name),
                          "checkpoints of one format", Message("Name those of one format, as in '*{ending}'",
                                                               ending=first.suffix), path=other)


def _place(source: Source) -> str:
    """A source in words."""
    if isinstance(source, (str, os.PathLike)):
        return os.fspath(source)
    return ", ".join(os.fspath(each) for each in source)


def _title(source: Source, paths: Sequence[Path]) -> str:
    """What a training is called: the pattern or folder, or the first and last of its files."""
    if isinstance(source, (str, os.PathLike)):
        return Path(os.fspath(source)).name or os.fspath(source)
    return f"{paths[0].name} … {paths[-1].name}"


def _matched(first: TensorCheckpoint, other: TensorCheckpoint, unit: str, number: int) -> TensorCheckpoint:
    """A checkpoint with its layers in the order of the first one.

    Raises
    ------
    SourceError
        Where a layer is missing or new, or has another shape.
    """
    places = {layer.name: index for index, layer in enumerate(other.layers)}
    shapes = {layer.name: layer.shape for layer in first.layers}
    for names, text in ((shapes.keys() - places.keys(), marked("no layer {names} at {unit} {number}")),
                        (places.keys() - shapes.keys(), marked("a new layer {names} at {unit} {number}"))):
        if names:
            raise SourceError(Message(text, names=listed(sorted(names, key=natural_key)), unit=Constant(unit),
                                      number=number),
                              Message("the layers of {first}", first=first.path.name),
                              "Open checkpoints of one network alone, or leave the layer out with roles",
                              path=other.path)
    for layer in other.layers:
        if layer.shape != shapes[layer.name]:
            raise SourceError(Message("{layer} of shape {shape} at {unit} {number}", layer=layer.name,
                                      shape=_sizes(layer), unit=Constant(unit), number=number),
                              Message("shape {shape}, as in {first}", shape=" × ".join(map(str, shapes[layer.name])),
                                      first=first.path.name),
                              "Open checkpoints of one network alone, or leave the layer out with roles",
                              path=other.path)
    matched = other.chosen([places[layer.name] for layer in first.layers])
    return TensorCheckpoint(other.path, first.layers, matched.tensors, other.ordered, other.skipped)


def _sizes(layer: Layer) -> str:
    return " × ".join(map(str, layer.shape))


def _in_order(checkpoints: list[TensorCheckpoint], order: Sequence[str] | None) -> list[TensorCheckpoint]:
    """The checkpoints with their layers in the order that was asked for."""
    if not order:
        return checkpoints
    layers = checkpoints[0].layers
    wanted = [next((place for place, key in enumerate(order) if is_meant(key, layer.name)), len(order))
              for layer in layers]
    if missing := [key for place, key in enumerate(order)
                   if place not in wanted and not any(is_meant(key, layer.name) for layer in layers)]:
        raise SourceError(Message("an order with {names}, which no layer is called", names=listed(missing)),
                          Message("names of layers, such as {names}", names=listed([each.name for each in layers])),
                          "Correct order, or --order", path=checkpoints[0].path)
    ranked = sorted(range(len(layers)), key=lambda index: wanted[index])
    return [checkpoint.chosen(ranked) for checkpoint in checkpoints]

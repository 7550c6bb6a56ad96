"""Which tensors of a file are weights of the network, and their names without what all of them share."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from vanas_panel.errors import SourceError
from vanas_panel.inspector.file_order import listed
from vanas_panel.inspector.formats.tensors import (
    ASKED,
    AVERAGED,
    BESIDE,
    OPTIMISER,
    STATISTICS,
    Tensor,
    TensorFile,
)
from vanas_panel.inspector.layers import ROLES
from vanas_panel.text.language import Constant, Message

SKIP = "skip"
"""In the place of a role: leave the layer out."""

_SEPARATOR = re.compile(r"[./:]+")
_WRAPPERS = {"module", "model", "_orig_mod", "params", "state_dict", "model_state_dict", "net", "network", "layers",
             "model_weights", "weights", "_layers", "target", "variables"}
"""Parts of names that say nothing, also where a single part is left behind them."""
_MAIN = ("state_dict", "model_state_dict")
_OPTIMISER = re.compile(r"optim.*|opt|opt_states?|.*_optim(i[sz]er)?(_state.*)?|(lr_)?schedulers?.*|(grad_?)?scaler|"
                        r"callbacks|loops|exp_avg(_sq)?|momentum_buffer|rng_states?.*")
_AVERAGED = re.compile(r"(model_|params_|module_|state_dict_)?(ema|swa|averaged)(_.*)?|averaged_model", re.IGNORECASE)
_STATISTICS = {"running_mean", "running_var", "num_batches_tracked", "moving_mean", "moving_variance", "moving_var",
               "batch_stats"}
_HIDDEN = {"_flat_weights"}
"""Other names for tensors that have one already, in modules of PyTorch that were saved as a whole."""


def parts_of(name: str) -> list[str]:
    """The parts of a nested name.

    Examples
    --------
    >>> parts_of("params/Conv_0/kernel"), parts_of("conv1.weight")
    (['params', 'Conv_0', 'kernel'], ['conv1', 'weight'])
    """
    return _SEPARATOR.split(name.strip("./:")) or [name]


def weights_of(file: TensorFile, roles: Mapping[str, str]) -> tuple[list[Tensor], tuple[Message, ...]]:
    """The tensors that are weights, under their short names, and what is said of the others.

    Parameters
    ----------
    file : TensorFile
    roles : mapping of str to str
        Roles of layers by name, or `SKIP`. A name may also be the first or the last parts of names.

    Returns
    -------
    tensors : list of Tensor
        In the order of the file. Names are unique.
    skipped : tuple of Message
        One sentence a reason.

    Raises
    ------
    SourceError
        Where nothing is left, or a role is asked for that there is not, or for a layer that there is not.
    """
    reasons = dict(file.skipped)
    others = {part for tensor in file.tensors for part in parts_of(tensor.name)[:1]}
    main = next((name for name in _MAIN if name in others), None)
    kept: list[Tensor] = []
    averaged: list[Tensor] = []
    for tensor in file.tensors:
        parts = parts_of(tensor.name)
        if _HIDDEN & {*parts}:
            continue
        reason = _reason(tensor, parts, main)
        if reason == AVERAGED:
            averaged.append(tensor)
        elif reason:
            reasons[tensor.name] = reason
        else:
            kept.append(tensor)
    if kept:
        reasons.update({tensor.name: AVERAGED for tensor in averaged})
    else:
        kept = averaged
    kept = _asked(file, kept, reasons, roles)
    if not kept:
        raise SourceError("no tensor of floating-point weights", "the weights of a network",
                          "Save the state_dict of the network, or its parameters", path=file.path)
    return _short_names(kept), _said(reasons)


def _reason(tensor: Tensor, parts: Sequence[str], main: str | None) -> str:
    """Why a tensor is no weight of the network, empty where it is one."""
    if any(_OPTIMISER.fullmatch(part) for part in parts[:2]) or _OPTIMISER.fullmatch(parts[-1]):
        return OPTIMISER
    if any(_AVERAGED.fullmatch(part) for part in parts[:2]):
        return AVERAGED
    if _STATISTICS & {*parts} or tensor.role == STATISTICS:
        return STATISTICS
    return BESIDE if main is not None and parts[0] != main else ""


def _asked(file: TensorFile, kept: list[Tensor], reasons: dict[str, str], roles: Mapping[str, str]) -> list[Tensor]:
    """The tensors with the roles that were asked for, in the order of the file."""
    names = {tensor.name for tensor in kept}
    for key, role in roles.items():
        if role not in (*ROLES, SKIP):
            raise SourceError(Message("the role {role!r}", role=role),
                              Message("one of {known}", known=", ".join((*ROLES, SKIP))),
                              "Correct roles, or --role", path=file.path)
        meant = [tensor for tensor in file.tensors if is_meant(key, tensor.name)]
        if not meant:
            raise SourceError(Message("roles for {name!r}, which no layer is called", name=key),
                              Message("names of layers, such as {names}", names=listed(sorted(names))),
                              "Correct roles, or --role", path=file.path)
        for tensor in meant:
            names.discard(tensor.name) if role == SKIP else names.add(tensor.name)
            if role == SKIP:
                reasons[tensor.name] = ASKED
            else:
                reasons.pop(tensor.name, None)
    given = [(tensor, [role for key, role in roles.items() if is_meant(key, tensor.name)]) for tensor in file.tensors
             if tensor.name in names]
    return [replace(tensor, role=asked[-1]) if asked else tensor for tensor, asked in given]


def is_meant(key: str, name: str) -> bool:
    """Whether a key is a name, or its first, last or middle parts.

    Examples
    --------
    >>> is_meant("conv1", "model.conv1.weight"), is_meant("con", "conv1.weight")
    (True, False)
    """
    wanted, parts = parts_of(key), parts_of(name)
    return any(parts[at:at + len(wanted)] == wanted for at in range(len(parts) - len(wanted) + 1))


def _short_names(tensors: list[Tensor]) -> list[Tensor]:
    """The tensors under names without what all share, and without what compiling puts into names."""
    names = [[part for part in parts_of(tensor.name) if part != "_orig_mod"] or [tensor.name] for tensor in tensors]
    while all(len(parts) > 1 for parts in names) and len({parts[0] for parts in names}) == 1:
        first = names[0][0]
        # A part that tells layers apart by their numbers stays with what is numbered.
        if first not in _WRAPPERS and any(len(parts) < 3 or parts[1].isdigit() for parts in names):
            break
        names = [parts[1:] for parts in names]
    short = [_joined(tensor.name, parts) for tensor, parts in zip(tensors, names, strict=True)]
    if len(set(short)) < len(short):
        short = [tensor.name for tensor in tensors]
    found: dict[str, Tensor] = {}
    for name, tensor in zip(short, tensors, strict=True):
        found.setdefault(name, replace(tensor, name=name))
    return list(found.values())


def _joined(name: str, parts: Sequence[str]) -> str:
    """Parts put together as the name had them."""
    return ("/" if "/" in name else ".").join(parts)


def _said(reasons: Mapping[str, str]) -> tuple[Message, ...]:
    """One sentence for every reason."""
    names: dict[str, list[str]] = {}
    for name, reason in reasons.items():
        names.setdefault(reason, []).append(name)
    return tuple(Message("Left out, {reason}: {names}.", reason=Constant(reason),
                         names=listed(found)) for reason, found in names.items())



"""The gradient of the validation loss by the alphas, through one step of the weights.

Source: H. Liu, K. Simonyan, Y. Yang, "DARTS: differentiable architecture search", ICLR 2019, equations 6 to 8.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor

from vanas_panel.errors import TrainingError
from vanas_panel.text.language import Message

Loss = Callable[[list[Tensor], list[Tensor]], Tensor]
"""A loss of weights and alphas, as a tensor without dimensions."""

_REACH = 0.01
"""Norm of the step to either side, in the published form with finite differences."""


def gradient_through_step(train_loss: Loss, validation_loss: Loss, weights: Sequence[Tensor],
                          alphas: Sequence[Tensor], xi: float, momentum: float, weight_decay: float,
                          buffers: Sequence[Tensor] | None, *, exact: bool) -> list[Tensor]:
    """Gradient by the alphas, see `vanas_panel.training.darts.entry.architecture_gradient`.

    Examples
    --------
    With the toy losses of the article, ``w^2 - 2aw + a^2`` and ``aw - 2a + 1``, at a = 2 and w = -2:

    >>> import torch
    >>> a, w = torch.tensor(2.0), torch.tensor(-2.0)
    >>> [gradient] = gradient_through_step(
    ...     lambda ws, alphas: ws[0] ** 2 - 2 * alphas[0] * ws[0] + alphas[0] ** 2,
    ...     lambda ws, alphas: alphas[0] * ws[0] - 2 * alphas[0] + 1, [w], [a], 0.1, 0.0, 0.0, None, exact=True)
    >>> round(float(gradient), 6)  # w' - 2 + a * 2 * xi, with w' = -1.2
    -2.8
    """
    if not (math.isfinite(xi) and xi >= 0):
        raise TrainingError(Message("Found xi = {xi}; expected a finite number of at least 0. Change it.",
                                    xi=repr(xi)))
    held, free = _leaves("weights", weights), _leaves("alphas", alphas)
    if buffers is not None and [each.shape for each in buffers] != [each.shape for each in held]:
        raise TrainingError(Message("Found buffers of {found} tensors; expected one for each of {count} weights, of "
                                    "its shape. Change them.", found=len(buffers), count=len(held)))
    moved = [torch.zeros_like(each) if buffers is None else momentum * kept.detach()
             for each, kept in zip(held, buffers or held, strict=True)]
    with torch.enable_grad():
        if xi == 0:
            return _gradients(_value(validation_loss, held, free), free)
        inner = _gradients(_value(train_loss, held, free), held, keep=exact)
        stepped = [each - xi * (kept + gradient + weight_decay * each)
                   for each, kept, gradient in zip(held, moved, inner, strict=True)]
        if exact:
            return _gradients(_value(validation_loss, stepped, free), free)
        return _by_differences(train_loss, validation_loss, held, free, stepped, xi)


def _by_differences(train_loss: Loss, validation_loss: Loss, held: list[Tensor], free: list[Tensor],
                    stepped: list[Tensor], xi: float) -> list[Tensor]:
    """The published form, equation 8."""
    stepped = [each.detach().requires_grad_() for each in stepped]
    both = _gradients(_value(validation_loss, stepped, free), [*free, *stepped])
    direct, direction = both[:len(free)], both[len(free):]
    norm = math.sqrt(sum(float((each.double() ** 2).sum()) for each in direction))
    if norm == 0:
        return list(direct)
    reach = _REACH / norm
    sides = [_gradients(_value(train_loss, [(each + sign * reach * towards).detach() for each, towards
                                            in zip(held, direction, strict=True)], free), free)
             for sign in (1, -1)]
    return [own - xi * (above - below) / (2 * reach) for own, above, below in zip(direct, *sides, strict=True)]


def _leaves(name: str, tensors: Sequence[Tensor]) -> list[Tensor]:
    """Copies of tensors that gradients end at."""
    for each in tensors:
        if not (isinstance(each, Tensor) and each.is_floating_point()):
            raise TrainingError(Message("Found {kind} among the {name}; expected tensors of floating-point numbers. "
                                        "Convert them.", kind=_kind_of(each), name=name))
    return [each.detach().clone().requires_grad_() for each in tensors]


def _value(loss: Loss, weights: list[Tensor], alphas: list[Tensor]) -> Tensor:
    """The value of a loss, checked."""
    value: Any = loss(weights, alphas)
    if not isinstance(value, Tensor) or value.dim():
        found = Message("shape {shape}", shape=tuple(value.shape)) if isinstance(value, Tensor) else _kind_of(value)
        raise TrainingError(Message("Found a loss of {found}; expected a tensor without dimensions. Return its mean "
                                    "or its sum.", found=found))
    if not math.isfinite(float(value.detach())):
        raise TrainingError(Message("Found a loss of {value}; expected a finite number. Choose a smaller learning "
                                    "rate.", value=float(value.detach())))
    return value


def _gradients(value: Tensor, by: list[Tensor], *, keep: bool = False) -> list[Tensor]:
    """Gradients of a value, zeros where it does not depend on a tensor."""
    if not value.requires_grad:
        return [torch.zeros_like(each) for each in by]
    found = torch.autograd.grad(value, by, create_graph=keep, allow_unused=True)
    return [torch.zeros_like(each) if gradient is None else gradient for each, gradient in zip(by, found, strict=True)]


def _kind_of(value: object) -> Message:
    """What a value is, in words."""
    if isinstance(value, Tensor):
        return Message("a tensor of {dtype}", dtype=value.dtype)
    return Message("something of type {kind}", kind=type(value).__name__)

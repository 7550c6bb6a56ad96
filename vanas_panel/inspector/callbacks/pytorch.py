"""Recording any training loop in PyTorch, which is not imported: modules are asked by their own methods."""

from __future__ import annotations

from functools import partial
from typing import Any

from vanas_panel.errors import TrainingError
from vanas_panel.inspector.callbacks.guard import guarded_record
from vanas_panel.inspector.recorder import Recorder
from vanas_panel.text.language import Message

_KEPT = ("torch.float32", "torch.float64")
_WRAPPERS = ("_orig_mod", "_fsdp_wrapped_module", "_checkpoint_wrapped_module")
"""Parts of names that compiling and wrapping put in."""


def record_module(recorder: Recorder, epoch: int, module: Any) -> None:
    """Record the weights of a module of PyTorch.

    Parameters
    ----------
    recorder : Recorder
        Its `include` and `exclude` say what of the module.
    epoch : int
        By custom 0 before training, then after each epoch.
    module : torch.nn.Module
        On any device and in any precision: bfloat16 and float16 become float32. Weights under several names count
        once, under the first.

    Warns
    -----
    RuntimeWarning
        Once, where a later epoch cannot be recorded: the training goes on without it.

    Raises
    ------
    TrainingError
        Where the first epoch cannot be recorded.

    Examples
    --------
    ::

        with Recorder("run.vptrain") as recorder:
            record_module(recorder, 0, model)
            for epoch in range(1, 21):
                train_one_epoch(model)
                record_module(recorder, epoch, model)
    """
    guarded_record(recorder, epoch, partial(module_arrays, module))


def follow_optimizer(recorder: Recorder, module: Any, optimizer: Any, every: int = 100) -> Any:
    """Record a module now and after every so many steps of its optimiser, in a loop that stays as it is.

    Parameters
    ----------
    recorder : Recorder
        Made with ``unit="step"``.
    module : torch.nn.Module
    optimizer : torch.optim.Optimizer
        Steps are counted from this call on.
    every : int, optional
        At least 1. The more often, the longer the paths: 1.2 to 10.5 times those of whole epochs.

    Returns
    -------
    torch.utils.hooks.RemovableHandle
        Its ``remove()`` ends the recording.

    Raises
    ------
    TrainingError
        Where the number of steps is none, or the first step cannot be recorded.

    Examples
    --------
    ::

        recorder = Recorder("run.vptrain", unit="step")
        follow_optimizer(recorder, model, optimizer, every=50)
    """
    if isinstance(every, bool) or not isinstance(every, int) or every < 1:
        raise TrainingError(Message("Found every={every}; expected a number of steps, at least 1.", every=repr(every)))
    steps = 0

    def stepped(*_: Any) -> None:
        nonlocal steps
        steps += 1
        if steps % every == 0:
            record_module(recorder, steps, module)

    record_module(recorder, 0, module)
    return optimizer.register_step_post_hook(stepped)


def module_arrays(module: Any) -> dict[str, Any]:
    """The weights of a module by name, as NumPy arrays with outputs first.

    Parameters
    ----------
    module : torch.nn.Module

    Returns
    -------
    dict of str to ndarray
        Float32, or float64 where the module computes in it. Arrays on a processor share the memory of the module.
    """
    found: dict[str, Any] = {}
    seen: set[int] = set()
    inner = module.module if type(module).__name__ in ("DataParallel", "DistributedDataParallel") else module
    for place, part in inner.named_modules():
        for name, weights in part.named_parameters(recurse=False):
            if id(weights) in seen or not weights.is_floating_point():
                continue
            seen.add(id(weights))
            values = weights.detach()
            values = values if str(values.dtype) in _KEPT else values.float()
            full = ".".join(each for each in (*place.split("."), name) if each and each not in _WRAPPERS)
            found[full] = _outputs_first(part, name, values.cpu().numpy())
    return found


def _outputs_first(module: Any, name: str, values: Any) -> Any:
    """A weight of a module whose class puts its inputs first."""
    kind = type(module).__name__
    # Conv1D is the matrix of GPT-2.
    if name == "weight" and ((kind.startswith("ConvTranspose") and module.groups == 1)
                             or (kind == "Conv1D" and values.ndim == 2)):
        return values.swapaxes(0, 1)
    return values

"""Recording a training by the Trainer of Transformers."""

from __future__ import annotations

from typing import Any

from vanas_panel.errors import TrainingError
from vanas_panel.inspector.callbacks.guard import framework
from vanas_panel.inspector.callbacks.pytorch import record_module
from vanas_panel.inspector.recorder import Recorder
from vanas_panel.text.language import Message


def transformers_callback(recorder: Recorder, every: int | None = None) -> Any:
    """A callback that records the model of a Trainer before training, and then by epochs or steps.

    Parameters
    ----------
    recorder : Recorder
        Made with ``unit="step"`` where `every` is given.
    every : int, optional
        Record after so many optimiser steps each, and number by steps; by default after every epoch.

    Returns
    -------
    transformers.TrainerCallback
        For ``Trainer(callbacks=[...])``. Only the first process of several records; a model whose weights are shared
        out among processes cannot be recorded.

    Raises
    ------
    TrainingError
        Where Transformers is not installed, or the number of steps is none.

    Examples
    --------
    ::

        with Recorder("run.vptrain", exclude=["*embeddings*"]) as recorder:
            Trainer(model, arguments, train_dataset=data, callbacks=[transformers_callback(recorder)]).train()
    """
    if every is not None and (isinstance(every, bool) or not isinstance(every, int) or every < 1):
        raise TrainingError(Message("Found every={every}; expected a number of steps, at least 1.", every=repr(every)))
    base: Any = framework("transformers").TrainerCallback

    class RecordingCallback(base):
        """Records at the start, and after every epoch or so many steps."""

        _last: int | None = None

        def on_train_begin(self, args: Any, state: Any, control: Any, model: Any = None, **kwargs: Any) -> None:
            """Before the first step; a training that goes on counts on."""
            if self._last is None:
                self._record(state, state.global_step if every else round(state.epoch or 0), model)

        def on_epoch_end(self, args: Any, state: Any, control: Any, model: Any = None, **kwargs: Any) -> None:
            """After an epoch."""
            if every is None:
                self._record(state, max(round(state.epoch), -1 if self._last is None else self._last + 1), model)

        def on_step_end(self, args: Any, state: Any, control: Any, model: Any = None, **kwargs: Any) -> None:
            """After a step of the optimiser."""
            if every is not None and state.global_step % every == 0:
                self._record(state, state.global_step, model)

        def _record(self, state: Any, number: int, model: Any) -> None:
            if state.is_world_process_zero:
                self._last = number
                record_module(recorder, number, model)

    return RecordingCallback()

"""Recording a training in Lightning."""

from __future__ import annotations

from typing import Any

from vanas_panel.inspector.callbacks.guard import framework
from vanas_panel.inspector.callbacks.pytorch import record_module
from vanas_panel.inspector.recorder import Recorder


def lightning_callback(recorder: Recorder) -> Any:
    """A callback that records the module of a Lightning trainer before its first epoch and after each one.

    Parameters
    ----------
    recorder : Recorder

    Returns
    -------
    lightning.pytorch.Callback
        For ``Trainer(callbacks=[...])``. Only the first process of several records; a module whose weights are shared
        out among processes (FSDP, DeepSpeed) cannot be recorded. A training that goes on from a checkpoint counts on
        from its epoch.

    Raises
    ------
    TrainingError
        Where Lightning is not installed.

    Examples
    --------
    ::

        with Recorder("run.vptrain") as recorder:
            Trainer(max_epochs=20, callbacks=[lightning_callback(recorder)]).fit(model, data)
    """
    base: Any = framework("lightning.pytorch", "pytorch_lightning").Callback

    class RecordingCallback(base):
        """Records at the start and after every epoch."""

        def on_train_start(self, trainer: Any, pl_module: Any) -> None:
            """Before the first step."""
            if trainer.is_global_zero and self._last is None:
                self._record(trainer.current_epoch, pl_module)

        def on_train_epoch_end(self, trainer: Any, pl_module: Any) -> None:
            """After an epoch; a second ``fit`` counts on."""
            if trainer.is_global_zero:
                last = -1 if self._last is None else self._last
                self._record(max(trainer.current_epoch + 1, last + 1), pl_module)

        _last: int | None = None

        def _record(self, epoch: int, module: Any) -> None:
            self._last = epoch
            record_module(recorder, epoch, module)

    return RecordingCallback()

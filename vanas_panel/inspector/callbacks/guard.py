"""Keeps a recording from ending the training that it is made of."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any
from weakref import WeakKeyDictionary

from vanas_panel.errors import TrainingError
from vanas_panel.inspector.recorder import Recorder
from vanas_panel.text.language import Message

_guards: WeakKeyDictionary[Recorder, Guard] = WeakKeyDictionary()


class Guard:
    """Records; what fails after the first time is a warning, and the end of the recording alone.

    The first time, before anything is trained, an error is raised: somebody is there to mend it.
    """

    def __init__(self) -> None:
        self._is_begun = self._is_over = False

    def record(self, recorder: Recorder, epoch: int, arrays: Callable[[], Mapping[str, Any]]) -> None:
        """Add an epoch to a recording.

        Parameters
        ----------
        recorder : Recorder
        epoch : int
        arrays : callable
            Gives the weights.
        """
        if self._is_over:
            return
        try:
            recorder.record(epoch, arrays())
        except Exception as error:
            # Whatever it is: hours of somebody's training are worth more than its recording.
            if not self._is_begun:
                raise
            self._is_over = True
            self._warn(Message("{path} is recorded no further: {error}", path=recorder.path, error=error))
            return
        self._is_begun = True
        if recorder.stopped is not None:
            self._is_over = True
            self._warn(Message("{path} is recorded no further: {error}", path=recorder.path, error=recorder.stopped))

    @staticmethod
    def _warn(words: Message) -> None:
        warnings.warn(str(words), RuntimeWarning, stacklevel=4)


def guarded_record(recorder: Recorder, epoch: int, arrays: Callable[[], Mapping[str, Any]]) -> None:
    """Add an epoch to a recording, see `Guard`."""
    _guards.setdefault(recorder, Guard()).record(recorder, epoch, arrays)


def framework(*names: str) -> Any:
    """The first module that is installed.

    Raises
    ------
    TrainingError
        Where none is.
    """
    for name in names:
        try:
            return import_module(name)
        except ModuleNotFoundError:
            continue
    raise TrainingError(Message("Found no package {name}; expected the framework that trains. Install it with "
                                "pip install {name}.", name=names[0].partition(".")[0]))

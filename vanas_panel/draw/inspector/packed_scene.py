"""Packed scenes of recorded trainings, made once for all pages that show them."""

from __future__ import annotations

from threading import Lock
from weakref import WeakKeyDictionary

from vanas_panel.draw.inspector.scene import scene_of
from vanas_panel.inspector.training import Training
from vanas_panel.text.language import current_language

LIMIT = 12_000_000
"""Most bytes of a training that a page is sent; a report has less room."""

_PACKED: WeakKeyDictionary[Training, dict[str, bytes]] = WeakKeyDictionary()
# Of visitors who come at once, the first one makes the scene.
_MAKING = Lock()


def packed_scene(training: Training) -> bytes:
    """The scene of a training in the language that holds, as a page is sent it.

    Parameters
    ----------
    training : Training

    Returns
    -------
    bytes
        Of `vanas_panel.draw.inspector.scene.Scene.packed`, at most `LIMIT`. They are kept as long as the training is.
    """
    language = current_language()
    with _MAKING:
        kept = _PACKED.setdefault(training, {})
        if language not in kept:
            kept[language] = scene_of(training, limit=LIMIT).packed()
        return kept[language]

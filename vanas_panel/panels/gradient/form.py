"""The form of the next search by gradient: what a person has chosen, and the search that it describes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

from vanas_panel.errors import SearchError
from vanas_panel.readers.download.image_sets import IMAGE_SETS, image_folder
from vanas_panel.searches.gradient_plan import GradientPlan, plan_gradient
from vanas_panel.text.language import Message, marked
from vanas_panel.text.numerals import whole_number
from vanas_panel.training.darts.dg_run import DgDartsSettings
from vanas_panel.training.darts.settings import DartsSettings
from vanas_panel.training.image_files import MNIST_5K
from vanas_panel.training.settings import DataSettings, Settings

METHODS = {"darts-1": marked("DARTS, first order"), "darts-2": marked("DARTS, second order"),
           "dg-darts": "DG-DARTS"}

NUMBERS = {"epochs": (marked("Epochs"), 1, 200), "channels": (marked("Channels"), 1, 64),
           "cells": (marked("Cells"), 1, 20), "seed": (marked("Seed"), 0, 2 ** 63 - 1),
           "nodes": (marked("Nodes of a cell"), 1, 8), "batch_size": (marked("Images in a batch"), 2, 1024),
           "frozen": (marked("Epochs with frozen alphas"), 0, 200)}
"""Fields with numbers: what they are called, and their limits on a page."""
SHOWN = ("epochs", "channels", "cells", "seed")
"""Those that are seen before the settings are opened."""

CONFIGURED = "server"
_USUAL = DataSettings(noise=0.0, copies=1)


@dataclass(frozen=True)
class GradientForm:
    """What stands in the form, as texts: they come from a browser, and may be anything.

    Attributes
    ----------
    method : str
        One of `METHODS`.
    data : str
        A name of `data_sets`.
    numbers : mapping of str to str
        Those that were changed, by the names in `NUMBERS`.
    """

    limits: ClassVar = NUMBERS
    shown: ClassVar = SHOWN
    methods: ClassVar = METHODS
    title: ClassVar = marked("New search by gradient")
    about: ClassVar = marked("One task on a worker; it goes on after a restart.")

    method: str = "darts-1"
    data: str = MNIST_5K
    numbers: Mapping[str, str] = field(default_factory=dict)

    @property
    def usual(self) -> dict[str, str]:
        """The numbers that the method begins with."""
        stage = DgDartsSettings().stage if self.method == "dg-darts" else DartsSettings()
        return {name: str(getattr(stage, name)) for name in NUMBERS}

    def value(self, name: str) -> str:
        """What stands in a field."""
        return self.numbers.get(name, self.usual[name])

    def changed(self, name: str, value: str, known: Mapping[str, DataSettings]) -> GradientForm:
        """The form after a field has changed; what is no field of it changes nothing."""
        if name == "method" and value in METHODS:
            return replace(self, method=value)
        if name == "data" and value in known:
            return replace(self, data=value)
        if name in NUMBERS:
            numbers = {**self.numbers, name: value}
            if value == self.usual[name]:
                del numbers[name]
            return replace(self, numbers=numbers)
        return self

    def plan(self, known: Mapping[str, DataSettings]) -> GradientPlan:
        """The search that the form describes.

        Raises
        ------
        SearchError, TrainingError
            Where it cannot run.
        """
        numbers = checked_numbers(NUMBERS, self.value)
        stage = DartsSettings(order=2 if self.method == "darts-2" else 1, data=known[self.data], **numbers)
        return plan_gradient(DgDartsSettings(stage) if self.method == "dg-darts" else stage)


def checked_numbers(limits: Mapping[str, tuple[str, int, int]], value: Callable[[str], str]) -> dict[str, Any]:
    """The numbers of a form.

    Parameters
    ----------
    limits : mapping
        By the name of a field: what it is called, and its limits.
    value : callable
        What stands in a field.

    Raises
    ------
    SearchError
        Where something else than a number within the limits stands there.
    """
    numbers: dict[str, Any] = {}
    for name, (words, low, high) in limits.items():
        found = whole_number(value(name).strip().replace(",", ""))
        if found is None or not low <= found <= high:
            raise SearchError(Message("Found {name} {value}; expected a whole number from {low} to {high}. Choose "
                                      "one of these.", name=Message(words), value=repr(value(name)[:40]), low=low,
                                      high=f"{high:,}"))
        numbers[name] = found
    return numbers


def data_sets(configured: Settings) -> dict[str, DataSettings]:
    """The images that can be chosen on a page, by name: a person names no file of the server.

    Parameters
    ----------
    configured : Settings
        Of single trainings on this server; other images than the usual ones come first.
    """
    found: dict[str, DataSettings] = {}
    if configured.data.source not in (MNIST_5K, *IMAGE_SETS):
        found[CONFIGURED] = replace(configured.data, noise=0.0, copies=1)
    found[MNIST_5K] = _USUAL
    for name in IMAGE_SETS:
        if image_folder(name).is_dir():
            found[name] = replace(_USUAL, source=name)
    return found

"""The form of the training of a genome: what a person has chosen, and the training that it describes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import ClassVar

from vanas_panel.neat.genome import Genome
from vanas_panel.neat.genome_run import GenomeSettings
from vanas_panel.neat.settings import NeatSettings
from vanas_panel.panels.gradient.form import checked_numbers
from vanas_panel.searches.gradient_plan import GradientPlan, plan_gradient
from vanas_panel.text.language import marked
from vanas_panel.training.image_files import MNIST_5K
from vanas_panel.training.settings import DataSettings


@dataclass(frozen=True)
class GenomeForm:
    """What stands in the form, as texts: they come from a browser, and may be anything.

    Attributes
    ----------
    genome : Genome
        What is trained.
    start : NeatSettings
        Those of the search that it comes from: the numbers begin with them.
    data : str
        A name of `vanas_panel.panels.gradient.form.data_sets`.
    numbers : mapping of str to str
        Those that were changed, by the names in `limits`.
    """

    limits: ClassVar = {"epochs": (marked("Epochs"), 1, 200), "channels": (marked("Channels"), 1, 64),
                        "cells": (marked("Cells"), 1, 20), "seed": (marked("Seed"), 0, 2 ** 63 - 1),
                        "batch_size": (marked("Images in a batch"), 2, 1024)}
    shown: ClassVar = ("epochs", "channels", "cells", "seed")
    methods: ClassVar[dict[str, str]] = {}
    title: ClassVar = marked("Train this network")
    about: ClassVar = marked("One task on a worker, from the beginning. The result stays with you.")

    genome: Genome
    start: NeatSettings = field(default_factory=NeatSettings)
    data: str = MNIST_5K
    numbers: Mapping[str, str] = field(default_factory=dict)
    method: ClassVar = ""

    def value(self, name: str) -> str:
        """What stands in a field."""
        return self.numbers.get(name, str(getattr(self.start, name)))

    def changed(self, name: str, value: str, known: Mapping[str, DataSettings]) -> GenomeForm:
        """The form after a field has changed; what is no field of it changes nothing."""
        if name == "data" and value in known:
            return replace(self, data=value)
        return replace(self, numbers={**self.numbers, name: value}) if name in self.limits else self

    def plan(self, known: Mapping[str, DataSettings]) -> GradientPlan:
        """The training that the form describes.

        Raises
        ------
        SearchError, TrainingError
            Where it cannot be.
        """
        # As a search with these settings trains its networks.
        settings = NeatSettings(data=known[self.data], **checked_numbers(self.limits, self.value))
        return plan_gradient(GenomeSettings(self.genome, settings.training))

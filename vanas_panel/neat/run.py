"""A search by NEAT as far as it has come: every genome, its species, its fitness, and what was trained for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from vanas_panel.core.plain import plain_int
from vanas_panel.errors import TrainingError
from vanas_panel.neat.breeding import Evaluated
from vanas_panel.neat.generation import Generation, Individual
from vanas_panel.neat.settings import NeatSettings
from vanas_panel.providers import provided
from vanas_panel.text.language import Message
from vanas_panel.training.neat.trained import Trained


class Relation(NamedTuple):
    """A genome of a family tree.

    Attributes
    ----------
    number : int
    generation : int
    individual : Individual
    fitness : float
    """

    number: int
    generation: int
    individual: Individual
    fitness: float


@dataclass(frozen=True)
class NeatRun:
    """A search by NEAT, or one at random in the same space.

    Attributes
    ----------
    settings : NeatSettings
    header : dict
        The first line of its file: settings, their digest, that of the images, device and versions.
    generations : tuple of Generation
        Those whose genomes all have their fitness.
    trained : dict of str to Trained
        By the text of the network, in the order of training.
    """

    settings: NeatSettings
    header: dict[str, Any]
    generations: tuple[Generation, ...]
    trained: dict[str, Trained]

    def __len__(self) -> int:
        return len(self.generations)

    def __repr__(self) -> str:
        if self.settings.random:
            return f"<NeatRun at random: {len(self.trained)} of {self.settings.random} networks>"
        return (f"<NeatRun: {len(self)} of {self.settings.generations} generations, {len(self.trained)} networks, "
                f"{self.repeated} repeated>")

    def _repr_html_(self) -> str:
        return provided("HTML of NEAT")(self)

    @property
    def is_finished(self) -> bool:
        """Whether every generation, or every network of a search at random, is there."""
        if self.settings.random:
            return sum(len(each.members) for each in self.generations) == self.settings.random
        return len(self) == self.settings.generations

    def fitness_of(self, individual: Individual) -> float:
        """The validation accuracy of the network; 0 where a genome has none."""
        return self.trained[individual.network].validation_accuracy if individual.network else 0.0

    @cached_property
    def history(self) -> tuple[Evaluated, ...]:
        """Every generation with its fitness."""
        return tuple(Evaluated(each, tuple(map(self.fitness_of, each.members))) for each in self.generations)

    def up_to(self, generation: int) -> NeatRun:
        """The search as it was when a generation had come to its end.

        Parameters
        ----------
        generation : int
            From 0.

        Raises
        ------
        TrainingError
            Where there is no such generation.
        """
        wanted = plain_int(generation)
        if wanted is None or not 0 <= wanted < len(self):
            raise TrainingError(Message("Found generation {generation}; expected 0 to {last}. Choose one of them.",
                                        generation=repr(generation)[:40], last=len(self) - 1))
        kept = self.generations[:wanted + 1]
        networks = {each.network for one in kept for each in one.members}
        return NeatRun(self.settings, self.header, kept,
                       {name: found for name, found in self.trained.items() if name in networks})

    @cached_property
    def genomes(self) -> pd.DataFrame:
        """A row for each genome, by its number.

        Columns are its generation and species, its genes as text, its parents and how it came of them, its network,
        whether that was trained for it (`is_new`) or had occurred before, its fitness, and the test accuracy.
        """
        rows, known = [], set()
        for one in self.generations:
            for each, label in zip(one.members, one.labels, strict=True):
                found = self.trained.get(each.network)
                rows.append({"generation": one.number, "species": label, "genome": str(each.genome),
                             "nodes": each.genome.nodes_text, "parents": each.parents, "how": each.how,
                             "network": each.network, "is_new": bool(each.network) and each.network not in known,
                             "fitness": self.fitness_of(each),
                             "test_accuracy": float("nan") if found is None else found.test_accuracy})
                known.add(each.network)
        columns = ["generation", "species", "genome", "nodes", "parents", "how", "network", "is_new", "fitness",
                   "test_accuracy"]
        return pd.DataFrame(rows, columns=columns).rename_axis("number")

    @cached_property
    def progress(self) -> pd.DataFrame:
        """A row for each generation: best and mean fitness, species, networks trained and repeated, their seconds."""
        rows = []
        for number, own in self.genomes.groupby("generation"):
            new = own.loc[own["is_new"], "network"]
            rows.append({"generation": number, "best": own["fitness"].max(), "mean": own["fitness"].mean(),
                         "species": own["species"].nunique(), "trained": len(new), "repeated": len(own) - len(new),
                         "seconds": sum(self.trained[name].seconds for name in new)})
        return pd.DataFrame(rows, columns=["generation", "best", "mean", "species", "trained", "repeated", "seconds"])

    @property
    def repeated(self) -> int:
        """Genomes that were not trained: their network had occurred before, or no path leads to their output."""
        return int((~self.genomes["is_new"]).sum())

    @property
    def seconds(self) -> float:
        """Processor time of all trainings."""
        return sum(each.seconds for each in self.trained.values())

    @cached_property
    def innovations(self) -> pd.DataFrame:
        """A row for each connection gene of the search, by its innovation number.

        Columns are source and target, the generation that made it, the number of the connection that it replaces one
        half of (0 where none was split), and the genomes of the last generation that have it.
        """
        made = [(each.number, each.source, each.target, one.number, each.splits)
                for one in self.generations for each in one.innovations]
        if self.generations and not self.settings.random:
            made = [(gene.innovation, gene.source, gene.target, 0, 0)
                    for gene in self.generations[0].members[0].genome.genes] + made
        last = self.generations[-1].members if made else ()
        rows = [(*each, sum(one.genome.gene(each[0]) is not None for one in last)) for each in made]
        frame = pd.DataFrame(rows, columns=["innovation", "source", "target", "generation", "splits", "genomes"])
        return frame.set_index("innovation")

    @property
    def best(self) -> int:
        """The number of the best genome, the first one of equal ones.

        Raises
        ------
        TrainingError
            Where no generation has come to its end.
        """
        if not self.generations:
            raise TrainingError("Found a search without a finished generation; expected one at least. Let it go on.")
        return int(np.argmax(self.genomes["fitness"].to_numpy()))

    def individual(self, number: int) -> Individual:
        """A genome with its parents.

        Raises
        ------
        TrainingError
            Where there is none of that number.
        """
        wanted, members = plain_int(number), self._members
        if wanted is None or not 0 <= wanted < len(members):
            raise TrainingError(Message("Found genome {number}; expected 0 to {last}. Choose one of them.",
                                        number=repr(number), last=len(members) - 1))
        return members[wanted]

    def lineage(self, number: int | None = None) -> list[Relation]:
        """A genome and all its ancestors, the oldest first; copies of champions among them.

        Parameters
        ----------
        number : int, optional
            The best one by default.
        """
        start = self.best if number is None else plain_int(number)
        self.individual(-1 if start is None else start)
        waiting: list[int] = [] if start is None else [start]
        found: set[int] = set()
        while waiting:
            each = waiting.pop()
            if each not in found:
                waiting += self.individual(each).parents
                found.add(each)
        frame = self.genomes
        return [Relation(each, int(frame["generation"][each]), self.individual(each), float(frame["fitness"][each]))
                for each in sorted(found)]

    @cached_property
    def _members(self) -> Sequence[Individual]:
        return [each for one in self.generations for each in one.members]

"""A generation: its genomes with their parents, its species, and the innovations that it made, as a line holds them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from vanas_panel.core.plain import plain_int
from vanas_panel.errors import VanasError
from vanas_panel.neat.expression import find_network
from vanas_panel.neat.genome import Genome
from vanas_panel.neat.mutation import START_INPUT, START_OUTPUT
from vanas_panel.neat.species import Species
from vanas_panel.text.language import Constant, Message, marked

HOW = ("start", "champion", "mutation", "crossover", "random")


@dataclass(frozen=True)
class Individual:
    """A genome of a search.

    Attributes
    ----------
    genome : Genome
    parents : tuple of int
        Their numbers: a generation's genomes follow those of the generation before, and all are counted from 0. The
        fitter one is first.
    how : str
        ``start``, ``champion`` (unchanged), ``mutation`` (of one parent), ``crossover`` (of two, and mutated) or
        ``random``.
    network : str
        The text of what it expresses, see `vanas_panel.neat.express`; empty where no path leads to the output.
    """

    genome: Genome
    parents: tuple[int, ...]
    how: str
    network: str

    @classmethod
    def of(cls, genome: Genome, parents: tuple[int, ...], how: str) -> Individual:
        """A genome with what it expresses."""
        plan = find_network(genome)
        return cls(genome, parents, how, "" if plan is None else str(plan))


@dataclass(frozen=True)
class Innovation:
    """A connection that a generation made for the first time.

    Attributes
    ----------
    number, source, target : int
    splits : int
        The number of the connection that its source or its target split, where that node is new; else 0.
    """

    number: int
    source: int
    target: int
    splits: int


@dataclass(frozen=True)
class Generation:
    """A generation.

    Attributes
    ----------
    number : int
        From 0.
    members : tuple of Individual
    labels : tuple of int
        The species of every member.
    representatives : dict of int to int
        By species, the index of the member that the next generation is compared with.
    threshold : float
    next_species, next_innovation, next_node : int
        The first numbers that are free.
    innovations : tuple of Innovation
    """

    number: int
    members: tuple[Individual, ...]
    labels: tuple[int, ...]
    representatives: dict[int, int]
    threshold: float
    next_species: int
    next_innovation: int
    next_node: int
    innovations: tuple[Innovation, ...]

    @property
    def species(self) -> Species:
        """The species, as `vanas_panel.neat.divide` gave them."""
        return Species(self.labels, {label: self.members[index].genome for label, index in
                                     self.representatives.items()}, self.threshold, self.next_species)

    def to_dict(self) -> dict[str, Any]:
        """As JSON holds it."""
        return {
            "generation": self.number,
            "members": [{"genome": str(each.genome), "nodes": each.genome.nodes_text, "parents": list(each.parents),
                         "how": each.how, "network": each.network} for each in self.members],
            "species": list(self.labels), "representatives": {str(label): index for label, index in
                                                              self.representatives.items()},
            "threshold": self.threshold,
            "next": [self.next_species, self.next_innovation, self.next_node],
            "innovations": [[each.number, each.source, each.target, each.splits] for each in self.innovations]}


def read_generation(line: Any, number: int, first: int) -> Generation | str:
    """The generation of a line, or what is wrong with it.

    Parameters
    ----------
    line : object
        As JSON was read.
    number : int
        That it must have.
    first : int
        The number of its first genome.
    """
    if not isinstance(line, dict) or line.get("generation") != number:
        return Message("no generation {number}", number=number)
    try:
        members = tuple(_member(each, first) for each in line["members"])
        labels, nexts = (tuple(map(_whole, line[name])) for name in ("species", "next"))
        representatives = {int(label): _whole(index) for label, index in line["representatives"].items()}
        innovations = tuple(Innovation(*map(_whole, each)) for each in line["innovations"])
        threshold = float(line["threshold"])
    except VanasError as error:
        return str(error)
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
        return Constant(marked("a generation without all of its parts"))
    if not (members and len(labels) == len(members) and len(nexts) == 3 and 0 < threshold < float("inf")
            and sorted(set(labels)) == sorted(representatives)
            and all(index < len(members) and labels[index] == label for label, index in representatives.items())):
        return Constant(marked("a generation whose species are not those of its genomes"))
    return Generation(number, members, labels, representatives, threshold, *nexts, innovations)


def _member(line: Mapping[str, Any], first: int) -> Individual:
    """A genome of a line; ValueError and the like where it is none."""
    genome = Genome.from_text(line["genome"], (START_INPUT,), START_OUTPUT, nodes=line["nodes"])
    found = Individual.of(genome, tuple(map(_whole, line["parents"])), line["how"])
    if found.network != line["network"] or found.how not in HOW or not all(each < first for each in found.parents):
        raise ValueError
    return found


def _whole(value: Any) -> int:
    """A whole number of at least 0; ValueError where it is none."""
    number = plain_int(value)
    if number is None or number < 0:
        raise ValueError
    return number

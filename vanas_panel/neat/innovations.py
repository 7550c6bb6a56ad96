"""Innovation numbers: equal structural mutations of one generation share them."""

from __future__ import annotations

from vanas_panel.core.plain import plain_int
from vanas_panel.errors import SearchError
from vanas_panel.text.language import Message


class Innovations:
    """Gives numbers to structural mutations.

    Parameters
    ----------
    next_innovation, next_node : int
        The first numbers that are free, at least 1.

    Raises
    ------
    SearchError
        Where one is no such number.

    Examples
    --------
    >>> numbers = Innovations(7, 6)
    >>> numbers.connection(3, 5), numbers.connection(3, 5), numbers.connection(1, 5)
    (7, 7, 8)
    >>> numbers.next_generation()
    >>> numbers.connection(3, 5)
    9
    """

    def __init__(self, next_innovation: int, next_node: int):
        self.next_innovation = _checked("next_innovation", next_innovation)
        self.next_node = _checked("next_node", next_node)
        self._connections: dict[tuple[int, int], int] = {}
        self._nodes: dict[tuple[int, int], int] = {}

    def connection(self, source: int, target: int) -> int:
        """The number of a new connection; the same for the same connection until the next generation."""
        key = source, target
        if key not in self._connections:
            self._connections[key] = self.next_innovation
            self.next_innovation += 1
        return self._connections[key]

    def node(self, innovation: int, *, split_before: int = 0) -> int:
        """The node that splits the connection with an innovation number; the same until the next generation.

        Parameters
        ----------
        innovation : int
        split_before : int, optional
            How many nodes of the same genome have split it in this generation: a second one is another node.
        """
        key = innovation, split_before
        if key not in self._nodes:
            self._nodes[key] = self.next_node
            self.next_node += 1
        return self._nodes[key]

    @property
    def made(self) -> dict[int, tuple[int, int]]:
        """Source and target of every connection of this generation, by its number."""
        return {number: ends for ends, number in self._connections.items()}

    @property
    def split(self) -> dict[int, int]:
        """The number of the connection that every node of this generation split, by the node."""
        return {node: innovation for (innovation, _before), node in self._nodes.items()}

    def next_generation(self) -> None:
        """Forget the mutations of this generation: equal ones get new numbers from now on."""
        self._connections.clear()
        self._nodes.clear()


def _checked(name: str, value: object) -> int:
    """A number of at least 1."""
    number = plain_int(value)
    if number is None or number < 1:
        raise SearchError(Message("Found {name} {value}; expected a whole number of at least 1. Change it.", name=name,
                                  value=repr(value)))
    return number

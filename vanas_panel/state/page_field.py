"""PageField: what links, Back, reports and other tables do with one part of the state of a page."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import Field, dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from vanas_panel.errors import VanasError
from vanas_panel.tables.table import BenchmarkTable

if TYPE_CHECKING:
    from vanas_panel.state.page_state import PageState


class Step(NamedTuple):
    """How a change goes into the browser's history, through which Back and Forward lead.

    Attributes
    ----------
    kind : str
        Changes of one kind that follow each other quickly are one step; without a kind each change is a step.
    seconds : float
        How quickly that is.
    part_of : str
        The kind of step that this change is a part of where both happen at once.
    """

    kind: str = ""
    seconds: float = -1.0
    part_of: str = ""


OWN_STEP = Step()
"""Of changes that are each a step."""

EDIT = Step("edit", 1.0)
"""Of changes of the draft. A whole draft that is put into the designer is a step of its own."""


class Writing(NamedTuple):
    """The state that is written into a link, and all tables that can be opened."""

    state: PageState
    tables: Collection[BenchmarkTable]


@dataclass
class Reading:
    """How far a link is read.

    Attributes
    ----------
    table : BenchmarkTable
        The table that the link opens.
    tables : mapping of str to BenchmarkTable
        All that may be opened, by their names in links.
    drawers : collection of str, optional
        Those that there are; None where any name is taken.
    count_in : callable, optional
        Takes a table and returns it with the cells counted in that the reader of the link has trained.
    values : dict
        The values that were read, by the names of the fields. A field whose text cannot be read is absent.
    faults : list of VanasError
        What is wrong with items of the part that is being read, where the other ones are kept.
    """

    table: BenchmarkTable
    tables: Mapping[str, BenchmarkTable]
    drawers: Collection[str] | None = None
    count_in: Callable[[BenchmarkTable], BenchmarkTable] | None = None
    values: dict[str, Any] = field(default_factory=dict)
    faults: list[VanasError] = field(default_factory=list)


@dataclass(frozen=True)
class Part:
    """One ``name=text`` of a link.

    Attributes
    ----------
    name : str
        Fields that share a name share the part: their texts are joined by commas.
    write : callable
        Takes the value and a Writing, and returns the text, not yet escaped for an address; None leaves the part out.
    read : callable
        Takes the text and a Reading, and returns the value. Raises a VanasError where the text is none of its own; adds
        to `Reading.faults` where it is one in part.
    group : str
        What the link is said to leave out where the text is too long, see `vanas_panel.state.link.form.LEFT_OUT`.
    with_part : str
        The part without which this one is left out, too.
    fits : callable, optional
        Takes the value, and says whether it is small enough for a link.
    """

    name: str
    write: Callable[[Any, Writing], str | None]
    read: Callable[[str, Reading], Any]
    group: str = "names"
    with_part: str = ""
    fits: Callable[[Any], bool] | None = None


@dataclass
class Carrying:
    """How far a state is carried over to another table.

    Attributes
    ----------
    old : PageState
    table : BenchmarkTable
        The other table.
    is_same : bool
        Whether it is the old one with other cells counted in.
    first : mapping of str to str
        The metric and the axes that a page of the other table starts with.
    values : dict
        The values that were carried, by the names of the fields.
    left : list of str
        The parts that could not be carried, each with the reason, for a person.
    is_newer : bool
        Whether it is another version of the old one, whose file has changed.
    """

    old: PageState
    table: BenchmarkTable
    is_same: bool
    first: Mapping[str, str]
    values: dict[str, Any] = field(default_factory=dict)
    left: list[str] = field(default_factory=list)
    is_newer: bool = False


@dataclass(frozen=True)
class PageField:
    """One part of the state of a page, with its rules. A rule that is not given does nothing.

    Attributes
    ----------
    default : callable
        Takes a table and returns what its page starts with.
    link : tuple of Part
        How a link holds it. Of several parts, the first one that can be read counts.
    opens : bool
        Whether it says which table is open: it is read before all others, and reading it returns the table.
    step : Step, optional
        How a change of it goes into the browser's history. None: Back leaves it as it is, such as the appearance.
    carry : callable, optional
        Takes the value and a Carrying, and returns the value on the other table, None for what that starts with. None:
        another table starts with its own.
    code : callable, optional
        Takes the value and the state, and returns Python: an argument of ``vp.Session``, or a statement where the field
        is no parameter of a session. None: it does not go into reports.
    plain : callable, optional
        Makes what callers set plain Python, such as scalars of NumPy.
    parameter : str, optional
        The parameter of a session that holds it; by default the one of the same name, None where there is none.
    """

    default: Callable[[BenchmarkTable], Any]
    link: tuple[Part, ...] = ()
    opens: bool = False
    step: Step | None = None
    carry: Callable[[Any, Carrying], Any] | None = None
    code: Callable[[Any, PageState], str] | None = None
    plain: Callable[[Any], Any] | None = None
    parameter: str | None = ""

    @property
    def metadata(self) -> Mapping[str, PageField]:
        """The metadata that declare an attribute of a PageState, ``field(metadata=...)``."""
        return {"page": self}

    @staticmethod
    def of(attribute: Field) -> PageField:
        """The PageField that an attribute of a PageState was declared with."""
        return attribute.metadata["page"]

"""PageState: the state of a page as one value, and the table of what happens to each part of it.

Links, Back and Forward, reports and their recipes, and pages of other tables all go by this table. A panel with a
parameter of its own adds the parameter to `Session` and one entry here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from functools import cache
from typing import Any, NamedTuple

from vanas_panel.core.cell import Cell
from vanas_panel.core.draft import Draft
from vanas_panel.core.plain import plain_bool, plain_floats, plain_text, plain_vertex
from vanas_panel.errors import LinkError
from vanas_panel.searches.plan import SearchPlan
from vanas_panel.state import carry_rules, code_text, link_pins, link_searches, link_text, trade_offs
from vanas_panel.state.attributing import ATTRIBUTIONS, EDGE_VALUES, SPLITS
from vanas_panel.state.cells_view import CellsView, cells_code, cells_text, read_cells
from vanas_panel.state.condition_text import conditions_text, read_conditions
from vanas_panel.state.gradient_view import GradientView, gradient_text, read_gradient
from vanas_panel.state.improving import Improve, improve_code, improve_text, read_improve
from vanas_panel.state.link_text import one_of
from vanas_panel.state.map_colour import STATISTICS
from vanas_panel.state.page_field import EDIT, OWN_STEP, PageField, Part, Reading, Step, Writing
from vanas_panel.state.pins import OtherPins, plain_pins
from vanas_panel.state.searching import BELIEFS, MOST_SEARCHES
from vanas_panel.state.selection import Selection, unpack_rows
from vanas_panel.state.start import EMPTY, first_choices
from vanas_panel.tables.table import BenchmarkTable
from vanas_panel.text.language import LANGUAGES, known_language, marked
from vanas_panel.training.joined import JoinedTable, source_table

_POSITION = Step("place", 2.0, part_of=EDIT.kind)
_ZOOM = Step("window", 2.0)
_FOLLOW = Step("followed", 2.0)
_EPOCHS = Step("gradient", 2.0)
_CELLS = Step("cells", 2.0)


def _chosen(name: str, words: str, other: str = "") -> PageField:
    """Rules of a metric that the page chooses at first, see `first_choices`."""
    def write(value: str, writing: Writing) -> str | None:
        return None if value == first_choices(writing.state.table)[name] else value

    def read(text: str, reading: Reading) -> str:
        # What ranks is measured; an axis may be a structure column, too.
        known = reading.table.metrics if name == "metric" else reading.table.numbers
        return text if text in known else one_of(text, reading.table.metrics)

    return PageField(lambda table: first_choices(table)[name], (Part(name, write, read),), step=OWN_STEP,
                     carry=carry_rules.choice(name, words, other), code=_repr, plain=plain_text)


def _scale(axis: str) -> PageField:
    """Rules of an axis's logarithmic scale; both axes share a part of the link."""
    def read(text: str, _reading: Reading) -> bool:
        return axis in one_of(text, ("x", "y", "x,y"))

    return PageField(lambda table: False, (Part("log", lambda value, _: axis if value else None, read),),
                     step=OWN_STEP, carry=carry_rules.log_of(axis), code=_repr, plain=plain_bool)


def _one_of(name: str, choices: tuple[str, ...]) -> PageField:
    """Rules of a choice that every table has; the first one has no part in a link."""
    return PageField(lambda table: choices[0], (
        Part(name, lambda value, _: None if value == choices[0] else value,
             lambda text, _: one_of(text, choices[1:])),), step=OWN_STEP, carry=carry_rules.keep, code=_repr,
        plain=plain_text)


def _repr(value: Any, _state: PageState) -> str:
    """A plain value as Python."""
    return repr(value)


def _table_name(table: BenchmarkTable, writing: Writing) -> str:
    """Name of a table in links."""
    source = source_table(table)
    names = link_text.named(writing.tables)
    return next((name for name, other in names.items() if source_table(other) is source), table.name)


def _counted(text: str, reading: Reading) -> BenchmarkTable:
    """The table with trained cells counted in."""
    one_of(text, ("1",))
    if reading.count_in is None:
        raise LinkError("Found a link that counts in trained cells; expected one to a measured table alone.")
    return reading.count_in(reading.table)


def _window_text(window: tuple[float, ...] | None, writing: Writing) -> str | None:
    """The visible part of the map, on the axes of the page."""
    return None if window is None else link_text.window_text(window, writing.state.log_x, writing.state.log_y)


def _read_window(text: str, reading: Reading) -> tuple[float, ...]:
    """The visible part of the map, on the axes that were read."""
    return link_text.read_window(text, *(reading.values.get(f"log_{axis}", False) for axis in "xy"))


def _read_positions(text: str, reading: Reading) -> Mapping[int, tuple[float, float]]:
    """Positions of the draft's vertices; those of a draft that cannot be read mean nothing."""
    return link_text.read_positions(text, reading.values["draft"]) if "draft" in reading.values else {}


def _short_box(selection: Selection, _writing: Writing) -> str | None:
    """The box in few digits."""
    return None if selection.short_box is None else link_text.box_text(selection.short_box)


@dataclass(frozen=True)
class PageState:
    """The state of a page.

    Attributes
    ----------
    table : BenchmarkTable
        The table that is open; shared, and never written to.
    metric, x, y : str
        The ranking metric, and those of the overview's axes.
    trained : bool
        Whether trained cells are counted in.
    better : mapping of str to bool or None
        Directions that differ from those of the table as it was opened, by metric.
    log_x, log_y : bool
        Whether an axis is logarithmic.
    window : tuple of float, optional
        Left, right, lower and upper end of the visible part of the overview; None for where it starts.
    selection : Selection
    draft : Draft
    positions : mapping of int to (float, float)
        Where a person put vertices, in data units.
    pinned : Cell, optional
        Pin A, which others are compared with.
    extra_vertices : int
        How many more inner vertices a completion may have.
    searches : tuple of SearchPlan
    followed : (int, int), optional
        The search that the map follows: its index, and the number of the query.
    belief : str
        What of a Gaussian process colours the map: ``mean``, ``deviation`` or nothing.
    gradient : GradientView, optional
        What is shown of searches by gradient; None where the drawer *Search* shows those over the table.
    cells : CellsView
        What the drawer *Cells* shows.
    color : str
        The structure column that colours the map; empty where the ranking metric does.
    only_selected : bool
        Whether completions are among the selected cells only.
    statistic : str
        Which cell of a bin gives its colour on the map, or ``count``.
    improve : Improve
        What the card of completions shows.
    other_pins : tuple of Cell or None
        The pins from B on.
    dark : bool
    lang : str
        The language that was chosen; empty where it is that of the browser or of the environment.
    drawer : str
        The drawer that is open; empty where none is.
    attribution : str
        What the card of edge importance shows: ``plain``, ``matched`` or ``contributions``.
    split : str
        What the distribution of contributions is split by: ``position``, ``depth`` or nothing.
    edge_values : str
        What the labels of the designer's edges are: ``contribution`` or ``shapley``.
    front, without : tuple of str
        The metrics of the Pareto front, empty for the usual ones, and the operations that its cells do without.
    noise : mapping of str to float
        Standard deviation of one repeat where a person states it, by metric.

    Examples
    --------
    >>> import vanas_panel as vp
    >>> state = PageState.start(vp.open_table("structure4"))
    >>> state.metric, state.draft == EMPTY, state == PageState.start(state.table)
    ('trainable_parameters', True, True)
    """

    table: BenchmarkTable = field(metadata=PageField(lambda table: table, (
        Part("table", _table_name, lambda text, reading: reading.tables[one_of(text, reading.tables)]),),
        opens=True, parameter=None).metadata)
    metric: str = field(metadata=_chosen("metric", marked("the colour")).metadata)
    x: str = field(metadata=_chosen("x", marked("the horizontal axis"), "y").metadata)
    y: str = field(metadata=_chosen("y", marked("the vertical axis"), "x").metadata)
    trained: bool = field(metadata=PageField(lambda table: isinstance(table, JoinedTable), (
        Part("trained", lambda value, _: "1" if value else None, _counted),), opens=True, parameter=None).metadata)
    better: Mapping[str, bool | None] = field(metadata=PageField(lambda table: table.directions, (
        Part("better", lambda value, _: link_text.directions_text(value) or None,
             lambda text, reading: reading.table.with_directions(link_text.read_directions(text, reading.table)),
             "better"),), opens=True, step=OWN_STEP).metadata)
    log_x: bool = field(metadata=_scale("x").metadata)
    log_y: bool = field(metadata=_scale("y").metadata)
    window: tuple[float, ...] | None = field(metadata=PageField(lambda table: None, (
        Part("window", _window_text, _read_window),),
        step=_ZOOM, carry=carry_rules.keep_on_same, plain=plain_floats).metadata)
    selection: Selection = field(metadata=PageField(Selection, (
        Part("box", _short_box, lambda text, reading: Selection.in_box(
            reading.table, link_text.read_box(text, reading.table)), "selection"),
        Part("rows", lambda value, _: None if value.box or value.where else value.packed or None,
             lambda text, reading: Selection(reading.table, unpack_rows(text, len(reading.table))), "selection"),
        Part("where", lambda value, _: None if value.where is None else conditions_text(value.where),
             lambda text, reading: Selection.of(reading.table, read_conditions(text, reading.table)), "selection")),
        step=OWN_STEP, carry=carry_rules.selection, code=lambda value, _: code_text.selection_code(value),
        parameter="rows").metadata)
    draft: Draft = field(metadata=PageField(lambda table: EMPTY, (
        Part("draft", lambda value, _: None if value == EMPTY else link_text.draft_text(value),
             lambda text, _: link_text.read_draft(text), "draft", fits=link_text.draft_fits),),
        step=EDIT, carry=carry_rules.draft, code=lambda value, _: code_text.draft_code(value)).metadata)
    positions: Mapping[int, tuple[float, float]] = field(metadata=PageField(lambda table: {}, (
        Part("place", lambda value, _: link_text.positions_text(value) or None, _read_positions, "draft",
             with_part="draft"),),
        step=_POSITION, carry=carry_rules.positions, code=lambda value, _: code_text.positions_code(value)).metadata)
    pinned: Cell | None = field(metadata=PageField(lambda table: None, (
        Part("pinned", lambda value, _: None if value is None else link_text.draft_text(value),
             lambda text, reading: Cell(*link_text.read_graph(text), reading.table.space), "pinned"),),
        step=OWN_STEP, carry=carry_rules.pinned, code=lambda value, _: code_text.cell_code(value)).metadata)
    extra_vertices: int = field(metadata=PageField(lambda table: 0, (
        Part("extra_vertices", lambda value, _: str(value or "") or None,
             lambda text, _: int(one_of(text, ("0", "1", "2")))),),
        step=OWN_STEP, carry=carry_rules.keep, code=_repr, plain=plain_vertex).metadata)
    dark: bool = field(metadata=PageField(lambda table: False, (
        Part("dark", lambda value, _: "1" if value else None, lambda text, _: one_of(text, ("0", "1")) == "1"),),
        carry=carry_rules.keep, plain=plain_bool).metadata)
    lang: str = field(metadata=PageField(lambda table: "", (
        Part("lang", lambda value, _: value or None, lambda text, _: known_language(text) or one_of(text, LANGUAGES)),),
        carry=carry_rules.keep, plain=plain_text).metadata)
    drawer: str = field(metadata=PageField(lambda table: "", (
        Part("drawer", lambda value, _: value or None,
             lambda text, reading: text if reading.drawers is None else one_of(text, reading.drawers)),),
        step=OWN_STEP, carry=carry_rules.keep, plain=plain_text).metadata)
    searches: tuple[SearchPlan, ...] = field(metadata=PageField(lambda table: (), (
        Part("search", lambda value, _: link_searches.searches_text(value) or None,
             lambda text, reading: link_searches.read_searches(text, reading.table, MOST_SEARCHES),
             "searches"),),
        step=OWN_STEP, carry=carry_rules.searches).metadata)
    followed: tuple[int, int] | None = field(metadata=PageField(lambda table: None, (
        Part("query", lambda value, writing: link_searches.followed_text(value, writing.state.searches),
             lambda text, reading: link_searches.read_followed(text, reading.values.get("searches", ())), "searches",
             with_part="search"),), step=_FOLLOW, carry=carry_rules.with_searches).metadata)
    belief: str = field(metadata=PageField(lambda table: "", (
        Part("belief", link_searches.belief_text, lambda text, _: one_of(text, BELIEFS[1:]), "searches",
             with_part="search"),),
        step=OWN_STEP, carry=carry_rules.with_searches, plain=plain_text).metadata)
    gradient: GradientView | None = field(metadata=PageField(lambda table: None, (
        Part("gradient", lambda value, _: gradient_text(value), lambda text, _: read_gradient(text), "searches"),),
        step=_EPOCHS, carry=carry_rules.keep).metadata)
    color: str = field(metadata=PageField(lambda table: "", (
        Part("color", lambda value, _: value or None,
             lambda text, reading: one_of(text, reading.table.structure_metrics)),),
        step=OWN_STEP, carry=carry_rules.color, code=_repr, plain=plain_text).metadata)
    statistic: str = field(metadata=PageField(lambda table: STATISTICS[0], (
        Part("bins", lambda value, _: None if value == STATISTICS[0] else value,
             lambda text, _: one_of(text, STATISTICS)),),
        step=OWN_STEP, carry=carry_rules.keep, code=_repr, plain=plain_text).metadata)
    attribution: str = field(metadata=_one_of("attribution", ATTRIBUTIONS).metadata)
    split: str = field(metadata=_one_of("split", SPLITS).metadata)
    edge_values: str = field(metadata=_one_of("edge_values", EDGE_VALUES).metadata)
    improve: Improve = field(metadata=PageField(lambda table: Improve(), (
        Part("improve", lambda value, _: improve_text(value),
             lambda text, reading: read_improve(text, reading.table)),),
        step=OWN_STEP, carry=lambda value, carrying: value if carrying.is_same else value.on(carrying.table),
        code=lambda value, _: improve_code(value)).metadata)
    other_pins: OtherPins = field(metadata=PageField(lambda table: (), (
        Part("pins", lambda value, _: link_pins.pins_text(value) or None,
             lambda text, reading: link_pins.read_pins(text, reading.table.space, reading.faults), "pins"),),
        step=OWN_STEP, carry=carry_rules.other_pins, code=lambda value, _: code_text.pins_code(value),
        plain=plain_pins).metadata)
    cells: CellsView = field(metadata=PageField(lambda table: CellsView(), (
        Part("cells", lambda value, _: cells_text(value), lambda text, reading: read_cells(text, reading.table)),),
        step=_CELLS, carry=lambda value, carrying: value.on(carrying.table),
        code=lambda value, _: cells_code(value)).metadata)
    only_selected: bool = field(metadata=PageField(lambda table: False, (
        Part("only", lambda value, _: "1" if value else None, lambda text, _: one_of(text, ("0", "1")) == "1"),),
        step=OWN_STEP, carry=carry_rules.keep, code=_repr, plain=plain_bool).metadata)
    front: tuple[str, ...] = field(metadata=PageField(lambda table: (), (
        Part("front", lambda value, _: trade_offs.names_text(value), trade_offs.read_front),),
        step=OWN_STEP, carry=trade_offs.carry_front, code=_repr, plain=trade_offs.plain_names).metadata)
    without: tuple[str, ...] = field(metadata=PageField(lambda table: (), (
        Part("without_operations", lambda value, _: trade_offs.names_text(value), trade_offs.read_without),),
        step=OWN_STEP, carry=trade_offs.carry_without, code=_repr, plain=trade_offs.plain_names).metadata)
    noise: Mapping[str, float] = field(metadata=PageField(lambda table: {}, (
        Part("noise", lambda value, _: trade_offs.noise_text(value), trade_offs.read_noise),),
        step=OWN_STEP, carry=trade_offs.carry_noise, code=_repr, plain=trade_offs.plain_noise).metadata)

    @classmethod
    def start(cls, table: BenchmarkTable, **values: Any) -> PageState:
        """The first state of a page of a table, apart from the values that are given."""
        return cls(**{name: values[name] if name in values else entry.default(table)
                      for name, entry in entries(cls).items()})

    def for_report(self) -> PageState:
        """The state with only the parts that go into a report."""
        return self.start(self.table, **{name: getattr(self, name) for name, entry in entries(type(self)).items()
                                         if entry.code is not None})


class _Tables(NamedTuple):
    """Tables derived from the attributes of a state, see the functions below."""

    entries: Mapping[str, PageField]
    parameters: Mapping[str, str]
    steps: Mapping[str, Step | None]
    plain: Mapping[str, Callable[[Any], Any]]


@cache
def _tables(state_type: Any) -> _Tables:
    """The tables of a kind of state."""
    found = {each.name: PageField.of(each) for each in fields(state_type)}
    held = {name: entry.parameter or name for name, entry in found.items() if entry.parameter is not None}
    return _Tables(found, held, {parameter: found[name].step for name, parameter in held.items()},
                   {parameter: make for name, parameter in held.items() if (make := found[name].plain)})


def entries(state_type: Any) -> Mapping[str, PageField]:
    """The rules of each part of a state, by the names of its attributes, in the order of a link."""
    return _tables(state_type).entries


def parameters(state_type: Any) -> Mapping[str, str]:
    """The parameters of a session that hold a state, by the names of its attributes."""
    return _tables(state_type).parameters


def steps(state_type: Any) -> Mapping[str, Step | None]:
    """How a change of each parameter of a session goes into the browser's history."""
    return _tables(state_type).steps


def plain_of(state_type: Any) -> Mapping[str, Callable[[Any], Any]]:
    """The functions that turn each parameter of a session into plain Python."""
    return _tables(state_type).plain

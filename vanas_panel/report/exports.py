"""Single figures and tables as files: SVG in light colours, CSV as pandas writes it."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from vanas_panel.draw.cell.layout import arrange
from vanas_panel.draw.cell.scene import Scene, changes_of, contributions_of
from vanas_panel.draw.cell.svg import cell_figure_svg
from vanas_panel.draw.svg_charts import importance_svg, overview_svg
from vanas_panel.draw.theme import LIGHT, Palette
from vanas_panel.errors import ReportError
from vanas_panel.report.live_charts import map_of
from vanas_panel.report.plan import Axes
from vanas_panel.report.tables import completions_table, contributions_table, csv, selection_parts
from vanas_panel.state.session import Session
from vanas_panel.text.language import Message, marked


class Export(NamedTuple):
    """Something that can be saved by itself.

    Attributes
    ----------
    label : str
        In English: `gettext` translates it.
    kinds : tuple of str
        Of ``svg``, ``png`` and ``csv``; a PNG is drawn from the SVG by the browser.
    """

    label: str
    kinds: tuple[str, ...]


EXPORTS = {
    "overview": Export(marked("Overview"), ("svg", "png")),
    "selection": Export(marked("Selected cells"), ("csv",)),
    "importance": Export(marked("Edge importance"), ("svg", "png", "csv")),
    "cell": Export(marked("Drawn cell"), ("svg", "png")),
    "contributions": Export(marked("Contributions"), ("csv",)),
    "completions": Export(marked("Completions"), ("csv",)),
}
"""Everything that can be saved by itself, by name."""


def overview_figure_svg(session: Session, axes: Axes | None = None, colors: Palette = LIGHT) -> str:
    """The map of a session, by default on its own axes, as SVG."""
    return overview_svg(map_of(session, axes or Axes(session.x, session.y, session.log_x, session.log_y)), colors)


def importance_figure_svg(session: Session, colors: Palette = LIGHT) -> str:
    """The bars of edge importance over the selection of a session, as SVG."""
    return importance_svg(session.importance, session.table.metric(session.metric), colors,
                          whole=None if session.rows is None else session.importance_of_all)


def drawn_cell_svg(session: Session, colors: Palette = LIGHT) -> str:
    """The draft of a session with its contributions, as SVG."""
    return cell_figure_svg(Scene(
        session.draft, arrange(session.draft, session.positions), session.table.space.operations, colors,
        session.table.metric(session.metric), contributions_of(session.edge_frame), session.problems,
        changes=changes_of(session.operation_changes)))


def _selection_csv(session: Session) -> str:
    """The selected cells."""
    return "".join(selection_parts(session.table, session.rows))


def _contributions_csv(session: Session) -> str:
    """The contributions of the drawn cell."""
    found = contributions_table(session)
    if found is None:
        raise ReportError(Message("Found no measured cell in the designer; expected one, as only its edges have "
                                  "contributions. Load or draw a cell of the table."))
    return csv(found)


_FIGURES: dict[str, Callable[[Session], str]] = {
    "overview": overview_figure_svg, "importance": importance_figure_svg, "cell": drawn_cell_svg,
}
_TABLES: dict[str, Callable[[Session], str]] = {
    "selection": _selection_csv,
    "importance": lambda session: csv(session.importance),
    "contributions": _contributions_csv,
    "completions": lambda session: csv(completions_table(session)),
}


def exported(session: Session, name: str, kind: str) -> str:
    """The text of one of `EXPORTS`.

    Parameters
    ----------
    session : Session
    name : str
    kind : str
        One of its kinds; ``png`` gives the SVG that it is drawn from.

    Raises
    ------
    ReportError
        Where there is no such thing, or not at the moment.

    Examples
    --------
    >>> import vanas_panel as vp
    >>> exported(vp.Session(vp.open_table("structure4")), "importance", "csv").partition(",")[0]
    'source'
    """
    if name not in EXPORTS or kind not in EXPORTS[name].kinds:
        raise ReportError(Message("Found {name} as {kind}; expected one of {known}. Choose one of these.",
                                  name=repr(name), kind=repr(kind), known=", ".join(EXPORTS)))
    return _TABLES[name](session) if kind == "csv" else _FIGURES[name](session)

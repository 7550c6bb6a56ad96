"""How objects are shown as the last line of a notebook's cell: tables, cells, drafts, sessions and trainings as HTML.

Text and lines take the colour of what surrounds them (``currentColor``) and nothing has a background, so that all is
readable on light and on dark themes. Names come from files and from people: all of them are escaped and isolated, so
that a name that runs from right to left turns nothing around it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from vanas_panel.core.cell import Cell
from vanas_panel.core.draft import Draft
from vanas_panel.draw.cell.layout import place
from vanas_panel.draw.cell.scene import Scene
from vanas_panel.draw.cell.svg import cell_figure_svg
from vanas_panel.draw.cell.thumbnail import describe
from vanas_panel.draw.format import count_cells, count_edges, count_vertices, format_count, format_range, format_value
from vanas_panel.draw.html import Html, as_html, joined, pieces
from vanas_panel.draw.table_words import notes_of, title_of
from vanas_panel.draw.theme import LIGHT, Palette
from vanas_panel.state.pins import MARKS
from vanas_panel.state.session import Session
from vanas_panel.tables.metrics import FRACTION, Metric, better_words, known_metric, label_of
from vanas_panel.tables.table import BenchmarkTable
from vanas_panel.text.language import gettext as _
from vanas_panel.text.language import marked, ngettext, pgettext, speaking, translated
from vanas_panel.text.terminal import escaped
from vanas_panel.training.results import Record, Results, where_words
from vanas_panel.training.run import Run

_PIECES = pieces(__file__)

MOST_METRICS = 40
"""Rows of the table of metrics; what is beyond is counted."""
MOST_NOTES = 5
MOST_RECORDS = 10

ANY_THEME = Palette(page="none", card="none", line="currentColor", text="currentColor", muted="currentColor",
                     faint="currentColor", accent="#d6455d", positive="currentColor", negative="currentColor",
                     neutral="currentColor", terminal="none", terminal_line="currentColor", series_1="#2f7fd6",
                     series_2="#c87a10", series_3="#9a5cc0", series_4="#1a9fb3", series_5="#a06a3a",
                     **{f"pin_{mark.lower()}": "currentColor" for mark in MARKS})
_CELL = "padding: 2px 12px 2px 0; text-align: left; vertical-align: top; background: none"
_STATES = (marked("starting workers"), marked("waiting"), marked("running"), marked("done"), marked("failed"),
           marked("cancelled"))
"""States of a training, for the catalogue."""
_ACCURACIES = ("train", "validation", "test")


def table_html(table: BenchmarkTable) -> Html:
    """Describe a table: its title, its size, its space, and each metric with unit, range and direction.

    Examples
    --------
    >>> import vanas_panel as vp
    >>> "91 cells" in table_html(vp.open_table("structure4"))
    True
    """
    space = table.space
    rows = [_metric_row(table, name, metric) for name, metric in list(table.metrics.items())[:MOST_METRICS]]
    return framed(
        headline(title_of(table)),
        paragraph(as_html(_("{cells} of at most {vertices} and {edges}; operations {operations}.")).format(
            cells=count_cells(len(table)), vertices=count_vertices(space.max_vertices),
            edges=count_edges(space.max_edges), operations=Html(", ").join(map(shown_name, space.operations)))),
        facts_grid((_("Metric"), _("Name"), _("Unit"), _("Range"), _("Known"), _("Better")), rows),
        _more(len(table.metrics) - MOST_METRICS, *_MORE_METRICS),
        *(paragraph(as_html(_("Note: {note}")).format(note=shown_name(note))) for note in notes_of(table)[:MOST_NOTES]),
        _more(len(table.notes) - MOST_NOTES, *_MORE_NOTES))


def draft_html(draft: Draft) -> Html:
    """A drawing of a draft or a cell with its words, and what keeps it from being a cell.

    Examples
    --------
    >>> "There is no path from input to output." in draft_html(Draft(["input", "output"]))
    True
    """
    problems = () if isinstance(draft, Cell) else draft.problems(None)
    kind = _("Cell") if isinstance(draft, Cell) else _("Draft")
    return framed(paragraph(_PIECES.kind(kind=kind, words=shown_name(describe(draft)))), _drawing(draft, ANY_THEME),
                   *(paragraph(joined(["⚠ ", shown_name(translated(problem.message))])) for problem in problems))


def draft_svg(draft: Draft) -> Html:
    """A drawing of a draft or a cell on white: as an image of its own it cannot know what surrounds it.

    Examples
    --------
    >>> draft_svg(Draft(["input", "output"], [(0, 1)])).count("<polyline")
    1
    """
    return _drawing(draft, LIGHT, "#ffffff")


def session_html(session: Session) -> Html:
    """Describe the selection and the drawing of a session."""
    with speaking(session.language):
        return _session_html(session)


def _session_html(session: Session) -> Html:
    """The same in the language that holds."""
    table = session.table
    selected = _("all cells") if session.rows is None else ngettext(
        "{count} selected cell", "{count} selected cells", len(session.rows)).format(
            count=format_count(len(session.rows)))
    x, y = (shown_name(label_of(table.metric(name))) for name in (session.x, session.y))
    said = [(_("Table"), shown_name(title_of(table))),
            (_("Ranked by"), shown_name(label_of(table.metric(session.metric)))),
            (_("Map"), as_html(_("{first} and {last}")).format(first=x, last=y)), (_("Cells"), selected),
            (_("Pinned"), _("no cell") if session.pinned is None else shown_name(describe(session.pinned)))]
    return framed(headline(_("Session")), facts_grid((), said), draft_html(session.draft))


def run_html(run: Run) -> Html:
    """A training that is under way or has ended: how far it is, why it failed, what it found."""
    progress = run.progress
    steps = _("step {done} of {total}").format(done=format_count(progress.step),
                                               total=format_count(run.settings.steps))
    said = [(_("State"), shown_name(_(progress.state))), (_("Progress"), steps),
            (_("Since the start"), format_value(known_metric("training_time"), run.seconds))]
    if progress.reason:
        said.append((_("Reason"), shown_name(translated(progress.reason))))
    result = "" if progress.record is None else _repeats(progress.record)
    return framed(headline(_("Training of a cell")), facts_grid((), said), result, draft_html(run.cell))


def record_html(record: Record) -> Html:
    """The result of a training: where it ran, and the accuracies of each repeat."""
    return framed(
        headline(_("Trained cell")),
        paragraph(as_html(_("{parameters} parameters, {macs} multiply-accumulates for an image; settings {settings}; "
                     "{device}.")).format(
            parameters=format_count(record.trainable_parameters), macs=format_count(record.multiply_accumulates),
            settings=shown_name(record.settings_hash), device=shown_name(where_words(record)))),
        _repeats(record), draft_html(record.cell))


def results_html(results: Results) -> Html:
    """Describe a results file: how many cells, and the first of them with their test accuracies."""
    rows = [(shown_name(describe(record.cell)), format_count(record.trainable_parameters), _test_accuracies(record),
             shown_name(record.finished)) for record in results.records[:MOST_RECORDS]]
    torn = _("The last line was broken off while it was written.") if results.torn else ""
    repeated = ngettext("{count} record left out, since the cell was there before.",
                        "{count} records left out, since the cell was there before.", results.repeated).format(
                            count=format_count(results.repeated)) if results.repeated else ""
    title = _("Results of {cells}").format(cells=count_cells(len(results.records)))
    return framed(headline(title), facts_grid((_("Cell"), _("Parameters"), _("Test accuracy"), _("Finished")), rows),
                   _more(len(results.records) - MOST_RECORDS, *_MORE_CELLS), paragraph(torn), paragraph(repeated))


def _metric_row(table: BenchmarkTable, name: str, metric: Metric) -> tuple[Html | str, ...]:
    """A line of the table of metrics."""
    values = table.column(name)
    known = values[~np.isnan(values)]
    span = format_range(metric, float(known.min()), float(known.max())) if known.size else "–"
    unit = {FRACTION: "%", "s": _("seconds")}.get(metric.unit, metric.unit)
    return (shown_name(label_of(metric)), _PIECES.code(words=shown_name(name)), shown_name(unit), shown_name(span),
            format_count(known.size), better_words(metric))


def _repeats(record: Record) -> Html | str:
    """The accuracies of each repeat at the end of its training."""
    rows = []
    for repeat in record.repeats:
        accuracies = [_per_cent(_last(repeat.get(f"{name}_accuracy"))) for name in _ACCURACIES]
        rows.append((shown_name(repeat.get("repeat", "")), *accuracies, shown_name(repeat.get("reason") or "")))
    return facts_grid((_("Repeat"), pgettext("accuracy", "Train"), _("Validation"), _("Test"), _("Trouble")), rows)


def _test_accuracies(record: Record) -> str:
    """The test accuracies of the repeats that have one."""
    found = [_last(repeat.get("test_accuracy")) for repeat in record.repeats]
    return ", ".join(_per_cent(value) for value in found if value is not None) or "–"


def _last(values: Sequence[float | None] | None) -> float | None:
    """The last of some values."""
    return values[-1] if values else None


def _per_cent(value: float | None) -> str:
    """An accuracy, or a dash."""
    return "–" if value is None else f"{100 * value:.2f} %"


def _drawing(draft: Draft, colors: Palette, background: str = "") -> Html:
    """The designer's drawing of a draft, without contributions."""
    # Parts on no path are drawn in full strength: faint labels would be hard to read, and nothing can be mended here.
    problems = tuple(problem for problem in draft.problems(None) if problem.kind != "off path")
    # Characters that turn the direction of reading are written as their codes.
    draft = Draft([escaped(operation) for operation in draft.operations], draft.edges)
    used = tuple(sorted({*draft.operations[1:-1]}))
    scene = Scene(draft, place(draft), used, colors, known_metric("test_accuracy"), problems=problems)
    return cell_figure_svg(scene, cropped=True, background=background)


def framed(*parts: Html | str) -> Html:
    """Parts one below the other."""
    return _PIECES.frame(parts=parts)


def headline(words: str) -> Html:
    """The heading of a display."""
    return _PIECES.heading(words=shown_name(words))


def paragraph(words: Html | str) -> Html | str:
    """A paragraph, or nothing."""
    return _PIECES.paragraph(words=words) if words else ""


def facts_grid(heads: Sequence[str], rows: Iterable[Sequence[Html | str]]) -> Html | str:
    """A table; without heads, the first entry of each row is one."""
    rows = list(rows)
    return _PIECES.grid(heads=heads, rows=rows, style=_CELL) if rows else ""


_MORE_METRICS = marked("… and {count} more metric."), marked("… and {count} more metrics.")
_MORE_NOTES = marked("… and {count} more note."), marked("… and {count} more notes.")
_MORE_CELLS = marked("… and {count} more cell."), marked("… and {count} more cells.")


def _more(count: int, one: str, many: str) -> Html | str:
    """How many more there are, where there are more."""
    return paragraph(_(one if count == 1 else many).format(count=format_count(count))) if count > 0 else ""


def shown_name(words: object) -> Html:
    """Foreign text, isolated so that its direction marks do not affect what follows."""
    return _PIECES.name(words=escaped(str(words)))

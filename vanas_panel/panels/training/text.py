"""The text of the drawer *Train*: pure functions from plain data to HTML."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from vanas_panel.core.draft import Draft
from vanas_panel.draw import curve
from vanas_panel.draw.cell.thumbnail import cell_svg, describe
from vanas_panel.draw.css import ACCENT, CARD, FAINT, LINE, MUTED, NEGATIVE, PAGE
from vanas_panel.draw.html import Html, joined, pieces
from vanas_panel.draw.theme import Palette
from vanas_panel.panels.training import results as trained
from vanas_panel.panels.training.results import Recorded, count_words, settings_words
from vanas_panel.tables.table import BenchmarkTable
from vanas_panel.text.language import gettext as _
from vanas_panel.text.language import marked
from vanas_panel.training.personal import Trained
from vanas_panel.training.run import CANCELLED, DONE, FAILED, RUNNING, STARTING, WAITING, Run
from vanas_panel.training.settings import Settings
from vanas_panel.training.table import table_settings
from vanas_panel.widgets.markup import note_html

_PIECES = pieces(__file__)

CSS = f"""
{trained.CSS}
{curve.CSS}
h3 {{ margin: 4px 0 0; font-size: 12px; font-weight: 650; }}
.cell {{ display: flex; gap: 12px; align-items: center; }}
.cell .facts {{ flex: 1; min-width: 0; }}
.cell .line, .line {{ color: {MUTED}; font-size: 11px; }}
details summary {{ cursor: pointer; color: {MUTED}; font-size: 11px; }}
details p {{ color: {MUTED}; font-size: 11px; padding: 4px 0 0; }}
button.main {{ border-color: {ACCENT}; font-weight: 600; padding: 6px 14px; }}
.actions {{ display: flex; align-items: center; gap: 10px; flex-wrap: wrap; }}
progress {{
  appearance: none; width: 100%; height: 8px; border: 0; border-radius: 4px; background: {LINE}; overflow: hidden;
}}
progress::-webkit-progress-bar {{ background: {LINE}; }}
progress::-webkit-progress-value {{ background: {ACCENT}; }}
progress::-moz-progress-bar {{ background: {ACCENT}; }}
.run {{ display: flex; flex-direction: column; gap: 6px; }}
.run .state {{ display: flex; justify-content: space-between; gap: 10px; }}
.failure {{ border-left: 3px solid {NEGATIVE}; background: {PAGE}; border-radius: 6px; padding: 8px 10px;
  overflow-wrap: anywhere; }}
.others {{ display: flex; flex-direction: column; gap: 4px; }}
.others .other {{ display: flex; align-items: center; gap: 8px; }}
.others progress {{ flex: 1; }}
.switch {{ display: flex; align-items: center; gap: 9px; text-align: left; padding: 6px 10px; width: 100%; }}
.switch i {{ flex: none; width: 26px; height: 14px; border-radius: 8px; background: {FAINT}; position: relative; }}
.switch i::after {{
  content: ""; position: absolute; top: 2px; left: 2px; width: 10px; height: 10px; border-radius: 5px;
  background: {CARD};
}}
.switch[aria-checked=true] i {{ background: {ACCENT}; }}
.switch[aria-checked=true] i::after {{ left: 14px; }}
.list {{ display: flex; flex-direction: column; }}
.list .row {{ display: flex; align-items: center; gap: 4px; border-bottom: 1px solid {LINE}; }}
.list .entry {{
  flex: 1; min-width: 0; display: grid; grid-template-columns: auto 1fr; align-items: center; gap: 10px;
  border: 1px solid transparent; background: none; padding: 4px 6px; text-align: left;
}}
.list .entry[aria-pressed=true] {{ border-color: {ACCENT}; }}
.list b {{ font-size: 13px; }}
"""

STACK = ":host { gap: 10px; }"
"""For the layout of the parts."""

_STATES = {STARTING: marked("Starting workers …"), WAITING: marked("Waiting for a worker …"),
           RUNNING: marked("Training"), DONE: marked("Done"), FAILED: marked("Failed"), CANCELLED: marked("Cancelled")}


@dataclass(frozen=True)
class Drawn:
    """The cell in the designer, as far as training is concerned.

    Attributes
    ----------
    cell : Draft or None
        None where the draft is no cell that can be trained.
    reason : str
        Why it is none.
    parameters, accumulates : int
        Of its network in these settings.
    run : Run or None
        Its last run.
    row : Trained or None
        Its trained results.
    recorded : Recorded or None
        Recordings of these.
    """

    cell: Draft | None = None
    reason: str = ""
    parameters: int = 0
    accumulates: int = 0
    run: Run | None = None
    row: Trained | None = None
    recorded: Recorded | None = None


def settings_html(settings: Settings) -> Html:
    """Settings of a training, folded up."""
    return _PIECES.plan(tooltip=_("Repeats, steps, images, network"), words=settings_words(settings),
                        label=_("Settings {hash}").format(hash=settings.digest))


def comparable_words(table: BenchmarkTable) -> str:
    """Whether numbers that are trained here can stand beside those of a table."""
    if table_settings(table) is not None:
        words = _("Trained as the cells of {table} were: the numbers can be compared, within their spread.")
    else:
        words = _("The table {table} does not say how its cells were trained: do not compare its numbers with "
                  "those from here.")
    return words.format(table=table.name)


def no_workers_words() -> str:
    """What is said where a page has nothing to train on."""
    return _("Cells cannot be trained from this page: it has no workers.")


def cell_html(drawn: Drawn, settings: Settings, comparable: str, operations: tuple[str, ...], colors: Palette) -> Html:
    """The drawn cell, and what its training would be.

    Parameters
    ----------
    drawn : Drawn
    settings : Settings
        With which it would be trained.
    comparable : str
        Whether the numbers can stand beside the table's.
    operations : tuple of str
        Of the search space.
    colors : Palette

    Returns
    -------
    Html
        With all text escaped.
    """
    plan = settings_html(settings)
    if drawn.cell is None:
        return _PIECES.no_cell(reason=drawn.reason, plan=plan)
    exact = _("{parameters} trainable parameters, {accumulates} multiply-accumulates for one image, in the network "
              "that is trained here").format(parameters=f"{drawn.parameters:,}", accumulates=f"{drawn.accumulates:,}")
    short = _("{parameters} parameters, {accumulates} MAC per image").format(
        parameters=count_words(drawn.parameters), accumulates=count_words(drawn.accumulates))
    return _PIECES.cell(drawing=cell_svg(drawn.cell, operations, colors, width=72, height=72),
                        words=describe(drawn.cell), tooltip=exact, size=short, plan=plan, comparable=comparable)


def live_html(drawn: Drawn, missing: str) -> Html | str:
    """How the training of the drawn cell goes, or the button that begins it.

    Parameters
    ----------
    drawn : Drawn
    missing : str
        The packages to install before a cell can be trained; empty where none is missing.

    Returns
    -------
    Html
        With all text escaped and the actions ``train`` and ``cancel:...``.
    """
    if drawn.cell is None:
        return ""
    parts, run = [], drawn.run
    active = run is not None and not run.progress.ended
    if missing:
        parts.append(_PIECES.missing(words=missing))
    if not active:
        word = _("Train again") if drawn.row is not None else _("Train this cell")
        tooltip = _("It takes seconds to minutes, goes on without this page, and is kept in a table of your own")
        parts.append(_PIECES.train(tooltip=tooltip, label=word, disabled=bool(missing)))
    if run is not None:
        parts.append(run_html(run))
    if drawn.row is not None and not active:
        parts.append(trained.result_html(drawn.row, drawn.recorded))
    return joined(parts)


def run_html(run: Run) -> Html:
    """A run with its progress and learning curve; nothing but the curve once it went well."""
    progress, steps = run.progress, run.settings.steps
    drawing = curve.curve_svg(progress.evaluations, steps) if progress.evaluations else ""
    if progress.state == DONE:
        return _PIECES.done(drawing=drawing)
    if progress.state == CANCELLED:
        return note_html(_("Cancelled; nothing was kept."), "status")
    if progress.state == FAILED:
        return _PIECES.failed(drawing=drawing, label=_("Failed."), reason=progress.reason)
    words = _(_STATES[progress.state])
    if progress.state == RUNNING:
        words = (_("Training: step {step} of {steps}").format(step=f"{progress.step:,}", steps=f"{steps:,}")
                 if progress.step else _("Training: getting ready …"))
    lost = _("A worker was lost; the cell is trained again (attempt {count}).").format(count=progress.restarts + 1)
    shared = len(run.people) - 1
    return _PIECES.run(
        words=words, clock_tooltip=_("Time since it was asked for"), clock=_clock(run), progress=_progress(run),
        lines=[*([lost] if progress.restarts else []), *([_people(shared)] if shared else [])], drawing=drawing,
        name=run.name, label=_("Cancel"),
        tooltip=_("Others go on waiting") if shared else _("End the training; nothing of it is kept"))


def others_html(runs: Sequence[Run]) -> Html | str:
    """Runs of other cells in progress."""
    if not runs:
        return ""
    lines = [{"name": run.name, "words": describe(run.cell), "progress": _progress(run)} for run in runs]
    return _PIECES.others(title=_("Also under way"), runs=lines, show_tooltip=_("Put its cell into the designer"),
                          cancel_tooltip=_("Wait for it no longer"), cancel=_("Cancel"))


def _progress(run: Run) -> dict[str, Any]:
    """What a progress bar shows; without a value while nothing is known."""
    step, steps = run.progress.step, run.settings.steps
    return {"steps": steps, "value": step if run.progress.state == RUNNING and step else 0, "label": _("Steps done"),
            "tooltip": _("{step} of {steps} steps").format(step=step, steps=steps)}


def _clock(run: Run) -> str:
    """Time on the clock in whole seconds, so that it does not flicker."""
    minutes, seconds = divmod(int(run.seconds), 60)
    return f"{minutes} min {seconds} s" if minutes else f"{seconds} s"


def _people(count: int) -> str:
    """How many others wait for a run."""
    if count == 1:
        return _("One other person waits for the same run.")
    return _("{count} others wait for the same run.").format(count=count)

"""The text of the drawer *Train*: pure functions from plain data to HTML."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from vanas_panel.core.draft import Draft
from vanas_panel.training.personal import Trained
from vanas_panel.training.run import CANCELLED, DONE, FAILED, RUNNING, STARTING, WAITING, Run
from vanas_panel.training.settings import Settings
from vanas_panel.views import curve, trained
from vanas_panel.views.drawing import cell_svg, describe
from vanas_panel.views.markup import text
from vanas_panel.views.style import ACCENT, CARD, FAINT, LINE, MUTED, NEGATIVE, PAGE
from vanas_panel.views.theme import Palette
from vanas_panel.views.trained import count_words, settings_words

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

_STATES = {STARTING: "Starting workers …", WAITING: "Waiting for a worker …", RUNNING: "Training", DONE: "Done",
           FAILED: "Failed", CANCELLED: "Cancelled"}


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
        What was trained of it.
    """

    cell: Draft | None = None
    reason: str = ""
    parameters: int = 0
    accumulates: int = 0
    run: Run | None = None
    row: Trained | None = None


def cell_html(drawn: Drawn, settings: Settings, comparable: str, operations: tuple[str, ...], colors: Palette) -> str:
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
    str
        HTML with all text escaped.
    """
    plan = (f'<details><summary title="Repeats, steps, images, network">Settings {settings.digest}</summary><p>'
            f"{text(settings_words(settings))}</p></details>")
    if drawn.cell is None:
        return f'<div class="note">{text(drawn.reason)}</div>{plan}'
    exact = (f"{drawn.parameters:,} trainable parameters, {drawn.accumulates:,} multiply-accumulates for one image, in "
             "the network that is trained here")
    drawing = cell_svg(drawn.cell, operations, colors, width=72, height=72)
    return (f'<div class="cell">{drawing}<div class="facts">{text(describe(drawn.cell))}<br>'
            f'<span class="line num" title="{exact}">{text(count_words(drawn.parameters))} parameters, '
            f"{text(count_words(drawn.accumulates))} MAC per image</span>{plan}</div></div>"
            f'<p class="line">{text(comparable)}</p>')


def live_html(drawn: Drawn, missing: str) -> str:
    """How the training of the drawn cell goes, or the button that begins it.

    Parameters
    ----------
    drawn : Drawn
    missing : str
        What is to be installed before anything can be trained; empty where nothing is.

    Returns
    -------
    str
        HTML with all text escaped and the actions ``train`` and ``cancel:...``.
    """
    if drawn.cell is None:
        return ""
    parts, run = [], drawn.run
    active = run is not None and not run.progress.ended
    if missing:
        parts.append(f'<div class="note" data-missing>{text(missing)}</div>')
    if not active:
        word = "Train again" if drawn.row is not None else "Train this cell"
        tooltip = "It takes seconds to minutes, goes on without this page, and is kept in a table of your own"
        parts.append(f'<div class="actions"><button class="main" data-action="train" title="{tooltip}"'
                     f'{" disabled" if missing else ""}>{word}</button></div>')
    if run is not None:
        parts.append(run_html(run))
    if drawn.row is not None and not active:
        parts.append(trained.result_html(drawn.row))
    return "".join(parts)


def run_html(run: Run) -> str:
    """A run with its progress and learning curve; nothing but the curve once it went well."""
    progress, steps = run.progress, run.settings.steps
    drawing = curve.curve_svg(progress.looks, steps) if progress.looks else ""
    if progress.state == DONE:
        return f'<div class="run">{drawing}</div>'
    if progress.state == CANCELLED:
        return '<div class="note" role="status">Cancelled; nothing was kept.</div>'
    if progress.state == FAILED:
        return (f'<div class="run">{drawing}<div class="failure" role="alert"><b>Failed.</b> {text(progress.reason)}'
                "</div></div>")
    words = _STATES[progress.state]
    if progress.state == RUNNING:
        words = f"Training: step {progress.step:,} of {steps:,}" if progress.step else "Training: getting ready …"
    lost = (f'<p class="line">A worker was lost; the cell is trained anew (attempt {progress.restarts + 1}).</p>'
            if progress.restarts else "")
    shared = len(run.people) - 1
    others = f'<p class="line">{_people(shared)} for the same run.</p>' if shared else ""
    tooltip = "Others go on waiting" if shared else "End the training; nothing of it is kept"
    return (f'<div class="run"><div class="state"><span role="status">{text(words)}</span>'
            f'<span class="line num" title="Time since it was asked for">{text(_clock(run))}</span></div>'
            f"{_bar(run)}{lost}{others}{drawing}"
            f'<div class="actions"><button data-action="cancel:{run.name}" title="{tooltip}">Cancel</button></div>'
            "</div>")


def others_html(runs: Sequence[Run]) -> str:
    """Runs of other cells that somebody waits for."""
    if not runs:
        return ""
    lines = "".join(
        f'<div class="other"><button class="small" data-action="show:{run.name}" title="Put its cell into the '
        f'designer">{text(describe(run.cell))}</button>{_bar(run)}'
        f'<button class="small" data-action="cancel:{run.name}" title="Wait for it no longer">Cancel</button></div>'
        for run in runs)
    return f'<h3>Also under way</h3><div class="others">{lines}</div>'


def _bar(run: Run) -> str:
    """A progress bar; one without an end while nothing is known."""
    steps = run.settings.steps
    value = f' value="{run.progress.step}"' if run.progress.state == RUNNING and run.progress.step else ""
    return (f'<progress max="{steps}"{value} aria-label="Steps done" title="{run.progress.step} of {steps} steps">'
            "</progress>")


def _clock(run: Run) -> str:
    """Time on the clock in whole seconds, so that it does not flicker."""
    minutes, seconds = divmod(int(run.seconds), 60)
    return f"{minutes} min {seconds} s" if minutes else f"{seconds} s"


def _people(count: int) -> str:
    """How many others wait."""
    return "One other person waits" if count == 1 else f"{count} others wait"

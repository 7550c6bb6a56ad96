"""The report of a training as one HTML file that opens from disk, plays, and asks for nothing."""

from __future__ import annotations

import base64
import hashlib
import os
from pathlib import Path

from vanas_panel._version import __version__
from vanas_panel.core.plain import plain_text
from vanas_panel.draw.html import Html, pieces
from vanas_panel.draw.inspector.about import about_html, figures_html
from vanas_panel.draw.inspector.cells import CELL_CSS, cells_html
from vanas_panel.draw.inspector.scene import scene_of
from vanas_panel.draw.inspector.script import as_statements, inspector_script, inspector_style
from vanas_panel.errors import ReportError, brief
from vanas_panel.files.atomic import write_whole
from vanas_panel.files.disk_errors import cause
from vanas_panel.inspector.training import Training
from vanas_panel.inspector.weight_change import SCALES
from vanas_panel.report import checked_target
from vanas_panel.report.style import STYLE, VARIABLES
from vanas_panel.text.language import LANGUAGES, Message, current_language, known_language, speaking
from vanas_panel.text.language import gettext as _

_PIECES = pieces(__file__)
_SCRIPT = Path(__file__).with_suffix(".js")

LIMIT = 8_000_000
"""Most bytes of a report."""

_AROUND = 300_000
"""Bytes that are kept free for what stands around the scenes; the script and the styles take a third of that."""

_LAYOUT = """
.vi-report main, .vi-report .masthead, .vi-report footer { max-width: 1640px; }
.vi-page { container: vi-page / inline-size; margin-bottom: 16px; }
.no-script .vi-page:empty { display: none; }
@media screen { html:not(.no-script) #about { display: none; } }
#about .vi-about { max-width: 96ch; display: grid; gap: 8px; }
.vi-still caption { text-align: left; color: var(--vp-muted); padding-bottom: 8px; }
.vi-still tbody th { color: inherit; border-bottom: 1px solid var(--vp-line); }
#about h2, #figures h2 { margin: 18px 0 8px; }
"""


def save_training_report(training: Training, path: str | os.PathLike[str], *, second: Training | None = None,
                         scale: str = "all", biases: bool = False, title: str | None = None, notes: str = "",
                         lang: str | None = None) -> Path:
    """Write a recorded training as one HTML file that opens from disk, plays without a network and asks for nothing.

    Parameters
    ----------
    training : Training
    path : path-like
        Where to write it, a name that ends in ``.html``; replaced in one step.
    second : Training, optional
        Another training beside it, at the same epoch and on the same scale.
    scale : {"all", "layer", "none"}, optional
        How the view starts: changes by the largest one over all layers at the last epoch, by that of each layer, or in
        the unit of the weights.
    biases : bool, optional
        Whether the view starts with biases and normalisations.
    title : str, optional
    notes : str, optional
        The reporter's own words, shown as text; an empty line starts a new paragraph.
    lang : str, optional
        The language, such as ``"ko"``.

    Returns
    -------
    Path
        The file, at most 8 MB however large the network is: cells of weights are merged until it is, and show their
        true maximum and mean.

    Raises
    ------
    ReportError
        Where the scale or the language is unknown, or where the file cannot be written.

    Examples
    --------
    >>> save_training_report(training, "training.html")  # doctest: +SKIP
    """
    target = checked_target(path)
    if scale not in SCALES:
        raise ReportError(Message("Found the scale {found}; expected one of {known}. Choose one of these.",
                                  found=brief(repr(scale), 60), known=", ".join(SCALES)))
    language = current_language() if lang is None else known_language(plain_text(lang))
    if language is None:
        raise ReportError(Message("Found the language {found} of a report; expected one of {known}. Choose one of "
                                  "these.", found=brief(repr(lang), 60), known=", ".join(LANGUAGES)))
    notes = plain_text(notes) if isinstance(notes, str) else ""
    with speaking(language):
        text = _document(training, second, scale, biases, title or training.title, notes, language)
    try:
        write_whole(target, text.encode("utf-8"))
    except OSError as error:
        raise ReportError(Message("{path}: Found that it cannot be written ({reason}); expected a place with room that "
                                  "this user may write to. Choose another.", path=target,
                                  reason=cause(error))) from None
    return target


def _document(training: Training, second: Training | None, scale: str, biases: bool, title: str, notes: str,
              language: str) -> str:
    """The text of the file, in the language that holds."""
    trainings = [training] if second is None else [training, second]
    tables = [figures_html(each) for each in trainings]
    abouts = [about_html(each) for each in trainings]
    cells = cells_html(trainings, int(training.epochs[-1]), scale, VARIABLES, biases)
    around = _AROUND + len(cells.encode()) + sum(len(piece.encode()) for piece in (*tables, *abouts)) + 4 * len(notes)
    # Three bytes are four letters.
    limit = (LIMIT - around) // len(trainings) * 3 // 4
    blocks = [_PIECES.block(name=name, base64=_base64(scene_of(each, limit=limit, scale=scale, biases=biases).packed()))
              for name, each in zip(("first", "second"), trainings, strict=False)]
    code = inspector_script() + "\n" + as_statements(_SCRIPT)
    paragraphs = [part for part in notes.split("\n\n") if part.strip()]
    return str(_PIECES.document(
        language=language, policy=_policy(code), version=__version__, title=title,
        style=_PIECES.style(css=Html(STYLE + inspector_style() + CELL_CSS + _LAYOUT)), cells=cells, about=abouts[0],
        second_about=abouts[1] if second is not None else "", second_title=second.title if second is not None else "",
        figures=tables[0], second_figures=tables[1] if second is not None else "", notes=paragraphs,
        labels={"words": _("The picture could not be opened: {reason}"), "theme": _("Light or dark"),
                "figures": _("Figures")},
        footer=_("Made with vanas-panel {version}. This file holds everything that it shows, and asks no other machine "
                 "for anything.").format(version=__version__),
        blocks=blocks, script=_PIECES.script(code=Html(code))))


def _policy(code: str) -> str:
    """The Content-Security-Policy of the file: its own script by its hash, and no request at all."""
    digest = base64.b64encode(hashlib.sha256(code.encode("utf-8")).digest()).decode()
    return (f"default-src 'none'; script-src 'sha256-{digest}'; style-src 'unsafe-inline'; base-uri 'none'; "
            "form-action 'none'")


def _base64(data: bytes) -> str:
    """Bytes as letters."""
    return base64.b64encode(data).decode("ascii")

"""The report of a study as one HTML file that opens from disk and asks for nothing."""

from __future__ import annotations

import os
from pathlib import Path

from vanas_panel._version import __version__
from vanas_panel.core.plain import plain_text
from vanas_panel.draw.gradient_search.notebook import darts_html, dg_darts_html
from vanas_panel.draw.html import Html, pieces
from vanas_panel.draw.studies.notebook import study_html
from vanas_panel.draw.studies.words import method_words
from vanas_panel.errors import ReportError, brief
from vanas_panel.files.atomic import write_whole
from vanas_panel.files.disk_errors import cause
from vanas_panel.report import checked_target
from vanas_panel.report.style import STYLE, VARIABLES
from vanas_panel.studies.plan import DARTS, DG_DARTS
from vanas_panel.studies.results import Study, read_study
from vanas_panel.text.language import LANGUAGES, Message, current_language, known_language, speaking
from vanas_panel.text.language import gettext as _
from vanas_panel.training.darts.dg_run import DgDartsRun
from vanas_panel.training.darts.run_file import DartsRun

_PIECES = pieces(__file__)


def save_study_report(study: Study | str | os.PathLike[str], path: str | os.PathLike[str], *, title: str | None = None,
                      notes: str = "", lang: str | None = None) -> Path:
    """Write a study as one HTML file that opens from disk, works without a network and has no script.

    Parameters
    ----------
    study : Study or path-like
        Itself or its folder.
    path : path-like
        Where to write it, a name that ends in ``.html``; replaced in one step.
    title : str, optional
    notes : str, optional
        The reporter's own words, shown as text; an empty line starts a new paragraph.
    lang : str, optional
        The language, such as ``"ko"``.

    Returns
    -------
    Path
        The file. It has the accuracies with intervals, the costs, and the searches by gradient of the first seed.

    Raises
    ------
    TrainingError
        Where the folder holds no study.
    ReportError
        Where the file cannot be written.

    Examples
    --------
    >>> save_study_report("study", "study.html")  # doctest: +SKIP
    """
    target = checked_target(path)
    notes = plain_text(notes) if isinstance(notes, str) else ""
    found = study if isinstance(study, Study) else read_study(study)
    language = current_language() if lang is None else known_language(plain_text(lang))
    if language is None:
        raise ReportError(Message("Found the language {found} of a report; expected one of {known}. Choose one of "
                                  "these.", found=brief(repr(lang), 60), known=", ".join(LANGUAGES)))
    with speaking(language):
        text = study_document(found, title, notes, language)
    try:
        write_whole(target, text.encode("utf-8"))
    except OSError as error:
        raise ReportError(Message("{path}: Found that it cannot be written ({reason}); expected a place with room that "
                                  "this user may write to. Choose another.", path=target,
                                  reason=cause(error))) from None
    return target


def study_document(study: Study, title: str | None, notes: str, language: str) -> str:
    """The text of the file of `save_study_report`.

    Parameters
    ----------
    study, title, notes
    language : str
        The language that holds, which the file names.
    """
    seed = study.seeds[0]
    darts, dg_darts = study.searches[DARTS, seed], study.searches[DG_DARTS, seed]
    assert isinstance(darts, DartsRun) and isinstance(dg_darts, DgDartsRun)
    drawn = {DARTS: darts_html(darts, VARIABLES), DG_DARTS: dg_darts_html(dg_darts, VARIABLES)}
    searches = [{"title": _("{method}, seed {seed}").format(method=method_words(method), seed=seed),
                 "content": content} for method, content in drawn.items()]
    footer = _("Made with vanas-panel {version}. This file holds everything that it shows, and asks no other machine "
               "for anything.").format(version=__version__)
    return str(_PIECES.document(
        language=language, version=__version__, title=title or _("Study of searches"),
        style=_PIECES.style(css=Html(STYLE)), notes=[part for part in notes.split("\n\n") if part.strip()],
        study=study_html(study, VARIABLES, ""), searches=searches, footer=footer))

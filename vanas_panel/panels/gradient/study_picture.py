"""What is shown of a study, as plain functions to HTML and to files."""

from __future__ import annotations

from vanas_panel.draw.studies.notebook import study_html
from vanas_panel.draw.theme import Palette
from vanas_panel.report.study import study_document
from vanas_panel.studies.results import Study
from vanas_panel.text.language import current_language
from vanas_panel.text.language import gettext as _

_LEAST_WIDTH = 560
"""Pixels below which the names of methods leave no room for their accuracies; a narrower column scrolls."""


def study_parts(study: Study, colors: Palette, width: int) -> list[dict[str, object]]:
    """Title and content of a study: accuracies with intervals beside chance, costs, and what the searches did."""
    return [
        {"title": _("Methods beside chance"), "content": study_html(study, colors, "", width=max(width, _LEAST_WIDTH))}
    ]


def study_table(study: Study) -> bytes:
    """The numbers of a study as CSV, a row for each data set and method; accuracies are fractions."""
    return study.summary.to_csv(index=False).encode()


def study_report(study: Study) -> bytes:
    """The study as an HTML file, in the language of the page."""
    return study_document(study, None, "", current_language()).encode()

"""Saving from the page of a table of trials: the listed trials as a file, and the report."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from vanas_panel.errors import VanasError
from vanas_panel.report.frame_files import KINDS, MEDIA, part_count
from vanas_panel.report.parts import file_name
from vanas_panel.report.trial_files import trial_parts
from vanas_panel.report.trials import trials_report_html
from vanas_panel.state.trials_found import Found, listed_rows
from vanas_panel.tables.trials import TrialTable
from vanas_panel.text.language import current_language, translated
from vanas_panel.text.language import gettext as _
from vanas_panel.widgets.file_parts import FileParts

REPORT = "report"


class TrialsSaving:
    """Makes files of what a page shows, each part on another thread, and says how far they are.

    Parameters
    ----------
    say : callable
        Takes what happened, in words.

    Attributes
    ----------
    files : FileParts
        Stands on the page, unseen.
    """

    def __init__(self, say: Callable[[str], None]):
        self._say, self._name = say, ""
        self.files = FileParts(self._follow)

    def save(self, kind: str, table: TrialTable, found: Found) -> None:
        """Make a file.

        Parameters
        ----------
        kind : str
            `REPORT`, or an ending of `vanas_panel.report.frame_files.KINDS`.
        table : TrialTable
            As it was opened.
        found : Found
            What the page shows.
        """
        if self.files.busy or kind not in (REPORT, *KINDS):
            return
        name = file_name(found.table.title)
        self._name = f"{name}.html" if kind == REPORT else f"{name}-{found.matching.size}.{kind}"
        if kind == REPORT:
            parts, made, media = 1, _report(table, found, current_language()), "text/html;charset=utf-8"
        else:
            rows = listed_rows(found)
            parts, made, media = part_count(rows.size), trial_parts(found.table, rows, kind), MEDIA[kind]
        self._say(_("Making {file} …").format(file=self._name))
        self.files.begin(self._name, media, made, parts)

    def _follow(self, done: int, parts: int, size: int, error: VanasError | None) -> None:
        """Say how far the file is."""
        if error is not None:
            self._say(translated(error))
        elif done == parts:
            words = f"{size / 1e6:.1f} MB" if size >= 1e5 else f"{max(1, round(size / 1e3))} kB"
            self._say(_("Saved {file}, {size}.").format(file=self._name, size=words))


def _report(table: TrialTable, found: Found, language: str) -> Iterator[bytes]:
    """The report, made when it is asked for."""
    yield trials_report_html(table, found.view, lang=language).encode("utf-8")

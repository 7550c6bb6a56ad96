"""Export of the listed cells as files without a limit of rows."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import panel as pn

from vanas_panel.errors import VanasError
from vanas_panel.report.cell_files import KINDS, PARTS
from vanas_panel.report.frame_files import MEDIA, part_count
from vanas_panel.report.parts import file_name
from vanas_panel.report.tables import PART_ROWS
from vanas_panel.state.session import Session
from vanas_panel.text.language import gettext as _
from vanas_panel.text.language import translated
from vanas_panel.widgets.file_parts import FileParts


class CellsExport:
    """Makes a file of the cells that are listed, and says how far it is.

    Parameters
    ----------
    session : Session
    say : callable
        Takes what happened in words, and whether that is a refusal.

    Attributes
    ----------
    files : FileParts
    """

    def __init__(self, session: Session, say: Callable[[str, bool], None]):
        self.session, self._say, self._name, self._total = session, say, "", 0
        self.files = FileParts(self._follow)

    @property
    def view(self) -> pn.viewable.Viewable:
        """What stands on the page, unseen."""
        return self.files

    def name(self, kind: str, count: int) -> str:
        """Name of the file: of the table, and of the selection where not all cells are in it."""
        session = self.session
        which = session.conditions.name if session.rows is not None else ""
        whole = count == len(session.table)
        words = [session.table.name, *([which] if which else [] if whole else ["selection"]), f"{count} cells"]
        return f"{file_name(' '.join(words))}.{kind}"

    def begin(self, kind: str, rows: np.ndarray) -> None:
        """Make a file of some rows, in their order."""
        if kind not in KINDS or self.files.busy:
            return
        self._name, self._total = self.name(kind, rows.size), int(rows.size)
        self._say(_("Making {file} …").format(file=self._name), False)
        self.files.begin(self._name, MEDIA[kind], PARTS[kind](self.session.table, rows),
                         part_count(rows.size))

    def stop(self) -> None:
        """Make no more of a file: the browser takes its parts only while the drawer is open."""
        if self.files.busy:
            self.files.stop()
            self._say(_("{file} was not finished, since the drawer was closed.").format(file=self._name), True)

    def _follow(self, done: int, parts: int, size: int, error: VanasError | None) -> None:
        """Say how far the file is."""
        if error is not None:
            self._say(translated(error), True)
        elif done == parts:
            words = f"{size / 1e6:.1f} MB" if size >= 1e5 else f"{max(1, round(size / 1e3))} kB"
            self._say(_("Saved {file}, {size}.").format(file=self._name, size=words), False)
        else:
            self._say(_("Making {file} … {done} of {total} cells").format(
                file=self._name, done=f"{done * PART_ROWS:,}", total=f"{self._total:,}"), False)

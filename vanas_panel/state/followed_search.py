"""A search whose file is followed, among the searches of a page."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

from vanas_panel.errors import SearchError, VanasError
from vanas_panel.searches.opened import OpenedSearch, on_table
from vanas_panel.searches.reading import read_search
from vanas_panel.searches.run import SearchRun
from vanas_panel.searches.table_search import GoOn
from vanas_panel.state.followed import SECONDS, Followed
from vanas_panel.tables.table import BenchmarkTable
from vanas_panel.text.language import Message, translated


@dataclass(frozen=True)
class FollowedSearch(OpenedSearch):
    """The search of a file that grows. It stays the same search, whatever has been told since.

    Attributes
    ----------
    source : Followed or None
        Its newest version.
    """

    source: Followed[SearchRun] | None = field(default=None, compare=False, repr=False)

    def run(self, table: BenchmarkTable, go_on: GoOn | None = None) -> SearchRun:
        """The run as far as the file has come, with the rows that its cells have in the table."""
        if self.source is None:
            raise SearchError(Message("Found no run of {file}; expected one. Open the file again.", file=self.file))
        run = on_table(self.source.table, table, self.metric)
        # Read for all pages, in no page's language; the list says itself that a search is not finished.
        run.notes = ()
        return run


def followed_run(path: Path, seconds: float = SECONDS) -> Followed[SearchRun]:
    """Follow the file of a search.

    Parameters
    ----------
    path : Path
        JSON lines, as ``search(..., out=...)`` writes them.
    seconds : float, optional
        How often the file is looked at.

    Raises
    ------
    SearchError
        Where it cannot be read.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> import vanas_panel as vp
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder) / "run.jsonl"
    ...     _ = vp.search(vp.open_table("mnist-cells"), "random", queries=20, out=path)
    ...     len(followed_run(path).table)
    20
    """
    def read(copy: Path) -> SearchRun:
        try:
            return read_search(copy)
        except VanasError as error:
            # The copy's own path means nothing to people.
            raise SearchError(Message("{reason}", reason=translated(error).replace(str(copy), str(path)))) from None

    return Followed(path, read, seconds=seconds)


def search_of(source: Followed[SearchRun]) -> FollowedSearch:
    """The search of a followed file, as a page holds it.

    Parameters
    ----------
    source : Followed
        From `followed_run`.
    """
    run = source.table
    place = hashlib.sha256(str(source.path.resolve()).encode()).hexdigest()
    return FollowedSearch(run.strategy, run.header["objective"]["metric"], run.header["objective"]["repeat"],
                          run.queries, run.seed, also=run.metrics[1:], file=source.path.name[-80:], digest=place,
                          source=source)

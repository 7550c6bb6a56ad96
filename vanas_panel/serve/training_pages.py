"""The HTML page of a training on a server, and which page a visitor gets."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from urllib.parse import parse_qsl, urlencode

import panel as pn

from vanas_panel.errors import TrainingError, VanasError
from vanas_panel.inspector.opened import open_training
from vanas_panel.inspector.training import Training
from vanas_panel.page.training_page import training_page
from vanas_panel.serve.pages import accepted_languages, in_template, page, query, visitor_name
from vanas_panel.serve.table_pages import table_page
from vanas_panel.tables.table import BenchmarkTable
from vanas_panel.text.language import Message, preferred_language, speaking, translated
from vanas_panel.training.runs import shared_runs

_KEPT = ("training", "beside")
"""Parts of a link that name trainings of the visitor: number of the row, a dot, number of the repeat."""


class TrainingPages:
    """Makes the page of a training, or of two side by side, for every visitor.

    Parameters
    ----------
    trainings : sequence of Training
        One or two.
    scale : {"all", "layer", "none"}, optional
        How a page starts, unless its link says otherwise.
    biases : bool, optional
        Whether it starts with biases and normalisations.
    """

    def __init__(self, trainings: Sequence[Training], scale: str = "all", biases: bool = False):
        self._trainings = tuple(trainings)
        self._start = urlencode({"scale": scale, "biases": int(biases)})

    def __call__(self) -> pn.Template:
        """The page of a new session."""
        pn.extension()
        return in_template(training_page(self._trainings[0], self._trainings[1] if self._trainings[1:] else None,
                                         query() or self._start, accepted_languages()))


def visitor_page(tables: Sequence[BenchmarkTable]) -> pn.Template:
    """The page that a visitor asks for: that of the tables, or of trainings that were started on it.

    Parameters
    ----------
    tables : sequence of BenchmarkTable

    Returns
    -------
    panel.Template
        That of the tables, with a message, where there is no such training.
    """
    asked = dict(parse_qsl(query()))
    named = [asked[name] for name in _KEPT if name in asked]
    if not named:
        return table_page(tables)
    pn.extension()
    try:
        trainings = [_kept(words) for words in named]
    except VanasError as error:
        with speaking(asked.get("lang") or preferred_language(accepted_languages())):
            return page(tables, [translated(error)])
    kept = urlencode([(name, asked[name]) for name in _KEPT if name in asked])
    second = trainings[1] if len(trainings) > 1 else None
    return in_template(training_page(trainings[0], second, query(), accepted_languages(), kept, has_table=True))


def _kept(words: str) -> Training:
    """A training that the visitor started on this server.

    Raises
    ------
    TrainingError
        Where they have none of that number, or it has no recording.
    SourceError
        Where its recording cannot be read.
    """
    row, _, repeat = words.partition(".")
    user, personal = visitor_name(), shared_runs().personal
    found = next((each for each in personal.all(user) if str(each.row_id) == row), None)
    paths = () if found is None else personal.recordings(user, found.record)
    wanted = [path for path in paths if path.stem.rpartition("-")[2] == (repeat or "0")]
    try:
        return _opened(wanted[0], wanted[0].stat().st_mtime_ns)
    except (IndexError, FileNotFoundError):
        # It may be removed between any two steps.
        raise TrainingError(Message("Found no recording of training {words}; expected one of yours. It was removed, or "
                                    "trained before recordings were kept: train the cell again.",
                                    words=words[:40])) from None


@lru_cache(maxsize=2)
def _opened(path: Path, _changed: int) -> Training:
    """A recording, read once for all pages that show it."""
    return open_training(path)

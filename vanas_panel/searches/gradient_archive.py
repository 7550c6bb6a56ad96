"""Archives of searches by DG-DARTS, and of studies, that strangers hand over."""

from __future__ import annotations

import json
import re
from pathlib import Path, PurePosixPath

from vanas_panel.searches.bounded_archive import PACKED, no_archive, unpack
from vanas_panel.studies.insides import insides
from vanas_panel.studies.plan import METHODS, PLAN, SEARCHES
from vanas_panel.studies.results import Study, read_study
from vanas_panel.text.language import Constant, Message, marked
from vanas_panel.training.darts.dg_run import FIRST, SECOND, DgDartsRun, read_dg_darts

SETTINGS = "settings.json"
"""Name of the file of clusters and least in an archive."""

_NAMES = (SETTINGS, FIRST, SECOND)
_SEARCH = rf"{SEARCHES}/(?:(?:darts|neat|neat-random)-\d{{1,19}}\.jsonl|dg-darts-\d{{1,19}}/(?:{FIRST}|{SECOND}))"
_TRAINED = rf"[a-z0-9][a-z0-9-]{{0,39}}/(?:{'|'.join(METHODS)})\.jsonl"
_OF_STUDY = re.compile(rf"{re.escape(PLAN)}|{_SEARCH}|{_TRAINED}", re.ASCII)
"""Paths of the files of a study in its folder."""


def unpacked(content: bytes, folder: Path) -> DgDartsRun | Study:
    """The two stages of a search by DG-DARTS, or a study; an archive may have them in a folder of their own.

    Only files of known names are unpacked, and no more than fits.

    Parameters
    ----------
    content : bytes
    folder : Path
        An empty one. The study has read all that it needs of it, so it may be removed.

    Raises
    ------
    SearchError, TrainingError
        Where it is no archive of these, or has too much in it.
    """
    unpack(content, folder, _wanted)
    if (folder / PLAN).exists():
        study = read_study(folder)
        # The files of its searches are read when they are asked for.
        insides(study)
        return study
    if not (folder / FIRST).exists():
        raise no_archive(Message("no file {name}", name=FIRST))
    return read_dg_darts(folder, **_numbers(folder / SETTINGS))


def _wanted(paths: list[PurePosixPath]) -> dict[PurePosixPath, str]:
    """Paths to unpack, and where to."""
    plans = [path for path in paths if path.name == PLAN]
    if len(plans) > 1:
        raise no_archive(Constant(marked("several studies")))
    if not plans:
        return _stages(paths)
    root, found = plans[0].parent, {}
    for path in paths:
        if path.is_relative_to(root):
            place = str(path.relative_to(root)).removesuffix(PACKED)
            if _OF_STUDY.fullmatch(place):
                found[path] = place
    return found


def _stages(paths: list[PurePosixPath]) -> dict[PurePosixPath, str]:
    """The files of a search by DG-DARTS, all of one folder."""
    found = {path: path.name.removesuffix(PACKED) for path in paths if path.name.removesuffix(PACKED) in _NAMES}
    if len({path.parent for path in found}) > 1:
        raise no_archive(Constant(marked("files of several searches")))
    return found


def _numbers(path: Path) -> dict[str, int]:
    """Clusters and least, where the archive says them."""
    try:
        about = json.loads(path.read_bytes()) if path.exists() else {}
        return {name: int(about[name]) for name in ("clusters", "least") if name in about}
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
        raise no_archive(Constant(marked("settings that cannot be read"))) from None

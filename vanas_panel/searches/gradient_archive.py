"""Archives of searches by DG-DARTS that strangers hand over: what is unpacked of them is bounded."""

from __future__ import annotations

import io
import json
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from vanas_panel.errors import SearchError, VanasError
from vanas_panel.searches.opened import MOST_BYTES
from vanas_panel.text.language import Constant, Message, marked
from vanas_panel.training.darts.dg_run import FIRST, SECOND, DgDartsRun, read_dg_darts

SETTINGS = "settings.json"
"""Name of the file of clusters and least in an archive."""

MOST_UNPACKED = 8 * MOST_BYTES
"""Bytes of all files of an archive together."""

_NAMES = (SETTINGS, FIRST, SECOND)
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


def unpacked(content: bytes, folder: Path) -> DgDartsRun:
    """The two stages of an archive, which may have them in a folder of their own.

    Only files of known names are unpacked, and no more than fits: what an archive says of its sizes is not believed.

    Parameters
    ----------
    content : bytes
    folder : Path
        An empty one.

    Raises
    ------
    SearchError, TrainingError
        Where it is no archive of a search, or has too much in it.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            left = MOST_UNPACKED
            for name, each in _known(archive).items():
                with archive.open(each) as file:
                    held = file.read(left + 1)
                left -= len(held)
                if left < 0:
                    raise _no_search(Message("more than {most} MiB unpacked", most=MOST_UNPACKED // 2**20))
                (folder / name).write_bytes(held)
    except VanasError:
        raise
    except (zipfile.BadZipFile, zlib.error, OSError, RuntimeError, NotImplementedError, EOFError, ValueError,
            OverflowError):
        raise _no_search(Constant(marked("no archive that can be read"))) from None
    if not (folder / FIRST).exists():
        raise _no_search(Message("no file {name}", name=FIRST))
    return read_dg_darts(folder, **_numbers(folder / SETTINGS))


def _known(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """The files of a search by their names, all of one folder."""
    # A Mac puts shadows of the files into a folder of this name.
    known = [(PurePosixPath(each.filename), each) for each in archive.infolist()
             if PurePosixPath(each.filename).name in _NAMES and not each.filename.startswith("__MACOSX/")]
    if len({path for path, _each in known}) < len(known) or len({path.parent for path, _each in known}) > 1:
        raise _no_search(Constant(marked("files of several searches")))
    for path, each in known:
        # Other methods unpack all at once, however much that is.
        if each.compress_type not in _METHODS:
            raise _no_search(Message("{name}, packed by another method than deflate", name=path.name))
    return {path.name: each for path, each in known}


def _numbers(path: Path) -> dict[str, int]:
    """Clusters and least, where the archive says them."""
    try:
        about = json.loads(path.read_bytes()) if path.exists() else {}
        return {name: int(about[name]) for name in ("clusters", "least") if name in about}
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
        raise _no_search(Constant(marked("settings that cannot be read"))) from None


def _no_search(found: str) -> SearchError:
    """The error for an archive that holds no search."""
    return SearchError(Message("Found {found}; expected an archive of the files of search_dg_darts, as a page saves "
                               "it. Choose another file.", found=found))

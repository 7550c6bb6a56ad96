"""Archives that strangers hand over: what is unpacked of them is bounded, whatever they say of their sizes."""

from __future__ import annotations

import gzip
import io
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path, PurePosixPath

from vanas_panel.errors import SearchError, VanasError
from vanas_panel.searches.opened import MOST_BYTES
from vanas_panel.text.language import Constant, Message, marked

MOST_UNPACKED = 8 * MOST_BYTES
"""Bytes of all files of an archive together."""
MOST_FILES = 300
"""Files of an archive that are unpacked."""

PACKED = ".gz"

_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


def unpack(content: bytes, folder: Path, wanted: Callable[[list[PurePosixPath]], dict[PurePosixPath, str]]) -> None:
    """Write the wanted files of an archive into a folder.

    A file whose name ends with ``.gz`` is unpacked, too, and loses this ending: else a small file in the archive might
    be a large one for whoever reads it.

    Parameters
    ----------
    content : bytes
    folder : Path
        An empty one.
    wanted : callable
        Takes the paths in the archive; gives those to unpack, each with its path in the folder, which it has checked.

    Raises
    ------
    SearchError
        Where it is no archive, or has too much in it.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _write(archive, folder, _chosen(archive, wanted))
    except VanasError:
        raise
    except (zipfile.BadZipFile, zlib.error, OSError, RuntimeError, NotImplementedError, EOFError, ValueError,
            OverflowError):
        raise no_archive(Constant(marked("no archive that can be read"))) from None


def no_archive(found: str) -> SearchError:
    """The error for an archive that cannot be opened on a page."""
    return SearchError(Message("Found {found}; expected an archive of the files of search_dg_darts, as a page saves "
                               "it, or of the folder of run_study. Choose another file.", found=found))


def _chosen(archive: zipfile.ZipFile, wanted: Callable[[list[PurePosixPath]], dict[PurePosixPath, str]]
            ) -> dict[str, zipfile.ZipInfo]:
    """The files to unpack, by where they go."""
    # A Mac puts shadows of the files into a folder of this name.
    infos = [each for each in archive.infolist() if not each.is_dir() and not each.filename.startswith("__MACOSX/")]
    places = wanted([PurePosixPath(each.filename) for each in infos])
    found: dict[str, zipfile.ZipInfo] = {}
    for each in infos:
        place = places.get(PurePosixPath(each.filename))
        if place is None:
            continue
        if place in found:
            raise no_archive(Constant(marked("files of several searches")))
        # Other methods unpack all at once, however much that is.
        if each.compress_type not in _METHODS:
            raise no_archive(Message("{name}, packed by another method than deflate", name=Path(place).name))
        found[place] = each
    if len(found) > MOST_FILES:
        raise no_archive(Message("more than {most} files", most=MOST_FILES))
    return found


def _write(archive: zipfile.ZipFile, folder: Path, chosen: dict[str, zipfile.ZipInfo]) -> None:
    """Unpack the files, and no more than fits: what an archive says of its sizes is not believed."""
    left = MOST_UNPACKED
    for place, each in chosen.items():
        with archive.open(each) as file:
            held = (gzip.GzipFile(fileobj=file) if each.filename.endswith(PACKED) else file).read(left + 1)
        left -= len(held)
        if left < 0:
            raise no_archive(Message("more than {most} MiB unpacked", most=MOST_UNPACKED // 2**20))
        (folder / place).parent.mkdir(parents=True, exist_ok=True)
        (folder / place).write_bytes(held)

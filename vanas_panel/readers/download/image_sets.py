"""Published sets of images: downloaded as their authors publish them, and verified by their SHA-256."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path

import filelock

from vanas_panel.errors import DownloadError
from vanas_panel.files.atomic import publish
from vanas_panel.readers.cache import downloads_folder
from vanas_panel.readers.download.http import Patience, download, forget
from vanas_panel.text.language import Constant, Message

CIFAR10_ARCHIVE = "cifar-10-binary.tar.gz"


@dataclass(frozen=True)
class ImageSet:
    """Files that belong together.

    Attributes
    ----------
    url : str
        Of the folder that they are in.
    files : dict of str to str
        SHA-256 of each file, in hexadecimal digits, by name.
    """

    url: str
    files: dict[str, str]


IMAGE_SETS = {
    "mnist": ImageSet("https://storage.googleapis.com/cvdf-datasets/mnist/", {
        "train-images-idx3-ubyte.gz": "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
        "train-labels-idx1-ubyte.gz": "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
        "t10k-images-idx3-ubyte.gz": "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
        "t10k-labels-idx1-ubyte.gz": "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6"}),
    "fashion-mnist": ImageSet("https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/", {
        "train-images-idx3-ubyte.gz": "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
        "train-labels-idx1-ubyte.gz": "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
        "t10k-images-idx3-ubyte.gz": "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
        "t10k-labels-idx1-ubyte.gz": "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5"}),
    "cifar10": ImageSet("https://www.cs.toronto.edu/~kriz/", {
        CIFAR10_ARCHIVE: "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd"}),
}
"""Sets of images that can be fetched, by the name that ``source`` of training settings takes."""

_CHANNELS = {"cifar10": 3}


def image_folder(name: str) -> Path:
    """The folder of a fetched set; it holds all of its files or is not there."""
    return downloads_folder() / "images" / name


def example_settings(name: str) -> str:
    """Training settings, as JSON, that use a set of images and nothing else that is unusual.

    Examples
    --------
    >>> example_settings("cifar10")
    '{"data": {"source": "cifar10"}, "skeleton": {"image_channels": 3}}'
    """
    skeleton = {"skeleton": {"image_channels": _CHANNELS[name]}} if name in _CHANNELS else {}
    return json.dumps({"data": {"source": name}, **skeleton})


def fetch_images(name: str, *, url: str | None = None, patience: Patience | None = None,
                 progress: bool | None = None) -> Path:
    """Download a published set of images, and verify every file; or find it, where that has been done.

    A download that breaks off is resumed, also by a later call.

    Parameters
    ----------
    name : str
        One of `IMAGE_SETS`.
    url : str, optional
        Another address of the folder that the files are in.
    patience : Patience, optional
    progress : bool, optional
        Whether to show progress bars; by default where the standard error is a terminal.

    Returns
    -------
    Path
        The folder with the files.

    Raises
    ------
    DownloadError
        Where a file cannot be had whole and sound.

    Examples
    --------
    >>> fetch_images("imagenet")
    Traceback (most recent call last):
        ...
    vanas_panel.errors.DownloadError: Found 'imagenet'; expected one of mnist, fashion-mnist, cifar10. ...
    """
    if name not in IMAGE_SETS:
        raise DownloadError(Message("Found {name!r}; expected one of {known}. Name your own images by their path.",
                                    name=name, known=", ".join(IMAGE_SETS)))
    folder, chosen = image_folder(name), IMAGE_SETS[name]
    arriving = folder.with_name(f"{name}.arriving")
    base = chosen.url if url is None else f"{url.rstrip('/')}/"
    try:
        arriving.parent.mkdir(parents=True, exist_ok=True)
        # Two processes that append to one file would spoil it, so the second one waits and finds it whole.
        with filelock.FileLock(folder.with_name(f"{name}.lock")):
            if not folder.is_dir():
                arriving.mkdir(exist_ok=True)
                for file, digest in chosen.files.items():
                    _fetch_file(f"{base}{file}", arriving / file, digest, patience or Patience(),
                                None if progress is None else not progress)
                arriving.rename(folder)
    except OSError as error:
        raise DownloadError(Message("{target} could not be written: {cause}. Make room or give yourself "
                                    "permission, or name another folder in VANAS_PANEL_CACHE.", target=folder,
                                    cause=Constant(os.strerror(error.errno or 0)))) from error
    return folder


def _fetch_file(url: str, target: Path, digest: str, patience: Patience, hidden: bool | None) -> None:
    """Download a file, unless it is there, and give it its name once its digest is right."""
    if target.is_file():
        return
    part = target.with_name(f"{target.name}.part")
    download(url, part, patience, hidden=hidden)
    found = _sha256(part)
    if found != digest:
        # What is wrong cannot be gone on with.
        part.unlink()
        forget(part)
        raise DownloadError(Message("{url}: Found SHA-256 {found}; expected {digest}. The file was changed or damaged "
                                    "on its way: run the same command again, or give another address.", url=url,
                                    found=found, digest=digest))
    publish(part, target)
    forget(part)


def _sha256(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

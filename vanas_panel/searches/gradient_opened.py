"""Files of searches by gradient and by NEAT that are handed to a page, and those that a page hands over."""

from __future__ import annotations

import hashlib
import io
import json
import tempfile
import zipfile
from dataclasses import dataclass, replace
from pathlib import Path, PurePath

from vanas_panel.core.genotype import Genotype
from vanas_panel.errors import SearchError, VanasError
from vanas_panel.neat.run import NeatRun
from vanas_panel.neat.run_file import FORM as NEAT_FORM
from vanas_panel.neat.run_file import read as read_neat
from vanas_panel.neat.run_file import written as written_neat
from vanas_panel.searches.gradient_archive import SETTINGS, unpacked
from vanas_panel.searches.gradient_plan import Followed, GradientRun, epochs_of
from vanas_panel.searches.opened import MOST_BYTES
from vanas_panel.text.language import Message, translated
from vanas_panel.training.darts.dg_run import FIRST, SECOND
from vanas_panel.training.darts.lines import json_of
from vanas_panel.training.darts.run_file import DartsRun, read_darts, written

ENDINGS = (".jsonl", ".zip", ".txt")
"""How names of files end that can be opened: DARTS and NEAT are one file, DG-DARTS has two in an archive, and a
genotype by itself is the text of the published code."""

MOST_NODES = 12
"""Of a cell of a genotype: drawing one of sixty takes more than a minute, for which others wait."""


@dataclass(frozen=True)
class OpenedGradient:
    """The search of a file.

    Attributes
    ----------
    name : str
        What a page calls it: of equal files it is the same.
    file : str
        Name of the file, as its person has it.
    run : DartsRun or DgDartsRun or NeatRun or Genotype
    """

    name: str
    file: str
    run: Followed


def open_gradient_file(content: bytes, name: str) -> OpenedGradient:
    """Read the file of a search by gradient or by NEAT, or of a genotype. Nothing of it is run or unpickled.

    Parameters
    ----------
    content : bytes
        At most `vanas_panel.searches.opened.MOST_BYTES`.
    name : str
        Of the file; its ending, one of `ENDINGS`, says what it is.

    Raises
    ------
    SearchError
        Where it is none, is too large, or has no epoch or generation.
    """
    ending, short = Path(name).suffix.lower(), name[-80:]
    if ending not in ENDINGS:
        raise SearchError(Message("Found a file named {name}; expected a name that ends in {endings}. Choose a file of "
                                  "a search.", name=repr(short), endings=", ".join(ENDINGS)))
    check_size(len(content))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder)
        try:
            if ending == ENDINGS[0]:
                (path / FIRST).write_bytes(content)
                run: Followed = (read_neat if _is_neat(content) else read_darts)(path / FIRST)
            elif ending == ENDINGS[2]:
                run = _genotype(content)
            else:
                run = unpacked(content, path)
        except VanasError as error:
            # The path is the server's own.
            words = translated(error).replace(str(path / FIRST), short).replace(folder, short)
            raise SearchError(words) from None
    if isinstance(run, NeatRun) and not len(run):
        raise SearchError(Message("{path}: Found a search without a finished generation; expected one at least. Let it "
                                  "go on.", path=short))
    if not epochs_of(run):
        raise SearchError(Message("{path}: Found a search without a finished epoch; expected one at least. Let it go "
                                  "on.", path=short))
    return OpenedGradient(f"file-{hashlib.sha256(content).hexdigest()[:32]}", short, run)


def check_size(size: int) -> None:
    """Refuse a file that is too large for a page.

    Raises
    ------
    SearchError
    """
    if size > MOST_BYTES:
        raise SearchError(Message("Found a file of {found} MiB; expected at most {most} MiB. Open it in Python: "
                                  "vp.read_darts(path) or vp.neat.read(path).", found=-(-size // 2**20),
                                  most=MOST_BYTES // 2**20))


def gradient_file(run: GradientRun | NeatRun, stem: str) -> tuple[str, bytes]:
    """Name and content of the file that `open_gradient_file` reads back. It names no folders of this server.

    Parameters
    ----------
    run : DartsRun or DgDartsRun or NeatRun
    stem : str
        Of the name.
    """
    if isinstance(run, NeatRun):
        return f"{stem}{ENDINGS[0]}", written_neat(run)
    if isinstance(run, DartsRun):
        return f"{stem}{ENDINGS[0]}", written(_without_folder(run))
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(SETTINGS, json.dumps({"clusters": run.settings.clusters, "least": run.settings.least}))
        archive.writestr(FIRST, written(_without_folder(run.first)))
        if run.second is not None:
            archive.writestr(SECOND, written(_without_folder(run.second)))
    return f"{stem}{ENDINGS[1]}", held.getvalue()


def _is_neat(content: bytes) -> bool:
    """Whether the first line is that of a search by NEAT."""
    header = json_of(content.partition(b"\n")[0])
    return isinstance(header, dict) and header.get("form") == NEAT_FORM


def _without_folder(run: DartsRun) -> DartsRun:
    """A run whose settings name the file of its data without the folders of this server."""
    settings = run.settings
    name = PurePath(settings.data.source).name or settings.data.source
    if name == settings.data.source:
        return run
    settings = replace(settings, data=replace(settings.data, source=name))
    header = {**run.header, "settings": settings.to_dict(), "settings_hash": settings.digest}
    return DartsRun(settings, header, run.history)


def _genotype(content: bytes) -> Genotype:
    """A genotype that can be drawn while others wait."""
    found = Genotype.from_text(content.decode("utf-8", "replace"))
    nodes = max(len(found.normal), len(found.reduce)) // 2
    if nodes > MOST_NODES:
        raise SearchError(Message("Found a cell of {nodes} nodes; expected at most {most}. Open it in Python: "
                                  "vp.Genotype.from_text(text).", nodes=nodes, most=MOST_NODES))
    return found

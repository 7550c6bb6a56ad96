"""Files of searches by gradient and by NEAT, and of studies, that are handed to a page, and what it hands over."""

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
from vanas_panel.neat.genome import Genome
from vanas_panel.neat.genome_text import read_genome
from vanas_panel.neat.run import NeatRun
from vanas_panel.neat.run_file import FORM as NEAT_FORM
from vanas_panel.neat.run_file import read as read_neat
from vanas_panel.neat.run_file import written as written_neat
from vanas_panel.searches.gradient_archive import SETTINGS, unpacked
from vanas_panel.searches.gradient_plan import Followed, GradientRun, epochs_of
from vanas_panel.searches.opened import MOST_BYTES
from vanas_panel.text.language import Constant, Message, marked, translated
from vanas_panel.training.darts.dg_run import FIRST, SECOND
from vanas_panel.training.darts.lines import json_of
from vanas_panel.training.darts.run_file import FORM as DARTS_FORM
from vanas_panel.training.darts.run_file import DartsRun, read_darts, written

ENDINGS = (".jsonl", ".zip", ".txt")
"""How names of files end that can be opened: DARTS and NEAT are one file, DG-DARTS and studies have several in an
archive, and a genotype or a genome by itself is a text."""

MOST_NODES = 12
"""Of a cell of a genotype: drawing one of sixty takes more than a minute, for which others wait."""
MOST_GENES = 40
"""Of a genome, for the same reason."""


@dataclass(frozen=True)
class OpenedGradient:
    """What a file holds.

    Attributes
    ----------
    name : str
        What a page calls it: of equal files it is the same.
    file : str
        Name of the file, as its person has it.
    run : DartsRun or DgDartsRun or NeatRun or Genotype or Genome or Study
    """

    name: str
    file: str
    run: Followed


def open_gradient_file(content: bytes, name: str) -> OpenedGradient:
    """Read the file of a search by gradient or by NEAT, of a study, a genotype or a genome.

    Nothing of it is run or unpickled.

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
        raise _unknown(short)
    check_size(len(content))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder)
        try:
            run: Followed = (_lines(content, path, short) if ending == ENDINGS[0] else
                             unpacked(content, path) if ending == ENDINGS[1] else _text(content, short))
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


def _lines(content: bytes, folder: Path, name: str) -> DartsRun | NeatRun:
    """The search whose lines of JSON a file has."""
    header = json_of(content.partition(b"\n")[0])
    form = header.get("form") if isinstance(header, dict) else None
    if form not in (DARTS_FORM, NEAT_FORM):
        raise _unknown(name)
    (folder / FIRST).write_bytes(content)
    return read_neat(folder / FIRST) if form == NEAT_FORM else read_darts(folder / FIRST)


def _unknown(name: str) -> SearchError:
    """The error for a file that is none of those that can be opened."""
    return SearchError(Message("{name}: Found {found}; expected a search by DARTS or NEAT (.jsonl), a search by "
                               "DG-DARTS or a study (.zip), or a genotype or a genome (.txt). Choose one of these.",
                               name=name, found=Constant(marked("a file of another kind"))))


def _without_folder(run: DartsRun) -> DartsRun:
    """A run whose settings name the file of its data without the folders of this server."""
    settings = run.settings
    name = PurePath(settings.data.source).name or settings.data.source
    if name == settings.data.source:
        return run
    settings = replace(settings, data=replace(settings.data, source=name))
    header = {**run.header, "settings": settings.to_dict(), "settings_hash": settings.digest}
    return DartsRun(settings, header, run.history)


def _text(content: bytes, name: str) -> Genotype | Genome:
    """A genotype or a genome that can be drawn while others wait."""
    text = content.decode("utf-8", "replace").removeprefix("\ufeff")
    if Genome.__name__ in text[:100]:
        genome = read_genome(text)
        if len(genome) > MOST_GENES:
            raise SearchError(Message("Found a genome of {genes} genes; expected at most {most}. Open it in Python: "
                                      "vp.neat.read_genome(text).", genes=len(genome), most=MOST_GENES))
        return genome
    if Genotype.__name__ not in text:
        raise _unknown(name)
    found = Genotype.from_text(text)
    nodes = max(len(found.normal), len(found.reduce)) // 2
    if nodes > MOST_NODES:
        raise SearchError(Message("Found a cell of {nodes} nodes; expected at most {most}. Open it in Python: "
                                  "vp.Genotype.from_text(text).", nodes=nodes, most=MOST_NODES))
    return found

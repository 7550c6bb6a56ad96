"""A program that fills a disk, tries to keep things on it, makes room and tries again; prints JSON of what happened."""

from __future__ import annotations

import json
import os
import resource
import sys
from collections.abc import Callable
from pathlib import Path

from tests.trained_cells import CHAIN, POOL, record
from vanas_panel.core.draft import Draft
from vanas_panel.errors import VanasError
from vanas_panel.readers import open_table
from vanas_panel.readers.cache import ENVIRONMENT
from vanas_panel.shelf import Shelf
from vanas_panel.training.personal import Personal
from vanas_panel.training.results import ResultsFile, read_results
from vanas_panel.training.settings import Settings

STATES = ("new", "closed", "open")
DRAFT = Draft(["input", "output"])


def fill(folder: Path, left: int) -> None:
    """Leave so many bytes on the disk of a folder."""
    with (folder / "ballast").open("wb", buffering=0) as file:
        for size in (65_536, 4096, 1):
            try:
                while True:
                    file.write(b"x" * size)
            except OSError:
                pass
        file.truncate(file.tell() - left)


def said(act: Callable[[], object]) -> str:
    """What a person is told; empty where it went well. Other errors end the program."""
    try:
        act()
    except VanasError as error:
        return f"{type(error).__name__}: {error}"
    return ""


def main(way: str, amount: int, folder: Path, source: Path) -> None:
    """Keep one thing of each kind while there is room, another one while there is none, and that again."""
    os.environ[ENVIRONMENT] = str(folder / "cache")
    for state in STATES:
        (folder / state).mkdir()
    shelves = {state: Shelf(folder / state / "shelf.sqlite") for state in STATES}
    mine = {state: Personal(folder / state / "trained.sqlite") for state in STATES}
    for state in ("closed", "open"):
        shelves[state].save("ann", "t", DRAFT, "first")
        mine[state].add("ann", "t", record(CHAIN))
    shelves["closed"].close()
    results = ResultsFile(folder / "results.jsonl", Settings.from_dict(record().settings))
    results.append(record(CHAIN))

    def acts() -> dict[str, str]:
        """Keep another thing of each kind."""
        words = {f"shelf {state}": said(lambda at=state: shelves[at].save("ann", "t", DRAFT, "second", "n" * 3000))
                 for state in STATES}
        for state in STATES:
            words[f"trained {state}"] = said(lambda at=state: mine[at].add("ann", "t", record(POOL)))
        words["results"] = said(lambda: results.append(record(POOL)))
        return words

    def found() -> dict[str, object]:
        """What is kept."""
        held: dict[str, object] = {}
        for state in STATES:
            held[f"shelf {state}"] = sorted(entry.name for entry in shelves[state].entries())
            held[f"trained {state}"] = len(mine[state].all("ann"))
        held["results"] = len(read_results(folder / "results.jsonl").records)
        held["unfinished"] = [str(path) for path in folder.rglob(".vanas-*")]
        held["cached"] = len(list(folder.glob("cache/tables/*.parquet")))
        return held

    def opened() -> dict[str, object]:
        """A table by way of the cache."""
        table = open_table(source)
        return {"values": table.column("loss").tolist(), "notes": list(table.notes)}

    if way == "disk":
        fill(folder, amount)
    else:
        resource.setrlimit(resource.RLIMIT_FSIZE, (amount, resource.RLIM_INFINITY))
    story: dict[str, object] = {"table": opened(), "words": acts()}
    if way == "disk":
        (folder / "ballast").unlink()
    else:
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    story |= {"found": found(), "again": acts(), "table again": opened(), "found again": found()}
    print(json.dumps(story))
    results.__exit__()
    for shelf in shelves.values():
        shelf.close()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]), Path(sys.argv[4]))

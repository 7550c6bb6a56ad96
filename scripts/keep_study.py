"""Keep a study in data/: its searches packed, its trainings as they are, and the table of its data card.

Usage: python scripts/keep_study.py FOLDER TARGET
       python scripts/keep_study.py --check

With ``--check`` nothing is written; the exit code says whether the table is that of the files.
"""

from __future__ import annotations

import argparse
import gzip
import shutil
import sys
from pathlib import Path

from vanas_panel.draw.studies.words import method_words, points, with_interval
from vanas_panel.studies.results import read_study

DATA = Path(__file__).resolve().parents[1] / "data"
CARD = DATA / "studies.md"
KEPT = ("study-images", "study-texts")
BEGIN, END = "<!-- table: scripts/keep_study.py writes it -->", "<!-- end of the table -->"


def keep(source: Path, target: Path) -> None:
    """Copy a study, searches packed so that equal content gives equal bytes."""
    if target.exists():
        shutil.rmtree(target)
    for path in sorted(source.rglob("*.json*")):
        if path.suffix not in (".json", ".jsonl"):
            continue
        own = target / path.relative_to(source)
        own.parent.mkdir(parents=True, exist_ok=True)
        if "searches" in own.parts:
            own.with_name(f"{own.name}.gz").write_bytes(gzip.compress(path.read_bytes(), 9, mtime=0))
        else:
            shutil.copyfile(path, own)


def table() -> str:
    """The means of all kept studies, in Markdown."""
    lines = ["| data set | method | seeds | test accuracy | points above chance | parameters | training, s | "
             "search, s |", "|---|---|---|---|---|---|---|---|"]
    for name in KEPT:
        for row in read_study(DATA / name).summary.to_dict("records"):
            gap = points(row["difference"], row["difference_low"], row["difference_high"])
            searched = f"{row['search_seconds']:.0f}" if row["search_seconds"] else ""
            lines.append(f"| {row['dataset']} | {method_words(row['method'])} | {row['seeds']} | "
                         f"{with_interval(row['mean'], row['low'], row['high'])} | {gap} | {row['parameters']:,.0f} | "
                         f"{row['seconds']:.0f} | {searched} |")
    return "\n".join(lines)


def main() -> int:
    """Do what the arguments ask for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("source", nargs="?", type=Path, help="folder of a study")
    parser.add_argument("target", nargs="?", type=Path, help="where to keep it, such as data/study-images")
    parser.add_argument("--check", action="store_true", help="compare the table of the card, and write nothing")
    given = parser.parse_args()
    if not given.check:
        if given.source is None or given.target is None:
            parser.error("name the folder of a study and where to keep it, or --check")
        keep(given.source, given.target)
    text = CARD.read_text(encoding="utf-8")
    before, after = text[:text.index(BEGIN) + len(BEGIN)], text[text.index(END):]
    wanted = f"{before}\n\n{table()}\n\n{after}"
    if not given.check:
        CARD.write_text(wanted, encoding="utf-8")
        return 0
    if text != wanted:
        print(f"{CARD}: Found another table than that of the files; expected it. Run scripts/keep_study.py.")
    return int(text != wanted)


if __name__ == "__main__":
    sys.exit(main())

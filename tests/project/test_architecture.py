"""The picture and the table of docs/architecture.md are those of the code."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_picture_of_the_rooms_is_drawn_from_the_imports():
    run = subprocess.run([sys.executable, "scripts/draw_rooms.py", "--check"], cwd=ROOT, capture_output=True, text=True)
    assert (run.returncode, run.stderr) == (0, "")


def test_all_files_that_the_page_names_exist():
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    names = set(re.findall(r"`((?:[a-z_]+/)+(?:[a-z_]+\.(?:py|js))?)`", text))
    assert len(names) > 30
    roots = (ROOT, ROOT / "vanas_panel")
    assert [name for name in sorted(names) if not any((root / name).exists() for root in roots)] == []

"""The studies in data/: complete, as their card says, and without anybody's folders."""

from __future__ import annotations

import gzip
import re
import subprocess
import sys
from pathlib import Path

import pytest

import vanas_panel as vp
from vanas_panel.studies.insides import insides

ROOT = Path(__file__).resolve().parents[2]
KEPT = ["study-images", "study-texts"]


@pytest.mark.parametrize("name", KEPT)
def test_every_seed_has_every_method_but_perhaps_neat(name):
    study = vp.read_study(ROOT / "data" / name)
    counts = study.trainings.groupby(["dataset", "method", "seed"]).size().unstack("seed")
    own = counts.drop(["neat", "neat-random"], level="method", errors="ignore")
    assert not own.isna().any().any() and len(study.seeds) >= 2
    assert (own.xs("random", level="method") == study.plan.random).all().all()
    found = insides(study)
    assert (found["edges"].dropna() > 0).all() and {"darts", "dg-darts"} <= set(found["method"])
    for (method, seed), run in study.searches.items():
        assert run.is_finished, (method, seed)


def test_the_card_has_the_table_of_the_files():
    done = subprocess.run([sys.executable, "scripts/keep_study.py", "--check"], cwd=ROOT, capture_output=True,
                          text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("path", sorted((ROOT / "data").glob("study-*/**/*.json*")),
                         ids=lambda path: str(path.relative_to(ROOT / "data")))
def test_no_file_names_a_folder_of_a_machine(path):
    text = (gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()).decode()
    assert not re.search(r'"/|[A-Za-z]:\\\\|home|/tmp|/work', text)

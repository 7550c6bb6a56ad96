"""The figures of the case study are those of NAS-Bench-101, and those of the first page are those of its table."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import vanas_panel as vp

DOCS = Path(__file__).resolve().parents[2] / "docs"
CONV3, CONV1, POOL = "conv3x3-bn-relu", "conv1x1-bn-relu", "maxpool3x3"


def words(page: str) -> str:
    """The text of a page in one line."""
    return " ".join((DOCS / page).read_text(encoding="utf-8").split())


@pytest.mark.real
def test_figures_of_the_case_study(real_table_path):
    table = vp.open_table(real_table_path)
    frame = table.frame()
    text = words("tutorials/case-study.md")
    accuracy, size = frame["test_accuracy"], frame["trainable_parameters"]

    correlation = size.corr(frame["training_time"], method="spearman")
    assert f"rank correlation is {correlation:.2f}" in text
    assert f"holds times of {frame['training_time'].notna().sum():,} cells" in text
    assert f"smallest cell above 90 % has {size[accuracy > 0.9].min():,.0f} parameters" in text
    assert f"largest of all has {size.max():,.0f}" in text

    importance = 100 * vp.edge_importance(table).set_index(["source", "target"])["importance"]
    assert importance.index[:2].tolist() == [(CONV3, "output"), ("input", CONV3)]
    assert importance.index[-1] == (POOL, POOL)
    assert f"with {importance.iloc[0]:.1f} accuracy points" in text
    assert f"follows with {importance.iloc[1]:.1f}" in text
    assert f"is the last, with −{-importance.iloc[-1]:.1f}" in text

    best = accuracy.idxmax()
    assert f"test accuracy of {accuracy[best]:.2%}".replace("%", " %") in text
    assert table.cell(best).operations.count(CONV3) == 4 and len(table.cell(best).edges) == 9
    contributions = vp.edge_contributions(table, table.cell(best)).set_index(["source", "target"])["contribution"]
    assert (contributions > 0).all() and contributions.idxmax()[1] == table.cell(best).output
    assert f"has the highest, {100 * contributions.max():.1f} points" in text
    share = int(1000 * (size < size[best]).mean()) / 10
    assert f"With {size[best] / 1e6:.1f} million parameters it is larger than {share} %" in text
    assert f"reaches {accuracy[size.idxmax()]:.2%}".replace("%", " %") in text

    first, second = (vp.complete(table, vp.Draft(["input", CONV3, other, "output"]), top=1) for other in (CONV3, CONV1))
    (one,), (two,) = first["row"], second["row"]
    assert f"finds {first.attrs['matches']} cells" in text
    assert f"has {accuracy[one]:.2%} and {size[one] / 1e6:.1f} million".replace("% ", " % ") in text
    fewer, points = 1 - size[two] / size[one], 100 * (accuracy[one] - accuracy[two])
    assert f"{size[two] / 1e6:.1f} million parameters, {100 * fewer:.0f} % fewer, and loses {points:.2f} points" in text


def test_figures_of_the_first_page():
    table = vp.open_table("default")
    text = words("start/first-page.md")
    best = vp.edge_importance(table).iloc[0]
    assert (best["source"], best["target"]) == ("input", CONV3)
    assert f"{len(table):,} cells" in text and f"are {100 * best['importance']:.1f} accuracy points better" in text


@pytest.mark.parametrize("page", sorted(path.name for path in (DOCS / "pictures").iterdir()))
def test_pictures_are_small_and_shown(page):
    assert (DOCS / "pictures" / page).stat().st_size <= 120_000
    shown = {name for file in DOCS.rglob("*.md") for name in re.findall(r"pictures/([\w.-]+)", file.read_text("utf-8"))}
    assert page in shown

"""Add up the JUnit reports of several pytest runs and close with one line that counts all of them."""

from __future__ import annotations

import sys
from pathlib import Path
from xml.etree import ElementTree

OUTCOMES = ("passed", "failed", "errors", "skipped")


def counts(report: Path) -> dict[str, float]:
    """The counts of one run of pytest.

    Parameters
    ----------
    report : Path
        A JUnit file as pytest writes it.

    Returns
    -------
    dict
        The number of tests by outcome, and ``seconds``.
    """
    total = dict.fromkeys((*OUTCOMES, "seconds"), 0.0)
    for suite in ElementTree.parse(report).getroot().iter("testsuite"):
        tests, failed, errors, skipped = (int(suite.get(key, 0)) for key in ("tests", "failures", "errors", "skipped"))
        total["passed"] += tests - failed - errors - skipped
        total["failed"] += failed
        total["errors"] += errors
        total["skipped"] += skipped
        total["seconds"] += float(suite.get("time", 0))
    return total


def line(total: dict[str, float]) -> str:
    """One line in pytest's manner."""
    return ", ".join(f"{total[outcome]:.0f} {outcome}" for outcome in OUTCOMES) + f" in {total['seconds']:.2f}s"


def second_tries(path: Path) -> list[str]:
    """Tests that were run a second time, each with the reason; `tests/conftest.py` writes them down.

    Parameters
    ----------
    path : Path
        One on each line; need not exist.
    """
    return sorted(set(path.read_text(encoding="utf-8").splitlines())) if path.exists() else []


def main(folder: Path, failed_steps: list[str]) -> int:
    """Print a line for each run, the tests that needed a second try, and a line for all runs.

    The last line is kept in ``summary.txt``.

    Parameters
    ----------
    folder : Path
        Holds ``reports/*.xml`` and perhaps ``second-tries.txt``; gets ``summary.txt``.
    failed_steps : list of str
        Names of the checks that failed. One that no report accounts for (it is no test run, or its run ended before
        it could count) is added as one error.

    Returns
    -------
    int
        0 where every check passed, else 1.
    """
    runs = {report.stem: counts(report) for report in sorted((folder / "reports").glob("*.xml"))}
    total = {key: sum(run[key] for run in runs.values()) for key in (*OUTCOMES, "seconds")}
    print()
    for name, run in runs.items():
        print(f"{name}: {line(run)}")
    for name in failed_steps:
        if name not in runs or not runs[name]["failed"] + runs[name]["errors"]:
            total["errors"] += 1
    again = second_tries(folder / "second-tries.txt")
    if again:
        print("Run a second time, after the first try had failed:")
        print("\n".join(f"  {each}" for each in again))
    if failed_steps:
        print(f"Checks that failed: {', '.join(failed_steps)}")
    closing = f"=== {line(total)} ==="
    (folder / "summary.txt").write_text(closing + "\n", encoding="utf-8")
    print(closing)
    return 1 if failed_steps else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))

"""Names of files."""

from collections import Counter
from pathlib import Path

TESTS = Path(__file__).parents[1]


def test_no_two_test_files_have_the_same_name():
    # pytest imports test files by their name alone.
    names = Counter(file.name for file in TESTS.rglob("test_*.py"))
    assert [name for name, number in names.items() if number > 1] == []

"""The quick reader of long files and the one that takes any JSON come to the same, also on damaged lines."""

import json
import re

import numpy as np
import pytest

import vanas_panel as vp
from vanas_panel.errors import SearchError
from vanas_panel.searches import reading
from vanas_panel.searches.fast_lines import fast_lines


@pytest.fixture(scope="module")
def content(tmp_path_factory):
    path = tmp_path_factory.mktemp("runs") / "run.jsonl"
    vp.search(vp.open_table("mnist-cells"), "evolution", metric="validation_accuracy", report=["test_accuracy",
              "training_time"], queries=300, seed=2, out=path)
    return path.read_bytes()


@pytest.fixture
def both(tmp_path, monkeypatch):
    """What both readers say of some bytes: a run, or the words of an error."""
    def read(content):
        path, found = tmp_path / "run.jsonl", []
        path.write_bytes(content)
        for least in (0, 1 << 60):
            monkeypatch.setattr(reading, "WORTH_IT", least)
            try:
                found.append(vp.read_search(path))
            except SearchError as error:
                found.append(str(error))
        return found
    return read


def same(one, other):
    if isinstance(one, str) or isinstance(other, str):
        return one == other
    return (one.trials.equals(other.trials) and one.notes == other.notes
            and np.array_equal(one.proposals.trace, other.proposals.trace)
            and np.array_equal(one.proposals.values, other.proposals.values, equal_nan=True))


def lines_taken(content, run):
    """How many pairs the quick reader takes."""
    start = content.find(b"\n") + 1
    return len(fast_lines(content, start, content.rfind(b"\n") + 1, run.space, run.header["objective"]["report"]).trace)


def test_it_takes_every_line_and_every_number_exactly(content, both):
    quick, slow = both(content)
    assert same(quick, slow) and lines_taken(content, slow) == slow.proposals.values.size > 300
    told = [json.loads(line) for line in content.splitlines()[2:-1:2]]
    values = np.array([np.nan if line["value"] is None else line["value"] for line in told])
    np.testing.assert_array_equal(quick.proposals.values, values)
    assert np.isnan(values).any()


def test_a_file_cut_anywhere_is_read_alike(content, both):
    rng = np.random.default_rng(0)
    for cut in [*range(len(content) - 200, len(content), 17), *rng.integers(700, len(content), 40).tolist()]:
        assert same(*both(content[:cut])), cut


def test_bytes_changed_anywhere_are_judged_alike(content, both):
    """Without the sum at the end, which would refuse all of them."""
    content = content[:content.rfind(b"\n", 0, -1) + 1]
    start, rng = content.find(b"\n") + 1, np.random.default_rng(1)
    kinds = set()
    for place in rng.integers(start, len(content), 120).tolist():
        for byte in rng.choice(list(b'0179e.-+x",:{}[] \n\x00\xffn'), 2).tolist():
            changed = bytearray(content)
            changed[place] = byte
            one, other = both(bytes(changed))
            assert same(one, other), (place, byte, one, other)
            kinds.add(isinstance(one, str))
    assert kinds == {True, False}


@pytest.mark.parametrize(("pattern", "replacement"), [
    (rb'"value":[^,]*', b'"value":1e999'), (rb'"value":[^,]*', b'"value":-0.0'), (rb'"value":[^,]*', b'"value":1E+2'),
    (rb'"value":[^,]*', b'"value":01'), (rb'"value":[^,]*', b'"value":1.'), (rb'"value":[^,]*', b'"value":-'),
    (rb'"value":[^,]*', b'"value":5'), (rb'"value":[^,]*', b'"value":NaN'), (rb'"value":[^,]*', b'"value":true'),
    (rb'"value":[^,]*', b'"value":0.1000000000000000055511151231257827'), (rb'"value":', b' "value" : '),
    (rb'"row":[^,]*', b'"row":-7'), (rb'"row":[^,]*', b'"row":99999999999999999999'),
    (rb'"raw":"', b'"raw":"0'), (rb'"raw":"7', b'"raw":"8'), (rb'"raw":"7', b'"raw":"7f'),
    (rb'"parents":\[\d+', b'"parents":[99999'), (rb'"parents":\[', b'"parents":[1,2,3,'),
    (rb'"how":"\w+', b'"how":"luck'), (rb'"report":\{', b'"report":{"more":1,')])
def test_lines_of_another_form_are_judged_alike(content, both, pattern, replacement):
    lines = content.splitlines(keepends=True)[:-1]
    places = [place for place in range(1, len(lines)) if re.search(pattern, lines[place])]
    place = places[len(places) // 2]
    lines[place] = re.sub(pattern, replacement, lines[place], count=1)
    assert same(*both(b"".join(lines)))


def test_a_finished_file_that_was_changed_is_refused(content, both):
    lines = content.splitlines(keepends=True)
    place = next(place for place in range(100, len(lines)) if b'"value":0.9' in lines[place])
    lines[place] = lines[place].replace(b'"value":0.9', b'"value":0.8')
    for said in both(b"".join(lines)):
        assert "Found a finished search that was changed afterwards" in said
    end = json.loads(lines[-1])
    older = b"".join(content.splitlines(keepends=True)[:-1]) + b'{"end":"budget","others":null}\n'
    assert set(end) == {"end", "others", "crc32c"} and same(*both(older)) and len(both(older)[0]) == 300


def test_a_file_without_a_sum_is_whole_for_a_search_that_goes_on(content, tmp_path):
    path = tmp_path / "run.jsonl"
    older = b"".join(content.splitlines(keepends=True)[:-1]) + b'{"end":"budget","others":null}\n'
    path.write_bytes(older)
    vp.search(vp.open_table("mnist-cells"), "evolution", metric="validation_accuracy", report=["test_accuracy",
              "training_time"], queries=300, seed=2, out=path)
    assert path.read_bytes() == older

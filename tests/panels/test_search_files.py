"""Files of the drawer Search without a browser: what is saved, opened, and refused."""

import base64
import re

import page_parts
import pytest
from search_drawer import Drawer

import vanas_panel as vp
from vanas_panel.panels.search.files import FileBox
from vanas_panel.state.link import restore, to_query


@pytest.fixture(scope="module")
def table():
    return vp.open_table("mnist-cells")


@pytest.fixture
def drawer(table):
    return Drawer(table)


class Files:
    """The buttons that open and save, and what they send to the browser."""

    def __init__(self, drawer, monkeypatch):
        self.drawer, self.saved = drawer, []
        monkeypatch.setattr(FileBox, "send", lambda box, message: self.saved.append(message))

    @property
    def box(self):
        return page_parts.part(self.drawer.view, FileBox)

    def save(self, kind):
        page_parts.send(self.drawer.view, {"do": "save", "kind": kind}, kind=FileBox)
        return base64.b64decode(self.saved[-1]["content"])

    def open(self, name, content, **more):
        sent = {"do": "open", "name": name, "content": base64.b64encode(content).decode(), **more}
        page_parts.send(self.drawer.view, sent, kind=FileBox)


@pytest.fixture
def files(drawer, monkeypatch):
    return Files(drawer, monkeypatch)


@pytest.mark.parametrize("kind", ["jsonl", "parquet"])
def test_a_saved_search_opens_again_beside_the_others(drawer, files, table, kind, tmp_path):
    assert not files.box.can_save
    drawer.run("regularised-evolution", 80)
    content, name = files.save(kind), files.saved[-1]["name"]
    path = tmp_path / name
    path.write_bytes(content)
    first = drawer.session.followed_run
    assert name == f"regularised-evolution-nasbench101-0.{kind}" and vp.read_search(path).trials.equals(first.trials)
    drawer.run("random", 30)
    files.open("<b>mine</b>." + kind, content)
    session = drawer.session
    assert session.followed == (2, 0) and session.followed_run.trials.equals(first.trials)
    assert "&lt;b&gt;mine&lt;/b&gt;" in drawer.html("runs") and "<b>mine" not in drawer.html("runs")
    assert not files.box.refused and "link of the page leaves it out" in files.box.said
    assert "regret" in drawer.text("runs") and session.search_rows("asked").size
    for tab, words in {"curves": "Random, exactly", "ledger": "Asked again", "lineage": "ancestor"}.items():
        drawer.act(f"tab:{tab}")
        assert words in drawer.text("picture")
    files.open("again." + kind, content)
    assert len(session.searches) == 4


def test_a_search_that_was_stopped_is_saved_as_far_as_it_came(drawer, files, table, tmp_path):
    run = vp.search(table, "random", queries=30, out=tmp_path / "run.jsonl")
    content = (tmp_path / "run.jsonl").read_bytes()
    beginning = b"".join(content.splitlines(keepends=True)[:21])
    files.open("run.jsonl", beginning)
    assert drawer.session.followed_run.trials.equals(vp.read_search(tmp_path / "run.jsonl").trials[:len(
        drawer.session.followed_run)])
    assert files.save("jsonl") == beginning and "stopped at query" in drawer.text("runs")
    files.saved.clear()
    page_parts.send(drawer.view, {"do": "save", "kind": "parquet"}, kind=FileBox)
    assert files.box.refused and "not finished" in files.box.said and not files.saved and len(run) == 30


def test_a_link_holds_no_file_and_back_leaves_it_there(drawer, files, table, tmp_path):
    vp.search(table, "random", queries=30, out=tmp_path / "run.jsonl")
    files.open("run.jsonl", (tmp_path / "run.jsonl").read_bytes())
    session = drawer.session
    assert "search=" not in to_query(session) and "query=" not in to_query(session)
    drawer.run("random", 40)
    session.follow_search(1, 7)
    assert "query=0:7" in to_query(session)
    other = restore(to_query(session), [table]).session
    assert [plan.queries for plan in other.searches] == [40] and other.followed == (0, 7)
    session.take(other)
    assert [plan.queries for plan in session.searches] == [40, 30] and session.followed == (0, 7)


@pytest.mark.parametrize(("name", "change", "words"), [
    ("run.txt", lambda content: content, "a name that ends in .jsonl"),
    ("run.jsonl", lambda content: content[:40], "no search of vanas-panel"),
    ("run.jsonl", lambda content: b"\x80\x04pickle", "run.jsonl: Found a file that is no search"),
    ("run.parquet", lambda content: content, "run.parquet: Found a file that is no search"),
    ("run.db", lambda content: b"SQLite format 3\0nothing", "no study of Optuna"),
    ("run.jsonl", lambda content: b"".join(content.splitlines(True)[:3]).replace(b'"digest":"', b'"digest":"0'),
     "other values of"),
    ("run.jsonl", lambda content: b"x" * (5 * 2**20 + 1), "a file of 6 MiB")])
def test_a_file_that_is_no_search_of_this_table_is_refused_with_one_error(drawer, files, table, tmp_path, name, change,
                                                                          words):
    vp.search(table, "random", queries=30, out=tmp_path / "run.jsonl")
    files.open(name, change((tmp_path / "run.jsonl").read_bytes()))
    assert files.box.refused and words in files.box.said and "/tmp" not in files.box.said
    assert drawer.session.searches == ()


def test_a_file_of_several_metrics_is_followed_with_its_front(drawer, files, table, tmp_path):
    path = tmp_path / "run.jsonl"
    run = vp.search(table, "nsga2", metric=["test_accuracy", "trainable_parameters"], queries=40, out=path)
    files.open("run.jsonl", path.read_bytes())
    assert not files.box.refused
    assert drawer.session.followed_run.trials.equals(run.trials)
    assert drawer.session.followed_plan.metrics == run.metrics


def test_a_file_of_several_metrics_says_what_the_table_says(drawer, files, table, tmp_path):
    path = tmp_path / "run.jsonl"
    run = vp.search(table, "nsga2", metric=["test_accuracy", "trainable_parameters"], queries=40, out=path)
    lines = path.read_text().splitlines()[:-1]
    volume = run.header["objective"]["volume"]
    files.open("half.jsonl", ("\n".join([lines[0].replace(f'"volume":{volume!r}', '"volume":1.0'), *lines[1:]])
                              + "\n").encode())
    assert drawer.session.followed_run.trials["hypervolume"].equals(run.trials["hypervolume"])
    place = next(number for number, line in enumerate(lines) if '"value":[' in line)
    changed = re.sub(r'"value":\[([^,]*),[^]]*]', r'"value":[\1,1.0]', lines[place])
    files.open("other.jsonl", ("\n".join([*lines[:place], changed, *lines[place + 1:]]) + "\n").encode())
    assert files.box.refused and "does not have" in files.box.said


def test_a_value_that_the_table_does_not_have_is_refused(drawer, files, table, tmp_path):
    run = vp.search(table, "random", queries=3, out=tmp_path / "run.jsonl")
    lines = (tmp_path / "run.jsonl").read_text().splitlines(keepends=True)
    value = repr(float(run.trials["value"][0]))
    files.open("run.jsonl", "".join(lines[:-1]).replace(f'"value":{value}', '"value":0.999').encode())
    assert files.box.refused and "value that mnist" in files.box.said.lower()


def test_a_study_of_optuna_is_followed_on_the_table(drawer, files, table, tmp_path):
    optuna = pytest.importorskip("optuna")
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    study = optuna.create_study(storage=f"sqlite:///{tmp_path / 'study.db'}", direction="maximize")
    rows, space = [3, 11, 40], table.space
    for number, row in enumerate(rows):
        cell, params = table.cell(row), {}
        size = len(cell.operations)
        places = [*range(size - 1), space.max_vertices - 1]
        for target in range(1, space.max_vertices):
            for source in range(target):
                params[f"edge_{source}_{target}"] = int((source, target) in {
                    (places[one], places[other]) for one, other in cell.edges})
        for vertex in range(1, space.max_vertices - 1):
            name = cell.operations[vertex] if vertex < size - 1 else space.operations[0]
            params[f"operation_{vertex}"] = space.operations.index(name)
        study.add_trial(optuna.trial.create_trial(params=params, value=0.9 + number / 100, distributions={
            name: optuna.distributions.CategoricalDistribution([0, 1] if name.startswith("edge") else [0, 1, 2])
            for name in params}))
    content = (tmp_path / "study.db").read_bytes()
    files.open("study.db", content)
    assert not files.box.refused, files.box.said
    run = drawer.session.followed_run
    assert run.trials["row"].tolist() == rows and run.trials["best"].tolist() == [0.9, 0.91, 0.92]
    assert drawer.session.search_rows("asked").tolist() == rows and "shown as" in drawer.text("runs")
    study.add_trial(optuna.trial.create_trial(value=0.5))
    files.open("study.db", (tmp_path / "study.db").read_bytes())
    assert files.box.refused and "expected the parameters edge_0_1 to operation_5" in files.box.said

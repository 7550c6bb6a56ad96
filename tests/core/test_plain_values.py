"""Scalars of NumPy, and whatever `operator.index` and `float` take, wherever a public function takes a scalar."""

import inspect
import json
import tempfile
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import vanas_panel as vp
from vanas_panel import exchange
from vanas_panel.core.cost import Skeleton, trainable_parameters
from vanas_panel.core.plain import plain_bool, plain_float, plain_int, plain_text
from vanas_panel.report.plan import plan_of
from vanas_panel.selection import AllOf, Between, Box, HasEdge, Lasso, Not

C3, C1, MP = vp.NASBENCH101.operations
COSTS = ["trainable_parameters", "flops"]


def of_rows(of):
    """Rows as a caller may give them; other kinds of numbers make no array of whole numbers."""
    return of([1, 2, 3]) if of is not kinds_of_others else [1, 2, 3]


class Index:
    """A whole number of a kind of its own."""

    def __init__(self, value):
        self.value = value

    def __index__(self):
        return self.value


class Text(str):
    """A text of a kind of its own, whose repr does not run."""

    def __repr__(self):
        return f"Text({self!s})"


def plain(value):
    return value


def numpy_scalars(value):
    """The same values as scalars of NumPy, also within lists."""
    if isinstance(value, bool):
        return np.bool_(value)
    if isinstance(value, int):
        return np.int64(value)
    if isinstance(value, float):
        return np.float32(value)
    if isinstance(value, str):
        return np.str_(value)
    return type(value)(map(numpy_scalars, value)) if isinstance(value, list | tuple) else value


def kinds_of_others(value):
    """The same values as other kinds that convert."""
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int):
        return Index(value)
    if isinstance(value, float):
        return Fraction(value)
    if isinstance(value, str):
        return Text(value)
    return type(value)(map(kinds_of_others, value)) if isinstance(value, list | tuple) else value


def arrays(value):
    """Lists as arrays, scalars as those of NumPy with few bits."""
    if isinstance(value, int) and not isinstance(value, bool):
        return np.uint8(value)
    return np.array(value) if isinstance(value, list) else numpy_scalars(value)


OPERATIONS, EDGES = ["input", C3, "output"], [(0, 1), (1, 2)]


def state(session):
    return (session.metric, session.x, session.y, session.log_x, session.log_y, session.dark, session.window,
            session.extra_vertices, session.draft, session.positions, None if session.rows is None
            else session.rows.tolist(), session.drawer)


def after(*actions, **start):
    """The state of a session after some actions."""
    session = vp.Session(vp.open_table("structure4"), **start)
    for name, *given in actions:
        getattr(session, name)(*given)
    return state(session)


TRIALS = pd.DataFrame({"optimizer": ["adam", "adam", "sgd", "sgd"], "depth": [1, 2, 1, 2],
                       "rate": [0.5, 0.25, 0.5, 0.25], "loss": [0.4, 0.3, 0.2, 0.1]})

CALLS = {
    "Limits": lambda of: vp.Limits(columns=of(200)),
    "Draft": lambda of: vp.Draft(of(OPERATIONS), [of(edge) for edge in EDGES]),
    "Cell": lambda of: repr(vp.Cell(of(OPERATIONS), of(EDGES))),
    "Cell.from_matrix": lambda of: repr(vp.Cell.from_matrix(
        of([[0, 1, 0], [0, 0, 1], [0, 0, 0]]) if of is not kinds_of_others else [[0, 1, 0], [0, 0, 1], [0, 0, 0]],
        of(OPERATIONS))),
    "CellSpace": lambda of: vp.CellSpace(of(["a", "b"]), of(4), of(9)),
    "CellSpace.operation_index": lambda of: vp.NASBENCH101.operation_index(of(MP)),
    "enumerate_cells": lambda of: vp.enumerate_cells(vp.CellSpace(of(["a"]), of(3), of(9))).tolist(),
    "Metric": lambda of: vp.Metric(of("latency"), of("Latency"), of("ms"), of(False)),
    "complete": lambda of: vp.complete(vp.open_table("structure4"), vp.Draft(OPERATIONS), of("edges"), top=of(3),
                                       extra_vertices=of(1)).to_dict(),
    "edge_importance": lambda of: vp.edge_importance(vp.open_table("structure4"), of("edges"),
                                                     rows=of([1, 2, 3]) if of is not kinds_of_others else [1, 2, 3]
                                                     ).to_dict("list").__repr__(),
    "matched_importance": lambda of: repr(vp.matched_importance(
        vp.open_table("structure4"), of("edges"), rows=of([1, 2, 3]) if of is not kinds_of_others else [1, 2, 3]
    ).to_dict("list")),
    "matched_pairs": lambda of: vp.matched_pairs(vp.open_table("structure4"), of("input"), of(C3),
                                                 of("edges")).to_dict(),
    "structure": lambda of: repr(vp.structure(vp.open_table("structure4"), of([1, 2]) if of is not kinds_of_others
                                              else [1, 2]).to_dict("list")),
    "all_contributions": lambda of: repr(vp.all_contributions(vp.open_table("structure4"), of("edges"))),
    "contribution_distribution": lambda of: repr(vp.contribution_distribution(
        vp.open_table("structure4"), of("edges"), of("depth"), rows=of([1, 2, 30]) if of is not kinds_of_others
        else [1, 2, 30])),
    "edge_shapley": lambda of: repr(vp.edge_shapley(vp.open_table("structure4"), of(40), of("edges"), of(0.5))),
    "edge_contributions": lambda of: repr(vp.edge_contributions(
        vp.open_table("structure4"), vp.Cell(of(OPERATIONS), EDGES), of("edges")).to_dict("list")),
    "operation_contributions": lambda of: repr(vp.operation_contributions(
        vp.open_table("structure4"), vp.Cell(of(OPERATIONS), EDGES), of("edges")).to_dict("list")),
    "operation_importance": lambda of: repr(vp.operation_importance(
        vp.open_table("structure4"), of("edges"), rows=of([1, 2, 30]) if of is not kinds_of_others else [1, 2, 30]
    ).to_dict("list")),
    "neighbours": lambda of: repr(vp.neighbours(
        vp.open_table("structure4"), of(5), of("trainable_parameters"), of(2)).to_dict("list")),
    "edit_path": lambda of: repr(vp.edit_path(
        vp.open_table("structure4"), of(5), of(9), of("trainable_parameters")).to_dict("list")),
    "probability_better": lambda of: vp.probability_better(
        vp.open_table("structure4"), of(3), of(5), of("flops"), of(1e8)),
    "rank_intervals": lambda of: repr(vp.rank_intervals(
        vp.open_table("structure4"), of("flops"), of_rows(of), of(0.5), of(1e8)).to_dict("list")),
    "confidence_set": lambda of: vp.confidence_set(
        vp.open_table("structure4"), of("flops"), of(0.5), of(1e8), of_rows(of)).tolist(),
    "front_probability": lambda of: repr(vp.front_probability(
        vp.open_table("structure4"), of(COSTS), of_rows(of), noise={"flops": of(1e8)}, draws=of(5),
        seed=of(2)).to_dict("list")),
    "pareto_front": lambda of: vp.pareto_front(vp.open_table("structure4"), of(COSTS), rows=of_rows(of)).tolist(),
    "trade_offs": lambda of: repr(vp.trade_offs(vp.open_table("structure4"), of(COSTS), of_rows(of)).to_dict("list")),
    "operation_losses": lambda of: repr(vp.operation_losses(
        vp.open_table("structure4"), of(COSTS), of_rows(of), {name: of(1e10) for name in COSTS}).to_dict("list")),
    "rows_without": lambda of: vp.rows_without(vp.open_table("structure4"), of([C3]), of_rows(of)).tolist(),
    "compare_cells": lambda of: repr(vp.compare_cells(
        vp.open_table("structure4"), [of(5), of(2)], [of("edges")]).to_dict("list")),
    "common_edges": lambda of: vp.common_edges(
        vp.open_table("structure4"), of(5), of([1, 3]) if of is not kinds_of_others else [1, 3]).tolist(),
    "align_cells": lambda of: vp.align_cells(
        *[vp.Cell(of(OPERATIONS), [of(edge) for edge in EDGES])] * 2).vertices,
    "open_table": lambda of: repr(vp.open_table(of("structure4"), progress=of(False))),
    "exchange": lambda of: [write(vp.Cell(of(OPERATIONS), of(EDGES)))
                            for write in (exchange.to_json, exchange.to_nasbench, exchange.to_pytorch)],
    "exchange.read": lambda of: exchange.read(of(exchange.to_json(vp.Draft(OPERATIONS, EDGES)))),
    "Skeleton": lambda of: (Skeleton(of(16), of(1)), trainable_parameters(
        vp.open_table("structure4").packed[:3], vp.NASBENCH101, Skeleton(of(16))).tolist()),
    "BenchmarkTable": lambda of: repr(vp.BenchmarkTable(
        vp.CellSpace(of(["a"]), 3, 3), vp.enumerate_cells(vp.CellSpace(["a"], 3, 3)),
        {of("m"): vp.Metric(of("m"), of("M"))}, {"m": np.arange(3.0)}, name=of("t"))),
    "table": lambda of: [
        (table := vp.open_table("structure4")).metric(of("edges")), table.column(of("edges"))[:3].tolist(),
        table.repeats(of("edges")).shape, table.known(of("edges")), table.rank(of("edges"), of(3.0)),
        table.best(of("edges"), worst=of(True)), repr(table.cell(of(5))), table.find(table.cell(of(5))),
        table.with_direction(of("edges"), of(False)).best("edges"), table.find_key(of(int(table.keys[2])) if of is not
                                                                                   arrays else np.int64(table.keys[2])),
        table.with_directions({of("edges"): of(True)}).directions, table.sorted_column(of("edges"))[:2].tolist(),
        table.checked_rows(of([3, 1])).tolist() if of is not kinds_of_others else [1, 3]],
    "search": lambda of: json.dumps([(run := vp.search(
        vp.open_table("mnist-cells"), of("random"), metric=of("validation_accuracy"), repeat=of(1), queries=of(9),
        seed=of(3), report=of(["test_accuracy"]) if of is not arrays else ["test_accuracy"],
        settings={})).header, run.trials["value"].tolist()]),
    "compare_searches": lambda of: vp.compare_searches(
        vp.open_table("mnist-cells"), of(["random", "grid"]) if of is not arrays else ["random", "grid"],
        metric=of("validation_accuracy"), repeat=of(0), queries=of(5), seeds=of(2), exact=of(False)).to_json(),
    "DartsSettings": lambda of: json.dumps(vp.DartsSettings(
        nodes=of(2), learning_rate=of(0.5), exact=of(True), operations=[of("none"), of("skip_connect")]).to_dict()),
    "DgDartsSettings": lambda of: repr(vp.DgDartsSettings(clusters=of(2), least=of(1))),
    "Genotype": lambda of: [
        genotype := vp.Genotype([(of("skip_connect"), of(0)), (of("none"), of(1))], [of(2)],
                                [(of("skip_connect"), of(1)), (of("none"), of(0))], [of(2)]),
        vp.Genotype.from_text(of(str(genotype)))],
    "GenotypeSettings": lambda of: json.dumps(vp.GenotypeSettings(cells=of(2), drop_path=of(0.5)).to_dict()),
    "random_genotypes": lambda of: str(vp.random_genotypes(of(1), operations=[of("skip_connect"), of("sep_conv_3x3")],
                                                           nodes=of(2), seed=of(3), spread=of(0.5))),
    "baseline_genotype": lambda of: str(vp.baseline_genotype(of("resnet"))),
    "TextSettings": lambda of: repr(vp.TextSettings(of("a.csv"), only=of("b=c"), length=of(3), words=of(9))),
    "group_operations": lambda of: vp.group_operations([[of(0.5)], [of(0.5)], [of(2.5)]], of(2)).tolist(),
    "neat": lambda of: [
        genome := vp.neat.Genome.from_text(of("1:1>3 2:2>3"), inputs=[of(1), of(2)], output=of(3)),
        (numbers := vp.neat.Innovations(of(3), of(4))) and genome.add_node(of(1), numbers),
        vp.neat.crossover(genome, genome, rule=of("union"), equal=of(True), seed=of(3)),
        vp.neat.distance(genome, genome, of(1.0), of(1.0), of(0.4), small=of(20)),
        vp.neat.divide([genome], threshold=of(0.5), seed=of(3)),
        vp.neat.offspring_counts([of(0.5), of(0.25)], [of(0), of(1)], of(4))],
    "Session": lambda of: after(metric=of("edges"), x=of("flops"), y=of("trainable_parameters"), log_x=of(True),
                                dark=of(True), window=of((0.5, 1.0, 2.0, 4.0)), extra_vertices=of(1)),
    "Session actions": lambda of: after(
        ("add_vertex", of(C3)), ("add_vertex", of(MP)), ("add_edge", of(0), of(1)), ("add_edge", of(1), of(3)),
        ("toggle_edge", of(1), of(2)), ("toggle_edge", of(1), of(2)), ("move_vertex", of(1), of(0.5), of(0.25), {}),
        ("add_edge_type", of(C3), of(C1)), ("remove_edge", of(0), of(1)), ("remove_vertex", of(2)), ("undo",),
        ("select", of([3, 1]) if of is not kinds_of_others else [3, 1])),
    "Session.load_row": lambda of: after(("load_row", of(7))),
    "Session.select_box": lambda of: after(
        ("select_box", Box(of("edges"), of("flops"), of((0.0, 3.0)), of((0.0, 9e9))))),
    "Session.select_where": lambda of: [
        where := AllOf([Between(of("edges"), of(2), of(4.0)), Not(HasEdge(of(C3), of("output"))),
                        Lasso(of("edges"), of("flops"), [(of(0.0), of(0.0)), (of(9.0), of(0.0)), (of(9.0), of(8e9))],
                              of(False), of(False))], of("a name")), after(("select_where", where))],
    "open_trials": lambda of: repr((table := vp.open_trials(
        TRIALS, kinds={of("depth"): of("condition")}, directions={of("loss"): of(True)})).metrics) + table.summary(),
    "TrialTable": lambda of: [
        (table := vp.open_trials(TRIALS)).metric(of("loss")), table.column(of("loss")).tolist(), table.trial(of(1)),
        table.with_direction(of("loss"), of(True)).metrics["loss"],
        table.with_kinds({of("depth"): of("metric")}).metrics,
        table.rows_in(of("complete")).tolist(), table.checked_rows(of_rows(of)).tolist(),
        table.to_frame(of_rows(of)).to_dict()],
    "parameter_importance": lambda of: repr(vp.parameter_importance(
        vp.open_trials(TRIALS), of("loss"), of_rows(of), bins=of(2)).to_dict("list")),
    "matched_parameter_importance": lambda of: repr(vp.matched_parameter_importance(
        vp.open_trials(TRIALS), of("loss"), of_rows(of), bins=of(2)).to_dict("list")),
    "matching_trials": lambda of: repr(vp.matching_trials(
        vp.open_trials(TRIALS), {of("depth"): of(2), of("optimizer"): of("adam"), of("rate"): (of(0.0), of(0.5))},
        of("loss"), of(3), start=of(0), rows=of_rows(of)).to_dict("list")),
    "nearest_trials": lambda of: repr(vp.nearest_trials(
        vp.open_trials(TRIALS), of(1), of("loss"), of(3), rows=of_rows(of)).to_dict("list")),
    "weight_change": lambda of: vp.weight_change(_training(), of(1), of("none"), of(True)).to_csv(),
    "explore": lambda of: state(vp.explore(vp.open_table("structure4"), dark=of(True), metric=of("edges")).session),
    "save_report": lambda of: _plan(plan_of(
        vp.open_table("structure4"), title=of("A title"), notes=of("Words"), metrics=of(["edges"]), best=of(3),
        axes=[of(("flops", "edges", True, False))], parts=of(["overview", "best"]), source=of("structure4"))),
}


@cache
def _training():
    """A recorded training of one layer."""
    path = Path(tempfile.mkdtemp()) / "run.vptrain"
    with vp.inspector.Recorder(path) as recorder:
        for epoch in range(2):
            recorder.record(epoch, {"fc": np.full((2, 3), epoch / 10)})
    return vp.open_training(path)


def _plan(plan):
    return (plan.title, plan.notes, plan.metrics, plan.best, plan.axes, plan.parts, plan.source, state(plan.session))


@pytest.mark.parametrize("of", [numpy_scalars, kinds_of_others, arrays])
@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_numpy_scalars_are_taken_like_plain_values(call, of):
    expected, found = call(plain), call(of)
    assert found == expected
    # Scalars of NumPy equal plain ones; their repr shows what they are.
    assert repr(found) == repr(expected)


def test_every_public_function_is_tested_with_numpy_scalars():
    covered = {name.partition(".")[0] for name in CALLS}
    functions = {name for name in vp.__all__ if callable(getattr(vp, name))
                 and not (inspect.isclass(getattr(vp, name)) and issubclass(getattr(vp, name), Exception))}
    # Problems and runs are made here alone, a dashboard takes a session, a file of a search a path, a live search and a
    # search by gradient train, and gradients are of PyTorch's tensors. Studies train, too. A report takes a
    # training, and a training files. An alignment is made here.
    assert functions - covered == {"Problem", "Dashboard", "SearchRun", "read_search", "LiveSearch", "search_live",
                                   "Alignment",
                                   "DartsRun", "read_darts", "search_darts", "architecture_gradient", "DgDartsRun",
                                   "read_dg_darts", "search_dg_darts", "GenotypeResult", "read_genotype_results",
                                   "train_genotype", "Study", "StudyPlan", "read_study", "run_study",
                                   "save_study_report", "save_training_report", "Training", "open_training"}


def test_code_of_operations_that_come_from_an_array_runs_and_comes_back():
    labels = np.array(OPERATIONS)
    draft = vp.Draft(list(labels), EDGES)
    text = exchange.to_nasbench(draft)
    assert "np." not in text and exchange.read(text) == draft
    assert json.loads(exchange.to_json(draft))["operations"] == OPERATIONS


@pytest.mark.parametrize("wrong", [True, np.True_, 1.0, np.float64(1), "1", None, Decimal(1), [1], float("nan")])
def test_non_integer_is_refused_with_a_sentence(wrong):
    table = vp.open_table("structure4")
    for call in (lambda: vp.complete(table, vp.Draft(OPERATIONS), "edges", top=wrong), lambda: table.cell(wrong),
                 lambda: vp.complete(table, vp.Draft(OPERATIONS), "edges", extra_vertices=wrong),
                 lambda: vp.CellSpace(["a"], wrong, 3), lambda: vp.Draft(OPERATIONS, [(0, wrong)]),
                 lambda: Skeleton(stacks=wrong), lambda: plan_of(table, best=wrong)):
        with pytest.raises(vp.VanasError, match="Found .*; expected"):
            call()


@pytest.mark.parametrize("wrong", [3, None, np.int64(3), b"edges", ["edges"], {"edges"}])
def test_unknown_metric_name_is_refused_with_a_sentence(wrong):
    table = vp.open_table("structure4")
    for call in (table.metric, table.column, table.known, table.best,
                 lambda name: vp.complete(table, vp.Draft(OPERATIONS), name),
                 lambda name: vp.edge_importance(table, name)):
        with pytest.raises(vp.UnknownMetricError, match="expected one of"):
            call(wrong)


def test_rows_of_every_kind_are_the_same_selection():
    table = vp.open_table("structure4")
    truth = np.zeros(len(table), bool)
    truth[[2, 5]] = True
    for rows in ([5, 2], (np.int8(2), np.int64(5)), pd.Series([5, 2]), pd.Index([2, 5]), pd.array([2, 5]),
                 range(2, 6, 3), truth, truth.tolist(), pd.Series(truth), pd.array(truth, dtype="boolean"),
                 truth.astype(object)):
        assert table.checked_rows(rows).tolist() == [2, 5]


def test_plain_values():
    halves = Decimal("0.5"), Fraction(1, 2), np.float16(0.5), np.array(0.5)
    assert [plain_float(value) for value in halves] == [0.5] * 4
    assert [plain_float(value) for value in ("0.5", b"1", True, None, 1j, 10**400, [1.0])] == [None] * 7
    assert [plain_int(value) for value in (np.uint8(3), Index(3), np.array(3))] == [3] * 3
    assert plain_bool(np.True_) is True and plain_bool(1) == 1 and plain_text(3) == 3
    assert type(plain_text(Text("a"))) is str

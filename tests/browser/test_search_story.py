"""A search is run on the page, followed on the map, and found again; seen on the page and in the session."""

import numpy as np
import pytest

import vanas_panel as vp
from vanas_panel.page.dashboard import Dashboard, linked
from vanas_panel.searches.posterior import posterior
from vanas_panel.state.session import Session

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def table():
    return vp.open_table("mnist-cells")


@pytest.fixture
def opened(page, serve_app, table):
    """The page with its drawer open, and its session."""
    app = serve_app(lambda: Dashboard(Session(table, drawer="search")))
    page.goto(app.url)
    page.get_by_role("button", name="Run", exact=True).wait_for()
    page.wait_for_function("Bokeh.documents[0]?.is_idle")
    return page, app.built[-1].session


def run_one(page, session, eventually, strategy="regularised-evolution", queries=80):
    """Fill the form in, run, and wait for the search."""
    count = len(session.runs)
    if page.locator("[data-action=new]").count():
        page.locator("[data-action=new]").click()
    page.locator("select[data-action=strategy]").select_option(strategy)
    page.locator("input[data-action=queries]").fill(str(queries))
    page.get_by_role("button", name="Run", exact=True).click()
    eventually(lambda: len(session.runs) == count + 1, "run")
    page.get_by_text(f"Query {queries}", exact=True).wait_for()


def test_a_search_is_run_followed_selected_and_loaded(opened, table, eventually):
    page, session = opened
    run_one(page, session, eventually)
    run = vp.search(table, "regularised-evolution", queries=80)
    assert session.followed_run.trials.equals(run.trials)
    slider = page.get_by_role("slider", name="Query of the search")
    slider.fill("17")
    page.get_by_text("Query 17", exact=True).wait_for()
    eventually(lambda: session.followed == (0, 17), "followed")
    page.get_by_role("button", name="improving", exact=False).click()
    trials = run.trials[:17]
    improving = sorted(trials["row"][trials["query"] == trials["incumbent"]])
    eventually(lambda: session.rows is not None and session.rows.tolist() == improving, "selected")
    page.get_by_role("button", name="Load cell").click()
    eventually(lambda: session.row == run.trials["row"][16], "loaded")
    slider.press("ArrowRight")
    page.get_by_text("Query 18", exact=True).wait_for()


def test_two_metrics_are_searched_and_their_front_is_followed(opened, table, eventually):
    page, session = opened
    both = ["validation_accuracy", "trainable_parameters"]
    page.locator("select[data-action=also]").select_option(both[1])
    run_one(page, session, eventually, "nsga2", 60)
    run = vp.search(table, "nsga2", metric=both, queries=60)
    assert session.followed_run.trials.equals(run.trials)
    page.get_by_role("button", name="Front", exact=True).click()
    page.locator(".vp-front").wait_for()
    page.get_by_role("slider", name="Query of the search").fill("20")
    early = run.trials[:20].drop_duplicates(both)
    points = early[both].to_numpy() * [1, -1]
    beaten = [any((other >= point).all() and (other > point).any() for other in points) for point in points]
    page.locator(".vp-front > text", has_text=f"{beaten.count(False)} points on the front").wait_for()
    page.locator("button[data-action='select:front']").click()
    rows = sorted(row for row, is_beaten in zip(early["row"], beaten, strict=True) if not is_beaten)
    eventually(lambda: session.rows is not None and session.rows.tolist() == rows, "selected")


def test_a_cell_is_followed_from_one_training_budget_to_the_next(opened, table, eventually):
    page, session = opened
    run = vp.search(table, "hyperband", queries=30)
    page.locator("select[data-action=strategy]").select_option("hyperband")
    page.locator("input[data-action=queries]").fill("30")
    page.get_by_role("button", name="Run", exact=True).click()
    page.get_by_text(f"Query {len(run)}", exact=True).wait_for()
    assert session.followed_run.trials.equals(run.trials)
    page.get_by_role("button", name="What it knows", exact=True).click()
    page.locator(".vp-budgets").wait_for()
    # A full training that came from a lower budget: its values stand below the picture.
    query = int(run.trials["query"][(run.trials["budget"] == 180) & (run.trials["how"] == "promotion")].iloc[0])
    page.get_by_role("slider", name="Query of the search").fill(str(query))
    values, number = [], int(run.trials["number"][query - 1])
    while number >= 0:
        values.insert(0, f"{100 * run.proposals.values[number]:.2f} %")
        number = int(run.proposals.trace[number, 2])
    page.locator(".vp-budgets > text", has_text=f"This cell: {' → '.join(values)}.").wait_for()
    page.get_by_text("budget 180 of 180").wait_for()
    # The cell that it was promoted from is the same, so that it is a parent to go to.
    page.get_by_role("button", name="Load parent").click()
    eventually(lambda: session.row == run.trials["row"][query - 1], "loaded")


def test_a_field_keeps_its_text_and_its_marks_when_the_form_is_written_again(opened, eventually):
    page, session = opened
    queries = page.locator("input[data-action=queries]")
    queries.select_text()
    # The form of another strategy comes while the text is marked.
    page.locator("select[data-action=strategy]").evaluate(
        "(node) => { node.value = 'local-search'; node.dispatchEvent(new Event('change', { bubbles: true })) }")
    page.locator("select[data-action=preset] option[value=first]").wait_for(state="attached")
    page.keyboard.type("70")
    assert queries.input_value() == "70"
    # And once more while it is half typed; the browser reports no change of a text that a script has put back.
    page.locator("select[data-action=strategy]").evaluate(
        "(node) => { node.value = 'random'; node.dispatchEvent(new Event('change', { bubbles: true })) }")
    page.locator("select[data-action=preset]").wait_for(state="detached")
    assert queries.input_value() == "70"
    page.get_by_role("button", name="Run", exact=True).click()
    eventually(lambda: [plan.queries for plan in session.searches] == [70], "run")


def test_the_slider_plays_and_stops(opened, eventually):
    page, session = opened
    run_one(page, session, eventually, "random", 60)
    page.get_by_role("slider").fill("1")
    page.get_by_role("button", name="Play").click()
    eventually(lambda: session.followed is not None and session.followed[1] > 10, "played")
    page.get_by_role("button", name="Pause").click()
    page.get_by_role("button", name="Play").wait_for()
    shown = page.get_by_role("slider").input_value()
    page.get_by_text(f"Query {shown}", exact=True).wait_for()


def test_every_view_of_a_search_opens_and_the_link_brings_it_back(page, serve_app, table, eventually):
    app = serve_app(lambda: linked([table], served_query[0]))
    served_query = ["drawer=search"]
    page.goto(app.url)
    page.get_by_role("button", name="Run", exact=True).wait_for()
    page.wait_for_function("Bokeh.documents[0]?.is_idle")
    session = app.built[-1].session
    run_one(page, session, eventually)
    for view, words in {"Ledger": "Asked again", "Family tree": "ancestor", "Compare seeds": "Mean rank",
                        "Curves": "Random, exactly"}.items():
        page.get_by_role("button", name=view).click()
        page.locator(".search-picture").filter(has_text=words).wait_for()
    page.get_by_role("slider").fill("33")
    eventually(lambda: "query=0:33" in page.url, "in the address")
    served_query[0] = page.url.partition("?")[2]
    page.goto(page.url)
    page.get_by_text("Query 33", exact=True).wait_for()
    again = app.built[-1].session
    assert again is not session and again.searches == session.searches
    assert again.followed_run.trials.equals(session.followed_run.trials)


def test_a_search_that_cannot_run_says_why_and_keeps_what_was_typed(opened, eventually):
    page, session = opened
    page.locator("input[data-action=queries]").fill("<b>many</b>")
    page.get_by_role("button", name="Run", exact=True).click()
    alert = page.get_by_role("alert")
    alert.wait_for()
    assert "<b>many</b>" in alert.inner_text() and session.searches == ()
    assert page.locator("input[data-action=queries]").input_value() == "<b>many</b>"


def test_a_search_that_runs_is_stopped_and_another_one_starts_where_it_was_left(opened, eventually):
    pytest.importorskip("optuna")
    page, session = opened
    run_one(page, session, eventually, "random", 60)
    page.get_by_role("slider").fill("33")
    eventually(lambda: session.followed == (0, 33), "followed")
    page.locator("[data-action=new]").click()
    page.locator("select[data-action=strategy]").select_option("optuna")
    page.locator("input[data-action=queries]").fill("500")
    page.get_by_role("button", name="Run", exact=True).click()
    page.locator("[data-action='stop:1']").click()
    page.get_by_role("button", name="Go on").or_(page.get_by_text("Let Sampler")).first.wait_for()
    eventually(lambda: session.search_progress is None, "stopped")
    assert 0 <= len(session.runs.get(session.searches[1], ())) < 500
    page.get_by_role("button", name="Random, over raw cells, seed 0").first.click()
    page.get_by_text("Query 33", exact=True).wait_for()
    page.get_by_role("button", name="Play").click()
    eventually(lambda: session.followed[1] > 34, "played on from there")


def test_a_search_is_saved_and_its_file_opens_beside_others(opened, table, eventually, tmp_path):
    page, session = opened
    run_one(page, session, eventually, "random", 60)
    with page.expect_download() as waiting:
        page.get_by_role("button", name="JSON lines").click()
    path = tmp_path / waiting.value.suggested_filename
    waiting.value.save_as(path)
    assert vp.read_search(path).trials.equals(session.followed_run.trials)
    page.locator("input[type=file]").set_input_files(path)
    page.get_by_role("status").filter(has_text="Opened random-0.jsonl").wait_for()
    eventually(lambda: len(session.runs) == 2, "opened")
    assert session.followed_run.trials.equals(vp.read_search(path).trials)
    page.locator(".search-runs .entry").filter(has_text="random-0.jsonl").wait_for()
    path.write_bytes(b"\x80\x04nothing")
    page.locator("input[type=file]").set_input_files(path)
    page.get_by_role("alert").filter(has_text="no search of vanas-panel").wait_for()


def test_two_searches_stand_side_by_side_and_one_is_removed(opened, eventually):
    page, session = opened
    run_one(page, session, eventually)
    run_one(page, session, eventually, "local-search", 70)
    page.locator(".search-picture").filter(has_text="Local search (first), seed 1").wait_for()
    swatches = page.locator(".search-runs .swatch")
    assert len(set(swatches.evaluate_all("all => all.map(each => getComputedStyle(each).backgroundColor)"))) == 2
    page.get_by_role("button", name="Remove Regularised evolution (nasbench101), seed 0").click()
    eventually(lambda: len(session.searches) == 1, "removed")
    page.locator(".search-runs .entry").nth(1).wait_for(state="detached")
    assert np.array_equal(session.search_rows("asked"), np.unique(session.followed_run.trials["row"]))


def test_what_a_gaussian_process_expects_colours_the_map_and_follows_the_slider(page, serve_app, table, eventually):
    app = serve_app(lambda: linked([table], served_query[0]))
    served_query = ["drawer=search"]
    page.goto(app.url)
    page.get_by_role("button", name="Run", exact=True).wait_for()
    page.wait_for_function("Bokeh.documents[0]?.is_idle")
    session = app.built[-1].session
    run_one(page, session, eventually, "gaussian-process", 60)
    page.get_by_role("button", name="What it knows").click()
    page.locator(".vp-beliefs > title", has_text="after query 60").wait_for(state="attached")
    heading, caption = page.locator(".overview-settings .aside"), page.locator(".overview-caption")
    page.get_by_role("button", name="expected", exact=True).click()
    heading.filter(has_text="best expected validation accuracy, after query 60").wait_for()
    eventually(lambda: "belief=mean" in page.url, "in the address")
    slider = page.get_by_role("slider", name="Query of the search")
    for query in ("50", "40", "30", "20"):
        slider.fill(query)
    heading.filter(has_text="after query 20").wait_for()
    page.locator(".vp-beliefs > title", has_text="after query 20").wait_for(state="attached")
    overview = app.built[-1].views["overview"]
    mean, _deviation = posterior(session.followed_run, table, after=20)
    assert overview.bins.best.max() == mean[overview.points.rows].max()
    keyboard = page.get_by_role("application", name="Map of all cells")
    keyboard.press("b")
    page.get_by_text("Best expected validation accuracy", exact=False).first.wait_for(state="attached")
    page.get_by_role("button", name="unsure", exact=True).click()
    caption.filter(has_text="how unsure the search is after query 20").wait_for()
    served_query[0] = page.url.partition("?")[2]
    page.goto(page.url)
    heading.filter(has_text="mean deviation of the expected validation accuracy, after query 20").wait_for()
    caption.get_by_role("button", name="show measured").click()
    heading.filter(has_text="in the bin").wait_for()
    page.go_back()
    heading.filter(has_text="mean deviation").wait_for()

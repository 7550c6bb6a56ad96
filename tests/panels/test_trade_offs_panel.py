"""The drawer of trade-offs, the front on the map, and what *Performance* says of noise."""

from __future__ import annotations

import asyncio
import io
import threading

import numpy as np
import pandas as pd
import panel as pn

import vanas_panel as vp
from tests.demo_tables import Page, demo_table, structure_table
from vanas_panel.draw.map.front import CELLS, KNEE
from vanas_panel.draw.noise_words import stated_value, validation_of
from vanas_panel.draw.price import format_price, price_unit
from vanas_panel.panels.overview.panel import Overview
from vanas_panel.panels.performance import performance_html
from vanas_panel.panels.trade_offs import panel as trade_offs_panel
from vanas_panel.panels.trade_offs.panel import TradeOffsPanel, trade_offs_html
from vanas_panel.state.session import Session
from vanas_panel.tables.metrics import known_metric


def buttons(html):
    return [attributes for tag, attributes in Page(str(html)).elements if tag == "button"]


def test_the_list_is_the_front_and_marks_the_loaded_cell():
    session = Session(demo_table())
    front = vp.trade_offs(session.table, session.front_metrics)
    session.load_row(int(front["row"][1]))
    rows = [each for each in buttons(trade_offs_html(session)) if each["data-action"].startswith("row:")]
    assert [each["data-action"] for each in rows] == [f"row:{row}" for row in front["row"]]
    assert [each["aria-pressed"] for each in rows].index("true") == 1
    assert [each["tabindex"] for each in rows].count("0") == 1


def test_each_step_down_the_front_shows_its_price_with_sign_and_units():
    session = Session(demo_table(), front=("test_accuracy", "trainable_parameters", "training_time"))
    front = vp.trade_offs(session.table, session.front)
    page, listed = Page(str(trade_offs_html(session))), []
    for place in range(1, len(front)):
        worse = 100 * (front["test_accuracy"][place] - front["test_accuracy"][place - 1])
        for name, amount, unit in (("trainable_parameters", 1e6, "M"), ("training_time", 1.0, "s")):
            gained = front[name][place - 1] - front[name][place]
            price = worse / gained * amount
            if gained > 0:
                listed.append((f"{'±' if worse == 0 else '−'}", unit, abs(price)))
    said = [words.split() for words in page.words if " / " in words]
    assert len(said) == len(listed) > 5
    for (number, points, slash, unit), (sign, wanted, price) in zip(said, listed, strict=True):
        assert (number[0], points, slash, unit) == (sign, "points", "/", wanted)
        assert np.isclose(float(number[1:].replace(",", "")), price, rtol=6e-3)


def test_prices_are_for_round_amounts_and_in_the_direction_of_the_first_metric():
    accuracy, flops, time = (known_metric(name) for name in ("test_accuracy", "flops", "training_time"))
    assert price_unit(flops, 3e9)[1:] == (1e9, "G") and price_unit(flops, 20.0)[1:] == (1.0, "")
    assert price_unit(time, 7200.0)[1:] == (3600.0, "h") and price_unit(accuracy, 0.1)[1:] == (0.01, "point")
    assert price_unit(flops, float("nan"))[1:] == (1.0, "")
    assert format_price(accuracy, 0.0, price_unit(flops, 3e9)) == "±0 points / G"
    assert format_price(accuracy, 2e-12, price_unit(flops, 9.0)) == "−2.00e−10 points / 1"
    assert format_price(accuracy, float("inf"), price_unit(time, 9.0)) == "−∞ points / s"
    assert format_price(time, 1200.0, price_unit(accuracy, 0.1)) == "+12.0 s / point"
    assert format_price(flops, 2e9, price_unit(time, 9.0)) == "+2.00 G / s"
    assert format_price(flops, float("nan"), price_unit(time, 9.0)) == ""


def test_the_front_is_saved_with_its_prices():
    session = Session(demo_table(), drawer="tradeoffs")
    view = TradeOffsPanel(session)
    button, = view.__panel__().select(lambda part: 'data-download="front.csv"' in str(getattr(part, "html", "")))
    saved = pd.read_csv(io.StringIO("".join(Page(str(button.html)).words).partition("CSV")[2].lstrip()))
    front = vp.trade_offs(session.table, session.front_metrics)
    assert saved.columns.tolist() == front.columns.tolist() and np.allclose(saved, front, equal_nan=True)
    sent = []
    button.param.watch(sent.append, "html")
    session.load_row(int(front["row"][1]))
    assert not sent, "a step along the front does not send it again"
    session.select([])
    assert str(button.html) == ""


def test_choices_change_the_front():
    session = Session(demo_table())
    session.without = ("conv3x3-bn-relu",)
    rows = vp.rows_without(session.table, session.without)
    expected = vp.trade_offs(session.table, session.front_metrics, rows)
    assert session.trade_offs["row"].tolist() == expected["row"].tolist()
    session.front = ("test_accuracy", "flops", "trainable_parameters")
    assert session.trade_offs.columns[1:4].tolist() == list(session.front)
    session.select([])
    assert not len(session.trade_offs) and "No cell has all" in Page(str(trade_offs_html(session))).text


def test_the_map_shows_the_front_while_the_drawer_is_open():
    session = Session(demo_table(), x="trainable_parameters", y="test_accuracy")
    pane = Overview(session).__panel__().select(pn.pane.Bokeh)[0]
    shown = {each.name: each.data_source for each in pane.object.renderers if each.name in (CELLS, KNEE)}
    assert sum(len(source.data["x"]) for source in shown.values()) == 0
    session.drawer = "tradeoffs"
    front = session.trade_offs
    assert sum(len(source.data["x"]) for source in shown.values()) == len(front)
    session.drawer = ""
    assert sum(len(source.data["x"]) for source in shown.values()) == 0


def test_performance_says_how_sure_it_is():
    session = Session(vp.open_table("mnist-cells"))
    session.load_row(session.table.best("test_accuracy"))
    page = Page(str(performance_html(session)))
    assert "rank 1 (1 to 33)" in page.text and "133 may be the best" in page.text
    assert "choose by validation accuracy" in page.text
    titles = [attributes.get("title", "") for _, attributes in page.elements]
    assert "Test accuracy: rank 1, truly 1 to 33 (95 %)" in titles
    for words in ("133 cells cannot be told from the best. Select them", "Chosen by a test metric: What is chosen"):
        assert any(title.startswith(words) for title in titles), "in full where a person points"
    session.pinned = session.table.cell(0)
    page = Page(str(performance_html(session)))
    assert "better than A: > 99 %" in page.text
    assert "better than the pinned cell in test accuracy with > 99 %" in [
        attributes.get("aria-label") for _, attributes in page.elements]
    session.metric = "validation_accuracy"
    assert "choose by" not in Page(str(performance_html(session))).text


def test_a_single_repeat_says_so_until_noise_is_stated():
    session = Session(structure_table(), metric="flops")
    assert session.undecided is None and "cannot know its noise" in Page(str(trade_offs_html(session))).text
    session.noise = {"flops": 1e9}
    assert session.undecided.size == len(session.table)
    assert "as you stated it" in Page(str(trade_offs_html(session))).text


def test_what_a_person_types_as_noise():
    accuracy, flops = (demo_table().metric(name) for name in ("test_accuracy", "flops"))
    assert np.isclose(stated_value(accuracy, "0.2"), 0.002) and stated_value(flops, "1e6") == 1e6
    assert [stated_value(flops, text) for text in ("", "-1", "0", "x", "inf", "nan")] == [None] * 6
    assert validation_of(demo_table(), "test_accuracy") == "validation_accuracy"
    assert validation_of(demo_table(), "flops") is None


def test_probabilities_are_forgotten_where_a_direction_turns():
    session = Session(demo_table(), noise={"test_accuracy": 0.01}, drawer="tradeoffs")
    markup = TradeOffsPanel(session).markup
    markup.receive("chances")
    assert str(markup.html) != str(trade_offs_html(session))
    session.better = {session.front_metrics[1]: True}
    assert str(markup.html) == str(trade_offs_html(session))


def test_a_closed_drawer_waits_until_it_is_opened():
    session = Session(demo_table(), drawer="tradeoffs")
    markup = TradeOffsPanel(session).markup
    session.drawer = ""
    before = str(markup.html)
    session.select(range(20))
    assert str(markup.html) == before
    session.drawer = "tradeoffs"
    assert str(markup.html) == str(trade_offs_html(session)) != before


def test_leaving_the_drawer_or_other_noise_ends_the_draws(monkeypatch):
    began, go_on, done = threading.Event(), threading.Event(), []

    def slow(table, names, rows, *, progress, **options):
        def told(count):
            if count == 1:
                began.set()
                assert go_on.wait(30)
            progress(count)
            done.append(count)

        return vp.front_probability(table, names, rows, progress=told, **options)

    async def left(change):
        session = Session(demo_table(), noise={"test_accuracy": 0.01}, drawer="tradeoffs")
        markup = TradeOffsPanel(session).markup
        began.clear(), go_on.clear(), done.clear()
        markup.receive("chances")
        while not began.is_set():
            await asyncio.sleep(0.01)
        change(session)
        go_on.set()
        await asyncio.sleep(0.3)
        assert done == [0], "the draws went on"
        session.drawer = "tradeoffs"
        assert "Drawing from the noise" not in Page(str(markup.html)).text
        assert "Sure" not in Page(str(markup.html)).text and "asked no more" not in Page(str(markup.html)).text

    monkeypatch.setattr(trade_offs_panel, "front_probability", slow)
    for change in (lambda session: setattr(session, "drawer", ""),
                   lambda session: setattr(session, "noise", {"test_accuracy": 0.02})):
        asyncio.run(left(change))


def test_a_question_is_worked_on_once_and_a_late_answer_is_dropped(monkeypatch):
    go_on, asked = threading.Event(), []

    def slow(table, names, rows, **options):
        asked.append(None if rows is None else len(rows))
        assert go_on.wait(30)
        return vp.front_probability(table, names, rows, **options)

    async def clicked():
        session = Session(demo_table(), noise={"test_accuracy": 0.01}, drawer="tradeoffs")
        markup = TradeOffsPanel(session).markup
        for _ in range(3):
            markup.receive("chances")
        button = next(each for each in buttons(markup.html) if each["data-action"] == "chances")
        assert "disabled" in button and "Drawing from the noise" in Page(str(markup.html)).text
        session.select(range(40))
        assert str(markup.html) == str(trade_offs_html(session)), "another question, which can be asked"
        markup.receive("chances")
        go_on.set()
        while "Drawing from the noise" in Page(str(markup.html)).text:
            await asyncio.sleep(0.01)
        assert "Sure" in Page(str(markup.html)).text
        session.select(None)
        await asyncio.sleep(0.1)
        assert str(markup.html) == str(trade_offs_html(session)), "the first answer came when it was asked no more"

    monkeypatch.setattr(trade_offs_panel, "front_probability", slow)
    asyncio.run(clicked())
    assert sorted(asked, key=str) == [40, None]

"""What people do on their pages happens on one thread, in turn, while the event loop goes on answering."""

import threading
from contextlib import nullcontext

import panel as pn
import pytest

from tests.bench.visitors import Visitor
from tests.serve.team import ON_A_THREAD, Client
from vanas_panel.widgets.markup import Markup

PATIENCE = 20


class Desk:
    """A page with buttons, and a number that they change."""

    def __init__(self):
        self.entered, self.go_on = threading.Event(), threading.Event()
        self.done: list[tuple[str, str]] = []
        self.markup = Markup("".join(f'<button data-action="{name}">{name}</button>' for name in
                                     ("wait", "one", "two", "fail", "later")), self.act)
        self.number = Markup("<b>0</b>")
        self.layout = pn.Column(self.markup, self.number)

    def act(self, action: str) -> None:
        if action == "fail":
            raise ValueError("nobody expected this")
        if action == "wait":
            self.entered.set()
            assert self.go_on.wait(PATIENCE)
        if action == "later":
            # From here, yet it has to run on the thread of the event loop.
            pn.state.curdoc.add_timeout_callback(lambda: self.tell("later"), 5)
        else:
            self.tell(action)

    def tell(self, action: str) -> None:
        self.done.append((action, threading.current_thread().name))
        self.number.html = f"<b>{len(self.done)}</b>"
        self.layout.append(Markup(f"<i>{action}</i>"))


@pytest.fixture
def desks(threads, serve, monkeypatch):
    """A server, and the desks of those who came."""
    made = []

    def page(_tables):
        pn.extension()
        made.append(Desk())
        template = pn.Template("{% extends base %}{% block contents %}{{ embed(roots.page) }}{% endblock %}")
        template.add_variable("app_favicon", "data:,")
        template.add_panel("page", made[-1].layout)
        return template

    monkeypatch.setattr("vanas_panel.serve.server.visitor_page", page)
    return serve(), made


@pytest.fixture
def visit(desks):
    """``visit()`` opens a page; the visitor and its desk."""
    served, made = desks
    visitors = []

    def come():
        visitors.append(Visitor(f"http://127.0.0.1:{served.port}/", seed=len(visitors)))
        return visitors[-1], made[-1]

    yield come
    for visitor in visitors:
        visitor.close()


def texts(visitor) -> set[str]:
    return {html for _, html in visitor.mirror.markups()}


def test_a_click_changes_the_page(visit, threads):
    visitor, desk = visit()
    click = visitor.press("one")
    assert not click.error
    assert {"<b>1</b>", "<i>one</i>"} <= texts(visitor)
    (action, thread), = desk.done
    assert action == "one" and thread.startswith("vanas-changing") == threads


def test_all_that_a_click_changes_comes_in_one_message(visit):
    visitor, _ = visit()
    messages = []
    change = visitor.mirror.change
    visitor.mirror.change = lambda patch: messages.append(len(patch.content["events"])) or change(patch)
    visitor.press("one")
    assert len(messages) == 1 and messages[0] >= 2


@ON_A_THREAD
def test_slow_click_does_not_block_other_pages(visit, desks):
    (visitor, desk), (_, other) = visit(), visit()
    clicking = threading.Thread(target=visitor.press, args=("wait",))
    clicking.start()
    assert desk.entered.wait(PATIENCE)
    assert Client(desks[0]).ask("/health").status == 200
    assert clicking.is_alive() and not desk.done
    desk.go_on.set()
    clicking.join(PATIENCE)
    assert [action for action, _ in desk.done] == ["wait"] and not other.done
    assert "<b>1</b>" in texts(visitor)


@ON_A_THREAD
def test_clicks_happen_one_after_the_other(visit):
    (visitor, desk), (second, other) = visit(), visit()
    clicks = [threading.Thread(target=who.press, args=(what,)) for who, what in ((visitor, "wait"), (second, "one"))]
    clicks[0].start()
    assert desk.entered.wait(PATIENCE)
    clicks[1].start()
    clicks[1].join(0.3)
    assert not other.done, "the second click waits for the first"
    desk.go_on.set()
    for click in clicks:
        click.join(PATIENCE)
    assert [action for action, _ in desk.done + other.done] == ["wait", "one"]
    assert len({thread for _, thread in desk.done + other.done}) == 1


def test_a_failing_click_is_logged_and_the_page_goes_on(visit, threads, caplog):
    visitor, desk = visit()
    # At once, the answer to the click says that it failed.
    with nullcontext() if threads else pytest.raises(RuntimeError):
        visitor.send("fail")
    assert not visitor.press("two").error
    assert [action for action, _ in desk.done] == ["two"] and "<b>1</b>" in texts(visitor)
    assert "nobody expected this" in caplog.text


def test_callbacks_scheduled_by_a_click_run_on_the_event_loop(visit, threads):
    visitor, desk = visit()
    visitor.send("later")
    assert not visitor.press("one").error
    while len(desk.done) < 2:
        visitor.press("one")
    thread = dict(desk.done)["later"]
    assert not thread.startswith("vanas-changing")


@ON_A_THREAD
def test_closing_the_page_during_a_click_raises_nothing(visit, caplog):
    (visitor, desk), (second, other) = visit(), visit()
    visitor.send("wait")
    assert desk.entered.wait(PATIENCE)
    visitor.leave()
    desk.go_on.set()
    assert not second.press("one").error
    assert [action for action, _ in desk.done + other.done] == ["wait", "one"]
    assert "Traceback" not in caplog.text

"""Of work that follows a slider only the latest is done, one after the other, and never for a page that is gone."""

import asyncio
import threading
import time

from vanas_panel.errors import SearchError
from vanas_panel.text.language import gettext as _
from vanas_panel.text.language import speaking
from vanas_panel.widgets.threads import Latest, PageThread, is_working


async def until(holds):
    """Wait for something, for half a minute at most."""
    for _step in range(3000):
        if holds():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it did not come")


def test_where_nothing_waits_everything_is_done_at_once():
    done = []
    latest = Latest(PageThread())
    latest.ask(lambda go_on: go_on() or 1, done.append, done.append)
    latest.ask(lambda go_on: 2, done.append, done.append)
    assert done == [1, 2]


def test_only_the_last_of_many_is_done_once_the_asking_rests():
    async def page():
        done, begun = [], []
        latest = Latest(PageThread())
        for number in range(20):
            latest.ask(lambda go_on, number=number: begun.append(number) or number, done.append, done.append)
            await asyncio.sleep(0.005)
        await until(lambda: done)
        await asyncio.sleep(0.3)
        return done, begun

    assert asyncio.run(page()) == ([19], [19])


def test_work_that_is_under_way_is_given_up_for_what_is_asked_later():
    async def page():
        done, steps, has_begun = [], [], threading.Event()
        latest = Latest(PageThread())

        def slow(go_on):
            for step in range(3000):
                has_begun.set()
                steps.append(step)
                time.sleep(0.01)
                go_on()
            return "slow"

        latest.ask(slow, done.append, done.append)
        await until(has_begun.is_set)
        latest.ask(lambda go_on: threading.get_ident(), done.append, done.append)
        await until(lambda: done)
        return done, len(steps)

    (worker,), steps = asyncio.run(page())
    assert worker != threading.get_ident() and steps < 1000


def test_what_is_forgotten_is_not_handed_over():
    async def page():
        done = []
        latest = Latest(PageThread())
        latest.ask(lambda go_on: "unwanted", done.append, done.append)
        latest.forget()
        await until(lambda: not is_working())
        await asyncio.sleep(0.05)
        latest.ask(lambda go_on: "wanted", done.append, done.append)
        await until(lambda: done)
        return done

    assert asyncio.run(page()) == ["wanted"]


def test_an_error_goes_to_the_one_who_asked_and_the_next_work_is_done():
    def fail(go_on):
        raise SearchError("Found nothing; expected something. Look again.")

    async def page():
        done, failed = [], []
        latest = Latest(PageThread())
        latest.ask(fail, done.append, failed.append)
        await until(lambda: failed)
        latest.ask(lambda go_on: "done", done.append, failed.append)
        await until(lambda: done)
        return done, failed

    done, (error,) = asyncio.run(page())
    assert done == ["done"] and isinstance(error, SearchError)


def test_work_speaks_the_language_of_who_asked():
    done = []
    with speaking("ko"):
        Latest(PageThread()).ask(lambda go_on: _("measured"), done.append, done.append)
    assert done == ["측정값"]

"""Slow work on other threads, and what a forked process inherits of it."""

import asyncio
import os
import threading

import pytest

from vanas_panel.widgets.threads.background import is_working, run_in_background
from vanas_panel.widgets.threads.page_thread import PageThread


async def ask(work):
    """The result of a function that runs in the background of a page."""
    answer = asyncio.get_running_loop().create_future()
    run_in_background(PageThread(), work, answer.set_result, answer.set_exception)
    return await asyncio.wait_for(answer, 30)


def test_work_runs_on_another_thread_and_its_result_comes_back_to_the_page():
    async def page():
        return await ask(threading.get_ident), threading.get_ident()

    worker, own = asyncio.run(page())
    assert worker != own


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
def test_a_forked_process_has_idle_threads_of_its_own():
    """The parent's threads are all busy when it forks, and none of them exists in the child."""
    go_on = threading.Event()

    async def occupy():
        for _ in range(50):
            run_in_background(PageThread(), lambda: go_on.wait(60), lambda _: None, lambda _: None)

    asyncio.run(occupy())
    try:
        assert is_working()
        child = os.fork()
        if child == 0:
            code = 1
            try:
                code = 2 if is_working() else 0 if asyncio.run(ask(lambda: "done")) == "done" else 3
            finally:
                os._exit(code)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        assert is_working(), "the parent's own work goes on"
    finally:
        go_on.set()
    assert asyncio.run(ask(lambda: "done")) == "done"

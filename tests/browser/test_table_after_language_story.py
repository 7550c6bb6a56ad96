"""A table is opened that is chosen after the language was switched, or while the header is written anew."""

from __future__ import annotations

import re

import pytest

import vanas_panel as vp
from vanas_panel.serve import page as served_page
from vanas_panel.serve import pages

pytestmark = pytest.mark.browser


@pytest.fixture
def opened(page, serve_app, monkeypatch):
    """The dashboards that are made, the shown one last."""
    boards, linked = [], pages.linked
    monkeypatch.setattr(pages, "linked", lambda *given: boards.append(linked(*given)) or boards[-1])
    tables = [vp.open_table("mnist-cells"), vp.open_table("structure4")]
    page.goto(serve_app(lambda: served_page(tables)).url)
    page.locator(".overview-map canvas").first.wait_for()
    return boards


@pytest.mark.parametrize("pause", [0, 300, 3_000])
def test_a_table_is_chosen_after_the_language(page, opened, eventually, pause):
    for language, number in (("ko", 1), ("en", 0), ("ko", 1)):
        table = ("mnist-cells", "structure4")[number]
        page.locator(f".languages [lang={language}]").click()
        page.locator(f".languages [lang={language}][aria-pressed=true]").wait_for()
        page.wait_for_timeout(pause)
        page.locator("select[data-action=table]").select_option(str(number))
        eventually(lambda table=table: opened[-1].session.table.name == table, f"{table} is open")
        page.wait_for_url(re.compile(f"table={table}|^[^?]*$"))
        assert page.locator("select[data-action=table]").input_value() == str(number)
        assert opened[-1].session.language == language


def turn_dark(page, eventually, opened):
    """Have the header written anew, without a pointer that would close the list."""
    page.locator(".face[aria-pressed=false]").evaluate("(button) => button.click()")
    eventually(lambda: opened[-1].session.dark, "it is dark")
    page.locator(".vp-dark").first.wait_for()


def test_a_list_that_is_open_stays_while_the_header_changes(page, opened, eventually):
    chooser = page.locator("select[data-action=table]")
    held = chooser.element_handle()
    chooser.dispatch_event("pointerdown", {"button": 0})
    turn_dark(page, eventually, opened)
    assert held.evaluate("(node) => node.isConnected"), "a list that is replaced closes"
    held.select_option("1")
    eventually(lambda: opened[-1].session.table.name == "structure4", "the table is open")


def test_a_list_that_was_closed_again_is_replaced_once_the_pointer_moves(page, opened, eventually):
    page.locator("select[data-action=table]").dispatch_event("pointerdown", {"button": 0})
    turn_dark(page, eventually, opened)
    page.wait_for_timeout(600)
    page.mouse.move(300, 300)
    page.locator(".face[aria-pressed=true]").wait_for()

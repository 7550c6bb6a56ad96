"""Escape closes what was said last, and leaves the drawer open until it is pressed again."""

from __future__ import annotations

import pytest

from tests.demo_tables import demo_table
from vanas_panel.serve import page as served_page

pytestmark = pytest.mark.browser


def test_a_message_closes_before_the_drawer(page, serve_app):
    app = serve_app(lambda: served_page([demo_table()]))
    page.goto(app.url + "?metric=nonsense&drawer=exchange")
    page.locator(".vp-drawer h2").wait_for()
    message = page.locator(".vp-address .notice li").first
    message.wait_for()
    page.keyboard.press("Escape")
    message.wait_for(state="detached")
    assert page.locator(".vp-drawer h2").is_visible()
    page.keyboard.press("Escape")
    page.locator(".vp-drawer h2").wait_for(state="hidden")

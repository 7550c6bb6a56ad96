"""A server that is killed outright, started again, and gone on with as if nothing had happened."""

from __future__ import annotations

import os
import signal

import pytest
from trained_cells import SIX, record

from tests.serve.test_lifecycle import Process, started  # noqa: F401  (a fixture)
from vanas_panel.serve.auth.users import UserFile
from vanas_panel.serve.requests.network import free_port
from vanas_panel.training.personal import Personal

pytestmark = [pytest.mark.browser, pytest.mark.skipif(os.name != "posix", reason="kill -9")]


def test_saved_drafts_survive_kill_9(started, browser, tmp_path):  # noqa: F811
    users = UserFile(tmp_path / "users")
    users.add("ada", "difference engine")
    options = ["default", "structure4", "--auth-file", str(users.path), "--port", str(free_port(0, "127.0.0.1"))]
    server = started(Process.serve(tmp_path, *options))
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.set_default_timeout(60_000)
    try:
        page.goto(server.url)
        page.get_by_label("Name").fill("ada")
        page.get_by_label("Password").fill("difference engine")
        page.keyboard.press("Enter")
        page.locator("[data-action='preset:0']").click()
        page.locator("[data-action=dark]").click()
        page.locator("[data-action='drawer:shelf']").click()
        page.get_by_role("button", name="Save this cell").click()
        page.get_by_label("Name", exact=True).fill("Before the fall")
        page.keyboard.press("Control+Enter")
        page.get_by_text("“Before the fall” is saved.").wait_for()
        # A training that ended, as the server itself keeps it.
        Personal(tmp_path / "trained.sqlite").add("ada", "mnist-cells", record(SIX, 0.87))
        page.wait_for_url("**draft=**")
        address = page.url

        assert server.stop(signal.SIGKILL) == -signal.SIGKILL
        assert server.status("health") == 0
        again = started(Process.serve(tmp_path, *options))
        assert again.url == server.url
        page.reload()
        # Nobody is asked to sign in again: the cookie was signed with a secret that is kept.
        page.get_by_title("Signed in as ada").wait_for()
        entry = page.locator("article[data-entry]").filter(has=page.get_by_text("Before the fall", exact=True))
        entry.wait_for()
        assert "ada" in entry.inner_text() and page.url == address
        page.locator(".vp-dark").wait_for(state="attached")
        assert page.locator("[data-action='preset:0'][aria-pressed=true]").count() == 1
        page.locator("[data-action='drawer:train']").click()
        page.locator(".vp-drawer").get_by_text("87.00 %").first.wait_for(state="attached")
        # And it can be written to.
        page.locator("[data-action='drawer:shelf']").click()
        page.get_by_role("button", name="Save this cell").click()
        page.get_by_label("Name", exact=True).fill("After it")
        page.keyboard.press("Control+Enter")
        page.get_by_text("“After it” is saved.").wait_for()
        assert not [event for event in again.events() if event.get("level") in ("error", "ERROR")]
    finally:
        page.close()

"""Somebody mistypes a password, signs in, looks, signs out, and leaves nothing behind."""

from __future__ import annotations

import pytest

import vanas_panel as vp
from tests.serve.team import Client

pytestmark = pytest.mark.browser
WRONG = "Failed to load resource: the server responded with a status of 403"


@pytest.fixture
def served(serve_team):
    return serve_team(vp.open_table("structure4"), vp.open_table("default"))


@pytest.fixture
def visit(browser):
    """``visit(**options)`` opens a page and the list of what goes wrong on it."""
    contexts = []

    def start(**options):
        contexts.append(browser.new_context(**{"viewport": {"width": 1440, "height": 900}, **options}))
        page, wrong = contexts[-1].new_page(), []
        page.set_default_timeout(60_000)
        page.on("console", lambda message: message.type == "error" and wrong.append(message.text))
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("request", lambda request: "127.0.0.1" not in request.url and not request.url.startswith(
            ("data:", "blob:")) and wrong.append(request.url))
        return page, wrong

    yield start
    for context in contexts:
        context.close()


def test_a_wrong_password_the_right_one_the_page_and_the_way_out(served, visit):
    page, wrong = visit()
    home = f"http://127.0.0.1:{served.port}/"
    page.goto(home)
    # By keyboard alone: the first field takes the focus, Enter sends the form.
    page.locator("input:focus").wait_for()
    page.keyboard.type("ada")
    page.keyboard.press("Tab")
    page.keyboard.type("difference motor")
    page.keyboard.press("Enter")
    alert = page.get_by_role("alert")
    alert.wait_for()
    assert alert.inner_text() == "Not signed in. The name or the password is wrong."
    assert page.get_by_label("Name").input_value() == "ada" and page.get_by_label("Password").input_value() == ""
    page.keyboard.type("difference engine")
    page.keyboard.press("Enter")
    page.get_by_text("Edge importance").wait_for()
    assert page.get_by_title("Signed in as ada").inner_text() == "ada"
    # Another table, by its index in the list.
    page.get_by_label("Table", exact=True).select_option("1")
    page.wait_for_url("**table=mnist-cells**")
    page.get_by_title("Signed in as ada").wait_for()

    other = page.context.new_page()
    other.goto(home)
    other.get_by_text("Edge importance").wait_for()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(f"{home}login")
    page.go_back()
    page.get_by_label("Password").wait_for()
    assert page.get_by_text("Edge importance").count() == 0
    page.go_forward()
    page.get_by_label("Password").wait_for()
    # The other tab is of no more use, either.
    other.reload()
    other.get_by_label("Password").wait_for()
    # The browser is known again by its own cookie, which signs nobody in.
    assert all(cookie["name"].endswith(("-form", "-browser")) for cookie in page.context.cookies())
    assert [text for text in wrong if not text.startswith(WRONG)] == []


def test_the_page_to_sign_in_follows_the_appearance_of_the_system_and_fits_a_phone(served, visit):
    colours = set()
    for scheme in ("light", "dark"):
        page, wrong = visit(color_scheme=scheme, viewport={"width": 360, "height": 640})
        page.goto(f"http://127.0.0.1:{served.port}/")
        colours.add(page.evaluate("getComputedStyle(document.body).backgroundColor"))
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        box = page.get_by_role("button", name="Sign in").bounding_box()
        assert box["width"] > 200 and box["y"] + box["height"] < 640
        assert wrong == []
    assert len(colours) == 2


def test_a_script_that_gets_into_the_page_does_not_run(served, visit):
    page, wrong = visit()
    client = Client(served)
    client.sign_in()
    for name, value in client.cookies.items():
        page.context.add_cookies([{"name": name, "value": value, "url": f"http://127.0.0.1:{served.port}/"}])
    page.goto(f"http://127.0.0.1:{served.port}/")
    page.get_by_text("Edge importance").wait_for()
    page.evaluate("""() => {
      const box = document.createElement("div")
      box.innerHTML = '<img src="data:," onerror="window.ran = 1"><a href="javascript:window.ran = 2">x</a>'
      document.body.append(box)
      const script = document.createElement("script")
      script.textContent = "window.ran = 3"
      document.body.append(script)
      box.querySelector("a").click()
    }""")
    page.wait_for_timeout(500)
    assert page.evaluate("window.ran") is None
    refused = [text for text in wrong if "Content Security Policy" in text]
    assert len(refused) >= 3 and len(refused) == len(wrong), wrong


def test_a_link_opens_what_it_names_after_signing_in(served, visit):
    page, wrong = visit()
    page.goto(f"http://127.0.0.1:{served.port}/?v=1&draft=conv3x3-bn-relu,maxpool3x3:0-1,1-2,2-3&dark=1")
    page.get_by_label("Name").fill("ada")
    page.get_by_label("Password").fill("difference engine")
    page.keyboard.press("Enter")
    page.get_by_text("Valid cell").wait_for()
    assert page.locator("[data-action=dark]").get_attribute("aria-pressed") == "true"
    assert "draft=conv3x3-bn-relu,maxpool3x3:0-1,1-2,2-3" in page.url
    assert not wrong

"""Signing in and out: guessing, forgery, cookies, headers and sizes, tried over real sockets."""

import asyncio
import re
import threading
import time

import pytest

from tests.serve.team import Client, closed, write
from vanas_panel.page.header import header_html
from vanas_panel.serve.auth import users as users_module
from vanas_panel.serve.auth.password_checks import Checks
from vanas_panel.serve.compat import tornado_of
from vanas_panel.state.session import Session
from vanas_panel.widgets.tools import Tools


def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(stranger):
    wrong = stranger.sign_in("ada", "difference engines")
    unknown = stranger.sign_in("eve", "difference engines")
    assert wrong.status == unknown.status == 403
    blank = re.compile(r'value="[^"]*"')
    assert blank.sub("", wrong.text) == blank.sub("", unknown.text)
    assert "The name or the password is wrong." in wrong.text and 'role="alert"' in wrong.text
    assert stranger.ask("/").status == 302


def test_an_unknown_name_costs_as_much_work_as_a_known_one(users, monkeypatch):
    checked = []
    real = users_module.HASHER

    class Counted:
        def verify(self, known, password):
            checked.append(users_module.extract_parameters(known))
            return real.verify(known, password)

    monkeypatch.setattr(users_module, "HASHER", Counted())
    assert not users.check("ada", "guess") and not users.check("eve", "guess")
    # Not even the password of nobody opens anything.
    assert not users.check("eve", "nobody")
    assert checked[0] == checked[1] == checked[2]


@pytest.mark.parametrize(("name", "password"), [("", ""), ("ada", ""), ("", "difference engine"), ("ada", "x" * 2000),
                                                ("ada ", "difference engine "), ("ada", "Difference engine"),
                                                ("ADA", "difference engine"), ("bob", "difference engine"),
                                                ("ada:$argon2id$", "difference engine")])
def test_almost_right_is_wrong(stranger, name, password):
    assert stranger.sign_in(name, password).status == 403
    assert stranger.ask("/").status == 302


def test_typed_name_is_escaped(stranger):
    answer = stranger.sign_in('"><script>alert(1)</script>', "x", target='/"><img src=x>')
    assert "<script" not in answer.text and "<img" not in answer.text
    assert "&#34;&gt;&lt;script&gt;" in answer.text


def test_guessing_is_slowed_down(stranger, bob):
    statuses = [stranger.sign_in("ada", f"guess {number}").status for number in range(7)]
    assert statuses == [403] * 6 + [429]
    answer = stranger.sign_in()
    # The right password, too, has to wait.
    assert answer.status == 429 and int(answer.headers["retry-after"]) >= 1
    assert re.search(r"Wait \d+ seconds?, then try again", answer.text)
    # Whoever is signed in already does not notice.
    assert bob.ask("/").status == 200


@pytest.mark.slow
def test_guesses_of_strangers_do_not_lock_users_out_of_home_or_a_known_browser(ada, team):
    guesser = Client(team, source="127.0.0.9")
    assert [guesser.sign_in("ada", f"guess {number}").status for number in range(7)] == [403] * 6 + [429]
    # The address from which ada signed in last is let in, from a browser that nobody knows.
    home = Client(team)
    assert home.sign_in().status == 303
    # Another address is not, unless it is that of a browser in which ada has signed in.
    assert Client(team, source="127.0.0.8").sign_in().status == 429
    key = re.search(r'name="key" value="([^"]+)"', ada.ask("/logout").text)[1]
    assert ada.post("/logout", {"key": key}).status == 303
    ada.source = ("127.0.0.7", 0)
    assert ada.sign_in().status == 303
    # The mark of one account does nothing for another one's.
    guesser.cookies |= {name: value for name, value in ada.cookies.items() if name.endswith("-browser")}
    assert [guesser.sign_in("bob", f"guess {number}").status for number in range(7)] == [403] * 6 + [429]


def test_guesses_from_a_shared_address_do_not_lock_out_its_users(team, bob, stranger):
    """As behind a proxy of which the server was not told: all have its address."""
    known = Client(team)
    known.cookies = {name: value for name, value in bob.cookies.items() if name.endswith("-browser")}
    throttle = tornado_of(team.server).auth_provider.throttle
    for number in range(40):
        throttle.attempt(f"name {number}", "127.0.0.1")
    assert stranger.sign_in("ada").status == 429
    assert Client(team).sign_in("bob", "build the thing").status == 303
    for _ in range(20):
        throttle.attempt("bob", "127.0.0.1")
    assert Client(team).sign_in("bob", "build the thing").status == 429
    assert known.sign_in("bob", "build the thing").status == 303


def test_lengths_are_looked_at_before_anything_else(stranger, monkeypatch):
    def refuse(*_):
        raise AssertionError("nothing is to be done with it")

    for done in ("tidy", "checks"):
        monkeypatch.setattr(f"vanas_panel.serve.auth.login.{done}", refuse)
    # Accents in the wrong order, each of which has to find its place among all others.
    name = "a" + "\u0301\u0327" * 2_500
    answer = stranger.sign_in(name, "x")
    assert answer.status == 403 and "\u0301" not in answer.text
    monkeypatch.undo()
    monkeypatch.setattr(users_module, "tidy", lambda text: text if len(text) < 5_000 else refuse())
    assert stranger.sign_in("ada", "x" * 60_000).status == 403


def test_a_name_may_be_typed_with_accents_of_their_own(users):
    name = "é" * 64
    users.add(name, "ö" * 1024)
    assert users.check("e\u0301" * 64, "o\u0308" * 1024)
    assert not users.check("e\u0301" * 64, "o\u0308" * 1025) and not users.check("e\u0301" * 65, "ö" * 1024)


def test_when_too_many_passwords_wait_more_are_asked_to_come_back(stranger, monkeypatch):
    checks, begun, over = Checks(most=1), threading.Event(), threading.Event()
    monkeypatch.setattr("vanas_panel.serve.auth.login.checks", checks)
    assert stranger.sign_in("ada", "guess").status == 403

    def work():
        begun.set()
        over.wait(60)

    other = threading.Thread(target=lambda: asyncio.run(checks.run(work)))
    other.start()
    assert begun.wait(60)
    answer = stranger.sign_in()
    assert answer.status == 503 and answer.headers["retry-after"] == "5" and "Too many people sign in" in answer.text
    over.set()
    other.join(60)
    assert stranger.sign_in().status == 303


def test_the_number_of_a_form_is_void_after_signing_in(stranger):
    number = stranger.xsrf()
    assert stranger.sign_in().status == 303
    fields = {"name": "ada", "password": "difference engine", "_xsrf": number}
    assert stranger.post("/login", fields).status == 403
    assert not any(name.endswith("-form") for name in stranger.cookies)


def test_the_number_of_a_form_lasts_half_a_day_and_cannot_be_made_up(stranger, monkeypatch):
    fields, now = {"name": "ada", "password": "difference engine"}, time.time
    number, cookies = stranger.xsrf(), dict(stranger.cookies)
    form = next(name for name in cookies if name.endswith("-form"))
    for hours, status in ((13, 403), (11, 303)):
        stranger.cookies = dict(cookies)
        with monkeypatch.context() as later:
            later.setattr(time, "time", lambda hours=hours: now() + hours * 3600)
            assert stranger.post("/login", {**fields, "_xsrf": number}).status == status
    # A site under the same domain may set a cookie and send the same in a form, which Tornado's own check would take.
    for pair in ("x", "0" * 32, "2|eda77c5f|dcf3f0d7b6a1e1f9a5a8a2c1f7b4e6d0|1700000000"):
        stranger.cookies = {form: pair, "_xsrf": pair}
        assert stranger.post("/login", {**fields, "_xsrf": pair}).status == 403
    assert stranger.ask("/").status == 302


@pytest.mark.parametrize("fields", [{}, {"_xsrf": ""}, {"_xsrf": "2|00000000|0|0"}, {"_xsrf": "x"}])
def test_foreign_form_does_not_sign_in(stranger, fields):
    stranger.xsrf()
    answer = stranger.post("/login", {"name": "ada", "password": "difference engine", **fields})
    assert answer.status == 403 and stranger.ask("/").status == 302


def test_the_number_of_another_browser_does_not_do(stranger, team):
    stolen = Client(team).xsrf()
    stranger.xsrf()
    assert stranger.post("/login", {"name": "ada", "password": "difference engine", "_xsrf": stolen}).status == 403


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:1"])
@pytest.mark.parametrize("path", ["/login", "/logout"])
def test_a_form_of_another_site_is_refused(ada, stranger, path, origin):
    assert stranger.sign_in(Origin=origin).status == 403
    assert ada.post(path, {"key": "x"}, Origin=origin).status == 403
    assert stranger.ask("/").status == 302 and ada.ask("/").status == 200


@pytest.mark.parametrize("target", ["//evil.example", "http://evil.example/", "https:evil.example", "/\\evil.example",
                                    "\\\\evil.example", "javascript:alert(1)", "/%0d%0aSet-Cookie:x=1\r\nX: y", "",
                                    "///evil.example", "/login", "/logout?x=1", "x" * 9000, " /", "/\tx"])
def test_sign_in_redirects_only_to_this_server(stranger, target):
    answer = stranger.sign_in(target=target)
    assert answer.status == 303 and answer.headers["location"] == "/"


def test_cookies_are_for_this_server_alone(stranger):
    for answer in (stranger.ask("/login"), stranger.sign_in()):
        for cookie in answer.set_cookies:
            assert "HttpOnly" in cookie and "SameSite=Lax" in cookie and "Path=/" in cookie
            assert "Secure" not in cookie and "Domain" not in cookie


def test_behind_a_proxy_with_tls_cookies_are_secure(serve, users):
    client = Client(serve(auth_file=users.path, xheaders=True))
    origin = client.origin.replace("http:", "https:")
    answer = client.sign_in(X_Forwarded_Proto="https", Origin=origin)
    assert answer.status == 303 and all("Secure" in cookie for cookie in answer.set_cookies)


def test_the_headers_of_a_visitor_are_not_believed_without_a_proxy(team):
    client = Client(team)
    statuses = [client.sign_in("ada", "guess", X_Real_Ip=f"203.0.113.{number}").status for number in range(7)]
    assert statuses[-1] == 429


def test_through_a_proxy_that_is_not_believed_one_is_at_home_by_the_browser_only(team, ada):
    """`ada` has signed in from here, without a proxy."""
    throttle = tornado_of(team.server).auth_provider.throttle
    known = Client(team)
    known.cookies = {name: value for name, value in ada.cookies.items() if name.endswith("-browser")}
    for number in range(40):
        throttle.attempt("ada", f"198.51.100.{number}")
    for header in ("X_Forwarded_For", "X_Real_Ip", "Forwarded", "Via", "X_Forwarded_Proto"):
        assert Client(team).sign_in(**{header: "203.0.113.7"}).status == 429
    assert known.sign_in(X_Forwarded_For="203.0.113.7").status == 303
    assert Client(team).sign_in().status == 303


def test_signing_out_needs_the_form_of_this_very_sign_in(ada, bob):
    assert ada.ask("/logout").status == 200 and ada.ask("/").status == 200
    assert ada.post("/logout", {}).status == ada.post("/logout", {"key": "0" * 64}).status == 403
    others = re.search(r'name="key" value="([^"]+)"', bob.ask("/logout").text)[1]
    assert ada.post("/logout", {"key": others}).status == 403
    assert ada.ask("/").status == bob.ask("/").status == 200


def test_after_signing_out_a_copy_of_the_cookie_is_worth_nothing(ada, team):
    copy = Client(team)
    copy.cookies = dict(ada.cookies)
    token = copy.token()
    key = re.search(r'name="key" value="([^"]+)"', ada.ask("/logout").text)[1]

    async def wait(connection):
        return await closed(connection)

    # The open page of the same sign-in closes, too.
    closing = threading.Timer(0.5, lambda: ada.post("/logout", {"key": key}))
    closing.start()
    assert copy.websocket(token, say=wait) == 4401
    closing.join()
    assert ada.ask("/").status == copy.ask("/").status == 302
    assert copy.websocket(token) == 403
    assert copy.ask("/logout").status == 302
    # Signing in again is a new sign-in, not the old one.
    assert ada.sign_in().status == 303 and ada.ask("/").status == 200 and copy.ask("/").status == 302


def test_the_header_shows_a_name_as_text(small_tables):
    html = header_html(Session(small_tables[0]), [], tools=Tools(user='<b onclick="x">', sign_out='"><i>'))
    assert "<b onclick" not in html and "<i>" not in html and "&lt;b onclick=&#34;x&#34;&gt;" in html
    assert 'method="post" action="logout"' in html
    assert "Sign out" not in header_html(Session(small_tables[0]), [])


def test_sign_in_page_is_not_cached_by_the_browser(ada, stranger):
    for answer in (ada.ask("/"), ada.ask("/logout"), stranger.ask("/login"), stranger.ask("/"), stranger.ask("/x")):
        assert answer.headers["cache-control"] == "no-store"


def test_every_answer_has_the_headers(ada, stranger):
    for client, path in [(ada, "/"), (ada, "/static/js/bokeh.min.js"), (ada, "/nothing"), (ada, "/health"),
                         (stranger, "/login"), (stranger, "/"), (stranger, "/ws"), (stranger, "/health")]:
        headers = client.ask(path).headers
        assert headers["x-content-type-options"] == "nosniff" and headers["x-frame-options"] == "DENY", path
        policy = headers["content-security-policy"]
        assert policy.startswith("default-src 'none'") and "frame-ancestors 'none'" in policy
        assert headers["referrer-policy"] == "same-origin" and "server" not in headers
        assert headers["cross-origin-resource-policy"] == headers["cross-origin-opener-policy"] == "same-origin"


def test_the_page_runs_the_scripts_of_its_own_answer_only(ada):
    nonces = set()
    for _ in range(2):
        answer = ada.ask("/")
        policy = answer.headers["content-security-policy"]
        scripts = re.search(r"script-src ([^;]+);", policy)[1]
        assert "unsafe-inline" not in scripts and "http" not in policy and "*" not in policy
        nonce = re.search(r"'nonce-([^']+)'", scripts)[1]
        nonces.add(nonce)
        inline = re.findall(r"<script(?![^>]*\ssrc=)[^>]*>", answer.text)
        assert inline and all(f'nonce="{nonce}"' in script for script in inline)
    assert len(nonces) == 2


def test_plain_pages_run_no_script_at_all(stranger):
    answer = stranger.ask("/login")
    assert "script" not in answer.text and "script-src" not in answer.headers["content-security-policy"]
    assert not re.search(r"(src|href|action)=[\"']?(https?:)?//", answer.text)


@pytest.mark.parametrize("path", ["/", "/static/js/bokeh.min.js", "/autoload.js?bokeh-autoload-element=x", "/health"])
def test_other_sites_may_link_here_but_take_nothing(ada, serve, path):
    open_one = Client(serve())
    for client in (ada, open_one):
        for mode, kind in (("no-cors", "script"), ("cors", "empty"), ("navigate", "iframe"), ("no-cors", "image")):
            assert client.ask(path, Sec_Fetch_Site="cross-site", Sec_Fetch_Mode=mode, Sec_Fetch_Dest=kind).status == 403
        if path == "/":
            link = {"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Mode": "navigate", "Sec_Fetch_Dest": "document"}
            assert client.ask(path, **link).status == 200


def test_under_another_name_the_server_says_nothing(ada, stranger, serve):
    open_one = Client(serve())
    for client in (ada, stranger, open_one):
        for host in ("evil.example", f"evil.example:{client.served.port}", "127.0.0.1:1", "127.0.0.1", "", "[::1"):
            answer = client.ask("/", Host=host)
            assert answer.status in (400, 421) and "NAS-Bench" not in answer.text, host
    assert "--allow-origin evil.example" in open_one.ask("/", Host="evil.example").text
    assert stranger.ask("/health", Host="10.0.0.9").status == 200
    named = Client(serve(origins=("Lab.example",)))
    assert named.ask("/", Host="lab.example").status == named.ask("/", Host="LAB.EXAMPLE:443").status == 200


def test_large_bodies_are_refused(stranger):
    xsrf = stranger.xsrf()
    try:
        answer = stranger.post("/login", {"name": "ada", "password": "x" * 200_000, "_xsrf": xsrf})
        status = answer.status
    except OSError:
        status = "closed"
    assert status in (400, 413, "closed")
    assert stranger.sign_in().status == 303


def test_large_messages_close_the_websocket(ada, team):
    limit = team.options.max_message_bytes

    async def shout(connection):
        await write(connection, "x" * (limit + 1))
        return await closed(connection)

    # Where the server closes while the message is still on its way, its reason may get lost.
    assert ada.websocket(ada.token(), say=shout) in (1009, 1006, None)
    assert ada.websocket(ada.token()) == "ACK"


@pytest.mark.parametrize("fragment", ["", "{", "[]", "{}", "null", '{"msgtype": "PATCH-DOC"}', b"\x80\x04K\x01.", "x"])
def test_malformed_messages_close_only_their_websocket(ada, fragment):
    async def mumble(connection):
        await write(connection, fragment, fragment, fragment)
        await closed(connection)
        return "closed"

    assert ada.websocket(ada.token(), say=mumble) == "closed"
    assert ada.websocket(ada.token()) == "ACK"

"""What nobody reaches without signing in, tried over real sockets and websockets."""

import re
import time

import pytest
from bokeh.util.token import generate_jwt_token, generate_session_id, get_token_payload
from tornado.web import create_signed_value

from tests.serve.team import Client, closed

TITLE = "NAS-Bench-101"

PATHS = ["/ws", "/metadata", "/autoload.js?bokeh-autoload-element=x", "/static/js/bokeh.min.js",
         "/static/extensions/panel/panel.min.js", "/components/os/path/x/y", "/favicon.ico", "/rest/session_info",
         "/liveness", "/admin", "/shelf", "/export", "/download/table.csv", "/nothing", "//", "/login/", "/%6Cogin",
         "/login/../metadata", "/health/detail", "/logout/x"]


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"])
def test_nothing_is_reached_without_signing_in(stranger, method):
    for path in PATHS:
        answer = stranger.ask(path, method)
        assert answer.status in (403, 405), path
        assert TITLE not in answer.text and "token" not in answer.text


@pytest.mark.parametrize("path", ["/", "", "/?metric=parameters&cell=x"])
def test_the_page_sends_strangers_to_sign_in_and_remembers_the_address(stranger, path):
    answer = stranger.ask(path or "/")
    assert answer.status == 302 and answer.text == ""
    assert answer.headers["location"].startswith("/login?next=%2F")
    stranger.cookies.clear()
    target = "/?metric=parameters"
    assert stranger.sign_in(target=target).headers["location"] == target


def test_health_gives_detail_to_signed_in_users_only(stranger, ada):
    assert stranger.ask("/health").status == 200
    assert stranger.ask("/health").text == '{"status": "ok"}'
    assert TITLE in ada.ask("/health").text


def test_signed_in_user_sees_the_page_and_its_websocket_opens(ada):
    assert ada.ask("/").status == 200
    assert ada.websocket(ada.token()) == "ACK"


def test_a_stolen_token_opens_no_websocket_without_the_cookie(ada, stranger):
    token = ada.token()
    assert stranger.websocket(token) == 403
    assert ada.websocket(token, cookies=False) == 403
    # Not even once the page of its owner is open, whose session is then there to be joined.
    assert ada.websocket(token) == "ACK"
    assert stranger.websocket(token) == 403


def test_token_of_another_user_opens_no_websocket(ada, bob):
    token = ada.token()
    assert bob.websocket(token) == 403
    assert ada.websocket(token) == "ACK"


@pytest.mark.parametrize("forge", ["none", "garbage", "unsigned", "other secret", "altered", "no expiry", "two"])
def test_forged_tokens_open_no_websocket(ada, forge):
    token = ada.token()
    payload = {name: value for name, value in get_token_payload(token).items() if name != "session_expiry"}
    session = generate_session_id(secret_key=b"x" * 32, signed=True)
    forged = {
        "none": None,
        "garbage": "!!!.???",
        "unsigned": generate_jwt_token(session, signed=False, extra_payload=payload),
        "other secret": generate_jwt_token(session, secret_key=b"x" * 32, signed=True, extra_payload=payload),
        "altered": ("A" if token[30] != "A" else "B").join([token[:30], token[31:]]),
        "no expiry": token.partition(".")[0],
        "two": token + ".x",
    }[forge]
    assert ada.websocket(forged) == 403


@pytest.mark.parametrize("origin", ["http://evil.example", "https://127.0.0.1", "null", "http://127.0.0.1:1",
                                    "http://127.0.0.1.evil.example", "file://"])
def test_a_page_of_another_site_opens_no_websocket(ada, origin):
    assert ada.websocket(ada.token(), origin=origin) == 403


def test_the_session_of_a_page_cannot_be_chosen(ada):
    token = ada.token()
    assert ada.ask(f"/?bokeh-token={token}").status == 403
    assert ada.ask("/?bokeh-session-id=mine").status == 403
    assert ada.ask("/", Bokeh_Session_Id="mine").status == 403


def cookie_of(client: Client) -> tuple[str, str]:
    """The cookie that is the sign-in, beside those of the form and the browser."""
    return next((name, value) for name, value in client.cookies.items() if not name.endswith(("-form", "-browser")))


def test_forged_cookies_are_no_sign_in(ada, stranger):
    name, value = cookie_of(ada)
    content = '{"name": "ada", "id": "0123456789abcdef0123456789abcdef", "mark": "0123456789abcdef"}'
    fields = value.strip('"').split("|")
    forged = ["", "ada", "2|1:0|x", create_signed_value("x" * 32, name, content).decode(),
              "|".join([*fields[:-1], "0" * 64]), "|".join([*fields[:-2], fields[-2][:-4] + "AAAA", fields[-1]]),
              value.strip('"') + "0", "%00"]
    # Nor is the cookie by which a browser is known again.
    browser, known = next(each for each in ada.cookies.items() if each[0].endswith("-browser"))
    assert stranger.ask("/", Cookie=f"{browser}={known}").status == 302
    assert stranger.ask("/", Cookie=f"{name}={known}").status == 302
    for text in forged:
        assert stranger.ask("/", Cookie=f"{name}={text}").status == 302, text
        assert stranger.ask("/metadata", Cookie=f"{name}={text}").status == 403, text
    assert stranger.ask("/", Cookie=f"{name}={value}").status == 200
    assert stranger.ask("/", Cookie=f"other={value}").status == 302


def test_a_cookie_of_another_server_is_no_sign_in(ada, serve, users, tmp_path):
    other = Client(serve(auth_file=users.path, secret_file=tmp_path / "another secret"))
    name, value = cookie_of(ada)
    assert other.ask("/", Cookie=f"{name}={value}").status == 302
    other.sign_in()
    # Both are kept by the one browser, since cookies know no ports.
    assert cookie_of(other)[0] != name


def test_servers_that_share_a_secret_share_the_sign_in(ada, team, serve):
    other = Client(serve(auth_file=team.options.auth_file, secret_file=team.options.secret_file))
    other.cookies = dict(ada.cookies)
    assert other.ask("/").status == 200


def test_a_sign_in_ends_by_itself(serve, users, monkeypatch):
    served = serve(auth_file=users.path, sign_in_hours=1.0)
    client = Client(served)
    answer = client.sign_in()
    name, _ = cookie_of(client)
    assert "Max-Age=3600" in next(cookie for cookie in answer.set_cookies if cookie.startswith(f"{name}="))
    assert client.ask("/").status == 200
    later = time.time() + 3700
    monkeypatch.setattr("tornado.web.time.time", lambda: later)
    assert client.ask("/").status == 302


def test_removed_user_is_signed_out_at_once(ada, bob, users):
    assert ada.ask("/").status == bob.ask("/").status == 200
    users.remove("ada")
    assert ada.ask("/").status == 302
    assert ada.sign_in().status == 403
    assert bob.ask("/").status == 200


def test_another_password_ends_the_old_sign_ins(ada, users):
    users.add("ada", "analytical engine", change=True)
    assert ada.ask("/").status == 302
    assert ada.sign_in().status == 403
    assert ada.sign_in(password="analytical engine").status == 303


def test_broken_users_file_refuses_every_sign_in(ada, users, users_text):
    users.path.write_text("ada:secret\n")
    assert ada.ask("/").status == 302
    assert ada.sign_in(password="secret").status == 403
    users.path.write_text(users_text)
    assert ada.ask("/").status == 200


def test_an_open_page_is_closed_when_its_visitor_is_removed(ada, bob, users, team):
    async def wait(connection):
        users.remove("ada")
        team.close_strangers()
        return await closed(connection)

    assert ada.websocket(ada.token(), say=wait) == 4401
    assert bob.websocket(bob.token()) == "ACK"


def test_the_page_holds_no_cookie(ada):
    page = ada.ask("/").text
    name, value = cookie_of(ada)
    payload = get_token_payload(re.search(r'"token":"([^"]+)"', page)[1])
    assert value.strip('"') not in str(payload) and name not in str(payload) and payload["cookies"] == {}
    assert set(payload["headers"]) <= {"Host", "User-Agent", "Accept-Language"}


def test_without_a_sign_in_the_websocket_is_still_for_our_own_pages_only(serve):
    client = Client(serve())
    token = client.token()
    assert client.websocket(token, origin="http://evil.example") == 403
    session = generate_session_id(secret_key=b"x" * 32, signed=True)
    assert client.websocket(generate_jwt_token(session, secret_key=b"x" * 32, signed=True)) != "ACK"
    assert client.websocket(token) == "ACK"

"""Signing in elsewhere, against a provider that this test plays itself."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, parse_qsl, urlsplit

import panel as pn
import pytest

from tests.serve.team import Client
from vanas_panel.serve.auth.oauth import PROVIDERS, OAuth

SECRET = "the secret of the client"


class Provider(BaseHTTPRequestHandler):
    """Hands out the code ``good``, and the name of `user` for it."""

    user = "ada@lab.example"

    def do_POST(self):
        form = dict(parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode()))
        good = form.get("code") == "good" and form.get("client_secret") == SECRET
        self._answer({"access_token": "opaque token", "expires_in": 60} if good else {"error": "invalid_grant"},
                     200 if good else 400)

    def do_GET(self):
        good = self.headers.get("Authorization") == "Bearer opaque token"
        self._answer({"email": self.user} if good else {}, 200 if good else 401)

    def _answer(self, content, status):
        text = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_):
        pass


@pytest.fixture
def provider():
    Provider.user = "ada@lab.example"
    server = ThreadingHTTPServer(("127.0.0.1", 0), Provider)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def team(serve, provider):
    oauth = OAuth("generic", "our-key", SECRET, {"TOKEN_URL": f"{provider}/token", "USER_URL": f"{provider}/user",
                                                 "AUTHORIZE_URL": f"{provider}/authorize"})
    yield serve(oauth=oauth, allowed_users=("*@lab.example",))
    for name in ("provider", "key", "secret", "redirect_uri", "jwt_user"):
        setattr(pn.config, f"oauth_{name}", None)
    pn.config.oauth_extra_params = {}


@pytest.fixture
def client(team):
    return Client(team)


def begin(client, target="/"):
    """Follow the way to the provider; gives what it is asked."""
    answer = client.ask(f"/login?next={target}")
    assert answer.status == 302, answer
    parts = urlsplit(answer.headers["location"])
    assert parts.path == "/authorize"
    return {name: values[0] for name, values in parse_qs(parts.query).items()}


def test_sign_in_through_a_provider_and_back(client):
    assert client.ask("/?metric=x").headers["location"] == "/login?next=%2F%3Fmetric%3Dx"
    asked = begin(client, "%2F%3Fmetric%3Dx")
    assert asked["client_id"] == "our-key" and asked["redirect_uri"] == f"{client.origin}/login"
    assert SECRET not in str(asked)
    answer = client.ask(f"/login?code=good&state={asked['state']}")
    assert answer.status == 302 and answer.headers["location"] == "/?metric=x"
    # One sign-in of ours, and nothing of the provider's.
    names = [cookie.partition("=")[0] for cookie in answer.set_cookies if "Max-Age" in cookie]
    assert len(names) == 1 and not {"access_token", "id_token", "user"} & set(client.cookies)
    assert all("HttpOnly" in cookie and "SameSite=Lax" in cookie for cookie in answer.set_cookies)
    page = client.ask("/")
    assert page.status == 200 and "opaque" not in page.text
    assert client.websocket(client.token()) == "ACK"


@pytest.mark.parametrize("query", ["code=good&state=", "code=good", "code=good&state=forged", "error=access_denied",
                                   "code=&state=", "code=good&state=%00"])
def test_callback_without_a_started_sign_in_is_refused(client, query):
    answer = client.ask(f"/login?{query}")
    assert answer.status in (302, 401) and "/authorize" in answer.headers.get("location", "/authorize")
    assert client.ask("/").status == 302
    # Nor with the state of another browser.
    state = begin(Client(client.served))["state"]
    begin(client)
    assert client.ask(f"/login?code=good&state={state}").status == 401
    assert client.ask("/").status == 302


def test_unknown_code_is_refused(client):
    state = begin(client)["state"]
    answer = client.ask(f"/login?code=bad&state={state}")
    assert answer.status == 401 and "did not work" in answer.text and "invalid_grant" not in answer.text
    assert client.ask("/").status == 302


def test_account_outside_the_team_is_refused(client):
    Provider.user = "eve@evil.example"
    answer = client.ask(f"/login?code=good&state={begin(client)['state']}")
    assert answer.status == 403 and "not among those" in answer.text
    assert client.ask("/").status == 302


@pytest.mark.parametrize("target", ["//evil.example", "http://evil.example", "%5C%5Cevil.example"])
def test_sign_in_redirects_only_to_this_server(client, target):
    state = begin(client, target)["state"]
    assert client.ask(f"/login?code=good&state={state}").headers["location"] == "/"


def test_signing_out_and_in_again(client, team):
    client.ask(f"/login?code=good&state={begin(client)['state']}")
    copy = Client(team)
    copy.cookies = dict(client.cookies)
    key = client.ask("/logout").text.partition('name="key" value="')[2].partition('"')[0]
    assert client.post("/logout", {"key": key}).status == 303
    assert client.ask("/").status == copy.ask("/").status == 302


def test_the_known_providers():
    assert {"azure", "generic", "github", "gitlab", "google", "okta"} <= set(PROVIDERS)
    # Those show a form of Panel's own, which loads parts from outside hosts.
    assert not {"password", "pam"} & set(PROVIDERS)

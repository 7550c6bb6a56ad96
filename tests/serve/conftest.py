"""Fixtures of the tests of the server: ``served`` starts one in a thread, ``ada`` and ``bob`` are its users."""

from __future__ import annotations

import panel as pn
import pytest
from bokeh.server.session import ServerSession

import vanas_panel as vp
from tests.serve.team import Client, Served
from vanas_panel.serve import ServeOptions
from vanas_panel.serve.auth.private_files import write_private
from vanas_panel.serve.auth.throttle import Throttle
from vanas_panel.serve.auth.users import UserFile
from vanas_panel.serve.compat import tornado_of
from vanas_panel.serve.process import page_opening as opening
from vanas_panel.widgets.threads import use_callback_thread

PASSWORDS = {"ada": "difference engine", "bob": "build the thing"}


@pytest.fixture(scope="session")
def small_tables():
    return (vp.open_table("structure4"),)


@pytest.fixture(autouse=True)
def own_data(tmp_path, monkeypatch):
    """Keep secrets and users out of the user's own folder."""
    monkeypatch.setenv("VANAS_PANEL_DATA", str(tmp_path / "data"))
    monkeypatch.delenv("VANAS_PANEL_SECRET", raising=False)
    return tmp_path / "data"


@pytest.fixture(autouse=True)
def own_sessions():
    """Let no later server give all visitors one session: a process that serves pages asks for that once and for good.

    Panel keeps the first session of such a server for ever, so its page would never leave.
    """
    before = pn.config.reuse_sessions
    yield
    pn.config.reuse_sessions = before


@pytest.fixture
def light_page(monkeypatch):
    """A page that is made in no time: what is guarded does not matter to the guard."""
    def page(tables):
        pn.extension()
        template = pn.Template("{% extends base %}{% block contents %}{{ embed(roots.page) }}{% endblock %}")
        template.add_variable("app_favicon", "data:,")
        template.add_panel("page", pn.pane.Str(tables[0].title))
        return template

    monkeypatch.setattr("vanas_panel.serve.server.visitor_page", page)


@pytest.fixture(scope="session")
def users_text(tmp_path_factory) -> str:
    """A file of users; hashing takes its time, so it is made once."""
    users = UserFile(tmp_path_factory.mktemp("users") / "users")
    for name, password in PASSWORDS.items():
        users.add(name, password)
    return users.path.read_text()


@pytest.fixture(scope="session")
def _team(small_tables, users_text, tmp_path_factory):
    folder = tmp_path_factory.mktemp("team")
    path = folder / "users"
    path.write_text(users_text)
    served = Served(ServeOptions(auth_file=path, secret_file=folder / "secret"), small_tables)
    yield served
    served.stop()


@pytest.fixture
def team(_team, users, light_page) -> Served:
    """A server to which people sign in, as if it had just been started."""
    # On a clock that stands still, or a slow machine would have waited long enough.
    tornado_of(_team.server).auth_provider.throttle = Throttle(clock=lambda: 0.0)
    return _team


@pytest.fixture
def users(_team, users_text) -> UserFile:
    """The users of `team`; whatever a test does to them, the next one finds them as they were."""
    path = _team.options.auth_file
    write_private(path, users_text, replace=True)
    return UserFile(path)


@pytest.fixture
def serve(small_tables, light_page):
    """``serve(**options)`` starts a server, which is stopped with the test."""
    running = []

    def start(**options) -> Served:
        running.append(Served(ServeOptions(**options), small_tables))
        return running[-1]

    yield start
    for served in running:
        served.stop()


@pytest.fixture
def stranger(team) -> Client:
    return Client(team)


@pytest.fixture
def ada(team) -> Client:
    client = Client(team)
    assert client.sign_in().status == 303
    return client


@pytest.fixture
def bob(team) -> Client:
    client = Client(team)
    assert client.sign_in("bob", PASSWORDS["bob"]).status == 303
    return client


@pytest.fixture(scope="session", autouse=True)
def _use_threads():
    """Before the first server: what Bokeh notes for each thread cannot be exchanged while one runs."""
    opening.use_threads()


@pytest.fixture(params=[True, False], ids=["on a thread", "at once"])
def threads(request, monkeypatch):
    """Whether pages are changed on a thread, as by ``vanas-panel serve``, or at once, as by a plain ``panel serve``."""
    opening.use_threads()
    if not request.param:
        use_callback_thread(None)
        monkeypatch.setattr("bokeh.server.contexts.ServerSession", ServerSession)
    yield request.param
    opening.use_threads()

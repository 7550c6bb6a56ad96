"""Two server processes that share a shelf and a secret count wrong passwords together, over real sockets."""

from types import SimpleNamespace
from urllib.parse import urlsplit

from tests.serve.team import Client
from tests.serve.test_lifecycle import UNIX, Process, started  # noqa: F401  # a fixture


@UNIX
def test_they_count_together(started, tmp_path, users_text):  # noqa: F811
    users, shelf = tmp_path / "users", tmp_path / "team.sqlite"
    users.write_text(users_text)
    options = ["structure4", "--port", "0", "--auth-file", str(users), "--shelf", str(shelf), "--prefix", "/vanas"]
    servers = [started(Process.serve(tmp_path, *options)) for _ in range(2)]
    places = [SimpleNamespace(port=urlsplit(server.url).port, options=SimpleNamespace(path="/vanas"))
              for server in servers]
    # The prefix says that a proxy stands before them, of which they were not told.
    assert all("It looks as if a proxy stood before this server" in server.log.read_text() for server in servers)
    assert Client(places[0]).sign_in().status == 303
    guessers = [Client(place, source=f"127.0.0.{8 + number}") for number, place in enumerate(places)]
    statuses = [guessers[number % 2].sign_in("ada", f"guess {number}").status for number in range(6)]
    assert statuses == [403] * 6
    assert [guesser.sign_in("ada", "guess").status for guesser in guessers] == [429, 429]
    assert [guesser.sign_in().status for guesser in guessers] == [429, 429]
    # Where ada signed in last, at the first server, she is let in at the second one, too.
    assert Client(places[1]).sign_in().status == 303
    assert shelf.stat().st_mode & 0o777 == 0o600

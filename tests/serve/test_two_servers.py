"""Two server processes that share a shelf and a secret count wrong passwords together, over real sockets."""

from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest

from tests.serve.team import Client
from tests.serve.test_lifecycle import UNIX, Process, started  # noqa: F401  # a fixture


@pytest.mark.slow
@UNIX
def test_two_servers_count_sign_ins_together(started, tmp_path, users_text):  # noqa: F811
    users, shelf = tmp_path / "users", tmp_path / "team.sqlite"
    users.write_text(users_text)
    options = ["structure4", "--port", "0", "--auth-file", str(users), "--shelf", str(shelf), "--prefix", "/vanas"]
    servers = [started(Process.serve(tmp_path, *options)) for _ in range(2)]
    addresses = [SimpleNamespace(port=urlsplit(server.url).port, options=SimpleNamespace(path="/vanas"))
              for server in servers]
    # The prefix says that a proxy stands before them, of which they were not told.
    assert all("It looks as if a proxy stood before this server" in server.log.read_text() for server in servers)
    assert Client(addresses[0]).sign_in().status == 303
    guessers = [Client(address, source=f"127.0.0.{8 + number}") for number, address in enumerate(addresses)]
    statuses = [guessers[number % 2].sign_in("ada", f"guess {number}").status for number in range(6)]
    assert statuses == [403] * 6
    # The first wait takes two seconds, which a slow machine needs for a request; each further guess doubles it.
    more: list[int] = []
    while more[-4:] != [429] * 4 and len(more) < 60:
        more.append(guessers[len(more) % 2].sign_in("ada", f"more {len(more)}").status)
    assert more[-4:] == [429] * 4
    assert [guesser.sign_in().status for guesser in guessers] == [429, 429]
    # Where ada signed in last, at the first server, she is let in at the second one, too.
    assert Client(addresses[1]).sign_in().status == 303
    assert shelf.stat().st_mode & 0o777 == 0o600

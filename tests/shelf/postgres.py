"""A real PostgreSQL server for tests: started from what is installed, in a temporary folder, and stopped."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
from sqlalchemy import URL

PASSWORD = "a/secret:p@ss%word"
_ATTEMPTS = 3


def binaries() -> Path | None:
    """The folder of the newest initdb, pg_ctl and postgres; None where they are not installed."""
    folders = [Path(found).parent for found in filter(None, [shutil.which("initdb")])]
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: float(folder.parent.name),
                      reverse=True)
    for folder in folders:
        if all((folder / name).is_file() for name in ("initdb", "pg_ctl", "postgres")):
            return folder
    return None


def _other_user() -> dict:
    """How to run a process as somebody else where this is root, whom PostgreSQL refuses."""
    if os.geteuid() != 0:
        return {}
    names = {user.pw_name: user for user in pwd.getpwall()}
    user = names.get("postgres") or names["nobody"]
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as opened:
        return opened.getsockname()[1]


class Server:
    """A running server; `new_database` makes another database, `emptied_database` gives the same."""

    def __init__(self, port: int):
        self.port = port
        self._count = 0
        self._emptied = ""

    def url(self, database: str, password: str = PASSWORD) -> str:
        return URL.create("postgresql+psycopg", "tester", password, "127.0.0.1", self.port,
                          database).render_as_string(hide_password=False)

    def execute(self, statement: str, database: str = "postgres") -> list[tuple]:
        with psycopg.connect(host="127.0.0.1", port=self.port, user="tester", password=PASSWORD, dbname=database,
                             autocommit=True) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def emptied_database(self) -> str:
        """One database for many tests, which is much quicker than many databases."""
        if not self._emptied:
            self._emptied = self.new_database()
        self.execute(f"ALTER DATABASE {self._emptied} RESET ALL")
        self.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{self._emptied}'")
        self.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public", self._emptied)
        return self._emptied

    def new_database(self, options: str = "") -> str:
        self._count += 1
        name = f"shelf_{self._count}"
        self.execute(f"CREATE DATABASE {name} {options}")
        return name


@contextlib.contextmanager
def running(folder_of_binaries: Path) -> Iterator[Server]:
    """A server that listens on the loopback address only and wants a password."""
    as_other = _other_user()
    folder = Path(tempfile.mkdtemp(prefix="vanas-pg-"))
    try:
        if as_other:
            os.chown(folder, as_other["user"], as_other["group"])
        secret = folder / "password"
        secret.write_text(PASSWORD, encoding="utf-8")
        secret.chmod(0o644)
        data = folder / "data"

        def run(*command: str) -> subprocess.CompletedProcess:
            with (folder / "said").open("w+") as said:
                # Into a file: the server that pg_ctl leaves behind would keep a pipe open.
                done = subprocess.run(command, cwd=folder, env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"},
                                      stdin=subprocess.DEVNULL, stdout=said, stderr=said, **as_other)
                said.seek(0)
                assert done.returncode == 0 or command[0].endswith("pg_ctl"), said.read()
                return done

        run(str(folder_of_binaries / "initdb"), "-D", str(data), "-U", "tester", "--pwfile", str(secret),
            "--auth=scram-sha-256", "--encoding=UTF8", "--no-sync")
        for _ in range(_ATTEMPTS):
            port = _free_port()
            log = folder / "log"
            started = run(str(folder_of_binaries / "pg_ctl"), "-D", str(data), "-l", str(log), "-w", "-t", "60", "-o",
                          f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' "
                          "-c max_connections=200", "start")
            if started.returncode == 0:
                break
        else:
            raise AssertionError(log.read_text())
        try:
            yield Server(port)
        finally:
            run(str(folder_of_binaries / "pg_ctl"), "-D", str(data), "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)

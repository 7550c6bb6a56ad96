"""The command line: what it prints, and one clear line with exit code 2 for everything a person can mend."""

import errno
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import pytest

import vanas_panel as vp
from vanas_panel.cli.command_line import main
from vanas_panel.errors import DownloadError, ServeError
from vanas_panel.serve import ENVIRONMENT, named_sources, serve

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 120.0


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("VANAS_PANEL_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv(ENVIRONMENT, raising=False)


@pytest.fixture
def csv_file(tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text("module_adjacency,module_operations,test_accuracy,training_time\n"
                    "0100,\"input,output\",0.84,\n"
                    "010001000,\"input,conv3x3-bn-relu,output\",0.91,1200\n")
    return path


@pytest.fixture
def taken_port():
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        yield taken.getsockname()[1]


def one_line_of_error(capsys) -> str:
    output = capsys.readouterr()
    assert output.err.count("\n") == 1 and output.err.endswith("\n"), output.err
    assert "Traceback" not in output.err
    return output.err


def refused_by_the_parser(capsys, *arguments: str) -> str:
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == 2
    return one_line_of_error(capsys)


def test_info_says_what_a_table_holds(capsys, csv_file):
    assert main(["info", str(csv_file)]) == 0
    printed = capsys.readouterr().out
    assert "mine: 2 cells." in printed
    assert re.search(r"test_accuracy +Test accuracy: 2 known, 84.00 % to 91.00 %", printed)
    assert re.search(r"training_time +Training time: 1 known, 20 min 0 s to 20 min 0 s", printed)


def test_info_without_a_source_is_about_the_embedded_table(capsys):
    assert main(["info"]) == 0
    said = capsys.readouterr().out
    assert "MNIST cells" in said and "2,532 cells" in said and "Note: No repeat failed." in said


@pytest.mark.parametrize("command", ["info", "serve", "convert"])
def test_missing_file_is_reported_in_one_line(capsys, tmp_path, command):
    assert main([command, str(tmp_path / "nothing.csv")]) == 2
    line = one_line_of_error(capsys)
    assert line.startswith(f"vanas-panel {command}: ")
    assert "nothing.csv" in line and "expected" in line


def test_unknown_name_is_reported_in_one_line(capsys):
    assert main(["info", "nasbench102"]) == 2
    assert "nasbench102" in one_line_of_error(capsys)


@pytest.mark.parametrize("port", ["x", "-1", "65536", "1.5", "", "٣"])
def test_bad_port_is_reported_in_one_line(capsys, port):
    line = refused_by_the_parser(capsys, "serve", f"--port={port}")
    assert "expected a whole number from 0 to 65535" in line


@pytest.mark.parametrize("arguments", [(), ("dance",), ("fetch",), ("fetch", "imagenet"), ("convert",),
                                       ("info", "--nonsense")])
def test_bad_arguments_are_reported_in_one_line(capsys, arguments):
    assert "--help" in refused_by_the_parser(capsys, *arguments)


def test_port_in_use_is_reported_before_any_table_is_opened(capsys, taken_port):
    assert main(["serve", "no-such-table", "--port", str(taken_port)]) == 2
    line = one_line_of_error(capsys)
    assert f"port {taken_port}" in line and "in use" in line and "--port" in line


def test_address_of_another_machine_is_reported_in_one_line(capsys):
    assert main(["serve", "--port", "0", "--address", "192.0.2.1", "--allow-anyone"]) == 2
    assert "192.0.2.1" in one_line_of_error(capsys)


def test_port_without_permission_is_reported_in_one_line(monkeypatch):
    def refuse(*_, **__):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr("vanas_panel.serve.requests.network.socket.create_server", refuse)
    with pytest.raises(ServeError, match=r"Found no permission to open port 80 .* Choose a port above 1023"):
        serve(port=80)


def test_port_taken_meanwhile_is_reported_in_one_line(monkeypatch):
    def refuse(*_, **__):
        raise OSError(errno.EADDRINUSE, "Address already in use")

    monkeypatch.setattr("vanas_panel.serve.server.get_server", refuse)
    with pytest.raises(ServeError, match="in use"):
        serve(port=0, say=lambda line: None)


def test_sources_come_from_arguments_then_the_environment(monkeypatch):
    assert named_sources() == ("default",)
    monkeypatch.setenv(ENVIRONMENT, os.pathsep.join(["a.csv", "b"]))
    assert named_sources() == ("a.csv", "b")
    assert named_sources(["c"]) == ("c",)


def test_convert_writes_a_file_that_opens_as_the_same_table(capsys, csv_file, tmp_path):
    target = tmp_path / "ours.parquet"
    assert main(["convert", str(csv_file), str(target)]) == 0
    assert f"Wrote {target}" in capsys.readouterr().out
    one, other = vp.open_table(csv_file), vp.open_table(target)
    assert one.frame().equals(other.frame()) and one.packed.tolist() == other.packed.tolist()


def test_convert_to_an_unusable_path_is_reported_in_one_line(capsys, csv_file, tmp_path):
    assert main(["convert", str(csv_file), str(tmp_path / "ours.xlsx")]) == 2
    assert "ends in .parquet" in one_line_of_error(capsys)
    (tmp_path / "file").write_text("")
    assert main(["convert", str(csv_file), str(tmp_path / "file" / "ours.parquet")]) == 2
    assert "a place to write to" in one_line_of_error(capsys)


def test_fetch_hands_its_options_over(capsys, monkeypatch):
    asked = []

    def pretend(name, **options):
        asked.append((name, options))
        return vp.open_table("structure4")

    monkeypatch.setattr("vanas_panel.cli.table.fetch", pretend)
    assert main(["fetch", "nasbench101", "--full", "--url", "http://127.0.0.1:9/x"]) == 0
    assert asked == [("nasbench101", {"full": True, "url": "http://127.0.0.1:9/x"})]
    assert "91 cells" in capsys.readouterr().out


def test_failed_fetch_is_reported_in_one_line(capsys, monkeypatch):
    def fail(name, **options):
        raise DownloadError("Found\n  nothing; expected a file.")

    monkeypatch.setattr("vanas_panel.cli.table.fetch", fail)
    assert main(["fetch", "nasbench101"]) == 2
    assert one_line_of_error(capsys) == "vanas-panel fetch: Found nothing; expected a file.\n"


def test_ctrl_c_ends_a_command_without_a_traceback(monkeypatch):
    def interrupt(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("vanas_panel.cli.serve.run", interrupt)
    assert main(["serve"]) == 130


@contextmanager
def running(*arguments: str, **environment: str):
    """A process of this Python that prints the address it serves at, stopped at the end."""
    process = subprocess.Popen([sys.executable, "-u", *arguments], cwd=ROOT, stdout=subprocess.PIPE, text=True,
                               stderr=subprocess.STDOUT, env={**os.environ, "PYTHONPATH": str(ROOT), **environment})
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def answer(url: str) -> str:
    """What a server answers, once it does."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            with urllib.request.urlopen(url, timeout=PATIENCE) as response:
                return response.read().decode()
        except OSError:
            assert time.monotonic() < deadline, f"no answer from {url}"
            time.sleep(0.1)


@pytest.mark.slow
def test_serve_prints_the_address_serves_the_page_and_stops_on_ctrl_c(csv_file):
    with running("-m", "vanas_panel.cli", "serve", str(csv_file), "structure4", "--port", "0",
                 "--lazy-searches") as process:
        lines = []
        while not (lines and "http://" in lines[-1]):
            line = process.stdout.readline()
            assert line, f"it ended: {''.join(lines)}"
            lines.append(line)
        address = re.search(r"http://127\.0\.0\.1:\d+/", lines[-1])
        assert "2 cells" in lines[0] and "91 cells" in lines[1]
        page = answer(address[0])
        assert "<title>vanas</title>" in page and 'name="viewport"' in page
        process.send_signal(signal.SIGINT)
        rest, _ = process.communicate(timeout=PATIENCE)
        assert "Traceback" not in rest
        assert process.returncode in (0, 130)


@pytest.mark.slow
def test_panel_serve_works_too(csv_file):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with running("-m", "panel", "serve", "vanas_panel/serve/app.py", "--port", str(port), "--address", "127.0.0.1",
                 "--args", str(csv_file)):
        assert "<title>vanas</title>" in answer(f"http://127.0.0.1:{port}/app")


@pytest.mark.slow
def test_panel_serve_shows_what_is_wrong_as_text():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with running("-m", "panel", "serve", "vanas_panel/serve/app.py", "--port", str(port), "--address", "127.0.0.1",
                 **{ENVIRONMENT: "no-such-table"}):
        # The message itself travels over the websocket; a page of the server's own errors would have no such title.
        assert "<title>vanas</title>" in answer(f"http://127.0.0.1:{port}/app")

"""Operators' errors, lines of a starting server, and refused connections in Korean; English where no language holds."""

from __future__ import annotations

import re
import socket

import pytest
from trained_cells import record

from vanas_panel.cli.command_line import main
from vanas_panel.errors import ServeError, SourceError, UserFileError
from vanas_panel.panels.training.results import result_html
from vanas_panel.serve import server, tables
from vanas_panel.serve.auth.oauth import OAuth, client_secret
from vanas_panel.serve.auth.secret import kept_secret
from vanas_panel.serve.auth.users import UserFile
from vanas_panel.serve.options import ServeOptions
from vanas_panel.serve.process.connections import refusal
from vanas_panel.serve.requests.network import allowed_hosts, free_port
from vanas_panel.serve.shelves import open_shelf
from vanas_panel.text.language import speaking, translated
from vanas_panel.training.personal import Trained
from vanas_panel.training.reasons import NO_NUMBERS

HANGUL = re.compile("[가-힣]")
ENGLISH = re.compile(r"\b(?:the|an|of|and|which|expected|[Ff]ound|with|once|is|are|or|at most|[Cc]hoose|[Mm]ake)\b")
ENOUGH = "difference engine"


def left_in_english(said):
    """Words of English sentences, outside of paths, values, options and commands."""
    return ENGLISH.findall(re.sub(r"'[^']*'|/\S*|--[\w-]+|vanas-panel user add|python -c .*", "", said))


def in_korean(error):
    """The words for an operator: whole sentences in Korean, while the text of the log stays English."""
    with speaking("ko"):
        said = error.translated()
    assert HANGUL.search(said) and not HANGUL.search(str(error))
    assert not left_in_english(said), said
    return said


@pytest.fixture
def users(tmp_path):
    file = UserFile(tmp_path / "users")
    file.add("ada", ENOUGH)
    return file


@pytest.mark.parametrize(("options", "said"), [
    ({"address": "0.0.0.0"}, "로그인 방법이 필요합니다"), ({"prefix": "a b"}, "경로 접두사로 'a b'이(가)"),
    ({"oauth": OAuth("myspace", "key", "secret")}, "OAuth 서비스로 'myspace'이(가)"),
    ({"oauth": OAuth("github", "", "secret")}, "OAuth 서비스의 키가 없습니다"),
    ({"oauth": OAuth("github", "key")}, "OAuth 서비스의 비밀 키가 없습니다"),
    ({"tls_cert": "x"}, "둘 다 있거나 둘 다 없어야")])
def test_options_that_do_not_fit(options, said):
    with pytest.raises(ServeError) as caught:
        ServeOptions(**options).check()
    assert said in in_korean(caught.value)


def test_files_of_secrets(tmp_path, monkeypatch):
    (tmp_path / "latin").write_bytes(b"\xff\xfe" * 40)
    (tmp_path / "latin").chmod(0o600)
    (tmp_path / "short").write_text("short")
    (tmp_path / "short").chmod(0o600)
    (tmp_path / "open").write_text("x" * 40)
    (tmp_path / "open").chmod(0o644)
    for ask, said in [(lambda: client_secret(tmp_path / "none"), "그런 파일이나 폴더가 없음"),
                      (lambda: client_secret(tmp_path / "latin"), "텍스트가 아닌 바이트"),
                      (lambda: kept_secret(tmp_path / "latin"), "텍스트가 아닌 바이트"),
                      (lambda: kept_secret(tmp_path / "short"), "비밀 키가 5자입니다. 32자 이상"),
                      (lambda: kept_secret(tmp_path / "open"), "다른 사용자도 읽을 수 있는")]:
        with pytest.raises(ServeError) as caught:
            ask()
        assert said in in_korean(caught.value)
    monkeypatch.setenv("VANAS_PANEL_SECRET", "short")
    with pytest.raises(ServeError) as caught:
        kept_secret()
    assert "환경 변수 VANAS_PANEL_SECRET" in in_korean(caught.value)


def test_users_and_their_file(users, tmp_path):
    for ask, said in [(lambda: users.add("ada", ENOUGH), "'ada'인 사용자가 이미 있습니다"),
                      (lambda: users.add("eve", ENOUGH, change=True), "'eve'인 사용자가 없습니다"),
                      (lambda: users.add("eve", "short"), "비밀번호가 5자입니다. 8자에서 1024자까지"),
                      (lambda: users.add("eve", "\ud800" * 20), "반쪽 문자"),
                      (lambda: users.add("-x", ENOUGH), "이름으로 '-x'이(가)"),
                      (lambda: users.remove("eve"), "다음 중 하나여야 합니다: ada."),
                      (UserFile(tmp_path / "none").names, "파일이 없습니다")]:
        with pytest.raises(UserFileError) as caught:
            ask()
        assert said in in_korean(caught.value)
    line = users.path.read_text()
    for content, said in [(line + line, "2번째 줄: 발견: 두 번째 사용자 'ada'"),
                          ("ada\n", "1번째 줄: 발견: 형식이 다른 줄"),
                          (line.replace("t=3", "t=300"), "반복 300번(최대 16)"), (b"\xff\n", "텍스트가 아닌 바이트")]:
        users.path.write_bytes(content if isinstance(content, bytes) else content.encode())
        with pytest.raises(UserFileError) as caught:
            users.names()
        assert said in in_korean(caught.value)
    users.path.write_text(line)
    users.remove("ada")
    with pytest.raises(UserFileError) as caught:
        users.remove("ada")
    assert "다른 사용자도 없습니다" in in_korean(caught.value)


def test_ports_and_hosts():
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(ServeError) as caught:
        free_port(taken.getsockname()[1], "127.0.0.1")
    assert "이미 쓰고 있습니다" in in_korean(caught.value)
    with pytest.raises(ServeError) as caught:
        free_port(0, "192.0.2.1")
    assert "접속을 받을 수 없습니다" in in_korean(caught.value)
    with pytest.raises(ServeError) as caught:
        allowed_hosts("::1", 5006, ["http://lab.example/"])
    assert "허용할 출처로" in in_korean(caught.value)


def test_command_line_says_an_error_in_the_language_of_its_terminal(monkeypatch, capsys):
    monkeypatch.setenv("LANG", "ko_KR.UTF-8")
    monkeypatch.delenv("LC_ALL", raising=False)
    assert main(["serve", "--address", "0.0.0.0"]) == 2
    assert "로그인 방법이 필요합니다" in capsys.readouterr().err


def test_lines_of_a_starting_server_follow_the_terminal_and_pages_do_not(monkeypatch, capsys, tmp_path):
    """The lines are Korean; the language in which the server runs, and so the one of its pages, is not."""
    held = []

    def run_one(options, tables, secret, ready):
        ready()
        with speaking(None):
            held.append(translated(server.Message("Designer")))

    monkeypatch.setattr(server, "run_one", run_one)
    monkeypatch.setattr(server, "start_log", lambda *_: None)
    for name in ("VANAS_PANEL_LANG", "LC_ALL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "ko_KR.UTF-8")
    bad = tmp_path / "bad.csv"
    bad.write_text("")
    tables.shared_tables.cache_clear()
    assert main(["serve", "structure4", str(bad), "--port", "0", "--lazy-searches", "--shelf",
                 str(tmp_path / "shelf.sqlite")]) == 0
    tables.shared_tables.cache_clear()
    out = capsys.readouterr().out
    assert f"제외됨: {bad}: 발견: 빈 파일. 필요: 행이 하나 이상인 표." in out
    assert "보관함: 파일 " in out and "페이지 주소: http://127.0.0.1:" in out and re.search(r"셀 \d+개\.", out)
    assert not left_in_english(out) and held == ["Designer"]


def test_table_without_a_measured_value(tmp_path):
    path = tmp_path / "empty.csv"
    path.write_text('adjacency,operations,test_accuracy\n0100,"input,output",\n')
    tables.shared_tables.cache_clear()
    with pytest.raises(SourceError) as caught:
        tables.shared_tables((str(path),))
    assert "값이 하나도 없는 수의 열" in in_korean(caught.value)


def test_shelf_that_cannot_be_used_is_said_in_korean(tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setenv("VANAS_PANEL_DATA", str(tmp_path / "file"))
    lines = []
    open_shelf(None, lines.append)
    with speaking("ko"):
        said = translated(lines[0])
    assert said.startswith("보관함을 쓸 수 없습니다. ") and "(이미 있는 파일)" in said


def test_connection_that_is_refused_unread_is_answered_in_every_language():
    """Its request holds the language, and is not read."""
    answer = refusal("503 Service Unavailable", "This server has too many connections. Try again in a moment.")
    head, _, body = answer.partition(b"\r\n\r\n")
    assert body.decode() == ("This server has too many connections. Try again in a moment.\n"
                             "이 서버에 연결이 너무 많습니다. 잠시 후 다시 시도하십시오.\n")
    assert f"Content-Length: {len(body)}\r\n".encode() in head


def test_reason_of_a_failed_training_is_said_in_the_language_of_the_page():
    kept = record()
    kept.repeats[0].update(failed=True, reason=NO_NUMBERS.format(step=3, steps=180))
    with speaking("ko"):
        said = result_html(Trained(1, "", kept))
    assert "학습이 불안정해졌습니다" in said and "Training became unstable" not in said

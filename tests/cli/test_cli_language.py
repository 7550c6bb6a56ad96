"""The command line speaks the language of its environment, and so do argparse and errors in it."""

from __future__ import annotations

import argparse
import re
import subprocess
import sys

import pytest

from tests.conftest import ROOT
from vanas_panel.cli.command_line import main
from vanas_panel.text.language import current_language, gettext, speaking, terminal_language

HANGUL = re.compile("[가-힣]")
LOCALES = ("VANAS_PANEL_LANG", "LC_ALL", "LC_MESSAGES", "LANG")


@pytest.fixture(autouse=True)
def no_locale(monkeypatch, tmp_path):
    for name in LOCALES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("VANAS_PANEL_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def korean(no_locale, monkeypatch):
    monkeypatch.setenv("LANG", "ko_KR.UTF-8")


@pytest.mark.parametrize(("environment", "expected"), [
    ({}, "en"), ({"LANG": "ko_KR.UTF-8"}, "ko"), ({"LC_MESSAGES": "ko_KR", "LANG": "en_US.UTF-8"}, "ko"),
    ({"LC_ALL": "C", "LC_MESSAGES": "ko_KR", "LANG": "ko_KR.UTF-8"}, "en"),
    ({"LC_ALL": "", "LANG": "ko_KR.UTF-8"}, "ko"), ({"LANG": "fr_FR.UTF-8"}, "en"),
    ({"VANAS_PANEL_LANG": "ko", "LC_ALL": "en_GB.UTF-8"}, "ko"),
    ({"VANAS_PANEL_LANG": "en", "LANG": "ko_KR.UTF-8"}, "en"),
    ({"VANAS_PANEL_LANG": "tlh", "LANG": "ko_KR.UTF-8"}, "ko")])
def test_language_of_a_terminal(environment, expected):
    assert terminal_language(environment) == expected


def helped(capsys, *arguments: str) -> str:
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert not stopped.value.code
    return capsys.readouterr().out


@pytest.mark.parametrize("command", [
    "", "serve", "user", "user add", "user remove", "user list", "fetch", "convert", "info", "train-space", "train",
    "report"])
def test_help_is_korean_to_its_last_word(capsys, korean, command):
    printed = helped(capsys, *command.split(), "--help")
    assert printed.startswith("사용법: vanas-panel") and "이 도움말을 보여 주고 끝냅니다" in printed
    # What is left in Latin letters are names, options and examples.
    words = re.sub(r"'\{.*?\}'", "", printed.replace("\n", " "))
    assert not re.search(r"(?<![\w./:=-])(?:the|of|and|which|whether|default|options|usage|show)(?![\w./:=-])", words)


def test_help_is_english_without_a_locale(capsys):
    assert not HANGUL.search(helped(capsys, "--help") + helped(capsys, "serve", "--help"))


def test_argparse_is_as_before_afterwards(capsys, korean):
    before = argparse._, argparse.ngettext
    helped(capsys, "--help")
    assert (argparse._, argparse.ngettext) == before and current_language() == "en"


@pytest.mark.parametrize(("arguments", "said"), [
    (["info", "--nothing"], "vanas-panel: 알 수 없는 인자: --nothing (vanas-panel --help 참고)\n"),
    (["serve", "--port", "many"], "vanas-panel serve: 인자 --port: 'many'은(는) 쓸 수 없습니다. 0부터 65535까지의 "
                                  "정수여야 합니다 (vanas-panel serve --help 참고)\n"),
    (["serve", "--port"], "vanas-panel serve: 인자 --port: 값 하나가 필요합니다 (vanas-panel serve --help 참고)\n"),
    (["train-space"], "vanas-panel train-space: 다음 인자가 필요합니다: --max-vertices, --out (vanas-panel train-space "
                      "--help 참고)\n"),
    (["info", "--infinite", "x"], "vanas-panel info: 인자 --infinite: 쓸 수 없는 값: 'x' ('set-aside', 'refuse' 중에서 "
                                  "고르십시오) (vanas-panel info --help 참고)\n"),
    (["info", "--condition", "x=1"], "vanas-panel info: 인자 --condition: 'x=1'은(는) 쓸 수 없습니다. COLUMN=split, "
                                     "COLUMN=repeat, COLUMN=ignore 또는 COLUMN=choose:VALUE여야 합니다 "
                                     "(vanas-panel info --help 참고)\n")])
def test_mistakes_in_arguments_are_said_in_korean(capsys, korean, arguments, said):
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == 2 and capsys.readouterr().err == said


def test_an_error_is_said_in_korean(capsys, korean, tmp_path):
    path = tmp_path / "empty.csv"
    path.write_text("")
    assert main(["info", str(path)]) == 2
    assert capsys.readouterr().err == (
        f"vanas-panel info: {path}: 발견: 빈 파일. 필요: 행이 하나 이상인 표. 파일을 다시 쓰거나 내려받으십시오.\n")


def test_an_error_of_a_server_is_said_in_korean_though_pages_choose_for_themselves(capsys, korean, tmp_path):
    path = tmp_path / "empty.csv"
    path.write_text("")
    assert main(["serve", str(path)]) == 2
    assert "발견: 빈 파일" in capsys.readouterr().err


def test_info_is_korean(capsys, korean):
    assert main(["info"]) == 0
    printed = capsys.readouterr().out
    assert "셀 2,532개." in printed and "탐색 공간: 정점 최대" in printed and "참고: 실패한 반복이 없습니다." in printed
    assert re.search(r"test_accuracy +평가 정확도: 값 2,532개", printed) and "cells" not in printed


def test_english_where_a_terminal_cannot_show_korean():
    done = subprocess.run([sys.executable, "-m", "vanas_panel.cli", "info", "nothing"], cwd=ROOT, capture_output=True,
                          env={"VANAS_PANEL_LANG": "ko", "PYTHONIOENCODING": "ascii", "PATH": ""}, check=False)
    assert done.returncode == 2 and done.stderr.startswith(b"vanas-panel info: Found no table named 'nothing'")


def test_english_help_reads_no_catalogue():
    code = """
import sys
from vanas_panel.cli import main
try:
    main(["--help"])
except SystemExit:
    pass
print("loaded:", *sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert not [name for name in done.stdout.rpartition("loaded:")[2].split() if name.split(".")[0] == "babel"]


def test_plural_of_argparse():
    with speaking("ko"):
        from vanas_panel.cli.parsers.argparse_words import argparse_words
        with argparse_words():
            parser = argparse.ArgumentParser(exit_on_error=False)
            parser.add_argument("--pair", nargs=2)
            with pytest.raises(argparse.ArgumentError, match="값이 2개 필요합니다"):
                parser.parse_args(["--pair", "1"])
    assert gettext("options") == "options"

"""Sign-in, sign-out, refusals and the waiting page in the language of the visitor."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from tornado.httputil import HTTPHeaders, HTTPServerRequest, RequestStartLine

from vanas_panel.serve import pages
from vanas_panel.serve.process.visits import PageLimits, Visits
from vanas_panel.serve.requests.visitor_language import visitor_language
from vanas_panel.text.language import LANGUAGES, speaking, translated
from vanas_panel.text.script_texts import every_texts_block

KOREAN = {"Accept_Language": "ko-KR,ko;q=0.9,en;q=0.5", "Accept": "text/html"}
ENGLISH = {"Accept_Language": "en-GB,en;q=0.9", "Accept": "text/html"}


def _asked(uri: str, headers: dict[str, str]) -> HTTPServerRequest:
    """A request as Tornado hands it over."""
    return HTTPServerRequest(start_line=RequestStartLine("GET", uri, "HTTP/1.1"),
                             headers=HTTPHeaders({"Host": "lab.example", **headers}))


@pytest.mark.parametrize(("uri", "accepted", "expected"), [
    ("/", "ko-KR", "ko"), ("/", "fr", None), ("/", "", None), ("/?lang=en", "ko", "en"), ("/?lang=tlh", "ko", "ko"),
    ("/login?next=%2F%3Flang%3Dko%26x%3Dedges", "en", "ko"), ("/login?next=%2F", "en", "en"),
    ("/login?next=http%3A%2F%2F%5B", "ko", "ko"), ("/?lang=%ff%fe", "ko", "ko")])
def test_link_goes_before_the_browser(uri, accepted, expected):
    assert visitor_language(_asked(uri, {"Accept-Language": accepted} if accepted else {})) == expected
    assert visitor_language(None) is None


def test_sign_in_speaks_to_each_visitor_in_turn(stranger):
    for headers, language, said in ((KOREAN, "ko", "로그인"), (ENGLISH, "en", "Sign in"), (KOREAN, "ko", "비밀번호")):
        answer = stranger.ask("/login", **headers)
        assert f'<html lang="{language}">' in answer.text and said in answer.text
    linked = stranger.ask("/login?next=%2F%3Flang%3Dko", **ENGLISH)
    assert "<h1>로그인</h1>" in linked.text and "Password" not in linked.text


def test_wrong_password_is_refused_in_korean(stranger):
    fields = {"name": "ada", "password": "difference engines", "_xsrf": stranger.xsrf()}
    answer = stranger.post("/login", fields, **KOREAN)
    assert answer.status == 403 and "이름 또는 비밀번호가 맞지 않습니다." in answer.text
    # The next one is answered in the language of its own.
    assert "Sign in" in stranger.ask("/login", **ENGLISH).text


def test_sign_out_and_not_found_pages_are_korean(ada):
    assert "로그아웃하시겠습니까?" in ada.ask("/logout", **KOREAN).text
    gone = ada.post("/login", {"_xsrf": "no"}, **KOREAN)
    assert gone.status == 403 and "양식이 오래되었거나" in gone.text and "That did not work" not in gone.text


def test_refusals_speak_korean_as_a_page_and_as_text(stranger):
    page = stranger.ask("/shelf", **KOREAN)
    assert page.status == 403 and "먼저 로그인하십시오." in page.text and "Sign in" not in page.text
    text = stranger.ask("/shelf", Accept_Language="ko", Accept="*/*")
    assert text.text == "먼저 로그인하십시오.\n"
    assert stranger.ask("/shelf", Accept="*/*").text == "Sign in first.\n"


def test_limits_of_pages_are_messages():
    visits = Visits(PageLimits(per_user=0))
    words = visits.admit(_asked("/", {}), "ada")
    assert words == "You have 0 pages open, which is the most that one person may have."
    with speaking("ko"):
        assert translated(words) == "페이지를 0개 열어 두었습니다. 한 사람이 열 수 있는 최대 수입니다."


def test_waiting_page_holds_its_texts_in_every_language():
    block = every_texts_block("vanas_panel/serve/waiting.js", "vanas-waiting")
    held = json.loads(re.search(">(.*)<", block)[1])
    assert set(held["texts"]) == set(LANGUAGES) and held["language"] == "en" and held["texts"]["en"] == {}
    assert held["texts"]["ko"]["Opening the table …"] == "표를 여는 중 …"
    assert 'id="vanas-waiting"' in block and "texts" in pages.TEMPLATE


def test_language_is_the_whole_primary_subtag():
    script = (Path(pages.__file__).parent / "preview" / "asked.js").read_text(encoding="utf-8")
    # Konkani, kok, begins with the letters of Korean.
    assert "slice(0, 2)" not in script and "split(/[-_]/)[0]" in script

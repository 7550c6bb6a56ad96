"""Errors of files, pasted cells, trainings and the shelf in Korean, where people see them; in English for logs."""

from __future__ import annotations

import pickle
import re
import string
import threading

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from page_parts import part

import vanas_panel as vp
from vanas_panel import exchange
from vanas_panel.cli.command_line import main
from vanas_panel.draw.html import as_html
from vanas_panel.draw.table_words import notes_of
from vanas_panel.errors import ShelfError, SourceError, TrainingError, VanasError
from vanas_panel.page.dashboard import linked
from vanas_panel.panels.code import Exchange
from vanas_panel.readers import notes
from vanas_panel.readers.notes import note_words
from vanas_panel.shelf import Shelf
from vanas_panel.state.link import restore
from vanas_panel.text.language import Constant, Message, both, either, joined, speaking, translated
from vanas_panel.training.reasons import BAD_LOSS, reason_message, reason_words
from vanas_panel.training.results import read_results
from vanas_panel.training.settings import Settings
from vanas_panel.widgets.paste_box import PasteBox

HANGUL = re.compile("[가-힣]")
# Words of English sentences: what is left of a text that was not translated.
ENGLISH = re.compile(r"\b(?:the|an|of|and|which|whose|expected|found|Found|with|once|it|is|are|or|at most)\b")


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("VANAS_PANEL_CACHE", str(tmp_path / "cache"))
    for name in ("VANAS_PANEL_LANG", "LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)


def in_korean(error: VanasError) -> str:
    """What a person reads; the English text, as a log has it, is another one and unchanged by that."""
    before = str(error)
    with speaking("ko"):
        said = error.translated()
        assert as_html(error) == as_html(said)
    assert str(error) == before and not HANGUL.search(before) and HANGUL.search(said)
    return said


HEADER = "adjacency,operations,test_accuracy\n"
CELL = '0100,"input,output",'


def test_a_table_without_cells_is_named_in_korean(capsys, monkeypatch, tmp_path):
    path = tmp_path / "results.csv"
    path.write_text("a,b\n1,2\n")
    with pytest.raises(SourceError) as caught:
        vp.open_table(path)
    assert "발견: 열 a, b. 필요: 이름이 adjacency 또는 module_adjacency 또는 " in in_korean(caught.value)
    monkeypatch.setenv("LANG", "ko_KR.UTF-8")
    # Columns of any table may be those of trials, so `info` says how they were understood.
    assert main(["info", str(path)]) == 0
    said = capsys.readouterr().out
    assert "열의 이름과 값으로 뜻을 알아본 표" in said and "지표: 알아본 것이 없습니다." in said
    assert "수이지만 이름으로 보아 잰 값이 아닙니다" in said and "지표로 알아본 열이 없습니다" in said


@pytest.mark.parametrize(("content", "said"), [
    ("", "발견: 빈 파일. 필요: 행이 하나 이상인 표. 파일을 다시 쓰거나 내려받으십시오."),
    (HEADER, "발견: 행이 없는 파일. 필요: 행 하나 이상. 파일을 다시 쓰십시오."),
    (HEADER + CELL + "1.5\n", "1행: 발견: test_accuracy = 1.5. 필요: 0부터 1까지의 비율. 값이 퍼센트라면 100으로 "
     "나누십시오."),
    (HEADER + CELL + "inf\n", "1행: 발견: test_accuracy의 무한대 값. 필요: 유한한 수, 모르면 빈칸."),
    (HEADER + CELL + "0.5\n" + '0110,"input,output",0.6\n',
     "2행: 발견: 인접 행렬이 '0110'이고 연산이 'input,output'인, 타당하지 않은 셀:"),
    (HEADER + '0100,"input,conv,output",0.5\n', "1행: 발견: 연산 3개에 대한 4자의 인접 행렬(2 x 2 행렬). 필요: 정점의"),
    (HEADER + '0100,"output,input",0.5\n', "1행: 발견: 연산 'output,input'. 필요: 처음은 'input', 마지막은 'output'"),
    (HEADER + CELL + "half\n" + CELL + "0.5\n", "1행: 발견: 열 'test_accuracy'의 'half'. 필요: 수, 모르면 빈칸."),
    (HEADER.replace("\n", ",epochs\n") + CELL + "0.5,4\n" + CELL + "0.6,8\n",
     "발견: 같은 셀인데 epochs이(가) 서로 다른(4, 8) 1행과 2행. 필요: 시드와 측정값만 다른 한 셀의 행들."),
    ("PAR1" + "x" * 20, "발견: Parquet 파일. 필요: 확장자에 맞는 텍스트. 이름을 .parquet로 끝내십시오."),
])
def test_errors_of_files_are_korean_in_the_terminal_and_on_a_page(capsys, monkeypatch, tmp_path, content, said):
    path = tmp_path / "results.csv"
    path.write_text(content)
    with pytest.raises(SourceError) as caught:
        vp.open_table(path)
    assert said in in_korean(caught.value)
    monkeypatch.setenv("LANG", "ko_KR.UTF-8")
    assert main(["info", str(path)]) == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(("description", "said"), [
    ("[]", "발견: list 형식의 설명. 필요: JSON 객체. docs/schema.md에 있는 대로 설명을 고치십시오."),
    ('{"x": 1}', "발견: 설명에 있는 'x'. 필요: "),
    ("{", "발견: 설명: JSON이 아닌 텍스트(1행 2열: "),
    ('{"title": 3}', "발견: 설명: title = 3. 필요: 텍스트"),
    ('{"title": "a", "title": "b"}', "발견: 설명: 한 객체에 두 번 있는 이름 'title'. 필요: 이름마다 한 번씩."),
    ('{"conditions": {"test_accuracy": "all"}}', "발견: 조건 'test_accuracy'의 'all'. 필요: \"split\", \"ignore\""),
])
def test_errors_of_descriptions_are_korean(tmp_path, description, said):
    path = tmp_path / "results.csv"
    path.write_text(HEADER + CELL + "0.5\n")
    (tmp_path / "results.csv.json").write_text(description)
    (tmp_path / "results.json").write_text(description)
    with pytest.raises(SourceError) as caught:
        vp.open_table(path)
    assert said in in_korean(caught.value)


def test_limit_is_korean(tmp_path):
    path = tmp_path / "results.parquet"
    pq.write_table(pa.table({f"c{number}": [1.0] for number in range(30)}), path)
    with pytest.raises(SourceError) as caught:
        vp.open_table(path, limits=vp.Limits(columns=5))
    assert "필요: 최대 5. 더 작게 파일을 쓰십시오. 또는 --limit columns=30로 한도를" in in_korean(caught.value)


@pytest.mark.parametrize("call", [
    lambda table: table.column("no"), lambda table: table.cell(1000), lambda table: table.find(0),
    lambda table: vp.NASBENCH101.operation_index("no"), lambda table: vp.CellSpace([], 3, 3),
    lambda table: vp.Draft(["input"]), lambda table: vp.complete(table, 0, "edges"),
    lambda table: vp.Cell(["input", "conv3x3-bn-relu", "output"], [(0, 1)]),
    lambda table: vp.open_table("no such table"), lambda table: vp.open_table(3)])
def test_errors_of_the_library_are_korean(call):
    with pytest.raises(VanasError) as caught:
        call(vp.open_table("structure4"))
    assert not ENGLISH.search(in_korean(caught.value))


# Notes ----------------------------------------------------------------------------------------------------------------


def test_notes_are_korean_when_the_table_is_new_and_when_it_comes_out_of_the_cache(tmp_path):
    path = tmp_path / "results.csv"
    path.write_text(HEADER.replace("\n", ",seed,note\n") + CELL + "0.5,1,a\n" + CELL + "0.6,2,b\n"
                    + '010001000,"input,conv3x3-bn-relu,output",0.7,3,c\n')
    for _ in range(2):
        table = vp.open_table(path)
        assert table.notes and not HANGUL.search("".join(table.notes))
        with speaking("ko"):
            said = notes_of(table)
        assert len(said) == len(table.notes) and all(HANGUL.search(note) for note in said), said
        assert "3행 중 1행의 셀이 앞선 행에도 있습니다. 예를 들어 2행의 셀은 1행의 셀과 같습니다." in " ".join(said)


@pytest.mark.parametrize("pattern", notes.ALL)
def test_every_note_is_known_again_with_its_values(pattern):
    values = {name: {"names": "a, the one at place 3 and 1,234 more", "tolerance": 0.015}.get(
        name, f"<{name}>" if not spec else 12345) for _, name, spec, _ in string.Formatter().parse(pattern) if name}
    written = pattern.format(**values)
    assert note_words(written) == written
    with speaking("ko"):
        said = note_words(written)
    assert said != written and not ENGLISH.search(said.replace("<other>", "").replace("<one>", ""))
    for value in values.values():
        if value == 12345:
            assert "12,345" in said
        elif isinstance(value, str) and value.startswith("<"):
            assert value in said
    if "names" in values:
        assert "a, 3번째 위치의 열 외 1,234개" in said


# Pasted cells ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("pasted", "said"), [
    ("", "발견: 빈 텍스트. 필요: PyTorch, NAS-Bench-101 또는 JSON 텍스트로 된 셀. 먼저 셀을 붙여 넣으십시오."),
    ("x" * 30_001, "발견: 30,001자. 필요: 최대 30,000. 셀이 있는 부분만 붙여 넣으십시오."),
    ("hello (", "발견: JSON도 Python도 아닌 텍스트(1행에서 읽기가 멈춤). 필요: "),
    ("|nor_conv_3x3~0|+|none~0|skip_connect~1|", "발견: 연산이 간선에 있는 NAS-Bench-201의 구조 문자열. 필요: "),
    ("matrix = [[0, 1], [0, 0]]", "발견: 연산이 없는 matrix. 필요: 둘 다."),
    ("ops = ['input', 'output']; matrix = [[x for x in y]]", "발견: 계산해야 알 수 있는 matrix(컴프리헨션)."),
    ("ops = ['input', 'output']; matrix = make()", "발견: 계산해야 알 수 있는 matrix(make() 호출)."),
    ("ops = ['input', 'output']; matrix = [[0, 1], [0, 0]]; matrix.append(1)",
     "발견: 계산해야 알 수 있는 matrix(.append()(으)로 바뀜)."),
    ("ops = ['input', 'output']; matrix = m",
     "발견: 텍스트에 값이 없는 이름 m(으)로 주어진 matrix. 필요: 그 값도 함께."),
    ('{"operations": ["input", "output"], "edges": [[0, 9]]}',
     "발견: 간선 [0, 9]. 필요: 0부터 1까지의 정점 번호 두 개."),
    ('{"operations": ["input", "output"], "matrix": [[0, 1], [0, 2]]}',
     "발견: 행렬에 있는 2. 필요: 0 또는 1. 고치십시오."),
    ('{"operations": ["input", "output"], "edges": [], "edges": []}', "발견: 한 객체에 두 번 있는 'edges'."),
])
def test_pasted_text_is_refused_in_korean_on_the_page(pasted, said):
    with pytest.raises(vp.ExchangeError) as caught:
        exchange.read(pasted)
    assert said in in_korean(caught.value)
    with speaking("ko"):  # as the page makes its drawers
        page = Exchange(vp.Session(vp.open_table("structure4"), lang="ko"))
    field = part(page, PasteBox)
    field.receive(pasted)
    assert field.refused and said in field.said


@pytest.mark.parametrize(("pasted", "said"), [
    ("matrix = [[0, 1, 1], [0, 0, 0], [0, 0, 0]]; ops = ['input', 'maxpool3x3', 'output']",
     "input에서 output까지의 경로에 있지 않은 정점 1개, 간선 1개를 제거했습니다."),
    ("matrix = [[0, 1, 0], [0, 0, 0], [0, 0, 0]]; ops = ['input', 'output']",
     "연산 뒤에 있는 0뿐인 행과 열 1개를 뺐습니다."),
    ("ops = ['input', 'maxpool', 'output']; edges = [(0, 1), (1, 2)]",
     "이 탐색 공간에서는 'maxpool'이(가) maxpool3x3입니다."),
])
def test_notes_about_pasted_text_are_korean(pasted, said):
    notes = exchange.reading.read_noted(pasted, vp.NASBENCH101).notes
    with speaking("ko"):
        assert [translated(note) for note in notes] == [said]
    assert not HANGUL.search("".join(notes))


# Links, the shelf and trainings ---------------------------------------------------------------------------------------


def test_metrics_of_a_table_are_listed_once_in_either_language():
    tables = [vp.open_table("structure4")]
    query = "metric=beauty&x=a&y=b&x_range=3"
    english = restore(query, tables).messages
    korean = restore(query + "&lang=ko", tables).messages
    assert len(english) == len(korean) > 2
    assert [message.count("trainable_parameters") for message in english] == [1] + [0] * (len(english) - 1)
    assert [message.count("trainable_parameters") for message in korean] == [1] + [0] * (len(korean) - 1)
    assert "expected one of the metrics named above." in english[1]
    assert "위에 적힌 지표 중 하나여야 합니다." in korean[1]
    assert all(HANGUL.search(message) and not ENGLISH.search(message) for message in korean)


@pytest.mark.parametrize("query", ["v=9", "draft=" + "x" * 60_000, "&".join(f"a{number}=1" for number in range(500)),
                                   "draft=maxpool3x3:0+1", "box=1", "brush=a:b"])
def test_messages_about_links_are_korean(query):
    # A link that is too long says nothing of a language; the browser does.
    for message in linked([vp.open_table("structure4")], query, accepted_languages="ko").address.messages:
        assert HANGUL.search(message) and not ENGLISH.search(message), message


@pytest.mark.parametrize("call", [
    lambda folder: Shelf("oracle://x/y"), lambda folder: Shelf(folder / "s.sqlite").save("", "t", 3, "a"),
    lambda folder: Shelf(folder / "s.sqlite").save("", "t", vp.Draft(["input", "output"]), "a\0b"),
    lambda folder: Shelf(folder / "s.sqlite\0"), lambda folder: Shelf(folder).open()])
def test_errors_of_the_shelf_are_korean(tmp_path, call):
    with pytest.raises(ShelfError) as caught:
        call(tmp_path)
    # What a database says of itself is English.
    said = re.sub(r"\([^)]*\)", "", in_korean(caught.value)).replace(str(tmp_path), "")
    assert not ENGLISH.search(said), said


@pytest.mark.parametrize(("content", "said"), [
    ('{"steps": 0}', "발견: "), ('{"noise": 1}', "설정"), ("{", "발견: JSON이 아닌 텍스트(1행 2열: "),
    ('{"learning_rate": -1}', "learning_rate = -1"), ('{"data": {"crop": 3, "pool": 2}}', "pool = 2의 배수")])
def test_errors_of_settings_are_korean(tmp_path, content, said):
    path = tmp_path / "settings.json"
    path.write_text(content)
    with pytest.raises(TrainingError) as caught:
        Settings.read(path)
    assert said in in_korean(caught.value)


def test_damaged_results_are_korean(tmp_path):
    path = tmp_path / "results.jsonl"
    path.write_text('{"key": 3}\n{"key": 4}\n')
    with pytest.raises(TrainingError) as caught:
        read_results(path)
    said = in_korean(caught.value)
    assert f"{path}, 1행: 기록이 아닙니다" in said and not ENGLISH.search(said.replace(str(path), "")), said


def test_the_reason_of_a_failed_run_is_known_again():
    stored = BAD_LOSS.format(loss=float("nan"), step=3, steps=180)
    assert type(stored) is str and reason_message(stored) == stored and reason_message("x") == "x"
    with speaking("ko"):
        assert translated(reason_message(stored)) == reason_words(stored) == (
            "학습이 불안정해졌습니다. 180단계 중 3단계의 손실이 nan였습니다. 학습률을 낮추어 보십시오.")


# Messages -------------------------------------------------------------------------------------------------------------


def test_an_error_in_another_keeps_its_translation_and_survives_a_pickle():
    inner = SourceError("an empty file", Message("at most {most:,}", most=1500), "Open it again", path="a.csv", row=6)
    outer = vp.VanasError(Message("The cell could not be trained: {reason}", reason=inner))
    assert str(outer) == ("The cell could not be trained: a.csv, row 7: Found an empty file; expected at most 1,500. "
                          "Open it again.")
    for error in (outer, pickle.loads(pickle.dumps(outer))):
        with speaking("ko"):
            assert error.translated() == ("셀을 학습할 수 없었습니다: a.csv, 7행: 발견: 빈 파일. 필요: 최대 1,500. "
                                          "다시 여십시오.")


def test_an_error_of_one_thread_is_said_in_the_language_of_another():
    errors: list[VanasError] = []

    def fail() -> None:
        with speaking("en"):
            errors.append(SourceError("no rows", "at least one row", "Write the file again", path="a.csv"))

    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    assert in_korean(errors[0]) == "a.csv: 발견: 행이 없는 파일. 필요: 행 하나 이상. 파일을 다시 쓰십시오."


def test_a_long_error_is_cut_in_both_languages():
    error = SourceError(Message("no table named {name!r}", name="x" * 5000), "one", "Open it again", path="y" * 300)
    said = in_korean(error)
    assert len(str(error)) <= 500 and len(said) <= 500 and said.endswith("다시 여십시오.")


def test_lists_of_texts_are_translated_one_by_one():
    with speaking("ko"):
        assert translated(joined("; ", [Constant("a list"), "{x}", ""])) == "목록; {x}; "
        assert translated(both(["a", "b", "c"])) == "a, b, c" and translated(either(["a", "b"])) == "a 또는 b"
        assert translated(Constant("")) == "" == translated(joined(", ", []))
    assert both(["a", "b"]) == "a and b" and either(["a"]) == "a"

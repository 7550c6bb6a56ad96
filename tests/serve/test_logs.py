"""The log: what is in it, and above all what is not."""

from __future__ import annotations

import io
import json
import logging
import sqlite3
import warnings

import panel as pn
import pytest
from bokeh.core.serialization import Deserializer
from bokeh.models import Range1d
from bokeh.util.warnings import BokehUserWarning

from vanas_panel.serve.process.logs import start_log, tell

SECRET = "correct horse battery staple"


@pytest.fixture
def log():
    """``log(style, level)`` starts a log and gives a function that reads its lines."""
    root = logging.getLogger()
    names = (None, "bokeh", "panel", "tornado", "vanas_panel")
    before = [(logging.getLogger(name), logging.getLogger(name).handlers[:], logging.getLogger(name).level)
              for name in names]
    handler, texts = pn.config.exception_handler, []

    def start(style="json", level=None):
        texts.append(io.StringIO())
        start_log(style, level, texts[-1])
        return lambda: texts[-1].getvalue().splitlines()

    yield start
    for logger, handlers, level in before:
        logger.handlers[:] = handlers
        logger.setLevel(level)
    pn.config.exception_handler = handler
    assert root.handlers == before[0][1]


def fail():
    """An error whose words quote what somebody has typed, as those of a database do."""
    raise sqlite3.IntegrityError(f"cannot insert {SECRET}")


def test_json_is_one_object_a_line(log):
    lines = log()
    tell("page opened", page="ab12", note="line\nbreak")
    login = logging.getLogger("vanas_panel.serve.auth.login")
    login.warning("Sign-in with a wrong name or password from %s", "10.0.0.1")
    first, second = map(json.loads, lines())
    assert (first["event"], first["level"], first["page"], first["note"]) == ("page opened", "info", "ab12",
                                                                             "line\nbreak")
    assert first["time"].endswith("Z") and first["process"] > 0
    assert (second["event"], second["level"]) == ("Sign-in with a wrong name or password from 10.0.0.1", "warning")


def test_text_keeps_to_its_line(log):
    lines = log("text", "info")
    tell("page opened", page="a\n2026-01-01 error forged")
    line, = lines()
    assert " info    page opened process=" in line
    assert r'page="a\n2026-01-01 error forged"' in line


@pytest.mark.parametrize(("style", "level", "said"), [
    ("json", None, ["info", "warning"]), ("text", None, ["warning"]), ("text", "debug", ["debug", "info", "warning"]),
    ("json", "error", [])])
def test_levels(log, style, level, said):
    lines = log(style, level)
    for name in ("debug", "info", "warning"):
        tell(name, level=logging.getLevelNamesMapping()[name.upper()])
    assert [name for name in ("debug", "info", "warning") if any(name in line for line in lines())] == said


def test_error_in_a_callback_is_logged_without_its_message(log):
    lines = log()
    try:
        fail()
    except sqlite3.IntegrityError as error:
        pn.config.exception_handler(error)
    line, = lines()
    content = json.loads(line)
    assert (content["event"], content["error"]) == ("error in a callback", "IntegrityError")
    assert content["where"][-1].endswith(" fail")
    assert SECRET not in line


def test_system_error_is_logged_with_its_reason(log, tmp_path):
    lines = log()
    try:
        (tmp_path / SECRET).read_text()
    except OSError as error:
        pn.config.exception_handler(error)
    assert json.loads(lines()[0])["reason"] == "No such file or directory"
    assert SECRET not in lines()[0]


def test_messages_of_other_libraries_are_logged_as_patterns(log):
    lines = log(level="debug")
    try:
        fail()
    except sqlite3.IntegrityError as error:
        logging.getLogger("bokeh.server.views.ws").error("Handler threw an exception: %r: %r", error,
                                                         {"note": SECRET}, exc_info=True)
    logging.getLogger("panel.viewable.Markup").setLevel("DEBUG")
    logging.getLogger("panel.viewable.Markup").debug("received %s", SECRET)
    line, = lines()
    content = json.loads(line)
    assert (content["event"], content["logger"]) == ("Handler threw an exception: %r: %r", "bokeh.server.views.ws")
    assert content["error"] == "IntegrityError"
    assert SECRET not in line


def test_a_model_that_a_browser_describes_once_more_is_no_warning(log):
    known = Range1d(start=1)
    again = {"type": "object", "name": "Range1d", "id": known.id}

    def decoded():
        assert Deserializer([known]).decode(again) is known
        warnings.warn("something else", BokehUserWarning, stacklevel=1)

    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        decoded()
        # Bokeh does warn by itself.
        assert [str(each.message) for each in told] == [f"reference already known '{known.id}'", "something else"]
        told.clear()
        log()
        decoded()
        assert [str(each.message) for each in told] == ["something else"]

"""Files of users that somebody damaged, or made to stop the server."""

from __future__ import annotations

import base64
import logging

import pytest
from argon2 import PasswordHasher

from vanas_panel.errors import UserFileError
from vanas_panel.serve.auth import users as module
from vanas_panel.serve.auth.users import UserFile

GOOD = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1).hash("difference engine")


def hashed(memory: object, passes: object, lanes: object, version: int = 19, salt: int = 16, length: int = 32) -> str:
    """A hash of that form that nobody has computed."""
    texts = (base64.b64encode(b"x" * size).decode().rstrip("=") for size in (salt, length))
    return f"$argon2id$v={version}$m={memory},t={passes},p={lanes}${'$'.join(texts)}"


@pytest.fixture
def path(tmp_path):
    return tmp_path / "users"


@pytest.mark.parametrize(("text", "words"), [
    (hashed(8 << 20, 1, 1), "asks for 8,388,608 KiB of memory; expected at most 262,144"),
    (hashed(2**32 - 1, 1, 1), "KiB of memory"),
    (hashed("9" * 4000, 1, 1), "a line of another form"),
    (hashed("9" * 300, 1, 1), "KiB of memory"),
    (hashed(65536, 2**32 - 1, 4), "asks for 4,294,967,295 passes; expected at most 16"),
    (hashed(65536, 3, 255), "asks for 255 lanes; expected at most 16"),
    (hashed(262144, 16, 4), "KiB times passes"),
    (hashed(65536, 3, 0), "a line of another form"),
    (hashed(-65536, 3, 4), "a line of another form"),
    (hashed(65536, -3, 4), "a line of another form"),
    (hashed(65536, 3, 4, version=99), "a line of another form"),
    (hashed(65536, 3, 4, salt=2), "a line of another form"),
    (hashed(65536, 3, 4, length=4), "a line of another form"),
    ("x" * 5000, "a line of another form"),
    ("$argon2id$v=19$m=6\ud7ff5536,t=3,p=4$AAAA$BBBB", "a line of another form"),
])
def test_a_hash_that_asks_for_too_much_is_refused_with_user_and_line(path, text, words):
    path.write_text(f"# people\nada:{GOOD}\nbob:{text}\n", encoding="utf-8")
    with pytest.raises(UserFileError, match="users, line 3: Found") as caught:
        UserFile(path).names()
    assert words in str(caught.value)
    assert ("'bob'" in str(caught.value)) == ("asks for" in str(caught.value))
    assert "$argon2" not in str(caught.value) and len(str(caught.value)) <= 500


def test_damaged_change_of_the_users_file_stops_all_sign_ins_at_once(path, caplog):
    path.write_text(f"ada:{GOOD}\n")
    users = UserFile(path)
    assert users.check("ada", "difference engine")
    path.write_text(f"ada:{hashed(2**31, 2**31, 1)}\n")
    with caplog.at_level(logging.ERROR):
        assert not users.check("ada", "difference engine")
    assert "line 1" in caplog.text and "'ada'" in caplog.text


def test_common_hash_parameters_are_accepted(path):
    # The second choice of RFC 9106, that of OWASP, and a large one within the limits.
    path.write_text("".join(f"user{number}:{hashed(*asked)}\n" for number, asked in
                            enumerate([(65536, 3, 4), (47104, 1, 1), (19456, 2, 1), (262144, 4, 8)])))
    assert len(UserFile(path).names()) == 4


def test_lengths_are_looked_at_before_anything_is_computed(path, monkeypatch):
    path.write_text(f"ada:{GOOD}\n")
    users = UserFile(path)

    def never(text):
        raise AssertionError(f"{len(text)} characters were computed with")

    monkeypatch.setattr(module, "tidy", never)
    assert not users.check("a" * 10_000_000, "difference engine")
    assert not users.check("ada", "x" * 10_000_000)
    for name, password in (("a" * 10_000_000, "difference engine"), ("eve", "x" * 10_000_000)):
        with pytest.raises((UserFileError, AssertionError)) as caught:
            users.add(name, password)
        assert len(str(caught.value)) <= 500


def test_half_a_character_is_no_password_and_no_name(path):
    path.write_text(f"ada:{GOOD}\n")
    users = UserFile(path)
    assert not users.check("ada", "\ud800" * 10)
    assert not users.check("\ud800", "difference engine")
    for name, password in (("eve", "\ud800" * 10), ("\ud800", "difference engine")):
        with pytest.raises(UserFileError):
            users.add(name, password)
    assert users.names() == ("ada",)


def test_a_mark_of_the_byte_order_does_no_harm_and_a_large_file_is_none(path):
    path.write_bytes(b"\xef\xbb\xbf" + f"ada:{GOOD}\n".encode())
    assert UserFile(path).check("ada", "difference engine")
    with path.open("wb") as file:
        file.truncate(17 << 20)
    with pytest.raises(UserFileError, match="Found more than 16,777,216 bytes"):
        UserFile(path).names()

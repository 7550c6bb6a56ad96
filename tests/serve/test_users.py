"""The file of users, its commands, the secret, and what a server refuses to start with."""

import io
import stat
import subprocess
import sys
import threading
import urllib.request

import pytest
from argon2 import PasswordHasher

from vanas_panel.cli.command_line import main
from vanas_panel.errors import ServeError, UserFileError
from vanas_panel.serve import ServeOptions, serve
from vanas_panel.serve.auth.oauth import OAuth, client_secret
from vanas_panel.serve.auth.secret import kept_secret
from vanas_panel.serve.auth.users import UserFile
from vanas_panel.serve.requests.network import allowed_hosts


def said(capsys) -> str:
    output = capsys.readouterr()
    assert output.err.count("\n") == 1 and "Traceback" not in output.err, output.err
    return output.err


def piped(monkeypatch, text: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(text))


@pytest.fixture
def file(tmp_path):
    return tmp_path / "folder" / "users"


def test_add_list_change_and_remove(capsys, monkeypatch, file):
    piped(monkeypatch, "difference engine\n")
    assert main(["user", "add", "ada", "--file", str(file)]) == 0
    assert f"serve --auth-file {file}" in capsys.readouterr().out
    users = UserFile(file)
    assert users.check("ada", "difference engine")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "difference" not in file.read_text() and "$argon2id$" in file.read_text()
    piped(monkeypatch, "analytical engine")
    assert main(["user", "add", "ada", "--change", "--file", str(file)]) == 0
    assert users.check("ada", "analytical engine") and not users.check("ada", "difference engine")
    piped(monkeypatch, "something else\r\n")
    assert main(["user", "add", "Zoë@lab.example", "--file", str(file)]) == 0
    capsys.readouterr()
    assert main(["user", "list", "--file", str(file)]) == 0
    assert capsys.readouterr().out.split() == ["Zoë@lab.example", "ada"]
    assert main(["user", "remove", "ada", "--file", str(file)]) == 0
    assert users.names() == ("Zoë@lab.example",)


def test_two_equal_passwords_have_different_hashes(file):
    users = UserFile(file)
    users.add("ada", "the same for both")
    users.add("bob", "the same for both")
    hashes = [line.partition(":")[2] for line in file.read_text().splitlines()]
    assert len(set(hashes)) == 2


def test_without_a_file_the_data_folder_has_one(monkeypatch, own_data):
    piped(monkeypatch, "difference engine\n")
    assert main(["user", "add", "ada"]) == 0
    assert UserFile(own_data / "users").names() == ("ada",)
    assert stat.S_IMODE(own_data.stat().st_mode) == 0o700


def test_the_password_is_asked_for_twice_without_an_echo(capsys, monkeypatch, file):
    answers = iter(["difference engine", "difference engine", "one password", "another one"])
    asked = []
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("getpass.getpass", lambda prompt: asked.append(prompt) or next(answers))
    assert main(["user", "add", "ada", "--file", str(file)]) == 0
    assert asked == ["Password: ", "Once more: "]
    capsys.readouterr()
    assert main(["user", "add", "bob", "--file", str(file)]) == 2
    assert "two different passwords" in said(capsys)
    assert UserFile(file).names() == ("ada",)


@pytest.mark.parametrize(("name", "password", "words"), [
    ("ada", "short", "5 characters"), ("ada", "", "0 characters"), ("ada", "x" * 1100, "1100 characters"),
    ("", "difference engine", "as a name"), ("a:b", "difference engine", "as a name"),
    ("x" * 65, "difference engine", "as a name"), ("-x", "difference engine", "as a name"),
    ("a\nb", "difference engine", "as a name"), ("<b>", "difference engine", "as a name"),
])
def test_unusable_name_or_password_is_refused_in_one_line(capsys, monkeypatch, file, name, password, words):
    piped(monkeypatch, password + "\n")
    assert main(["user", "add", "--file", str(file), "--", name]) == 2
    assert words in said(capsys) and not file.exists()


def test_mistaken_names_are_refused_and_change_nothing(capsys, monkeypatch, users):
    path = str(users.path)
    before = users.path.read_text()
    for arguments, words in [(["add", "ada"], "a user named 'ada'"), (["remove", "eve"], "expected one of ada, bob"),
                             (["add", "eve", "--change"], "no user named 'eve'")]:
        assert main(["user", *arguments, "--file", path]) == 2
        assert words in said(capsys)
    assert users.path.read_text() == before
    assert main(["user", "list", "--file", path + "x"]) == 2
    assert "no such file" in said(capsys)


@pytest.mark.parametrize("text", ["ada:secret\n", "ada\n", ":$argon2id$x\n", "ada:$argon2id$x\n", "{}\n",
                                  "a b:$argon2id$v=19$m=8,t=1,p=1$AAAAAAAAAAA$AAAAAAAAAAA\n", b"\xff\xfe"])
def test_bad_users_file_is_reported_in_one_line_without_secrets(capsys, users, users_text, text):
    content = text if isinstance(text, bytes) else (users_text + text).encode()
    users.path.write_bytes(content)
    assert main(["serve", "--auth-file", str(users.path)]) == 2
    line = said(capsys)
    assert str(users.path) in line and "secret" not in line and "$argon" not in line
    assert isinstance(text, bytes) or f"line {len(users_text.splitlines()) + 1}" in line
    assert main(["user", "remove", "ada", "--file", str(users.path)]) == 2
    assert users.path.read_bytes() == content


def test_the_same_letters_from_every_keyboard(file):
    users = UserFile(file)
    users.add("zoe\u0308", "pa\u0308sswort ist lang")
    assert users.names() == ("zo\u00eb",)
    assert users.check("zo\u00eb", "p\u00e4sswort ist lang") and users.check("zoe\u0308", "pa\u0308sswort ist lang")


def test_concurrent_changes_lose_no_user(file, monkeypatch):
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr("vanas_panel.serve.auth.users.HASHER", quick)
    UserFile(file).add("first", "long enough")
    adding = [threading.Thread(target=UserFile(file).add, args=(f"user{n}", "long enough")) for n in range(12)]
    for thread in adding:
        thread.start()
    for thread in adding:
        thread.join()
    assert len(UserFile(file).names()) == 13
    assert {path.name for path in file.parent.iterdir()} <= {"users", "users.lock"}


def test_unwritable_users_file_is_reported_in_one_line(capsys, monkeypatch, tmp_path):
    (tmp_path / "taken").write_text("")
    piped(monkeypatch, "difference engine\n")
    assert main(["user", "add", "ada", "--file", str(tmp_path / "taken" / "users")]) == 2
    assert "can write" in said(capsys) or "can be read" in said(capsys)


def test_the_secret_is_made_once_and_is_for_its_owner_alone(own_data, monkeypatch):
    first, second = kept_secret(), kept_secret()
    assert first == second and first.key("x") == second.key("x") and len(first.text) >= 32
    assert stat.S_IMODE((own_data / "secret").stat().st_mode) == 0o600
    assert first.text not in repr(first)
    monkeypatch.setenv("VANAS_PANEL_SECRET", "y" * 40)
    assert kept_secret().text == "y" * 40
    monkeypatch.setenv("VANAS_PANEL_SECRET", "short")
    with pytest.raises(ServeError, match="5 characters; expected 32 or more"):
        kept_secret()


def test_a_secret_that_others_can_read_is_refused(tmp_path):
    path = tmp_path / "secret"
    path.write_text("x" * 40)
    path.chmod(0o644)
    with pytest.raises(ServeError, match="others can read"):
        kept_secret(path)
    path.chmod(0o600)
    assert kept_secret(path).text == "x" * 40
    path.write_text("short")
    with pytest.raises(ServeError, match="expected 32 or more"):
        kept_secret(path)
    with pytest.raises(ServeError, match="a file with a secret"):
        kept_secret(tmp_path)


@pytest.mark.parametrize("address", ["0.0.0.0", "::", "10.1.2.3", "no-such-host.invalid", ""])
def test_an_address_that_others_reach_needs_a_sign_in(address):
    with pytest.raises(ServeError, match=r"others can reach, and nobody has to sign in; .* --allow-anyone"):
        serve(address=address)


def test_serving_others_without_sign_in_needs_an_explicit_option(users):
    ServeOptions(address="0.0.0.0", allow_anyone=True).check()
    ServeOptions(address="0.0.0.0", auth_file=users.path).check()
    for address in ("127.0.0.1", "::1", "localhost", "127.9.9.9"):
        ServeOptions(address=address).check()


def test_contradicting_options_are_refused(users, tmp_path):
    oauth = OAuth("generic", "key", "secret")
    empty = tmp_path / "empty"
    empty.write_text("# nobody yet\n")
    for options, words in [({"auth_file": users.path, "oauth": oauth}, "one way to sign in"),
                           ({"auth_file": empty}, "no users"), ({"prefix": "a b"}, "as a prefix"),
                           ({"prefix": "../x"}, "as a prefix"), ({"tls_cert": empty}, "expected both or none"),
                           ({"tls_cert": tmp_path / "x", "tls_key": empty}, "no such file"),
                           ({"oauth": OAuth("myspace", "key", "secret")}, "OAuth provider; expected one of"),
                           ({"oauth": OAuth("github", "", "secret")}, "no key"),
                           ({"oauth": OAuth("github", "key")}, "no secret")]:
        with pytest.raises(ServeError, match=words):
            ServeOptions(**options).check()
    with pytest.raises(UserFileError, match="no such file"):
        ServeOptions(auth_file=tmp_path / "nobody").check()
    with pytest.raises(ServeError, match="secret of the OAuth client"):
        client_secret(tmp_path / "nothing")
    assert "secret" not in repr(oauth).replace("secret=", "")


@pytest.mark.parametrize("origin", ["http://lab.example", "lab.example/x", "*", "*.example", "", "a lab", "lab:x"])
def test_an_origin_is_a_host(origin):
    with pytest.raises(ServeError, match="allowed origin; expected a host"):
        allowed_hosts("127.0.0.1", 5006, [origin])


def test_a_secret_is_not_taken_from_the_command_line(capsys):
    for option in ("--password", "--secret", "--cookie-secret", "--oauth-secret"):
        with pytest.raises(SystemExit) as stopped:
            main(["serve", option, "x"])
        assert stopped.value.code == 2
    with pytest.raises(SystemExit):
        main(["user", "add", "ada", "difference engine"])


@pytest.mark.slow
def test_the_command_starts_a_server_to_which_people_sign_in(users):
    command = ["serve", "structure4", "--port", "0", "--lazy-searches", "--auth-file", str(users.path)]
    process = subprocess.Popen([sys.executable, "-u", "-m", "vanas_panel.cli", *command], stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT, text=True)
    try:
        lines = []
        while not (lines and "http://" in lines[-1]):
            lines.append(process.stdout.readline())
            assert lines[-1], "".join(lines)
        with urllib.request.urlopen(lines[-1].split()[4], timeout=300) as answer:
            assert "<h1>Sign in</h1>" in answer.read().decode() and "/login?next=%2F" in answer.url
    finally:
        process.kill()
        process.communicate()

"""A real nginx with TLS in front of a real server, as ``docs/nginx.conf`` has it, and a real browser before both."""

import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import sync_playwright

from tests.browser.conftest import CHROMIUM_ARGS
from tests.serve.team import unverified_context
from vanas_panel.cli.command_line import main

pytestmark = pytest.mark.browser
ROOT = Path(__file__).resolve().parents[2]
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
PATIENCE = 120.0


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as opened:
        return opened.getsockname()[1]


@pytest.fixture
def certificate(tmp_path):
    """A certificate for localhost that signs itself."""
    if shutil.which("openssl") is None:
        pytest.skip("there is no openssl on this machine to make a certificate with")
    cert, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
                    "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-out", str(cert), "-keyout", str(key)],
                   check=True, capture_output=True)
    return cert, key


@pytest.fixture
def command(users_file):
    """``command(...)`` starts ``vanas-panel serve ...`` and waits for its address."""
    processes = []

    def start(*arguments):
        processes.append(subprocess.Popen(
            [sys.executable, "-u", "-m", "vanas_panel.cli", "serve", "structure4", "--lazy-searches",
             "--auth-file", str(users_file), *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            cwd=ROOT))
        said = []
        while not (said and "The page is at" in said[-1]):
            said.append(processes[-1].stdout.readline())
            assert said[-1], "".join(said)
        return said[-1].split()[4]

    yield start
    for process in processes:
        process.terminate()
        said, _ = process.communicate(timeout=PATIENCE)
        assert "Traceback" not in said, said


@pytest.fixture
def users_file(tmp_path, users_text):
    path = tmp_path / "users"
    path.write_text(users_text)
    return path


@pytest.fixture
def nginx(tmp_path, certificate):
    """``nginx(port)`` puts one before a port and gives its own port."""
    if NGINX is None:
        pytest.skip("there is no nginx on this machine")
    started = []

    def start(inside: int, outside: int) -> None:
        cert, key = certificate
        text = (ROOT / "docs" / "nginx.conf").read_text()
        for name, value in {"PORT_OUTSIDE": f"127.0.0.1:{outside}", "PORT_INSIDE": str(inside), "CERTIFICATE": cert,
                            "KEY": key, "NAME": "localhost"}.items():
            text = re.sub(rf"\b{name}\b(?=[; ])", str(value), text)
        folders = " ".join(f"{kind}_temp_path {tmp_path}/{kind};" for kind in
                           ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        (tmp_path / "nginx.conf").write_text(
            f"daemon off; pid {tmp_path}/pid; error_log stderr;\nevents {{}}\n"
            f"http {{ access_log off; {folders}\n{text}\n}}\n")
        started.append(subprocess.Popen([NGINX, "-p", str(tmp_path), "-c", str(tmp_path / "nginx.conf")],
                                        stderr=subprocess.PIPE, text=True))
        deadline = time.monotonic() + PATIENCE
        while True:
            assert started[-1].poll() is None, started[-1].stderr.read()
            try:
                socket.create_connection(("127.0.0.1", outside), timeout=1).close()
                return
            except OSError:
                assert time.monotonic() < deadline
                time.sleep(0.05)

    yield start
    for process in started:
        process.terminate()
        process.communicate(timeout=PATIENCE)


def story(chromium_path: str, address: str) -> tuple[list[str], list[str], list[dict]]:
    """Sign in, look, sign out; gives what was asked for, what went wrong, and the cookies."""
    asked, wrong = [], []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path, args=CHROMIUM_ARGS)
        context = browser.new_context(ignore_https_errors=True, viewport={"width": 1440, "height": 900})
        page = context.new_page()
        page.set_default_timeout(60_000)
        page.on("request", lambda request: asked.append(request.url))
        page.on("websocket", lambda opened: asked.append(opened.url))
        page.on("response", lambda answer: answer.status >= 400 and wrong.append(f"{answer.status} {answer.url}"))
        page.on("console", lambda message: message.type == "error" and wrong.append(message.text))
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.goto(address)
        assert page.url.startswith(f"{address}login?next=")
        page.get_by_label("Name").fill("ada")
        page.get_by_label("Password").fill("difference engine")
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(re.compile(rf"{re.escape(address)}(\?.*)?$"))
        page.get_by_text("Edge importance").wait_for()
        # Over the websocket there and back.
        page.get_by_role("button", name="Switch to the dark appearance").click()
        page.get_by_role("button", name="Switch to the light appearance").wait_for()
        cookies = context.cookies()
        page.get_by_role("button", name="Sign out").click()
        page.wait_for_url(f"{address}login")
        page.goto(address)
        assert page.url.startswith(f"{address}login")
        browser.close()
    return asked, wrong, cookies


def tell(chromium_path, address):
    # On a thread of its own, where no other test has a browser.
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(story, chromium_path, address).result()


def check(address, asked, wrong, cookies):
    assert not wrong, "\n".join(wrong)
    inside = urlsplit(address)
    for url in asked:
        parts = urlsplit(url)
        if parts.scheme in ("blob", "data"):
            continue
        assert parts.netloc == inside.netloc and parts.path.startswith(inside.path), url
        assert parts.scheme in ("https", "wss"), url
    assert any(url.startswith("wss:") for url in asked)
    signed = [cookie for cookie in cookies if cookie["name"].startswith("vanas-")]
    assert len(signed) == 2
    for cookie in signed:
        assert cookie["secure"] and cookie["httpOnly"] and cookie["sameSite"] == "Lax" and cookie["path"] == inside.path


def test_behind_nginx_with_tls_and_a_prefix(command, nginx, chromium_path):
    inside, outside = free_port(), free_port()
    command("--port", str(inside), "--prefix", "/vanas", "--use-xheaders", "--allow-origin", f"localhost:{outside}")
    nginx(inside, outside)
    address = f"https://localhost:{outside}/vanas/"
    check(address, *tell(chromium_path, address))
    unverified = unverified_context()
    with urllib.request.urlopen(f"{address}health", context=unverified) as answer:
        assert answer.read() == b'{"status": "ok"}'
    with urllib.request.urlopen(address.rstrip("/"), context=unverified) as answer:
        assert answer.url.startswith(f"{address}login?next=")


def test_tls_of_its_own(command, certificate, chromium_path):
    address = command("--port", "0", "--tls-cert", str(certificate[0]), "--tls-key", str(certificate[1]))
    assert address.startswith("https://127.0.0.1:")
    check(address, *tell(chromium_path, address))


def test_bad_certificate_is_reported_in_one_line(certificate, users_file, capsys):
    certificate[1].write_text("no key")
    assert main(["serve", "structure4", "--port", "0", "--lazy-searches", "--auth-file", str(users_file),
                 "--tls-cert", str(certificate[0]), "--tls-key", str(certificate[1])]) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1 and "key.pem" in said and "do not work" in said

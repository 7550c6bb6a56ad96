"""A page that is opened from disk with the network off, and everything about it that should not happen."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page


@contextmanager
def opened_file(browser: Browser, file: Path, body: str, **options) -> Iterator[Page]:
    """Write a page with this body, open it offline, and fail on a request for anything else or a complaint."""
    file.write_text(f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Offline</title>'
                    '<meta name="viewport" content="width=device-width"></head>'
                    f"<body>{body}</body></html>", encoding="utf-8")
    context = browser.new_context(**{"viewport": {"width": 1440, "height": 900}, **options})
    context.set_offline(True)
    page = context.new_page()
    requests: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.on("websocket", lambda socket: requests.append(socket.url))
    page.on("console", lambda message: message.type in ("error", "warning") and complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(file.as_uri())
    try:
        yield page
    finally:
        context.close()
    assert requests == [file.as_uri()]
    assert complaints == []

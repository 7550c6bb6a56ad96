"""Headers that tell a browser what a page of this server may do: the Content-Security-Policy and its relatives."""

from __future__ import annotations

import base64
import hashlib
import re

from tornado.httputil import HTTPHeaders, HTTPServerRequest
from tornado.web import OutputTransform

_SCRIPT = re.compile(rb"<script(?P<attributes>[^>]*)>(?P<content>.*?)</script\s*>", re.DOTALL | re.IGNORECASE)

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    # Not "no-referrer": with that, browsers hide the origin of our own forms from us.
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
"""Headers of every answer."""


def digest(content: bytes) -> str:
    """An inline script or style as a policy names it.

    Examples
    --------
    >>> digest(b"alert(1)")
    "'sha256-bhHHL3z2vDgxUt0W3dWQOrprscmda2Y5pLsLg4GF+pI='"
    """
    return f"'sha256-{base64.b64encode(hashlib.sha256(content).digest()).decode()}'"


def style_policy(style: str) -> str:
    """A style sheet of one of our own plain pages as a policy names it."""
    return digest(style.encode())


def page_policy(html: bytes) -> str:
    """The policy of a page that Bokeh writes.

    Its inline scripts are named by their digests, so that no other one runs, whatever text finds its way into the page.
    Bokeh makes functions of texts (``unsafe-eval``) and modules of blobs, and sets styles inline.

    Parameters
    ----------
    html : bytes
    """
    scripts = [digest(match["content"]) for match in _SCRIPT.finditer(html)
               if b"src=" not in match["attributes"] and b"application/json" not in match["attributes"]]
    return ("default-src 'none'; "
            f"script-src 'self' blob: 'unsafe-eval' {' '.join(dict.fromkeys(scripts))}; "
            "style-src 'self' 'unsafe-inline' blob:; img-src 'self' data: blob:; font-src 'self' data:; "
            "connect-src 'self'; worker-src blob:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")


class Headers(OutputTransform):
    """Adds the headers to every answer of the server.

    Parameters
    ----------
    request : tornado.httputil.HTTPServerRequest
    """

    def __init__(self, request: HTTPServerRequest):
        super().__init__(request)

    def transform_first_chunk(self, status_code: int, headers: HTTPHeaders, chunk: bytes,
                              finishing: bool) -> tuple[int, HTTPHeaders, bytes]:
        """Add them; a policy that is there already stays."""
        for name, value in ALWAYS.items():
            headers[name] = value
        headers.pop("Server", None)
        if "Content-Security-Policy" not in headers:
            html = headers.get("Content-Type", "").startswith("text/html")
            headers["Content-Security-Policy"] = (page_policy(chunk) if html and finishing else
                                                  "default-src 'none'; frame-ancestors 'none'; sandbox")
        return status_code, headers, chunk

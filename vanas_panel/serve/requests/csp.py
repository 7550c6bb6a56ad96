"""Security headers: Content-Security-Policy and its relatives."""

from __future__ import annotations

import base64
import hashlib
import re
import secrets

from tornado.httputil import HTTPHeaders, HTTPServerRequest
from tornado.web import OutputTransform

# Scripts in the page itself.
_INLINE = re.compile(rb"<script(?![^>]*\ssrc\s*=)(?=[\s>])", re.IGNORECASE)

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


def style_policy(style: str) -> str:
    """An inline style sheet as a policy names it.

    Examples
    --------
    >>> style_policy("")
    "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"
    """
    return f"'sha256-{base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()}'"


def page_policy(nonce: str) -> str:
    """The policy of a page that Bokeh writes.

    Inline scripts run only where they hold the number of this very answer, so that no other one runs, whatever text
    finds its way into the page. Bokeh makes functions of texts (``unsafe-eval``) and modules of blobs, and sets styles
    inline.

    Parameters
    ----------
    nonce : str
        A random number, different for every answer.
    """
    return ("default-src 'none'; "
            f"script-src 'self' blob: 'unsafe-eval' 'nonce-{nonce}'; "
            "style-src 'self' 'unsafe-inline' blob:; img-src 'self' data: blob:; font-src 'self' data:; "
            "connect-src 'self' blob:; worker-src blob:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")


def with_nonce(html: bytes, nonce: str) -> bytes:
    """A page whose inline scripts hold a number.

    Examples
    --------
    >>> with_nonce(b'<script src="a.js"></script><script type="module">go()</script>', "17")
    b'<script src="a.js"></script><script nonce="17" type="module">go()</script>'
    """
    return _INLINE.sub(b'<script nonce="' + nonce.encode() + b'"', html)


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
            if finishing and headers.get("Content-Type", "").startswith("text/html"):
                nonce = secrets.token_urlsafe(18)
                chunk = with_nonce(chunk, nonce)
                headers["Content-Security-Policy"] = page_policy(nonce)
                if "Content-Length" in headers:
                    headers["Content-Length"] = str(len(chunk))
            else:
                headers["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'; sandbox"
        return status_code, headers, chunk

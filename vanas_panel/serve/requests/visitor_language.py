"""The language of a visitor, as far as a request tells it."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from tornado.httputil import HTTPServerRequest

from vanas_panel.text.language import known_language, preferred_language

_MOST = 8192


def visitor_language(request: HTTPServerRequest | None) -> str | None:
    """The language that a request asks for.

    Parameters
    ----------
    request : HTTPServerRequest or None

    Returns
    -------
    str or None
        That of ``lang`` in the link, or in the link to go to after signing in; else the best of ``Accept-Language``.
        None where the server's own language holds.

    Examples
    --------
    >>> from tornado.httputil import HTTPHeaders, HTTPServerRequest, RequestStartLine
    >>> line = RequestStartLine("GET", "/login?next=%2F%3Flang%3Dko", "HTTP/1.1")
    >>> headers = HTTPHeaders({"Host": "lab.example", "Accept-Language": "en"})
    >>> visitor_language(HTTPServerRequest(start_line=line, headers=headers))
    'ko'
    """
    if request is None:
        return None
    for value in _arguments(request, "next"):
        if language := _chosen(value):
            return language
    named = next(filter(None, map(known_language, _arguments(request, "lang"))), None)
    headers = request.headers or {}
    # Bokeh keeps the headers of a page in a plain dict.
    accepted = next((value for name, value in headers.items() if name.lower() == "accept-language"), "")
    return named or preferred_language(accepted)


def _arguments(request: HTTPServerRequest, name: str) -> list[str]:
    """Values of an argument as text."""
    return [value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
            for value in (request.arguments or {}).get(name, [])]


def _chosen(link: str) -> str | None:
    """The language that a link names."""
    try:
        values = parse_qs(urlsplit(link[:_MOST]).query, max_num_fields=200).get("lang", [])
    except ValueError:
        return None
    return known_language(values[0]) if values else None

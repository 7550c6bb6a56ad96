"""The log of a server: one line for each event, as text or as JSON.

Text that people type never gets into it. Our own messages say which names and addresses they hold; of other libraries'
messages only the pattern is written, without what was filled in, and of an error its kind and the line where it
happened, since its words may quote a note or a password.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import sys
import traceback
import warnings
from datetime import UTC, datetime
from typing import IO, Any

import panel as pn
from bokeh.application.application import SessionContext
from bokeh.application.handlers.handler import Handler
from bokeh.document import Document
from bokeh.util.warnings import BokehUserWarning
from tornado.web import RequestHandler
from tornado.websocket import WebSocketHandler

from vanas_panel.text.terminal import UNSEEN, escaped

FORMATS = ("text", "json")
LEVELS = ("debug", "info", "warning", "error")

SLOW_SECONDS = 1.0
"""Seconds from which a request is logged as slow."""

OURS = "vanas_panel"
_FIELDS = "vanas_fields"
_FRAMES = 8
_log = logging.getLogger(f"{OURS}.serve")


def start_log(style: str = "text", level: str | None = None, stream: IO[str] | None = None) -> logging.Handler:
    """Write the log of this process from now on.

    Parameters
    ----------
    style : {"text", "json"}, optional
    level : str, optional
        One of `LEVELS`; by default ``info`` as JSON, which a machine reads, and ``warning`` as text.
    stream : file, optional
        By default the standard error.

    Returns
    -------
    logging.Handler
        Take it off the root logger to end it.
    """
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonLines() if style == "json" else TextLines())
    root = logging.getLogger()
    # Bokeh and Panel have handlers of their own, which would say everything twice, with all that was filled in.
    for name in (None, "bokeh", "panel", "tornado"):
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
    root.addHandler(handler)
    wanted = level or ("info" if style == "json" else "warning")
    logging.getLogger(OURS).setLevel(wanted.upper())
    # Panel sets the levels of its loggers itself, so what others say is chosen where it is written.
    handler.addFilter(lambda record: _is_ours(record) or record.levelno >= logging.WARNING)
    pn.config.exception_handler = _tell_error
    # BokehJS describes a model that came from the server once more in its next message, such as at the first click in a
    # drawer; Bokeh keeps the model it has. It needs no action.
    warnings.filterwarnings("ignore", "reference already known", BokehUserWarning)
    return handler


def tell(event: str, *, level: int = logging.INFO, **fields: Any) -> None:
    """Log an event.

    Parameters
    ----------
    event : str
        A few words, always the same for the same kind of event.
    level : int, optional
        Of `logging`.
    **fields
        Details: numbers, names, addresses. Never text that a person typed.
    """
    _log.log(level, event, extra={_FIELDS: fields})


def page_number(context: SessionContext | None) -> str | None:
    """Name of a page in the log: a digest, since the session id itself would open it."""
    return None if context is None else hashlib.sha256(str(context.id).encode()).hexdigest()[:12]


class PageLog(Handler):
    """Tells when pages are opened and closed. Add it to the application."""

    def modify_document(self, doc: Document) -> None:
        """Add nothing to what is on the page."""

    async def on_session_created(self, session_context: SessionContext) -> None:
        """Tell that a page is opened."""
        tell("page opened", page=page_number(session_context))

    async def on_session_destroyed(self, session_context: SessionContext) -> None:
        """Tell that a page is closed."""
        tell("page closed", page=page_number(session_context))


def log_request(handler: RequestHandler) -> None:
    """Tell of slow and of failed requests; a setting of Tornado, which calls it after each."""
    status, seconds = handler.get_status(), handler.request.request_time()
    # A websocket is a request that lasts as long as the page.
    slow = seconds > SLOW_SECONDS and not isinstance(handler, WebSocketHandler)
    if status < 500 and not slow:
        return
    # Without the query: links hold what people have drawn.
    tell("slow request" if slow else "failed request", level=logging.WARNING, method=handler.request.method,
         path=handler.request.path, status=status, milliseconds=round(seconds * 1000))


class JsonLines(logging.Formatter):
    """One JSON object a line: ``time`` (UTC), ``level``, ``event``, ``process``, ``page`` where there is one, more."""

    def format(self, record: logging.LogRecord) -> str:
        """A record as a line."""
        line = json.dumps(_content(record), default=str, ensure_ascii=False)
        # Characters that JSON allows and a terminal obeys, as codes of JSON.
        return UNSEEN.sub(lambda found: json.dumps(found[0])[1:-1], line)


class TextLines(logging.Formatter):
    """The same for people, ``key=value`` behind the event."""

    def format(self, record: logging.LogRecord) -> str:
        """A record as a line."""
        content = _content(record)
        head = f"{content.pop('time')} {content.pop('level'):<7} {escaped(str(content.pop('event')))}"
        # Text from outside keeps to its line and cannot look like an event of its own.
        return " ".join([head, *(f"{key}={json.dumps(value, default=str)}" for key, value in content.items())])


def _content(record: logging.LogRecord) -> dict[str, Any]:
    """The text of a record."""
    ours = _is_ours(record)
    content: dict[str, Any] = {
        "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "level": record.levelname.lower(),
        "event": record.getMessage() if ours else str(record.msg),
        "process": os.getpid(),
    }
    if not ours:
        content["logger"] = record.name
    page = page_number(pn.state.curdoc.session_context) if pn.state.curdoc else None
    if page is not None:
        content["page"] = page
    content |= getattr(record, _FIELDS, {})
    if record.exc_info and record.exc_info[1] is not None:
        content |= _error(record.exc_info[1])
    return content


def _is_ours(record: logging.LogRecord) -> bool:
    """Whether a record is of this project."""
    return record.name.partition(".")[0] == OURS


def _error(error: BaseException) -> dict[str, Any]:
    """The kind of an error, and where it happened."""
    frames = traceback.extract_tb(error.__traceback__)[-_FRAMES:]
    reason = {"reason": os.strerror(error.errno)} if isinstance(error, OSError) and error.errno else {}
    return {"error": type(error).__name__, **reason,
            "where": [f"{_short(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames]}


def _short(path: str) -> str:
    """A file without the folders of this machine."""
    parts = path.replace("\\", "/").split("/")
    packages = [index for index, part in enumerate(parts) if part in (OURS, "site-packages")]
    return "/".join(parts[packages[-1] + (parts[packages[-1]] == "site-packages"):] if packages else parts[-1:])


def _tell_error(error: Exception) -> None:
    """Log an error in a callback; the page goes on."""
    _log.error("error in a callback", exc_info=error)

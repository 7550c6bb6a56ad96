"""Visitors of a server: websocket clients of Bokeh that click what a person clicks, and wait for the answer.

A visitor asks for the page as a browser does, opens the websocket with the token that the page holds, pulls the
document, and then sends the very messages that buttons and figures send. It keeps the document as the plain data that
came over the wire: putting models together in Python would cost more than the server that is measured.
"""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.request import Request, urlopen

from bokeh.client.connection import ClientConnection
from bokeh.core.serialization import Deserializer, Serialized
from bokeh.protocol.message import Message
from bokeh.protocol.messages.patch_doc import patch_doc
from bokeh.protocol.messages.pull_doc_req import pull_doc_req
from bokeh.protocol.messages.server_info_req import server_info_req
from tornado.ioloop import IOLoop

PATIENCE = 10.0

KINDS = ("preset", "edge", "completion", "map")
"""What a visitor clicks, in turn: a preset, an edge of it, which is removed, a completion, a bin of the map."""


@dataclass
class Click:
    """One click: what was clicked, when (seconds since the page was there), and how many seconds its updates took.

    `updates` counts the changes of the document that came back; `error` says what went wrong, or is empty.
    """

    kind: str
    at: float
    seconds: float
    updates: int
    error: str = ""


class Mirror:
    """A document as the server tells it: the attributes of every model by its number, and the data of data sources."""

    def __init__(self) -> None:
        self.models: dict[str, dict[str, Any]] = {}
        self.updates = 0
        self.changed = 0.0
        """When the last change came, in the seconds of `time.perf_counter`."""
        self._data: dict[str, tuple[Any, list]] = {}

    def fill(self, reply: Message) -> None:
        """Take over a whole document."""
        self._keep(reply.content["doc"]["roots"], reply.buffers)

    def change(self, patch: Message) -> None:
        """Take over changes, and count them."""
        for event in patch.content["events"]:
            self.updates += 1
            self.changed = time.perf_counter()
            self._keep(event, patch.buffers)
            model = event.get("model", {}).get("id")
            if event["kind"] == "ModelChanged":
                self._set(model, event["attr"], event["new"], patch.buffers)
            elif event["kind"] == "ColumnDataChanged":
                self._set(model, "data", event["data"], patch.buffers)

    def columns(self, model: str) -> dict[str, Any]:
        """The columns of a data source."""
        value, buffers = self._data[model]
        return Deserializer().deserialize(Serialized(value, buffers))

    def markups(self) -> Iterator[tuple[str, str]]:
        """Every piece of HTML: the number of its model, and the text."""
        for number, attributes in self.models.items():
            data = attributes.get("data")
            if isinstance(data, dict) and "html" in self.models.get(data.get("id", ""), {}):
                yield number, self.models[data["id"]]["html"]

    def plot(self, renderer: str) -> tuple[str, dict[str, Any]]:
        """The number of the figure with a renderer of that name, and the columns behind the renderer."""
        for number, attributes in self.models.items():
            references = attributes.get("renderers")
            for reference in references if isinstance(references, list) else ():
                found = self.models.get(reference["id"], {})
                if found.get("name") == renderer:
                    return number, self.columns(found["data_source"]["id"])
        raise LookupError(f"the page has no figure with {renderer!r}")

    def _keep(self, value: Any, buffers: list) -> None:
        """Find every model in something that came."""
        if isinstance(value, dict):
            if value.get("type") == "object" and "id" in value:
                self.models[value["id"]] = {}
                for name, part in value.get("attributes", {}).items():
                    self._set(value["id"], name, part, buffers)
            for part in value.values():
                self._keep(part, buffers)
        elif isinstance(value, list):
            for part in value:
                self._keep(part, buffers)

    def _set(self, model: str, name: str, value: Any, buffers: list) -> None:
        """Set an attribute."""
        self.models[model][name] = value
        if name == "data" and isinstance(value, dict) and value.get("type") == "map":
            self._data[model] = value, buffers


class _Connection(ClientConnection):
    """A connection that hands changes over also while it waits for an answer, which Bokeh's own drops."""

    async def _pop_message(self) -> Message | None:
        message = await super()._pop_message()
        while message is not None and message.msgtype == "PATCH-DOC":
            self._session.mirror.change(message)
            message = await super()._pop_message()
        return message


class Visitor:
    """Somebody with a page open.

    Parameters
    ----------
    url : str
        Of the page.
    seed : int, optional
        Of the choices that it makes.
    cookies : str, optional
        Of somebody who has signed in.
    """

    def __init__(self, url: str, seed: int = 0, cookies: str = ""):
        self.mirror = Mirror()
        self.clicks: list[Click] = []
        self._random = random.Random(seed)
        begin = time.perf_counter()
        with urlopen(Request(url, headers={"Cookie": cookies} if cookies else {}), timeout=300) as answer:
            found = re.search(r'"token":"([^"]+)"', answer.read().decode())
        if not found:
            raise LookupError("the page holds no token")
        self.token = found[1]
        """Of the session, for the connection."""
        address = re.sub("^http", "ws", url.split("?")[0]) + "ws"
        # A loop of its own that no other visitor of the thread takes for the one to use.
        self._connection = _Connection(self, address, io_loop=IOLoop(make_current=False))
        self._connection.connect()
        # As browsers do: no part of a message waits until the server says that it has the one before.
        self._connection._socket._socket.protocol.set_nodelay(True)
        self.mirror.fill(self.ask(pull_doc_req.create()))
        self.ask(_event("document_ready"))
        self._begin = time.perf_counter()
        self.opened = self._begin - begin
        """Seconds from asking for the page until all of it had come."""

    def click(self, kind: str) -> Click:
        """Click something of a kind."""
        return self._do(kind, getattr(self, f"_{kind}"))

    def press(self, action: str, beside: str = "") -> Click:
        """Press the button of an action, or choose what an action such as ``metric:flops`` names.

        Of several such buttons it is the one in a piece of HTML that has the text `beside`, too.
        """
        return self._do(action, lambda: self._pressed(action, beside))

    def send(self, action: str) -> None:
        """Press the button of an action, and do not wait for what it changes."""
        self.ask(self._pressed(action))

    def drag(self) -> Click:
        """Select the cells in a box: half of the map."""
        def box() -> Message:
            plot, data = self.mirror.plot("bins")
            ends = {end: float(sorted(data[side])[len(data[side]) * share // 4]) for end, side, share in
                    (("x0", "left", 1), ("x1", "right", 3), ("y0", "bottom", 1), ("y1", "top", 3))}
            entries = [["type", "rect"], *map(list, ends.items())]
            return _event("selectiongeometry", model=_number(plot), geometry={"type": "map", "entries": entries},
                          final=True)

        return self._do("box", box)

    def _do(self, kind: str, find: Callable[[], Message]) -> Click:
        """Send a message, wait until everything that changes has come, and keep what happened."""
        self.mirror.updates = 0
        begin = time.perf_counter()
        try:
            event = find()
            begin = time.perf_counter()
            self.ask(event)
            answered = time.perf_counter()
            # Most changes come before the answer, some after it, such as the first ones of a page.
            known = -1
            while self.mirror.updates != known or (not known and time.perf_counter() < begin + PATIENCE):
                known = self.mirror.updates
                time.sleep(0 if known else 0.01)
                self.ask(server_info_req.create())
            error = "" if self.mirror.updates else "nothing changed"
        except Exception as problem:
            answered, error = time.perf_counter(), f"{type(problem).__name__}: {problem}"
        seconds = max(answered, self.mirror.changed) - begin
        done = Click(kind, begin - self._begin, seconds, self.mirror.updates, error)
        self.clicks.append(done)
        return done

    def leave(self) -> None:
        """Close the connection, and wait for nothing."""
        self._connection.io_loop.run_sync(self._connection.close)

    def close(self) -> None:
        """Leave the page."""
        loop = self._connection.io_loop
        loop.add_callback(self._connection.close)
        self._connection.loop_until_closed()
        loop.close(all_fds=True)

    # What can be clicked ---------------------------------------------------------------------------------------------

    def _preset(self) -> Message:
        """A preset that the designer does not hold."""
        return self._button("preset")

    def _completion(self) -> Message:
        """A completion that the designer does not hold, or where there is none the step back."""
        try:
            return self._button("row")
        except LookupError:
            return self._button("undo")

    def _button(self, name: str) -> Message:
        """One of the buttons of a name, unless it is pressed already."""
        for model, html in self.mirror.markups():
            found = re.findall(rf'<button[^>]* data-action="({name}(?::\d+)?)"(?![^>]*aria-pressed="true")', html)
            if found:
                return _event("data_event", model=_number(model), data=self._random.choice(found))
        raise LookupError(f"the page has no button {name!r} to press")

    def _pressed(self, action: str, beside: str = "") -> Message:
        """An action, from where it can be asked for."""
        name = action.partition(":")[0]
        for model, html in self.mirror.markups():
            if beside in html and re.search(rf'data-action="({re.escape(action)}|{re.escape(name)})"', html):
                return _event("data_event", model=_number(model), data=action)
        raise LookupError(f"the page has no button {action!r}")

    def _map(self) -> Message:
        """A bin of the overview."""
        plot, data = self.mirror.plot("bins")
        index = self._random.randrange(len(data["left"]))
        left, right, bottom, top = (float(data[side][index]) for side in ("left", "right", "bottom", "top"))
        return _event("tap", model=_number(plot), sx=0, sy=0, x=(left + right) / 2, y=(bottom + top) / 2)

    def _edge(self) -> Message:
        """The middle of an edge in the designer."""
        plot, data = self.mirror.plot("lines")
        xs, ys = self._random.choice(list(zip(data["line_xs"], data["line_ys"], strict=True)))
        middle = len(xs) // 2
        return _event("tap", model=_number(plot), sx=0, sy=0, x=float(xs[middle - 1] + xs[middle]) / 2,
                      y=float(ys[middle - 1] + ys[middle]) / 2)

    # The connection, which calls back --------------------------------------------------------------------------------

    def ask(self, message: Message) -> Message:
        """Send a message, and wait for the answer to it: what it changes comes before."""
        answer = self._connection._send_message_wait_for_reply(message)
        if answer is None:
            raise ConnectionError("the server is gone")
        if answer.header["msgtype"] == "ERROR":
            raise RuntimeError(answer.content["text"])
        return answer

    def _notify_disconnected(self) -> None:
        pass


def _number(model: str) -> dict[str, str]:
    """How a message names a model."""
    return {"id": model}


def _event(name: str, **values: Any) -> Message:
    """An event of the page as a browser sends it."""
    entries = [list(pair) for pair in values.items()]
    event = {"type": "event", "name": name, "values": {"type": "map", "entries": entries}}
    content = {"events": [{"kind": "MessageSent", "msg_type": "bokeh_event", "msg_data": event}]}
    return patch_doc(patch_doc.create_header(), {}, content)

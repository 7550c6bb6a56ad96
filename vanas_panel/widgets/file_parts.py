"""FileParts: lets the browser save a file that is made in parts, as it takes them."""

from __future__ import annotations

import base64
import gzip
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from vanas_panel.errors import VanasError
from vanas_panel.widgets.script_component import ScriptComponent
from vanas_panel.widgets.threads import PageThread, run_callback, run_in_background


@dataclass
class _File:
    """A file on its way to the browser: the part that comes next, bytes that went, and whether one is being made."""

    name: str
    kind: str
    made: Iterator[bytes]
    parts: int
    part: int = 0
    size: int = 0
    making: bool = False


class FileParts(ScriptComponent):
    """Hands a file to the browser part by part; it asks for the next one when it has taken one. It shows nothing.

    Parameters
    ----------
    on_progress : callable
        Takes how many parts are done, of how many, the bytes so far, and an error or None.
    **params
        As for any Panel component.
    """

    _esm = Path(__file__).with_name("file_parts.js")

    def __init__(self, on_progress: Callable[[int, int, int, VanasError | None], None], **params: Any):
        self._on_progress = on_progress
        self._thread = PageThread()
        self._file: _File | None = None
        super().__init__(**{"width": 0, "height": 0, "margin": 0, **params})

    @property
    def busy(self) -> bool:
        """Whether a file is being made."""
        return self._file is not None

    def begin(self, name: str, kind: str, made: Iterator[bytes], parts: int) -> None:
        """Make a file.

        Parameters
        ----------
        name : str
            With its ending.
        kind : str
            Its media type.
        made : iterator of bytes
            Its parts; each is made on another thread when the browser has taken the one before.
        parts : int
            How many there are, at least 1.
        """
        self._file = _File(name, kind, made, parts)
        self._go_on(0)

    def stop(self) -> None:
        """Make no more of it."""
        self._file = None

    def receive(self, message: Any) -> None:
        """Make the part for which the browser is ready."""
        if isinstance(message, dict) and isinstance(message.get("more"), int):
            run_callback(self._go_on, message["more"])

    def _go_on(self, part: int) -> None:
        """Make a part, if it is the one that comes next."""
        file = self._file
        if file is not None and part == file.part and not file.making:
            file.making = True
            run_in_background(self._thread, partial(_packed, file.made), partial(self._took, file),
                              partial(self._failed, file))

    def _took(self, file: _File, made: tuple[int, str]) -> None:
        """Hand a part over."""
        if file is not self._file:
            return
        size, content = made
        part = file.part
        file.part, file.size, file.making = part + 1, file.size + size, False
        if file.part == file.parts:
            self._file = None
        self.send({"name": file.name, "kind": file.kind, "content": content, "part": part, "parts": file.parts})
        self._on_progress(file.part, file.parts, file.size, None)

    def _failed(self, file: _File, error: VanasError) -> None:
        """Give a file up."""
        if file is self._file:
            self._file = None
            self._on_progress(file.part, file.parts, file.size, error)


def _packed(made: Iterator[bytes]) -> tuple[int, str]:
    """The next part: its size in bytes, and itself compressed for the way."""
    content = next(made)
    return len(content), base64.b64encode(gzip.compress(content, 1, mtime=0)).decode("ascii")

"""JSON in one piece: the networks of NAS-Bench-Macro, a list of rows, or rows by their architecture strings.

A list of objects holds what the lines of a ``.jsonl`` file do. ``{"|conv~0|+...": {"accuracy": 0.9}}`` is read as rows
with a column `ARCHITECTURE`, and so is a number in place of the object, whose column is `VALUE`.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from vanas_panel.core.line_graph import is_like_architecture
from vanas_panel.errors import NoCellsError, SourceError, brief
from vanas_panel.readers.endings_advice import advice_for
from vanas_panel.readers.formats.json_lines import read_lines
from vanas_panel.readers.formats.nasbench_macro import is_macro, read_networks
from vanas_panel.readers.options import NOTHING, Asked
from vanas_panel.readers.source import Advance
from vanas_panel.readers.trials.json_texts import BrokenJsonError, decoded
from vanas_panel.tables.limits import current_limits
from vanas_panel.tables.table import BenchmarkTable
from vanas_panel.text.language import Message, marked

JSON = ".json"
ARCHITECTURE, VALUE = "architecture", "value"
"""Names of the columns that rows by architecture strings are given."""

_EXPECTED = marked("a list of objects with cells, objects by their architecture strings, or networks of "
                   "NAS-Bench-Macro (eight digits from 0 to 2, each with test_acc, params and flops)")


def read_json_document(path: Path, advance: Advance, asked: Asked = NOTHING) -> BenchmarkTable:
    """Read a file that is one JSON text.

    Raises
    ------
    NoCellsError
        Where it holds no cells.
    SourceError
        Where a row lacks a cell, or a measurement is no number.
    """
    size = path.stat().st_size
    current_limits().check("bytes", size, marked("bytes"), marked("Leave some rows out"), path=path)
    try:
        content = decoded(path.read_bytes())
    except BrokenJsonError as error:
        raise NoCellsError(error.args[0], _EXPECTED, advice_for(path), path=path) from error
    if is_macro(content):
        advance(size)
        return read_networks(content, path, asked)
    rows = _rows_of(content)
    if not rows:
        raise NoCellsError(_what(content), _EXPECTED, advice_for(path), path=path)
    try:
        lines = "\n".join(json.dumps(_known(row), ensure_ascii=False) for row in rows).encode()
    except UnicodeEncodeError as error:
        raise SourceError(Message("half of a character in a text ({reason})", reason=error.reason), "whole characters",
                          "Write the file again", path=path) from error
    return read_lines(lines, path, advance, asked)


def _rows_of(content: Any) -> Sequence[dict[str, Any]]:
    """The rows of a JSON text; none where it is no table of cells."""
    if isinstance(content, list):
        return content if all(isinstance(row, dict) for row in content) else ()
    if isinstance(content, dict) and all(map(is_like_architecture, content)):
        return [{ARCHITECTURE: name, **(said if isinstance(said, dict) else {VALUE: said})}
                for name, said in content.items()]
    return ()


def _known(value: Any) -> Any:
    """A value in which what is no number is nothing, as JSON has no NaN."""
    if isinstance(value, dict):
        return {name: _known(each) for name, each in value.items()}
    return None if isinstance(value, float) and math.isnan(value) else value


def _what(content: Any) -> Message:
    """What a JSON text holds, in words."""
    if isinstance(content, list):
        return Message("a JSON list that holds no rows")
    if isinstance(content, dict):
        return Message("a JSON object without cells")
    return Message("a JSON text that is the single value {value}",
                   value=brief(json.dumps(content, ensure_ascii=False), 40))

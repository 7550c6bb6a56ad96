"""Reading of the files of searches, finished or not."""

from __future__ import annotations

import json
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np

from vanas_panel.errors import SearchError
from vanas_panel.files.disk_errors import cause
from vanas_panel.searches.asking import HOWS
from vanas_panel.searches.budget_objective import budgets_of
from vanas_panel.searches.fast_lines import WORTH_IT, fast_lines, nothing
from vanas_panel.searches.header_space import header_limits
from vanas_panel.searches.live_file import live_run
from vanas_panel.searches.optuna_study import ToCell, is_storage, read_study
from vanas_panel.searches.parquet import ENDING, read_parquet
from vanas_panel.searches.proposals import Proposals
from vanas_panel.searches.raw_cells import RawSpace
from vanas_panel.searches.run import SearchRun
from vanas_panel.searches.run_lines import check_sum, number_of, numbers_of, read_header, read_raw
from vanas_panel.searches.several import names_of
from vanas_panel.text.language import Message, gettext


def read_search(path: str | PathLike, study: str | None = None, cell: ToCell | None = None) -> SearchRun:
    """Read the file of a search, or a study of Optuna.

    Parameters
    ----------
    path : path or str
        A file that ``search(..., out=...)`` or ``vanas-panel search --out`` wrote, also one that is not finished; or
        a Parquet file of `SearchRun.to_parquet`. Or a storage of Optuna: the URL of its database, its SQLite file or
        its journal file; it is only read.
    study : str, optional
        Name of the study, where a storage has several.
    cell : callable, optional
        From a trial of Optuna (``FrozenTrial``) to a `Cell`, by ``trial.params``; None leaves the trial out.

    Returns
    -------
    SearchRun

    Raises
    ------
    SearchError
        Where it is no such file, or a line of it is damaged.
    """
    target = Path(path)
    if study is not None or cell is not None or is_storage(path):
        return read_study(path, study, cell)
    if target.suffix.lower() == ENDING:
        return read_parquet(target)
    try:
        content = target.read_bytes()
    except ValueError as error:
        raise SearchError(Message("Cannot read {path}: {reason}. Check the path.", path=repr(str(path)),
                                  reason=error)) from None
    except OSError as error:
        raise SearchError(Message("Cannot read {path}: {reason}. Check the path.", path=str(target),
                                  reason=cause(error))) from None
    # The file may be large: it is not copied.
    start, end_of_lines = content.find(b"\n") + 1 or len(content), content.rfind(b"\n") + 1
    header = read_header(content[:start], target)
    if header.get("training") is not None:
        return live_run(content, header, target)
    notes = []
    if end_of_lines < len(content):
        notes.append(gettext("The last line had no end and was left out: the search was killed, or is still running."))
    names, several = header["objective"]["report"], names_of(header["objective"])
    budgets = budgets_of(header["objective"])
    space = header_limits(header)
    fast = (fast_lines(content, start, end_of_lines, space, names) if end_of_lines - start >= WORTH_IT
            and len(several) == 1 and not budgets else nothing(names, start))
    asked, told, end = _parsed(content[fast.end:end_of_lines], target, RawSpace(space), names, len(fast.trace),
                               len(several), budgets)
    if end is not None and "crc32c" in end:
        # Older versions wrote no sum.
        check_sum(content, end["crc32c"], target)
    count = len(told)
    trace = np.concatenate([fast.trace, np.array([one[:5] for one in asked[:count]], np.int64).reshape(count, 5)])
    values = np.array([[one[0][0], one[1], *one[2], *one[0][1:]] for one in told], np.float64)
    values = values.reshape(count, 1 + len(names) + len(several))
    values = np.concatenate([fast.values, values]) if len(several) == 1 else values
    if end is None:
        notes.append(gettext("The search is not finished. The same command goes on with it."))
    reports = {name: values[:, 2 + place] for place, name in enumerate(names)}
    others = float("nan") if end is None or end["others"] is None else end["others"]
    also = {name: values[:, 2 + len(names) + place] for place, name in enumerate(several[1:])}
    proposals = Proposals(trace, values[:, 0], values[:, 1], reports, also=also,
                          budgets=np.array([one[5] for one in asked[:count]], np.int64) if budgets else None)
    return SearchRun(header, proposals, others, tuple(notes), end is not None)


def _parsed(lines: bytes, path: Path, raws: RawSpace, report: list[str],
            before: int, metrics: int, budgets: list[int]) -> tuple[list, list, dict[str, Any] | None]:
    """Proposals as rows of a trace with their budgets behind, what was told of each, and the end.

    Numbers follow those that were read before.
    """
    asked: list[tuple] = []
    told: list[tuple] = []
    end = None
    codes = {how: code for code, how in enumerate(HOWS)}
    for place, text in enumerate(lines.splitlines(), start=2 + 2 * before):
        try:
            line = json.loads(text)
            if end is not None:
                raise ValueError
            if line.get("ask") == before + len(asked) == before + len(told):
                raw = read_raw(line["raw"], raws)
                parents = (*line["parents"], -1, -1)[:max(2, len(line["parents"]))]
                row = -1 if line["row"] is None else line["row"]
                if len(parents) > 2 or type(row) is not int or not -1 <= row < 1 << 62 or not all(
                        type(parent) is int and -1 <= parent < before + len(asked) for parent in parents):
                    raise ValueError
                # Zero where there is but one budget, and no line names it.
                budget = line.get("budget", 0)
                if budget not in (budgets or [0]):
                    raise ValueError
                asked.append((raw, row, *parents, codes[line["how"]], budget))
            elif line.get("tell") == before + len(told) == before + len(asked) - 1:
                told.append((numbers_of(line["value"], metrics), number_of(line["seconds"]),
                             [number_of(line["report"][name]) for name in report]))
            elif "end" in line:
                number_of(line["others"])
                if not isinstance(line.get("crc32c", ""), str):
                    raise ValueError
                end = line
            else:
                raise ValueError
        except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
            raise SearchError(Message("{path}, line {line}: Found {found}; expected an ask, the tell of the ask "
                                      "before, or the end. The file is damaged: cut it before this line, and run the "
                                      "search again.", path=str(path), line=place,
                                      found=repr(text[:80].decode(errors="replace")))) from None
    return asked, told, end

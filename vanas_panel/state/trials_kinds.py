"""Kinds of columns that a person has said on the page of a table of trials, in links and as a table."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode

from vanas_panel.errors import VanasError
from vanas_panel.tables.trials import TrialTable
from vanas_panel.text.language import translated

_HEAD = "kind."
_LONGEST, _MOST_PARTS = 4000, 60


def kinds_text(kinds: Mapping[str, str]) -> str:
    """Kinds as parts of a link.

    Examples
    --------
    >>> kinds_text({"lr": "metric", "batch size": "condition"})
    'kind.lr=metric&kind.batch+size=condition'
    """
    return urlencode([(_HEAD + name, kind) for name, kind in kinds.items()])


def kinds_from_query(query: str, table: TrialTable) -> tuple[dict[str, str], list[str]]:
    """The kinds that a link says, and why one of them is none.

    Examples
    --------
    >>> import pandas as pd, vanas_panel as vp
    >>> trials = vp.open_trials(pd.DataFrame({"lr": [0.1, 0.2], "loss": [1.0, 2.0]}))
    >>> kinds_from_query("kind.lr=metric&metric=lr", trials)
    ({'lr': 'metric'}, [])
    """
    found: dict[str, str] = {}
    messages: list[str] = []
    for name, kind in parse_qsl(query.removeprefix("?")[:_LONGEST], keep_blank_values=True)[:_MOST_PARTS]:
        if not name.startswith(_HEAD):
            continue
        try:
            table.with_kinds({name.removeprefix(_HEAD): kind})
        except VanasError as error:
            messages.append(translated(error))
        else:
            found[name.removeprefix(_HEAD)] = kind
    return found, messages


def can_be(table: TrialTable, name: str, kind: str) -> bool:
    """Whether a column of a table can be of a kind.

    Examples
    --------
    >>> import pandas as pd, vanas_panel as vp
    >>> trials = vp.open_trials(pd.DataFrame({"optimizer": ["adam", "sgd"], "loss": [1.0, 2.0]}))
    >>> can_be(trials, "optimizer", "metric"), can_be(trials, "optimizer", "condition")
    (False, True)
    """
    try:
        table.with_kinds({name: kind})
    except VanasError:
        return False
    return True


def with_kind(table: TrialTable, kinds: Mapping[str, str], name: str, kind: str) -> dict[str, str]:
    """Kinds with that of a column; what the table was opened with is not said again.

    Examples
    --------
    >>> import pandas as pd, vanas_panel as vp
    >>> trials = vp.open_trials(pd.DataFrame({"lr": [0.1, 0.2], "loss": [1.0, 2.0]}))
    >>> with_kind(trials, {"lr": "metric"}, "lr", "parameter")
    {}
    """
    others = {each: its for each, its in kinds.items() if each != name}
    return others if table.columns[name].kind == kind else {**others, name: kind}

"""Searches of a page as text in a link, and back."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import unquote

from vanas_panel.errors import LinkError
from vanas_panel.searches.plan import SearchPlan, plan_search, read_settings
from vanas_panel.state.link_text import escaped, one_of, quoted
from vanas_panel.state.page_field import Writing
from vanas_panel.state.searching import most_queries
from vanas_panel.tables.table import BenchmarkTable
from vanas_panel.text.language import Message
from vanas_panel.text.numerals import whole_number

_ALSO = "and"


def searches_text(searches: Iterable[SearchPlan]) -> str:
    """Searches as ``strategy@preset:metric:repeat:queries:seed:setting=value``, with commas; none of files.

    Further metrics follow as ``and=metric``: `and` is a word of Python, and can be no setting.
    """
    return ",".join(":".join((
        escaped(plan.strategy.replace(":", "@")), escaped(plan.metric), str(plan.repeat), str(plan.queries),
        str(plan.seed), *(f"{_ALSO}={escaped(name)}" for name in plan.also),
        *(f"{name}={escaped(str(value))}" for name, value in plan.settings)))
        for plan in searches if not plan.is_opened)


def read_searches(value: str, table: BenchmarkTable, most: int) -> tuple[SearchPlan, ...]:
    """Searches over a table."""
    items = value.split(",")
    if len(items) > most:
        raise LinkError(Message("Found {found} searches; expected at most {most}.", found=len(items), most=most))
    return tuple(dict.fromkeys(_read_search(item, table) for item in items))


def _read_search(item: str, table: BenchmarkTable) -> SearchPlan:
    """One search."""
    head, tail = item.split(":")[:5], item.split(":")[5:]
    counts = _counts(head[3:])
    if len(counts) != 2 or not all("=" in text for text in tail):
        raise LinkError(Message("Found {item}; expected a search such as 'random:test_accuracy:mean:500:0'.",
                                item=quoted(item)))
    strategy, repeat = unquote(head[0]).replace("@", ":"), whole_number(head[2])
    pairs = [(name, unquote(text)) for name, _, text in (each.partition("=") for each in tail)]
    texts = {name: text for name, text in pairs if name != _ALSO}
    metrics = [one_of(name, table.metrics) for name in (unquote(head[1]), *(text for name, text in pairs
                                                                             if name == _ALSO))]
    return plan_search(table, strategy, metric=metrics,
                       repeat=head[2] if repeat is None else repeat, queries=counts[0], seed=counts[1],
                       settings=read_settings(strategy, texts) or None, most=most_queries(strategy))


def followed_text(followed: tuple[int, int] | None, searches: tuple[SearchPlan, ...]) -> str | None:
    """The search that is followed and its query, as ``index:query``; None for one of a file, which no link holds."""
    if followed is None:
        return None
    index, query = followed
    if index < len(searches) and searches[index].is_opened:
        return None
    return f"{index - sum(plan.is_opened for plan in searches[:index])}:{query}"


def belief_text(belief: str, writing: Writing) -> str | None:
    """What of the followed search colours the map; None where no link holds that search."""
    state = writing.state
    return belief if belief and followed_text(state.followed, state.searches) is not None else None


def read_followed(value: str, searches: tuple[SearchPlan, ...]) -> tuple[int, int]:
    """The search that is followed, and its query."""
    numbers = _counts(value.split(":"))
    if len(numbers) != 2 or numbers[0] >= len(searches):
        raise LinkError(Message("Found {value}; expected one of the {count} searches of the link and a query, such as "
                                "'0:137'.", value=quoted(value), count=len(searches)))
    plan = searches[numbers[0]]
    # A search with several training budgets has more trainings than queries; how many is known once it has run.
    most = numbers[1] if plan.chosen.kind.budgets else plan.queries
    return numbers[0], min(numbers[1], most)


def _counts(texts: list[str]) -> list[int]:
    """The texts that are whole numbers from 0, as numbers."""
    return [number for text in texts if (number := whole_number(text)) is not None and number >= 0]

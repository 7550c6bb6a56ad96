"""Options of the fields in the form of the drawer *Search*."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vanas_panel.text.language import gettext as _


def choices(labels: Mapping[str, str], chosen: str) -> list[dict[str, Any]]:
    """Options of a select."""
    return [{"value": value, "label": label, "chosen": value == chosen} for value, label in labels.items()]


def repeat_words(count: int) -> dict[str, str]:
    """Which repeat a search may be told."""
    return {"mean": _("mean of all"), "draw": _("one drawn at each query"),
            **{str(index): _("repeat {number}").format(number=index + 1) for index in range(count)}}

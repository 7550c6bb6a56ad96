"""How operations and groups of them are told apart in pictures of searches by gradient: by colour and by dashes."""

from __future__ import annotations

from collections.abc import Sequence

from vanas_panel.draw.theme import Palette
from vanas_panel.training.darts.network_shape import HEADS, KIND, NONE, SKIP

_DASHES = {1: "1.5 2.5", 3: "", 5: "5 3"}
"""How the size of an operation is drawn."""
_OTHERS = ("#0072b2", "#d55e00", "#009e73", "#56b4e9", "#e69f00")
"""For operations of another kind: the palette of Okabe and Ito without black and yellow, which a page may hide,
and without the colour of attention."""
_ATTENTION = "#cc79a7"
_HEADS_DASHES = {8: "", 4: "5 3", 2: "1.5 2.5", 1: "8 3 2 3"}
_OTHER_DASHES = ("", "5 3", "1.5 2.5", "8 3 2 3")
_GROUP_DASHES = ("", "5 3", "1.5 2.5", "8 3 2 3", "3 2 3 6")

SHORT = {"max_pool": "max", "avg_pool": "avg", "sep_conv": "sep", "dil_conv": "dil"}


def operation_line(name: str, colors: Palette, operations: Sequence[str] = ()) -> tuple[str, str]:
    """Colour and dashes of an operation: its kind is the colour, its size the dashes.

    Parameters
    ----------
    name : str
    colors : Palette
    operations : sequence of str, optional
        All of the search: one of another kind takes its look from its place among those of other kinds.

    Examples
    --------
    >>> from vanas_panel.draw.theme import LIGHT
    >>> operation_line("sep_conv_5x5", LIGHT) == (LIGHT.series_1, "5 3")
    True
    >>> operation_line("attention_8", LIGHT)
    ('#cc79a7', '')
    """
    found = KIND.fullmatch(name)
    if name == NONE:
        return colors.muted, "2 2"
    if name == SKIP:
        return colors.series_3, ""
    kinds = {"sep_conv": colors.series_1, "dil_conv": colors.series_4, "max_pool": colors.series_2,
             "avg_pool": colors.series_5}
    if found is not None and found[1] in kinds and int(found[2]) in _DASHES:
        return kinds[found[1]], _DASHES[int(found[2])]
    heads = HEADS.fullmatch(name)
    if heads is not None:
        return _ATTENTION, _HEADS_DASHES[int(heads[1])]
    others = [each for each in operations if each not in (NONE, SKIP) and not (KIND.fullmatch(each)
                                                                               or HEADS.fullmatch(each))]
    place = others.index(name) if name in others else 0
    return _OTHERS[place % len(_OTHERS)], _OTHER_DASHES[place // len(_OTHERS) % len(_OTHER_DASHES)]


def group_line(group: int, is_none: bool, colors: Palette) -> tuple[str, str]:
    """Colour and dashes of a group of operations.

    Examples
    --------
    >>> from vanas_panel.draw.theme import LIGHT
    >>> group_line(1, False, LIGHT) == (LIGHT.series_2, "5 3")
    True
    """
    if is_none:
        return colors.muted, "2 2"
    return colors.series[group % len(colors.series)], _GROUP_DASHES[group % len(_GROUP_DASHES)]


def group_letter(group: int, is_none: bool) -> str:
    """What a group is called: a letter, since the numbers of groups mean nothing.

    Examples
    --------
    >>> group_letter(0, False), group_letter(3, True)
    ('A', '∅')
    """
    return "∅" if is_none else chr(ord("A") + group % 26)


def short_operation(name: str) -> str:
    """An operation for a narrow place.

    Examples
    --------
    >>> short_operation("sep_conv_5x5"), short_operation("skip_connect"), short_operation("none")
    ('sep 5×5', 'skip', 'none')
    >>> short_operation("sep_conv_5"), short_operation("attention_8")
    ('sep 5', 'attention 8')
    """
    found = KIND.fullmatch(name)
    if found is not None and found[1] in SHORT:
        return f"{SHORT[found[1]]} {found[2]}×{found[2]}" if found[3] else f"{SHORT[found[1]]} {found[2]}"
    heads = HEADS.fullmatch(name)
    if heads is not None:
        return f"attention {heads[1]}"
    return "skip" if name == SKIP else name

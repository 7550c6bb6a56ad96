"""The pins from B on as text in a link, and back."""

from __future__ import annotations

from vanas_panel.core.cell import Cell
from vanas_panel.core.space_protocol import Space
from vanas_panel.errors import LinkError, VanasError
from vanas_panel.state.link_text import draft_text, read_graph
from vanas_panel.state.pins import MARKS, OtherPins, plain_pins
from vanas_panel.text.language import Message

_BETWEEN = "@"


def pins_text(cells: OtherPins) -> str:
    """Cells as drafts with ``@`` between them; nothing for a letter that is free.

    Examples
    --------
    >>> pins_text((None, Cell(["input", "maxpool3x3", "output"], [(0, 1), (1, 2)])))
    '@maxpool3x3:0-1,1-2'
    """
    return _BETWEEN.join("" if cell is None else draft_text(cell).replace(_BETWEEN, "%40") for cell in cells)


def read_pins(value: str, space: Space, faults: list[VanasError]) -> OtherPins:
    """The pins from B on, cells of a search space; those that can be read, each with its letter.

    Parameters
    ----------
    value : str
    space : Space
    faults : list of VanasError
        Gets one error for each pin that is left out, which names its letter.

    Examples
    --------
    >>> from vanas_panel.core.space import NASBENCH101
    >>> faults = []
    >>> [pin and pin.edges for pin in read_pins("maxpool3x3:0-1,1-2@maxpool3x3:0-1@:0-1", NASBENCH101, faults)]
    [((0, 1), (1, 2)), None, ((0, 1),)]
    >>> [str(fault)[:47] for fault in faults]
    ['Pin C is left out. This is not a valid cell: Th']
    """
    texts = value.split(_BETWEEN)
    most = len(MARKS) - 1
    if len(texts) > most:
        faults.append(LinkError(Message("Found {found} pins from B on; expected at most {most}. The others are left "
                                        "out.", found=len(texts), most=most)))
    cells: list[Cell | None] = []
    for mark, text in zip(MARKS[1:], texts, strict=False):
        cells.append(None)
        try:
            cells[-1] = Cell(*read_graph(text), space) if text else None
        except VanasError as error:
            faults.append(LinkError(Message("Pin {mark} is left out. {error}", mark=mark, error=error)))
    return plain_pins(cells)

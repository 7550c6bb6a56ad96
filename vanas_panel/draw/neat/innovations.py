"""The innovation table of a search by NEAT as HTML."""

from __future__ import annotations

from vanas_panel.draw.format import format_count
from vanas_panel.draw.html import Html, pieces
from vanas_panel.draw.theme import Palette
from vanas_panel.neat.run import NeatRun
from vanas_panel.text.language import gettext as _
from vanas_panel.text.language import ngettext

_PIECES = pieces(__file__)

MOST = 24
"""Rows that are shown."""


def innovations_html(run: NeatRun, colors: Palette, *, most: int = MOST) -> Html:
    """Every connection gene of a search that its last generation has, the most frequent ones first.

    Parameters
    ----------
    run : NeatRun
        At least one generation.
    colors : Palette
        They may be CSS variables.
    most : int, optional
        Rows; what is beyond them is counted.

    Returns
    -------
    Html
        Without style sheets.
    """
    table = run.innovations
    alive = table[table["genomes"] > 0].sort_values(["genomes", "innovation"], ascending=[False, True])
    members = len(run.generations[-1].members)
    rows = [{"number": number, "connection": f"{source} → {target}", "generation": generation, "splits": splits or "",
             "genomes": genomes, "share": 100 * genomes / members}
            for number, (source, target, generation, splits, genomes) in zip(
                alive.index[:most].tolist(), alive[:most].to_numpy().tolist(), strict=True)]
    said = ngettext("{alive} of {count} innovation is still there.", "{alive} of {count} innovations are still there.",
                    len(table)).format(alive=format_count(len(alive)), count=format_count(len(table)))
    if len(alive) > most:
        said += " " + _("The {most} most frequent ones are shown.").format(most=most)
    heads = [_("Innovation"), _("Connection"), _("Generation"), _("In place of"),
             _("Genomes of generation {generation}").format(generation=run.generations[-1].number)]
    return _PIECES.table(heads=heads, rows=rows, said=said, muted=colors.muted, line=colors.line, bar=colors.series_1)

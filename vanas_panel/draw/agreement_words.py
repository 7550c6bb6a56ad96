"""Rank correlations in words."""

from __future__ import annotations

import math

from vanas_panel.core.rank_correlation import Agreement
from vanas_panel.draw.format import count_cells
from vanas_panel.text.language import gettext as _


def agreement_words(found: Agreement, is_selection: bool) -> str:
    """The rank correlations of two metrics as a sentence.

    Parameters
    ----------
    found : Agreement
    is_selection : bool
        Whether they are over the selected cells.

    Examples
    --------
    >>> agreement_words(Agreement(2532, 0.8712, 0.9701), False)
    "Kendall's tau-b 0.871, Spearman's rho 0.970, over 2,532 cells that have both."
    >>> agreement_words(Agreement(1, math.nan, math.nan), True)
    'No rank correlation: 1 cell of the selection with both values.'
    """
    cells = count_cells(found.cells)
    if math.isnan(found.kendall):
        if found.cells < 2:
            words = (_("No rank correlation: {cells} of the selection with both values.") if is_selection else
                     _("No rank correlation: {cells} with both values."))
        else:
            words = (_("No rank correlation: in {cells} of the selection with both, all values of one are equal.")
                     if is_selection else
                     _("No rank correlation: in {cells} with both, all values of one are equal."))
        return words.format(cells=cells)
    words = (_("Kendall's tau-b {tau}, Spearman's rho {rho}, over {cells} of the selection that have both.")
             if is_selection else _("Kendall's tau-b {tau}, Spearman's rho {rho}, over {cells} that have both."))
    return words.format(tau=f"{found.kendall:.3f}", rho=f"{found.spearman:.3f}", cells=cells)

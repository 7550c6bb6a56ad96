"""A search by gradient as the last line of a notebook's cell: its losses in words, and the weights of every edge."""

from __future__ import annotations

from dataclasses import replace

from vanas_panel.draw.gradient_search.genotype import genotype_svg, weights_at
from vanas_panel.draw.gradient_search.groups import groups_html
from vanas_panel.draw.gradient_search.progress import progress_svg
from vanas_panel.draw.gradient_search.weights import weights_svg
from vanas_panel.draw.html import Html, pieces
from vanas_panel.draw.notebook import ANY_THEME
from vanas_panel.draw.theme import Palette
from vanas_panel.text.language import gettext as _
from vanas_panel.training.darts.dg_run import DgDartsRun
from vanas_panel.training.darts.dropping import Dropping
from vanas_panel.training.darts.run_file import DartsRun

_PIECES = pieces(__file__)

THEME = replace(ANY_THEME, line="rgba(127, 127, 127, 0.35)", faint="rgba(127, 127, 127, 0.6)")
"""Lines are quiet on light and on dark pages."""


def darts_html(run: DartsRun, colors: Palette = THEME) -> Html:
    """Describe a search by DARTS."""
    return _PIECES.search(title="DARTS", stages=[_stage(run, colors)], warning=_warning())


def dg_darts_html(run: DgDartsRun, colors: Palette = THEME) -> Html:
    """Describe a search by DG-DARTS, both stages, as far as they have come."""
    stages = [_stage(run.first, colors, run.dropping if run.first.is_finished else None)]
    if run.second is not None:
        stages.append(_stage(run.second, colors))
    return _PIECES.search(title="DG-DARTS", stages=stages, warning=_warning())


def _warning() -> str:
    """What a genotype does not say."""
    return _("A genotype says nothing of how good it is: train it beside random ones of equal cost.")


def _stage(run: DartsRun, colors: Palette, dropping: Dropping | None = None) -> Html:
    """One search: where it has come to, its cells, and the genotype."""
    if not len(run):
        return _PIECES.stage(said=_("No epoch has come to its end."), charts=[], genotype="")
    last = run.epochs.iloc[-1]
    said = _("{done} of {count} epochs on {device}, {seconds} s each; loss {loss}, accuracy {accuracy} on the half "
             "that moves the alphas.").format(
                 done=len(run), count=run.settings.epochs, device=run.header["device"],
                 seconds=f"{run.epochs['seconds'].mean():.1f}", loss=f"{last['validation_loss']:.3f}",
                 accuracy=f"{100 * last['validation_accuracy']:.1f} %")
    kinds = range(run.weights.shape[1])
    charts = [{"title": "", "chart": progress_svg(run, colors)}]
    for kind in kinds:
        charts.append({"title": _("Reduction cells") if kind else _("Normal cells"),
                       "chart": weights_svg(run, colors, kind=kind, dropping=dropping)})
        if dropping is not None:
            charts.append({"title": "", "chart": groups_html(dropping, colors, kind=kind)})
        charts.append({"title": "", "chart": genotype_svg(run.genotype, colors, kind=kind,
                                                          weights=weights_at(run, len(run), kind))})
    return _PIECES.stage(said=said, charts=charts, genotype=str(run.genotype))

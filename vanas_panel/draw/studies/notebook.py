"""A study as HTML: accuracies with intervals, differences from chance, costs, and what the searches did inside."""

from __future__ import annotations

import math

import pandas as pd

from vanas_panel.draw.format import format_count
from vanas_panel.draw.gradient_search.notebook import THEME
from vanas_panel.draw.html import Html, pieces
from vanas_panel.draw.studies.chart import study_svg
from vanas_panel.draw.studies.words import method_words, points, with_interval
from vanas_panel.draw.theme import Palette
from vanas_panel.studies.insides import insides
from vanas_panel.studies.plan import DARTS, DG_DARTS, NEAT
from vanas_panel.studies.results import Study
from vanas_panel.text.language import gettext as _
from vanas_panel.text.language import ngettext

_PIECES = pieces(__file__)


def study_html(study: Study, colors: Palette = THEME, title: str | None = None, *, width: int = 700) -> Html:
    """Describe a study.

    Parameters
    ----------
    study : Study
    colors : Palette, optional
        They may be CSS variables; by default those of a notebook, on light and on dark pages.
    title : str, optional
        Above it; none where it is empty.
    width : int, optional
        Of the charts in pixels.
    """
    count = len(study.seeds)
    said = " ".join([
        ngettext("{networks} trainings from the beginning, all with {count} seed.",
                 "{networks} trainings from the beginning, with {count} seeds together.", count).format(
                     networks=format_count(len(study.trainings)), count=count),
        _("The first data set is that of the searches; what they found is trained on the others as it is.")])
    datasets = [{"name": name, "chart": study_svg(study, name, colors, width=width), "table": _table(study, name)}
                for name in study.plan.trainings if (study.trainings["dataset"] == name).any()]
    if study.plan.neat is not None:
        said += " " + _("Chance is, for NEAT, the best of as many networks at random as it has trained; for the "
                        "others, genotypes at random of equal cost.")
    words = {"insides": _("Inside the searches"),
             "cost": _("Seconds of DARTS and DG-DARTS are of the clock, beside whatever else the machine did; those of "
                       "NEAT are of the processor.")}
    return _PIECES.study(title=_("Study of searches") if title is None else title, said=said, datasets=datasets,
                         insides=_PIECES.sentences(words=inside_words(study)), words=words)


def _table(study: Study, dataset: str) -> Html:
    """Numbers of a data set."""
    heads = [_("Method"), _("Seeds"), _("Test accuracy"), _("Points above chance"), _("Parameters"),
             _("Multiply-accumulates"), _("Training, s"), _("Search, s")]
    rows = []
    for each in study.summary[study.summary["dataset"] == dataset].to_dict("records"):
        counted = "" if math.isnan(each["multiply_accumulates"]) else format_count(round(each["multiply_accumulates"]))
        rows.append([method_words(each["method"]), each["seeds"],
                     with_interval(each["mean"], each["low"], each["high"]),
                     points(each["difference"], each["difference_low"], each["difference_high"]),
                     format_count(round(each["parameters"])), counted, f"{each['seconds']:.0f}",
                     f"{each['search_seconds']:.0f}" if each["search_seconds"] else ""])
    return _PIECES.table(heads=heads, rows=rows)


def inside_words(study: Study) -> list[str]:
    """What the searches did inside, a sentence each."""
    frame = insides(study)
    darts, dropped, bred = (frame[frame["method"] == name] for name in (DARTS, DG_DARTS, NEAT))
    said = []
    if len(darts):
        said.append(_("DARTS: none has the most weight on {first} of {edges} edges; the highest weight of an edge is "
                      "{weight} on average, where equal weights would be {equal}; the genotype stayed from epoch "
                      "{epochs} on.").format(
                          first=int(darts["none_first"].sum()), edges=int(darts["edges"].sum()),
                          weight=f"{darts['highest_weight'].mean():.3f}",
                          equal=f"{1 / len(study.plan.darts.operations):.3f}", epochs=_numbers(darts["settled"])))
    if len(dropped):
        said.append(_("DG-DARTS: {lost} of {edges} edges lost the operation that DARTS would have taken of them, since "
                      "its group had less weight than another one.").format(
                          lost=int(dropped["outvoted"].sum()), edges=int(dropped["edges"].sum())))
    if len(bred):
        said.append(_("NEAT: {share} of the genomes needed no training, since their network had been trained before or "
                      "no path leads through it; species in the last generation: {species}.").format(
                          share=f"{100 * bred['repeated'].mean():.0f} %", species=_numbers(bred["species"])))
    return said


def _numbers(values: pd.Series) -> str:
    """Whole numbers in a row."""
    return ", ".join(str(int(each)) for each in values)

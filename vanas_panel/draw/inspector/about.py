"""What a reader has to know of a training, and its figures as a plain table that needs no script."""

from __future__ import annotations

import math

from vanas_panel.draw.html import Html, pieces
from vanas_panel.draw.inspector.measures import measures_of
from vanas_panel.draw.inspector.scene import notes_of
from vanas_panel.draw.inspector.words import about_words, settings_words, unit_word
from vanas_panel.inspector.training import Training
from vanas_panel.text.language import gettext as _

_PIECES = pieces(__file__)


def about_html(training: Training) -> Html:
    """Recording period, what the figures follow, notes and settings of a training.

    Parameters
    ----------
    training : Training
    """
    return _PIECES.about(words=about_words(training), notes=notes_of(training),
                         label=_("Settings"), settings=settings_words(training))


def figures_html(training: Training) -> Html:
    """Maximum, mean and further measures of every layer at the last epoch, in the unit of the weights.

    Parameters
    ----------
    training : Training

    Examples
    --------
    >>> figures_html(training)  # doctest: +SKIP
    """
    measures = measures_of(training)
    shown = {"max": _("Maximum change"), "mean": _("Mean change"), "relative_update": _("Relative update"),
             "path_length": _("Path length"), "net_displacement": _("Net displacement"),
             "straightness": _("Straightness"), "effective_rank": _("Effective rank")}
    rows = [{"name": layer.name, "shape": " × ".join(map(str, layer.shape)),
             "values": [_number(measures[name][-1, index]) for name in shown]}
            for index, layer in enumerate(training.layers)]
    caption = _("{unit} {number}, in the unit of the weights").format(unit=unit_word(training.unit),
                                                                     number=training.epochs[-1])
    return _PIECES.table(caption=caption, heads=[_("Layer"), _("Shape"), *shown.values()], rows=rows)


def training_html(training: Training) -> str:
    """A training in a notebook: what was recorded, and the figures of every layer at the last epoch."""
    return str(about_html(training)) + str(figures_html(training))


def _number(value: float) -> str:
    """A number in four digits; a dash where it is undefined."""
    return "–" if math.isnan(value) else f"{value:.4g}"

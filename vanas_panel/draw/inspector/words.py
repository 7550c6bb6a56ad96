"""The texts of the view of a training, in the language of the page; the scripts get them with the scene."""

from __future__ import annotations

from vanas_panel.inspector.training import Training
from vanas_panel.text.language import gettext as _


def scene_words(unit: str) -> dict[str, str]:
    """Every text of the scripts by name; braces are placeholders that the scripts fill.

    Parameters
    ----------
    unit : {"epoch", "step", "checkpoint"}
        What the numbers of a training count.
    """
    return {**_moment_words(unit), **_picture_words(), **_window_words(), **_figure_words(), **_measure_words()}


def unit_word(unit: str) -> str:
    """One recorded moment, as a label."""
    return {"epoch": _("Epoch"), "step": _("Step")}.get(unit, _("Checkpoint"))


def about_words(training: Training) -> list[str]:
    """When a training was recorded, and what its figures follow, in paragraphs."""
    return [_period(training), _follows()]


def settings_words(training: Training) -> str:
    """The settings of a training in one line; empty where none were recorded."""
    return " · ".join(f"{name}: {value}" for name, value in training.settings.items())


def _follows() -> str:
    """What the figures follow, and what they are no advice for."""
    return _("The accumulated change of a weight is the sum of its absolute changes from one recorded moment to the "
             "next. It grows with how often the weights were recorded. Mean changes mostly follow the number of inputs "
             "of a unit: the more inputs, the smaller. A layer that moves little is not a layer that is not needed: in "
             "10 of 10 trials the first fully connected layer moved least, and in only 4 of them it was the one that "
             "could be halved at the least cost.")


def _period(training: Training) -> str:
    """How often the weights were recorded, and from when to when."""
    first, last = training.epochs[0], training.epochs[-1]
    return _("{period} {count} moments, from {first} to {last}; changes are counted from the first one.").format(
        period=_often(training.unit), count=len(training.epochs), first=first, last=last)


def _often(unit: str) -> str:
    """How often the weights were recorded, as a sentence."""
    return {"epoch": _("Weights were recorded after epochs."), "step": _("Weights were recorded after steps.")}.get(
        unit, _("Weights were recorded at checkpoints."))


def _moment_words(unit: str) -> dict[str, str]:
    """Of the timeline."""
    return {
        "unit": unit_word(unit), "play": _("Play"), "stop": _("Stop"), "back": _("One back"), "on": _("One on"),
        "speed": _("Speed"), "of": _("{epoch} of {last}"),
        "timeline": _("Timeline: {unit}").format(unit=unit_word(unit)),
    }


def _picture_words() -> dict[str, str]:
    """Of the layers in space."""
    return {
        "picture": _("Layers in space, one behind the other: black has not moved, white has moved most"),
        "keys": _("Drag or arrow keys turn · Shift moves · wheel or + − zooms · [ ] next layer · Home resets"),
        "touch": _("One finger scrolls the page · tap, then drag to turn · two fingers move and zoom"),
        "release": _("Done turning"), "reset": _("Reset the view"), "scale": _("Scale"),
        "scaleAll": _("Over all layers"), "scaleLayer": _("Within each layer"), "scaleNone": _("Unit of the weights"),
        "shade": _("Brightness"), "shadeSqrt": _("Square root"), "shadeLinear": _("Linear"),
        "kind": _("A cell shows"), "kindMax": _("Its maximum"), "kindMean": _("Its mean"),
        "biases": _("Biases and norms"), "most": _("white: {value}"),
        "mostLayer": _("white: the maximum of each layer"),
        "least": _("black: 0"), "spoken": _("{unit} {epoch}, {layer}: maximum {max}, mean {mean}"),
    }


def _window_words() -> dict[str, str]:
    """Of the two windows."""
    return {
        "window": _("Window {number}"), "layer": _("Layer"), "output": _("output {at}"), "input": _("input {at}"),
        "place": _("y {y}, x {x}"), "value": _("change {value}"), "cell": _("maximum {max}, mean {mean} of {count}"),
        "windowKeys": _("Point at a weight, or use the arrow keys; drag moves, wheel or + − zooms, Home resets"),
        "nothing": _("no weight here"),
    }


def _figure_words() -> dict[str, str]:
    """Of the table and the curves."""
    return {
        "figures": _("Figures"), "maximum": _("Maximum"), "mean": _("Mean"), "maximumShort": _("Max"),
        "meanShort": _("Mean"), "about": _("About these figures"),
        "settings": _("Settings"), "order": _("Sort by {name}"),
        "focus": _("Show {layer} alone; again shows all"), "curves": _("Curves"),
        "measure": _("Measure"), "curvesOf": _("{measure} of every layer, from {first} to {last}"),
        "jump": _("Click jumps to that moment"), "undefined": _("undefined"),
        "second": _("second training"), "more": _("and {count} more"), "dotted": _("dotted: the second training"),
    }


def _measure_words() -> dict[str, str]:
    """Names of the measures."""
    return {
        "measure_mean": _("Mean change"), "measure_max": _("Maximum change"),
        "measure_relative_update": _("Relative update"), "measure_path_length": _("Path length"),
        "measure_net_displacement": _("Net displacement"), "measure_straightness": _("Straightness"),
        "measure_effective_rank": _("Effective rank"), "measure_still": _("Share of units that stand still"),
    }

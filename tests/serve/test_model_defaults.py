"""The defaults of Bokeh's models are kept, and they are those that Bokeh works out itself."""

import subprocess
import sys

import pytest

SAME = """
import bokeh.models, panel as pn, panel.models.esm, warnings
from bokeh.model import Model
from vanas_panel.serve.process.model_defaults import keep_defaults

warnings.simplefilter("ignore")
kinds = sorted((each for each in Model.model_class_reverse_map.values()), key=lambda each: each.__qualified_model__)

def told(value):
    # Models that are defaults are new ones each time.
    if isinstance(value, Model):
        return type(value).__name__
    if isinstance(value, list):
        return repr([told(each) for each in value])
    return repr(value)

def defaults():
    found = {}
    for kind in kinds:
        try:
            made = kind()
        except Exception:
            continue
        for name in kind.properties():
            try:
                found[kind.__qualified_model__, name] = told(getattr(made, name))
            except Exception as error:
                found[kind.__qualified_model__, name] = type(error).__name__
    return found

own = defaults()
keep_defaults()
keep_defaults()
first, second = defaults(), defaults()
differ = [key for key in own if not own[key] == first[key] == second[key]]
print(len(own), differ)
"""

OWN = """
from bokeh.models import ColumnDataSource, Rect, WheelPanTool
from bokeh.themes import Theme
from bokeh.document import Document
from bokeh.plotting import figure
from vanas_panel.serve.process.model_defaults import keep_defaults

keep_defaults()
one, two = ColumnDataSource(), ColumnDataSource()
one.data["x"] = [1]
one.tags.append("mine")
print(dict(two.data), two.tags, ColumnDataSource().tags)
plain = figure()
document = Document(theme=Theme(json={"attrs": {"Plot": {"min_border": 7}}}))
themed = figure()
document.add_root(themed)
print(plain.min_border, themed.min_border, figure().min_border)
first, second = Rect(), Rect()
first.line_width = 3
print(second.line_width, Rect.line_width.class_default(Rect))
# Bokeh takes these for unchangeable, and copies them.
first.line_dash.append(9)
WheelPanTool().modifiers["shift"] = True
print(Rect().line_dash, WheelPanTool().modifiers)
"""


def told_by(script: str) -> str:
    """What a process of its own prints, since the change lasts as long as the process."""
    return subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout


@pytest.mark.slow
def test_every_default_of_every_model_is_bokehs_own():
    count, differ = told_by(SAME).split(" ", 1)
    assert int(count) > 5000
    assert differ.strip() == "[]"


@pytest.mark.slow
def test_lists_and_themes_stay_each_models_own():
    assert told_by(OWN).splitlines() == ["{} [] []", "5 7 5", "1 1", "[] {}"]

"""Landmarks for screen readers: header, main part, drawer."""

from __future__ import annotations

import panel as pn
import param


class Landmark(pn.Column):
    """A column with a role and a name for screen readers, the ``html_attributes`` of its model in Bokeh.

    Examples
    --------
    >>> Landmark(html_attributes={"role": "main"}).get_root().html_attributes
    {'role': 'main'}
    """

    html_attributes = param.Dict({}, doc="Attributes of the element, such as role and aria-label.")


class LandmarkRow(pn.Row):
    """The same in a row."""

    html_attributes = param.Dict({}, doc="Attributes of the element, such as role and aria-label.")

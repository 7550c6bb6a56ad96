"""Cache of the default values of Bokeh's models, which Bokeh computes at every access.

A page has some two hundred models with some fifty properties each, and most keep their defaults: half of the time to
make a page went into them.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from bokeh.core.has_props import HasProps
from bokeh.core.property.bases import ParameterizedProperty
from bokeh.core.property.descriptors import PropertyDescriptor

_CHANGEABLE = (list, dict, set)
_kept: dict[tuple[PropertyDescriptor, type[HasProps]], Any] = {}


def keep_defaults() -> None:
    """Have every default worked out once for each class of models; further calls change nothing.

    Defaults that a theme has changed, and those that differ for every model, such as lists, are left alone.
    """
    if not hasattr(PropertyDescriptor._get_default, "__wrapped__"):
        PropertyDescriptor._get_default = _keeping(PropertyDescriptor._get_default)
        # Bokeh puts the type of a dictionary into words before it looks whether there is anything to complain of.
        ParameterizedProperty.__str__ = _keeping_name(ParameterizedProperty.__str__)


def _keeping(work_out: Callable[..., Any]) -> Callable[..., Any]:
    """A descriptor's method that works a default out only where none is kept."""

    @wraps(work_out)
    def get_default(self: PropertyDescriptor, obj: HasProps) -> Any:
        """The default of a model's property, from what is kept where it may be."""
        key = self, type(obj)
        themed = obj.themed_values()
        is_themed = themed is not None and self.name in themed
        if not is_themed and key in _kept:
            return _kept[key]
        value = work_out(self, obj)
        if not is_themed and not isinstance(value, _CHANGEABLE) and not self.has_unstable_default(obj):
            _kept[key] = value
        return value

    return get_default


def _keeping_name(name: Callable[..., str]) -> Callable[..., str]:
    """A property's method that puts its type into words once."""

    @wraps(name)
    def kept_name(self: ParameterizedProperty) -> str:
        """The words for a property's type, which do not change."""
        # Properties cannot be keys of a dictionary.
        kept = vars(self)
        if "_kept_name" not in kept:
            kept["_kept_name"] = name(self)
        return kept["_kept_name"]

    return kept_name

"""Whole numbers as options of the command line."""

from __future__ import annotations

import argparse

from vanas_panel.text.language import gettext as _
from vanas_panel.text.numerals import whole_number


def whole_option(text: str) -> int:
    """A whole number; the program says whether it is one that can be used."""
    value = whole_number(text)
    if value is None:
        raise argparse.ArgumentTypeError(_("found {text!r}; expected a whole number such as 4").format(text=text[:40]))
    return value

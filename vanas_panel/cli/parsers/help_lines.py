"""Help texts wrapped by the columns that a terminal shows: a Korean letter takes two."""

from __future__ import annotations

import argparse

from vanas_panel.text.terminal import display_width, wrapped


class HelpLines(argparse.HelpFormatter):
    """The formatter of argparse, which counts letters, for letters that are two columns wide."""

    def _split_lines(self, text: str, width: int) -> list[str]:
        """The lines of an option's help."""
        if display_width(text) == len(text):
            return super()._split_lines(text, width)
        return wrapped(text, width)

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        """A paragraph of a description."""
        if display_width(text) == len(text):
            return super()._fill_text(text, width, indent)
        return "\n".join(indent + line for line in wrapped(text, width - len(indent)))

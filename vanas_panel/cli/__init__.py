"""The command ``vanas-panel``: one file for each of its commands."""

from vanas_panel.cli.command_line import main

__all__ = ["main"]

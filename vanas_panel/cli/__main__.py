"""Runs the command as ``python -m vanas_panel.cli``."""

import sys

from vanas_panel.cli.command_line import main

if __name__ == "__main__":
    sys.exit(main())

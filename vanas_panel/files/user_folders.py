"""Folders of a user's own data, which no cache cleaner removes."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

ENVIRONMENT = "VANAS_PANEL_DATA"
"""The environment variable that names another folder."""


def data_folder() -> Path:
    """The folder of what people save and train, and of a server's secret and users; it may not be there yet.

    Returns
    -------
    Path
        What `ENVIRONMENT` names, else the user's data folder of the system.
    """
    named = os.environ.get(ENVIRONMENT)
    return Path(named) if named else Path(platformdirs.user_data_dir("vanas-panel"))

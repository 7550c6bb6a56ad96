"""Names and numbers that help texts mention, written out so that ``--help`` needs none of the modules that define them.

Panel, PyTorch and pandas take seconds to load. ``tests/cli/test_parsers.py`` holds every value here equal to the one
that the program works with.
"""

SPLIT, REPEAT, IGNORE, CHOOSE = "split", "repeat", "ignore", "choose"
"""Choices for a condition, as `vanas_panel.readers.columns.conditions` names it."""

INFINITE = ("set-aside", "refuse")
"""Choices for rows with an infinite value, as the command line writes them."""

NONES = ("keep", "prune")
"""Choices for the operation none of architecture strings, as `vanas_panel.readers.description` names them."""

DIRECTIONS: dict[str, bool | None] = {"higher": True, "lower": False, "neither": None}
"""Which values of a metric are better, see `vanas_panel.tables.metrics`."""

KINDS = ("metric", "parameter", "condition", "repeat", "identifier")
"""What a column of a table of trials may be, see `vanas_panel.tables.trial_columns`."""

LIMITS = ("rows", "columns", "name", "text", "repeats", "bytes")
"""The limits that can be raised, see `vanas_panel.tables.limits.Limits`."""

DEFAULT_SOURCE = "default"
"""The name of the embedded table that is shown where none is asked for."""

PUBLISHED = ("nasbench101", "nasbench101_full")
"""Benchmarks that can be fetched, see `vanas_panel.readers.download.benchmarks`."""

IMAGE_SETS = ("mnist", "fashion-mnist", "cifar10")
"""Sets of images that can be fetched, see `vanas_panel.readers.download.image_sets`."""

PARTS = ("overview", "importance", "presets", "completions", "neighbours", "path", "trade-offs", "best", "shelf",
         "code", "designer")
"""Parts of a report, see `vanas_panel.report.plan`."""

STRATEGIES = ("random", "random-cells", "grid", "local-search", "regularised-evolution", "evolution", "nsga2",
              "reinforce", "gaussian-process", "successive-halving", "hyperband", "optuna")
"""Strategies of a search, see `vanas_panel.searches.strategies`."""

SPACES = ("chain", "branches", "cells", "hierarchical")
"""Search spaces of the gallery, see `vanas_panel.core.kinds`."""

PRECISIONS = ("bf16", "bfloat16", "float16", "float32", "fp16", "fp32")
"""Every way to write the precision of a training, see `vanas_panel.training.settings`."""

MOST_CELLS_PER_DEVICE = 64
"""Cells that one device trains at once, see `vanas_panel.training.slots`."""

MOST_VERTICES = 7
"""Vertices of a cell of NAS-Bench-101."""

SHELF_ENVIRONMENT = "VANAS_PANEL_SHELF"
SECRET_ENVIRONMENT = "VANAS_PANEL_SECRET"
OAUTH_SECRET_ENVIRONMENT = "VANAS_PANEL_OAUTH_SECRET"
"""Environment variables that stand in for an option."""

OAUTH_PROVIDERS = ("auth0", "auth_code", "azure", "azurev2", "bitbucket", "generic", "github", "gitlab", "google",
                   "okta")
"""Where people can sign in with the tested release of Panel; another release may know others."""

STOP_TIMEOUT = 10.0
"""Seconds that running work has to finish in, see `vanas_panel.serve.process.liveness`."""

MOST_CONNECTIONS = 4_096
"""Connections at once, see `vanas_panel.serve.process.connections`."""

MOST_PAGES_PER_USER, MOST_PAGES_PER_ADDRESS = 40, 200
"""Pages open at once, see `vanas_panel.serve.process.visits`."""

LOG_FORMATS = ("text", "json")
LOG_LEVELS = ("debug", "info", "warning", "error")
"""How a server writes its log, see `vanas_panel.serve.process.logs`."""

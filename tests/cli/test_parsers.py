"""Parsers load nothing heavy, and what their help texts say is what the program works with."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import fields
from importlib import import_module

import pytest

from tests.cli.made_parsers import made_parsers
from tests.conftest import ROOT
from vanas_panel.cli.command_line import whole_parser
from vanas_panel.cli.parsers import choices
from vanas_panel.core.space import NASBENCH101
from vanas_panel.readers import DEFAULT
from vanas_panel.readers.columns import conditions
from vanas_panel.readers.download.benchmarks import PUBLISHED
from vanas_panel.readers.download.image_sets import IMAGE_SETS
from vanas_panel.report.plan import PARTS
from vanas_panel.serve.auth import oauth, secret
from vanas_panel.serve.process import connections, liveness, logs, visits
from vanas_panel.shelf import SHELF_ENVIRONMENT
from vanas_panel.tables.limits import Limits
from vanas_panel.tables.metrics import DIRECTIONS
from vanas_panel.tables.trial_columns import KINDS
from vanas_panel.training import settings, slots

HEAVY = {"numpy", "pandas", "numba", "pyarrow", "networkx", "panel", "bokeh", "holoviews", "datashader", "param",
         "torch", "dask", "sqlalchemy", "alembic", "tornado", "msgspec", "argon2"}
COMMANDS = ["", "serve", "user", "user add", "user remove", "user list", "fetch", "convert", "info", "train-space",
            "train", "inspect", "report", "search", "spaces", "compile"]


def loaded_by(code: str) -> set[str]:
    """The heavy libraries that a fresh Python has loaded after running `code`."""
    done = subprocess.run([sys.executable, "-c", f"{code}\nimport sys; print('loaded:', *sys.modules)"], cwd=ROOT,
                          capture_output=True, text=True, check=True)
    return HEAVY & set(done.stdout.rpartition("loaded:")[2].split())


def test_import_check_sees_loaded_libraries():
    assert {"numpy", "pandas"} <= loaded_by("import pandas")


def test_no_help_loads_a_heavy_library():
    assert loaded_by(f"""
from vanas_panel.cli import main
for command in {COMMANDS!r}:
    try:
        main([*command.split(), "--help"])
    except SystemExit as end:
        assert not end.code
    else:
        raise AssertionError(command)
""") == set()


def test_bad_arguments_load_no_heavy_library():
    assert loaded_by("""
from vanas_panel.cli import main
try:
    main(["serve", "--port", "many"])
except SystemExit as end:
    assert end.code == 2
""") == set()


def test_every_command_names_a_function_that_is_there():
    made = made_parsers()
    leaves = [parser for parser in made if not any(each.prog.startswith(f"{parser.prog} ") for each in made)]
    names = [parser.get_default("run").args for parser in leaves]
    assert len(names) == len({*names}) == len(COMMANDS) - 2
    for module, function in names:
        assert callable(getattr(import_module(f"vanas_panel.cli.{module}"), function))


def test_choices_are_those_of_the_program():
    assert (choices.SPLIT, choices.REPEAT, choices.IGNORE, choices.CHOOSE) == (
        conditions.SPLIT, conditions.REPEAT, conditions.IGNORE, conditions.CHOOSE)
    assert choices.DIRECTIONS == DIRECTIONS
    assert tuple(field.name for field in fields(Limits)) == choices.LIMITS
    assert tuple(KINDS) == choices.KINDS
    assert choices.DEFAULT_SOURCE == DEFAULT
    assert tuple(PUBLISHED) == choices.PUBLISHED
    assert tuple(IMAGE_SETS) == choices.IMAGE_SETS
    assert tuple(PARTS) == choices.PARTS
    assert tuple(sorted(settings.PRECISIONS)) == choices.PRECISIONS
    assert choices.MOST_CELLS_PER_DEVICE == slots.MOST
    assert NASBENCH101.max_vertices == choices.MOST_VERTICES


def test_choices_of_serve_are_those_of_the_server():
    assert choices.SHELF_ENVIRONMENT == SHELF_ENVIRONMENT
    assert choices.SECRET_ENVIRONMENT == secret.ENVIRONMENT
    assert choices.OAUTH_SECRET_ENVIRONMENT == oauth.ENVIRONMENT
    assert choices.OAUTH_PROVIDERS == oauth.PROVIDERS
    assert choices.STOP_TIMEOUT == liveness.STOP_TIMEOUT
    assert choices.MOST_CONNECTIONS == connections.MOST_CONNECTIONS
    assert choices.MOST_PAGES_PER_USER == visits.MOST_PER_USER
    assert choices.MOST_PAGES_PER_ADDRESS == visits.MOST_PER_ADDRESS
    assert choices.LOG_FORMATS == logs.FORMATS
    assert choices.LOG_LEVELS == logs.LEVELS


def test_an_unknown_provider_is_one_line_that_names_the_known_ones(capsys):
    with pytest.raises(SystemExit, match="2"):
        whole_parser().parse_args(["serve", "--oauth-provider", "nobody"])
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert "found 'nobody'" in error and all(name in error for name in oauth.PROVIDERS)

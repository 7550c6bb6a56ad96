"""Node takes the code of every Bokeh callback of a page: the names that Bokeh passes in are not declared a second time.

Bokeh makes functions of these texts in the browser. One that is no function there leaves the page empty, and neither
Biome nor TypeScript sees into texts of Python.
"""

from __future__ import annotations

import json
import subprocess

import panel as pn
import pytest
from bokeh.models import CustomJS, CustomJSHover, CustomJSTicker, CustomJSTickFormatter
from demo_tables import demo_table

from vanas_panel.page.dashboard import Dashboard
from vanas_panel.state.session import Session

# What BokehJS passes to the function beside the arguments of the model.
PASSED = {
    CustomJS: ("cb_obj", "cb_data", "cb_context"),
    CustomJSHover: ("value", "format", "special_vars"),
    CustomJSTicker: ("cb_context",),
    CustomJSTickFormatter: ("tick", "index", "ticks", "cb_context"),
}
TRY = """
const functions = JSON.parse(require("node:fs").readFileSync(0, "utf8"))
for (const [names, code] of functions) {
  try {
    new Function(...names, `"use strict";\\n${code}`)
  } catch (error) {
    console.log(`${error}\\n${code.slice(0, 400)}\\n`)
  }
}
"""


def functions(models) -> list[tuple[list[str], str]]:
    """Names of the parameters and code of every callback, each once."""
    found = {}
    for model in models:
        for kind, names in PASSED.items():
            if isinstance(model, kind):
                codes = [model.major_code, model.minor_code] if kind is CustomJSTicker else [model.code]
                for code in filter(None, codes):
                    found[code] = [*model.args, *names], code
    return list(found.values())


def complaints(node: str, given: list[tuple[list[str], str]]) -> str:
    return subprocess.run([node, "-e", TRY], input=json.dumps(given), check=True, capture_output=True, text=True,
                          encoding="utf-8").stdout


@pytest.fixture(scope="module")
def models() -> list:
    root = pn.panel(Dashboard(Session(demo_table()))).get_root()
    return list(root.references())


def test_every_callback_of_the_page_is_a_function(models, node):
    given = functions(models)
    assert {kind for kind in PASSED for model in models if isinstance(model, kind)} >= {CustomJS, CustomJSTickFormatter}
    assert len(given) >= 5
    assert complaints(node, given) == ""


def test_a_second_declaration_is_noticed(node):
    assert "'index' has already been declared" in complaints(
        node, functions([CustomJSTickFormatter(code="const index = 1; return index")]))

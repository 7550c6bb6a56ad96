"""Settings of the documentation site: `make docs` builds it with Sphinx, and needs no network for it."""

from __future__ import annotations

import logging
import sys
import tomllib
from pathlib import Path
from typing import Any

from docutils import nodes
from docutils.utils.math.latex2mathml import tex2mathml
from sphinx.application import Sphinx

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "docs" / "_extensions"))

# It reports each of its parts when the reference imports the shelf.
logging.getLogger("alembic").setLevel(logging.WARNING)

project = "vanas-panel"
author = "vanas-panel contributors"
project_copyright = author
release = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
version = release

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "command_line"]

# Markdown: formulas between dollar signs, lists of terms, and an anchor for each heading.
myst_enable_extensions = ["deflist", "dollarmath", "fieldlist"]
myst_heading_anchors = 3

# The reference of Python shows what `vanas_panel.__all__` holds, in the order of the source.
autodoc_member_order = "bysource"
autodoc_typehints = "none"  # the docstrings say types, with shapes and units
napoleon_google_docstring = False
napoleon_use_rtype = False
napoleon_use_ivar = True
default_role = "py:obj"

# The theme brings its own files, takes the fonts of the system, and follows the light or dark choice of the reader.
html_theme = "furo"
_FONTS = {
    # Korean faces stand behind the usual ones, for the glossary.
    "font-stack": "-apple-system, BlinkMacSystemFont, 'Segoe UI', Roboto, 'Noto Sans', Helvetica, Arial, "
                  "'Apple SD Gothic Neo', 'Malgun Gothic', 'Noto Sans CJK KR', 'Noto Sans KR', sans-serif",
}
html_theme_options = {"light_css_variables": _FONTS, "dark_css_variables": _FONTS}
html_title = f"vanas-panel {release}"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_copy_source = False
html_domain_indices = False
html_show_sphinx = False
html_show_search_summary = False  # a page opened from disk may not read others, which a summary needs
html_math_renderer = "mathml"


def show_formula(translator: Any, node: nodes.math | nodes.math_block) -> None:
    """Write a formula as MathML, which browsers draw by themselves: no script has to be loaded for it.

    Parameters
    ----------
    translator : sphinx.writers.html5.HTML5Translator
        What collects the HTML of a page.
    node : docutils node
        The formula, in LaTeX.

    Raises
    ------
    docutils.nodes.SkipNode
        Always: the text of the formula is written already.
    """
    as_block = isinstance(node, nodes.math_block)
    translator.body.append(tex2mathml(node.astext(), as_block=as_block) + ("\n" if as_block else ""))
    raise nodes.SkipNode


def setup(app: Sphinx) -> None:
    """Register the formulas.

    Parameters
    ----------
    app : Sphinx
        The build.
    """
    app.add_html_math_renderer("mathml", (show_formula, None), (show_formula, None))

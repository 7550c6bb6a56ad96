"""The page for ``panel serve vanas_panel/serve/app.py --args SOURCE``.

Add ``--warm`` to open the table before the port opens; otherwise the first visitor waits for it.
"""

import sys

import panel as pn

from vanas_panel.errors import VanasError
from vanas_panel.serve import TITLE, named_sources, page, shared_tables

try:
    page(shared_tables(named_sources(sys.argv[1:]))).servable(title=TITLE)
except VanasError as error:
    # As text: the message may quote a file.
    pn.pane.Str(str(error), styles={"white-space": "pre-wrap", "padding": "24px"}).servable(title=TITLE)

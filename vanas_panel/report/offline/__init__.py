"""The designer inside a static HTML file: a packed table, and small ES modules that compute in the browser.

Nothing is asked of any server: the table travels in the file, and key, look-up, contributions, completions, problems
and importance are computed by the modules beside this file, which shared test vectors hold equal to `vanas_panel.core`.

From Python
-----------
``offline_style() -> str``
    One ``<style>`` element: the colours of the page as CSS variables ``--vp-text``, ``--vp-card``, ... for light and
    dark (`vanas_panel.draw.theme`), and the look of the designer, whose classes all start with ``vo-``. The appearance
    follows ``<html data-theme="dark">`` or ``"light"``, and the reader's system where there is neither.
``packed_script(table, metrics=None, *, element_id="vanas-table") -> str``
    The data block, ``<script type="application/json" id="vanas-table">``. ``pack_table`` gives the same as an object
    with ``.sizes``, ``.header`` (what every metric's values are exact to), ``.table`` (the table that a browser will
    see, in its own row order) and ``.packed_rows(rows)`` (which row of the packed table a row of the table became).
``texts_block(SCRIPTS) -> str`` (of `vanas_panel.text.script_texts`)
    The data block with the texts of the modules in the language that holds; without it they speak English.
``offline_module() -> str``
    One ``<script type="module">`` with all modules; it sets ``globalThis.vanasOffline``.
``offline_html(table, metrics=None, *, metric=None, draft=None, positions=None, dark=None, ...) -> str``
    All of the above and the texts, a ``<div id="vanas-designer" class="vo-root">``, and the script that mounts the
    designer in it. It can be put into any body. ``globalThis.vanasOffline.ready`` is a promise of the designer that is
    mounted first.

In the browser
--------------
Module scripts run in the order of the document, after it was read, so one that stands behind ``offline_module()`` finds
``globalThis.vanasOffline`` filled::

    const {openTable, mountDesigner} = globalThis.vanasOffline
    const table = await openTable("vanas-table")            // the id of the data block
    const designer = mountDesigner(document.getElementById("here"), table, {
      metric: "test_accuracy",                              // ranks and attributes; the first one by default
      draft: {operations, edges},                           // input and output alone by default
      extraVertices: 0,                                     // of completions at the start: 0, 1 or 2
      positions: [[x, y], ...],                             // optional centres, in units of draw/cell/canvas.py
      performance: element, completions: element,           // optional: where cards and completions go instead
      onChange: (state) => {},
    })

``designer.load(operations, edges, positions)``
    Put a cell, or any draft, into the designer; ``operations`` from ``"input"`` to ``"output"``, ``edges`` pairs of
    indices.
``designer.loadRow(row)``
    The same for a row of the *packed* table (``PackedTable.packed_rows`` in Python, ``table.find(operations, edges)``
    here).
``designer.addEdgeType(source, target)``
    Draw an edge of a type, as a click on a bar of importance does.
``designer.setMetric(name)``
    Rank and attribute by another metric of the packed table.
``designer.state``
    ``{operations, edges, positions, problems, isCell, row, metric, extraVertices, contributions, completions}``;
    ``row`` is -1 where the packed table lacks the cell, ``contributions`` null unless it has it.
``designer.onChange(callback)``
    Call ``callback(state)`` after every change; returns a function that stops that. The element also dispatches
    ``vanas:change`` with the state as ``detail``.

Without any script of one's own: an element anywhere on the page with ``data-vanas-load='{"operations": [...],
"edges": [...]}'`` (JSON, escaped as an attribute), or ``data-vanas-row="17"`` for a packed row, loads that cell into
the designer that was mounted first, when it is clicked. Make it a ``<button>``, so that keys press it too.

``table`` itself answers ``count``, ``metrics`` (name, label, unit, higher, known, error), ``space`` (operations,
maxVertices, maxEdges), ``find(operations, edges)``, ``cell(row)``, ``value(name, row)``, ``column(name)``
(Float64Array, NaN where unknown) and ``rank(name, value)``.
"""

from vanas_panel.report.offline.packed import PackedTable, pack_table, packed_script
from vanas_panel.report.offline.page import SCRIPTS, language_module, offline_html, offline_module, offline_style

__all__ = ["SCRIPTS", "PackedTable", "language_module", "offline_html", "offline_module", "offline_style", "pack_table",
           "packed_script"]

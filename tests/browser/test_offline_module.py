"""In a browser a report runs the very script that node has checked, and it answers the same there."""

from __future__ import annotations

import json
import random

import pytest
from demo_tables import demo_table
from offline_pages import opened_file

from tests.javascript.offline_vectors import contribution_cases, layout_cases, word_cases
from vanas_panel.report.offline import offline_html, pack_table, page

pytestmark = pytest.mark.browser

# A few cases in the browser's own engine; node answers thousands (tests/javascript).
ASK = """
async (cases) => {
  const o = globalThis.vanasOffline
  await o.ready
  const table = await o.openTable("vanas-designer-table")
  const text = (value) => JSON.stringify(value, (_, part) =>
    typeof part === "number" && !Number.isFinite(part) ? String(part) : part)
  return JSON.parse(text({
    contributions: cases.contributions.map(({operations, edges, metric}) =>
      o.edgeContributions(table, o.makeDraft(operations, edges), metric)),
    layout: cases.layout.map((draft) => o.placeVertices(draft)),
    words: cases.words.map(({metric, value}) => o.formatValue(metric, value)),
  }))
}
"""


def test_a_report_runs_the_bundle_and_the_browser_answers_as_python_does(browser, tmp_path):
    table = demo_table()
    seen = pack_table(table).table
    rng = random.Random(11)
    metrics = [name for name in seen.metrics if seen.known(name)]
    cases = {"contributions": contribution_cases(seen, rng, metrics, 30), "layout": layout_cases(seen, rng, 30),
             "words": word_cases(seen, rng, 60)}
    with opened_file(browser, tmp_path / "page.html", offline_html(table)) as opened:
        scripts = opened.locator("script[type=module]").all_text_contents()
        found = opened.evaluate(ASK, json.loads(json.dumps(cases)))
    assert scripts[0].strip() == page.bundle().strip()
    assert found["contributions"] == [case["found"] for case in cases["contributions"]]
    assert found["layout"] == [case["centres"] for case in cases["layout"]]
    assert found["words"] == [case["text"] for case in cases["words"]]

"""What axe-core finds wrong with a page, for people who use it by keyboard, by ear, or with weak sight."""

from __future__ import annotations

from pathlib import Path

import axe_playwright_python
from playwright.sync_api import Page

_CODE = Path(axe_playwright_python.__file__).with_name("axe.min.js")
_RUN = """async () => {
  const found = await axe.run(document, {resultTypes: ["violations"], runOnly: [
    "wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]})
  return found.violations.flatMap(({id, help, nodes}) => nodes.map((node) =>
    `${id}: ${help}: ${JSON.stringify(node.target)} ${node.html.slice(0, 200)}`))
}"""


def barriers(page: Page) -> list[str]:
    """Every violation on a page as it stands, one line each."""
    page.evaluate(_CODE.read_text(encoding="utf-8"))
    return page.evaluate(_RUN)

"""The preview of the page: what stands in it, that it is the table's own, and that nothing typed becomes HTML."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser

import numpy as np
import pytest
from bokeh.models import LayoutDOM
from demo_tables import CELLS, demo_columns, demo_table, structure_table

import vanas_panel as vp
from vanas_panel.core.space import CellSpace
from vanas_panel.draw.scale import scale_of
from vanas_panel.draw.svg_axis import axis_ticks
from vanas_panel.draw.theme import LIGHT
from vanas_panel.page.dashboard import linked
from vanas_panel.serve.preview import still_page
from vanas_panel.serve.preview.icons import icon
from vanas_panel.tables.metrics import SECONDS, Metric, known_metric
from vanas_panel.tables.table import BenchmarkTable


class Page(HTMLParser):
    """The tags and the words of some HTML."""

    def __init__(self, html: str):
        super().__init__()
        self.tags: list[tuple[str, dict]] = []
        self.words: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.words.append(data)

    def found(self, tag: str) -> list[dict]:
        return [attributes for name, attributes in self.tags if name == tag]


def root_of(table: BenchmarkTable) -> LayoutDOM:
    return linked([table], "").__panel__().get_root()


@pytest.fixture(scope="module")
def table():
    return demo_table()


@pytest.fixture(scope="module")
def root(table):
    return root_of(table)


@pytest.fixture(scope="module")
def page(root):
    return Page(still_page(root))


def test_the_words_are_those_of_the_table(page):
    said = " ".join(page.words)
    assert "Demo" in page.words and "90 cells" in page.words
    for words in ("Overview", "Edge importance", "Presets", "Designer", "Performance", "Recommended completions",
                  "input", "output", "Copy link", "conv 3×3"):
        assert words in said, words


def test_every_bar_is_as_long_as_its_importance_and_says_it(page, table):
    expected = 100 * vp.edge_importance(table)["importance"].to_numpy()
    expected = expected[~np.isnan(expected)]
    indices = [index for index, words in enumerate(page.words) if re.fullmatch(r"[+−]\d+\.\d+", words)]
    said = np.array([float(page.words[index].replace("−", "-")) for index in indices])
    assert said == pytest.approx(expected, abs=0.051)
    bars = [float(each["width"].rstrip("%")) for each in page.found("rect") if "%" in each.get("width", "")
            and each.get("fill", "").startswith("var(--vp-")]
    assert len(bars) >= expected.size
    lengths = np.array(bars[:expected.size])
    assert lengths == pytest.approx(np.abs(expected) * lengths.max() / np.abs(expected).max(), abs=0.01)


def test_every_cell_lies_in_a_bin_of_the_colour_of_its_best(page, root, table):
    chart = next(each for each in root.references() if "overview-map" in getattr(each, "css_classes", []))
    across, down = ((each.start, each.end) for each in (chart.x_range, chart.y_range))
    svg = next(each for each in page.found("svg") if each.get("preserveaspectratio") == "none")
    width, height = map(int, svg["viewbox"].split()[2:])
    x, y = (table.column(name) for name in ("trainable_parameters", "test_accuracy"))
    scale = scale_of(table, "test_accuracy")
    held = np.zeros(len(table), dtype=int)
    for path in page.found("path"):
        if "color" not in path:
            continue
        for shape in re.findall(r"M(\d+) (\d+)h(\d+)v(\d+)h-(\d+)z", path["d"]):
            left, top, wide, high, back = map(int, shape)
            assert wide == back and wide and high
            x_ends = across[0] + np.array([left, left + wide]) / width * (across[1] - across[0])
            y_ends = down[1] - np.array([top + high, top]) / height * (down[1] - down[0])
            inside = (x_ends[0] <= x) & (x < x_ends[1]) & (y_ends[0] <= y) & (y < y_ends[1])
            assert inside.any() and path["color"] == scale.color(y[inside].max())
            held += inside
    window = (across[0] <= x) & (x <= across[1]) & (down[0] <= y) & (y <= down[1])
    assert window.sum() > 80 and (held == window).all()


def test_preview_is_inert_and_loads_nothing(root):
    html = still_page(root)
    page = Page(html)
    frame = page.found("div")[0]
    assert frame["class"] == "vp-preview" and frame["aria-hidden"] == "true" and {"inert", "hidden"} <= frame.keys()
    assert {tag for tag, _ in page.tags} <= {
        "div", "template", "span", "svg", "g", "path", "rect", "line", "circle", "button", "select", "option", "label",
        "h1", "h2", "p", "b", "i", "small", "table", "tbody", "tr", "td", "title", "details", "summary", "ul", "li",
        "br", "optgroup", "polyline", "polygon", "a", "strong", "em", "defs", "text", "script"}
    assert not [attributes for _, attributes in page.tags if "id" in attributes or "src" in attributes]
    assert html.count("<script") == 1
    sheets = json.loads(re.search(r'class="vp-sheets">(.*?)</script>', html, re.S)[1])
    assert len(sheets) == len(set(sheets))
    used = {int(number) for each in page.tags for number in each[1].get("data-sheets", "").split()}
    assert used == set(range(len(sheets)))


def test_preview_colours_follow_the_appearance(page):
    fills = {attributes[name] for _, attributes in page.tags for name in ("fill", "stroke") if name in attributes}
    assert not fills & {LIGHT.card, LIGHT.text, LIGHT.muted, LIGHT.positive, LIGHT.terminal, LIGHT.terminal_line}


def test_typed_text_is_escaped():
    title = '</template><script>alert(1)</script>{{ 7 * 7 }} & "x"'
    names = ('<img src=x onerror="alert(1)">', "fill=\"#ffffff\" '>", "</script>")
    space = CellSpace(names, 4, 6)
    columns = {name: values for name, values in demo_columns().items() if name == "test_accuracy"}
    html = still_page(root_of(BenchmarkTable(space, CELLS, {name: known_metric(name) for name in columns}, columns,
                                             name="demo", title=title)))
    page = Page(html)
    assert title in page.words and not page.found("img") and html.count("<script") == html.count("</script>") == 1
    assert 'fill="#ffffff" \'>' in " ".join(page.words)
    assert not [name for _, attributes in page.tags for name in attributes if name.startswith("on")]
    assert html.count("<template") == html.count("</template>") > 10


def test_where_people_sign_in_the_part_of_the_header_that_their_names_move_is_left_out(root):
    def header(html: str) -> list[str]:
        sheets = json.loads(re.search(r'class="vp-sheets">(.*?)</script>', html, re.S)[1])
        numbers = next(each["data-sheets"] for each in Page(html).found("div") if each.get("class") == "vp-header")
        return [sheets[int(number)] for number in numbers.split()]

    alone, team = header(still_page(root)), header(still_page(root, signs_in=True))
    assert team[:-1] == alone and ".drawers" in team[-1] and "hidden" in team[-1]


def test_a_table_without_measurements_has_a_preview():
    assert "Structure only" in Page(still_page(root_of(structure_table()))).words


@pytest.mark.parametrize("low, high, time, ticks", [
    (0.0, 5.4, False, [0, 1, 2, 3, 4, 5]),
    (0.796, 0.951, False, [0.8, 0.85, 0.9, 0.95]),
    (0.0, 6.1e7, False, [0, 1e7, 2e7, 3e7, 4e7, 5e7, 6e7]),
    (0.0, 7300.0, True, [0, 1800, 3600, 5400, 7200]),
    (1.0, 1.0, False, []),
])
def test_ticks_stand_where_the_browser_puts_them(low, high, time, ticks):
    assert axis_ticks(Metric("m", "M", SECONDS if time else ""), low, high) == pytest.approx(ticks)


def test_pictures_of_tools_come_from_the_script_of_bokeh():
    assert icon("box-zoom").startswith("url('data:image/svg+xml") and '"' not in icon("box-zoom")
    assert icon("no such tool") == "none"

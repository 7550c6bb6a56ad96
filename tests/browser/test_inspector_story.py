"""The view of a training in a browser without WebGL: on a served page, and in a report that is opened from disk."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import barriers
from tests.training_made import MNIST, accumulated, made_training, walked
from vanas_panel.inspector.layers import Layer
from vanas_panel.panels.inspector import InspectorPanel
from vanas_panel.report.training import save_training_report
from vanas_panel.text.language import Message

pytestmark = pytest.mark.browser

SMALL = (Layer("conv.weight", (8, 3, 3, 3)), Layer("fc1.weight", (40, 72)), Layer("fc2.weight", (10, 40)))
EPOCHS = 5


@pytest.fixture
def without_webgl(new_page):
    """Opens pages whose canvases have no WebGL, as in browsers without a GPU."""
    def open_page(**options) -> Page:
        page = new_page(**options)
        page.add_init_script("""const plain = HTMLCanvasElement.prototype.getContext
          HTMLCanvasElement.prototype.getContext = function (kind, ...more) {
            return kind.includes("webgl") ? null : plain.call(this, kind, ...more)
          }""")
        return page
    return open_page


@pytest.fixture
def report(without_webgl, tmp_path):
    """Opens a report with the network refused."""
    def open_report(training, second=None, lang=None, **options) -> Page:
        path = save_training_report(training, tmp_path / "out.html", second=second, lang=lang)
        page = without_webgl(**options)
        page.context.set_offline(True)
        page.goto(path.as_uri())
        page.wait_for_selector("html[data-ready=yes]")
        return page
    return open_report


def pixels(page: Page, at: int = 0) -> list[int]:
    """How many pixels of the picture hide what is behind them, and the sum of all greys."""
    page.wait_for_timeout(120)
    return page.evaluate("""(at) => {
      const canvas = document.querySelectorAll(".vi-pixels")[at]
      const data = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data
      let [painted, grey] = [0, 0]
      for (let each = 0; each < data.length; each += 4) {
        if (data[each + 3] === 255) painted++
        grey += data[each]
      }
      return [painted, grey]
    }""", at)


def figures(page: Page) -> dict[str, list[str]]:
    """The table by layer."""
    rows = page.locator(".vi-figures tbody tr").all()
    return {row.locator("th").inner_text(): row.locator("td").all_inner_texts() for row in rows}


def expected(epoch: int, layers=SMALL, seed: int = 0) -> dict[str, list[str]]:
    """The table, from the weights."""
    sums = [accumulated(each) for each in walked(layers, EPOCHS, seed)]
    largest = max(each[-1].max() for each in sums)
    return {layer.name: [f"{total[epoch].max() / largest:.4f}", f"{total[epoch].mean() / largest:.4f}"]
            for layer, total in zip(layers, sums, strict=True)}


def test_a_report_jumps_plays_and_stops_offline(report):
    page = report(made_training(SMALL, epochs=EPOCHS, notes=(Message("Found no epoch 7."),)))
    assert figures(page) == expected(4)
    expect(page.locator(".vi-about").first).to_contain_text("Found no epoch 7.")
    painted, grey = pixels(page)
    assert painted > 20_000 and grey > 0
    slider = page.get_by_role("slider")
    slider.focus()
    slider.press("Home")
    # Nothing has moved at the first epoch: all is black, and none of it gone.
    assert pixels(page) == [painted, 0]
    slider.press("ArrowRight")
    assert figures(page) == expected(1)
    assert 0 < pixels(page)[1] < grey
    slider.press("Home")
    page.get_by_role("button", name="Play").click()
    expect(page.get_by_role("button", name="Stop")).to_be_visible()
    expect(page.get_by_role("button", name="Play")).to_be_visible(timeout=20_000)
    assert slider.input_value() == "4" and figures(page) == expected(4)
    page.get_by_role("button", name="One back").click()
    assert figures(page) == expected(3)


def test_a_report_for_who_wants_no_motion_shows_whole_epochs_only(report):
    page = report(made_training(SMALL, epochs=EPOCHS), reduced_motion="reduce")
    page.get_by_role("slider").press("Home")
    page.evaluate("""() => {
      window.seen = new Set()
      const pixels = document.querySelector(".vi-pixels")
      const look = () => {
        window.seen.add(pixels.getContext("2d").getImageData(0, 0, 700, 500).data.reduce((a, b) => a + b, 0))
        requestAnimationFrame(look)
      }
      look()
    }""")
    page.get_by_role("button", name="Play").click()
    expect(page.get_by_role("button", name="Play")).to_be_visible(timeout=20_000)
    page.wait_for_timeout(150)
    assert page.evaluate("window.seen.size") <= EPOCHS


def test_keys_turn_move_zoom_and_go_from_layer_to_layer(report):
    page = report(made_training(SMALL, epochs=EPOCHS))
    picture = page.locator(".vi-over")
    picture.focus()
    first = pixels(page)
    for key in ("ArrowLeft", "ArrowUp", "Shift+ArrowRight", "-"):
        before = pixels(page)
        picture.press(key)
        assert pixels(page) != before, key
    picture.press("Home")
    assert pixels(page) == first
    picture.press("]")
    pressed = page.locator(".vi-figures tbody button[aria-pressed=true]")
    expect(pressed).to_have_text("conv.weight")
    expect(page.locator(".vi-sr")).to_contain_text("conv.weight: maximum")
    # The others are laid thinly over the page.
    assert 0 < pixels(page)[0] < first[0]
    picture.press("]")
    expect(pressed).to_have_text("fc1.weight")
    picture.press("[")
    picture.press("[")
    expect(pressed).to_have_text("fc2.weight")
    picture.press("Escape")
    expect(pressed).to_have_count(0)
    assert pixels(page) == first


def test_the_mouse_turns_zooms_and_picks_a_layer(report):
    page = report(made_training(SMALL, epochs=EPOCHS))
    box = page.locator(".vi-over").bounding_box()
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    first = pixels(page)
    page.mouse.move(*middle)
    page.mouse.wheel(0, -200)
    larger = pixels(page)
    assert larger[0] > first[0]
    page.mouse.down()
    page.mouse.move(middle[0] + 90, middle[1] + 30, steps=4)
    page.mouse.up()
    assert pixels(page) != larger
    page.get_by_role("button", name="Reset the view").click()
    assert pixels(page) == first
    page.mouse.click(*middle)
    expect(page.locator(".vi-figures tbody button[aria-pressed=true]")).to_have_count(1)


def test_windows_name_the_weight_below_the_pointer_and_the_range_of_a_cell(report):
    page = report(made_training(SMALL, epochs=EPOCHS))
    window = page.locator(".vi-window").first
    window.get_by_role("combobox").select_option("fc2.weight")
    plane = window.locator("canvas")
    plane.focus()
    plane.press("ArrowDown")
    total = accumulated(walked(SMALL, EPOCHS)[2])[-1]
    largest = max(accumulated(each)[-1].max() for each in walked(SMALL, EPOCHS))
    expect(window.locator("output")).to_have_text(f"output 0 · input 0 · change {total[0, 0] / largest:.4f}")
    plane.press("ArrowRight")
    plane.press("ArrowDown")
    expect(window.locator("output")).to_have_text(f"output 1 · input 1 · change {total[1, 1] / largest:.4f}")
    for _ in range(14):
        plane.press("-")
    expect(window.locator("output")).to_contain_text("maximum")
    box = plane.bounding_box()
    plane.press("Home")
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(window.locator("output")).to_contain_text("change")


def test_the_table_is_sorted_and_scaled(report):
    page = report(made_training(SMALL, epochs=EPOCHS))
    names = page.locator(".vi-figures tbody button")
    assert names.all_inner_texts() == [layer.name for layer in SMALL]
    page.get_by_role("button", name="Sort by Mean").click()
    by_mean = sorted(expected(4), key=lambda name: -float(expected(4)[name][1]))
    assert names.all_inner_texts() == by_mean
    page.get_by_role("combobox", name="Scale").select_option("layer")
    assert {values[0] for values in figures(page).values()} == {"1.0000"}
    page.get_by_role("combobox", name="Scale").select_option("none")
    total = accumulated(walked(SMALL, EPOCHS)[0])[-1]
    assert float(figures(page)["conv.weight"][0]) == pytest.approx(total.max(), rel=1e-3)


def test_two_trainings_share_epoch_scale_and_camera(report):
    page = report(made_training(SMALL, epochs=EPOCHS, title="one"),
                  second=made_training(SMALL, epochs=EPOCHS, seed=4, title="two"))
    tops = [max(accumulated(each)[-1].max() for each in walked(SMALL, EPOCHS, seed)) for seed in (0, 4)]
    sums = [accumulated(walked(SMALL, EPOCHS, seed)[1])[-1] for seed in (0, 4)]
    assert figures(page)["fc1.weight"] == [f"{number / max(tops):.4f}" for total in sums
                                           for number in (total.max(), total.mean())]
    before = pixels(page, 1)
    page.locator(".vi-over").first.press("ArrowLeft")
    assert pixels(page, 1) != before
    page.get_by_role("slider").press("Home")
    assert [pixels(page, at)[1] for at in (0, 1)] == [0, 0]


def test_a_phone_scrolls_past_the_picture_until_it_is_tapped(report):
    page = report(made_training(SMALL, epochs=EPOCHS), viewport={"width": 390, "height": 844}, has_touch=True,
                  is_mobile=True)
    picture = page.locator(".vi-over")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert picture.evaluate("(node) => getComputedStyle(node).touchAction") == "pan-y"
    before = pixels(page)
    picture.tap()
    assert picture.evaluate("(node) => getComputedStyle(node).touchAction") == "none"
    assert pixels(page) == before
    page.get_by_role("button", name="Done turning").tap()
    assert picture.evaluate("(node) => getComputedStyle(node).touchAction") == "pan-y"


def test_the_curves_show_gaps_and_jump(report):
    page = report(made_training(SMALL, epochs=EPOCHS))
    page.get_by_role("combobox", name="Measure").select_option("straightness")
    paths = page.locator(".vi-line[d]")
    expect(paths).to_have_count(3)
    # Undefined at the first epoch, where nothing has moved.
    assert all(path.get_attribute("d").count(" ") == EPOCHS - 1 for path in paths.all())
    box = page.locator(".vi-chart").bounding_box()
    page.mouse.click(box["x"] + box["width"] * 44 / 360 + 2, box["y"] + box["height"] / 2)
    assert page.get_by_role("slider").input_value() == "0"


@pytest.mark.parametrize("options", [{}, {"color_scheme": "dark"}, {"viewport": {"width": 390, "height": 844}}])
def test_axe_finds_no_barrier(report, options):
    page = report(made_training(SMALL, epochs=EPOCHS, title="one"),
                  second=made_training(SMALL, epochs=EPOCHS, seed=4, title="two"), **options)
    assert barriers(page) == []
    page.locator(".vi-figures tbody button").first.click()
    assert barriers(page) == []


def test_a_served_page_tells_python_and_follows_it(serve_app, without_webgl, eventually):
    training = made_training(MNIST, epochs=EPOCHS, title="digits")
    app = serve_app(lambda: InspectorPanel(training, state={"scale": "layer"}))
    page = without_webgl()
    page.goto(app.url)
    page.wait_for_selector(".vi-page[data-ready=yes]")
    assert pixels_in_shadow(page)[0] > 20_000
    panel = app.built[-1]
    assert panel.scale == "layer" and panel.epoch == 4
    page.get_by_role("slider").press("Home")
    eventually(lambda: panel.epoch == 0 and panel.state["epoch"] == 0, "the epoch of the browser")
    page.locator(".vi-over").press("ArrowLeft")
    eventually(lambda: panel.state["camera"], "the camera of the browser")
    page.locator(".vi-over").press("]")
    eventually(lambda: panel.focus == "conv1.weight", "the layer of the browser")
    app.call(lambda panel: panel.param.update(focus="fc1.weight", epoch=3))
    expect(page.locator(".vi-figures tbody button[aria-pressed=true]")).to_have_text("fc1.weight")
    expect(page.get_by_role("slider")).to_have_value("3")


def pixels_in_shadow(page: Page) -> list[int]:
    """Size of the picture of a served page, and how much of it is painted."""
    return page.locator(".vi-pixels").evaluate("""(canvas) => {
      const data = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data
      return [data.filter((value, at) => at % 4 === 3 && value).length, canvas.width]
    }""")


def test_a_second_training_that_has_no_such_moment_says_which_one_it_shows(report):
    page = report(made_training(SMALL, epochs=5), made_training(SMALL, epochs=2, seed=1, title="short"))
    captions = page.locator(".vi-pane figcaption")
    expect(captions.nth(1)).to_have_text("B · short (Epoch 1)")
    expect(captions.nth(0)).to_have_text("A · made")
    page.get_by_role("slider").press("Home")
    expect(captions.nth(1)).to_have_text("B · short")

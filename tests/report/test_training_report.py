"""The report of a training is one file of at most 8 MB that holds all of it, also for readers without a script."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import struct
from html import unescape

import numpy as np
import pytest
from training_made import MNIST, accumulated, made_training, walked

import vanas_panel as vp
from vanas_panel.inspector.layers import Layer
from vanas_panel.inspector.picture_layout import picture_layout
from vanas_panel.inspector.training import LayerPicture, Training
from vanas_panel.text.language import Message

SMALL = (Layer("conv.weight", (4, 2, 3, 3)), Layer("fc <&>.weight", (10, 36)))


def head_of(text: str, name: str) -> dict:
    """The head of a scene of a report."""
    packed = base64.b64decode(re.search(rf'id="{name}">([^<]*)<', text)[1])
    size, = struct.unpack_from("<I", packed)
    return json.loads(packed[4:4 + size])


def test_a_report_holds_its_trainings_and_asks_for_nothing(tmp_path):
    first = made_training(SMALL, epochs=4, title="rate <0.1>", notes=(Message("Found no epoch 7."),),
                          settings={"learning rate": "0.1"})
    second = made_training(SMALL, epochs=3, seed=1, title="rate 0.01")
    path = vp.save_training_report(first, tmp_path / "out.html", second=second, notes="One <b>.\n\nTwo.", scale="layer")
    text = path.read_text(encoding="utf-8")
    assert head_of(text, "first")["title"] == "rate <0.1>" and head_of(text, "second")["title"] == "rate 0.01"
    assert head_of(text, "first")["scale"] == "layer"
    assert "<p>One &lt;b&gt;.</p><p>Two.</p>" in text and "<title>rate &lt;0.1&gt;</title>" in text
    assert "<li>Found no epoch 7.</li>" in text and "<p><b>Settings</b> learning rate: 0.1</p>" in text
    assert "Weights were recorded after epochs. 4 moments, from 0 to 3" in text
    assert "in 10 of 10 trials the first fully connected layer moved least, and in only 4" in text
    assert not re.search(r'(src|href)="', text)
    code = re.search(r'<script type="module">(.*?)</script>', text, re.DOTALL)[1]
    digest = base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()
    policy = unescape(re.search(r'Content-Security-Policy" content="([^"]+)"', text)[1])
    assert policy.startswith(f"default-src 'none'; script-src 'sha256-{digest}';")


def test_figures_can_be_read_without_a_script(tmp_path):
    training = made_training(SMALL, epochs=4)
    text = vp.save_training_report(training, tmp_path / "out.html").read_text(encoding="utf-8")
    for layer, weights in zip(SMALL, walked(SMALL, 4), strict=True):
        total = accumulated(weights)[-1]
        name = layer.name.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        row = re.search(rf'<th scope="row">{re.escape(name)}</th>(.*?)</tr>', text)[1]
        cells = re.findall(r'<td class="n">([^<]*)</td>', row)
        assert cells[:2] == [f"{total.max():.4g}", f"{total.mean():.4g}"]


def test_a_report_speaks_korean(tmp_path):
    text = vp.save_training_report(made_training(SMALL), tmp_path / "ko.html", lang="ko").read_text(encoding="utf-8")
    assert '<html lang="ko"' in text and "최대 변화" in text
    assert head_of(text, "first")["words"]["play"] == "재생"


def large(layers: int, epochs: int, cells: int) -> Training:
    """A training whose pictures are noise, which no compression makes smaller."""
    small = tuple(Layer(f"block{index}.weight", (1024, 1024)) for index in range(layers))
    base = made_training(tuple(Layer(each.name, (2, 2)) for each in small), epochs=epochs)
    rng = np.random.default_rng(0)
    layout = picture_layout(small[0], cells)
    shape = (epochs, layout.cell_rows, layout.cell_columns)
    noise = np.cumsum(rng.random(shape, dtype=np.float32), axis=0)
    base.figures.largest[-1] = noise.max()
    pictures = tuple(LayerPicture(layout, noise, noise / 2) for _ in small)
    return Training("large", small, base.epochs, "step", base.figures, base.units, pictures)


@pytest.mark.parametrize("layers, epochs", [(10, 20), (150, 4)])
def test_reports_of_large_networks_are_at_most_8_megabytes(tmp_path, layers, epochs):
    training = large(layers, epochs, 65_536 if layers == 10 else 16_384)
    for second in (None, training):
        path = vp.save_training_report(training, tmp_path / "large.html", second=second)
        assert 3_000_000 < path.stat().st_size <= 8_000_000


@pytest.mark.parametrize("arguments, message", [
    ({"scale": "log"}, "Found the scale 'log'"), ({"lang": "xx"}, "Found the language 'xx'"),
    ({"path": "out.pdf"}, "ends in .html")])
def test_what_makes_no_sense_is_refused(tmp_path, arguments, message):
    path = tmp_path / arguments.pop("path", "out.html")
    with pytest.raises(vp.errors.ReportError, match=message):
        vp.save_training_report(made_training(SMALL), path, **arguments)
    assert not list(tmp_path.iterdir())


def test_the_published_network_is_a_small_file(tmp_path):
    path = vp.save_training_report(made_training(MNIST, epochs=7), tmp_path / "out.html")
    assert path.stat().st_size < 4_000_000

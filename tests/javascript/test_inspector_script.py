"""The scripts of the view of a training stand as one text on pages and in reports."""

from __future__ import annotations

import re
import subprocess
from collections import Counter

from vanas_panel.draw.inspector.script import FOLDER, MODULES, as_statements, inspector_script, inspector_style
from vanas_panel.draw.inspector.words import scene_words

NAMES = re.compile(r"^(?:async )?(?:function|class|const|let) (?:\[([^\]]+)\]|(\w+))", re.MULTILINE)


def test_no_name_stands_in_two_modules():
    found = Counter(name.strip() for match in NAMES.finditer(inspector_script())
                    for name in (match[1] or match[2]).split(","))
    assert [name for name, count in found.items() if count > 1] == []
    assert {"mount", "drawPlanes", "openScene"} <= set(found)


def test_all_modules_are_there_after_those_that_they_need():
    assert {path.stem for path in FOLDER.glob("*.js")} == set(MODULES)
    for index, name in enumerate(MODULES):
        text = (FOLDER / f"{name}.js").read_text(encoding="utf-8")
        needed = re.findall(r'^import \{[^}]+\} from "\./(\w+)\.js"$', text, re.MULTILINE)
        assert set(needed) <= set(MODULES[:index])
        assert len(needed) == len(re.findall(r"^import ", text, re.MULTILINE))


def test_the_text_is_a_script_that_fits_into_a_report(node, tmp_path):
    script = inspector_script()
    assert not re.search(r"^(import|export)\b", script, re.MULTILINE)
    for text in ("</script", "<!--", "import(", "eval(", "innerHTML", "http:", "fetch("):
        assert text not in script.replace("http://www.w3.org/2000/svg", "")
    file = tmp_path / "script.mjs"
    file.write_text(script, encoding="utf-8")
    assert subprocess.run([node, "--check", str(file)], check=False).returncode == 0


def test_every_text_that_a_script_says_is_there_and_none_for_nothing():
    script = inspector_script()
    said = set(re.findall(r"\bwords\.(\w+)", script))
    words = scene_words("epoch")
    assert said - set(words) == set()
    by_name = {name for name in words if name.startswith("measure_")}
    assert set(words) - said - by_name == set()


def test_exports_become_declarations(tmp_path):
    file = tmp_path / "some.js"
    file.write_text('import { a } from "./a.js"\nexport const b = 1\nexport async function c() {}\nexport class D {}\n',
                    encoding="utf-8")
    assert as_statements(file) == "const b = 1\nasync function c() {}\nclass D {}\n"


def test_the_style_asks_for_nothing():
    assert "url(" not in inspector_style() and "@import" not in inspector_style()

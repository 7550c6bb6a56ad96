"""The script that reports hold is what its modules say, and the tools that make it are held to one version."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from scripts import bundle
from vanas_panel.report.offline import page

ROOT = Path(__file__).resolve().parents[2]
TEXT = bundle.BUNDLE.read_text(encoding="utf-8")
TOOLS = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))["devDependencies"]
LOCK = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]


def test_the_bundle_was_made_from_these_modules():
    assert bundle.fault(TEXT, bundle.digest_of_modules()) == ""


def test_the_constants_are_those_of_the_page():
    assert bundle.CONSTANTS.read_text(encoding="utf-8") == bundle.constants()


def test_bundle_equals_esbuild_output(esbuild):
    made = bundle.joined(esbuild)
    assert made == bundle.joined(esbuild)
    assert bundle.with_head(made, bundle.digest_of_modules()) == TEXT


def test_a_report_holds_the_bundle_as_it_is():
    assert page.bundle() == TEXT


@pytest.mark.parametrize("change", [
    lambda folder: (folder / "key.js").write_text((folder / "key.js").read_text(encoding="utf-8") + "\n",
                                                  encoding="utf-8"),
    lambda folder: (folder / "new.js").write_text("export const one = 1\n", encoding="utf-8"),
    lambda folder: (folder / "edit.js").unlink(),
    lambda folder: (folder / "edit.js").rename(folder / "edits.js"),
], ids=["changed", "added", "removed", "renamed"])
def test_a_change_of_the_modules_is_noticed_without_npm(change, tmp_path):
    for path in bundle.MODULES.glob("*.js"):
        shutil.copy(path, tmp_path)
    assert bundle.digest_of_modules(tmp_path) == bundle.digest_of_modules()
    change(tmp_path)
    assert "other modules" in bundle.fault(TEXT, bundle.digest_of_modules(tmp_path))


def test_a_change_of_the_bundle_by_hand_is_noticed_without_npm():
    assert "by hand" in bundle.fault(TEXT.replace("var MAX_VERTICES = 8", "var MAX_VERTICES = 9"),
                                     bundle.digest_of_modules())
    assert "by hand" in bundle.fault("", bundle.digest_of_modules())


def test_the_ends_of_lines_of_a_checkout_change_no_digest(tmp_path):
    for path in bundle.MODULES.glob("*.js"):
        (tmp_path / path.name).write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert bundle.digest_of_modules(tmp_path) == bundle.digest_of_modules()


def test_the_check_of_the_bundle_needs_no_npm():
    done = subprocess.run([sys.executable, str(ROOT / "scripts" / "bundle.py"), "--check"], check=False, text=True,
                          capture_output=True, env={"PATH": "", "PYTHONPATH": str(ROOT)})
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("text", bundle.FORBIDDEN)
def test_bundle_that_would_break_a_report_is_refused(text, tmp_path):
    tool = tmp_path / "esbuild"
    tool.write_text(f"#!/bin/sh\necho 'const one = \"{text})\"'\n", encoding="utf-8")
    tool.chmod(0o755)
    with pytest.raises(SystemExit, match="Cannot bundle: found"):
        bundle.joined(tool)


def test_a_missing_or_failing_esbuild_is_named(tmp_path):
    with pytest.raises(SystemExit, match="is missing"):
        bundle.joined(tmp_path / "esbuild")
    tool = tmp_path / "esbuild"
    tool.write_text("#!/bin/sh\necho 'no such module' >&2\nexit 1\n", encoding="utf-8")
    tool.chmod(0o755)
    with pytest.raises(SystemExit, match="no such module"):
        bundle.joined(tool)


@pytest.mark.parametrize("name", sorted(TOOLS))
def test_every_tool_has_one_version_and_a_reason(name):
    assert re.fullmatch(r"\d+\.\d+\.\d+", TOOLS[name])
    assert LOCK[f"node_modules/{name}"]["version"] == TOOLS[name]
    table = [line for line in (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").splitlines() if line[:1] == "|"]
    assert any(name in re.split(r"[|,\s]+", line.split("|")[1]) for line in table)


def test_the_lock_holds_digests_and_permissive_licences_and_no_address():
    assert LOCK[""]["devDependencies"] == TOOLS
    for name, part in LOCK.items():
        assert "resolved" not in part, name
        assert part.get("dev") or not name
        assert not name or part["integrity"].startswith("sha512-")
        assert part["license"] in {"MIT", "Apache-2.0", "MIT OR Apache-2.0", "BSD-3-Clause"}

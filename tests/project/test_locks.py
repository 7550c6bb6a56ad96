"""The locks that installations are made from: complete, hashed, and at the versions that were tested."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from jsonschema import Draft7Validator
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from test_project import PROJECT, pins

ROOT = Path(__file__).resolve().parents[2]
OUTSIDE = {"torch"}
"""What is held to its version alone: its builds differ from machine to machine."""

REFERENCE = r"(?:[A-Za-z][A-Za-z0-9+.-]*:)?(?:%[0-9A-Fa-f]{2}|[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=-])*"
"""An address in ASCII, with or without a scheme (RFC 3986); such are all that packages name."""


def locked(name: str) -> dict[str, tuple[str, list[str]]]:
    """Version and hashes of every package in a lock."""
    found = {}
    for entry in re.split(r"\n(?=\S)", (ROOT / "locks" / f"{name}.txt").read_text(encoding="utf-8").strip()):
        head, *hashes = entry.split(" \\\n")
        requirement = Requirement(head)
        version, = (each.version for each in requirement.specifier if each.operator == "==")
        found[canonicalize_name(requirement.name)] = version, [line.strip() for line in hashes]
    return found


def wanted(*extras: str) -> set[str]:
    """Names of the packages that the project asks for by itself."""
    texts = [*PROJECT["dependencies"], *(text for extra in extras for text in PROJECT["optional-dependencies"][extra])]
    return {canonicalize_name(Requirement(text).name) for text in texts} - {"vanas-panel"}


@pytest.mark.parametrize("name", ["run", "check"])
def test_every_package_has_hashes_and_no_file_is_named_by_an_address(name):
    packages = locked(name)
    assert len(packages) > 50
    for package, (_, hashes) in packages.items():
        assert hashes and all(re.fullmatch(r"--hash=sha256:[0-9a-f]{64}", each) for each in hashes), package
    assert "://" not in (ROOT / "locks" / f"{name}.txt").read_text(encoding="utf-8")


def test_the_installer_is_locked_alone():
    [(version, hashes)] = locked("uv").values()
    assert version and len(hashes) > 10


@pytest.mark.parametrize("name", ["run", "check"])
def test_a_lock_has_the_versions_that_were_tested(name):
    tested = pins()
    stale = {package: (version, tested[package]) for package, (version, _) in locked(name).items()
             if package in tested and version != tested[package]}
    assert stale == {}, "constraints.txt has changed: run scripts/lock.sh"


def test_a_lock_leaves_nothing_out():
    assert wanted() | {"editables", "hatchling"} <= locked("run").keys()
    everything = wanted("test", "docs", "postgres", "optuna", "train", "rebuild")
    assert everything - OUTSIDE <= locked("check").keys(), "pyproject.toml has changed: run scripts/lock.sh"
    # And nothing that the checks run with comes from elsewhere.
    assert pins().keys() - locked("check").keys() == OUTSIDE
    assert locked("run").items() <= locked("check").items()


def test_the_list_of_parts_names_every_package_with_its_licence(tmp_path, monkeypatch):
    out = tmp_path / "sbom.json"
    subprocess.run([sys.executable, ROOT / "scripts" / "sbom.py", out, "--no-validate"], check=True, timeout=600)
    # What cyclonedx-py does by itself, but for addresses: it spends 38 seconds on a grammar of them.
    monkeypatch.setitem(Draft7Validator.FORMAT_CHECKER.checkers, "iri-reference",
                        (lambda text: re.fullmatch(REFERENCE, text) is not None, ()))
    schema = JsonStrictValidator(SchemaVersion.V1_6)
    assert schema.validate_str(out.read_text(encoding="utf-8")) is None
    wrong = out.read_text(encoding="utf-8").replace('"url": "https:', '"url": "https://a b:', 1)
    assert "https://a b:" in repr(schema.validate_str(wrong))
    listed = json.loads(out.read_text(encoding="utf-8"))
    assert listed["bomFormat"] == "CycloneDX" and listed["metadata"]["component"]["name"] == "vanas-panel"
    parts = {canonicalize_name(part["name"]): part for part in listed["components"]}
    assert wanted() <= parts.keys()
    tested = pins()
    assert all(parts[name]["version"].partition("+")[0] == tested[name] for name in wanted())
    assert all(parts[name]["licenses"] for name in wanted())
    # Nobody's folders are told to those who get the list.
    assert str(ROOT) not in out.read_text(encoding="utf-8")

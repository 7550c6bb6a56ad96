"""The skeleton says the same thing everywhere: packaging, pins, documents and what a wheel holds."""

from __future__ import annotations

import ast
import importlib
import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import vanas_panel

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
RUNTIME = [Requirement(text) for text in PROJECT["dependencies"]]
FOR_TESTS = [Requirement(text) for text in PROJECT["optional-dependencies"]["test"]]


def pins() -> dict[str, str]:
    """Version of each package in the constraints file."""
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pairs = [line.split("==") for line in lines if not line.startswith("#")]
    return {canonicalize_name(name): version for name, version in pairs}


@pytest.mark.parametrize("place", ["core/importance.py", "readers/", "views/", "serve/"])
def test_readme_leads_to_it_in_one_step(place):
    path = f"vanas_panel/{place}"
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    pointers = readme.split("## Find your way in one step")[1].split("\n## ")[0]
    assert f"]({path})" in pointers
    assert (ROOT / path).exists()


@pytest.mark.parametrize(("package", "registry"), [("readers", "READERS"), ("views", "VIEWS")])
def test_registries_that_the_readme_names_are_there_and_filled(package, registry):
    assert len(getattr(importlib.import_module(f"vanas_panel.{package}"), registry)) > 0


@pytest.mark.parametrize("document", [*sorted(path.name for path in ROOT.glob("*.md")), "data/README.md"])
def test_links_between_documents_lead_somewhere(document):
    text = (ROOT / document).read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#]+)\)", text):
        if "://" not in target:
            assert ((ROOT / document).parent / target).exists(), target


def test_version_is_the_same_everywhere():
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    newest = re.search(r"^## \[(\d[^\]]*)\]", changelog, re.MULTILINE)
    assert newest is not None
    assert PROJECT["version"] == newest[1] == vanas_panel.__version__


@pytest.mark.parametrize("requirement", RUNTIME + FOR_TESTS, ids=lambda requirement: requirement.name)
def test_every_dependency_is_pinned_at_a_version_it_allows_and_has_a_reason(requirement):
    assert requirement.specifier.contains(pins()[canonicalize_name(requirement.name)])
    contributing = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    table = [line for line in contributing.splitlines() if line.startswith("| ")]
    assert any(requirement.name in re.split(r"[|,\s]+", line.split("|")[1]) for line in table)


def test_what_the_package_imports_is_what_it_asks_for():
    imported = set()
    for file in (ROOT / "vanas_panel").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names = [node.module]
            imported |= {name.split(".")[0].replace("_", "-") for name in names}
    outside = imported - {name.replace("_", "-") for name in sys.stdlib_module_names} - {"vanas-panel"}
    wanted = {requirement.name for requirement in RUNTIME}
    for_training = {Requirement(text).name for text in PROJECT["optional-dependencies"]["train"]}
    # The one package whose module has a name of its own.
    outside = {{"argon2": "argon2-cffi"}.get(name, name) for name in outside}
    assert wanted <= outside <= wanted | for_training


def test_conda_environment_asks_for_the_same_as_the_package():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    wanted = {Requirement(text) for text in environment["dependencies"] if isinstance(text, str) and text != "pip"}
    assert wanted == {*RUNTIME, Requirement(f"python{PROJECT['requires-python']}")}


def test_wheel_holds_the_embedded_tables_and_the_type_marker(tmp_path):
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)], cwd=ROOT,
                   check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    tables = {path.relative_to(ROOT).as_posix() for path in (ROOT / "vanas_panel" / "data").glob("*.parquet")}
    sources = {path.relative_to(ROOT).as_posix() for path in (ROOT / "vanas_panel").rglob("*.py")}
    assert {path.split("/")[-1] for path in tables} == {"mnist-cells.parquet", "structure4.parquet"}
    assert names >= tables | sources | {"vanas_panel/py.typed", "vanas_panel/data/mnist-cells.md"}
    assert {name.split("/")[0] for name in names} == {"vanas_panel", f"vanas_panel-{PROJECT['version']}.dist-info"}


def public_functions(body: list[ast.stmt]) -> Iterator[ast.FunctionDef]:
    """Functions, and methods of classes, that carry no leading underscore and are no compiled kernels."""
    for node in body:
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            yield from public_functions(node.body)
        elif isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            decorators = " ".join(map(ast.unparse, node.decorator_list))
            if "kernel" not in decorators and "njit" not in decorators:
                yield node


@pytest.mark.parametrize("file", sorted((ROOT / "vanas_panel").rglob("*.py")), ids=lambda file: file.name)
def test_public_functions_state_the_types_of_their_parameters(file):
    untyped = [
        f"{function.name}({argument.arg})"
        for function in public_functions(ast.parse(file.read_text(encoding="utf-8")).body)
        for argument in (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs)
        if argument.annotation is None and argument.arg not in ("self", "cls")
    ]
    assert untyped == []


def test_the_paper_and_the_benchmark_can_be_cited():
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    titles = [cited["preferred-citation"]["title"], *(each["title"] for each in cited["references"])]
    readme = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())
    assert len(titles) == 2 and all(title in readme for title in titles)
    assert [len(work["authors"]) for work in (cited["preferred-citation"], *cited["references"])] == [3, 6]


def test_the_picture_of_the_page_is_small():
    picture = ROOT / "docs" / "page.png"
    assert "(docs/page.png)" in (ROOT / "README.md").read_text(encoding="utf-8")
    assert picture.read_bytes().startswith(b"\x89PNG") and picture.stat().st_size <= 250_000

"""The skeleton says the same thing everywhere: packaging, pins, documents and what a wheel holds."""

from __future__ import annotations

import ast
import importlib
import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import vanas_panel

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
RUNTIME = [Requirement(text) for text in PROJECT["dependencies"]]
FOR_TESTS = [Requirement(text) for extra in ("test", "docs") for text in PROJECT["optional-dependencies"][extra]]


def pins() -> dict[str, str]:
    """Version of each package in the constraints file."""
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pairs = [line.split("==") for line in lines if not line.startswith("#")]
    return {canonicalize_name(name): version for name, version in pairs}


@pytest.mark.parametrize("place", ["core/importance.py", "readers/", "panels/", "serve/"])
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


@pytest.mark.slow
def test_imported_packages_are_the_declared_dependencies():
    imported = set()
    for file in (ROOT / "vanas_panel").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names = [node.module]
            imported |= {name.split(".")[0].replace("_", "-") for name in names}
    outside = imported - {name.replace("_", "-") for name in sys.stdlib_module_names} - {"vanas-panel"}
    wanted = {requirement.name for requirement in RUNTIME}
    for_training = {Requirement(text).name for extra in ("train", "optuna")
                    for text in PROJECT["optional-dependencies"][extra]}
    # Packages whose modules have names of their own.
    outside = {{"argon2": "argon2-cffi", "sklearn": "scikit-learn"}.get(name, name) for name in outside}
    assert wanted <= outside <= wanted | for_training


def test_conda_environment_asks_for_the_same_as_the_package():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    wanted = {Requirement(text) for text in environment["dependencies"] if isinstance(text, str) and text != "pip"}
    assert wanted == {*RUNTIME, Requirement(f"python{PROJECT['requires-python']}")}


@pytest.fixture(scope="module")
def archives(tmp_path_factory) -> dict[str, Path]:
    """The wheel and the source archive, as `python -m build` makes them; here with what is installed already."""
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run([sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder)], cwd=ROOT, check=True,
                   capture_output=True)
    return {file.suffix: file for file in folder.iterdir()}


def test_a_package_index_takes_both_archives(archives):
    assert archives.keys() == {".whl", ".gz"}
    done = subprocess.run([sys.executable, "-m", "twine", "check", "--strict", *map(str, archives.values())],
                          check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
    assert done.stdout.count("PASSED") == 2


def test_wheel_holds_the_embedded_tables_and_the_type_marker(archives):
    with zipfile.ZipFile(archives[".whl"]) as archive:
        names = set(archive.namelist())
    tables = {path.relative_to(ROOT).as_posix() for path in (ROOT / "vanas_panel" / "data").glob("*.parquet")}
    sources = {path.relative_to(ROOT).as_posix() for path in (ROOT / "vanas_panel").rglob("*.py")}
    assert {path.split("/")[-1] for path in tables} == {"mnist-cells.parquet", "structure4.parquet"}
    scripts = {path.relative_to(ROOT).as_posix() for path in (ROOT / "vanas_panel").rglob("*.js")}
    assert "vanas_panel/report/offline/bundle.js" in scripts
    templates = {path.relative_to(ROOT).as_posix() for path in (ROOT / "vanas_panel").rglob("*.html")}
    assert "vanas_panel/draw/cards_html.html" in templates
    assert names >= tables | sources | scripts | templates | {"vanas_panel/py.typed", "vanas_panel/data/mnist-cells.md"}
    assert {name.split("/")[0] for name in names} == {"vanas_panel", f"vanas_panel-{PROJECT['version']}.dist-info"}


def test_source_archive_builds_docs_and_tests_by_itself(archives):
    with tarfile.open(archives[".gz"]) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert names >= {"Makefile", "scripts/docs.sh", "docs/conf.py", "docs/index.md", "tests/conftest.py", "LICENSE",
                     "constraints.txt", "locks/check.txt", "package.json", "package-lock.json", "scripts/bundle.py",
                     "vanas_panel/report/offline/bundle.js", "vanas_panel/report/offline/main.js",
                     "vanas_panel/draw/cards_html.html"}
    assert not {name for name in names if name.startswith((".ci/", ".cache/", ".venv", "build/", "node_modules/"))}


def public_functions(body: list[ast.stmt]) -> Iterator[ast.FunctionDef]:
    """Functions, and methods of classes, that carry no leading underscore and are no compiled kernels."""
    for node in body:
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            yield from public_functions(node.body)
        elif isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            decorators = " ".join(map(ast.unparse, node.decorator_list))
            if "kernel" not in decorators and "njit" not in decorators:
                yield node


def test_public_functions_state_the_types_of_their_parameters():
    files = sorted((ROOT / "vanas_panel").rglob("*.py"))
    untyped = [
        f"{file.relative_to(ROOT)}: {function.name}({argument.arg})"
        for file in files
        for function in public_functions(ast.parse(file.read_text(encoding="utf-8")).body)
        for argument in (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs)
        if argument.annotation is None and argument.arg not in ("self", "cls")
    ]
    assert untyped == [] and len(files) > 100


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


def test_the_readme_comes_to_the_first_command_and_the_picture_within_one_screen():
    lines = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()
    command, picture = lines.index("```sh"), next(line for line, text in enumerate(lines) if "docs/page.png" in text)
    # Twelve lines of text and a picture of the page's shape fill a window of 900 pixels.
    assert max(command, picture) <= 15

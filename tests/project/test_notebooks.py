"""Every notebook runs from a clean kernel, and is kept without output."""

import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

NOTEBOOKS = sorted((Path(__file__).resolve().parents[2] / "notebooks").glob("*.ipynb"))
# Where a file or a folder would be that only this machine has.
OWN_PLACE = re.compile(r"(?<![\w.:/])(/(home|work|root|tmp|mnt|opt|Users)\b|[A-Z]:\\)")


@pytest.fixture(autouse=True)
def own_folders(monkeypatch, tmp_path):
    """Keep what a page saves out of the user's own folders."""
    for name in ("VANAS_PANEL_DATA", "IPYTHONDIR", "JUPYTER_RUNTIME_DIR"):
        (tmp_path / name).mkdir()
        monkeypatch.setenv(name, str(tmp_path / name))
    monkeypatch.delenv("VANAS_PANEL_SOURCE", raising=False)


def run(path):
    """Run a notebook; what its cells said. Raises with a cell's own traceback where one fails."""
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": path.parent}})
    client.execute()
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))
    return notebook, "".join(output.get("text", "") for cell in code for output in cell.outputs)


def test_there_are_notebooks():
    assert {path.stem for path in NOTEBOOKS} >= {"tour", "own_results", "numbers"}


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_is_kept_without_output(path):
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    assert set(notebook.metadata) == {"kernelspec"}
    for cell in notebook.cells:
        assert not OWN_PLACE.search(cell.source)
        if cell.cell_type == "code":
            assert cell.outputs == [] and cell.execution_count is None


@pytest.mark.slow
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_runs_from_a_clean_kernel(path):
    # The notebooks assert what they claim.
    notebook, _ = run(path)
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            assert output.get("name") != "stderr", output.get("text")


@pytest.mark.slow
@pytest.mark.real
def test_the_tour_repeats_the_case_study_on_the_whole_of_nasbench101(monkeypatch, real_table_path):
    monkeypatch.setenv("VANAS_PANEL_SOURCE", str(real_table_path))
    _, said = run(next(path for path in NOTEBOOKS if path.stem == "tour"))
    assert "423,624 cells" in said and "quality: Test accuracy" in said
    assert "conv3x3-bn-relu + conv3x3-bn-relu: 10 cells" in said

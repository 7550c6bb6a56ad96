"""What the searches of a study did inside: votes that were split, edges that ``none`` wins, networks that repeat."""

from __future__ import annotations

import numpy as np
import pandas as pd

from vanas_panel.neat.run import NeatRun
from vanas_panel.studies.results import Study
from vanas_panel.training.darts.dg_run import DgDartsRun
from vanas_panel.training.darts.network_shape import NONE
from vanas_panel.training.darts.run_file import DartsRun

_COLUMNS = ["method", "seed", "edges", "none_first", "highest_weight", "settled", "outvoted", "networks", "repeated",
            "species"]


def insides(study: Study) -> pd.DataFrame:
    """A row for each search of a study; what a method has not is NaN.

    Parameters
    ----------
    study : Study

    Returns
    -------
    DataFrame
        ``edges``, of all kinds of cells; ``none_first``, edges on which ``none`` has the most weight after the last
        epoch; ``highest_weight``, the mean over edges of the highest softmax weight; ``settled``, the epoch from which
        on the genotype stayed; ``outvoted``, edges that lost the operation that DARTS would take. Of DG-DARTS these
        are of its first stage, but for ``settled``, which is of the second. Of NEAT ``networks``, the different ones;
        ``repeated``, the share of genomes that were not trained; ``species`` of the last generation.
    """
    rows = []
    for (method, seed), run in study.searches.items():
        row: dict[str, object] = {"method": method, "seed": seed}
        if isinstance(run, NeatRun):
            row |= {"networks": len(run.trained), "repeated": run.repeated / len(run.genomes),
                    "species": np.nan if run.settings.random else run.progress["species"].iloc[-1]}
        elif isinstance(run, DgDartsRun):
            row |= {**_weights(run.first), "outvoted": int(run.dropping.outvoted.sum()),
                    "settled": settled_at(run.second) if run.second is not None and len(run.second) else np.nan}
        else:
            row |= {**_weights(run), "settled": settled_at(run)}
        rows.append(row)
    return pd.DataFrame(rows, columns=_COLUMNS)


def settled_at(run: DartsRun) -> int:
    """The epoch, from 1, from which on a search would take what it takes in the end."""
    last = run.genotype
    epoch = len(run)
    while epoch > 1 and run.genotype_at(epoch - 1) == last:
        epoch -= 1
    return epoch


def _weights(run: DartsRun) -> dict[str, float]:
    """Of the last epoch of a search."""
    weights, operations = run.weights[-1], run.settings.operations
    first = weights.argmax(axis=-1)
    has_none = NONE in operations
    return {"edges": first.size, "highest_weight": float(weights.max(axis=-1).mean()),
            "none_first": int((first == operations.index(NONE)).sum()) if has_none else 0}

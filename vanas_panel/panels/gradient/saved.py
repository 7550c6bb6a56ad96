"""What a person can save of a search for networks: names of files and what makes their content."""

from __future__ import annotations

from collections.abc import Callable

from vanas_panel.core.genotype import Genotype
from vanas_panel.neat.genome import Genome
from vanas_panel.neat.genome_run import GenomeRun
from vanas_panel.neat.run import NeatRun
from vanas_panel.panels.gradient.neat_picture import genome_text
from vanas_panel.panels.gradient.picture import genotype_of, pytorch_of
from vanas_panel.panels.gradient.study_picture import study_report, study_table
from vanas_panel.searches.gradient_opened import gradient_file
from vanas_panel.searches.gradient_plan import Followed
from vanas_panel.studies.results import Study

Made = Callable[[], tuple[str, bytes]]


def savings_of(run: Followed, epoch: int) -> dict[str, Made]:
    """What can be saved after an epoch, by its kind: the work that gives name and content.

    Parameters
    ----------
    run : DartsRun, DgDartsRun, GenomeRun, NeatRun, Genotype, Genome or Study
    epoch : int
        As of the slider: from 1, 0 for the last one.
    """
    if isinstance(run, NeatRun):
        return {"genome": lambda: ("genome.txt", f"{genome_text(run, epoch)}\n".encode()),
                "run": lambda: gradient_file(run, "random" if run.settings.random else "neat")}
    if isinstance(run, Genome | GenomeRun):
        genome = run if isinstance(run, Genome) else run.settings.genome
        return {"genome": lambda: ("genome.txt", f"{genome!r}\n".encode())}
    if isinstance(run, Study):
        return {"table": lambda: ("study.csv", study_table(run)), "report": lambda: ("study.html", study_report(run))}
    made: dict[str, Made] = {"text": lambda: ("genotype.txt", f"{genotype_of(run, epoch)}\n".encode()),
                             "pytorch": lambda: ("genotype.py", pytorch_of(run, epoch).encode())}
    if not isinstance(run, Genotype):
        made["run"] = lambda: gradient_file(run, "darts")
    return made

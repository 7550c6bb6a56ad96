"""What is shown of searches for networks after an epoch or generation, as plain functions from runs to HTML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from vanas_panel.core.genotype import Genotype
from vanas_panel.draw.gradient_search.genotype import genotype_svg, weights_at
from vanas_panel.draw.gradient_search.groups import groups_html
from vanas_panel.draw.gradient_search.progress import progress_svg
from vanas_panel.draw.gradient_search.weights import weights_svg
from vanas_panel.draw.html import Html, pieces
from vanas_panel.draw.theme import Palette
from vanas_panel.errors import VanasError
from vanas_panel.exchange.genotype_pytorch import genotype_to_pytorch
from vanas_panel.neat.genome import Genome
from vanas_panel.neat.genome_run import GenomeRun, network_of
from vanas_panel.neat.run import NeatRun
from vanas_panel.panels.gradient.neat_picture import (
    chance_for,
    genome_parts,
    genome_text,
    neat_parts,
    training_parts,
)
from vanas_panel.panels.gradient.study_picture import study_parts
from vanas_panel.searches.gradient_plan import Followed, GradientRun, Still, epochs_of, stage_at, stages_of
from vanas_panel.state.gradient_view import KINDS, GradientView
from vanas_panel.studies.results import Study
from vanas_panel.text.language import gettext as _
from vanas_panel.text.language import translated
from vanas_panel.training.darts.dg_run import DgDartsRun, DgDartsSettings
from vanas_panel.training.darts.dropping import Dropping, drop_operations
from vanas_panel.training.darts.run_file import DartsRun
from vanas_panel.training.darts.sizes import known_sizes
from vanas_panel.training.text_settings import TextSettings

_PIECES = pieces(__file__)


class ShownRun(NamedTuple):
    """What is shown: its name, what a person calls it, and a run with an epoch or generation, or what is still."""

    name: str
    label: str
    run: Followed


def place_of(run: GradientRun, epoch: int) -> tuple[DartsRun, int, int]:
    """The stage of an epoch, its number from 0, and the epoch in it; a later epoch than there is is the last one.

    Parameters
    ----------
    run : DartsRun or DgDartsRun
    epoch : int
        From 1, counted through all stages; 0 for the last one.
    """
    last = epochs_of(run)
    number, within = stage_at(run, min(epoch or last, last))
    return stages_of(run)[number], number, within


def genotype_of(run: GradientRun | Genotype, epoch: int) -> Genotype:
    """What would be taken after an epoch, see `place_of`; a genotype is itself."""
    if isinstance(run, Genotype):
        return run
    stage, _number, within = place_of(run, epoch)
    return stage.genotype_at(within)


def dropping_at(run: GradientRun, epoch: int) -> Dropping | str:
    """The groups of operations after an epoch, or why there are none.

    Of the second stage of DG-DARTS they are those that made it. Of the first one, and of DARTS, they are those that
    DG-DARTS would make then.
    """
    stage, number, within = place_of(run, epoch)
    settings = run.settings if isinstance(run, DgDartsRun) else DgDartsSettings()
    try:
        if number == 1 and isinstance(run, DgDartsRun):
            return run.dropping
        frozen = stage.settings.frozen
        if within <= frozen:
            return _("The alphas are frozen until epoch {epoch}: there are no gradients to group operations "
                     "by.").format(epoch=frozen)
        count = len(stage.settings.operations)
        return drop_operations(stage.gradients[frozen:within], stage.weights[within - 1], stage.settings.operations,
                               clusters=min(settings.clusters, count), least=min(settings.least, count))
    except VanasError as error:
        return translated(error)


def has_groups(shown: Sequence[ShownRun], epoch: int) -> bool:
    """Whether any of the searches has groups after an epoch: its alphas have moved, or it is in its second stage."""
    places = [place_of(each.run, epoch) for each in shown if isinstance(each.run, GradientRun)]
    return any(number or within > stage.settings.frozen for stage, number, within in places)


def shown_html(shown: Sequence[ShownRun], view: GradientView, colors: Palette, width: int,
               trainings: Sequence[GenomeRun] = ()) -> Html:
    """Searches side by side after an epoch; what has none is as it is.

    Parameters
    ----------
    shown : sequence of ShownRun
    view : GradientView
    colors : Palette
    width : int
        Of each of them in pixels.
    trainings : sequence of GenomeRun, optional
        Genomes that this person has trained; they stand below their networks.
    """
    runs = [each.run for each in shown]
    columns = []
    for each in shown:
        run = each.run
        columns.append(
            _neat_column(each, run, view.epoch, colors, width, chance_for(run, runs), trainings)
            if isinstance(run, NeatRun) else
            _genome_column(each, run.settings.genome, colors, width, [run]) if isinstance(run, GenomeRun) else
            _genome_column(each, run, colors, width, trainings) if isinstance(run, Genome) else
            _still_column(each, run, view, colors, width) if isinstance(run, Genotype | Study) else
            _column(each, run, view, colors, width))
    return _PIECES.shown(columns=columns, count=len(shown))


def _genome_column(shown: ShownRun, genome: Genome, colors: Palette, width: int, trainings: Sequence[GenomeRun]
                   ) -> dict[str, object]:
    """A genome with its trainings."""
    parts = [*genome_parts(genome, colors), *training_parts(network_of(genome), trainings, colors, width)]
    return _told(shown, parts, _("The genome as Python reads it"), repr(genome), [_genome_file()])


def _still_column(shown: ShownRun, run: Genotype | Study, view: GradientView, colors: Palette, width: int
                  ) -> dict[str, object]:
    """A genotype or a study."""
    if isinstance(run, Genotype):
        drawn = genotype_svg(run, colors, kind=KINDS.index(view.kind))
        return _with_genotype(shown, [{"title": _("The genotype of the file"), "content": drawn}], run)
    return _told(shown, study_parts(run, colors, width), "", "", [
        {"kind": "table", "label": _("Table"), "tooltip": _("Save means, intervals and costs as CSV")},
        {"kind": "report", "label": _("Report"), "tooltip": _("Save the study as one HTML file without script")}])


def _column(shown: ShownRun, run: GradientRun, view: GradientView, colors: Palette, width: int) -> dict[str, object]:
    """All that is shown of a search by gradient."""
    stage, number, within = place_of(run, view.epoch)
    kind = min(KINDS.index(view.kind), stage.weights.shape[1] - 1)
    dropping = dropping_at(run, view.epoch)
    pale = run.dropping if isinstance(run, DgDartsRun) and number == 0 and run.first.is_finished and isinstance(
        dropping, Dropping) and _can_drop(run) else None
    groups = dropping if view.colours == "groups" and isinstance(dropping, Dropping) else None
    genotype = stage.genotype_at(within)
    # The first stage of DG-DARTS takes nothing.
    is_end = within == stage.settings.epochs and (number == 1 or not isinstance(run, DgDartsRun))
    said = _("Epoch {epoch} of {count}").format(epoch=within, count=stage.settings.epochs)
    if isinstance(run, DgDartsRun):
        said = (_("Second stage: {epoch}") if number else _("First stage: {epoch}")).format(epoch=said)
    parts = [
        {"title": said, "content": progress_svg(stage, colors, epoch=within, width=width, height=170)},
        {"title": "", "content": weights_svg(stage, colors, kind=kind, epoch=within, dropping=pale, width=width,
                                             values=view.values, groups=groups)},
        {"title": _("What was taken; the heavier, the thicker") if is_end else
         _("What would be taken now; the heavier, the thicker"),
         "content": genotype_svg(genotype, colors, kind=kind, weights=weights_at(stage, within, kind))},
        {"title": _groups_title(run, number, within),
         "content": groups_html(dropping, colors, kind=kind) if isinstance(dropping, Dropping) else
         _PIECES.note(words=dropping)}]
    return _with_genotype(shown, parts, genotype)


def _told(shown: ShownRun, parts: Sequence[Mapping[str, object]], title: str, text: str,
          files: Sequence[dict[str, str]]) -> dict[str, object]:
    """Pictures with what was found as text below them, and what can be saved."""
    if not isinstance(shown.run, Still | GenomeRun):
        files = [*files, {"kind": "run", "label": _("Run file"),
                          "tooltip": _("Save the whole search, to open it here or in Python")}]
    return {"name": shown.name, "label": shown.label, "parts": parts, "text": text, "files": files,
            "words": {"title": title, "copy": _("Copy"), "done": _("Copied"), "undone": _("Mark and copy by hand"),
                      "save": _("Save:")}}


def _with_genotype(shown: ShownRun, parts: Sequence[Mapping[str, object]], genotype: Genotype) -> dict[str, object]:
    """Pictures of a search by gradient with its genotype."""
    files = [{"kind": "text", "label": _("Genotype"),
              "tooltip": _("Save the genotype of this epoch as the published code writes it")},
             {"kind": "pytorch", "label": "PyTorch",
              "tooltip": _("Save the network of this genotype as a file that needs PyTorch alone")}]
    return _told(shown, parts, _("The genotype as the published code writes it"), str(genotype), files)


def _neat_column(shown: ShownRun, run: NeatRun, epoch: int, colors: Palette, width: int, chance: NeatRun | None,
                 trainings: Sequence[GenomeRun]) -> dict[str, object]:
    """All that is shown of a search by NEAT, or of one at random."""
    return _told(shown, neat_parts(run, epoch, colors, width, chance, trainings), _("The genome as Python reads it"),
                 genome_text(run, epoch), [_genome_file()])


def _genome_file() -> dict[str, str]:
    """The button that saves a genome."""
    return {"kind": "genome", "label": _("Genome"), "tooltip": _("Save this genome as Python reads it")}


def _can_drop(run: DgDartsRun) -> bool:
    """Whether the first stage leaves anything."""
    try:
        return run.dropping is not None
    except VanasError:
        return False


def _groups_title(run: GradientRun, number: int, within: int) -> str:
    """What the groups are those of."""
    if not isinstance(run, DgDartsRun):
        return _("Groups as DG-DARTS would make them now")
    if number == 1:
        return _("Groups that made this stage")
    return (_("Groups, and what the second stage keeps") if within == run.settings.stage.epochs else
            _("Groups, and what the second stage would keep now"))


def pytorch_of(run: GradientRun | Genotype, epoch: int) -> str:
    """The network of what would be taken after an epoch, as PyTorch source, in the sizes of the search.

    A genotype by itself has the usual sizes, which stand at the top of the source. So has an old search whose file does
    not say what its network reads; a comment there says that they are to be adapted.

    Raises
    ------
    ExchangeError, UnknownOperationError
        Where it cannot be written.
    """
    if isinstance(run, Genotype):
        return genotype_to_pytorch(run)
    stage = stages_of(run)[0]
    settings, data = stage.settings, stage.settings.data
    found = known_sizes(stage.header, data)
    usual = ({"words": data.words + 2, "length": data.length} if isinstance(data, TextSettings) else
             {"image_size": data.crop // data.pool})
    source = genotype_to_pytorch(genotype_of(run, epoch), channels=settings.channels, cells=settings.cells,
                                 **(usual if found is None else found))
    if found is not None:
        return source
    comment = _("The file of this search does not say all sizes of its data: adapt the numbers below to yours.")
    return source.replace("\nCHANNELS = ", f"\n# {comment}\nCHANNELS = ", 1)

"""Search by gradient: what a person calls. PyTorch is loaded only when it is called."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vanas_panel.core.genotype import Genotype
from vanas_panel.training.darts.cost import check_genotype
from vanas_panel.training.darts.dg_run import FIRST, SECOND, DgDartsRun, DgDartsSettings, dropping_of, second_settings
from vanas_panel.training.darts.epoch import Epoch
from vanas_panel.training.darts.genotype_results import GenotypeResult, append_result, read_genotype_results
from vanas_panel.training.darts.genotype_settings import GenotypeSettings
from vanas_panel.training.darts.run_file import DartsRun
from vanas_panel.training.darts.settings import DartsSettings
from vanas_panel.training.extra import require_extra

if TYPE_CHECKING:
    from distributed import Client
    from torch import Tensor


def search_darts(settings: DartsSettings | Mapping[str, Any] | None = None, *, out: str | PathLike,
                 device: str = "auto", on_epoch: Callable[[Epoch], object] | None = None,
                 client: Client | None = None) -> DartsRun:
    """Search for a genotype by gradient (DARTS), and keep what was known after every epoch.

    The same call again goes on with a file that it began, also after the process was killed. On a processor the lines
    are then the same to the last bit, but for the seconds.

    Parameters
    ----------
    settings : DartsSettings or mapping, optional
    out : path-like
        The file: JSON lines. A checkpoint of the last epoch stands beside it until the search ends.
    device : str, optional
        ``auto`` (CUDA, else MPS, else the processor), ``cpu``, ``cuda``, ``cuda:N`` or ``mps``.
    on_epoch : callable, optional
        Called with each epoch once it is in the file.
    client : distributed.Client, optional
        Of Dask workers, one of which computes the search as one task; by default this process does. File and
        checkpoints stay here. Where the worker dies, another one goes on from the last epoch.

    Returns
    -------
    DartsRun

    Raises
    ------
    TrainingError
        Where settings or images cannot be used, a loss is no finite number, the file is of another search, or workers
        end again and again.
    DeviceError
        Where there is no such device.

    Examples
    --------
    >>> run = search_darts({"epochs": 25}, out="darts.jsonl")  # doctest: +SKIP
    >>> print(run.genotype)  # doctest: +SKIP
    """
    require_extra()
    if not isinstance(settings, DartsSettings):
        settings = DartsSettings.from_dict(settings or {})
    return _searched(settings, out, device, on_epoch, client)


def search_dg_darts(settings: DgDartsSettings | Mapping[str, Any] | None = None, *, out: str | PathLike,
                    device: str = "auto", on_epoch: Callable[[Epoch], object] | None = None,
                    client: Client | None = None) -> DgDartsRun:
    """Search for a genotype by DG-DARTS: in two stages, the second one without the operations that the first one drops.

    After the first stage, the operations of every edge are grouped by the gradients of their alphas, and the group
    with the most weight stays, see `vanas_panel.training.darts.dropping.drop_operations`. The second stage begins anew
    with these alone.
    The same call goes on with what it began, as `search_darts` does.

    Parameters
    ----------
    settings : DgDartsSettings or mapping, optional
    out : path-like
        A folder, made where it is absent, for the files of both stages.
    device, on_epoch, client : optional
        As for `search_darts`; each stage is a task.

    Returns
    -------
    DgDartsRun

    Raises
    ------
    TrainingError, DeviceError
        As for `search_darts`, and where ``none`` is the strongest group of every edge.

    Examples
    --------
    >>> run = search_dg_darts({"stage": {"epochs": 25}}, out="dg")  # doctest: +SKIP
    >>> int(run.dropping.outvoted.sum()), run.genotype  # doctest: +SKIP
    """
    require_extra()
    if not isinstance(settings, DgDartsSettings):
        settings = DgDartsSettings.from_dict(settings or {})
    first = _searched(settings.stage, Path(out) / FIRST, device, on_epoch, client)
    second = _searched(second_settings(settings, dropping_of(settings, first)), Path(out) / SECOND, device, on_epoch,
                       client)
    return DgDartsRun(settings, first, second)


def _searched(settings: DartsSettings, out: str | PathLike, device: str, on_epoch: Callable[[Epoch], object] | None,
              client: Client | None) -> DartsRun:
    """Run a search here, or on a worker."""
    if client is None:
        from vanas_panel.training.darts.runner import run_darts

        return run_darts(settings, out, device, on_epoch)
    from vanas_panel.training.darts.on_workers import search_on_workers

    return search_on_workers(settings, out, client, device=device, on_epoch=on_epoch)


def train_genotype(genotype: Genotype | str, settings: GenotypeSettings | Mapping[str, Any] | None = None, *,
                   out: str | PathLike | None = None, device: str = "auto",
                   on_epoch: Callable[[int, float], object] | None = None) -> GenotypeResult:
    """Train the network of a genotype from the beginning.

    Parameters
    ----------
    genotype : Genotype or str
        Itself or its text form.
    settings : GenotypeSettings or mapping, optional
    out : path-like, optional
        A file of results, JSON lines, to which the result is added. What it holds already is not trained again.
    device : str, optional
        As for `search_darts`.
    on_epoch : callable, optional
        Called with the number of each epoch, from 1, and its mean loss.

    Returns
    -------
    GenotypeResult

    Raises
    ------
    TrainingError
        Where genotype, settings, images or the file cannot be used, or a loss is no finite number.
    DeviceError
        Where there is no such device.

    Examples
    --------
    >>> found = train_genotype(search_darts(out="darts.jsonl").genotype, out="trained.jsonl")  # doctest: +SKIP
    >>> found.test_accuracy, found.parameters  # doctest: +SKIP
    """
    require_extra()
    import torch

    from vanas_panel.training.darts.datasets import load_data, prepare_data
    from vanas_panel.training.darts.genotype_trainer import train_network
    from vanas_panel.training.device import find_devices

    if not isinstance(genotype, Genotype):
        genotype = Genotype.from_text(genotype)
    if not isinstance(settings, GenotypeSettings):
        settings = GenotypeSettings.from_dict(settings or {})
    check_genotype(genotype)
    data = load_data(settings.data)
    if out is not None and Path(out).exists():
        wanted = str(genotype), settings.digest, data.digest
        found = next((each for each in read_genotype_results(out) if each.key == wanted), None)
        if found is not None:
            return found
    result = train_network(genotype, settings, prepare_data(data, settings.data), data.digest,
                           torch.device(find_devices(device)[0].name), on_epoch)
    if out is not None:
        append_result(out, result)
    return result


def architecture_gradient(train_loss: Callable[[list[Tensor], list[Tensor]], Tensor],
                          validation_loss: Callable[[list[Tensor], list[Tensor]], Tensor], weights: Sequence[Tensor],
                          alphas: Sequence[Tensor], xi: float, momentum: float = 0.0, weight_decay: float = 0.0, *,
                          buffers: Sequence[Tensor] | None = None, exact: bool = True) -> list[Tensor]:
    """Gradient of the validation loss by the alphas, after one inner step of the weights.

    The step is ``w - xi * (momentum * buffer + d train_loss / d w + weight_decay * w)``. Nothing that is given changes.

    Parameters
    ----------
    train_loss, validation_loss : callable
        Take lists of tensors, weights and alphas, and return a tensor without dimensions.
    weights, alphas : sequence of Tensor
        Of floating-point numbers.
    xi : float
        Size of the step, at least 0; 0 is the first-order form, which takes the weights as they are.
    momentum, weight_decay : float, optional
        Of the optimiser of the weights.
    buffers : sequence of Tensor, optional
        Momentum buffers of that optimiser, one for each tensor of `weights`; zeros by default, as before its first
        step.
    exact : bool, optional
        Whether to differentiate through the step. Otherwise the published form: the product with the matrix of
        second derivatives is a finite difference of two gradients.

    Returns
    -------
    list of Tensor
        One for each tensor of `alphas`, of its shape; zeros for one that neither loss depends on.

    Raises
    ------
    TrainingError
        Where a loss is no tensor without dimensions or no finite number, or `xi` is negative or infinite.

    Examples
    --------
    With the toy losses of the article:

    >>> architecture_gradient(  # doctest: +SKIP
    ...     lambda w, a: w[0] ** 2 - 2 * a[0] * w[0] + a[0] ** 2, lambda w, a: a[0] * w[0] - 2 * a[0] + 1,
    ...     [torch.tensor(-2.0)], [torch.tensor(2.0)], xi=0.1)
    [tensor(-2.8000)]
    """
    require_extra()
    from vanas_panel.training.darts.gradient import gradient_through_step

    return gradient_through_step(train_loss, validation_loss, weights, alphas, xi, momentum, weight_decay, buffers,
                                 exact=exact)

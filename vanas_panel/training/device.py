"""Device and precision of a training: CPU, CUDA or MPS, float32 or mixed precision."""

from __future__ import annotations

import platform
import re
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from time import perf_counter, process_time

import torch
from torch.nn import functional

from vanas_panel.errors import DeviceError
from vanas_panel.text.language import Constant, Message
from vanas_panel.training.settings import FLOAT32

AUTO = "auto"

_DTYPES = {"bfloat16": torch.bfloat16, "float16": torch.float16}

_LOSS_SCALE = {"float16": 1024.0}
"""By which the loss is multiplied, and gradients are divided, so that small gradients are not lost in float16.

One constant for all, as a scale that adapts would let a repeat that overflows hold up the others of its cell. A power
of two, so that nothing is rounded by it."""


@dataclass(frozen=True)
class Device:
    """A device that is there.

    Attributes
    ----------
    name : str
        As PyTorch takes it: ``cpu``, ``cuda:0``, ``mps``.
    label : str
        The maker's name of it.
    """

    name: str
    label: str

    @property
    def kind(self) -> str:
        """``cpu``, ``cuda`` or ``mps``."""
        return self.name.partition(":")[0]

    def clock(self) -> float:
        """Seconds that count as training time, once everything that was asked of the device is done.

        Processor time of this process on a processor. On the others, which compute while the processor waits, time on
        the clock; what else the device does meanwhile counts there.
        """
        if self.kind == "cpu":
            return process_time()
        (torch.cuda if self.kind == "cuda" else torch.mps).synchronize()
        return perf_counter()

    def exactness(self) -> AbstractContextManager:
        """While it is entered, convolutions in float32 are not rounded to 10 bits, as CUDA does by default."""
        if self.kind != "cuda":
            return nullcontext()
        return torch.backends.cudnn.flags(enabled=True, benchmark=False, deterministic=True, allow_tf32=False)

    def autocast(self, precision: str) -> AbstractContextManager:
        """While it is entered, layers compute in a precision of `Settings.precision`; weights stay in float32."""
        return nullcontext() if precision == FLOAT32 else torch.autocast(self.kind, dtype=_DTYPES[precision])


def loss_scale(precision: str) -> float:
    """By which a loss is multiplied before its gradients are computed; 1 where gradients need none."""
    return _LOSS_SCALE.get(precision, 1.0)


def find_devices(asked: str = AUTO) -> tuple[Device, ...]:
    """The devices that a user's word names.

    Parameters
    ----------
    asked : str, optional
        ``auto``: all CUDA devices, else MPS, else the processor. ``cpu``, ``mps``, ``cuda`` (all of them) or
        ``cuda:1``.

    Returns
    -------
    tuple of Device
        One at least; which one trains is free to choose.

    Raises
    ------
    DeviceError
        Where there is none of them.

    Examples
    --------
    >>> [device.name for device in find_devices("cpu")]
    ['cpu']
    """
    there = _present()
    word = str(asked).strip().lower()
    if word == AUTO:
        best = there[-1].kind
        return tuple(device for device in there if device.kind == best)
    if not re.fullmatch(r"cpu|mps|cuda(:\d{1,4})?", word):
        raise DeviceError(Message("Found device {asked!r}; expected auto, cpu, cuda, cuda:N or mps. Choose one of "
                                  "them.", asked=str(asked)[:40]))
    found = tuple(device for device in there if word in (device.name, device.kind))
    if not found:
        raise DeviceError(Message("Found no device {word}; expected one that PyTorch {version} sees here: {there}. "
                                  "Choose one of them or auto, or install a PyTorch and a driver for that device.",
                                  word=word, version=torch.__version__,
                                  there=", ".join(device.name for device in there)))
    return found


def require_precision(device: Device, precision: str) -> None:
    """Refuse a precision in which a device cannot compute.

    Parameters
    ----------
    device : Device
    precision : str
        As `Settings.precision`.

    Raises
    ------
    DeviceError
    """
    reason = _why_not(device, precision)
    if reason:
        raise DeviceError(Message("Found precision {precision}, in which {name} ({label}) cannot train ({reason}); "
                                  "expected one that it can. Use float32, or another device.", precision=precision,
                                  name=device.name, label=device.label, reason=reason))


def _present() -> tuple[Device, ...]:
    """Every device that is there, the processor first and the best kind last."""
    devices = [Device("cpu", processor_name())]
    if torch.backends.mps.is_available():
        devices.append(Device("mps", getattr(torch.backends.mps, "get_name", lambda: "Apple GPU")()))
    if torch.cuda.is_available():
        devices.extend(Device(f"cuda:{index}", torch.cuda.get_device_name(index))
                       for index in range(torch.cuda.device_count()))
    return tuple(devices)


@lru_cache(maxsize=1)
def processor_name() -> str:
    """The maker's name of the processor; its architecture where the system does not know the name."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        lines = []
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, "") or platform.processor() or platform.machine() or "processor"


@lru_cache(maxsize=32)
def _why_not(device: Device, precision: str) -> str:
    """Why a device cannot train in a precision, found out by a step of a tiny network; empty where it can."""
    if precision == FLOAT32:
        return ""
    if (device.kind == "cuda" and precision == "bfloat16"
            and not torch.cuda.is_bf16_supported(including_emulation=False)):
        return Constant("it has no arithmetic for it")
    try:
        _tiny_step(device, precision)
    except (RuntimeError, NotImplementedError, TypeError) as error:
        return str(error).strip().partition("\n")[0][:120] or type(error).__name__
    return ""


def _tiny_step(device: Device, precision: str) -> None:
    """A forward and a backward pass through every kind of layer that `GroupedNetwork` has."""
    weight = torch.ones(6, 2, 3, 3, device=device.name, requires_grad=True)
    dense = torch.ones(3, 2, 2, device=device.name, requires_grad=True)
    with device.autocast(precision):
        values = functional.conv2d(torch.ones(2, 6, 4, 4, device=device.name), weight, padding=1, groups=3)
        values = functional.max_pool2d(functional.relu(functional.batch_norm(values, None, None, training=True)), 2)
        features = values.mean(dim=(2, 3)).unflatten(1, (3, 2)).transpose(0, 1)
        logits = torch.baddbmm(torch.zeros(3, 1, 2, device=device.name), features, dense)
    logits.float().sum().backward()


def out_of_memory(device: Device) -> DeviceError:
    """The error for a device without enough memory for a training."""
    return DeviceError(Message("Found no memory left on {name} ({label}); expected room for one more cell. Train "
                               "fewer cells at once on a device, or fewer repeats or smaller batches.",
                               name=device.name, label=device.label))

"""Schema of training settings in JSON: names and bounds.

`vanas_panel.training.settings.Settings` checks values against each other; this module has the limits beyond which
no training needs, so that a slip of the keyboard does not ask for memory that no machine has.
"""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

Seed = Annotated[int, Meta(ge=0, le=(1 << 63) - 1)]
Steps = Annotated[int, Meta(ge=1, le=100_000_000)]
Images = Annotated[int, Meta(ge=1, le=10_000_000)]
Number = Annotated[float, Meta(ge=0, le=1e12)]
Pixels = Annotated[int, Meta(ge=1, le=1024)]
Repeats = Annotated[int, Meta(ge=1, le=64)]


class SkeletonForm(msgspec.Struct, forbid_unknown_fields=True):
    """Of `vanas_panel.core.cost.Skeleton`, which has limits of its own."""

    stem_channels: int | UnsetType = UNSET
    stacks: int | UnsetType = UNSET
    cells_per_stack: int | UnsetType = UNSET
    image_size: int | UnsetType = UNSET
    image_channels: int | UnsetType = UNSET
    classes: int | UnsetType = UNSET


class DataForm(msgspec.Struct, forbid_unknown_fields=True):
    """Of `vanas_panel.training.settings.DataSettings`."""

    source: Annotated[str, Meta(max_length=4096)] | UnsetType = UNSET
    crop: Pixels | UnsetType = UNSET
    pool: Pixels | UnsetType = UNSET
    noise: Number | UnsetType = UNSET
    copies: Annotated[int, Meta(ge=1, le=1000)] | UnsetType = UNSET
    train: Images | UnsetType = UNSET
    validation: Images | UnsetType = UNSET
    test: Images | UnsetType = UNSET
    seed: Seed | UnsetType = UNSET


class SettingsForm(msgspec.Struct, forbid_unknown_fields=True):
    """Of `vanas_panel.training.settings.Settings`."""

    skeleton: SkeletonForm | UnsetType = UNSET
    data: DataForm | UnsetType = UNSET
    repeats: Repeats | UnsetType = UNSET
    seed: Seed | UnsetType = UNSET
    steps: Steps | UnsetType = UNSET
    budgets: Annotated[list[Steps], Meta(min_length=1, max_length=100)] | UnsetType = UNSET
    batch_size: Images | UnsetType = UNSET
    learning_rate: Number | UnsetType = UNSET
    momentum: Number | UnsetType = UNSET
    weight_decay: Number | UnsetType = UNSET
    warm_up: Number | UnsetType = UNSET
    batch_norm_momentum: Number | UnsetType = UNSET
    batch_norm_epsilon: Number | UnsetType = UNSET
    precision: Annotated[str, Meta(max_length=40)] | UnsetType = UNSET

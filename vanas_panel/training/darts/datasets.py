"""Images or texts of a search or a training by their settings."""

from __future__ import annotations

from typing import NamedTuple

from vanas_panel.training.darts.network_shape import Shape
from vanas_panel.training.data import Dataset, prepare
from vanas_panel.training.image_files import Images, load_images
from vanas_panel.training.settings import DataSettings
from vanas_panel.training.text_data import prepare_texts
from vanas_panel.training.text_files import Texts, load_texts
from vanas_panel.training.text_settings import TextSettings


class PreparedData(NamedTuple):
    """What a network is trained on.

    Attributes
    ----------
    dataset : Dataset
    words : int
        Numbers that words may have; 0 for images.
    """

    dataset: Dataset
    words: int = 0

    def shape(self, channels: int, cells: int, nodes: int) -> Shape:
        """Sizes of a network for it."""
        train = self.dataset.train
        return Shape(channels, cells, nodes, train.images.shape[3], int(train.labels.max()) + 1, self.words,
                     train.images.shape[2] if self.words else 0)


def load_data(settings: DataSettings | TextSettings) -> Images | Texts:
    """Read images or texts; both have a digest.

    Raises
    ------
    TrainingError
        Where they are not there, or not what they should be.
    """
    if isinstance(settings, TextSettings):
        return load_texts(settings.source, settings.only)
    return load_images(settings.source)


def prepare_data(data: Images | Texts, settings: DataSettings | TextSettings) -> PreparedData:
    """Make the three sets.

    Raises
    ------
    TrainingError
        Where there are too few, or they do not fit the settings.
    """
    if isinstance(data, Texts):
        assert isinstance(settings, TextSettings)
        return PreparedData(*prepare_texts(data, settings))
    assert isinstance(settings, DataSettings)
    return PreparedData(prepare(data, settings))

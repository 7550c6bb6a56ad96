"""What is said of a file of weights that cannot be read."""

from __future__ import annotations

from pathlib import Path

from vanas_panel.errors import SourceError
from vanas_panel.text.language import Constant, Message, marked

SAVE_AGAIN = marked("Save the checkpoint again, or leave the file out")


def damaged(path: Path, reason: object) -> SourceError:
    """The error for a file that is not what its format says.

    Parameters
    ----------
    path : Path
    reason : str or Exception
        What is wrong, in a few words: a marked text, or a message.
    """
    said = str(reason)
    if not isinstance(said, Message):
        said = Constant(said.strip().split("\n")[0].rstrip(".") or type(reason).__name__)
    return SourceError(Message("a damaged file ({reason})", reason=said),
                       "a whole file of weights", SAVE_AGAIN, path=path)


def lying(path: Path, name: str) -> SourceError:
    """The error for a file whose description of a tensor does not fit the bytes that it holds."""
    return SourceError(Message("{name}, whose size is not that of its bytes", name=name),
                       "tensors that lie within the file", SAVE_AGAIN, path=path)

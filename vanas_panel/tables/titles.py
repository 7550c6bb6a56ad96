"""Titles of the package's own tables, which are translated; those of other tables are shown as they are."""

from __future__ import annotations

from vanas_panel.text.language import Constant, marked

_OWN = (
    marked("MNIST cells: all NAS-Bench-101 cells of at most 5 vertices, trained on small noisy digits"),
    marked("NAS-Bench-101 cells of at most 4 vertices: structure only, nothing measured"),
    marked("Cells trained here"),
)


def title_words(title: str) -> str:
    """A title of a table: a message where it is one of the package's own, else the same text.

    Parameters
    ----------
    title : str
        In English, as a table holds it.

    Examples
    --------
    >>> from vanas_panel.text.language import speaking, translated
    >>> with speaking("ko"):
    ...     translated(title_words("Cells trained here")), translated(title_words("Designer"))
    ('여기에서 학습한 셀', 'Designer')
    """
    return Constant(title) if title in _OWN else title

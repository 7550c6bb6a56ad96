"""Texts of scripts from the catalogues: what the JavaScript of a page or of a report says, as data for the document."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from vanas_panel.text.language import DOMAIN, ENGLISH, LANGUAGES, LOCALE, current_language

ELEMENT_ID = "vanas-texts"
"""Id of the data block that the scripts read."""


@cache
def script_texts(language: str, folder: str) -> dict[str, str | list[str]]:
    """The translations of the texts that the scripts of a folder mark with ``gettext`` and ``ngettext``.

    Parameters
    ----------
    language : str
        English has none: it is what the scripts themselves hold.
    folder : str
        As the catalogue names it, such as ``vanas_panel/report/``; or a single script.

    Returns
    -------
    dict of str to str or list of str
        By the English text; all forms, by the singular, of a text that depends on a number.

    Examples
    --------
    >>> script_texts("ko", "vanas_panel/report/")["Designer"]
    '구조 디자이너'
    """
    path = LOCALE / language / "LC_MESSAGES" / f"{DOMAIN}.po"
    if language == ENGLISH or not path.exists():
        return {}
    # Babel takes a while to load, which English pages need not wait for.
    from babel.messages.pofile import read_po

    with path.open("rb") as file:
        catalogue = read_po(file, locale=language)
    found: dict[str, str | list[str]] = {}
    for each in catalogue:
        if not each.string or each.fuzzy:
            continue
        if any(name.startswith(folder) and name.endswith(".js") for name, _ in each.locations):
            one = each.id if isinstance(each.id, str) else each.id[0]
            found[one] = str(each.string) if isinstance(each.id, str) else list(each.string or ())
    return found


def texts_block(folder: str) -> str:
    """The data block with the texts of the scripts of a folder, in the language that holds."""
    language = current_language()
    return _block(ELEMENT_ID, {"language": language, "texts": script_texts(language, folder)})


def every_texts_block(folder: str, element_id: str) -> str:
    """The same in every language, for a page that is the same for all visitors, and the language that holds."""
    return _block(element_id, {"language": current_language(),
                               "texts": {language: script_texts(language, folder) for language in LANGUAGES}})


def _block(element_id: str, value: dict[str, Any]) -> str:
    """A data block."""
    # In a script only "</script" and "<!--" could end or change it.
    words = json.dumps(value, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    return f'<script type="application/json" id="{element_id}">{words}</script>'

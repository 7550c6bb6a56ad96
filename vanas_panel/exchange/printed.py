"""Text as programs print it: console prompts, and arrays of NumPy without commas."""

from __future__ import annotations

import re

_PROMPT = re.compile(r"^(?:>>> ?|\.\.\. ?|In ?\[\d+\]: ?|Out ?\[\d+\]: ?|   \.\.\.: ?)", re.MULTILINE)
_NUMBER = r"(?:\d+(?:\.\d*)?|True|False)"
_TEXT = r"""(?:'[^'\n\\]*'|"[^"\n\\]*")"""
# A list of numbers, or of texts, in which nothing but white space stands between two of them; and texts, in which
# nothing is changed. An apostrophe within a word starts none, and one that is not closed ends with its line.
_NUMBERS = rf"\[\s*{_NUMBER}(?:\s+{_NUMBER})+\s*\]"
_TEXTS = rf"\[\s*{_TEXT}(?:\s+{_TEXT})+\s*\]"
_QUOTED = r"""(?<!\w)'(?:[^'\\\n]|\\.)*+'?|(?<!\w)"(?:[^"\\\n]|\\.)*+"?"""
_LISTS = re.compile(f"(?P<numbers>{_NUMBERS})|(?P<texts>{_TEXTS})|{_QUOTED}")
_ROWS = re.compile(rf"\](?P<between>\s*)\[(?=\s*(?:\d|True|False))|{_QUOTED}")


def as_python(text: str) -> str:
    r"""A printed text, in the form that Python would read.

    Parameters
    ----------
    text : str
        Any text; lines keep their number.

    Returns
    -------
    str
        The same without prompts, and with commas in arrays that were printed without.

    Examples
    --------
    >>> as_python(">>> print(m)\n[[0 1]\n [0 0]]")
    'print(m)\n[[0, 1],\n [0, 0]]'
    >>> as_python("['input' 'output'], '[1 2]'")
    "['input', 'output'], '[1 2]'"
    """
    text = _PROMPT.sub("", text)
    printed = []

    def with_commas(found: re.Match) -> str:
        """A list with commas; what is quoted as it is."""
        if found["numbers"]:
            printed.append(found)
            return f"[{', '.join(found[0][1:-1].split())}]"
        return f"[{', '.join(re.findall(_TEXT, found[0]))}]" if found["texts"] else found[0]

    text = _LISTS.sub(with_commas, text)
    # Rows that follow each other are those of one array, where the array was printed; else m[0][1] would be two.
    return _ROWS.sub(_joined, text) if printed else text


def _joined(found: re.Match) -> str:
    """A comma between two rows; what is quoted as it is."""
    return found[0] if found["between"] is None else f"],{found['between']}["


def bracketed(text: str) -> list[str]:
    """The outermost lists in a text of any kind, in order; what stands between them is left aside.

    Examples
    --------
    >>> bracketed("Matrix: [[0, 1], [0, 0]] and operations: ['input', 'output]']")
    ['[[0, 1], [0, 0]]', "['input', 'output]']"]
    """
    found, start, depth, quote = [], 0, 0, ""
    for index, letter in enumerate(text):
        if quote:
            quote = "" if letter in (quote, "\n") else quote
        elif letter in "'\"" and depth:
            quote = letter
        elif letter == "[":
            start = start if depth else index
            depth += 1
        elif letter == "]" and depth:
            depth -= 1
            if not depth:
                found.append(text[start : index + 1])
    return found

"""The licences of everything that an installation brings along, held against those that fit this project's."""

from __future__ import annotations

import re
from importlib.metadata import PackageMetadata, PackageNotFoundError, metadata
from pathlib import Path

import pytest

CONSTRAINTS = Path(__file__).resolve().parents[2] / "constraints.txt"

ALLOWED = {
    "0BSD", "3-Clause BSD License", "Apache 2.0", "Apache License, Version 2.0", "Apache Software License",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception", "BSD", "BSD License", "BSD-2-Clause", "BSD-3-Clause", "BSL-1.0", "CC-BY-4.0",
    "CC0-1.0", "ISC", "ISC License (ISCL)", "MIT", "MIT License", "MIT-0", "MIT-CMU", "MPL-2.0",
    "Mozilla Public License 2.0 (MPL 2.0)", "PSF-2.0", "Python Software Foundation License", "Zlib",
}
"""Permissive licences, and the Mozilla Public License, which binds only the files that it is on."""

EXCEPTIONS = {
    # In the public domain; the General Public License is that of a mode for Emacs, which its wheel does not hold.
    "docutils": "Public Domain AND BSD License AND GNU General Public License (GPL)",
    # The driver of the optional extra for PostgreSQL, used as a library and never changed.
    "psycopg": "LGPL-3.0-only",
    "psycopg-binary": "LGPL-3.0-only",
}
"""Other licences by distribution, and why each is accepted."""

UNSTATED = {"axe-playwright-python"}
"""A distribution whose metadata name no licence; its file is that of MIT, and it serves the checks alone."""


def said_licence(about: PackageMetadata) -> str:
    """What the metadata say: the expression, else the classifiers, else the first line of the free text."""
    classifiers = [line.rpartition(" :: ")[2] for line in about.get_all("Classifier") or []
                   if line.startswith("License ::")]
    text = (about.get("License") or "").strip().partition("\n")[0]
    return about.get("License-Expression") or " AND ".join(classifiers) or text


def fits(licence: str) -> bool:
    """Whether all parts that an expression joins by AND, and one of those that it joins by OR, are allowed."""
    if licence in ALLOWED:
        return True
    licence = re.sub(r"^\((.*)\)$", r"\1", licence.strip()) if "(" not in licence.strip()[1:] else licence.strip()
    for word, enough in ((" AND ", all), (" OR ", any)):
        parts = re.split(rf"{word}(?![^(]*\))", licence)
        if len(parts) > 1:
            return enough(fits(part) for part in parts)
    return licence in ALLOWED


@pytest.mark.parametrize(("licence", "good"), [
    ("MIT", True), ("GPL-3.0-only", False), ("MIT AND GPL-3.0-only", False), ("MIT OR GPL-3.0-only", True),
    ("MPL-2.0 AND (Apache-2.0 OR MIT)", True), ("MPL-2.0 AND (GPL-2.0 OR AGPL-3.0)", False),
    ("(GPL-2.0 OR MIT) AND ISC", True), ("ISC License (ISCL)", True), ("", False), ("Proprietary", False),
    ("Apache-2.0 WITH LLVM-exception AND MIT", True),
])
def test_expressions_are_understood(licence, good):
    assert fits(licence) is good


def test_every_installed_distribution_has_a_licence_that_is_allowed():
    names = re.findall(r"^([\w.-]+)==", CONSTRAINTS.read_text(encoding="utf-8"), re.MULTILINE)
    found = {}
    for name in names:
        try:
            found[name] = said_licence(metadata(name))
        except PackageNotFoundError:
            continue  # of an extra that is not installed here, or another system
    assert len(found) > 50
    strange = {name: licence for name, licence in found.items()
               if not fits(licence) and EXCEPTIONS.get(name) != licence and not (name in UNSTATED and not licence)}
    assert strange == {}, "Look at these licences, and add what fits to ALLOWED or, with a reason, to EXCEPTIONS"
    assert {name for name in EXCEPTIONS if name in names} == {*EXCEPTIONS}, "an exception is no longer needed"

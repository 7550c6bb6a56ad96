"""Join the modules of the offline designer into the script that reports hold: ``make bundle``.

Usage: python scripts/bundle.py [--check]

The modules import each other; a report is one file, so esbuild joins them. The result is committed, so that nothing of
npm is needed to install or to run vanas-panel. It is not minified: a reader of a report can read its script, and two
versions can be compared line by line. Its head holds two digests, of the modules and of the rest of the file: with
``--check`` nothing is written, and the exit code says whether they are right, also on a machine without npm.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path

from vanas_panel.draw.cell import canvas
from vanas_panel.draw.theme import LIGHT, operation_colors

ROOT = Path(__file__).resolve().parents[1]
MODULES = ROOT / "vanas_panel" / "report" / "offline"
BUNDLE = MODULES / "bundle.js"
CONSTANTS = MODULES / "constants.js"
ESBUILD = ROOT / "node_modules" / ".bin" / "esbuild"
OPTIONS = ("--bundle", "--format=iife", "--target=es2022", "--charset=utf8", "--legal-comments=none",
           "--log-level=warning")
"""One function that is called at once, for browsers that have ``deflate-raw`` anyway; no helper code is needed then."""

FORBIDDEN = ("</script", "<!--", "import(", "eval(")
"""Texts that would end or change a script within HTML, or that a report's policy for scripts refuses."""


def constants() -> str:
    """The module of numbers and colours that the offline designer shares with the page, as text."""
    geometry = {"width": canvas.WIDTH, "height": canvas.HEIGHT, "stripHeight": canvas.STRIP_HEIGHT,
                "boxWidth": canvas.BOX_WIDTH, "boxHeight": canvas.BOX_HEIGHT, "many": canvas.MANY,
                "smallWidth": canvas.SMALL_WIDTH, "smallHeight": canvas.SMALL_HEIGHT, "gapX": canvas.GAP_X,
                "gapY": canvas.GAP_Y, "left": canvas.LEFT, "right": canvas.RIGHT, "bottom": canvas.BOTTOM,
                "top": canvas.TOP}
    lines = "".join(f"  {name}: {value:.17g},\n" for name, value in geometry.items())
    fill, ink = operation_colors("unknown", (), LIGHT)
    return ("// The geometry of the canvas (draw/cell/canvas.py), and the fill and text colour of an unknown\n"
            "// operation (draw/theme.py). Written by `make bundle`: change it there.\n\n"
            f"export const CANVAS = {{\n{lines}}}\n\nexport const STRANGER = {json.dumps([fill, ink])}\n")


def digest_of_modules(folder: Path = MODULES) -> str:
    """SHA-256 of the names and texts of all modules.

    Parameters
    ----------
    folder : Path
        Where they are, beside the bundle.
    """
    found = hashlib.sha256()
    for path in sorted(folder.glob("*.js")):
        if path.name != BUNDLE.name:
            # Git may check text out with other ends of lines.
            text = path.read_text(encoding="utf-8")
            found.update(f"{path.name}\n{len(text)}\n{text}".encode())
    return found.hexdigest()


def joined(esbuild: Path = ESBUILD) -> str:
    """The script that esbuild makes of the modules.

    Raises
    ------
    SystemExit
        Where esbuild is missing or refuses a module, or where the result cannot stand in a report.
    """
    command = shutil.which(esbuild)
    if command is None:
        sys.exit(f"Cannot bundle: {esbuild} is missing. Run `sh scripts/javascript.sh install`, which needs npm.")
    done = subprocess.run([command, "main.js", *OPTIONS], cwd=MODULES, check=False, capture_output=True, text=True,
                          encoding="utf-8")
    if done.returncode or done.stderr:
        sys.exit(f"Cannot bundle: esbuild says:\n{done.stderr}")
    for text in FORBIDDEN:
        if text in done.stdout:
            sys.exit(f"Cannot bundle: found {text!r}, which cannot stand in a report. Write it in another way.")
    return done.stdout


def with_head(body: str, modules: str) -> str:
    """The file that is committed: what it is, the digests, and the script."""
    return (f"// Made by `make bundle` from the modules in this folder: change those.\n// Modules: {modules}\n"
            f"// Script: {hashlib.sha256(body.encode()).hexdigest()}\n{body}")


def fault(bundle: str, modules: str) -> str:
    """Faults of a bundle that can be found without esbuild; none where it is right.

    Parameters
    ----------
    bundle : str
        Text of the committed file.
    modules : str
        Digest of the modules as they are now.
    """
    body = bundle.split("\n", 3)[-1]
    if bundle != with_head(body, bundle.partition("// Modules: ")[2].partition("\n")[0]):
        return "bundle.js was changed by hand: change the modules, then run `make bundle`."
    if bundle != with_head(body, modules):
        return "bundle.js was made from other modules than those beside it: run `make bundle`."
    return ""


def main() -> int:
    """Write the bundle, or check it."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing")
    if parser.parse_args().check:
        wrong = fault(BUNDLE.read_text(encoding="utf-8"), digest_of_modules())
        if not wrong and CONSTANTS.read_text(encoding="utf-8") != constants():
            wrong = "constants.js is not what draw/ says: run `make bundle`."
        print(wrong or "The bundle of the offline designer is that of its modules.")
        return int(bool(wrong))
    CONSTANTS.write_text(constants(), encoding="utf-8", newline="\n")
    BUNDLE.write_text(with_head(joined(), digest_of_modules()), encoding="utf-8", newline="\n")
    print(f"Wrote {BUNDLE.relative_to(ROOT)}, {BUNDLE.stat().st_size:,} bytes.")
    return 0


if __name__ == "__main__":
    sys.exit(main())

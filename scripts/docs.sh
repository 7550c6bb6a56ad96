#!/bin/sh
# Build the documentation site, without any network. A broken link, a missing page, picture or anchor stops it.
#
#   scripts/docs.sh               into build/docs
#   scripts/docs.sh FOLDER        into another folder
#   scripts/docs.sh FOLDER PAGES  from other pages than those of docs/
set -eu
unset CDPATH
cd "$(dirname "$0")/.."
out=${1:-build/docs}
# All of it each time: an unchanged page would keep an old table of contents, and warn the first time only.
[ $# -gt 0 ] || rm -rf "$out"
.venv/bin/python -m sphinx --fail-on-warning --keep-going --quiet --fresh-env --write-all --builder html --conf-dir docs \
    --doctree-dir "$out/.doctrees" "${2:-docs}" "$out"
echo "The site is ready: open $out/index.html"

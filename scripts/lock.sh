#!/bin/sh
# Write locks/: the exact versions of all packages, with the hashes of their files, from pyproject.toml and constraints.txt.
#
# Needs uv, which resolves for every system and Python at once: python -m pip install uv
set -eu
unset CDPATH
cd "$(dirname "$0")/.."
command -v uv >/dev/null 2>&1 || {
    echo "vanas-panel: the locks are made with uv, which is not on the PATH. Install it: python -m pip install uv" >&2
    exit 1
}

pins=$(mktemp)
trap 'rm -f "$pins"' EXIT
grep -v '^torch==' constraints.txt >"$pins"

lock() {
    name=$1
    shift
    uv pip compile --quiet --generate-hashes --universal --python-version 3.11.5 --no-annotate --no-header \
        --constraints "$pins" --output-file "locks/$name.txt" pyproject.toml locks/more.in "$@"
    echo "locks/$name.txt: $(grep -c '==' "locks/$name.txt") packages"
}

lock run
printf 'uv\n' | uv pip compile --quiet --generate-hashes --universal --python-version 3.11.5 --no-annotate --no-header \
    --output-file locks/uv.txt -
lock check locks/more-for-checks.in --extra test --extra docs --extra postgres --extra optuna

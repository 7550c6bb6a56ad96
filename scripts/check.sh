#!/bin/sh
# Every check, one after the other; a failure does not keep the others from running.
#
#   scripts/check.sh lint     style, types, import contracts
#   scripts/check.sh check    the same, and every test but those in a browser
#   scripts/check.sh browser  the same, and those
#
# The last line counts the tests of all runs together, from the reports that pytest wrote.
set -u
unset CDPATH
cd "$(dirname "$0")/.." || exit 1
what=${1:-browser}
python=.venv/bin/python
cache=$(pwd -P)/.cache

# Kernels are compiled into caches of their own that start empty: Numba neither notices a helper that changed in another
# file, nor adds bounds checks to what it finds compiled. Of the tests that run at once each has one for itself, since
# several processes compiling into one cache may crash; that of the unit tests is warm for the servers of the stories.
rm -rf .cache/check
mkdir -p .cache/check/reports
export NUMBA_CACHE_DIR="$cache/check/kernels"
export HYPOTHESIS_PROFILE=ci
# Nobody's own tables get into the tests, nor theirs among them.
export VANAS_PANEL_CACHE="$cache/check/tables"

failed=''
step() {
    name=$1
    shift
    printf '\n=== %s: %s\n' "$name" "$*"
    "$@" || failed="$failed $name"
}

tests() {
    name=$1
    shift
    step "$name" "$python" -m pytest -q --junitxml=".cache/check/reports/$name.xml" "$@"
}

# The same while others run; what it says is shown by `result`, once all are through.
beside() {
    name=$1
    shift
    NUMBA_CACHE_DIR="$cache/check/kernels-of-$name" "$python" -m pytest -q \
        --junitxml=".cache/check/reports/$name.xml" "$@" >".cache/check/$name.log" 2>&1
    echo $? >".cache/check/$name.status"
}

result() {
    step "$1" sh -c "cat .cache/check/$1.log; exit $(cat ".cache/check/$1.status" || echo 1)"
}

# These wait for servers, databases and workers most of the time, so they run beside those that compute.
services='tests/shelf tests/training tests/test_cli.py tests/test_exchange_network.py tests/test_notebooks.py
          tests/test_scripts.py'

if [ "$what" != lint ]; then
    beside servers -m 'not browser' tests/serve &
    {
        # shellcheck disable=SC2086  # the names of the tests hold no spaces
        beside services -m 'not browser' $services
        export NUMBA_BOUNDSCHECK=1
        beside with-bounds tests/core
    } &
fi
step style "$python" -m ruff check .
step types "$python" -m mypy
step imports .venv/bin/lint-imports --no-cache

if [ "$what" != lint ]; then
    # shellcheck disable=SC2046,SC2086
    tests unit -m 'not browser' $(printf ' --ignore=%s' tests/serve $services) tests
    # serve/app.py builds the page when it is imported; modules that need another extra are passed over.
    tests examples --doctest-modules --doctest-ignore-import-errors --ignore=vanas_panel/serve/app.py vanas_panel
    export NUMBA_DISABLE_JIT=1
    tests without-jit -n 2 tests/core
    tests examples-without-jit --doctest-modules vanas_panel/core
    unset NUMBA_DISABLE_JIT
    wait
    result servers
    result services
    result with-bounds
fi
if [ "$what" = browser ]; then
    tests browser -m browser -n 2 --dist loadfile tests
fi

# shellcheck disable=SC2086  # the names of the steps hold no spaces
exec "$python" scripts/summary.py .cache/check $failed

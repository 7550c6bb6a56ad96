#!/bin/sh
# Every check, one after the other; a failure does not keep the others from running.
#
#   scripts/check.sh lint     style, types, import contracts, and the same of the JavaScript
#   scripts/check.sh check    the same, and every test but those in a browser
#   scripts/check.sh browser  the same, and those
#   scripts/check.sh part ROOM...  style, import contracts, and the quick tests and the examples of some rooms, such as
#                                  "readers state": folders of tests/
#
# The last line counts the tests of all runs together, from the reports that pytest wrote.
set -u
unset CDPATH
cd "$(dirname "$0")/.." || exit 1
what=${1:-browser}
python=.venv/bin/python
cache=$(pwd -P)/.cache

# Tests start a hundred Pythons, each of which would compile the modules of the project anew.
unset PYTHONDONTWRITEBYTECODE

if [ "$what" = part ]; then
    shift
    # Numba does not notice a helper that changed in another file: every state of the kernels has a cache of its own, and
    # in it each of the two processes.
    KERNELS_OF_EACH_WORKER=$cache/kernels-of-parts-$(find vanas_panel/core vanas_panel/searches -name '*.py' \
        | LC_ALL=C sort | xargs cat | cksum | cut -d ' ' -f 1)
    export KERNELS_OF_EACH_WORKER
    paths=''
    for room in "$@"; do
        if [ ! -d "tests/$room" ] || [ "${room#*/}" != "$room" ] || [ "$room" = browser ]; then
            printf "There is no part '%s'. The parts are folders of tests/: " "$room" >&2
            for each in tests/*/test_*.py; do
                each=${each%/*}
                echo "${each#tests/}"
            done | grep -vx 'bench\|browser' | uniq | tr '\n' ' ' >&2
            echo >&2
            exit 2
        fi
        paths="$paths tests/$room"
        [ ! -d "vanas_panel/$room" ] || paths="$paths vanas_panel/$room"
    done
    status=0
    "$python" -m ruff check . || status=1
    .venv/bin/lint-imports --no-cache || status=1
    case " $* " in *" javascript "*) sh scripts/javascript.sh || status=1 ;; esac
    # serve/app.py builds the page when it is imported.
    # shellcheck disable=SC2086  # the names of the folders hold no spaces
    "$python" -m pytest -q -n 2 -m 'not browser and not slow' --doctest-modules --doctest-ignore-import-errors \
        --ignore=vanas_panel/serve/app.py $paths || status=1
    exit "$status"
fi

# Kernels are compiled into caches of their own that start empty: Numba neither notices a helper that changed in another
# file, nor adds bounds checks to what it finds compiled. Of the tests that run at once each has one for itself, since
# several processes compiling into one cache may crash; that of the unit tests is warm for the servers of the stories.
rm -rf .cache/check
mkdir -p .cache/check/reports
export NUMBA_CACHE_DIR="$cache/check/kernels"
export HYPOTHESIS_PROFILE=ci
# Nobody's own tables get into the tests, nor theirs among them.
export VANAS_PANEL_CACHE="$cache/check/tables"
# The documentation is built once, for the unit tests, and looked at by the stories, too.
export SITE_OF_CHECKS="$cache/check/site"

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

# Tests that wait for browsers, servers and workers share this machine with them, and now and then one waits too long. It
# may try once more; the summary names it.
again='--reruns 1'
export SECOND_TRIES="$cache/check/second-tries.txt"

# The same while others run; what it says is shown by `result`, once all are through.
beside() {
    name=$1
    shift
    # shellcheck disable=SC2086  # two words
    NUMBA_CACHE_DIR="$cache/check/kernels-of-$name" "$python" -m pytest -q $again \
        --junitxml=".cache/check/reports/$name.xml" "$@" >".cache/check/$name.log" 2>&1
    echo $? >".cache/check/$name.status"
}

result() {
    step "$1" sh -c "cat .cache/check/$1.log; exit $(cat ".cache/check/$1.status" || echo 1)"
}

# These wait for servers, databases and workers most of the time, so they run beside those that compute.
services='tests/shelf tests/training tests/cli tests/exchange/test_exchange_network.py
          tests/project/test_notebooks.py tests/project/test_scripts.py'

# The tests of the kernels. The one that is left out is about what a public function makes of its arguments.
kernels='--ignore=tests/core/test_plain_values.py tests/core'

# Kernels of the page and of searches are compiled once; the runs start with copies of them.
compile_kernels() {
    mkdir -p .cache/check/kernels
    "$python" scripts/compile_kernels.py >.cache/check/kernels.log 2>&1 || cat .cache/check/kernels.log
    for each in servers services searches; do
        cp -R .cache/check/kernels ".cache/check/kernels-of-$each"
    done
    touch .cache/check/compiled
}

if [ "$what" != lint ]; then
    {
        compile_kernels
        beside servers -m 'not browser' tests/serve &
        # shellcheck disable=SC2086  # the names of the tests hold no spaces
        beside services -m 'not browser' $services
        export NUMBA_BOUNDSCHECK=1
        again=''
        beside with-bounds $kernels
        unset NUMBA_BOUNDSCHECK
        # They take as long as a third of the others, and this side of the two is the shorter one.
        export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1
        beside searches tests/searches
        wait
    } &
fi
step style "$python" -m ruff check .
step types "$python" -m mypy
step imports .venv/bin/lint-imports --no-cache
step javascript sh scripts/javascript.sh

if [ "$what" != lint ]; then
    while [ ! -e .cache/check/compiled ]; do sleep 1; done
    # Runs share the machine: of threads that wait for each other, a matrix product takes many times as long.
    export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1
    # shellcheck disable=SC2046,SC2086
    tests unit -m 'not browser' $(printf ' --ignore=%s' tests/serve tests/searches $services) tests
    # serve/app.py builds the page when it is imported; modules that need another extra are passed over.
    tests examples --doctest-modules --doctest-ignore-import-errors --ignore=vanas_panel/serve/app.py vanas_panel
    export NUMBA_DISABLE_JIT=1
    # shellcheck disable=SC2086
    tests without-jit -n 2 $kernels
    tests examples-without-jit --doctest-modules vanas_panel/core
    unset NUMBA_DISABLE_JIT
    wait
    result servers
    result services
    result with-bounds
    result searches
fi
if [ "$what" = browser ]; then
    # shellcheck disable=SC2086  # two words
    tests browser $again -m browser -n 2 --dist loadfile tests
fi

# shellcheck disable=SC2086  # the names of the steps hold no spaces
exec "$python" scripts/summary.py .cache/check $failed

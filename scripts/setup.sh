#!/bin/sh
# Make the virtual environment .venv ready.
#
#   scripts/setup.sh          what the page needs
#   scripts/setup.sh check    the same, and what the checks need
#   scripts/setup.sh browser  the same as check, and Chromium; where it may, nginx and PostgreSQL, too
#
# Safe to repeat: where nothing changed since the last time, nothing is installed and no network is used.
# PYTHON=/path/to/python3.12 chooses the interpreter of a new environment.
set -eu
unset CDPATH
cd "$(dirname "$0")/.."
want=${1:-run}

stop() {
    printf '\nvanas-panel: %s\n' "$@" >&2
    exit 1
}

is_recent() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

# The first Python of at least 3.11: the one asked for, else the usual names.
find_python() {
    if [ -n "${PYTHON:-}" ]; then
        set -- "$PYTHON"
    else
        set -- python3 python3.13 python3.12 python3.11 python
    fi
    for name in "$@"; do
        if command -v "$name" >/dev/null 2>&1 && is_recent "$name"; then
            printf '%s\n' "$name"
            return
        fi
    done
    return 1
}

# Whether .venv works here. An environment that was made elsewhere and moved or copied does not: its scripts name the
# old place.
is_usable() {
    is_recent .venv/bin/python && .venv/bin/python -m pip --version >/dev/null 2>&1 || return 1
    made_by=$(sed -n 's/^command = //p' .venv/pyvenv.cfg)
    # One that does not say where it was made is not ours to install into through a link.
    [ -n "$made_by" ] || [ ! -L .venv ] || return 1
    case $made_by in
        '' | *"$(pwd -P)/.venv") return 0 ;;
        *) return 1 ;;
    esac
}

make_environment() {
    [ ! -e .venv ] || ! is_usable || return 0
    # Making it again would empty what the link leads to, which others may work with.
    [ ! -L .venv ] || stop ".venv is a link to $(readlink .venv), an environment that was made for another folder.
Remove the link to have one made here, or run the command there."
    python=$(find_python) || stop "no Python of version 3.11 or newer was found${PYTHON:+ as $PYTHON} (looked for python3, \
python3.13 to python3.11 and python).
Install one (Debian, Ubuntu: apt-get install python3 python3-venv), or name one: make PYTHON=/path/to/python3.12 ..."
    "$python" -c 'import ensurepip, venv' 2>/dev/null || stop "$python has no venv module, which makes the environment.
Install it (Debian, Ubuntu: apt-get install python3-venv), then run the same command again."
    if [ -e .venv ]; then
        echo "The environment in .venv does not work here (moved, or made with another Python); making it anew."
    else
        echo "Making a virtual environment in .venv with $("$python" --version)."
    fi
    "$python" -m venv --clear .venv || stop "the virtual environment could not be made in $(pwd -P)/.venv; see the message \
above.
Is there space on the disk, and may you write here?"
}

# What an installation depends on; kept in a stamp file when it succeeded.
fingerprint() {
    pwd -P
    .venv/bin/python --version
    cat pyproject.toml constraints.txt locks/*.txt | cksum
}

# uv installs in seconds what takes pip minutes. It stands beside the packages, not among them. Where it cannot be had or
# cannot reach the index, pip installs them.
install_with_uv() {
    # shellcheck disable=SC2086  # the options hold no spaces
    [ -x .venv/uv/bin/uv ] || .venv/bin/python $pip --require-hashes --target .venv/uv --requirement locks/uv.txt \
        >/dev/null 2>&1 || return 1
    index=$(.venv/bin/python -m pip config get global.index-url 2>/dev/null) || index=${PIP_INDEX_URL:-}
    UV_DEFAULT_INDEX=${index:-https://pypi.org/simple} UV_HTTP_TIMEOUT=20 .venv/uv/bin/uv pip install --quiet \
        --python .venv/bin/python --require-hashes --requirement "$1" >/dev/null 2>&1
}

# Everything comes from a lock, which holds the hashes of all files: a file that is another one is refused. Only PyTorch,
# whose builds differ from machine to machine, is held to its version alone.
install_packages() {
    requirement=$1
    lock=locks/$2.txt
    stamp=.venv/vanas-panel-$2.stamp
    now=$(fingerprint)
    if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$now" ]; then
        return
    fi
    echo "Installing the packages into .venv; this takes a few minutes the first time."
    pip="-m pip install --disable-pip-version-check --quiet"
    # shellcheck disable=SC2086  # the options hold no spaces
    { { install_with_uv "$lock" || .venv/bin/python $pip --require-hashes --requirement "$lock"; } \
        && .venv/bin/python $pip --no-build-isolation --constraint constraints.txt --editable "$requirement"; } \
        || stop "pip could not install the packages; its message is above.
Most often there is no network, or no package index can be reached (look at: .venv/bin/python -m pip config list).
What is installed already is kept: run the same command again. Another Python than the tested 3.11 may lack a pinned
version; remove .venv and name another with make PYTHON=python3.11 ..."
    printf '%s\n' "$now" >"$stamp"
}

has_chromium() {
    for name in chromium chromium-browser google-chrome google-chrome-stable; do
        if command -v "$name" >/dev/null 2>&1; then
            return 0
        fi
    done
    return 1
}

install_chromium() {
    if has_chromium; then
        return
    fi
    hint="'make check' runs every check but those in a browser."
    command -v apt-get >/dev/null 2>&1 || stop "the browser tests need Chromium, and there is no apt-get to install it.
Install Chromium so that 'chromium' is on the PATH. $hint"
    [ "$(id -u)" = 0 ] || stop "the browser tests need Chromium, and only root may install it.
Run: sudo apt-get install chromium. $hint"
    echo "Installing Chromium with apt-get for the browser tests."
    if ! { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium >/dev/null; }; then
        stop "apt-get could not install Chromium; its message is above. Is there a network? $hint"
    fi
    has_chromium || stop "apt-get installed its chromium package, but there is still no 'chromium' on the PATH. $hint"
}

# What some tests run against for real; where it is absent they are skipped, and say so.
install_servers() {
    packages=''
    command -v nginx >/dev/null 2>&1 || [ -x /usr/sbin/nginx ] || packages="$packages nginx-light"
    if ! command -v postgres >/dev/null 2>&1; then
        set -- /usr/lib/postgresql/*/bin/postgres
        [ -x "$1" ] || packages="$packages postgresql"
    fi
    [ -n "$packages" ] || return 0
    if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null 2>&1; then
        echo "Tests that need$packages will be skipped: they are not installed, and this user cannot install them."
        return
    fi
    echo "Installing$packages with apt-get for tests against real servers."
    # shellcheck disable=SC2086  # the names of packages hold no spaces
    if ! { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $packages >/dev/null; }; then
        echo "apt-get could not install$packages; tests that need them will be skipped." >&2
    fi
}

case $want in
    run | check) ;;
    browser) install_chromium && install_servers ;;
    *) stop "scripts/setup.sh knows run, check and browser, not '$want'." ;;
esac
make_environment
if [ "$want" = run ]; then
    install_packages . run
else
    install_packages '.[test,docs,rebuild,postgres,optuna]' check
    cp .venv/vanas-panel-check.stamp .venv/vanas-panel-run.stamp
fi

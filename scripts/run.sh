#!/bin/sh
# Serve the page. SOURCE names a table (a path, or the name of an embedded or cached one), PORT another port.
set -eu
unset CDPATH
cd "$(dirname "$0")/.."
sh scripts/setup.sh run
# Numba does not notice when a compiled helper changed in another file, so every state of the kernels has a cache of its
# own.
NUMBA_CACHE_DIR=$(pwd -P)/.cache/kernels-$(find vanas_panel/core vanas_panel/searches -name '*.py' | LC_ALL=C sort \
    | xargs cat | cksum | cut -d ' ' -f 1)
export NUMBA_CACHE_DIR
exec .venv/bin/vanas-panel serve ${SOURCE:+"$SOURCE"} ${PORT:+--port "$PORT"}

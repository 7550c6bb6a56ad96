#!/bin/sh
# The checks of the JavaScript beside its tests (tests/javascript): style (Biome) and types (TypeScript), and the bundle.
#
#   scripts/javascript.sh          install what is missing, and check
#   scripts/javascript.sh install  install only, and fail where that is not possible
#   scripts/javascript.sh bundle   the same, then write the bundle of the offline designer
#
# Nothing of npm is needed to install or run vanas-panel. So a check where node or npm's registry is missing says why and
# passes over these; what needs no npm is checked all the same: the digests in the head of the bundle.
set -u
unset CDPATH
cd "$(dirname "$0")/.." || exit 1
python=.venv/bin/python
tools=node_modules/.bin

# Installs into node_modules, once for every state of the lock; says on one line why it could not.
install() {
    command -v node >/dev/null 2>&1 || { echo "node is not installed"; return 1; }
    node -e 'process.exit(parseInt(process.versions.node) < 18 ? 1 : 0)' \
        || { echo "node is $(node --version), and version 18 or newer is needed"; return 1; }
    stamp=node_modules/.vanas-panel.stamp
    now=$(cat package.json package-lock.json | cksum)
    [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$now" ] && return 0
    command -v npm >/dev/null 2>&1 || { echo "npm is not installed"; return 1; }
    mkdir -p .cache
    # No package's own scripts run, and what an earlier installation has left in npm's cache is not fetched again.
    npm ci --ignore-scripts --prefer-offline --no-audit --no-fund --fetch-retries=1 --fetch-timeout=30000 \
        >.cache/npm.log 2>&1 || {
        rm -rf node_modules
        echo "npm could not install the tools (see .cache/npm.log): $(grep -m 1 'npm error code' .cache/npm.log)"
        return 1
    }
    printf '%s\n' "$now" >"$stamp"
}

case ${1:-check} in
    install | bundle)
        reason=$(install) || { echo "vanas-panel: $reason." >&2; exit 1; }
        [ "$1" = install ] || exec "$python" scripts/bundle.py
        exit 0
        ;;
    check) ;;
    *) echo "scripts/javascript.sh knows install, bundle and check, not '$1'." >&2; exit 1 ;;
esac

status=0
"$python" scripts/bundle.py --check || status=1
if reason=$(install); then
    "$tools/biome" lint --error-on-warnings || status=1
    "$tools/tsc" --project . || status=1
    "$tools/tsc" --project tsconfig.page.json || status=1
else
    printf '\nSKIPPED style and types of the JavaScript: %s.\n' "$reason"
fi
exit "$status"

# shellcheck shell=bash
# The peers that come from npm: for tests and measurements alone, installed when those run, never part of the repository.

# Installs node's ws below folder $1, where it is not there yet, and sets NODE_PATH; what npm said of a failure is in $2.
provide_ws() {
    if [[ ! -d $1/node_modules/ws ]]; then
        type -P npm >/dev/null && npm install --silent --no-fund --no-audit --prefix "$1" ws@8 >"$2" 2>&1 || return
    fi
    export NODE_PATH=$1/node_modules
}

# shellcheck shell=bash
# The peers that come from npm: for tests and measurements alone, installed when those run, never part of the repository.

# Installs node's ws below folder $1, where it is not there yet, and sets NODE_PATH; what npm said of a failure is in $2.
provide_ws() {
    if [[ ! -d $1/node_modules/ws ]]; then
        type -P npm >/dev/null && npm install --silent --no-fund --no-audit --prefix "$1" ws@8 >"$2" 2>&1 || return
    fi
    export NODE_PATH=$1/node_modules
}

# The same for socket.io, versions 4 and 2, and sockjs, each with its own client, under the names that the tests use.
provide_web() {
    if [[ ! -d $1/node_modules/sockjs-client || ! -d $1/node_modules/socket.io-client ]]; then
        type -P npm >/dev/null && npm install --silent --no-fund --no-audit --prefix "$1" sio4@npm:socket.io@4 \
            sioc4@npm:socket.io-client@4 sio2@npm:socket.io@2 sioc2@npm:socket.io-client@2 socket.io-client@4 \
            sockjs@0.3 sockjs-client@1 \
            >"$2" 2>&1 || return
    fi
    export NODE_PATH=$1/node_modules
}

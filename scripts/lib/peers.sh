# shellcheck shell=bash
# The peers that come from npm: for tests and measurements alone, installed when those run, never part of the repository.

# Installs node's ws and the packages after $2 below folder $1, where one is not there yet, and sets NODE_PATH; what npm
# said of a failure is in $2.
provide_ws() {
    local package
    for package in ws@8 "${@:3}"; do
        [[ -d $1/node_modules/${package%@*} ]] && continue
        type -P npm >/dev/null && npm install --silent --no-fund --no-audit --prefix "$1" ws@8 "${@:3}" >"$2" 2>&1 || return
        break
    done
    export NODE_PATH=$1/node_modules
}

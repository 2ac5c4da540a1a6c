# shellcheck shell=bash
# The built tree: where it lies and whether it belongs to these sources. Read by every start, so it starts no process
# that it can do without.
#
# A build is a folder named by the hash of what it was made from, complete from the moment it has that name:
#   .build/KEY/lib/*.jar     the program and its libraries; nothing else is needed to run it, and it may be copied anywhere
#   .build/KEY/cds/*.jsa     class-data archives, one per JDK; each can be made again
# Where the sources cannot be written to, ~/.cache/packetlab takes the place of .build.

note() { printf 'packetlab: %s\n' "$*" >&2; }
fail() { note "$*"; exit 1; }

# The user's own cache, empty where there is none. Root must not load classes from a folder that another user can write
# to, nor leave its own files there, which is what a HOME kept by sudo would lead to.
cache=
set_cache() {
    local parent=${XDG_CACHE_HOME:-${HOME:+$HOME/.cache}} existing
    [[ $parent == /* && $parent != *:* ]] || return 0
    existing=$parent
    until [[ -e $existing || -z $existing ]]; do existing=${existing%/*}; done
    [[ -n $existing && -O $existing && -w $existing ]] && cache=$parent/packetlab
    return 0
}

# Finds the files that a build is made from, relative to the current folder; $@ is what find(1) does with each.
find_sources() {
    shopt -s nullglob
    # What an editor leaves beside a file is no source, and measurements are no part of the program.
    find -L pom.xml .mvn native/pom.xml src/*/pom.xml native/src/main src/*/src/main scripts/lib/build.sh -type f \
        ! -name '*~' ! -name '.*' ! -path '*/.*/*' ! -path 'src/bench/src/*' "$@" 2>/dev/null
}

# Prints their names, one a line.
list_sources() { find_sources -print | LC_ALL=C sort; }

# Copies what a clone would hold into folder $1, whatever has been built here or is under way.
copy_root() {
    mkdir -p -- "$1" && tar -C "$root" -c --exclude=.git --exclude=.build --exclude=target --exclude=node_modules . |
        tar -C "$1" -x --no-same-owner
}

# Prints the hash of the names and the contents of the sources below $1; their times and owners do not count.
hash_sources() {
    local sum
    sum=$(
        set -o pipefail
        cd -- "$1" && mapfile -t files < <(list_sources) && ((${#files[@]})) && sha256sum -- "${files[@]}" | sha256sum
    ) || return
    printf '%s\n' "${sum:0:24}"
}

# Prints what no change to a source below $root leaves as it was: names, sizes, times and inodes.
stat_sources() { cd -- "$root" && find_sources -printf '%p %s %T@ %C@ %i\n'; }

# Begins to look them over for find_source_key, beside what comes in between. Without /proc there is no beside.
look_at_sources() {
    { exec {sources}< <(stat_sources); } 2>/dev/null || sources=
    looking=${!-}
}

# Sets source_key to the hash of the sources. Hashing them takes longer than all else that is done here, so it is kept
# beside the builds with what they looked like before they were read: a file that was changed since has another time.
find_source_key() {
    local seen='' base former
    if [[ -n $sources ]]; then
        seen=$(<"/dev/fd/$sources")
        exec {sources}<&-
        # Or it would be a child of the JVM.
        wait "$looking" 2>/dev/null
    fi
    seen=$root$'\n'${seen:-$(stat_sources)}
    set_cache
    for base in "$root/.build" "$cache"; do
        [[ -n $base && -r $base/seen ]] && former=$(<"$base/seen") || continue
        source_key=${former:0:24}
        # [ compares texts, [[ patterns, which takes two milliseconds longer for so many names.
        [[ $source_key =~ ^[0-9a-f]{24}$ ]] && [ "$former" = "$source_key"$'\n'"$seen" ] && return 0
    done
    source_key=$(hash_sources "$root") || return
    for base in "$root/.build" "$cache"; do
        [[ -n $base && -d $base && -w $base ]] || continue
        { printf '%s\n%s\n' "$source_key" "$seen" >"$base/seen.$$" && mv -f -- "$base/seen.$$" "$base/seen"; } 2>/dev/null
        return 0
    done
}

# Sets tree to the build of the sources with hash $1.
find_tree() {
    local base
    set_cache
    for base in "$root/.build" "$cache"; do
        # A class path cannot name a folder with a colon.
        [[ -n $base && $base != *:* && -x $base/$1/lib && -r $base/$1/lib ]] || continue
        tree=$base/$1
        return 0
    done
    return 1
}

# Whether the dynamic linker would find libpcap.
has_libpcap() {
    local found
    shopt -s nullglob
    found=(/usr/lib/*/libpcap.so* /lib/*/libpcap.so* /usr/lib/libpcap.so* /usr/lib64/libpcap.so* /usr/local/lib/libpcap.so*)
    ((${#found[@]}))
}

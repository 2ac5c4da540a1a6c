# shellcheck shell=bash
# Builds the tree for a set of sources: copies them, runs Maven on the copy, and gives the result its name in one rename.
# So a build sees one state of the sources, disturbs no other build, and is complete or absent.

# shellcheck source=scripts/lib/install.sh
. "$root/scripts/lib/install.sh"
# shellcheck source=scripts/lib/archive.sh
. "$root/scripts/lib/archive.sh"

readonly kept_builds=4
build_work=''

# Sets java and tree, installing and building what is missing; ends the script where that cannot be done.
provide_tree() {
    local older
    if find_tree "$source_key"; then
        # Built already, elsewhere perhaps: only Java is missing.
        provide_tools jdk || exit 1
        find_java run
        return
    fi
    umask 022
    choose_build_base
    older=$(cat -- "$base/latest" 2>/dev/null)
    # From here on until the build has its name, others wait. The folder itself is the lock: no file to own.
    exec {build_lock}<"$base" || fail "cannot read $base"
    if ! flock -n "$build_lock"; then
        note "another start is building: waiting for it"
        flock "$build_lock"
    fi
    trap clean_up EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM
    if ! find_tree "$source_key"; then
        provide_tools_to_build && build_tree
        case $? in
            0) ;;
            1) exit 1 ;;
            *)
                [[ -n $older ]] && find_tree "$older" || exit 1
                note "the sources have changed since the build that is used now"
                ;;
        esac
    fi
    clean_up
    trap - EXIT INT TERM
}

clean_up() {
    [[ -z $build_work ]] || rm -rf -- "$build_work"
    build_work=
    exec {build_lock}>&-
}

choose_build_base() {
    base=$root/.build
    if [[ $root != *:* ]] && mkdir -p -- "$base" 2>/dev/null && [[ -w $base ]]; then
        return
    fi
    base=$cache
    [[ -n $base ]] && mkdir -p -- "$base" 2>/dev/null && [[ -w $base ]] ||
        fail "nowhere to build: neither $root nor a cache of this user's own (XDG_CACHE_HOME) can be written to"
}

provide_tools_to_build() {
    local missing=()
    find_java build
    [[ -n $java ]] || missing+=(jdk)
    has_maven || missing+=(maven)
    ((${#missing[@]} == 0)) && return
    provide_tools "${missing[@]}" || return 2
    find_java build
    [[ -n $java ]] && has_maven && return
    say_what_to_install "${missing[@]}"
    return 2
}

# Installs the named wants or says how to.
provide_tools() {
    if can_install && install_packages "$@"; then return; fi
    say_what_to_install "$@"
    return 2
}

# Whether there is a Maven of 3.6.3 or newer.
has_maven() {
    local version
    mvn=$(type -P mvn) || return
    [[ -n $java ]] || return 0
    version=$(run_maven -v 2>/dev/null | sed -n 's/^[^ ]*Apache Maven \([0-9.]*\).*/\1/p')
    [[ $(printf '3.6.3\n%s\n' "$version" | sort -V | head -n 1) == 3.6.3 ]]
}

# Runs Maven with the JDK found.
run_maven() {
    local options=${MAVEN_OPTS-}
    # Maven's own libraries do what JDK 24 and newer warn about.
    ((java_major < 24)) || options="--enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow $options"
    JAVA_HOME=$java_home MAVEN_OPTS=$options "$mvn" -B "${maven_options[@]}" "$@" </dev/null
}
maven_options=()

# Maven asks the password file for the home folder; a user without one there still has HOME.
choose_maven_options() {
    local home
    maven_options=()
    home=$(getent passwd "$(id -u)" | cut -d: -f6)
    [[ -w $home || -z ${HOME-} ]] || maven_options+=("-Dmaven.repo.local=$HOME/.m2/repository")
}

# Builds into $base. Fails with 1 where the sources do not compile, with 2 where something else is missing.
build_tree() {
    local log key first=yes
    rm -rf -- "$base"/tmp.*
    build_work=$(mktemp -d -- "$base/tmp.XXXXXX") || return 2
    log=$build_work/log
    mkdir -p -- "$build_work/sources" "$build_work/tree/lib" "$build_work/tree/cds"
    (cd -- "$root" && list_sources | tr '\n' '\0' | xargs -0 cp --parents -t "$build_work/sources") || return 2
    # What is hashed is what is built, whatever happened to the sources since the start.
    key=$(hash_sources "$build_work/sources") || return 2

    [[ -e $base/latest ]] && first=
    note "building${first:+ for the first time, which can take a minute or two} (Java $java_major)"
    choose_maven_options
    if ! package_tree >"$log" 2>&1; then
        grep -E '^\[ERROR\]|^Error' "$log" | head -n 20 >&2
        cp -f -- "$log" "$base/build.log"
        note "the build failed; all of what Maven said: $base/build.log"
        grep -q 'COMPILATION ERROR' "$log" && return 1
        return 2
    fi
    cp -- "$build_work"/sources/src/cli/target/packetlab-cli-*.jar "$build_work/tree/lib/" || return 2
    chmod -R u+w,a+rX "$build_work/tree"
    # Fails where it exists already, which is as good.
    mv -T -- "$build_work/tree" "$base/$key" 2>/dev/null
    find_tree "$key" || { note "cannot write to $base"; return 2; }
    printf '%s\n' "$key" >"$build_work/latest" && mv -f -- "$build_work/latest" "$base/latest"
    find_java run
    choose_jvm_options
    find_archive || { [[ -n $archive ]] && make_archive; }
    drop_old_builds
    give_to_owner
    return 0
}

# Without the network first: what is in the local repository needs none, and nothing waits for a time-out. A repository
# that lacks something answers within a second or two.
package_tree() {
    local arguments=(-q -f "$build_work/sources/pom.xml" -P launcher -pl src/cli -am
        "-Dlauncher.lib=$build_work/tree/lib" package)
    run_maven -o "${arguments[@]}" && return
    grep -q 'COMPILATION ERROR' "$log" && return 1
    # -U: a download that failed once is tried again.
    run_maven -U "${arguments[@]}"
}

drop_old_builds() {
    local builds
    # shellcheck disable=SC2012 # our own names, which are plain
    mapfile -t builds < <(cd -- "$base" && ls -1dt -- [0-9a-f]*/ 2>/dev/null | tail -n +$((kept_builds + 1)))
    ((${#builds[@]} == 0)) || (cd -- "$base" && rm -rf -- "${builds[@]}")
}

# Root may build in a user's folder; the user must be able to go on there.
give_to_owner() {
    ((EUID == 0)) && [[ $base == "$root/.build" ]] && ! [[ -O $root ]] && chown -R --reference="$root" -- "$base"
    return 0
}

# shellcheck shell=bash
# Installs what is missing with apt, as root or through sudo, which may ask only where there is a terminal. Where that
# cannot be, one line says what to install.

# Whether packages can be installed. In a user namespace one is root without owning the system.
can_install() {
    type -P apt-get >/dev/null || return
    if ((EUID == 0)); then
        sudo=()
        [[ -w /var/lib/dpkg ]]
        return
    fi
    type -P sudo >/dev/null || return
    sudo=(sudo -n)
    sudo -n true 2>/dev/null && return
    sudo=(sudo)
    [[ -t 0 && -t 2 ]]
}

apt() {
    "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 \
        apt-get -y -q -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 "$@"
}

# The version that apt would install of package $1; empty where it knows none.
candidate() { LC_ALL=C apt-cache policy -- "$1" 2>/dev/null | sed -n '/(none)/!s/^ *Candidate: *//p'; }

# Prints the package of a JDK that is new enough: the system's default, or any that it has.
jdk_package() {
    local version package
    version=$(candidate default-jdk-headless)
    # 2:1.17-74 is Java 17.
    version=${version#*:1.}
    version=${version%%[!0-9]*}
    ((${version:-0} >= java_floor)) && { echo default-jdk-headless; return; }
    for package in openjdk-{21,17,25}-jdk-headless; do
        [[ -n $(candidate "$package") ]] && { echo "$package"; return; }
    done
    return 1
}

# Renamed when Debian's time_t grew.
libpcap_package() {
    local package
    for package in libpcap0.8t64 libpcap0.8; do
        [[ -n $(candidate "$package") ]] && { echo "$package"; return; }
    done
    return 1
}

# Installs the packages that the functions or words name; the package lists may be missing or old.
install_packages() {
    local log packages status
    log=$(mktemp) || return
    if ! packages=$(names_of "$@"); then
        note "reading the package lists"
        apt update >"$log" 2>&1
        packages=$(names_of "$@") || { tail -n 3 "$log" >&2; rm -f "$log"; return 1; }
    fi
    note "installing ${packages//$'\n'/, }"
    # shellcheck disable=SC2086 # one word each
    apt --no-install-recommends install $packages >"$log" 2>&1 ||
        { apt update && apt --no-install-recommends install $packages; } >"$log" 2>&1
    status=$?
    ((status == 0)) || tail -n 5 "$log" >&2
    rm -f "$log"
    return "$status"
}

names_of() {
    local what
    for what; do
        case $what in
            jdk) jdk_package || return ;;
            libpcap) libpcap_package || return ;;
            *) [[ -n $(candidate "$what") ]] && echo "$what" || return ;;
        esac
    done
}

# Says in one line what to install for the wants $1..., which are names of packages, or jdk or libpcap.
say_what_to_install() {
    local what package names=()
    if ! type -P apt-get >/dev/null; then
        note "needs $(describe "$@"): please install it with this system's package manager"
        return
    fi
    for what; do
        case $what in
            # Without package lists: every supported release but one has a default that is new enough.
            jdk) package=$(jdk_package) || { grep -qs '^VERSION_ID="22.04"' /etc/os-release && package=openjdk-17-jdk-headless; } || package=default-jdk-headless ;;
            libpcap) package=$(libpcap_package) || package=libpcap0.8 ;;
            *) package=$what ;;
        esac
        names+=("$package")
    done
    note "needs $(describe "$@"); as root: apt-get install ${names[*]}"
}

describe() {
    local what text=()
    for what; do
        case $what in
            jdk) text+=("a JDK $java_floor or newer") ;;
            maven) text+=("Maven 3.6.3 or newer") ;;
            *) text+=("$what") ;;
        esac
    done
    local joined
    joined=$(printf '%s and ' "${text[@]}")
    printf '%s' "${joined% and }"
}

install_libpcap() {
    if can_install && install_packages libpcap; then return; fi
    # Not every demo captures: the program says so itself where it comes to that.
    say_what_to_install libpcap
}

# shellcheck shell=bash
# The JVM: which one, with which options, and its class-data archive. Read by every start.

readonly java_floor=17

# Sets java, java_home, java_major and java_build for the executable $1; fails where it is none or cannot be asked.
inspect_java() {
    local line
    java_home='' java_major='' java_build=''
    [[ -f $1 && -x $1 ]] && java=$(readlink -f -- "$1") || return 1
    java_home=${java%/bin/java}
    # Every JDK says what it is in a file, which is read in no time; asking java itself takes longer than our whole start.
    if [[ -r $java_home/release ]]; then
        while IFS= read -r line; do
            case $line in
                JAVA_VERSION=*) java_major=${line#*=} ;;
                JAVA_RUNTIME_VERSION=*) java_build=${line#*=} ;;
            esac
        done <"$java_home/release"
    else
        # A wrapper script, such as a version manager's.
        while IFS= read -r line; do
            case $line in
                *' java.home = '*) java_home=${line#* = } ;;
                *' java.version = '*) java_major=${line#* = } ;;
                *' java.runtime.version = '*) java_build=${line#* = } ;;
            esac
        done < <("$java" -XshowSettings:properties -version 2>&1 </dev/null)
    fi
    java_build=${java_build//\"/}
    java_major=${java_major//\"/}
    java_build=${java_build:-$java_major}
    java_major=${java_major%%[!0-9]*}
    [[ -n $java_major ]]
}

# Finds a Java of 17 or newer to run with, or, with $1 = build, one that also compiles. java is empty where there is none.
find_java() {
    local candidate
    if [[ -n ${PACKETLAB_JAVA-} ]]; then
        candidate=$PACKETLAB_JAVA
        [[ ! -d $candidate ]] || candidate+=/bin/java
        inspect_java "$candidate" && ((java_major >= java_floor)) ||
            fail "PACKETLAB_JAVA=$PACKETLAB_JAVA is no Java $java_floor or newer"
        [[ $1 == run || -x $java_home/bin/javac ]] && return
    fi
    shopt -s nullglob
    for candidate in "${JAVA_HOME:+$JAVA_HOME/bin/java}" "$(type -P java)" \
        /usr/lib/jvm/*/bin/java /opt/java/*/bin/java /opt/*/bin/java; do
        [[ -n $candidate ]] && inspect_java "$candidate" && ((java_major >= java_floor)) || continue
        [[ $1 == run || -x $java_home/bin/javac ]] && return
    done
    java=
}

# Sets jvm_options and class_path for the tree.
choose_jvm_options() {
    jvm_options=(
        # One or two threads decode: a serial collector has the least start-up and memory. In a young generation of this
        # size 600,000 short connections cost 0.2 s of pauses, in one of 12 MB 1.3 s; larger ones only add to the peak.
        -XX:+UseSerialGC -Xms48m -Xmn36m -XX:SurvivorRatio=6 -Xmx384m
        -XX:-UsePerfData -Xshare:auto
        # Standard output carries the product alone: no warning of the JVM, and no word of a class-data archive that
        # does not fit.
        -Xlog:disable -XX:+DisplayVMOutputToStderr
        --enable-native-access=ALL-UNNAMED
        -Dfile.encoding=UTF-8
        -Dpacketlab.launcher="$root/scripts/packetlab"
    )
    # jffi and JNA reach memory by sun.misc.Unsafe, about which newer JDKs warn; older ones do not know the option.
    ((java_major < 24)) || jvm_options+=(--sun-misc-unsafe-memory-access=allow)
    [[ -z $terminal ]] || jvm_options+=(-Dpacketlab.terminal="$terminal")
    # A program that runs under Packetlab gets the locale that the user has.
    [[ -z $locale_changed ]] || jvm_options+=(-Dpacketlab.lc_all="$former_lc_all")
    # Our own first: what looks for a resource opens every jar on its way, the web's twenty among them.
    local jar
    jars=("$tree"/lib/packetlab-*.jar)
    for jar in "$tree"/lib/*.jar; do
        [[ $jar == */packetlab-* ]] || jars+=("$jar")
    done
    local IFS=:
    class_path="${jars[*]}"
}

# Prints what the archive $1 was made from and must still find: itself whole, the JDK and the jars, with their times,
# since the JVM compares those. A truncated archive crashes Java 17, and one that does not fit costs 0.1 s.
stamp_archive() { stat -c '%n %s %Y' -- "$1" "$java_home/lib/modules" "${jars[@]}" 2>/dev/null; }

# Sets archive to the class-data archive for this JDK and tree. Where there is none that fits it fails, with archive the
# name of the one to be made, or empty where none can be.
find_archive() {
    local name=$java_build${java_home//\//_}.jsa fallback
    archive=$tree/cds/$name
    fits_archive && return
    # A read-only tree: the user's own archives, named by the tree's place, which is part of an archive.
    fallback=${tree//\//_}-$name
    if [[ ! -w $tree ]]; then
        archive=
        ((${#fallback} <= 240)) && [[ -n $cache ]] && archive=$cache/cds/$fallback && fits_archive
        return
    fi
    return 1
}

fits_archive() { [[ -r $archive.stamp && $(stamp_archive "$archive") == "$(<"$archive.stamp")" ]]; }

# Whether the arguments name regular files, and those have 128 MB or less in all, or 256 MB where no lines are wanted, which
# quiet tells, or packets so large that they are no more than those of as many octets of small ones. There the optimizing
# compiler takes longer than its code saves: of 16 MB it makes 1.1 s of CPU time 2.3 s, of 1 GB in 53,000 packets it makes
# 0.7 s 0.95 s, and 264 MB of small packets without lines take the decoding thread as long without it, while the other
# processor has 0.5 s less to do.
reads_little() {
    local word size packets total=0 most=$((128 << 20)) few=700000 files=()
    [[ -z $quiet ]] || most=$((256 << 20)) few=1400000
    for word; do
        [[ ! -e $word ]] || files+=("$word")
    done
    ((${#files[@]})) || return
    for word in "${files[@]}"; do [[ -f $word ]] || return; done
    while read -r size; do total=$((total + size)); done < <(stat -L -c %s -- "${files[@]}" 2>/dev/null)
    ((total <= most)) || { packets=$(estimate_packets "${files[@]}") && ((packets <= few)); }
}

# Prints about how many packets the captures have, from the size of the first 1,000 of each; fails where one is no pcap or
# pcapng of this kind of machine. Perl, because each Debian has it; 8 ms.
estimate_packets() {
    # shellcheck disable=SC2016 # its own variables
    perl -e '
        for my $name (@ARGV) {
            my ($file, $head, $record);
            open($file, "<:raw", $name) && read($file, $head, 24) == 24 or exit 1;
            my ($magic, $at, $records) = (unpack("V", $head), 0, 0);
            my $blocks = $magic == 0x0a0d0d0a;      # pcapng; else pcap, in micro- or nanoseconds
            $blocks || $magic == 0xa1b2c3d4 || $magic == 0xa1b23c4d or exit 1;
            $at = 24 unless $blocks;
            while ($records < 1000 && seek($file, $at, 0) && read($file, $record, 16) == 16) {
                my $length = $blocks ? unpack("x4V", $record) : 16 + unpack("x8V", $record);
                exit 1 if $length < 12 || $length > 1 << 26;
                $at += $length;
                $records++;
            }
            $packets += $records * (-s $file) / $at if $records;
        }
        printf "%d\n", $packets;' -- "$@" 2>/dev/null
}

# Java can only name files, its own jars among them, in the locale's charset. Where that is ASCII, by default or because
# the locale that LANG names is not installed, it gets UTF-8; terminal keeps what the user's terminal was said to be.
terminal='' locale_changed='' former_lc_all=''
use_utf8_names() {
    local e_acute=$'\303\251'
    ((${#e_acute} != 1)) || return 0
    case ${LC_ALL:-${LC_CTYPE:-${LANG:-C}}} in
        C | POSIX) terminal=US-ASCII ;;
        *[Uu][Tt][Ff]*) ;;
        *) return 0 ;;
    esac
    locale_changed=yes former_lc_all=${LC_ALL-}
    export LC_ALL=C.UTF-8
}

# shellcheck shell=bash
# Makes the class-data archive of a tree and a JDK: a static one, because a dynamic one leaves out picocli's old class
# files, which are most of what a start loads. Start-up falls by about a third. Read only when an archive is missing.

# Makes $archive; returns when it is there, or cannot be had.
make_archive() {
    local work list=classes.list lock
    mkdir -p -- "${archive%/*}" 2>/dev/null || return
    # One start makes it, the others go on without. The folder itself is the lock: no file to own.
    { exec {lock}<"${archive%/*}"; } 2>/dev/null || return
    flock -n "$lock" 2>/dev/null || { exec {lock}<&-; return 1; }
    # What a start left that was killed, and what nobody may need any more: it can always be made again.
    rm -rf -- "$archive".??????
    find "${archive%/*}" -maxdepth 1 -type f -mtime +30 -delete
    work=$(mktemp -d -- "$archive.XXXXXX") || { exec {lock}<&-; return 1; }
    (
        cd -- "$work" || exit
        choose_jvm_options
        train_classes 1 --version || exit
        train_classes 2 --help
        train_classes 3 watch --help
        samples=("$root"/captures/*.pcap*)
        train_classes 4 read -- "${samples[@]:0:12}"
        train_classes 5 read --json -- "${samples[@]:0:12}"
        # What only a large file is read with: a pcapng's sections may follow one another.
        cat -- "$root"/captures/*.pcapng >large || exit
        while (($(stat -c %s large) < 9 << 20)); do
            cat large large >larger && mv -f larger large || exit
        done
        train_classes 6 read --quiet large
        # The lists number their classes each for itself, and name class paths that the archive has of its own.
        sed -e 's/ id: [0-9]*$//' -e '/^#/d' -e '/^@cp/d' -e '/ source: /d' ./*.classes | LC_ALL=C sort -u >"$list"
        "$java" "${jvm_options[@]}" -cp "$class_path" -Xshare:dump \
            -XX:SharedClassListFile="$list" -XX:SharedArchiveFile=archive
        # A JVM that cannot make one gets an empty one, whose stamp says that there is nothing to wait for.
        : >>archive
        # The name first, then the stamp that vouches for it: in between, starts do without.
        mv -f -- archive "$archive" && stamp_archive "$archive" >stamp && mv -f -- stamp "$archive.stamp"
    ) {lock}<&- >/dev/null 2>&1 </dev/null
    rm -rf -- "$work"
    exec {lock}<&-
    [[ -s $archive ]]
}

# Lists the classes that Packetlab loads for the arguments after $1, in $1.classes.
train_classes() {
    local list=$1.classes
    shift
    "$java" "${jvm_options[@]}" -XX:DumpLoadedClassList="$list" -cp "$class_path" packetlab.cli.Main "$@"
}

make_archive_in_background() {
    (
        # shellcheck disable=SC2030 # the caller, who becomes the JVM, does not need it
        renice -n 19 -p "$BASHPID"
        trap '' INT HUP
        make_archive
    ) >/dev/null 2>&1 </dev/null &
    disown
}

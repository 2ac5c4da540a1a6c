# shellcheck shell=bash
# The table of scripts/bench. Read by it alone; uses its work, files, version and load.

failures=0

# Adds a row: what, capture, peer, at most, our microseconds and runs, theirs, our KiB and theirs (0: not known).
add_row() {
    local verdict
    # What is allowed: a multiple of the peer's time, a fraction of it, or a time.
    verdict=$(awk -v at_most="$4" -v ours="$5" -v theirs="${7:-0}" 'BEGIN {
        if (at_most ~ /s$/) {
            good = ours <= at_most * 1e6
        } else {
            split(at_most, parts, "/")
            good = ours <= theirs * (parts[2] ? parts[1] / parts[2] : at_most)
        }
        print good ? "met" : "missed"
    }')
    [[ $verdict == met ]] || failures=$((failures + 1))
    awk -v OFS='\t' -v what="$1" -v capture="$2" -v peer="$3" -v at_most="$4" -v ours="$5" -v runs="$6" \
        -v theirs="${7:-0}" -v their_runs="$8" -v peak="$9" -v their_peak="${10}" -v verdict="$verdict" '
        function seconds(us) { return sprintf("%.3f s", us / 1e6) }
        function megabytes(kib) { return kib ? sprintf("%.0f MB", kib * 1024 / 1e6) : "" }
        function ratio(r) { return r >= 1 ? sprintf("%.2f x", r) : sprintf("1/%.1f", 1 / r) }
        BEGIN {
            if (at_most ~ /s$/) sub(/s$/, " s", at_most)
            else if (at_most !~ /\//) at_most = at_most " x"
            print what, capture, seconds(ours), runs, megabytes(peak), peer, theirs ? seconds(theirs) : "",
                theirs ? their_runs : "", megabytes(their_peak), theirs ? ratio(ours / theirs) : "", at_most, verdict
        }' >>"$work/rows"
}

# A row for what could not be measured.
add_failure() {
    failures=$((failures + 1))
    printf '%s\t%s\tfailed\t\t\t%s\t\t\t\t\t%s\tfailed\n' "$1" "$2" "$3" "$4" >>"$work/rows"
}

# The row of the highest memory of all runs of read, in KiB.
add_peak() {
    local verdict=met
    (($1 * 1024 <= 128000000)) || { verdict=missed; failures=$((failures + 1)); }
    printf 'read, highest peak\t\t\t\t%s MB\t\t\t\t\t\t128 MB\t%s\n' "$((($1 * 1024 + 500000) / 1000000))" "$verdict" \
        >>"$work/rows"
}

print_table() {
    [[ -s $work/rows ]] || { note "nothing was measured"; return 1; }
    describe_run
    printf '\n'
    {
        printf 'Packetlab\tcapture\tmedian\truns\tpeak\tpeer\tmedian\truns\tpeak\tratio\tat most\t\n'
        cat -- "$work/rows"
    } | awk -F '\t' '
        { for (i = 1; i <= NF; i++) { cell[NR, i] = $i; if (length($i) > width[i]) width[i] = length($i) } }
        END {
            for (r = 1; r <= NR; r++) {
                line = ""
                for (i = 1; i <= 12; i++) {
                    left = i == 1 || i == 2 || i == 6 || i == 12
                    line = line sprintf("%" (left ? "-" : "") width[i] "s  ", cell[r, i])
                }
                sub(/ +$/, "", line)
                print line
            }
        }'
    printf '\n'
    describe_captures
}

describe_run() {
    local commit tool
    commit=$(git -C "$root" rev-parse --short HEAD 2>/dev/null)
    [[ -z $(git -C "$root" status --porcelain 2>/dev/null | head -n 1) ]] || commit+=" with changes"
    printf '%s%s, Java %s, %s; load %s at the start\n' "$version" "${commit:+ ($commit)}" "$java_build" \
        "$(date -u '+%Y-%m-%d %H:%M UTC')" "$load"
    printf '%s, %s processors, %s GB, Linux %s\n' "$(sed -n '0,/^model name/s/^model name[^:]*: //p' /proc/cpuinfo)" \
        "$(nproc)" "$(awk '/^MemTotal/ { printf "%.0f", $2 * 1024 / 1e9 }' /proc/meminfo)" "$(uname -r | cut -d - -f 1)"
    for tool in tshark tcpdump tcpflow; do
        ! has "$tool" || printf '%s %s\n' "$tool" "$("$tool" --version 2>/dev/null | grep -om 1 '[0-9]\+\.[0-9.]*[0-9]' | head -n 1)"
    done | paste -s -d , | sed 's/,/, /g'
}

describe_captures() {
    local kind packets
    for kind in small frames churn bulk lossy deflate; do
        [[ -n ${files[$kind]-} ]] || continue
        packets=''
        [[ -z $limit ]] || packets=$("$limit" 1 "${files[$kind]}" | sed -n 's/^L1 \([0-9]*\) pkts.*/\1/p')
        printf '%-8s %s MB%s\n' "$kind" "$(($(stat -L -c %s -- "${files[$kind]}") / 1000000))" \
            "${packets:+, $packets packets}"
    done
}

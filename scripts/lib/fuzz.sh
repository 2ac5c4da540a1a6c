# shellcheck shell=bash
# Fuzzing, read by scripts/test: each target of src/fuzz for some seconds under Jazzer, one after another, with a table
# at the end. Inputs that reach something new are kept in src/fuzz/target/fuzz/TARGET/corpus for the next run; what
# breaks a target lies beside them as finding-*, and is tried again by all tests when it is copied to the seeds.

# The most exposed first.
readonly fuzz_targets=(Pipeline Conversation Frames Files Reassembly Http Inflate Headers Handshake Web Utf8)
readonly fuzz_heap_mb=256
# An input that takes longer is a hang. Slow ones are noticed by the targets themselves, long before.
readonly fuzz_hang_s=25
readonly fuzz_max_octets=131072

is_fuzz_target() { [[ " ${fuzz_targets[*]} " == *" $1 "* ]]; }

# Fuzzes the targets named in $2..., or all, for $1 seconds each. Fails where there was a finding.
fuzz() {
    local seconds=$1 target work=$root/src/fuzz/target/fuzz table=() status=0
    shift
    (($#)) || set -- "${fuzz_targets[@]}"
    # Without the network where everything is there.
    run_maven -q -o -f "$root/pom.xml" -P fuzz -pl src/fuzz -am process-test-classes 2>/dev/null ||
        run_maven -q -f "$root/pom.xml" -P fuzz -pl src/fuzz -am process-test-classes || return
    # What runs for long must not change under it.
    rm -rf -- "$work/classes" && mkdir -p -- "$work/classes" &&
        cp -r -- "$root"/src/{decode,report}/target/classes/. "$root/src/fuzz/target/test-classes/." "$work/classes" ||
        return
    for target; do
        fuzz_target "$target" "$seconds" || status=1
    done
    printf '\n%-14s %8s %12s %9s %10s\n' target seconds executions findings 'peak heap'
    printf '%s\n' "${table[@]}"
    ((status == 0)) || printf '\nfindings: %s\n' "$work/*/finding-*"
    return "$status"
}

# Fuzzes target $1 for $2 seconds and adds a line to the table.
fuzz_target() {
    local target=$1 seconds=$2 folder=$work/$1 seeds=$root/src/fuzz/src/test/resources/packetlab/fuzz/$1 began=$SECONDS
    local log=$folder/log status executions findings peak inputs
    local options=(-XX:+UseSerialGC --enable-native-access=ALL-UNNAMED)
    # What Jazzer does newer JDKs warn about, and older ones do not know the words for allowing it.
    ((java_major < 21)) || options+=(-XX:+EnableDynamicAgentLoading)
    ((java_major < 24)) || options+=(--sun-misc-unsafe-memory-access=allow)
    mkdir -p -- "$folder/corpus" "$folder/captures" || return
    rm -f -- "$log" "$folder/peak"
    inputs=("$folder/corpus" "$seeds")
    case $target in
        Pipeline | Files)
            find "$root/captures" -name '*.pcap*' -size -20k -exec cp -t "$folder/captures" {} + 2>/dev/null
            inputs+=("$folder/captures")
            ;;
    esac
    printf '%s: %s s\n' "$target" "$seconds"
    (
        cd -- "$folder" && exec "$java" "-Xmx${fuzz_heap_mb}m" "${options[@]}" -XX:-OmitStackTraceInFastThrow \
            -Dpacketlab.fuzz.figures="$folder/peak" -cp "$work/classes:$(<"$root/src/fuzz/target/class-path")" \
            com.code_intelligence.jazzer.Jazzer --target_class="packetlab.fuzz.${target}Target" \
            --instrumentation_includes='packetlab.**' --instrumentation_excludes='packetlab.fuzz.**' \
            --custom_hook_excludes='**' --keep_going=50 --reproducer_path="$folder" \
            -artifact_prefix="$folder/finding-" \
            -print_final_stats=1 -timeout=$fuzz_hang_s -rss_limit_mb=0 -max_len=$fuzz_max_octets \
            -max_total_time="$seconds" "${inputs[@]}"
    ) >"$log" 2>&1 </dev/null
    status=$?
    executions=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log" | tail -n 1)
    # Where the process ended in a finding there is no summary, but each of libFuzzer's lines has its number.
    [[ -n $executions ]] || executions=$(grep -oE '^#[0-9]+' "$log" | tail -n 1 | tr -d '#')
    findings=$(grep -cE '^== Java Exception|^==[0-9]+== ERROR' "$log")
    peak=$(cat -- "$folder/peak" 2>/dev/null)
    table+=("$(printf '%-14s %8s %12s %9s %7s MB' "$target" "$((SECONDS - began))" "${executions:-0}" "$findings" \
        "${peak:--}")")
    ((status == 0 && findings == 0)) && return
    ((findings)) || { note "$target could not be run, status $status:"; tail -n 5 -- "$log" >&2; }
    grep -aE -A 4 '^== Java Exception|^==[0-9]+== ERROR' "$log" >&2
    return 1
}

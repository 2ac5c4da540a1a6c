# shellcheck shell=bash
# The captures that scripts/bench measures with, and the C program. Read by it alone; uses its dir, work, shared, scale
# and given.

# shellcheck source=scripts/lib/peers.sh
. "$root/scripts/lib/peers.sh"

declare -A files=()
limit=''

name_missing_tools() {
    local tool missing=()
    for tool in tshark tcpdump tcpflow gcc; do
        has "$tool" || missing+=("$tool")
    done
    has node || missing+=(nodejs)
    has npm || missing+=(npm)
    ((${#missing[@]} == 0)) ||
        note "what needs ${missing[*]} is left out; as root: apt-get install ${missing[*]}"
}

# Sets limit to the compiled C program; empty where there is none.
compile_limit() {
    [[ -r $shared/limit.c ]] || { note "there is no ../shared/bench: no comparison with the C program"; return; }
    has gcc || return
    if gcc -O3 -march=native -w "$shared/limit.c" -lz -o "$work/limit"; then
        limit=$work/limit
    else
        note "limit.c does not compile (it needs libc6-dev and zlib1g-dev): no comparison with the C program"
    fi
}

# Prints $1 times the scale, at least $2.
scaled() { awk -v n="$1" -v scale="$scale" -v least="$2" 'BEGIN { n = int(n * scale + 0.5); print n < least ? least : n }'; }

# Sets files[KIND] for every capture that is there, or can be made and is needed.
make_captures() {
    local frames
    # About 1 GB each, but for deflate, which is 0.36 GB, of which 0.8 GB are inflated.
    provide small 200 "$(scaled 2920000 400)"
    provide churn 100 "$(scaled 600000 100)"
    provide bulk 20 "$(scaled 15000 40)"
    provide lossy "" "$(scaled 640000 2000)"
    provide deflate 100 "$(scaled 600000 400)"
    # tshark takes half a minute for a quarter of that.
    frames=$(scaled 2920000 400)
    provide frames 200 "$((frames < 730000 ? frames : 730000))"
}

# Sees to the capture of kind $1: $3 messages (small, frames, bulk, deflate), connections (churn) or segments (lossy), on
# $2 connections (churn: at a time).
provide() {
    local kind=$1 mode=${1/frames/small} file=${given[$1]-}
    file=${file:-$dir/$mode-$3.pcap}
    if [[ -r $file ]] || { needed "$kind" && make_capture "$mode" "$file" "$2" "$3"; }; then
        files[$kind]=$file
    fi
}

needed() {
    case $1 in
        frames) wanted peers || wanted start ;;
        deflate) wanted limit ;;
        *) wanted limit || wanted steady ;;
    esac
}

make_capture() {
    local mode=$1 file=$2 part=$work/capture.pcap
    [[ -r $shared/record.sh && -r $shared/lossy.c ]] || { note "no ../shared/bench to make $mode with"; return 1; }
    note "making ${file##*/}"
    if [[ $mode == lossy ]]; then
        has gcc && gcc -O2 -w "$shared/lossy.c" -o "$work/lossy" && "$work/lossy" "$part" "$4" 2>/dev/null
    else
        record "$mode" "$part" "$3" "$4"
    fi || { note "$mode could not be made"; rm -f -- "$part"; return 1; }
    chown --reference="$dir" -- "$part" 2>/dev/null
    mv -- "$part" "$file"
}

# Records what node's ws sends and receives.
record() {
    local apart=()
    ((EUID == 0)) && has tcpdump && has node || { note "recording needs root, tcpdump and node"; return 1; }
    provide_ws "$dir" "$work/log" || { note "npm could not install ws"; tail -n 3 "$work/log" >&2; return 1; }
    # Where others' packets do not come, no other server has the port, and all ends with the script.
    if has unshare && has ip && unshare -n -p -f --kill-child ip link set lo up 2>/dev/null; then
        apart=(unshare -n -p -f --kill-child bash -c 'ip link set lo up && exec "$@"' record)
    fi
    # tcpdump gives up being root, and must reach the file.
    chmod 711 "$work"
    "${apart[@]}" bash "$shared/record.sh" "$@" >"$work/log" 2>&1 </dev/null &&
        grep -q '^0 packets dropped by kernel' "$work/log" || { tail -n 5 "$work/log" >&2; return 1; }
}

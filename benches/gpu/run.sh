#!/usr/bin/env bash
# Whether a card computes what the CPU computes, and how near it comes to what it can do at all:
#
#     benches/gpu/run.sh path/to/isotherm [--quick] [--out FOLDER] [--ranks "2 4"] [NAME...]
#
# It takes a program that was built with the feature `gpu`, a Vulkan driver with its loader, and nothing else: no network, no compiler. PyTorch with CUDA is
# measured beside it where python3 finds it. README.md in this folder says how to read what is printed.
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

usage() {
    sed -n '2,7s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2
    exit 2
}

[ $# -gt 0 ] || usage
isotherm=$1
shift
quick=() names=() out=gpu-bench ranks="2 4"
while [ $# -gt 0 ]; do
    case $1 in
        --quick) quick=(--quick) ;;
        --out) out=${2:?a folder} && shift ;;
        --ranks) ranks=${2?how many} && shift ;;
        -*) usage ;;
        *) names+=("$1") ;;
    esac
    shift
done

"$isotherm" gpu-bench --help >/dev/null 2>&1 || {
    echo "$isotherm has no command gpu-bench: build it with --features gpu" >&2
    exit 2
}
mkdir -p "$out" || exit 2

# Layers that a system adds to drivers look for a display. Drivers in containers may lie where loaders do not look.
export VK_LOADER_LAYERS_DISABLE=${VK_LOADER_LAYERS_DISABLE:-~implicit~}
nvidia=/usr/local/nvidia/share/vulkan/icd.d/nvidia_icd.json
if [ -z "${VK_DRIVER_FILES:-}" ] && [ -f "$nvidia" ]; then
    export VK_DRIVER_FILES=$nvidia
fi

failed=0

# Each part is run, whatever became of those before it.
part() {
    printf '\n==== %s\n' "$1"
    shift
    "$@" || failed=1
}

# Of the chosen names, if there are any, whether one begins this workload's.
chosen() {
    local name
    [ ${#names[@]} -eq 0 ] && return
    for name in "${names[@]}"; do
        [ "${1#"$name"}" != "$1" ] && return
    done
    return 1
}

part "this machine" "$isotherm" info
part "one rank" "$isotherm" gpu-bench ${quick[@]+"${quick[@]}"} ${names[@]+"${names[@]}"} --out "$out/gpu.json"
if chosen resplit; then
    for count in $ranks; do
        part "$count ranks" "$isotherm" gpu-bench ${quick[@]+"${quick[@]}"} resplit --ranks "$count" --out "$out/gpu-$count-ranks.json"
    done
fi
if python3 -c 'import sys, torch; sys.exit(not torch.cuda.is_available())' 2>/dev/null; then
    part "PyTorch" python3 "$here/torch_peer.py" "$out/gpu.json" --out "$out/torch.json"
else
    printf '\nPyTorch with CUDA is not here: nothing is compared with it.\n'
fi
printf '\nfigures: %s\n' "$(cd "$out" && pwd)"
exit $failed

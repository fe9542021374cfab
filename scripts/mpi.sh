#!/usr/bin/env bash
# The tests on processes: `scripts/mpi.sh openmpi` or `scripts/mpi.sh mpich`.
#
# Every test crate that takes in tests/common/world.rs is started by the launcher, all of its tests in one job, with 1, 2, 3 and 4
# processes; with MPICH a few of them, with 2 and 3. The first job that fails or takes too long ends the run with what its ranks said.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# A job that takes longer hangs. Its ranks report what they wait for before that.
deadline=180
export ISOTHERM_WATCHDOG=60 ISOTHERM_TIMEOUT=120

# Open MPI asks for these in containers, where everybody is root, and where ranks are more than cores. A rank that is bound to a core
# would wait for whoever else is busy there.
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
export OMPI_MCA_rmaps_base_oversubscribe=1 OMPI_MCA_mpi_yield_when_idle=1 OMPI_MCA_hwloc_base_binding_policy=none

# A rank that fails says where in one line.
export RUST_BACKTRACE=0

own=$(mktemp -d)
trap 'rm -rf "$own"' EXIT
skipped=$own/skipped logs=$own/logs
touch "$skipped"

# The first of these commands that there is.
first_of() {
    local name
    for name in "$@"; do
        if command -v "$name"; then
            return
        fi
    done
    echo "None of these is installed: $*" >&2
    exit 1
}

# The test crates whose ranks may be processes.
suites() {
    grep -l 'common/world.rs"' tests/*.rs tests/*/main.rs | sed -E 's|^tests/||; s|/main\.rs$||; s|\.rs$||' | sort
}

# The executables of test crates, one a line. The tests have built them already, unless this is another MPI.
executables() {
    local name arguments=()
    for name in "$@"; do
        arguments+=(--test "$name")
    done
    cargo test --all-features --no-run --message-format=json-render-diagnostics "${arguments[@]}" |
        sed -n 's|.*"executable":"\([^"]*/deps/[^"]*\)".*|\1|p' | sort
}

# The tests of a crate that are run; all of them if none is named.
only=()

# Run one job, and print its seconds. Each rank's output goes to a file of its own.
job() {
    local ranks=$1 executable=$2 start status=0
    rm -rf "$logs"
    mkdir "$logs"
    start=$(date +%s%N)
    # shellcheck disable=SC2016 # the variables are the ranks'
    timeout --kill-after=10 "$deadline" "$launcher" -n "$ranks" bash -c \
        'exec "$@" --test-threads=1 --nocapture >"$0/${OMPI_COMM_WORLD_RANK:-${PMI_RANK:-0}}" 2>&1' \
        "$logs" "$executable" ${only[@]+"${only[@]}"} >"$logs/launcher" 2>&1 || status=$?
    if [ "$status" -ne 0 ]; then
        printf '\n%s with %d processes: exit code %d\n' "$executable" "$ranks" "$status"
        tail -n 30 "$logs"/*
        exit 1
    fi
    printf ' %6.1f' "$(((($(date +%s%N) - start)) / 100000000))e-1"
    sed -n 's/^test \(.*\) \.\.\. not under mpirun: \(.*\)/\1: \2/p' "$logs/0" >>"$skipped"
}

# A row of the table: what runs, then the seconds at each number of processes.
row() {
    local name=$1 executable=$2 ranks
    shift 2
    printf '%-36s' "$name"
    for ranks in "$@"; do
        job "$ranks" "$executable"
    done
    echo
}

heading() {
    printf '%-36s' "$1: seconds on processes"
    printf ' %6d' "${@:2}"
    echo
}

name_of() {
    basename "$1" | sed 's/-[0-9a-f]*$//'
}

# That a test is linked to the library whose launcher starts it.
linked_to() {
    if [[ ! $(ldd "$1") =~ $2 ]]; then
        echo "$1 is linked to another MPI library than $2: see MPICC" >&2
        exit 1
    fi
}

on_openmpi() {
    local executable all
    launcher=$(first_of mpirun.openmpi mpirun)
    # shellcheck disable=SC2046 # one word for each
    all=$(executables $(suites))
    heading "Open MPI" 1 2 3 4
    for executable in $all; do
        linked_to "$executable" 'libmpi\.so'
        if [ "$(name_of "$executable")" = gpu ]; then
            # Kernels do not depend on what carries messages, and take minutes on a software device.
            only=(movement transfers elsewhere products order)
            row "gpu: ${only[*]}" "$executable" 2
            only=()
        else
            row "$(name_of "$executable")" "$executable" 1 2 3 4
        fi
    done
    # The same in messages of a few elements each, and as release builds run, which do not compare every call beforehand.
    for executable in $all; do
        case $(name_of "$executable") in
        transports | manip_random)
            ISOTHERM_MPI_CHUNK=24 row "$(name_of "$executable"), chunks of 24 bytes" "$executable" 2 3
            ISOTHERM_CHECK=0 row "$(name_of "$executable"), unchecked" "$executable" 2 3
            ;;
        esac
    done
    echo "Faults, where calls are not compared beforehand, as in release builds:"
    ISOTHERM_FAULTS_ON=unchecked:$launcher cargo test --quiet --all-features --test faults
}

# A second build, in which only the MPI crates and ours differ: the rest is taken over from the first one.
on_mpich() {
    local executable all
    launcher=$(first_of mpirun.mpich mpiexec.mpich mpiexec.hydra)
    MPICC=$(first_of mpicc.mpich)
    export MPICC CARGO_TARGET_DIR=target/mpich
    if [ ! -d target/mpich/debug ]; then
        mkdir -p target/mpich/debug
        cp -a target/debug/{.fingerprint,build,deps} target/mpich/debug
        cargo clean --quiet --package isotherm --package mpi --package mpi-sys
    fi
    all=$(executables mpi transports first kmeans faults)
    heading "MPICH" 2 3
    for executable in $all; do
        linked_to "$executable" libmpich
        case $(name_of "$executable") in
        mpi) MPIEXEC=$launcher "$executable" --quiet ;;
        faults) ISOTHERM_FAULTS_ON=$launcher "$executable" ;;
        *) row "$(name_of "$executable")" "$executable" 2 3 ;;
        esac
    done
}

case ${1:-} in
openmpi) on_openmpi ;;
mpich) on_mpich ;;
*)
    echo "usage: scripts/mpi.sh openmpi|mpich" >&2
    exit 2
    ;;
esac
if [ -s "$skipped" ]; then
    printf '\nOn threads only:\n'
    sort -u "$skipped"
fi

#!/usr/bin/env bash
# Everything that must hold before a change is merged. The first failing step ends the run.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# What the tests need beside Rust: `command:Debian package that brings it`. rustc links with cc; the ranks are processes under two MPI
# libraries, whose bindings are made with libclang.
needed=(
    cc:gcc
    mpirun.openmpi:openmpi-bin mpicc.openmpi:libopenmpi-dev
    mpirun.mpich:mpich mpicc.mpich:libmpich-dev
)

# Whether programs find a software Vulkan device: the loader, and Mesa's driver. Its file is the same on every architecture but for the name.
lavapipe() {
    compgen -G '/usr/share/vulkan/icd.d/lvp_icd*.json' | head -n 1
}

has_vulkan() {
    [ -n "$(lavapipe)" ] && [ -n "$(compgen -G '/usr/lib*/libvulkan.so.1' || compgen -G '/usr/lib/*/libvulkan.so.1')" ]
}

# Where the bindings' generator looks for libclang, and the headers that belong to it.
has_libclang() {
    [ -n "${LIBCLANG_PATH:-}" ] && return
    local library header
    library=$(compgen -G '/usr/lib/llvm-*/lib/libclang[-.][0-9s]*' || ldconfig -p 2>/dev/null | grep 'libclang[-.][0-9s]') || true
    header=$(compgen -G '/usr/lib/llvm-*/lib/clang/*/include/stddef.h' || compgen -G '/usr/lib*/clang/*/include/stddef.h') || true
    [ -n "$library" ] && [ -n "$header" ]
}

# The packages of this release's libclang with the headers that belong to it; a whole LLVM comes with libclang-dev.
libclang_packages() {
    local version
    version=$(apt-cache depends libclang1 | sed -n 's/.*Depends: libclang1-\([0-9]*\).*/\1/p' | head -n 1)
    echo "libclang1-$version libclang-common-$version-dev"
}

# Install what is missing where that is possible without asking; else say what to run, and stop.
install_needed() {
    local entry packages=() libclang=true
    for entry in "${needed[@]}"; do
        command -v "${entry%%:*}" >/dev/null || packages+=("${entry#*:}")
    done
    has_libclang || libclang=false
    has_vulkan || packages+=(mesa-vulkan-drivers libvulkan1)
    if [ ${#packages[@]} -eq 0 ] && $libclang; then
        return
    fi
    local as_root=()
    if [ "$(id -u)" -ne 0 ]; then
        as_root=(sudo)
    fi
    if command -v apt-get >/dev/null && { [ ${#as_root[@]} -eq 0 ] || sudo -n true 2>/dev/null; }; then
        "${as_root[@]}" apt-get update
        $libclang || read -r -a packages <<<"${packages[*]} $(libclang_packages)"
        "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends "${packages[@]}"
    else
        echo "The tests need more than is installed here. On Debian or Ubuntu, run" >&2
        $libclang || packages+=(libclang-dev)
        echo "    sudo apt-get update && sudo apt-get install ${packages[*]}" >&2
        echo "(elsewhere: the packages of the same purpose), then start this script again." >&2
        exit 1
    fi
}

check_rust() {
    if ! command -v cargo >/dev/null; then
        echo "The tests need Rust $(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml) or newer: see https://rustup.rs" >&2
        exit 1
    fi
    local component
    for component in fmt clippy; do
        if ! cargo "$component" --version >/dev/null 2>&1; then
            echo "The tests need the Rust component ${component/fmt/rustfmt}: run 'rustup component add ${component/fmt/rustfmt}'" >&2
            echo "(with a Rust from Debian: 'sudo apt-get install ${component/fmt/rustfmt}')." >&2
            exit 1
        fi
    done
}

# The test crates that hold with every array on a GPU. Of the others some are about the CPU's promises of equal bits, which GPUs do not give, some count its memory
# or allocations, and some take minutes on a software device; tests/gpu compares both for every operation.
on_gpu() {
    local name arguments=() crates=(
        any_arrays core_creation core_evaluation elementwise first io_presentation kmeans
        manip_golden manip_quiet random_cuts slices_in_place
    )
    for name in "${crates[@]}"; do
        arguments+=(--test "$name")
    done
    ISOTHERM_DEVICE=gpu cargo test --all-features "${arguments[@]}"
}

# The arrays of tests/gpu once more, with other workgroups, and each kernel without checks between words that must not change.
with_canaries() {
    ISOTHERM_GPU_TEST=workgroup=64,canaries cargo test --all-features --test gpu
}

# The shaders and the functions of their library that no test made a kernel of, and what tests left out since the device lacks something.
kernels_not_run() {
    local shaders functions
    shaders=$(find shaders -name '*.wgsl' -not -path 'shaders/functions/*' | sed 's|^shaders/||; s|\.wgsl$||')
    functions=$(find shaders/functions -name '*.wgsl' -exec sed -n 's/^fn \([a-z0-9_]*\)(.*/\1/p' {} +)
    functions+=$'\n'$(sed -n 's/^fn \([a-z0-9_]*\)(.*/\1/p' shaders/functions/complex/c32/*.wgsl | sed 's/c32/c64/') # made of those
    comm -23 <(printf '%s\n' "$shaders" "$functions" | sort -u) <(sed -n 's/^ran //p' "$ISOTHERM_GPU_KERNELS" | sort -u)
    sed -n 's/^skipped //p' "$ISOTHERM_GPU_KERNELS" | sort -u
}

timings=()

step() {
    local name=$1 start=$SECONDS
    shift
    printf '\n== %s\n' "$name"
    "$@"
    timings+=("$(printf '%6d s  %s' $((SECONDS - start)) "$name")")
}

check_rust
install_needed

# Where both MPI libraries are installed, `mpicc` and `mpirun` may be either.
export MPICC=mpicc.openmpi MPIEXEC=mpirun.openmpi

# What is tested on GPUs runs on the software device, one thread for each rank's work, whatever else the machine has. `VK_DRIVER_FILES` may name a real one.
export VK_DRIVER_FILES=${VK_DRIVER_FILES:-$(lavapipe)} VK_LOADER_LAYERS_DISABLE='~implicit~' LP_NUM_THREADS=${LP_NUM_THREADS:-1}

# Programs under test add what they make kernels of.
export ISOTHERM_GPU_KERNELS=$PWD/target/tmp/kernels
mkdir -p target/tmp
: >"$ISOTHERM_GPU_KERNELS"

# One feature set and one profile for all that is built, so that dependencies are compiled once and checked once.
step "formatting" cargo fmt --check
step "lints" cargo clippy --all-features --all-targets -- -D warnings
step "tests" cargo test --all-features
step "tests on a GPU" on_gpu
step "tests on a GPU between canaries" with_canaries
step "tests under mpirun (Open MPI)" scripts/mpi.sh openmpi
step "tests under mpirun (MPICH)" scripts/mpi.sh mpich
step "documentation" env RUSTDOCFLAGS="-D warnings" cargo doc --all-features --no-deps
step "without default features" cargo check --no-default-features

not_run=$(kernels_not_run)
if [ -z "$not_run" ]; then
    printf '\n== kernels not run: none\n'
else
    printf '\n== kernels not run:\n%s\n' "$not_run"
fi

printf '\n== all passed\n'
printf '%s\n' "${timings[@]}"

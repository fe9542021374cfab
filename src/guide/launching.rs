//! Launching: how a program gets its ranks, on a laptop and on a cluster.
//!
//! The program is the same everywhere; who starts it decides. What it was started as it finds out by itself
//! ([`Launch::from_environment`](crate::Launch::from_environment)).
//!
//! # On one machine, without MPI
//!
//! ```sh
//! ISOTHERM_RANKS=4 target/release/program           # a program that calls isotherm::run
//! isotherm describe table.csv --ranks 4             # the command line has an option for it
//! ```
//!
//! Ranks are threads of the process, and the cores are shared out among them. Nothing has to be installed.
//!
//! # With MPI
//!
//! A program with the feature `mpi` runs on the processes that an MPI launcher starts, on any number of machines. It is
//! built against one MPI library and started by that library's launcher. On Debian 12:
//!
//! | | Open MPI | MPICH |
//! |---|---|---|
//! | install, with `build-essential libclang1-14 libclang-common-14-dev` | `libopenmpi-dev openmpi-bin` | `libmpich-dev mpich` |
//! | build | `MPICC=mpicc cargo build --release --features mpi` | `MPICC=mpicc.mpich cargo build --release --features mpi` |
//! | four ranks here | `mpirun -n 4 program` | `mpirun.mpich -n 4 program` |
//! | on these machines | `mpirun --hostfile hosts -n 8 program` | `mpiexec -f hosts -n 8 program` |
//! | two ranks on each | `--map-by ppr:2:node` | `-ppn 2` |
//! | a rank for each socket, with its cores | `--map-by ppr:1:socket --bind-to socket` | `-ppn 2 -bind-to socket` for two sockets |
//! | a rank for each 8 cores | `--map-by slot:PE=8` | `-bind-to core:8` |
//! | show the binding | `--report-bindings` | |
//! | a variable for all ranks | `-x NAME` | `-genv NAME value`; the environment goes along anyway |
//! | more ranks than cores | `--oversubscribe` | allowed |
//! | as root, in a container say | `OMPI_ALLOW_RUN_AS_ROOT=1` and `OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1`, or `--allow-run-as-root` | allowed |
//!
//! Open MPI binds each rank to one core when there are one or two, unless told otherwise: a rank with threads needs one
//! of the mappings above, or `--bind-to none`. Where the command line is out of reach, `OMPI_MCA_rmaps_base_oversubscribe=1` allows more
//! ranks than cores, in Open MPI 5 `PRTE_MCA_rmaps_default_mapping_policy=:oversubscribe`. The build remembers the library that it
//! found, so give each its own folder (`--target-dir target/mpich`). Which library is used, `MPICC` decides.
//!
//! # With Slurm
//!
//! `scripts/slurm` in the repository has a script for each case: `threads.sbatch` (one node, no MPI), `openmpi.sbatch` (a rank for each socket, by
//! PMIx), `mpich.sbatch` (a rank for each node, by PMI2). Their heart is
//!
//! ```sh
//! srun --mpi=pmix --cpus-per-task="$SLURM_CPUS_PER_TASK" --cpu-bind=cores program
//! ```
//!
//! `srun --mpi=list` shows what a site's Slurm speaks; `pmix` suits Open MPI, `pmi2` an MPICH that was configured for it. If neither is there, the
//! library's own launcher inside the allocation does as well. Since Slurm 22.05 `srun` does not take `--cpus-per-task` over from
//! `sbatch`. Slurm counts as a launcher: for ranks as threads under `srun` set `ISOTHERM_TRANSPORT=threads`.
//!
//! # How many ranks, how many threads
//!
//! Each rank computes with the cores that it is allowed to run on, divided by the ranks that are allowed the same ones. So bind
//! ranks, and leave the number of threads alone.
//!
//! | ranks | good for | costs |
//! |---|---|---|
//! | one for each core | many small blocks | the most messages; every copy of a replicated array once for each core |
//! | one for each socket | most programs | |
//! | one for each node | the least memory for copies | threads that reach over to the other socket's memory |
//!
//! A rank needs memory for its blocks, for replicated arrays as a whole, and for a movement the old block, the new block and twice the staging
//! limit (32 MiB: [`Context::with_staging_limit`](crate::Context::with_staging_limit)). A node needs that for each of its ranks. With
//! [`Context::with_memory_budget`](crate::Context::with_memory_budget) an array that is too large is an error on all ranks, before anything is allocated, instead of
//! a job that the system kills. `isotherm info`, started like the program, shows what there is.
//!
//! # Environment variables
//!
//! | variable | meaning | if it is not set |
//! |---|---|---|
//! | `ISOTHERM_RANKS` | ranks as threads; under a launcher it must be the launcher's number | 1 |
//! | `ISOTHERM_TRANSPORT` | `mpi`, `threads`, or `solo` for one rank | MPI under a launcher, else threads |
//! | `ISOTHERM_THREADS` | threads that each rank computes with | its share of the cores |
//! | `ISOTHERM_DEVICE` | `cpu`; `gpu`: a GPU for each rank, those of a machine dealt out by the ranks' numbers there; `gpu:1`: the one of this number in `isotherm info` | `cpu` |
//! | `ISOTHERM_PROFILE` | `gpu`: each rank prints where its GPU's time went when it ends, on standard error: calls, time, GB/s and GFLOP/s by kernel. Kernels are then timed one by one, and the program is slower | nothing |
//! | `ISOTHERM_CACHE` | the folder in which compiled kernels of GPUs are kept for the next start; empty: they are not kept | `$XDG_CACHE_HOME/isotherm` or `~/.cache/isotherm` |
//! | `ISOTHERM_CHECK` | 1: under MPI the ranks compare each collective before they enter it, one all-reduce of 16 bytes; 0: they do not | 1 in builds with debug assertions |
//! | `ISOTHERM_WATCHDOG` | seconds after which a rank that waits under MPI says for whom, on standard error; 0: never | 60 |
//! | `ISOTHERM_TIMEOUT` | seconds after which such a rank ends the job | never |
//!
//! # When it goes wrong
//!
//! * **The wrong launcher.** A program built with MPICH that Open MPI's `mpirun` starts would run as so many programs of one rank
//!   each. It refuses to, and names the launcher and the library. A program without the feature `mpi` refuses as well.
//! * **A panic** on one rank ends the whole job within seconds: a line with the rank, its place and message, and an exit code other than 0.
//!   So does a rank that the system kills; the launcher sees to that (under `srun`, with `--kill-on-bad-exit=1`).
//! * **An error** that all ranks share is printed once, by rank 0; the exit code is 1. See
//!   [collectives and errors](super::collectives_and_errors) for ranks that go astray.
//! * **A rank that is stuck** is no error by itself; the watchdog reports who waits for whom. For jobs that nobody watches set
//!   `ISOTHERM_TIMEOUT`, longer than the longest stretch of work between two collectives.
//!
//! # Files
//!
//! Each rank reads and writes its own part of a file, so a path must mean the same file on every node: one on a file system that they
//! share. Ranks that find files of different lengths or headers are an error on all of them. What is written appears under its
//! name when it is complete: until then it is a file beside it.
//!
//! # Containers
//!
//! `scripts/apptainer/isotherm.def` builds an image with Debian's Open MPI. The host's launcher starts a container for each rank, and the two MPIs must be
//! of one kind and speak the same process management; for a cluster's own network library, bind the host's MPI over the
//! container's. The file's head says how.
//!
//! # Without a network
//!
//! On a machine with a network, `cargo vendor` copies all sources into `vendor` and prints the lines that belong into
//! `.cargo/config.toml`; then the repository with both builds anywhere:
//!
//! ```sh
//! mkdir -p .cargo && cargo vendor >> .cargo/config.toml
//! # there:
//! cargo build --release --offline --features mpi
//! ```

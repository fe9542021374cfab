//! The suite: named workloads at agreed sizes, each checked, then timed beside what this machine can do at all.
//!
//! ```sh
//! cargo bench --bench suite                                        # one rank, a thread on each core
//! cargo bench --bench suite -- --ranks 2 --threads 1 --out suite.json
//! cargo bench --bench suite -- --list
//! cargo bench --bench suite -- matmul sum                          # names that begin so
//! mpirun -n 2 target/release/deps/suite-HASH                       # built with `--features mpi`
//! ```
//!
//! | option | meaning |
//! |---|---|
//! | `--ranks P` | ranks, as threads of this process (1); an MPI launcher says it otherwise |
//! | `--threads T` | threads of each rank (its share of the cores) |
//! | `--repeats N` | the most repetitions of a workload (50) |
//! | `--seconds S` | the time after which 7 repetitions are enough, and after three times of which 3 are (1.5) |
//! | `--quick` | tiny sizes, one repetition: only the checks mean something. A build without optimisation is always quick |
//! | `--part N` | where the work is proportional to the first extent, an N-th of it: what one core of N does in weak scaling (1) |
//! | `--out FILE` | all figures as JSON |
//! | `--list` | the workloads, without running them |
//!
//! **What is measured.** A repetition begins with a barrier and lasts until the slowest rank is done; one goes before those that are
//! timed. The table gives the median and the distance of the quartiles. Inputs are random and never zero, results are used, and outputs come
//! from the pool, as in a program that runs for long. A workload whose result is wrong is not timed; its record says what was wrong.
//!
//! **What it is measured against.** The machine's own ceilings, measured by the same process on the same cores before (see `ceilings`), and
//! for element-wise work a plain loop over the very operands (see `patterns`). A share of the ceiling is the time that the ceiling
//! takes for the same access pattern or the same operations, over the median. Memory is the peak of the
//! pools over inputs and outputs.
//!
//! **Adding a workload.** A function that makes the operands, checks one result and gives the [`Task`](task::Task) to repeat; and a line in its family's list.

mod ceilings;
mod check;
mod clusters;
mod data;
mod elementwise;
mod factorisations;
mod files;
mod functions;
mod machine;
mod movement;
mod options;
mod patterns;
mod peak;
mod products;
mod randoms;
mod record;
mod reductions;
mod small;
mod stencils;
mod stores;
mod table;
mod task;
mod timing;

use std::process::ExitCode;

use isotherm::prelude::*;
use isotherm::{Cpu, Launch};

use ceilings::Ceilings;
use options::Options;
use record::Suite;
use task::{Bench, Workload};

fn main() -> ExitCode {
    let options = match Options::from_arguments(std::env::args().skip(1)) {
        Ok(options) => options,
        Err(wrong) => {
            eprintln!("{wrong}");
            return ExitCode::FAILURE;
        }
    };
    let chosen: Vec<Workload> = workloads().into_iter().filter(|workload| options.chooses(workload.name)).collect();
    if options.list {
        for workload in &chosen {
            println!("{workload}");
        }
        return ExitCode::SUCCESS;
    }
    match suite(&options, &chosen) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// All of them, family by family; those of one name stand together.
fn workloads() -> Vec<Workload> {
    let mut all: Vec<Workload> = [
        elementwise::workloads(),
        functions::workloads(),
        reductions::workloads(),
        movement::workloads(),
        products::workloads(),
        factorisations::workloads(),
        clusters::workloads(),
        stencils::workloads(),
        randoms::workloads(),
        files::workloads(),
        small::workloads(),
    ]
    .into_iter()
    .flatten()
    .collect();
    let names: Vec<&str> = all.iter().map(|workload| workload.name).collect();
    all.sort_by_key(|workload| names.iter().position(|&name| name == workload.name));
    all
}

/// Run the chosen workloads on the ranks that were asked for; whether all results were right.
fn suite(options: &Options, chosen: &[Workload]) -> Result<bool> {
    let launch = Launch::from_environment()?;
    let launch = if launch.transport() == "threads" { Launch::threads(options.ranks)? } else { launch };
    let (leads, transport, load_before) = (launch.leads(), launch.transport(), machine::load());
    let outcomes = launch.run(|cx| {
        let threads = options.threads.unwrap_or(cx.cpu().threads());
        // A context of its own for each, so that no workload finds memory that another has left.
        let fresh = || Context::new(cx.comm().clone(), Cpu::new(threads));
        let ceilings = Ceilings::measure(&fresh(), options.quick)?;
        table::begin(cx, &ceilings);
        let mut records = Vec::new();
        for workload in chosen {
            let bench = Bench { cx: &fresh(), quick: options.quick, part: options.part, ceilings: &ceilings };
            let record = timing::record(&bench, workload, options)?;
            table::row(cx, &record);
            records.push(record);
        }
        Ok(Suite { ranks: cx.size(), threads, transport, ceilings, records })
    })?;
    let outcome = &outcomes[0];
    if let Some(path) = options.out.as_ref().filter(|_| leads) {
        let text = outcome.json(options, load_before).to_string();
        std::fs::write(path, text)
            .map_err(|error| Error::new(ErrorKind::File, format!("{}: {error}", path.display())))?;
    }
    Ok(outcome.is_sound())
}

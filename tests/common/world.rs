//! The ranks that a test runs on: threads of this process, and under an MPI launcher the processes that it started.
//!
//! Taken in by `#[path = "common/world.rs"] mod world;`. A test that starts its ranks here runs both ways: `cargo test` tries many
//! numbers of ranks, and `mpirun -n 3 target/debug/deps/TEST --test-threads=1` the number that was started, on which all processes
//! run the same tests in the same order. `scripts/mpi.sh` does that for every test crate that takes in this file.
#![allow(dead_code, reason = "each test crate uses its own part of this")]

use isotherm::Launch;
use isotherm::prelude::*;
use proptest::test_runner::{Config, RngSeed};

/// The number of processes that a launcher started, if one did.
fn launched() -> Option<usize> {
    let launch = Launch::from_environment().expect("the ranks can be brought up");
    (launch.transport() == "mpi").then(|| launch.ranks())
}

/// Of these numbers of ranks those that can be had here; under a launcher the one that it started, wanted or not.
pub(crate) fn sizes(wanted: impl IntoIterator<Item = usize>) -> Vec<usize> {
    launched().map_or_else(|| wanted.into_iter().collect(), |ranks| vec![ranks])
}

/// As [`sizes`], for what needs two ranks or more: none where a launcher started one.
pub(crate) fn several(wanted: impl IntoIterator<Item = usize>) -> Vec<usize> {
    sizes(wanted).into_iter().filter(|&ranks| ranks > 1).collect()
}

/// Those of some cases whose numbers of ranks can be had.
pub(crate) fn having<T: Copy>(cases: &[T], ranks: impl Fn(&T) -> usize) -> Vec<T> {
    cases.iter().filter(|case| sizes([ranks(case)]) == [ranks(case)]).copied().collect()
}

/// Run `f` on so many ranks; what those in this process returned, by rank. One rank can be had everywhere: it is the oracle.
#[track_caller]
pub(crate) fn run_on<R: Send>(ranks: usize, f: impl Fn(&Context) -> Result<R> + Send + Sync) -> Result<Vec<R>> {
    match launched() {
        Some(world) if ranks == world => Launch::from_environment()?.run(f),
        Some(world) if ranks > 1 => panic!("{ranks} ranks where {world} were started: see `sizes`"),
        _ => isotherm::run_on(ranks, f),
    }
}

/// Run `f` on each of these numbers of ranks, as far as they can be had, without an error.
#[track_caller]
pub(crate) fn on_each(wanted: impl IntoIterator<Item = usize>, f: impl Fn(&Context) -> Result<()> + Send + Sync) {
    for ranks in sizes(wanted) {
        if let Err(error) = run_on(ranks, &f) {
            panic!("on {ranks} ranks: {error}");
        }
    }
}

/// Whether this test must end here, since its ranks cannot be processes. `scripts/mpi.sh` lists the tests that said so, and why.
pub(crate) fn threads_only(why: &str) -> bool {
    if launched().is_some() {
        println!("not under mpirun: {why}");
    }
    launched().is_some()
}

/// Random cases; under a launcher the same ones on every rank, fewer, and none made smaller, which would take agreement.
pub(crate) fn cases(threads: Config) -> Config {
    if launched().is_none() {
        return threads;
    }
    let (cases, rng_seed) = (threads.cases.div_ceil(8), RngSeed::Fixed(0x15_07_4e_74));
    Config { cases, rng_seed, max_shrink_iters: 0, failure_persistence: None, ..threads }
}

/// That a value reads the same on every rank.
#[track_caller]
pub(crate) fn assert_same(cx: &Context, value: &impl ToString) -> Result<()> {
    let all = cx.comm().all_gather_v(value.to_string().as_bytes())?;
    assert!(all.iter().all(|text| *text == all[0]), "{:?}", all.into_iter().map(String::from_utf8).collect::<Vec<_>>());
    Ok(())
}

/// A number for the names of files that all ranks know and no other tests have: the first process's.
pub(crate) fn id() -> u64 {
    let own = u64::from(std::process::id());
    let shared = |cx: &Context| Ok(cx.comm().broadcast(0, &[own])?[0]);
    launched().map_or(own, |ranks| run_on(ranks, shared).expect("a broadcast")[0])
}

/// Run `f` outside of any ranks: on the first process only, before and after everything that others do.
pub(crate) fn first(f: impl FnOnce()) {
    let meet = || launched().map(|ranks| run_on(ranks, |cx| cx.comm().barrier()).expect("a barrier"));
    meet();
    if Launch::from_environment().is_ok_and(|launch| launch.leads()) {
        f();
    }
    meet();
}

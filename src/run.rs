//! Starting a program: the same closure on one rank, or on several.

use std::process::ExitCode;

use crate::comm::{self, Comm};
use crate::context::Context;
use crate::device::Cpu;
use crate::error::{Error, ErrorKind, Result};

/// The environment variable with the number of in-process ranks of [`run`].
pub const RANKS: &str = "ISOTHERM_RANKS";

/// Run a program: `f` on every rank.
///
/// **Collective.** The ranks are threads of this process, as many as the environment variable `ISOTHERM_RANKS` says, one if it is not set. Each has
/// its share of the cores. An error is printed once, and the exit code says whether there was one; so does a panic, with
/// the rank.
///
/// ```no_run
/// use isotherm::prelude::*;
///
/// fn main() -> std::process::ExitCode {
///     isotherm::run(|cx| {
///         let x = cx.random_uniform::<f64>((1_000_000, 16), 0, 42)?;
///         let mean = x.mean(0).eval()?;
///         isotherm::println!(cx, "{:?}", mean.to_vec()?);
///         Ok(())
///     })
/// }
/// ```
pub fn run(f: impl Fn(&Context) -> Result<()> + Send + Sync) -> ExitCode {
    let ranks = match std::env::var(RANKS) {
        Err(_) => Ok(1),
        Ok(text) => text.parse().ok().filter(|&ranks| ranks > 0).ok_or(text),
    };
    let outcome = match ranks {
        Ok(ranks) => run_on(ranks, f).map(|_| ()),
        Err(text) => Err(Error::new(ErrorKind::Argument, format!("{RANKS}={text:?} is no number of ranks"))),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Run `f` on `ranks` threads of this process and return what each rank returned, by rank.
///
/// **Collective.** For programs that have their own `main`; the process's panic hook stays as it is.
/// The calling thread waits for the ranks and is none of them.
///
/// # Errors
/// The error that the ranks share; where they do not (a rank failed or panicked alone), that of the rank that was first to fail.
///
/// ```
/// let ranks = isotherm::run_on(3, |cx| Ok(cx.rank())).unwrap();
/// assert_eq!(ranks, [0, 1, 2]);
/// ```
#[track_caller]
pub fn run_on<R: Send>(ranks: usize, f: impl Fn(&Context) -> Result<R> + Send + Sync) -> Result<Vec<R>> {
    if ranks == 0 {
        return Err(Error::new(ErrorKind::Argument, "a program has at least one rank"));
    }
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let threads = (cores / ranks).max(1);
    let body = |comm: Comm| {
        let leaving = comm.clone();
        let result = f(&Context::new(comm, Cpu::new(threads)));
        if let Err(error) = &result {
            leaving.leaving(error.to_string());
        }
        result
    };
    let outcomes = comm::spawn(ranks, body);
    if let Some(panicked) = outcomes.iter().find_map(|outcome| outcome.as_ref().err()) {
        return Err(Error::new(ErrorKind::Collective, panicked.to_string()));
    }
    let results: Vec<Result<R>> = outcomes.into_iter().map(|outcome| outcome.expect("no rank panicked")).collect();
    let cause = results.iter().filter_map(|result| result.as_ref().err()).min_by_key(|error| {
        // A rank that failed alone says more than those that then missed it.
        error.kind() == ErrorKind::Collective
    });
    match cause {
        Some(error) => Err(error.clone()),
        None => Ok(results.into_iter().map(|result| result.expect("no rank failed")).collect()),
    }
}

/// Print a line on rank 0.
///
/// **Local.** The arguments are evaluated on every rank, so they may communicate.
#[macro_export]
macro_rules! println {
    ($cx:expr $(, $($argument:tt)*)?) => {{
        let line = ::std::string::String::new() $(+ &::std::format!($($argument)*))?;
        if $cx.rank() == 0 {
            ::std::println!("{line}");
        }
    }};
}

//! Starting a program: the same closure on one rank, or on several.

use std::process::ExitCode;

use crate::context::Context;
use crate::error::Result;
use crate::launch::Launch;

/// Run a program: `f` on every rank.
///
/// **Collective.** The ranks are the processes that an MPI launcher started (with the feature `mpi`), else threads of this process, as many as
/// the environment variable `ISOTHERM_RANKS` says, one if it is not set: see [`Launch::from_environment`]. Each has
/// its share of the cores, or as many threads as `ISOTHERM_THREADS` says. An error is printed once, and the exit code says whether there was one; so does a panic, with
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
    let launch = Launch::from_environment();
    let leads = launch.as_ref().map_or_else(|_| Launch::is_first(), Launch::leads);
    match launch.and_then(|launch| launch.run(f)) {
        Ok(_) => ExitCode::SUCCESS,
        Err(error) => {
            if leads {
                eprintln!("error: {error}");
            }
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
    Launch::threads(ranks)?.run(f)
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

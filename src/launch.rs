//! Bringing up the ranks of a program, whatever carries their messages.

use crate::comm::{self, Comm};
use crate::context::Context;
use crate::device::Cpu;
use crate::error::{Error, ErrorKind, Result};

/// The environment variable with the number of in-process ranks of a program that no launcher started.
pub const RANKS: &str = "ISOTHERM_RANKS";

/// The ranks of a program before they run: how many there are, and where.
///
/// ```
/// use isotherm::Launch;
///
/// let launch = Launch::threads(3)?;
/// assert_eq!((launch.ranks(), launch.transport(), launch.leads()), (3, "threads", true));
/// assert_eq!(launch.run(|cx| Ok(cx.rank()))?, [0, 1, 2]);
/// # Ok::<(), isotherm::Error>(())
/// ```
pub struct Launch {
    ranks: usize,
}

impl Launch {
    /// What this process was started as: threads of it, as many as the environment variable `ISOTHERM_RANKS` says, one if it is not set.
    ///
    /// **Local.**
    ///
    /// # Errors
    /// When the variable holds no number of ranks.
    #[track_caller]
    pub fn from_environment() -> Result<Self> {
        let Ok(text) = std::env::var(RANKS) else { return Self::threads(1) };
        let number = text.parse().ok().filter(|&ranks| ranks > 0);
        let refused = || Error::new(ErrorKind::Argument, format!("{RANKS}={text:?} is no number of ranks"));
        Self::threads(number.ok_or_else(refused)?)
    }

    /// Threads of this process.
    ///
    /// **Local.**
    ///
    /// # Errors
    /// When there would be no rank.
    #[track_caller]
    pub fn threads(ranks: usize) -> Result<Self> {
        if ranks == 0 {
            return Err(Error::new(ErrorKind::Argument, "a program has at least one rank"));
        }
        Ok(Self { ranks })
    }

    /// The number of ranks.
    ///
    /// **Local.**
    pub fn ranks(&self) -> usize {
        self.ranks
    }

    /// What will carry the messages: `threads`.
    ///
    /// **Local.**
    pub fn transport(&self) -> &'static str {
        "threads"
    }

    /// Whether rank 0 runs in this process: the one that speaks for all.
    ///
    /// **Local.**
    pub fn leads(&self) -> bool {
        true
    }

    /// Run `f` on every rank, and return what the ranks in this process returned, by rank. The calling thread waits for them.
    ///
    /// **Collective.** The process's panic hook stays as it is.
    ///
    /// # Errors
    /// The error that the ranks share; where they do not (a rank failed or panicked alone), that of the rank that was first to fail.
    #[track_caller]
    pub fn run<R: Send>(self, f: impl Fn(&Context) -> Result<R> + Send + Sync) -> Result<Vec<R>> {
        on_threads(self.ranks, f)
    }
}

#[track_caller]
fn on_threads<R: Send>(ranks: usize, f: impl Fn(&Context) -> Result<R> + Send + Sync) -> Result<Vec<R>> {
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

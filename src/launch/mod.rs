//! Bringing up the ranks of a program, whatever carries their messages.

mod launcher;

use std::env::var;

#[cfg(feature = "mpi")]
use crate::comm::mpi::{World, library};
use crate::comm::{self, Comm};
use crate::context::Context;
use crate::device::{Cpu, Device};
use crate::error::{Error, ErrorKind, Result};
use launcher::Launcher;

/// The environment variable with the number of in-process ranks of a program that no launcher started.
pub const RANKS: &str = "ISOTHERM_RANKS";

/// The environment variable that says what carries the messages, instead of what fits: `mpi`, `threads` or `solo`.
pub const TRANSPORT: &str = "ISOTHERM_TRANSPORT";

/// The environment variable that says which device the ranks compute on: `cpu`, `gpu` or `gpu:1`.
pub const DEVICE: &str = "ISOTHERM_DEVICE";

/// The environment variable with the number of threads that each rank computes with.
pub const THREADS: &str = "ISOTHERM_THREADS";

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
    ranks: Ranks,
    /// Nothing for what the environment says.
    device: Option<Device>,
}

enum Ranks {
    Solo,
    Threads(usize),
    #[cfg(feature = "mpi")]
    Mpi(&'static World),
}

impl Launch {
    /// What this process was started as.
    ///
    /// **Local**, but that it starts MPI where that is used: then all processes of the job must come here.
    ///
    /// | started by | ranks |
    /// |---|---|
    /// | an MPI launcher (`mpirun`, `mpiexec`, `srun`), with the feature `mpi` | its processes |
    /// | anything else | threads of this process, as many as `ISOTHERM_RANKS` says, one if it is not set |
    ///
    /// `ISOTHERM_TRANSPORT` overrides the choice: `mpi`, `threads`, or `solo` for one rank on the calling thread.
    ///
    /// # Errors
    /// When a variable holds nothing that can be understood; when the launcher started several processes that know
    /// nothing of each other, because this build has no MPI or that of another launcher; when `ISOTHERM_RANKS` is not the launcher's number.
    #[track_caller]
    pub fn from_environment() -> Result<Self> {
        let launcher = Launcher::of_process();
        let transport = var(TRANSPORT).ok();
        match (transport.as_deref(), launcher) {
            (Some("solo"), _) => Ok(Self::of(Ranks::Solo)),
            (Some("threads"), _) | (None, None) => Self::threads(number(RANKS)?.unwrap_or(1)),
            (Some("mpi"), launcher) => Self::on_mpi(launcher.as_ref()),
            (None, Some(launcher)) => Self::on_mpi(Some(&launcher)),
            (Some(other), _) => {
                let why = format!("{TRANSPORT}={other:?} is none of mpi, threads and solo");
                Err(Error::new(ErrorKind::Argument, why))
            }
        }
    }

    fn of(ranks: Ranks) -> Self {
        Self { ranks, device: None }
    }

    /// The same ranks on this device, whatever the environment says.
    ///
    /// **Local.** `device` must be the same for all processes.
    #[must_use]
    pub fn on(self, device: Device) -> Self {
        Self { device: Some(device), ..self }
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
        Ok(Self::of(Ranks::Threads(ranks)))
    }

    #[cfg(feature = "mpi")]
    #[track_caller]
    fn on_mpi(launcher: Option<&Launcher>) -> Result<Self> {
        let world = World::start()?;
        if let Some(Launcher { name, ranks: Some(ranks), .. }) = launcher
            && *ranks != world.size
        {
            let why = format!(
                "{name} started {ranks} processes, but the MPI library of this program, {}, sees {} of them: \
                 start the program with the launcher of that library, or build it for this one",
                library(),
                world.size
            );
            return Err(Error::new(ErrorKind::Argument, why));
        }
        match number(RANKS)? {
            Some(ranks) if ranks != world.size => {
                let why = format!("{RANKS}={ranks}, but the launcher started {} processes", world.size);
                Err(Error::new(ErrorKind::Argument, why))
            }
            _ => Ok(Self::of(Ranks::Mpi(world))),
        }
    }

    /// Without MPI one process that a launcher started is a program like any other; several would do the same work side
    /// by side.
    #[cfg(not(feature = "mpi"))]
    #[track_caller]
    fn on_mpi(launcher: Option<&Launcher>) -> Result<Self> {
        let why = match launcher {
            Some(Launcher { ranks: Some(1), .. }) if var(TRANSPORT).is_err() => {
                return Self::threads(number(RANKS)?.unwrap_or(1));
            }
            Some(Launcher { name, ranks: Some(ranks), .. }) => format!(
                "{name} started {ranks} processes of this program, which is built without MPI: \
                 build it with `--features mpi`, or set {TRANSPORT}=threads to run them side by side"
            ),
            _ => "this program is built without MPI: build it with `--features mpi`".to_owned(),
        };
        Err(Error::new(ErrorKind::NotImplemented, why))
    }

    /// The number of ranks.
    ///
    /// **Local.**
    pub fn ranks(&self) -> usize {
        match self.ranks {
            Ranks::Solo => 1,
            Ranks::Threads(ranks) => ranks,
            #[cfg(feature = "mpi")]
            Ranks::Mpi(world) => world.size,
        }
    }

    /// What will carry the messages: `solo`, `threads` or `mpi`.
    ///
    /// **Local.**
    pub fn transport(&self) -> &'static str {
        match self.ranks {
            Ranks::Solo => "solo",
            Ranks::Threads(_) => "threads",
            #[cfg(feature = "mpi")]
            Ranks::Mpi(_) => "mpi",
        }
    }

    /// Whether rank 0 runs in this process: the one that speaks for all.
    ///
    /// **Local.**
    pub fn leads(&self) -> bool {
        match self.ranks {
            #[cfg(feature = "mpi")]
            Ranks::Mpi(world) => world.rank == 0,
            _ => true,
        }
    }

    /// Run `f` on every rank, and return what the ranks in this process returned, by rank: one under MPI. The calling thread waits for them.
    ///
    /// **Collective.** On threads the process's panic hook stays as it is. Under MPI a panic ends the whole job, on whatever thread
    /// it is and even where it would be caught; MPI goes on until the process exits, so that a program may run again.
    ///
    /// # Errors
    /// The error that the ranks share; where they do not (a rank failed or panicked alone), that of the rank that was first to fail.
    #[track_caller]
    pub fn run<R: Send>(self, f: impl Fn(&Context) -> Result<R> + Send + Sync) -> Result<Vec<R>> {
        let (wished, device) = (number(THREADS)?, self.device.map_or_else(wanted_device, Ok)?);
        match self.ranks {
            Ranks::Solo => Ok(vec![f(&context(Comm::solo(), wished.unwrap_or_else(cores), device)?)?]),
            Ranks::Threads(ranks) => on_threads(ranks, wished.unwrap_or((cores() / ranks).max(1)), device, f),
            #[cfg(feature = "mpi")]
            Ranks::Mpi(world) => {
                let body = |comm| reporting(comm, wished.unwrap_or(world.cores), device, &f);
                Ok(vec![world.run(body)?])
            }
        }
    }

    /// Whether this process is the one to print an error that kept the ranks from being brought up.
    pub(crate) fn is_first() -> bool {
        Launcher::of_process().is_none_or(|launcher| launcher.rank == 0)
    }
}

/// The cores that this process may use.
fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// The number in an environment variable, if that is set.
#[track_caller]
fn number(name: &str) -> Result<Option<usize>> {
    let Ok(text) = var(name) else { return Ok(None) };
    let number = text.parse().ok().filter(|&number| number > 0);
    let refused = || Error::new(ErrorKind::Argument, format!("{name}={text:?} is no number from 1"));
    number.map(Some).ok_or_else(refused)
}

/// The device that the environment names.
#[track_caller]
fn wanted_device() -> Result<Device> {
    var(DEVICE).map_or(Ok(Device::Cpu), |name| name.parse())
}

/// The context of a rank on this device. Where a rank's machine has no GPU it is the CPU, and rank 0 says so.
#[track_caller]
fn context(comm: Comm, threads: usize, device: Device) -> Result<Context> {
    let cx = Context::new(comm, Cpu::new(threads));
    if device == Device::Cpu {
        return Ok(cx);
    }
    match cx.on(device) {
        Err(error) if error.kind() == ErrorKind::Device => {
            if cx.rank() == 0 {
                eprintln!("note: {}; the CPU computes", error.message());
            }
            Ok(cx)
        }
        other => other,
    }
}

/// Run the program of one rank, and leave word of its error.
fn reporting<R>(comm: Comm, threads: usize, device: Device, f: impl Fn(&Context) -> Result<R>) -> Result<R> {
    let leaving = comm.clone();
    let result = context(comm, threads, device).and_then(|cx| f(&cx));
    if let Err(error) = &result {
        leaving.leaving(error.to_string());
    }
    result
}

#[track_caller]
fn on_threads<R: Send>(
    ranks: usize,
    threads: usize,
    device: Device,
    f: impl Fn(&Context) -> Result<R> + Send + Sync,
) -> Result<Vec<R>> {
    let outcomes = comm::spawn(ranks, |comm| reporting(comm, threads, device, &f));
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

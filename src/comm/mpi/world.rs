//! The processes of a job: MPI's start and end, and what must not be left to chance in between.

use std::io::Write;
use std::panic::PanicHookInfo;
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use super::check::Group;
use super::pause::Pause;
use super::raw::{self, Checked, Communicator, Failure};
use super::settings::Settings;
use super::station::Station;
use super::tags::Tags;
use super::transport::Mpi;
use crate::comm::message::values;
use crate::comm::placement::Placement;
use crate::comm::{Comm, Transport};
use crate::error::{Error, ErrorKind, Result};
use crate::memory::Pool;

/// What this process knows of the job once MPI is up.
#[derive(Clone, Debug)]
pub(crate) struct World {
    /// This process's number.
    pub(crate) rank: usize,
    /// The number of processes.
    pub(crate) size: usize,
    /// The cores that this process has for itself.
    pub(crate) cores: usize,
    placement: Placement,
    settings: Settings,
    tags: Tags,
}

static WORLD: OnceLock<Result<World>> = OnceLock::new();

/// Whether no program runs here, so that the process may end.
static AT_REST: AtomicBool = AtomicBool::new(true);

/// What processes tell each other before they go on together.
const RUN: u64 = 1;
const EXIT: u64 = 2;

impl World {
    /// Start MPI unless it is up, once in a process.
    ///
    /// What is started here ends here: MPI is finalised when the process exits while no program runs, and a panic on
    /// whatever thread ends the job.
    pub(crate) fn start() -> Result<&'static Self> {
        WORLD.get_or_init(Self::started).as_ref().map_err(Clone::clone)
    }

    fn started() -> Result<Self> {
        let settings = Settings::read()?;
        if !raw::is_up() {
            let earlier = std::panic::take_hook();
            std::panic::set_hook(Box::new(move |info| on_panic(info, &earlier)));
            if !raw::initialize().map_err(Failure::into_error)? {
                let why = "this MPI library does not let threads take turns (MPI_THREAD_SERIALIZED)";
                return Err(Error::new(ErrorKind::NotImplemented, why));
            }
            raw::at_exit(on_exit);
            // Whatever communicator a request belongs to, MPICH 4 takes its errors to that of the process alone, and earlier
            // ones took them to the world's.
            for comm in [Communicator::itself(), Communicator::world()] {
                comm.returning_errors().map_err(Failure::into_error)?;
            }
        }
        Self::known(Communicator::world(), settings)
    }

    /// What there is to know of the processes of a communicator.
    fn known(comm: Communicator, settings: Settings) -> Result<Self> {
        let Some(tags) = Tags::of_library().map_err(Failure::into_error)? else {
            return Err(Error::new(ErrorKind::NotImplemented, "this MPI library has fewer than 2^21 message tags"));
        };
        // Both are part of how messages are understood, and not every launcher hands the environment on to other machines.
        let own = (settings.chunk as u64) << 1 | u64::from(settings.check);
        if gathered(comm, own).map_err(Failure::into_error)?.iter().any(|&other| other != own) {
            let why = "ISOTHERM_MPI_CHUNK and ISOTHERM_CHECK must be the same for all processes";
            return Err(Error::new(ErrorKind::Argument, why));
        }
        Self::surveyed(comm, settings, tags).map_err(Failure::into_error)
    }

    fn surveyed(comm: Communicator, settings: Settings, tags: Tags) -> Checked<Self> {
        let node = comm.on_this_node()?;
        let (rank_on_node, ranks_on_node) = (node.rank()?, node.size()?);
        let own = allowed_cores();
        let sharers = gathered(node, own)?.into_iter().filter(|&cores| cores == own).count();
        node.free()?;
        let nodes = gathered(comm, rank_on_node as u64)?.into_iter().filter(|&rank| rank == 0).count();
        let placement = Placement { host: raw::host()?, nodes, ranks_on_node, rank_on_node };
        // Ranks on the same set of cores share them. A launcher that gives each rank its own cores has divided already.
        let cores = std::thread::available_parallelism().map_or(1, usize::from) / sharers;
        Ok(Self { rank: comm.rank()?, size: comm.size()?, cores: cores.max(1), placement, settings, tags })
    }

    /// Run a program on this rank, and end it together with the others.
    pub(crate) fn run<R>(&self, f: impl FnOnce(Comm) -> Result<R>) -> Result<R> {
        AT_REST.store(false, Ordering::SeqCst);
        meet(RUN);
        let mpi = self.transport(Communicator::world()).map_err(Failure::into_error)?;
        let transport: Rc<dyn Transport> = Rc::clone(&mpi) as _;
        let result = f(Comm::new(transport));
        let outcome = mpi.leave(result.as_ref().err()).map_err(Failure::into_error)?;
        AT_REST.store(true, Ordering::SeqCst);
        outcome.map_or(result, Err)
    }

    /// This rank's end of the processes of a communicator, with messages of its own. Collective.
    fn transport(&self, comm: Communicator) -> Checked<Rc<Mpi>> {
        let station = Rc::new(Station::new(comm.duplicate()?, self.settings)?);
        let group = Group { id: 0, members: (0..self.size).collect() };
        let placement = Rc::new(self.placement.clone());
        Ok(Rc::new(Mpi::new(station, group, comm.duplicate()?, self.rank, self.tags, placement)))
    }
}

/// The name of the MPI library.
pub(crate) fn library() -> String {
    raw::library().unwrap_or_else(|failure| failure.to_string())
}

/// A communicator over the processes of one that somebody else has made, and the cores of this rank. Collective.
pub(super) fn adopt(comm: Communicator) -> Result<(Comm, usize)> {
    let world = World::known(comm, Settings::read()?)?;
    Ok((Comm::new(world.transport(comm).map_err(Failure::into_error)?), world.cores))
}

/// Go on together: all processes run a program, or all exit.
fn meet(own: u64) {
    let said = gathered(Communicator::world(), own);
    let Ok(said) = said else { return }; // then what follows fails as well, and says so
    if let Some(other) = said.iter().position(|&word| word != own) {
        let (runs, exits) = if own == RUN { (None, Some(other)) } else { (Some(other), None) };
        let name = |rank: Option<usize>| rank.map_or("this rank".to_owned(), |rank| format!("rank {rank}"));
        say(&format!("{} begins a program while {} exits", name(runs), name(exits)));
        raw::abort(1);
    }
}

/// One number from each process.
fn gathered(comm: Communicator, own: u64) -> Checked<Vec<u64>> {
    let pool = Pool::new();
    let all = pool.take(comm.size()? * size_of::<u64>());
    let mut transfer = comm.all_gather(Arc::new(pool.copy_of(&[own]).into_buffer()), all)?;
    let mut pause = Pause::new();
    while !transfer.test()? {
        pause.rest();
    }
    Ok(values(&transfer.finish().1.into_buffer()).to_vec())
}

/// A fingerprint of the set of cores that this process may run on; equal on all ranks where the system does not tell.
fn allowed_cores() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let cores = status.lines().find(|line| line.starts_with("Cpus_allowed:")).unwrap_or_default();
    cores.bytes().fold(0, |hash: u64, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3))
}

/// `rank 3 of 8`, as far as that is known.
fn own_name() -> String {
    match WORLD.get() {
        Some(Ok(world)) => format!("rank {} of {}", world.rank, world.size),
        _ => "a rank".to_owned(),
    }
}

/// A line on standard error, past whoever captures what is printed: the process ends next. Standard output is left alone: what
/// it holds are whole lines, and its lock may be held by a thread that does not go on.
fn say(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}"); // if that fails there is no one to tell
    // MPICH's launcher drops what it has not passed on when the job is aborted: a panic's message was lost once in four runs.
    std::thread::sleep(Duration::from_millis(100));
}

/// An unwinding panic would leave the other processes waiting, and hangs Open MPI's finalisation for ever (measured).
fn on_panic(info: &PanicHookInfo<'_>, earlier: &dyn Fn(&PanicHookInfo<'_>)) {
    if !raw::is_up() {
        return earlier(info);
    }
    let payload = info.payload();
    let literal = payload.downcast_ref::<&str>().copied();
    let message = literal.or_else(|| payload.downcast_ref::<String>().map(String::as_str)).unwrap_or("no message");
    let at = info.location().map_or(String::new(), |at| format!(" at {at}"));
    say(&format!("{} panicked{at}: {message}", own_name()));
    let trace = std::backtrace::Backtrace::capture();
    if trace.status() == std::backtrace::BacktraceStatus::Captured {
        say(&trace.to_string());
    }
    raw::abort(101)
}

extern "C" fn on_exit() {
    if raw::is_ending() || !raw::is_up() {
        return;
    }
    if !AT_REST.load(Ordering::SeqCst) {
        say(&format!("{} exits in the middle of its program", own_name()));
        raw::abort(1);
    }
    meet(EXIT);
    raw::finalize();
}

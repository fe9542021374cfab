//! Ranks as threads of this process.
//!
//! What ranks trade is moved, or shared by counted references: no message is copied on its way. `board` holds the
//! rules and the data, `slot` one collective, `report` the words for faults, `world` the lock and the sleepers; this
//! file starts the ranks.

mod board;
mod report;
mod slot;
mod transport;
mod world;

use std::any::Any;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::sync::Arc;

use crate::comm::Comm;
use crate::sync::{scope, start};
use board::Doing;
use slot::Group;
use transport::Threads;
pub use world::Watchdog;
use world::World;

/// A rank that panicked instead of returning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Panicked {
    /// The rank.
    pub rank: usize,
    /// What it said.
    pub message: String,
}

impl fmt::Display for Panicked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "rank {} panicked: {}", self.rank, self.message)
    }
}

impl std::error::Error for Panicked {}

/// Run `f` on `ranks` threads, each with its own [`Comm`], and collect what each returned.
///
/// **Local.** Returns when all ranks have. A panic is caught and told to the other ranks at their next collective;
/// the process's panic hook is not touched, so by default it also prints, with the name of the thread: `rank 3`.
///
/// # Examples
/// ```
/// let sums = isotherm::comm::spawn(4, |comm| comm.all_reduce(&[comm.rank() as u64], |a, b| a + b));
/// for sum in sums {
///     assert_eq!(sum.unwrap().unwrap(), [6]);
/// }
/// ```
///
/// # Panics
/// When `ranks` is 0.
pub fn spawn<R: Send>(ranks: usize, f: impl Fn(Comm) -> R + Send + Sync) -> Vec<Result<R, Panicked>> {
    run(World::new(ranks, None), ranks, f)
}

/// [`spawn`] with a watchdog over ranks that wait for long.
///
/// **Local.**
///
/// # Panics
/// When `ranks` is 0.
pub fn spawn_watched<R: Send>(
    ranks: usize,
    watchdog: Watchdog,
    f: impl Fn(Comm) -> R + Send + Sync,
) -> Vec<Result<R, Panicked>> {
    run(World::new(ranks, Some(watchdog)), ranks, f)
}

fn run<R: Send>(world: World, ranks: usize, f: impl Fn(Comm) -> R + Send + Sync) -> Vec<Result<R, Panicked>> {
    assert!(ranks > 0, "a program has at least one rank");
    let world = Arc::new(world);
    let group = Arc::new(Group { id: 0, members: (0..ranks).collect() });
    let body = |rank: usize| {
        // The handle is made inside its thread, which it never leaves.
        let comm = Comm::new(Rc::new(Threads::new(Arc::clone(&world), Arc::clone(&group), rank)));
        let outcome = catch_unwind(AssertUnwindSafe(|| f(comm))).map_err(|payload| text_of(&*payload));
        let how = outcome.as_ref().err().map_or(Doing::Left, |message| Doing::Panicked(message.clone()));
        world.gone(rank, how);
        outcome
    };
    scope(|scope| {
        let started: Vec<_> = (0..ranks).map(|rank| start(scope, format!("rank {rank}"), move || body(rank))).collect();
        // A rank that could not be started counts as one that panicked, so that the others do not wait for it.
        for (rank, thread) in started.iter().enumerate() {
            if let Err(error) = thread {
                world.gone(rank, Doing::Panicked(format!("its thread could not be started: {error}")));
            }
        }
        let outcome = |(rank, thread): (usize, std::io::Result<_>)| {
            let outcome = match thread {
                Ok(thread) => joined(thread),
                Err(error) => Err(format!("its thread could not be started: {error}")),
            };
            outcome.map_err(|message| Panicked { rank, message })
        };
        started.into_iter().enumerate().map(outcome).collect()
    })
}

fn joined<R>(thread: crate::sync::ScopedJoinHandle<'_, Result<R, String>>) -> Result<R, String> {
    thread.join().unwrap_or_else(|payload| Err(text_of(&*payload)))
}

/// The message of a panic.
fn text_of(payload: &(dyn Any + Send)) -> String {
    let literal = payload.downcast_ref::<&str>().map(|text| (*text).to_owned());
    literal.or_else(|| payload.downcast_ref::<String>().cloned()).unwrap_or_else(|| "no message".to_owned())
}

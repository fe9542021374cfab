//! Communication: ranks, messages and collectives. Bytes and elements only; arrays come later.
//!
//! A [`Comm`] is a handle to one of the transports, chosen at run time: `solo` (one rank), `threads` (each rank is
//! a thread of this process) and, with the feature `mpi`, `mpi` (each rank is a process). A transport moves bytes and
//! implements the dozen calls of [`Transport`]; everything typed is written once, on top of it:
//!
//! * **Folds** of floats and with users' closures run over one fixed tree of the ranks (`tree`), so they give the
//!   same bits on every rank, in every run and on every transport.
//! * **Checked.** Every collective carries a [`Call`]: kind, dtype, count, root, source line. Ranks that call
//!   different things, leave early or panic make one report (`checked`), the same error on every rank that still
//!   runs, instead of a hang or a wrong result. On threads this needs no clock and no message; under MPI it is one
//!   all-reduce of 16 bytes, or a roll call of ranks that wait (see the table below).
//! * **Counted.** Every rank counts its calls, messages and bytes in [`Counters`], after a documented table.
//!
//! Rank threads rest in the operating system while they wait: they neither spin nor run on a pool, so a few hundred of
//! them work on two cores. Processes poll, ever more slowly, because MPI answers only who asks.
//!
//! # Under MPI
//!
//! | variable | default | meaning |
//! |---|---|---|
//! | `ISOTHERM_CHECK` | 1 with debug assertions, else 0 | compare calls before each collective; without it most mistakes are still found, within some seconds, by ranks that all wait |
//! | `ISOTHERM_WATCHDOG` | 60 | after so many seconds of waiting, report who waits where (0: never) |
//! | `ISOTHERM_TIMEOUT` | never | after so many seconds of waiting, end the job |
//! | `ISOTHERM_MPI_CHUNK` | 2^28 | the longest message in bytes that MPI is given; longer ones travel in chunks (for tests) |
//!
//! | what happens on one rank | what becomes of the job |
//! |---|---|
//! | another call than the others', an early return, an error that is not agreed | every rank gets the same error, at its next call or where it waits |
//! | a panic, on any thread | it ends within a second: rank, message and line; exit code 101 |
//! | `process::exit` in the middle of a program | it ends: rank; exit code 1 |
//! | it is killed | the launcher ends it |
//! | it computes for ever | a report after `ISOTHERM_WATCHDOG` seconds |

mod agree;
mod checked;
mod collective;
mod counted;
mod exact;
mod exchange;
mod fold;
mod handle;
mod lend;
mod mailbox;
mod message;
#[cfg(feature = "mpi")]
pub(crate) mod mpi;
mod placement;
mod point;
mod solo;
mod threads;
mod transport;
mod tree;

pub use checked::Call;
pub use counted::{Counters, Kind, Tally};
pub use exact::Exact;
pub use exchange::{PendingAllToAll, PendingExchange};
pub use handle::Comm;
pub use placement::Placement;
pub use point::{PendingReceive, PendingSend};
pub use threads::{Panicked, Watchdog, spawn, spawn_watched};
pub use transport::{Lent, Merge, Pending, Shared, Transport};

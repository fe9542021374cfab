//! Communication: ranks, messages and collectives. Bytes and elements only; arrays come later.
//!
//! A [`Comm`] is a handle to one of the transports, chosen at run time: `solo` (one rank) and `threads` (each rank is
//! a thread of this process). A transport moves bytes and implements the dozen calls of [`Transport`]; everything
//! typed is written once, on top of it:
//!
//! * **Folds** of floats and with users' closures run over one fixed tree of the ranks (`tree`), so they give the
//!   same bits on every rank, in every run and on every transport.
//! * **Checked.** Every collective carries a [`Call`]: kind, dtype, count, root, source line. Ranks that call
//!   different things, leave early or panic make one report (`checked`), the same error on every rank that still
//!   runs, instead of a hang or a wrong result. Nothing here needs a clock.
//! * **Counted.** Every rank counts its calls, messages and bytes in [`Counters`], after a documented table.
//!
//! Ranks rest in the operating system while they wait: they neither spin nor run on a pool, so a few hundred of them
//! work on two cores.

mod agree;
mod checked;
mod collective;
mod counted;
mod exact;
mod exchange;
mod fold;
mod handle;
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
pub use transport::{Merge, Pending, Shared, Transport};

//! The handle on a communicator.

use std::cell::RefCell;
use std::rc::Rc;

use crate::comm::solo::Solo;
use crate::comm::{Call, Counters, Kind, Placement, Transport};
use crate::dtype::Element;
use crate::error::{Error, ErrorKind, Result};
use crate::memory::{Buffer, Pool};

/// The ranks of a program, or some of them, as one rank sees them.
///
/// All its collectives must be made by every rank, in the same order and from the same line. They return the same
/// error on every rank when that is broken. Clones are handles to the same communicator.
///
/// It stays on its rank: neither a thread nor a rayon closure can take it along, because a message that they sent
/// would be out of order.
///
/// ```compile_fail,E0277
/// let comm = isotherm::comm::Comm::solo();
/// std::thread::spawn(move || comm.barrier());
/// ```
/// ```compile_fail,E0277
/// let comm = isotherm::comm::Comm::solo();
/// std::thread::scope(|scope| {
///     scope.spawn(|| comm.rank());
/// });
/// ```
#[derive(Clone)]
pub struct Comm(pub(super) Rc<StaysOnItsRank>);

/// What is behind a [`Comm`]. The compiler names this type to who sends one to another thread: "`Rc<StaysOnItsRank>`
/// cannot be sent between threads safely".
pub(super) struct StaysOnItsRank {
    pub(super) transport: Rc<dyn Transport>,
    /// Shared with the communicators that are split from this one.
    counters: Rc<RefCell<Counters>>,
    /// Where messages are made.
    pool: Pool,
}

impl Comm {
    /// The communicator of a program with one rank.
    ///
    /// **Local.**
    pub fn solo() -> Self {
        Self::new(Rc::new(Solo::default()))
    }

    /// A handle to a transport.
    ///
    /// **Local.**
    pub fn new(transport: Rc<dyn Transport>) -> Self {
        Self(Rc::new(StaysOnItsRank { transport, counters: Rc::default(), pool: Pool::new() }))
    }

    /// This rank's number, from 0.
    ///
    /// **Local.**
    pub fn rank(&self) -> usize {
        self.0.transport.rank()
    }

    /// The number of ranks.
    ///
    /// **Local.**
    pub fn size(&self) -> usize {
        self.0.transport.size()
    }

    /// The transport's name: `solo`, `threads` or `mpi`.
    ///
    /// **Local.**
    pub fn transport(&self) -> &'static str {
        self.0.transport.name()
    }

    /// The machine that this rank runs on, and how many ranks of the program share it.
    ///
    /// **Local.**
    pub fn placement(&self) -> Placement {
        self.0.transport.placement()
    }

    /// Whether both are handles to the same communicator.
    ///
    /// **Local.** Two communicators of the same ranks are not the same.
    pub fn is(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }

    /// What this rank has sent so far, here and in the communicators that were split from this one.
    ///
    /// **Local.**
    pub fn counters(&self) -> Counters {
        *self.0.counters.borrow()
    }

    /// Begin counting anew.
    ///
    /// **Local.**
    pub fn reset_counters(&self) {
        *self.0.counters.borrow_mut() = Counters::default();
    }

    /// What reports say of this rank when it has left while others call it, for example the error that it returned.
    ///
    /// **Local.**
    pub fn leaving(&self, note: impl Into<String>) {
        self.0.transport.note(note.into());
    }

    /// The communicator of the ranks that give the same `color`, numbered by `key`, then by rank.
    ///
    /// **Collective.** One all-gather of 16 bytes a rank.
    ///
    /// # Errors
    /// When the ranks make different calls.
    #[track_caller]
    pub fn split(&self, color: u64, key: u64) -> Result<Self> {
        let transport = self.0.transport.split(&Call::new(Kind::Split, "split"), color, key)?;
        self.count(Kind::Split, 0, 16 * (self.size() - 1));
        let (counters, pool) = (Rc::clone(&self.0.counters), self.0.pool.clone());
        Ok(Self(Rc::new(StaysOnItsRank { transport, counters, pool })))
    }

    /// Count a call of a kind whose messages follow from the table.
    pub(super) fn count(&self, kind: Kind, root: usize, bytes: usize) {
        let messages = self.messages(kind, root);
        self.0.counters.borrow_mut().add(kind, messages, bytes);
    }

    /// Count a call as it is.
    pub(super) fn count_as_is(&self, kind: Kind, messages: usize, bytes: usize) {
        self.0.counters.borrow_mut().add(kind, messages, bytes);
    }

    pub(super) fn messages(&self, kind: Kind, root: usize) -> usize {
        kind.messages(self.rank(), self.size(), root)
    }

    pub(super) fn message<T: Element>(&self, values: &[T]) -> Buffer {
        self.0.pool.copy_of(values).into_buffer()
    }

    /// Refuse a root that is no rank: an error of a replicated argument.
    #[track_caller]
    pub(super) fn check_root(&self, root: usize) -> Result<()> {
        if root < self.size() {
            return Ok(());
        }
        Err(Error::new(ErrorKind::Argument, format!("the root {root} is none of the {} ranks", self.size())))
    }
}

impl std::fmt::Debug for Comm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "rank {} of {} ({})", self.rank(), self.size(), self.transport())
    }
}

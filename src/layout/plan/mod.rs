//! What has to move, for one rank, before anything moves.
//!
//! A [`Plan`] compares the layouts of its sources and of its destination under some [`Move`]s. It keeps one number per
//! peer: how many elements go there or come from there. The elements of a pair of ranks form a **stream**: by move, then
//! in row-major order of the move's space of iteration. Both ranks derive it from the layouts, at any position, so that
//! no indices are stored or sent:
//!
//! ```text
//!   sender: pack(peer, range) ---- a message ----> receiver: unpack(peer, range)      copy_own(): what stays
//! ```
//!
//! **Replicas.** A rank takes every element from the rank that stands where it stands itself along the mesh axes that
//! replicate the source. So it takes from itself what it has, replicas share the load, and both sides can compute it.
//!
//! **Rounds.** Messages go out in rounds, in each of which a rank stages at most the staging limit to send and as much to
//! receive. Their number follows from the layouts and the limit, by bounds that every rank computes alike.

mod arithmetic;
mod bounds;
mod copy;
mod cost;
mod envelope;
mod link;
mod nest;
mod peers;
mod rounds;
mod selection;
mod side;

use std::hash::{DefaultHasher, Hash, Hasher};

use link::{Deal, Transfer};
use peers::Peers;
use rounds::Schedule;

use super::{Distribution, Layout, Move, Region};
use crate::error::{Error, ErrorKind, Result};

pub(crate) use cost::{Bytes, Number};
pub use cost::{Cost, RankCost};
pub use rounds::{Exchange, Round};

/// What a plan needs to know besides layouts. The same on every rank.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Options {
    item_bytes: usize,
    staging_limit: usize,
    ghosts: Vec<(usize, usize)>,
}

impl Options {
    /// The default staging limit: 32 MiB.
    pub const STAGING_LIMIT: usize = 32 << 20;

    /// For elements of `item_bytes`, with the default staging limit and without ghost cells.
    ///
    /// **Local.**
    pub fn new(item_bytes: usize) -> Self {
        Self { item_bytes: item_bytes.max(1), staging_limit: Self::STAGING_LIMIT, ghosts: Vec::new() }
    }

    /// At most this many bytes are staged to send, and as many to receive; but a message has at least one element.
    ///
    /// **Local.**
    #[must_use]
    pub fn staging_limit(self, bytes: usize) -> Self {
        Self { staging_limit: bytes, ..self }
    }

    /// Every block of the destination has, along each axis, so many more elements before and after it, as far as the array
    /// goes. Empty blocks stay empty. One pair per axis, or none at all.
    ///
    /// **Local.**
    #[must_use]
    pub fn ghosts(self, ghosts: &[(usize, usize)]) -> Self {
        Self { ghosts: ghosts.to_vec(), ..self }
    }

    #[track_caller]
    fn check(&self, into: &Layout) -> Result<()> {
        if !self.ghosts.is_empty() && self.ghosts.len() != into.shape().ndim() {
            let message = format!("{} ghost widths for the axes of {}", self.ghosts.len(), into.shape());
            return Err(Error::new(ErrorKind::Layout, message));
        }
        let scattered = |axis: usize| matches!(into.distribution(axis), Distribution::Cyclic { .. });
        match (0..self.ghosts.len()).find(|&axis| self.ghosts[axis] != (0, 0) && scattered(axis)) {
            None => Ok(()),
            Some(axis) => {
                Err(Error::new(ErrorKind::Layout, format!("ghost cells along the cyclic axis {axis} of {into}")))
            }
        }
    }
}

/// One rank's share of a movement of elements between layouts: who sends how much to whom, in which rounds, at what cost.
///
/// ```
/// use isotherm::layout::{Layout, Plan, plan::Options};
///
/// let (rows, columns) = (Layout::split((8, 6), 0, 2)?, Layout::split((8, 6), 1, 2)?);
/// let plan = Plan::redistribute(&rows, &columns, 0, Options::new(8))?;
/// assert_eq!((plan.send_bytes(), plan.messages(), plan.rounds()), (96, 1, 1)); // a quarter of 48 elements of 8 bytes
/// assert_eq!(Plan::redistribute(&rows, &rows, 0, Options::new(8))?.rounds(), 0);
/// # Ok::<(), isotherm::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Plan {
    sources: Vec<Layout>,
    into: Layout,
    transfers: Vec<Transfer>,
    rank: usize,
    options: Options,
    sends: Peers,
    receives: Peers,
    schedule: Schedule,
}

impl Plan {
    /// The share of `rank` in some moves from `sources` into one array. Elements of the destination that no move reaches stay
    /// as they are.
    ///
    /// **Local.** Every rank must give the same layouts, moves and options. Takes O(ranks x moves) steps, never O(elements).
    /// No two moves may write the same element; this is not checked between moves.
    ///
    /// # Errors
    /// [`ErrorKind::Layout`] when the numbers of ranks differ or ghost cells do not fit; [`ErrorKind::Index`] for a move that
    /// leaves the arrays or writes an element twice.
    #[track_caller]
    pub fn new(sources: &[&Layout], into: &Layout, moves: Vec<Move>, rank: usize, options: Options) -> Result<Self> {
        for a_move in &moves {
            a_move.check(sources, into)?;
        }
        Self::of_transfers(sources, into, moves.into_iter().map(Transfer::of_move).collect(), rank, options)
    }

    /// The share of `rank` in bringing an array from one layout to another of the same shape.
    ///
    /// **Local.** As [`Plan::new`].
    ///
    /// # Errors
    /// [`ErrorKind::Shape`] when the shapes differ; otherwise as [`Plan::new`].
    #[track_caller]
    pub fn redistribute(from: &Layout, into: &Layout, rank: usize, options: Options) -> Result<Self> {
        if from.shape() != into.shape() {
            let message = format!("from shape {} to shape {} is no redistribution", from.shape(), into.shape());
            return Err(Error::new(ErrorKind::Shape, message));
        }
        Self::new(&[from], into, vec![Move::identity(from.shape())], rank, options)
    }

    /// The share of `rank` in bringing every element to the place of the same row-major linear index in another shape.
    ///
    /// **Local.** As [`Plan::new`]. Any layout to any layout; no rank gathers. Groups of axes between which the shapes agree are
    /// independent, and where a group deals several axes its runs are matched in a time that grows with their number in
    /// one common period of both sides.
    ///
    /// # Errors
    /// [`ErrorKind::Shape`] when the sizes differ; otherwise as [`Plan::new`].
    #[track_caller]
    pub fn reshape(from: &Layout, into: &Layout, rank: usize, options: Options) -> Result<Self> {
        if from.shape().size() != into.shape().size() {
            let message = format!("shape {} does not have the size of shape {}", into.shape(), from.shape());
            return Err(Error::new(ErrorKind::Shape, message));
        }
        Self::of_transfers(&[from], into, vec![Transfer::of_reshape(from.shape(), into.shape())], rank, options)
    }

    #[track_caller]
    fn of_transfers(
        sources: &[&Layout],
        into: &Layout,
        transfers: Vec<Transfer>,
        rank: usize,
        options: Options,
    ) -> Result<Self> {
        options.check(into)?;
        if let Some(other) = sources.iter().find(|source| source.ranks() != into.ranks()) {
            let message = format!("layouts of different numbers of ranks: {other} and {into}");
            return Err(Error::new(ErrorKind::Layout, message));
        }
        if rank >= into.ranks() {
            return Err(Error::new(ErrorKind::Layout, format!("rank {rank} of {}", into.ranks())));
        }
        let sources: Vec<Layout> = sources.iter().map(|&source| source.clone()).collect();
        let deal = Deal { layout: into, ghosts: &options.ghosts };
        let schedule = Schedule::new(&sources, deal, &transfers, &options);
        let sends = Peers::receiving_from(rank, &sources, deal, &transfers);
        let receives = Peers::sending_to(rank, &sources, deal, &transfers);
        Ok(Self { sources, into: into.clone(), transfers, rank, options, sends, receives, schedule })
    }

    /// The rank whose share this is.
    ///
    /// **Local.**
    pub fn rank(&self) -> usize {
        self.rank
    }

    /// A number that ranks share when they have their shares of the same plan.
    ///
    /// **Local.**
    pub fn fingerprint(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        (&self.sources, &self.into, &self.transfers, &self.options).hash(&mut hasher);
        hasher.finish()
    }

    /// The layouts of the sources.
    ///
    /// **Local.**
    pub fn sources(&self) -> &[Layout] {
        &self.sources
    }

    /// The layout of the destination.
    ///
    /// **Local.**
    pub fn target(&self) -> &Layout {
        &self.into
    }

    /// The block that this rank has afterwards, with its ghost cells.
    ///
    /// **Local.**
    pub fn destination(&self) -> Region {
        let deal = self.destination_deal();
        let axes = 0..self.into.shape().ndim();
        Region::new(self.into.shape().clone(), axes.map(|axis| deal.progression(axis, self.rank)))
    }

    /// Peers and numbers of elements that this rank sends to, in ascending order.
    ///
    /// **Local.**
    pub fn sends(&self) -> impl ExactSizeIterator<Item = (usize, usize)> {
        self.sends.iter()
    }

    /// Peers and numbers of elements that this rank receives from, in ascending order.
    ///
    /// **Local.**
    pub fn receives(&self) -> impl ExactSizeIterator<Item = (usize, usize)> {
        self.receives.iter()
    }

    /// The number of elements that this rank takes from itself.
    ///
    /// **Local.**
    pub fn kept(&self) -> usize {
        self.receives.own()
    }

    /// How the ranks exchange their messages; the same on every rank.
    ///
    /// **Local.**
    pub fn exchange(&self) -> Exchange {
        self.schedule.exchange()
    }

    /// The number of rounds; the same on every rank, and 0 when no rank moves anything.
    ///
    /// **Local.**
    pub fn rounds(&self) -> usize {
        self.schedule.rounds()
    }

    /// The messages of this rank in round number `round`: for each peer, a part of the stream.
    ///
    /// **Local.** O(peers).
    pub fn round(&self, round: usize) -> Round {
        self.schedule.round(round, self.rank, &self.sends, &self.receives)
    }

    fn destination_deal(&self) -> Deal<'_> {
        Deal { layout: &self.into, ghosts: &self.options.ghosts }
    }
}

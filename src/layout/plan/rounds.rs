//! The order in which messages go out, so that little is staged at any time.

use std::ops::Range;

use super::Options;
use super::bounds::Bounds;
use super::link::{Deal, Transfer};
use super::peers::Peers;
use crate::layout::Layout;

/// How the ranks exchange the messages of one round.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Exchange {
    /// No rank moves anything.
    None,
    /// Few peers: one send and one receive each.
    PointToPoint,
    /// One all-to-all-v.
    AllToAll,
    /// Every rank ends up with everything: the stream of a rank is the same for all its peers, and in each round the same
    /// part of it goes to every peer of that round.
    AllGather,
}

/// The messages of one rank in one round: peers in ascending order, each with the part of its stream.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Round {
    /// What to [`pack`](super::Plan::pack).
    pub sends: Vec<(usize, Range<usize>)>,
    /// What to [`unpack`](super::Plan::unpack).
    pub receives: Vec<(usize, Range<usize>)>,
}

/// With at most so many peers, messages go point to point.
const FEW_PEERS: usize = 8;

/// A rank's peers are taken in groups by their distance, upwards to send and downwards to receive, each group in as many
/// chunks of `quota` elements as the longest message may need.
///
/// So a sender's chunk for a peer is in the same round as that peer's chunk from it, without a word between them. Usually
/// there is one group, of all distances.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Schedule {
    exchange: Exchange,
    ranks: usize,
    distances_per_group: usize,
    chunks_per_group: usize,
    quota: usize,
}

impl Schedule {
    pub(super) fn new(sources: &[Layout], into: Deal<'_>, transfers: &[Transfer], options: &Options) -> Self {
        let ranks = into.layout.ranks();
        let bounds = Bounds::new(sources, into, transfers);
        let staged = (options.staging_limit / options.item_bytes).max(1);
        let peers = bounds.peers.max(1);
        let (distances_per_group, quota) = if staged >= peers { (ranks, staged / peers) } else { (staged, 1) };
        let everywhere = into.layout.is_replicated() && sources.iter().all(|source| source.replicas() == 1);
        let exchange = match bounds {
            Bounds { message: 0, .. } => Exchange::None,
            _ if everywhere => Exchange::AllGather,
            Bounds { peers, .. } if peers < ranks - 1 && peers <= FEW_PEERS.max(ranks / 4) => Exchange::PointToPoint,
            _ => Exchange::AllToAll,
        };
        Self { exchange, ranks, distances_per_group, chunks_per_group: bounds.message.div_ceil(quota), quota }
    }

    pub(super) fn exchange(&self) -> Exchange {
        self.exchange
    }

    pub(super) fn rounds(&self) -> usize {
        match self.exchange {
            Exchange::None => 0,
            _ => self.groups().saturating_mul(self.chunks_per_group),
        }
    }

    fn groups(&self) -> usize {
        (self.ranks - 1).div_ceil(self.distances_per_group)
    }

    pub(super) fn round(&self, round: usize, rank: usize, sends: &Peers, receives: &Peers) -> Round {
        let (group, chunk) = (round / self.chunks_per_group, round % self.chunks_per_group);
        let part = |distance: usize, count: usize| {
            let range = (chunk * self.quota).min(count)..(chunk + 1).saturating_mul(self.quota).min(count);
            ((distance - 1) / self.distances_per_group == group && !range.is_empty()).then_some(range)
        };
        let up = |(peer, count)| Some((peer, part(self.distance(rank, peer), count)?));
        let down = |(peer, count)| Some((peer, part(self.distance(peer, rank), count)?));
        Round { sends: sends.iter().filter_map(up).collect(), receives: receives.iter().filter_map(down).collect() }
    }

    /// The most elements that this rank stages in a round, to send and to receive together. Every group begins with its
    /// fullest round.
    pub(super) fn most_staged(&self, rank: usize, sends: &Peers, receives: &Peers) -> usize {
        let staged = |messages: &[(usize, Range<usize>)]| messages.iter().map(|(_, range)| range.len()).sum::<usize>();
        let first_rounds =
            (0..self.groups()).map(|group| self.round(group * self.chunks_per_group, rank, sends, receives));
        match self.exchange {
            Exchange::None => 0,
            _ => first_rounds.map(|round| staged(&round.sends) + staged(&round.receives)).max().unwrap_or(0),
        }
    }

    /// The number of messages that a stream of `count` elements is cut into.
    pub(super) fn messages(&self, count: usize) -> usize {
        count.div_ceil(self.quota)
    }

    /// How far up `to` is from `from`, going round.
    fn distance(&self, from: usize, to: usize) -> usize {
        if to > from { to - from } else { to + self.ranks - from }
    }
}

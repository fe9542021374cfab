//! Bounds on a plan that every rank computes alike, without looking at all pairs of ranks.

use super::arithmetic::{gcd, lcm};
use super::link::{Deal, Link, Pair, Transfer};
use super::selection::Selection;
use super::side::Side;
use crate::layout::Layout;

/// Up to so many pairs of parts, all are counted. Block deals are counted exactly at any size; other large deals are bounded.
const COUNTED_PAIRS: usize = 1 << 14;

/// Upper bounds over all ranks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Bounds {
    /// Elements that one rank sends to another. It is 0 only when no rank sends anything.
    pub(super) message: usize,
    /// Ranks that one rank sends to, or receives from.
    pub(super) peers: usize,
}

impl Bounds {
    pub(super) fn new(sources: &[Layout], into: Deal<'_>, transfers: &[Transfer]) -> Self {
        let others = into.layout.ranks() - 1;
        let mut bounds = Self { message: 0, peers: 0 };
        for transfer in transfers {
            let one = Self::of_transfer(&sources[transfer.source], into, transfer);
            bounds.message = bounds.message.saturating_add(one.message);
            bounds.peers = others.min(bounds.peers.saturating_add(one.peers));
        }
        bounds.message = bounds.message.min(longest_block(into));
        bounds
    }

    fn of_transfer(source: &Layout, into: Deal<'_>, transfer: &Transfer) -> Self {
        let from = Deal::of(source);
        let pairs: Vec<PairBounds> = transfer.pairs.iter().map(|pair| PairBounds::new(pair, from, into)).collect();
        let reachable = source.ranks() / source.replicas();
        let senders = pairs.iter().fold(1, |n: usize, pair| n.saturating_mul(pair.senders));
        let receivers = pairs.iter().fold(into.layout.replicas(), |n, pair| n.saturating_mul(pair.receivers));
        Self { message: largest_message(from, into, transfer, &pairs), peers: senders.max(receivers).min(reachable) }
    }
}

/// The largest product of counts for two different ranks.
///
/// They stand at the same place along the mesh axes that replicate the source, so they differ along a mesh axis that deals
/// one of its array axes. If the destination deals that axis over the same mesh axes, the two have different parts of it.
fn largest_message(from: Deal<'_>, into: Deal<'_>, transfer: &Transfer, bounds: &[PairBounds]) -> usize {
    let same_mesh = from.layout.mesh() == into.layout.mesh();
    let differing = |differ: usize| {
        let pair = &transfer.pairs[differ];
        if from.parts(&pair.from) == 1 {
            return 0;
        }
        let aligned = same_mesh && from.mesh_axes(&pair.from) == into.mesh_axes(&pair.into);
        let counts =
            bounds.iter().enumerate().map(|(k, bound)| if k == differ && aligned { bound.apart } else { bound.most });
        counts.fold(1, usize::saturating_mul)
    };
    (0..bounds.len()).map(differing).max().unwrap_or(0)
}

/// The most elements that any rank has, with ghost cells.
fn longest_block(into: Deal<'_>) -> usize {
    if into.ghosts.is_empty() {
        return into.layout.max_local_len();
    }
    let longest = |axis: usize| {
        let (low, high) = into.ghosts[axis];
        let extent = into.layout.shape()[axis];
        let parts = into.layout.parts(axis);
        into.layout.distribution(axis).longest(extent, parts).saturating_add(low).saturating_add(high).min(extent)
    };
    (0..into.layout.shape().ndim()).map(longest).fold(1, usize::saturating_mul)
}

/// Upper bounds for one axis of iteration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct PairBounds {
    /// Common steps of any two parts.
    most: usize,
    /// Common steps of two parts of different number.
    apart: usize,
    /// Parts of the source that one part of the destination meets.
    senders: usize,
    /// Parts of the destination that one part of the source meets.
    receivers: usize,
}

impl PairBounds {
    fn new(pair: &Pair, from: Deal<'_>, into: Deal<'_>) -> Self {
        let sides = |deal: Deal<'_>, link: &Link| -> Vec<(usize, Side)> {
            let all = (0..deal.parts(link)).map(|part| (part, deal.side(link, pair.extent, part)));
            all.filter(|(_, side)| !side.span().is_empty()).collect()
        };
        let (senders, receivers) = (sides(from, &pair.from), sides(into, &pair.into));
        let blocks = |sides: &[(usize, Side)]| sides.iter().all(|(_, side)| side.period().is_none());
        let all_blocks = blocks(&senders) && blocks(&receivers);
        if all_blocks || senders.len() * receivers.len() <= COUNTED_PAIRS {
            return Self::counted(&senders, receivers, all_blocks);
        }
        let most = Envelope::of(&senders).meeting(&Envelope::of(&receivers), pair.extent);
        let apart = if dealt_alike(pair, from, into) { 0 } else { most };
        Self { most, apart, senders: senders.len(), receivers: receivers.len() }
    }

    /// By looking at all pairs whose spans meet; for blocks these are a few per part.
    fn counted(senders: &[(usize, Side)], mut receivers: Vec<(usize, Side)>, all_blocks: bool) -> Self {
        receivers.sort_by_key(|(_, side)| (side.span().start, side.span().end));
        let mut met = vec![0; receivers.len()];
        let mut bounds = Self { most: 0, apart: 0, senders: 0, receivers: 0 };
        for (sender, side) in senders {
            let span = side.span();
            let before = |receiver: &(usize, Side)| all_blocks && receiver.1.span().end <= span.start;
            let first = receivers.partition_point(before);
            let mut receivers_met = 0;
            let reached = receivers[first..].iter().take_while(|(_, receiver)| receiver.span().start < span.end);
            for (at, (receiver, other)) in (first..).zip(reached) {
                let count = Selection::between(side, other).len();
                bounds.most = bounds.most.max(count);
                if receiver != sender {
                    bounds.apart = bounds.apart.max(count);
                }
                met[at] += usize::from(count > 0);
                receivers_met += usize::from(count > 0);
            }
            bounds.receivers = bounds.receivers.max(receivers_met);
        }
        bounds.senders = met.into_iter().max().unwrap_or(0);
        bounds
    }
}

/// Whether both sides deal an axis in the same way, step by step.
fn dealt_alike(pair: &Pair, from: Deal<'_>, into: Deal<'_>) -> bool {
    let plain = |link: &Link| link.axes.len() == 1 && (link.step, link.offset) == (1, 0);
    plain(&pair.from) && plain(&pair.into) && into.ghosts.is_empty() && {
        let (a, b) = (pair.from.axes.start, pair.into.axes.start);
        from.layout.shape()[a] == into.layout.shape()[b]
            && from.layout.distribution(a) == into.layout.distribution(b)
            && from.layout.parts(a) == into.layout.parts(b)
    }
}

/// What all parts of one side have in common: none has more than `steps` in any window of `period`.
#[derive(Clone, Copy, Debug)]
struct Envelope {
    period: usize,
    steps: usize,
    /// Whether the steps of a window are one run at most.
    one_run: bool,
    /// The longest span of a part.
    span: usize,
}

impl Envelope {
    /// The envelope of parts that have one period; of others, the one that says nothing.
    fn of(sides: &[(usize, Side)]) -> Self {
        let span = sides.iter().map(|(_, side)| side.span().len()).max().unwrap_or(0);
        let period = sides.iter().find_map(|(_, side)| side.period()).unwrap_or(1);
        let mut envelope = Self { period, steps: 0, one_run: true, span };
        for (_, side) in sides {
            if side.period().is_some_and(|other| other != period) {
                return Self { period: 1, steps: 1, one_run: true, span };
            }
            let steps = side.steps_in_period().min(period);
            envelope.steps = envelope.steps.max(steps);
            envelope.one_run &= side.is_unit() && (side.period().is_some() || side.span().len() <= period);
        }
        envelope
    }

    /// The most steps in a window.
    fn within(&self, window: usize) -> usize {
        window.div_ceil(self.period).saturating_mul(self.steps).min(window)
    }

    /// The most common steps of one part each.
    ///
    /// For two periods P and Q with runs of b and c, every distance between a run of one and a run of the other that is
    /// congruent to their offset modulo gcd(P, Q) occurs once in lcm(P, Q), and only b + c - 1 distances make them meet.
    fn meeting(&self, other: &Self, extent: usize) -> usize {
        let windows = self.within(other.span).min(other.within(self.span));
        if !(self.one_run && other.one_run) {
            return windows;
        }
        let distances = (self.steps + other.steps).saturating_sub(1).div_ceil(gcd(self.period, other.period));
        let in_cycle = distances.saturating_mul(self.steps.min(other.steps));
        windows.min(extent.div_ceil(lcm(self.period, other.period)).saturating_mul(in_cycle))
    }
}

//! Bounds on a plan that every rank computes alike, without looking at all pairs of ranks.

use super::arithmetic::lcm;
use super::envelope::Envelope;
use super::link::{Deal, Link, Pair, Transfer};
use super::selection::Selection;
use super::side::Side;
use crate::layout::Layout;

/// When comparing all pairs of parts takes no more steps than this, all are counted. Blocks are counted at any size, because
/// few of them meet; other large deals are bounded.
const COUNTED_STEPS: usize = 1 << 14;

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
            let meeting = deal.parts_meeting(link, 0..pair.extent);
            let all = meeting.map(|part| (part, deal.side(link, pair.extent, part)));
            all.filter(|(_, side)| !side.span().is_empty()).collect()
        };
        let (senders, receivers) = (sides(from, &pair.from), sides(into, &pair.into));
        let periods = |sides: &[(usize, Side)]| sides.iter().filter_map(|(_, side)| side.period()).max();
        let periods = (periods(&senders), periods(&receivers));
        let pairs = senders.len() * receivers.len();
        if periods == (None, None) || pairs.saturating_mul(steps_to_compare(periods, pair.extent)) <= COUNTED_STEPS {
            return Self::counted(&senders, receivers, periods == (None, None));
        }
        let (sender, receiver) = (Envelope::of(&senders), Envelope::of(&receivers));
        let most = sender.meeting(&receiver, pair.extent);
        let apart = if dealt_alike(pair, from, into) { 0 } else { most };
        // Parts with ghost cells overlap, so that a place is in several.
        let receivers = if into.ghosts.is_empty() { sender.parts_met(&receiver) } else { receivers.len() };
        Self { most, apart, senders: receiver.parts_met(&sender), receivers }
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

/// About how many runs are looked at to find what two parts of these periods have in common.
fn steps_to_compare(periods: (Option<usize>, Option<usize>), extent: usize) -> usize {
    match periods {
        (Some(one), Some(other)) => lcm(one, other).min(extent) / one.max(other) + 1,
        _ => 1,
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

#[cfg(test)]
mod tests {
    use super::{Bounds, Deal, Layout, Transfer};
    use crate::layout::plan::peers::Peers;
    use crate::layout::{Distribution, Mesh};

    const RANKS: usize = 144;

    /// Deals of 5,040 elements that have more pairs of parts than are counted.
    fn layouts() -> Vec<Layout> {
        let uneven: Vec<usize> = (0..=RANKS).map(|rank| 5040 * rank * rank / (RANKS * RANKS)).collect();
        let line = |distribution| (vec![5040], vec![RANKS], vec![distribution]);
        let whole = Distribution::Whole;
        let (tall, wide) = (Distribution::balanced(0..1), Distribution::balanced(1..2));
        let deals = [
            line(Distribution::balanced(0..1)),
            line(Distribution::blocks(0..1, &uneven)),
            line(Distribution::cyclic(0..1, 1)),
            line(Distribution::cyclic(0..1, 5)),
            line(Distribution::cyclic(0..1, 36)),
            (vec![28, 180], vec![RANKS], vec![whole.clone(), Distribution::balanced(0..1)]),
            (vec![180, 28], vec![12, 12], vec![tall.clone(), wide.clone()]),
            (vec![70, 72], vec![12, 12], vec![tall, wide]),
            (vec![12, 420], vec![12, 12], vec![whole, Distribution::cyclic(0..2, 2)]),
            (vec![36, 140], vec![16, 9], vec![Distribution::cyclic(0..1, 1), Distribution::cyclic(1..2, 7)]),
        ];
        let layout = |(shape, mesh, deal): (Vec<usize>, Vec<usize>, _)| Layout::new(shape, Mesh::new(&mesh)?, deal);
        deals.into_iter().map(|deal| layout(deal).unwrap()).collect()
    }

    #[test]
    fn no_rank_exceeds_the_bounds() {
        let layouts = layouts();
        for (from, into) in layouts.iter().flat_map(|from| layouts.iter().map(move |into| (from, into))) {
            let (sources, deal) = ([from.clone()], Deal::of(into));
            let transfers = [Transfer::of_reshape(from.shape(), into.shape())];
            let bounds = Bounds::new(&sources, deal, &transfers);
            for rank in (0..RANKS).step_by(5) {
                let sends = Peers::receiving_from(rank, &sources, deal, &transfers);
                let receives = Peers::sending_to(rank, &sources, deal, &transfers);
                let peers = sends.iter().len().max(receives.iter().len());
                assert!(peers <= bounds.peers, "{peers} peers, {bounds:?}, {from} -> {into}");
                let message = sends.iter().chain(receives.iter()).map(|(_, count)| count).max().unwrap_or(0);
                assert!(message <= bounds.message, "{message} elements, {bounds:?}, {from} -> {into}");
            }
        }
    }
}

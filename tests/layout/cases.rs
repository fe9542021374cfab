//! Random layouts from plain numbers, and plans carried out on plain vectors.
//!
//! A case is a fixed number of small integers, all drawn at once; everything else is computed from them. So proptest can
//! shrink each number by itself, towards 0, which stands for the simplest choice everywhere.

use isotherm::Shape;
use isotherm::layout::plan::Exchange;
use isotherm::layout::{Distribution, Layout, Mesh, Plan};
use proptest::prelude::*;

/// Numbers to choose by.
#[derive(Clone, Debug)]
pub(crate) struct Numbers(Vec<u16>);

/// A case of `count` numbers.
pub(crate) fn numbers(count: usize) -> impl Strategy<Value = Numbers> {
    proptest::collection::vec(any::<u16>(), count).prop_map(Numbers)
}

impl Numbers {
    /// A choice from `0..choices`; 0 when the numbers have run out.
    pub(crate) fn choose(&mut self, choices: usize) -> usize {
        self.0.pop().map_or(0, |number| number as usize % choices)
    }

    /// A shape of `least..=most` axes; extents may be zero.
    pub(crate) fn shape(&mut self, least: usize, most: usize) -> Shape {
        let ndim = least + self.choose(most - least + 1);
        (0..ndim).map(|_| [4, 1, 2, 3, 5, 7, 12, 0][self.choose(8)]).collect()
    }

    /// A number of ranks, often more than there are elements.
    pub(crate) fn ranks(&mut self) -> usize {
        [1, 2, 3, 4, 5, 6, 8, 12, 16, 24][self.choose(10)]
    }

    /// `ranks` as a mesh of 1 to 4 axes.
    pub(crate) fn mesh(&mut self, ranks: usize) -> Mesh {
        let (mut extents, mut left) = (Vec::new(), ranks);
        for _ in 0..self.choose(4) {
            let divisors: Vec<usize> = (1..=left).filter(|d| left % d == 0).collect();
            extents.push(divisors[self.choose(divisors.len())]);
            left /= extents[extents.len() - 1];
        }
        extents.push(left);
        Mesh::new(&extents).expect("extents of at least one")
    }

    /// Any layout of `shape` over `ranks`.
    pub(crate) fn layout(&mut self, shape: &Shape, ranks: usize) -> Layout {
        let mesh = self.mesh(ranks);
        let mut distributions = vec![Distribution::Whole; shape.ndim()];
        let mut begin = 0;
        while begin < mesh.ndim() {
            let end = begin + 1 + self.choose(mesh.ndim() - begin);
            let axis = self.choose(shape.ndim() + 1);
            if axis < shape.ndim() && distributions[axis] == Distribution::Whole {
                let parts = mesh.extents()[begin..end].iter().product();
                distributions[axis] = self.distribution(begin..end, parts, shape[axis]);
            }
            begin = end;
        }
        Layout::new(shape.clone(), mesh, distributions).expect("a valid deal")
    }

    fn distribution(&mut self, over: std::ops::Range<usize>, parts: usize, extent: usize) -> Distribution {
        match self.choose(3) {
            0 => Distribution::balanced(over),
            1 => {
                let mut offsets: Vec<usize> = (1..parts).map(|_| self.choose(extent + 1)).collect();
                offsets.sort_unstable();
                offsets.insert(0, 0);
                offsets.push(extent);
                Distribution::blocks(over, &offsets)
            }
            _ => Distribution::cyclic(over, 1 + self.choose(4)),
        }
    }
}

/// Every index of `shape`, in row-major order.
pub(crate) fn indices(shape: &Shape) -> impl Iterator<Item = Vec<usize>> {
    let shape = shape.clone();
    (0..shape.size()).map(move |position| shape.unravel(position).to_vec())
}

/// The block of `rank`, cut out of the whole array element by element.
pub(crate) fn cut(layout: &Layout, rank: usize, whole: &[u64]) -> Vec<u64> {
    let held = indices(layout.shape()).zip(whole).filter(|(index, _)| layout.holds(rank, index));
    held.map(|(_, &value)| value).collect()
}

/// Values that are all different, also between sources.
pub(crate) fn values(source: usize, size: usize) -> Vec<u64> {
    (0..size).map(|position| (source as u64 + 1) << 32 | position as u64).collect()
}

/// What stands in the destination where nothing arrives.
pub(crate) const UNTOUCHED: u64 = u64::MAX;

/// Carries out the plans of all ranks round by round on the blocks of `sources[source][rank]`, and checks on the way that
/// the two ends of every message agree and that no rank stages more than `limit` bytes, or one element per message.
pub(crate) fn execute(plans: &[Plan], sources: &[Vec<Vec<u64>>], limit: usize) -> Vec<Vec<u64>> {
    let blocks = |rank: usize| -> Vec<&[u64]> { sources.iter().map(|source| source[rank].as_slice()).collect() };
    let mut destinations: Vec<Vec<u64>> = plans.iter().map(|plan| vec![UNTOUCHED; plan.destination().len()]).collect();
    for (rank, plan) in plans.iter().enumerate() {
        assert_eq!((plan.rounds(), plan.exchange()), (plans[0].rounds(), plans[0].exchange()), "agreed without a word");
        plan.copy_own(&blocks(rank), &mut destinations[rank]);
    }
    let mut moved = vec![(0, 0); plans.len()];
    for number in 0..plans[0].rounds() {
        let rounds: Vec<_> = plans.iter().map(|plan| plan.round(number)).collect();
        for (sender, round) in rounds.iter().enumerate() {
            let staged =
                |messages: &[(usize, std::ops::Range<usize>)]| messages.iter().map(|m| m.1.len() * 8).sum::<usize>();
            assert!(staged(&round.sends) <= limit.max(8) && staged(&round.receives) <= limit.max(8));
            for (receiver, range) in &round.sends {
                let other = rounds[*receiver].receives.iter().find(|(peer, _)| *peer == sender);
                assert_eq!(other.map(|(_, theirs)| theirs), Some(range), "both ends of one message");
                let mut message = vec![0; range.len()];
                plans[sender].pack(&blocks(sender), *receiver, range.clone(), &mut message);
                plans[*receiver].unpack(sender, range.clone(), &message, &mut destinations[*receiver]);
                moved[sender].0 += 8 * range.len();
                moved[*receiver].1 += 8 * range.len();
            }
        }
    }
    for (plan, moved) in plans.iter().zip(moved) {
        assert_eq!((plan.send_bytes(), plan.receive_bytes()), moved, "all of every stream");
    }
    assert!(plans[0].exchange() != Exchange::None || plans.iter().all(|plan| plan.send_bytes() == 0));
    destinations
}

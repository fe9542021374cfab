//! Plans for hundreds and thousands of ranks.

use std::time::Instant;

use isotherm::Shape;
use isotherm::layout::plan::{Cost, Exchange, Options};
use isotherm::layout::{AxisMap, Distribution, Layout, Mesh, Move, Plan};
use proptest::prelude::*;

use crate::cases::{Numbers, numbers};
use crate::execute::{check, check_reshape, with_limit};

const RANKS: usize = 4096;

fn line(shape: impl Into<Shape>, axis: usize, distribution: Distribution) -> Layout {
    let shape = shape.into();
    let mut distributions = vec![Distribution::Whole; shape.ndim()];
    distributions[axis] = distribution;
    Layout::new(shape, Mesh::line(RANKS).expect("some ranks"), distributions).expect("a valid deal")
}

fn redistribute(from: &Layout, into: &Layout, rank: usize) -> Plan {
    Plan::redistribute(from, into, rank, Options::new(8)).expect("one shape")
}

#[test]
fn a_plan_for_a_million_million_elements_is_small_and_quick() {
    let (from, into) = (
        line(1_000_000_000_000, 0, Distribution::cyclic(0..1, 64)),
        line(1_000_000_000_000, 0, Distribution::balanced(0..1)),
    );
    let started = Instant::now();
    let plan = redistribute(&from, &into, 1234);
    println!("{plan}\n{} bytes of plan in {:?}", plan.memory_bytes(), started.elapsed());
    assert!(plan.memory_bytes() < 1 << 20);
    assert_eq!(plan.receives().map(|(_, count)| count).sum::<usize>() + plan.kept(), into.local_len(1234));
    assert_eq!(plan.sends().map(|(_, count)| count).sum::<usize>() + plan.kept(), from.local_len(1234));
    assert_eq!((plan.sends().len(), plan.exchange()), (RANKS - 1, Exchange::AllToAll));
    // Rounds come from a bound; it is near what the bytes ask for.
    let needed = plan.receive_bytes().div_ceil(Options::STAGING_LIMIT);
    assert!(plan.rounds() <= needed + needed / 10, "{} rounds for {needed}", plan.rounds());
}

#[test]
fn neighbours_exchange_point_to_point() {
    let rows = line((1 << 24, 100), 0, Distribution::balanced(0..1));
    let halo = Plan::redistribute(&rows, &rows, 77, Options::new(8).ghosts(&[(1, 2), (0, 0)])).unwrap();
    assert_eq!(halo.receives().collect::<Vec<_>>(), [(76, 100), (78, 200)]);
    assert_eq!(halo.sends().collect::<Vec<_>>(), [(76, 200), (78, 100)]);
    assert_eq!((halo.rounds(), halo.exchange()), (1, Exchange::PointToPoint));
    assert_eq!(halo.kept(), rows.local_len(77));
    // One row too many on the first rank: every rank passes one row on.
    let extent = 1 << 24;
    let mut offsets: Vec<usize> = (0..=RANKS).map(|rank| rank * (extent / RANKS) + 1).collect();
    (offsets[0], offsets[RANKS]) = (0, extent);
    let shifted = line((extent, 100), 0, Distribution::blocks(0..1, &offsets));
    let balance = redistribute(&shifted, &rows, 77);
    assert_eq!((balance.rounds(), balance.exchange(), balance.send_bytes()), (1, Exchange::PointToPoint, 800));
}

#[test]
fn gathering_is_an_all_gather_and_dealing_out_again_moves_nothing() {
    let (split, everywhere) =
        (line(1 << 20, 0, Distribution::balanced(0..1)), Layout::replicated(1 << 20, RANKS).unwrap());
    assert_eq!(redistribute(&split, &everywhere, 5).exchange(), Exchange::AllGather);
    let deal = redistribute(&everywhere, &split, 5);
    assert_eq!((deal.exchange(), deal.rounds(), deal.send_bytes(), deal.receive_bytes()), (Exchange::None, 0, 0, 0));
}

#[test]
fn replicas_share_the_load() {
    // 64 x 64 ranks: rows over the first mesh axis, so 64 replicas of each; each serves its own column of the mesh.
    let mesh = Mesh::new(&[64, 64]).unwrap();
    let from = Layout::new((6400, 64), mesh.clone(), vec![Distribution::balanced(0..1), Distribution::Whole]).unwrap();
    let into = from.as_replicated();
    for rank in [0, 63, 64, 4095] {
        let plan = redistribute(&from, &into, rank);
        let peers: Vec<usize> = plan.receives().map(|(peer, _)| peer).collect();
        assert!(peers.len() == 63 && peers.iter().all(|peer| peer % 64 == rank % 64));
        assert_eq!(plan.send_bytes(), plan.receive_bytes());
    }
}

#[test]
fn costs_of_all_ranks_add_up() {
    let (from, into) = (Layout::split((100, 50, 50), 0, 64).unwrap(), Layout::split((100, 50, 50), 2, 64).unwrap());
    let cost = Cost::of(64, |rank| Plan::redistribute(&from, &into, rank, Options::new(8))).unwrap();
    let kept: usize = (0..64).map(|rank| redistribute_kept(&from, &into, rank)).sum();
    assert_eq!(cost.total_bytes, 8 * (from.shape().size() - kept));
    assert_eq!(cost.total_bytes, cost.ranks.iter().map(|rank| rank.receive_bytes).sum::<usize>());
}

/// Elements in both blocks, axis by axis.
fn redistribute_kept(from: &Layout, into: &Layout, rank: usize) -> usize {
    let common = |axis: usize| {
        from.progression(axis, rank).runs().map(|run| into.progression(axis, rank).count(run)).sum::<usize>()
    };
    (0..from.shape().ndim()).map(common).product()
}

/// A large layout over `ranks` that uses its mesh well.
fn large_layout(numbers: &mut Numbers, shape: &Shape, ranks: usize) -> Layout {
    let axis = numbers.choose(shape.ndim());
    if numbers.choose(3) == 0 {
        return numbers.layout(shape, ranks);
    }
    let mut distributions = vec![Distribution::Whole; shape.ndim()];
    distributions[axis] = match numbers.choose(2) {
        0 => Distribution::balanced(0..1),
        _ => Distribution::cyclic(0..1, 1 + numbers.choose(3)),
    };
    Layout::new(shape.clone(), Mesh::line(ranks).expect("some ranks"), distributions).expect("a valid deal")
}

proptest! {
    // Cases are large here; PROPTEST_CASES still scales them.
    #![proptest_config(ProptestConfig { cases: ProptestConfig::default().cases / 16, max_shrink_iters: 200, ..ProptestConfig::default() })]

    /// Both ends count the same at any size, every new element arrives once, and rounds suffice for the longest stream.
    #[test]
    fn both_ends_agree_for_thousands_of_ranks(mut numbers in numbers(40), one in 0..RANKS, other in 0..RANKS) {
        let ranks = [4096, 1024, 3072, 2310][numbers.choose(4)];
        let shape: Shape = (0..=numbers.choose(3)).map(|_| [100_000, 4096, 12_345, 99, 3][numbers.choose(5)]).collect();
        let (from, into) = (large_layout(&mut numbers, &shape, ranks), large_layout(&mut numbers, &shape, ranks));
        let (one, other) = (one % ranks, other % ranks);
        let plans = [one, other].map(|rank| redistribute(&from, &into, rank));
        let count = |peers: Vec<(usize, usize)>, peer: usize| peers.iter().find(|(p, _)| *p == peer).map_or(0, |&(_, n)| n);
        prop_assert_eq!(count(plans[0].sends().collect(), other), count(plans[1].receives().collect(), one));
        prop_assert_eq!((plans[0].rounds(), plans[0].exchange()), (plans[1].rounds(), plans[1].exchange()));
        let received: usize = plans[0].receives().map(|(_, count)| count).sum();
        prop_assert_eq!(received + plans[0].kept(), into.local_len(one));
        prop_assert_eq!(plans[0].kept(), redistribute_kept(&from, &into, one));
        prop_assert!(plans[0].sends().all(|(_, count)| count > 0));
    }

    /// More pairs of parts than are counted, so that rounds come from bounds.
    #[test]
    fn bounds_suffice_for_hundreds_of_ranks(mut numbers in numbers(60)) {
        let ranks = [130, 144, 150][numbers.choose(3)];
        let shape: Shape = (0..=numbers.choose(2)).map(|axis| if axis == 0 { [700, 1301, 300][numbers.choose(3)] } else { 2 }).collect();
        let (options, limit) = with_limit(&mut numbers);
        let step = [1, -1, 2, -3, 7][numbers.choose(5)];
        let taken = shape.with(0, 1 + (shape[0] - 1) / isize::unsigned_abs(step));
        let mut a_move = Move::identity(&taken);
        a_move.from[0] = AxisMap::along(0, step, if step > 0 { 0 } else { shape[0] as isize - 1 });
        let (from, into) = (large_layout(&mut numbers, &shape, ranks), large_layout(&mut numbers, &taken, ranks));
        check(&[&from], &into, &[a_move], &options, limit);
        let flat = large_layout(&mut numbers, &Shape::from(shape.size()), ranks);
        check_reshape(&from, &flat, &options, limit);
    }
}

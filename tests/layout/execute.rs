//! Plans of all ranks, carried out on plain vectors, against the same movement of the whole array element by element.

use crate::cases::{Numbers, UNTOUCHED, cut, execute, indices, numbers, values};
use isotherm::Shape;
use isotherm::layout::plan::{Exchange, Options};
use isotherm::layout::{AxisMap, Layout, Move, Plan};
use proptest::prelude::*;

/// The limit in bytes that goes with [`Numbers::options`], to check what is staged.
pub(crate) fn with_limit(numbers: &mut Numbers) -> (Options, usize) {
    let limit = [Options::STAGING_LIMIT, 1024, 0, 8, 24, 80][numbers.choose(6)];
    (Options::new(8).staging_limit(limit), limit)
}

/// The destination as a whole after `moves`, element by element.
fn moved(sources: &[Vec<u64>], shapes: &[Shape], into: &Shape, moves: &[Move]) -> Vec<u64> {
    let mut whole = vec![UNTOUCHED; into.size()];
    for a_move in moves {
        for t in indices(&a_move.extent) {
            let at = |maps: &[AxisMap]| -> Vec<usize> {
                maps.iter()
                    .map(|map| (map.offset + map.along.map_or(0, |k| map.step * t[k] as isize)) as usize)
                    .collect()
            };
            let value = sources[a_move.source][shapes[a_move.source].ravel(&at(&a_move.from))];
            whole[into.ravel(&at(&a_move.into))] = value;
        }
    }
    whole
}

/// What `rank` has afterwards, ghost cells included.
fn expected_block(plan: &Plan, whole: &[u64]) -> Vec<u64> {
    let region = plan.destination();
    let held = indices(region.whole()).zip(whole).filter(|(index, _)| region.contains(index));
    held.map(|(_, &value)| value).collect()
}

/// Carries `moves` out on all ranks, and compares blocks, and the number of elements that travel.
pub(crate) fn check(sources: &[&Layout], into: &Layout, moves: &[Move], options: &Options, limit: usize) {
    let wholes: Vec<_> = sources.iter().enumerate().map(|(k, layout)| values(k, layout.shape().size())).collect();
    let shapes: Vec<_> = sources.iter().map(|layout| layout.shape().clone()).collect();
    let whole = moved(&wholes, &shapes, into.shape(), moves);
    let ranks = 0..into.ranks();
    let plan = |rank| Plan::new(sources, into, moves.to_vec(), rank, options.clone()).expect("valid moves");
    let plans: Vec<Plan> = ranks.clone().map(plan).collect();
    let blocks: Vec<Vec<_>> = sources
        .iter()
        .zip(&wholes)
        .map(|(layout, whole)| ranks.clone().map(|rank| cut(layout, rank, whole)).collect())
        .collect();
    let results = execute(&plans, &blocks, limit);
    for (rank, (plan, result)) in plans.iter().zip(&results).enumerate() {
        let expected = expected_block(plan, &whole);
        assert_eq!(result, &expected, "rank {rank} of {sources:?} -> {into:?}");
        let arrived: Vec<u64> = expected.into_iter().filter(|&value| value != UNTOUCHED).collect();
        let had = |value: u64| blocks.iter().any(|source| source[rank].contains(&value));
        let needed = arrived.iter().filter(|&&value| !had(value)).count();
        assert_eq!(plan.receive_bytes(), 8 * needed, "needed and not held by rank {rank}: {plan}");
        assert_eq!(plan.kept() + needed, arrived.len(), "every element once");
        let (old, new): (usize, usize) = (blocks.iter().map(|source| source[rank].len()).sum(), result.len());
        assert!(plan.peak_bytes() <= 8 * (old + new) + 2 * limit.max(8));
    }
}

/// One axis of a random move: its extent, and for both sides a step and an offset.
fn random_move(numbers: &mut Numbers, from: &mut Vec<usize>, into: &mut Vec<usize>) -> Move {
    let ndim = numbers.choose(4);
    let extent: Shape = (0..ndim).map(|_| [3, 1, 2, 5, 0, 9][numbers.choose(6)]).collect();
    let mut maps = |shape: &mut Vec<usize>, everywhere: bool| -> Vec<AxisMap> {
        let mut axes: Vec<Option<usize>> = (0..ndim).map(Some).collect();
        if !everywhere {
            axes.retain(|_| numbers.choose(4) != 3);
        }
        axes.extend((0..numbers.choose(2)).map(|_| None));
        for k in (1..axes.len()).rev() {
            axes.swap(k, k - numbers.choose(k + 1));
        }
        let map = |along: Option<usize>| {
            let (before, behind) = (numbers.choose(3), numbers.choose(3));
            let step = [1, -1, 2, -2, 3, -5][numbers.choose(6)];
            let far = along.map_or(0, |k| extent[k].saturating_sub(1)) * step_size(step);
            shape.push(before + far + 1 + behind);
            match along {
                None => AxisMap::fixed(before),
                Some(k) if step > 0 => AxisMap::along(k, step, before as isize),
                Some(k) => AxisMap::along(k, step, (before + far) as isize),
            }
        };
        axes.into_iter().map(map).collect()
    };
    let (from, into) = (maps(from, false), maps(into, true));
    Move { source: 0, extent, from, into }
}

fn step_size(step: isize) -> usize {
    step.unsigned_abs()
}

/// Shapes of one size, by dealing its prime factors to axes.
fn shape_of_size(numbers: &mut Numbers, factors: &[usize]) -> Shape {
    let mut extents = vec![1; 1 + numbers.choose(4)];
    for &factor in factors {
        let axis = numbers.choose(extents.len());
        extents[axis] *= factor;
    }
    extents.into()
}

pub(crate) fn check_reshape(from: &Layout, into: &Layout, options: &Options, limit: usize) {
    let whole = values(0, from.shape().size());
    let ranks = 0..from.ranks();
    let plans: Vec<Plan> =
        ranks.clone().map(|rank| Plan::reshape(from, into, rank, options.clone()).expect("equal sizes")).collect();
    let blocks = vec![ranks.clone().map(|rank| cut(from, rank, &whole)).collect::<Vec<_>>()];
    let results = execute(&plans, &blocks, limit);
    for rank in ranks {
        let expected = cut(into, rank, &whole);
        assert_eq!(results[rank], expected, "rank {rank} of {from} -> {into}");
        let needed = expected.iter().filter(|value| !blocks[0][rank].contains(value)).count();
        assert_eq!(plans[rank].receive_bytes(), 8 * needed);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { max_shrink_iters: 4096, ..ProptestConfig::default() })]

    #[test]
    fn redistributing_moves_every_element_once(mut numbers in numbers(60)) {
        let (ranks, shape) = (numbers.ranks(), numbers.shape(0, 3));
        let (options, limit) = with_limit(&mut numbers);
        let (from, into) = (numbers.layout(&shape, ranks), numbers.layout(&shape, ranks));
        check(&[&from], &into, &[Move::identity(&shape)], &options, limit);
    }

    #[test]
    fn there_and_back_is_the_identity(mut numbers in numbers(60)) {
        let (ranks, shape) = (numbers.ranks(), numbers.shape(1, 3));
        let (options, limit) = with_limit(&mut numbers);
        let (a, b) = (numbers.layout(&shape, ranks), numbers.layout(&shape, ranks));
        let whole = values(0, shape.size());
        let go = |from: &Layout, into: &Layout, blocks: Vec<Vec<u64>>| {
            let plan = |rank| Plan::redistribute(from, into, rank, options.clone()).unwrap();
            execute(&(0..ranks).map(plan).collect::<Vec<_>>(), &[blocks], limit)
        };
        let blocks: Vec<Vec<u64>> = (0..ranks).map(|rank| cut(&a, rank, &whole)).collect();
        prop_assert_eq!(&go(&b, &a, go(&a, &b, blocks.clone())), &blocks);
        for rank in 0..ranks {
            let stay = Plan::redistribute(&a, &a, rank, options.clone()).unwrap();
            prop_assert_eq!((stay.exchange(), stay.rounds(), stay.send_bytes()), (Exchange::None, 0, 0));
        }
    }

    #[test]
    fn moves_are_slices_of_the_whole(mut numbers in numbers(110)) {
        let ranks = numbers.ranks();
        let (options, limit) = with_limit(&mut numbers);
        let (mut from, mut into) = (Vec::new(), Vec::new());
        let a_move = random_move(&mut numbers, &mut from, &mut into);
        let (from, into) = (numbers.layout(&from.into(), ranks), numbers.layout(&into.into(), ranks));
        check(&[&from], &into, &[a_move], &options, limit);
    }

    #[test]
    fn several_sources_concatenate(mut numbers in numbers(110)) {
        let (ranks, shape) = (numbers.ranks(), numbers.shape(1, 3));
        let (options, limit) = with_limit(&mut numbers);
        let axis = numbers.choose(shape.ndim());
        let (mut layouts, mut moves, mut filled) = (Vec::new(), Vec::new(), 0);
        for source in 0..=numbers.choose(3) {
            let part = shape.with(axis, numbers.choose(6));
            let mut offsets = vec![0; shape.ndim()];
            offsets[axis] = filled;
            filled += part[axis];
            moves.push(Move::identity(&part).reading(source).arriving_at(&offsets));
            layouts.push(numbers.layout(&part, ranks));
        }
        let whole = shape.with(axis, filled + numbers.choose(3));
        let into = numbers.layout(&whole, ranks);
        check(&layouts.iter().collect::<Vec<_>>(), &into, &moves, &options, limit);
    }

    #[test]
    fn ghost_cells_arrive_with_the_block(mut numbers in numbers(70)) {
        let (ranks, shape) = (numbers.ranks(), numbers.shape(1, 3));
        let (options, limit) = with_limit(&mut numbers);
        let (from, into) = (numbers.layout(&shape, ranks), numbers.layout(&shape, ranks));
        let into = if numbers.choose(2) == 0 { into.balanced() } else { into };
        let scattered = |axis: usize| matches!(into.distribution(axis), isotherm::Distribution::Cyclic { .. });
        let width = |axis: usize| if scattered(axis) { (0, 0) } else { (numbers.choose(3), numbers.choose(3)) };
        let ghosts: Vec<_> = (0..shape.ndim()).map(width).collect();
        check(&[&from], &into, &[Move::identity(&shape)], &options.ghosts(&ghosts), limit);
    }

    #[test]
    fn reshaping_keeps_the_linear_order(mut numbers in numbers(90)) {
        let ranks = numbers.ranks();
        let (options, limit) = with_limit(&mut numbers);
        let factors = [2, 2, 3, 2, 5, 7, 2, 0];
        let first = numbers.choose(factors.len());
        let factors = &factors[first..factors.len() - usize::from(numbers.choose(8) != 7)];
        let (a, b) = (shape_of_size(&mut numbers, factors), shape_of_size(&mut numbers, factors));
        let (from, into) = (numbers.layout(&a, ranks), numbers.layout(&b, ranks));
        check_reshape(&from, &into, &options, limit);
    }
}

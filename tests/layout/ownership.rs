//! Which rank holds which element, against definitions that look at every index.

use isotherm::layout::{Distribution, Layout, Mesh, Progression};
use isotherm::{ErrorKind, Shape};
use proptest::prelude::*;

use crate::cases::{indices, numbers};

/// The definition of a progression, index by index.
fn members(start: usize, run: usize, period: usize, end: usize) -> Vec<usize> {
    (start..end).filter(|i| (i - start) % period < run).collect()
}

proptest! {
    #[test]
    fn progressions_are_sets_of_indices(start in 0..20_usize, run in 0..7_usize, period in 1..12_usize, end in 0..60_usize) {
        let (part, members) = (Progression::new(start, run, period, end), members(start, run, period, end));
        prop_assert_eq!(part.len(), members.len());
        prop_assert_eq!(part.is_empty(), members.is_empty());
        prop_assert_eq!(part.runs().flatten().collect::<Vec<_>>(), members.clone());
        prop_assert_eq!((0..part.len()).map(|k| part.nth(k)).collect::<Vec<_>>(), members.clone());
        prop_assert_eq!(part.is_interval(), part.runs().count() <= 1);
        for index in 0..65 {
            prop_assert_eq!(part.position(index), members.iter().position(|&member| member == index));
            for until in index..65 {
                let inside = members.iter().filter(|member| (index..until).contains(member)).count();
                prop_assert_eq!(part.count(index..until), inside);
            }
        }
    }

    #[test]
    fn every_element_has_as_many_holders_as_replicas(mut numbers in numbers(40)) {
        let (ranks, shape) = (numbers.ranks(), numbers.shape(0, 3));
        let layout = numbers.layout(&shape, ranks);
        for index in indices(&shape) {
            let holders: Vec<usize> = (0..ranks).filter(|&rank| layout.holds(rank, &index)).collect();
            prop_assert_eq!(holders.len(), layout.replicas());
            prop_assert_eq!(layout.owner(&index), holders[0]);
            for &rank in &holders {
                let local = layout.to_local(rank, &index).expect("a holder");
                prop_assert_eq!(layout.to_global(rank, &local).to_vec(), index.clone());
            }
        }
        let held: usize = (0..ranks).map(|rank| layout.local_len(rank)).sum();
        prop_assert_eq!(held, shape.size() * layout.replicas());
        prop_assert_eq!(layout.max_local_len(), (0..ranks).map(|rank| layout.local_len(rank)).max().unwrap_or(0));
    }

    #[test]
    fn runs_list_the_block_in_order_and_are_maximal(mut numbers in numbers(40)) {
        let (ranks, shape) = (numbers.ranks(), numbers.shape(0, 4));
        let layout = numbers.layout(&shape, ranks);
        for rank in 0..ranks {
            let region = layout.region(rank);
            let held = indices(&shape).filter(|index| layout.holds(rank, index)).map(|index| shape.ravel(&index));
            prop_assert_eq!(region.runs().flat_map(|run| run.global).collect::<Vec<_>>(), held.collect::<Vec<_>>());
            prop_assert_eq!(region.shape(), layout.local_shape(rank));
            let runs: Vec<_> = region.runs().collect();
            let mut local = 0;
            for run in &runs {
                prop_assert_eq!(run.local, local);
                prop_assert!(!run.global.is_empty());
                local += run.global.len();
            }
            prop_assert!(runs.windows(2).all(|pair| pair[0].global.end < pair[1].global.start));
        }
    }

    #[test]
    fn variants_keep_the_deal_of_the_other_axes(mut numbers in numbers(40), extent in 0..9_usize) {
        let (ranks, shape) = (numbers.ranks(), numbers.shape(1, 3));
        let (layout, axis) = (numbers.layout(&shape, ranks), numbers.choose(shape.ndim()));
        let reversed: Vec<usize> = (0..shape.ndim()).rev().collect();
        let permuted = layout.permuted(&reversed).expect("a permutation");
        prop_assert_eq!(permuted.permuted(&reversed).expect("a permutation"), layout.clone());
        prop_assert_eq!(layout.inserted_axis(axis, extent).without_axis(axis), layout.clone());
        let other = layout.with_extent(axis, extent);
        prop_assert_eq!(other.shape(), &shape.with(axis, extent));
        for rank in 0..ranks {
            let parts = |layout: &Layout| (0..shape.ndim()).map(|axis| layout.progression(axis, rank)).collect::<Vec<_>>();
            prop_assert_eq!(parts(&permuted), parts(&layout).into_iter().rev().collect::<Vec<_>>());
            let (mut with, mut without) = (parts(&other), parts(&layout));
            with.remove(axis);
            without.remove(axis);
            prop_assert_eq!(with, without);
        }
        let held: usize = (0..ranks).map(|rank| other.local_len(rank)).sum();
        prop_assert_eq!(held, other.shape().size() * other.replicas());
        prop_assert!(layout.balanced().is_balanced());
    }
}

#[test]
fn offsets_that_are_balanced_are_balance() {
    for (extent, parts) in (0..20).flat_map(|extent| (1..9).map(move |parts| (extent, parts))) {
        let balanced = Layout::split(extent, 0, parts).unwrap();
        let mut offsets = vec![0];
        for rank in 0..parts {
            offsets.push(offsets[rank] + extent / parts + usize::from(rank < extent % parts));
        }
        assert_eq!(Layout::from_offsets(extent, 0, &offsets).unwrap(), balanced);
    }
}

#[test]
fn layouts_print_what_they_are() {
    let show = |layout: isotherm::Result<Layout>| layout.unwrap().to_string();
    assert_eq!(show(Layout::split((1000, 64), 0, 4)), "(1000, 64) split 0 over 4");
    assert_eq!(show(Layout::replicated((1000, 64), 4)), "(1000, 64) on every rank of 4");
    assert_eq!(show(Layout::from_offsets(7, 0, &[0, 0, 7])), "(7,) split 0 over 2 at [0, 0, 7]");
    let tiles = vec![Distribution::balanced(0..1), Distribution::cyclic(1..2, 64)];
    let text = "(9, 9) on 2 x 3 ranks: axis 0 in blocks over mesh axis 0, axis 1 cyclic by 64 over mesh axis 1";
    assert_eq!(show(Layout::new((9, 9), Mesh::new(&[2, 3]).unwrap(), tiles)), text);
}

#[test]
fn questions_about_the_deal() {
    let rows = Layout::from_offsets((5, 2), 0, &[0, 5, 5]).unwrap();
    assert_eq!(
        (rows.split_axis(), rows.is_balanced(), rows.is_replicated(), rows.replicas()),
        (Some(0), false, false, 1)
    );
    assert_eq!(rows.balanced(), Layout::split((5, 2), 0, 2).unwrap());
    let everywhere = Layout::replicated((5, 2), 3).unwrap();
    assert_eq!((everywhere.split_axis(), everywhere.is_replicated(), everywhere.replicas()), (None, true, 3));
    let mesh = Mesh::new(&[2, 2]).unwrap();
    let flat = Layout::new(8, mesh.clone(), vec![Distribution::balanced(0..2)]).unwrap();
    assert_eq!(flat.split_axis(), Some(0));
    let half = Layout::new(8, mesh, vec![Distribution::balanced(1..2)]).unwrap();
    assert_eq!((half.split_axis(), half.replicas(), half.local_len(3)), (None, 2, 4));
}

#[test]
fn what_cannot_be_dealt_is_refused() {
    let mesh = || Mesh::new(&[2, 2]).unwrap();
    let refused = |shape: Shape, distributions: Vec<Distribution>| {
        Layout::new(shape, mesh(), distributions).expect_err("an invalid deal").kind()
    };
    let twice = vec![Distribution::balanced(0..1), Distribution::balanced(0..2)];
    assert_eq!(refused((4, 4).into(), twice), ErrorKind::Layout);
    assert_eq!(refused((4, 4).into(), vec![Distribution::Whole]), ErrorKind::Layout);
    assert_eq!(refused(4.into(), vec![Distribution::balanced(1..3)]), ErrorKind::Layout);
    assert_eq!(refused(4.into(), vec![Distribution::balanced(1..1)]), ErrorKind::Layout);
    assert_eq!(refused(4.into(), vec![Distribution::cyclic(0..2, 0)]), ErrorKind::Layout);
    assert_eq!(refused(4.into(), vec![Distribution::cyclic(0..2, usize::MAX / 2)]), ErrorKind::Layout);
    for offsets in [&[0, 4][..], &[0, 2, 4], &[0, 2, 3, 4, 5], &[0, 3, 2, 4, 4], &[1, 2, 3, 4, 4], &[0, 1, 2, 3, 5]] {
        assert_eq!(refused(4.into(), vec![Distribution::blocks(0..2, offsets)]), ErrorKind::Layout);
    }
    assert_eq!(Layout::split((4, 4), 2, 2).expect_err("no such axis").kind(), ErrorKind::Axis);
    assert_eq!(Layout::split((1 << 40, 1 << 40), 0, 2).expect_err("too large").kind(), ErrorKind::Shape);
    assert!(Layout::split(4, 0, 0).is_err() && Layout::from_offsets(4, 0, &[]).is_err());
    assert!(Mesh::new(&[]).is_err() && Mesh::new(&[1; 5]).is_err() && Mesh::new(&[usize::MAX, 2]).is_err());
}

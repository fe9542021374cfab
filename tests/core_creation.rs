//! Arrays made of what ranks bring: no copy beyond the blocks, and errors in place of panics.
#![allow(clippy::unwrap_used, reason = "a program that fails fails its test")]

#[path = "common/world.rs"]
mod world;

use isotherm::prelude::*;

#[test]
fn a_block_of_a_layout_for_other_ranks_is_an_error() {
    for ranks in world::sizes([3, 2]) {
        let others = if ranks == 2 { 3 } else { 2 };
        world::run_on(ranks, |cx| {
            let layout = Layout::split(6, 0, others)?;
            let error = cx.from_block(&vec![0.0_f64; 6 / others], &layout).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Layout, "{error}");
            Ok(())
        })
        .unwrap();
    }
}

#[test]
fn the_root_of_an_array_needs_no_copy_of_it() {
    world::on_each([4], |cx| {
        let cx = &cx.with_staging_limit(1024).with_memory_budget(8000);
        let (len, root) = (1000 * cx.size() as u32, cx.size() - 1);
        let own: Vec<f64> = (0..len).filter(|_| cx.rank() == root).map(f64::from).collect();
        let x = cx.from_root(root, &own, own.len(), 0)?;
        assert!(cx.pool().peak() <= 8000 + 2 * 1024 + 256, "{} bytes", cx.pool().peak());
        assert_eq!(x.local()[0], 1000.0 * cx.rank() as f64);
        Ok(())
    });
}

#[test]
fn slices_are_dealt_into_any_layout() {
    let elements: Vec<i64> = (0..60).collect();
    for ranks in world::sizes([1, 2, 4]) {
        world::run_on(ranks, |cx| {
            let mesh = Mesh::new(&[1, ranks])?;
            let cyclic = vec![Distribution::cyclic(0..1, 2), Distribution::Whole, Distribution::cyclic(1..2, 3)];
            let cyclic = Layout::new((3, 4, 5), mesh, cyclic)?;
            for placement in [Placement::from(None), 0.into(), 2.into(), cyclic.into()] {
                let x = cx.from_slice(&elements, (3, 4, 5), placement.clone())?;
                assert_eq!(x.gather()?, elements);
                for root in 0..ranks {
                    assert_eq!(x.gather_on(root)?, (cx.rank() == root).then(|| elements.clone()));
                }
                let y = cx.from_fn((3, 4, 5), placement, |index| (index[0] * 20 + index[1] * 5 + index[2]) as i64)?;
                assert_eq!(y.local(), x.local());
            }
            Ok(())
        })
        .unwrap();
    }
}

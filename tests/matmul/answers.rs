//! The right answer, whatever the layouts.

use isotherm::linalg::{matmul, plan_matmul};
use isotherm::prelude::*;

use crate::oracle::{Dense, Ring, assert_equal};
use crate::{layouts, world};

/// Extents m, k, n: with more ranks than rows, with none, vectors and matrices.
const SIZES: [(usize, usize, usize); 9] =
    [(7, 5, 6), (1, 1, 1), (2, 9, 3), (9, 1, 4), (1, 12, 1), (12, 12, 1), (0, 3, 4), (3, 0, 4), (4, 3, 0)];

/// Of each size, every layout of `a` with every layout of `b`, in panels of all sizes.
fn all_pairs<T: Ring>(ranks: usize, staging: usize) {
    world::run_on(ranks, |cx| {
        let cx = &cx.with_staging_limit(staging);
        for (m, k, n) in SIZES {
            let (a, b) = (Dense::<T>::small((m, k), 1), Dense::<T>::small((k, n), 2));
            let wanted = a.matmul(&b).unwrap();
            let (of_a, of_b) = (layouts::all(&a.shape, ranks), layouts::all(&b.shape, ranks));
            for (from, other) in of_a.iter().flat_map(|from| of_b.iter().map(move |other| (from, other))) {
                let (x, y) = (a.placed(cx, from)?, b.placed(cx, other)?);
                let plan = plan_matmul(&x, &y)?;
                let product = matmul(&x, &y)?;
                assert_equal(&format!("{plan}"), &product, &wanted);
                assert_eq!(product.layout(), plan.layout(), "{plan}");
            }
        }
        Ok(())
    })
    .unwrap();
}

#[test]
fn every_pair_of_layouts_gives_the_product() {
    for ranks in world::sizes([1, 2, 3, 5, 8]) {
        all_pairs::<f64>(ranks, 32 << 20);
    }
}

#[test]
fn in_panels_of_an_index_or_a_few_as_well() {
    for ranks in world::sizes([3, 4]) {
        all_pairs::<i64>(ranks, 8);
    }
    for ranks in world::sizes([2, 8]) {
        all_pairs::<f32>(ranks, 256);
    }
}

#[test]
fn of_every_dtype() {
    for ranks in world::sizes([1, 4]) {
        all_pairs::<u8>(ranks, 64);
        all_pairs::<i32>(ranks, 64);
        all_pairs::<u64>(ranks, 1024);
        all_pairs::<isotherm::Complex<f32>>(ranks, 1024);
        all_pairs::<isotherm::Complex<f64>>(ranks, 64);
    }
}

/// Stacks whose leading axes broadcast, and vectors on either side.
const STACKS: [(&[usize], &[usize]); 12] = [
    (&[3, 4, 5], &[3, 5, 2]),
    (&[4, 5], &[3, 5, 2]),
    (&[1, 4, 5], &[3, 5, 2]),
    (&[2, 1, 3, 4], &[3, 4, 2]),
    (&[2, 1, 2, 5], &[1, 3, 5, 2]),
    (&[0, 4, 5], &[5, 2]),
    (&[5], &[3, 5, 2]),
    (&[3, 4, 5], &[5]),
    (&[4, 7], &[7]),
    (&[7], &[7, 3]),
    (&[9], &[9]),
    (&[0], &[0]),
];

#[test]
fn stacks_and_vectors_follow_numpy() {
    for (ranks, staging) in [(1, 32 << 20), (2, 64), (3, 32 << 20), (4, 32)] {
        for ranks in world::sizes([ranks]) {
            world::run_on(ranks, |cx| {
                let cx = &cx.with_staging_limit(staging);
                for (left, right) in STACKS {
                    let (a, b) = (Dense::<f64>::small(left, 1), Dense::<f64>::small(right, 2));
                    let wanted = a.matmul(&b).unwrap();
                    let (of_a, of_b) = (layouts::all(&a.shape, ranks), layouts::all(&b.shape, ranks));
                    for (from, other) in of_a.iter().flat_map(|from| of_b.iter().map(move |other| (from, other))) {
                        let (x, y) = (a.placed(cx, from)?, b.placed(cx, other)?);
                        let plan = plan_matmul(&x, &y)?;
                        let product = x.matmul(&y)?;
                        assert_equal(&format!("{plan}"), &product, &wanted);
                        assert_eq!(product.layout(), plan.layout(), "{plan}");
                    }
                }
                Ok(())
            })
            .unwrap();
        }
    }
}

/// The deals that programs have most often, and what becomes of them.
#[test]
fn the_product_lies_where_the_table_says() {
    for ranks in world::sizes([1, 2, 4]) {
        world::run_on(ranks, |cx| {
            let split = |m: usize, k: usize, a: Option<usize>, n: usize, b: Option<usize>| -> Result<Option<usize>> {
                let (a, b) = (cx.ones::<f64>((m, k), a)?, cx.ones::<f64>((k, n), b)?);
                Ok(matmul(&a, &b)?.split())
            };
            assert_eq!(split(8, 8, None, 8, None)?, None);
            assert_eq!(split(8, 8, Some(0), 8, None)?, Some(0));
            assert_eq!(split(8, 8, None, 8, Some(1))?, Some(1));
            assert_eq!(split(8, 8, Some(0), 8, Some(0))?, Some(0));
            assert_eq!(split(8, 8, Some(0), 8, Some(1))?, Some(0));
            assert_eq!(split(8, 8, Some(1), 8, Some(1))?, Some(1));
            if ranks > 1 {
                assert_eq!(split(8, 80, Some(1), 8, Some(0))?, Some(0));
                assert_eq!(split(1, 80, Some(1), 8, Some(0))?, Some(1));
                assert_eq!(split(1, 80, Some(1), 1, Some(0))?, None);
                assert_eq!(split(8, 8, Some(0), 80, Some(1))?, Some(1));
            }
            let x = cx.ones::<f64>((80, 6), 0)?;
            assert_eq!(x.matmul(&cx.ones(6, None)?)?.split(), Some(0), "a matrix and a vector");
            assert_eq!(cx.ones::<f64>(80, 0)?.matmul(&x)?.gather()?, [80.0; 6]);
            Ok(())
        })
        .unwrap();
    }
}

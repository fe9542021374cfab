//! What products take besides their factors: the product, and twice the staging limit.

use isotherm::linalg::{matmul, plan_matmul};
use isotherm::prelude::*;

use crate::{layouts, world};

fn bytes(x: &DistArray<f64>) -> usize {
    size_of_val(x.local())
}

#[test]
fn no_factor_is_gathered() {
    for ranks in world::sizes([2, 8]) {
        let step = if ranks == 2 { 1 } else { 3 };
        world::run_on(ranks, |cx| {
            for (staging, (m, k, n)) in
                [(4096, (96, 160, 80)), (2048, (200, 16, 40)), (2048, (16, 640, 24)), (4096, (300, 200, 1))]
            {
                let cx = &cx.with_staging_limit(staging);
                let (of_a, of_b) = (layouts::all(&(m, k).into(), ranks), layouts::all(&(k, n).into(), ranks));
                for (from, other) in
                    of_a.iter().flat_map(|from| of_b.iter().map(move |other| (from, other))).step_by(step)
                {
                    let (a, b) = (cx.ones::<f64>((m, k), from)?, cx.ones::<f64>((k, n), other)?);
                    let plan = plan_matmul(&a, &b)?;
                    // Messages count on the rank that made them until they are read.
                    cx.comm().barrier()?;
                    let before = cx.pool().in_use();
                    cx.pool().reset_peak();
                    let product = matmul(&a, &b)?;
                    let peak = cx.pool().peak() - before;
                    cx.comm().barrier()?;
                    let bound = plan.peak_bytes()? - bytes(&a) - bytes(&b);
                    assert!(peak <= bound, "{peak} of {bound}: {plan}");
                    // Of the bound itself: no more than what is documented.
                    let anew = plan.computed().local_len(cx.rank()) * 8 + bytes(&a) + bytes(&b);
                    let one_index = 16 * (m + n + k) * 8;
                    assert!(bound <= bytes(&product) + anew + 2 * staging + one_index, "{bound}: {plan}");
                }
            }
            Ok(())
        })
        .unwrap();
    }
}

/// Large enough that an operand, gathered, would be many times the limit.
#[test]
fn a_square_product_has_its_panels_and_no_more() {
    const N: usize = 384;
    const STAGING: usize = 64 << 10;
    for ranks in world::sizes([4]) {
        world::run_on(ranks, |cx| {
            let cx = &cx.with_staging_limit(STAGING);
            let (a, b) =
                (cx.random_normal::<f64>((N, N), 0, 1)?, cx.random_normal::<f64>((N, N), None, 2)?.resplit(0)?);
            cx.comm().barrier()?;
            let before = cx.pool().in_use();
            cx.pool().reset_peak();
            let product = matmul(&a, &b)?;
            let peak = cx.pool().peak() - before;
            cx.comm().barrier()?;
            // The product, b dealt anew, two stagings; b itself is N N 8 bytes, eighteen stagings.
            assert!(peak <= bytes(&product) + bytes(&b) + 2 * STAGING, "{peak}: {}", plan_matmul(&a, &b)?);
            Ok(())
        })
        .unwrap();
    }
}

#[test]
fn what_exceeds_the_budget_is_the_same_error_everywhere() {
    for ranks in world::sizes([3]) {
        world::run_on(ranks, |cx| {
            let cx = &cx.with_memory_budget(2000);
            let (a, b) = (cx.ones::<f64>((60, 4), 0)?, cx.ones::<f64>((4, 60), None)?);
            assert_eq!(matmul(&a, &b).unwrap_err().kind(), ErrorKind::Memory);
            Ok(())
        })
        .unwrap();
    }
}

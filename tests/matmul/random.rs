//! Random shapes, stacks, layouts, ranks and staging limits.

use isotherm::linalg::{matmul, plan_matmul};
use proptest::prelude::*;

use crate::oracle::{Dense, assert_equal};
use crate::{layouts, world};

#[derive(Clone, Debug)]
struct Case {
    ranks: usize,
    staging: usize,
    left: Vec<usize>,
    right: Vec<usize>,
    layouts: (usize, usize),
}

/// Two shapes that fit: a stack that is missing, one, or whole on either side of each.
fn cases() -> impl Strategy<Value = Case> {
    let extents = (0..10_usize, 0..12_usize, 0..10_usize);
    let stacks = proptest::collection::vec((1..4_usize, 0..3_usize), 0..3);
    let rest = (1..7_usize, prop_oneof![Just(16), Just(200), Just(32 << 20)], any::<(usize, usize)>());
    (extents, stacks, rest).prop_map(|((m, k, n), stacks, (ranks, staging, layouts))| {
        let side = |one: usize| stacks.iter().map(move |&(extent, which)| if which == one { 1 } else { extent });
        let left = side(1).chain([m, k]).collect();
        let right = side(2).chain([k, n]).collect();
        Case { ranks, staging, left, right, layouts }
    })
}

proptest! {
    #![proptest_config(world::cases(ProptestConfig { cases: 300, max_shrink_iters: 4096, ..ProptestConfig::default() }))]

    #[test]
    fn products_are_those_of_one_rank(case in cases()) {
        let (a, b) = (Dense::<i64>::small(&case.left[..], 5), Dense::<i64>::small(&case.right[..], 6));
        let wanted = a.matmul(&b).unwrap();
        for ranks in world::sizes([case.ranks]) {
            let (of_a, of_b) = (layouts::all(&a.shape, ranks), layouts::all(&b.shape, ranks));
            let (from, other) = (&of_a[case.layouts.0 % of_a.len()], &of_b[case.layouts.1 % of_b.len()]);
            world::run_on(ranks, |cx| {
                let cx = &cx.with_staging_limit(case.staging);
                let (x, y) = (a.placed(cx, from)?, b.placed(cx, other)?);
                let plan = plan_matmul(&x, &y)?;
                assert_equal(&plan.to_string(), &matmul(&x, &y)?, &wanted);
                Ok(())
            })
            .unwrap();
        }
    }
}

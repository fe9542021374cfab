//! Where the product stays, its bits depend on nothing but the factors.

use bytemuck::bytes_of;
use isotherm::linalg::{Algorithm, matmul, plan_matmul};
use isotherm::prelude::*;

use crate::{layouts, world};

/// Extents that leave ranks with one row or column, that take several runs of the inner axis, and vectors.
const SIZES: [(usize, usize, usize); 6] =
    [(5, 600, 6), (37, 300, 29), (2, 700, 2), (9, 40, 1), (1, 500, 9), (3, 2, 40)];

fn same_everywhere<T: Element + Numeric>(
    ranks: usize,
    draw: impl Fn(&Context, (usize, usize), &Layout, u64) -> Result<DistArray<T>> + Sync + Send,
) {
    world::run_on(ranks, |cx| {
        let mut compared = 0;
        for (m, k, n) in SIZES {
            let whole = |shape: (usize, usize), seed| draw(cx, shape, &Layout::replicated(shape, ranks)?, seed);
            let alone = matmul(&whole((m, k), 1)?, &whole((k, n), 2)?)?; // every rank computes all of it
            let (of_a, of_b) = (layouts::all(&(m, k).into(), ranks), layouts::all(&(k, n).into(), ranks));
            for (from, other) in of_a.iter().flat_map(|from| of_b.iter().map(move |other| (from, other))) {
                let (x, y) = (draw(cx, (m, k), from, 1)?, draw(cx, (k, n), other, 2)?);
                let plan = plan_matmul(&x, &y)?;
                if plan.algorithm() != Algorithm::StationaryC {
                    continue;
                }
                let product = matmul(&x, &y)?;
                for run in product.region().runs() {
                    for (global, local) in run.global.zip(run.local..) {
                        let (one, other) = (product.local()[local], alone.local()[global]);
                        assert_eq!(bytes_of(&one), bytes_of(&other), "element {global}: {one} and {other}\n{plan}");
                    }
                }
                compared += 1;
            }
        }
        assert!(compared > 60, "{compared}");
        Ok(())
    })
    .unwrap();
}

#[test]
fn ranks_and_layouts_do_not_change_a_bit() {
    for ranks in world::sizes([1, 2, 3, 4, 8]) {
        same_everywhere(ranks, |cx, shape, layout, seed| cx.random_normal::<f64>(shape, layout, seed));
        same_everywhere(ranks, |cx, shape, layout, seed| cx.random_normal::<f32>(shape, layout, seed));
    }
    for ranks in world::sizes([3, 4]) {
        same_everywhere(ranks, |cx, shape, layout, seed| {
            let (re, im) =
                (cx.random_normal::<f64>(shape, layout, seed)?, cx.random_normal::<f64>(shape, layout, seed + 9)?);
            let i = isotherm::Complex::new(0.0, 1.0);
            (re.cast::<isotherm::Complex<f64>>() + im.cast::<isotherm::Complex<f64>>() * i).eval()
        });
    }
}

/// Wide factors make panels of few indices; these still end where the kernel's runs do.
#[test]
fn panels_do_not_change_a_bit() {
    for ranks in world::sizes([2]).into_iter().filter(|&had| had == 2) {
        world::run_on(ranks, |cx| {
            let draw = |shape: (usize, usize), placement, seed| cx.random_normal::<f64>(shape, placement, seed);
            let (a, b) = (draw((1200, 700), Some(0), 1)?, draw((700, 1024), Some(0), 2)?);
            let alone = matmul(&draw((1200, 700), None, 1)?, &draw((700, 1024), None, 2)?)?;
            let plan = plan_matmul(&a, &b)?;
            let product = matmul(&a, &b)?.replicate()?;
            assert_eq!((plan.algorithm(), plan.traffic()?.panels), (Algorithm::StationaryC, 3), "{plan}");
            assert!(product.local() == alone.local(), "{plan}");
            Ok(())
        })
        .unwrap();
    }
}

#[test]
fn threads_do_not_change_a_bit() {
    let product = |threads: usize| {
        let cx = Context::new(isotherm::comm::Comm::solo(), isotherm::Cpu::new(threads));
        let (a, b) = (cx.random_normal::<f64>((300, 700), 0, 1)?, cx.random_normal::<f64>((700, 200), 0, 2)?);
        let stacks = (cx.random_normal::<f64>((9, 30, 20), 0, 1)?, cx.random_normal::<f64>((9, 20, 30), 0, 2)?);
        Ok::<_, Error>([matmul(&a, &b)?.gather()?, matmul(&stacks.0, &stacks.1)?.gather()?])
    };
    let one = product(1).unwrap();
    for threads in [2, 3] {
        assert!(product(threads).unwrap() == one, "{threads} threads");
    }
}

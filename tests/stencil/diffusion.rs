//! The heat equation against its closed-form solutions: the order of convergence, and the same bits on any number of ranks.

use std::f64::consts::PI;

use isotherm::prelude::*;
use isotherm::stencil::{Boundary, sweep};

use crate::world;

/// The error, relative to the largest value, of the explicit scheme for u' = u_xx + u_yy on the unit square with n x n cells, whose walls are
/// insulated, after the time in which cos(πx) cos(πy) falls to about a seventh.
fn error(cx: &Context, n: usize) -> Result<f64> {
    let time = 0.1;
    let steps = n * n / 2; // the time step goes with the square of the width of a cell, so that both errors do
    let k = time / steps as f64 * (n * n) as f64;
    let wave = |i: usize| (PI * (i as f64 + 0.5) / n as f64).cos();
    let start = cx.from_fn((n, n), 0, |i| wave(i[0]) * wave(i[1]))?;
    let (mut u, mut next) = (start.clone(), start.clone());
    for _ in 0..steps {
        sweep(u.halo().boundary(Boundary::Reflect), &mut next, |u| {
            u.at([0, 0]) + k * (u.at([1, 0]) + u.at([-1, 0]) + u.at([0, 1]) + u.at([0, -1]) - 4.0 * u.at([0, 0]))
        })?;
        std::mem::swap(&mut u, &mut next);
    }
    let decay = (-2.0 * PI * PI * time).exp();
    let difference = (&u - decay * &start).abs().max(None).item()?;
    Ok(difference / decay)
}

#[test]
fn the_order_of_convergence_is_two() {
    for ranks in world::sizes([1, 3, 4]) {
        world::run_on(ranks, |cx| {
            let errors = [error(cx, 8)?, error(cx, 16)?, error(cx, 32)?];
            for pair in errors.windows(2) {
                let order = (pair[0] / pair[1]).log2();
                assert!((1.95..2.05).contains(&order), "order {order} of {errors:?}");
            }
            assert!(errors[2] < 2e-3, "{errors:?}");
            Ok(())
        })
        .unwrap();
    }
}

//! The heat equation against its closed-form solutions: the order of convergence, and the same bits on any number of ranks.

use std::f64::consts::PI;

use isotherm::prelude::*;
use isotherm::stencil::{Boundary, sweep};

use crate::world;

/// The time that is simulated, and the time step in units of the squared width of a cell: so both errors go with that square.
const TIME: f64 = 0.1;
const STEP: f64 = 0.2;

/// The error, relative to the largest value, of the explicit scheme for `u' = u_xx + u_yy` on the unit square with n x n cells, whose walls are
/// insulated, after the time in which cos(πx) cos(πy) falls to about a seventh.
fn error(cx: &Context, n: usize) -> Result<f64> {
    let steps = (TIME / STEP * (n * n) as f64).round() as usize;
    let k = STEP;
    let wave = |i: usize| (PI * (i as f64 + 0.5) / n as f64).cos();
    let start = cx.from_fn((n, n), 0, |i| wave(i[0]) * wave(i[1]))?;
    let (mut u, mut next) = (start.clone(), start.clone());
    for _ in 0..steps {
        sweep(u.halo().boundary(Boundary::Reflect), &mut next, |u| {
            u.at([0, 0]) + k * (u.at([1, 0]) + u.at([-1, 0]) + u.at([0, 1]) + u.at([0, -1]) - 4.0 * u.at([0, 0]))
        })?;
        std::mem::swap(&mut u, &mut next);
    }
    let decay = (-2.0 * PI * PI * TIME).exp();
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
            // The first term of both errors in 1 / n², of Euler's steps and of the second differences.
            let (time, k) = (TIME, STEP);
            let first = time * ((2.0 * PI * PI).powi(2) * k / 2.0 - 2.0 * PI.powi(4) / 12.0);
            let ratio = errors[2] * 32.0 * 32.0 / first;
            assert!((0.98..1.02).contains(&ratio), "{ratio} times the error that theory says: {errors:?}");
            Ok(())
        })
        .unwrap();
    }
}

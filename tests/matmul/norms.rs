//! Norms against their definitions.

use isotherm::linalg::{MatrixNorm, VectorNorm, matrix_norm, vector_norm};

use crate::oracle::Dense;
use crate::{layouts, world};

const ROWS: usize = 5;
const COLS: usize = 7;

/// One norm of each column, and of all elements, by its definition.
fn of(ord: VectorNorm, values: &[f64]) -> f64 {
    let magnitudes = || values.iter().map(|x| x.abs());
    match ord {
        VectorNorm::Zero => magnitudes().filter(|&x| x != 0.0).count() as f64,
        VectorNorm::One => magnitudes().sum(),
        VectorNorm::Two => magnitudes().map(|x| x * x).sum::<f64>().sqrt(),
        VectorNorm::Inf => magnitudes().fold(0.0, f64::max),
        VectorNorm::NegInf => magnitudes().fold(f64::INFINITY, f64::min),
        VectorNorm::P(p) => magnitudes().map(|x| x.powf(p)).sum::<f64>().powf(1.0 / p),
    }
}

fn near(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-14 * b.abs()
}

#[test]
fn vector_norms_of_all_orders_along_all_axes() {
    let orders = [
        VectorNorm::Zero,
        VectorNorm::One,
        VectorNorm::Two,
        VectorNorm::Inf,
        VectorNorm::NegInf,
        VectorNorm::P(3.0),
        VectorNorm::P(-2.0),
        VectorNorm::P(f64::INFINITY),
    ];
    let x = Dense::<f64>::small((ROWS, COLS), 3);
    let column = |j: usize| (0..ROWS).map(|i| x.elements[i * COLS + j]).collect::<Vec<_>>();
    for ranks in world::sizes([1, 2, 4, 8]) {
        world::run_on(ranks, |cx| {
            for layout in layouts::all(&x.shape, ranks) {
                let y = x.placed(cx, &layout)?;
                for ord in orders {
                    let plain = if ord == VectorNorm::P(f64::INFINITY) { VectorNorm::Inf } else { ord };
                    let all = vector_norm(&y, ord, None)?.item()?;
                    assert!(near(all, of(plain, &x.elements)), "{ord:?} of {layout}: {all}");
                    let columns = vector_norm(&y, ord, 0)?.gather()?;
                    assert!(
                        (0..COLS).all(|j| near(columns[j], of(plain, &column(j)))),
                        "{ord:?} of {layout}: {columns:?}"
                    );
                }
            }
            Ok(())
        })
        .unwrap();
    }
}

#[test]
fn matrix_norms_are_of_the_last_two_axes() {
    let x = Dense::<f64>::small((2, ROWS, COLS), 4);
    let element = |s: usize, i: usize, j: usize| x.elements[(s * ROWS + i) * COLS + j].abs();
    let columns =
        |s: usize| (0..COLS).map(move |j| (0..ROWS).map(|i| element(s, i, j)).sum::<f64>()).collect::<Vec<_>>();
    let rows = |s: usize| (0..ROWS).map(move |i| (0..COLS).map(|j| element(s, i, j)).sum::<f64>()).collect::<Vec<_>>();
    let greatest = |sums: Vec<f64>| sums.into_iter().fold(0.0, f64::max);
    let least = |sums: Vec<f64>| sums.into_iter().fold(f64::INFINITY, f64::min);
    for ranks in world::sizes([1, 3, 8]) {
        world::run_on(ranks, |cx| {
            for layout in layouts::all(&x.shape, ranks) {
                let y = x.placed(cx, &layout)?;
                let norms = |ord| matrix_norm(&y, ord)?.gather();
                assert_eq!(norms(MatrixNorm::One)?, [0, 1].map(|s| greatest(columns(s))), "{layout}");
                assert_eq!(norms(MatrixNorm::NegOne)?, [0, 1].map(|s| least(columns(s))), "{layout}");
                assert_eq!(norms(MatrixNorm::Inf)?, [0, 1].map(|s| greatest(rows(s))), "{layout}");
                assert_eq!(norms(MatrixNorm::NegInf)?, [0, 1].map(|s| least(rows(s))), "{layout}");
                let squares =
                    |s: usize| x.elements[s * ROWS * COLS..][..ROWS * COLS].iter().map(|x| x * x).sum::<f64>();
                assert_eq!(norms(MatrixNorm::Frobenius)?, [0, 1].map(|s| squares(s).sqrt()), "{layout}");
            }
            let z = cx.from_slice(&[isotherm::Complex::new(3.0_f32, 4.0); 4], (2, 2), 0)?;
            assert_eq!(matrix_norm(&z, MatrixNorm::Inf)?.item()?, 10.0);
            assert_eq!(vector_norm(&z, VectorNorm::P(1.0), None)?.item()?, 20.0);
            Ok(())
        })
        .unwrap();
    }
}

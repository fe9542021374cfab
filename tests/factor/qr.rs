//! QR: ratios on all kinds of matrices, worlds, layouts and dtypes; what R looks like; the same on every rank.

use isotherm::Complex;
use isotherm::linalg::{self, Field};
use isotherm::prelude::*;

use crate::layouts;
use crate::matrices::{self, Entry, Kind};
use crate::ratios::{ALARM, Matrix, QR_LIMIT, orthogonality, residual};
use crate::world;

const _: () = assert!(ALARM < QR_LIMIT);

const KINDS: [Kind; 14] = [
    Kind::Mode(1),
    Kind::Mode(2),
    Kind::Mode(3),
    Kind::Mode(4),
    Kind::Mode(5),
    Kind::Mode(6),
    Kind::Deficient,
    Kind::Zero,
    Kind::RankOne,
    Kind::Hilbert,
    Kind::Diagonal,
    Kind::Upper,
    Kind::Lower,
    Kind::Random,
];

/// The factors, gathered, and the larger of the two ratios. R must be a triangle with a diagonal that is not negative,
/// and R alone must be the same.
pub(crate) fn factored<T: Field + Entry>(cx: &Context, values: &[T], layout: &Layout) -> Result<(Matrix, f64)> {
    let [m, n] = [layout.shape()[0], layout.shape()[1]];
    let k = m.min(n);
    let a = cx.from_slice(values, layout.shape().clone(), layout)?;
    let qr = linalg::qr(&a)?;
    assert_eq!((&**qr.q.shape(), &**qr.r.shape()), ([m, k].as_slice(), [k, n].as_slice()));
    let r_alone = linalg::qr_r(&a)?;
    assert_eq!((r_alone.layout(), r_alone.local()), (qr.r.layout(), qr.r.local()), "R alone of {layout}");
    let (q, r) = (Matrix::new(&qr.q.gather()?, [m, k]), Matrix::new(&qr.r.gather()?, [k, n]));
    for i in 0..k {
        assert!((0..i).all(|j| r.at(i, j).norm() == 0.0), "below the diagonal of {layout}");
        assert!(r.at(i, i).re >= 0.0 && r.at(i, i).im == 0.0, "the diagonal of {layout}: {}", r.at(i, i));
    }
    let ratio = residual(&Matrix::new(values, [m, n]), &q, &r, T::UNIT).max(orthogonality(&q, T::UNIT));
    assert!(!ratio.is_nan(), "{layout}");
    Ok((r, ratio))
}

/// LAPACK's sizes with LAPACK's condition numbers and scales, by rows; the alarm is a sixth of its threshold.
fn ratios_hold<T: Field + Entry>() {
    let small = if matrices::is_single::<T>() { 1e-30 } else { 5e-293 };
    let conds = [2.0, (0.1 / T::UNIT).sqrt(), 0.1 / T::UNIT];
    for ranks in world::sizes([1, 2, 3, 5, 8]) {
        for (number, kind) in KINDS.into_iter().enumerate() {
            for [m, n] in [[60, 8], [50, 10], [37, 37], [10, 3], [3, 2], [1, 1], [2, 5], [5, 50]] {
                let (cond, scale) = (conds[(number + m) % 3], [1.0, small, 1.0 / small][(number + n) % 3]);
                let a: Vec<T> = matrices::rounded(&matrices::make(kind, T::COMPLEX, [m, n], cond, scale, 3));
                world::run_on(ranks, |cx| {
                    let layout = Layout::split((m, n), 0, ranks)?;
                    let (_, ratio) = factored(cx, &a, &layout)?;
                    assert!(ratio < ALARM, "{kind:?} {m} x {n}, cond {cond:e}, scale {scale:e}, {ranks}: {ratio}");
                    Ok(())
                })
                .unwrap();
            }
        }
    }
}

#[test]
fn ratios_hold_in_double_precision() {
    ratios_hold::<f64>();
}

#[test]
fn ratios_hold_in_single_precision() {
    ratios_hold::<f32>();
}

#[test]
fn ratios_hold_for_complex_numbers() {
    ratios_hold::<Complex<f64>>();
    ratios_hold::<Complex<f32>>();
}

/// Any layout gives a right answer, and, when R is unique, the same R beyond rounding.
#[test]
fn every_layout_and_world_gives_the_same_factors() {
    for shape in [[23, 4], [40, 1], [6, 6], [4, 11], [2, 3]] {
        let a: Vec<f64> = matrices::rounded(&matrices::make(Kind::Mode(4), false, shape, 100.0, 1.0, 5));
        let (expected, _) = factored(&crate::alone(), &a, &Layout::replicated(shape, 1).unwrap()).unwrap();
        for ranks in world::sizes([1, 2, 3, 5, 8, 30]) {
            world::run_on(ranks, |cx| {
                for layout in layouts::all(&shape.into(), ranks) {
                    let (r, ratio) = factored(cx, &a, &layout)?;
                    assert!(ratio < ALARM, "{layout}: {ratio}");
                    let far = r.values.iter().zip(&expected.values).map(|(x, y)| (x - y).norm()).fold(0.0, f64::max);
                    assert!(far < 1e-12, "R of {layout} is {far} from that of one rank");
                }
                Ok(())
            })
            .unwrap();
        }
    }
}

/// Blocks of several chunks and panels, and of fewer rows than columns beside longer ones.
#[test]
fn long_and_short_blocks_meet() {
    for ([m, n], offsets) in [
        ([9000, 5], [0, 8997, 8998, 8998, 9000]),
        ([1500, 70], [0, 3, 1400, 1400, 1500]),
        ([700, 70], [0, 0, 0, 700, 700]),
        ([100, 70], [0, 30, 60, 80, 100]),
    ] {
        let a: Vec<f64> = matrices::rounded(&matrices::make(Kind::Mode(3), false, [m, n], 1e15, 1.0, 8));
        for ranks in world::sizes([4]).into_iter().filter(|&ranks| ranks == 4) {
            world::run_on(ranks, |cx| {
                let (_, ratio) = factored(cx, &a, &Layout::from_offsets((m, n), 0, &offsets)?)?;
                assert!(ratio < ALARM, "{m} x {n}: {ratio}");
                Ok(())
            })
            .unwrap();
        }
    }
}

#[test]
fn matrices_without_elements_have_factors_of_their_shapes() {
    for ranks in world::sizes([1, 3]) {
        world::run_on(ranks, |cx| {
            for [m, n] in [[0, 0], [0, 4], [4, 0]] {
                for layout in layouts::all(&[m, n].into(), ranks) {
                    let qr = linalg::qr(&cx.zeros::<f64>((m, n), &layout)?)?;
                    assert_eq!((&**qr.q.shape(), &**qr.r.shape()), ([m, 0].as_slice(), [0, n].as_slice()));
                }
            }
            Ok(())
        })
        .unwrap();
    }
}

/// R steers what follows, so its bits are the same on every rank.
#[test]
fn every_rank_has_the_same_r() {
    for ranks in world::sizes([2, 5, 8]) {
        world::run_on(ranks, |cx| {
            let a = cx.random_normal::<f64>((50, 7), 0, 3)?;
            let bits: Vec<u64> = linalg::qr(&a)?.r.to_vec()?.into_iter().map(f64::to_bits).collect();
            let first = cx.comm().broadcast(0, &bits)?;
            assert_eq!(bits, first);
            Ok(())
        })
        .unwrap();
    }
}
